"""The report's pieces made fit for the desk's pages.

The one-page report styles its pieces in place and links within itself. The desk's policy allows no style in a page, and its
electors, evidence and rules have pages of their own. So here styles become classes and presentation attributes, and anchors become
addresses. What comes in was made by our templates with everything from contests escaped: a quote or a bracket in
a name is written `&#34;` or `&lt;`, and is never taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup

from whipcount.report.palette import TONES

STEPS = 200
_STYLED = re.compile(r'<(\w+)([^<>]*?) style="([^"]*)"([^<>]*)>')
_CLASS = re.compile(r' class="([^"]*)"')
_HERE = re.compile(r'href="#([^"]+)"')
_VAR = re.compile(r"var\(--([a-z0-9]+)\)")


def scales() -> str:
    """The classes that stand for styles: `p-` per cent (in half steps), `f-` shares of one, `n-` whole numbers, `t-` tones."""
    lines = [f".p-{i}{{--p:{i / 2:g}%}}" for i in range(STEPS + 1)]
    lines += [f".f-{i}{{--p:{i / STEPS:g}}}" for i in range(STEPS + 1)]
    lines += [f".n-{i}{{--p:{i}}}" for i in range(101)]
    lines += [f".t-{tone.name}{{--t:var(--{tone.name})}}" for tone in TONES]
    return "".join(lines)


def unstyled(markup: str) -> str:
    """The same markup with no `style` attribute: fill and stroke become attributes, lengths and tones classes."""
    return _STYLED.sub(_restyled, markup)


def _restyled(found: re.Match[str]) -> str:
    name, before, style, after = found.groups()
    kept, classes = [], []
    for part in filter(None, (p.strip() for p in style.split(";"))):
        key, _, value = (x.strip() for x in part.partition(":"))
        if key in {"fill", "stroke"}:
            kept.append(f' {key}="{value}"')
        elif made := _class(key, value):
            classes.append(made)
    rest = before + after
    if classes:
        own = _CLASS.search(rest)
        joined = " ".join([*([own[1]] if own else []), *classes])
        rest = (_CLASS.sub("", rest, count=1)) if own else rest
        kept.append(f' class="{joined}"')
    slash = rest.endswith("/")
    return f"<{name}{rest.removesuffix('/')}{''.join(kept)}{'/' * slash}>"


def _class(key: str, value: str) -> str | None:
    if key == "--t":
        tone = _VAR.fullmatch(value)
        return f"t-{tone[1]}" if tone else None
    if key == "--p":
        return _step(value)
    return "away" if key == "position" else None


def _step(value: str) -> str | None:
    try:
        if value.endswith("%"):
            return f"p-{round(2 * min(max(float(value[:-1]), 0), 100))}"
        if "." in value:
            return f"f-{max(round(STEPS * min(float(value), 1)), 1)}"
        return f"n-{min(max(int(value), 0), 100)}"
    except ValueError:
        return None


def relinked(markup: str, places: Mapping[str, str]) -> str:
    """The same markup with links to anchors that are on other pages of the desk turned into their addresses."""

    def place(found: re.Match[str]) -> str:
        where = places.get(found[1])
        return f'href="{Markup.escape(where)}"' if where else found[0]

    return _HERE.sub(place, markup)
