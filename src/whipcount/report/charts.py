"""Charts for the page, drawn by Vega-Lite and inlined as SVG that follows the page's light or dark colours.

In: a headcount or shares. Out: safe markup: what the drawing library returns is read as XML and built anew from a list of
elements and attributes that may stand on a page, with colours as CSS variables. Needs the `charts` extra.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.etree import ElementTree

import numpy as np
from markupsafe import Markup

from whipcount.contest import Contest
from whipcount.errors import MissingExtra
from whipcount.forecast import AnyOutlook, CampsOutlook, ConfidenceOutlook, ElectionOutlook, Share
from whipcount.headcount import FOR, Headcount
from whipcount.report.palette import GROUND, INK, LINE, NEUTRAL, SENTINELS, SLOTS, SOFT, Tone, sentinel
from whipcount.report.words import names, percent

WIDTH = 380
"""All charts are this wide, so that letters have one size on the page; on a narrow screen they shrink by a fifth."""
FONT = 13
LABEL = 30
"""Letters of a threshold's label within a chart; the key beside it has the whole."""
ELEMENTS = frozenset({"svg", "g", "path", "rect", "line", "text", "tspan", "circle"})
ATTRIBUTES = frozenset(
    {"viewBox", "d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height", "transform", "text-anchor", "opacity"}
    | {"font-size", "font-weight", "fill-opacity", "stroke-opacity", "stroke-width", "stroke-dasharray", "cx", "cy", "r"}
)  # fmt: skip
PLAIN = {"black": "var(--ink)", "#000": "var(--ink)", "#000000": "var(--ink)", "white": "var(--ground)"}
"""What a chart draws in black or white would vanish on a page of the other ground."""
_SVG = "{http://www.w3.org/2000/svg}"
_CONTROL = re.compile(r"[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ROWS = 6
"""Options in one chart: the largest; its table has all."""
Spec = Any


class Drawing(NamedTuple):
    """A chart as it stands on a page, and the Vega-Lite specification it was drawn from, with `sentinel` colours for tones."""

    svg: Markup
    spec: Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A chart: its heading, the drawing, what it shows in a sentence, the same numbers as a table, and its specification."""

    heading: str
    svg: Markup
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    spec: Mapping[str, Any] = field(default_factory=dict, repr=False)


def figures(contest: Contest, one: AnyOutlook, tones: Mapping[str, Tone]) -> Iterator[Figure]:
    """The charts of a question: support for a leader, each option's in every named section, and shares where polls tell."""
    if isinstance(one, ConfidenceOutlook):
        yield _leader_support(one)
        return
    for count in one.headcounts if isinstance(one, ElectionOutlook) else (one.headcount,):
        name = contest.identity.sections[count.section].name
        options = [s.option for s in sorted(count.support, key=lambda s: -s.mean)][:ROWS]
        line = count.majority if isinstance(one, CampsOutlook) else None
        says = f"How many of {name} are with each, as a distribution over whole numbers."
        says += f" The dashed line is a majority, {count.majority} of {len(count.roll)}." if line else ""
        rows = tuple((s.option, f"{s.mean:.1f}", f"{s.low} to {s.high}", percent(s.p_majority)) for s in count.support)
        columns = ("option", "mean", "80 % interval", f"{count.majority} or more")
        made = sizes(count, options, tones, line, f"electors of {len(count.roll)}")
        yield Figure(f"Support in {name}", made.svg, says, columns, rows, made.spec)
    if isinstance(one, ElectionOutlook) and one.polled is not None:
        yield _section_shares(contest, one, tones)


def _leader_support(one: ConfidenceOutlook) -> Figure:
    count, leader = one.headcount, one.question.leader
    labels: dict[int, str] = {}
    for t in one.thresholds:
        labels[t.leader_needs] = f"{labels[t.leader_needs]}; {t.label}" if t.leader_needs in labels else t.label
    first = one.thresholds[0].leader_needs
    ordered = {first: labels.pop(first)} | labels
    behind, n = count.for_option(FOR), len(count.roll)
    rows = tuple(
        (str(k), percent(p), percent(float((behind >= k).mean())))
        for k in range(n + 1)
        if (p := float((behind == k).mean())) >= 0.002
    )
    needs = "; ".join(f"{number}, {label}" for number, label in ordered.items())
    says = f"How many of {n} are with {leader}: a bar for each number. Lines at what is needed: {needs}."
    made = support(count, ordered, f"electors of {n} with {leader}")
    columns = (f"with {leader}", "exactly so many", "so many or more")
    return Figure(f"Support for {leader} against the thresholds", made.svg, says, columns, rows, made.spec)


def _section_shares(contest: Contest, one: ElectionOutlook, tones: Mapping[str, Tone]) -> Figure:
    assert one.polled is not None
    infos = contest.identity.sections
    found = {infos[s].name: sorted(one.shares[s], key=lambda x: -x.mean) for s in one.polled.sections}
    seen = {poll.head.section for poll in one.polled.used}
    blind = [infos[s].name for s in one.polled.sections if s not in seen]
    says = "First votes of each section: mean and 80 % interval, in per cent."
    says += f" There is no poll of {names(blind)}; the range says how little is known." if blind else ""
    rows = tuple(
        (name, s.candidate, f"{s.mean:.1f} %", f"{s.low:.1f} to {s.high:.1f} %") for name, all_ in found.items() for s in all_
    )  # fmt: skip
    columns = ("section", "candidate", "mean", "80 % interval")
    made = shares({n: x[:ROWS] for n, x in found.items()}, tones)
    return Figure("Sections known by polls", made.svg, says, columns, rows, made.spec)


def support(count: Headcount, thresholds: Mapping[int, str], title: str) -> Drawing:
    """How many electors are with the leader: a bar for each whole number, a rule for each threshold.

    A bar to the right of a rule clears that threshold; the first threshold is the operative one: its rule is solid, and it
    tells the two colours apart.
    """
    alt = _altair()
    numbers, times = np.unique(count.for_option(FOR), return_counts=True)
    bar = next(iter(thresholds))
    chances = times / times.sum()
    rows = [
        {
            "lo": k - 0.5,
            "hi": k + 0.5,
            "p": p,
            "tone": sentinel(SLOTS[0] if k >= bar else SLOTS[1]),
            "k": k,
            "most": most,
        }
        | {"enough": "; ".join(clean(thresholds[n]) for n in sorted(thresholds) if n <= k) or "nothing"}
        for k, p, most in zip(numbers.tolist(), chances.tolist(), chances[::-1].cumsum()[::-1].tolist(), strict=True)
    ]
    tips = [
        alt.Tooltip("k:Q", title=clean(title)), alt.Tooltip("p:Q", title="exactly so many", format=".1%"),
        alt.Tooltip("most:Q", title="so many or more", format=".1%"), alt.Tooltip("enough:N", title="enough for"),
    ]  # fmt: skip
    x = alt.X(
        "lo:Q", scale=alt.Scale(domain=[-0.5, len(count.roll) + 0.5], nice=False), title=clean(title), axis=_whole(alt)
    )
    bars = (
        alt.Chart(alt.NamedData("rows"))
        .mark_rect(stroke=sentinel(GROUND), strokeWidth=0.5 if len(count.roll) < 100 else 0)
        .encode(x=x, x2=alt.X2("hi:Q"), y=alt.Y("p:Q", axis=None), y2=alt.Y2Datum(0), color=_tone(alt), tooltip=tips)
    )
    rules = [_rule(alt, n, thresholds[n], i, len(count.roll), solid=n == bar) for i, n in enumerate(sorted(thresholds))]
    return draw(alt.layer(bars, *[part for pair in rules for part in pair]).properties(width=WIDTH, height=150), rows)


def _rule(alt: Spec, number: int, label: str, nth: int, of: int, *, solid: bool) -> tuple[Spec, Spec]:
    """A line before the first number that is enough, and its label above the bars, on the side with more room."""
    base = alt.Chart(alt.Data(values=[{"at": number - 0.5, "says": f"{number}  {clean(label, LABEL)}"}]))
    top, right = -11 - 17 * nth, number > of / 2
    line = base.mark_rule(color=sentinel(INK), strokeWidth=1.5, strokeDash=[1, 0] if solid else [4, 3]).encode(
        x=alt.X("at:Q"), y=alt.YValue(top - 8), y2=alt.Y2Value(150)
    )
    text = base.mark_text(align="right" if right else "left", dx=-5 if right else 5, fontSize=FONT, color=sentinel(INK))
    return line, text.encode(x=alt.X("at:Q"), y=alt.YValue(top), text=alt.Text("says:N"))


def sizes(count: Headcount, options: Sequence[str], tones: Mapping[str, Tone], line: int | None, title: str) -> Drawing:
    """How many electors each option has: the distribution of each over whole numbers, one under the other."""
    alt = _altair()
    shown = {s.option: s for s in count.support}
    heads = {o: f"{clean(o)}: {shown[o].mean:.0f} ({shown[o].low} to {shown[o].high})" for o in options}
    rows = [row for o in options for row in _steps(count.for_option(o), heads[o], tones[o])]
    data = [row | {"line": line - 0.5 if line else None} for row in rows]
    x = alt.X("k:Q", scale=alt.Scale(domain=[0, len(count.roll)], nice=False), title=clean(title), axis=_whole(alt))
    area = (
        alt.Chart()
        .mark_area(interpolate="step-after", fillOpacity=0.75, strokeWidth=1)
        .encode(x=x, y=alt.Y("p:Q", axis=None), color=_tone(alt), stroke=alt.Stroke("tone:N", scale=None))
    )
    layers = [area]
    if line:
        layers.append(
            alt.Chart().mark_rule(color=sentinel(INK), strokeDash=[4, 3]).encode(x=alt.X("line:Q", aggregate="max"))
        )
    drawn = alt.layer(*layers, data=alt.NamedData("rows")).properties(width=WIDTH, height=40)
    return draw(_rows(alt, drawn, list(heads.values())), data)


def _steps(totals: Any, name: str, tone: Tone) -> list[dict[str, Any]]:
    """The outline of a distribution, each against its own peak, from one before it to one after."""
    numbers = np.arange(totals.min() - 1, totals.max() + 3)
    times = np.bincount(totals, minlength=int(numbers[-1]) + 1)
    peak = int(times.max())
    return [
        {"k": k - 0.5, "p": (int(times[k]) if k >= 0 else 0) / peak, "name": name, "tone": sentinel(tone)}
        for k in numbers.tolist()
        if times[max(k, 0)] > peak / 400 or k in {numbers[0], numbers[-1]} or times[max(k - 1, 0)] > peak / 400
    ]


def shares(sections: Mapping[str, Sequence[Share]], tones: Mapping[str, Tone]) -> Drawing:
    """Each section's first votes: a dot for the mean and a bar for the 80 % interval, in per cent."""
    alt = _altair()
    rows = [
        {"name": clean(n), "who": clean(s.candidate, 24), "mean": s.mean, "low": s.low, "high": s.high}
        | {"tone": sentinel(tones.get(s.candidate, NEUTRAL)), "half": 50}
        for n, found in sections.items()
        for s in found
    ]
    order = list(dict.fromkeys(str(r["who"]) for r in sorted(rows, key=lambda r: -float(str(r["mean"])))))
    y = alt.Y("who:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=150))
    x = alt.X("low:Q", scale=alt.Scale(domain=[0, 100]), title="per cent of first votes", axis=_whole(alt))
    tips = [
        alt.Tooltip("who:N", title="candidate"), alt.Tooltip("mean:Q", title="mean, per cent", format=".1f"),
        alt.Tooltip("low:Q", title="80 %: from", format=".1f"), alt.Tooltip("high:Q", title="to", format=".1f"),
    ]  # fmt: skip
    base = alt.Chart()
    parts = alt.layer(
        base.mark_rule(color=sentinel(SOFT), strokeDash=[4, 3]).encode(x=alt.X("half:Q", aggregate="max")),
        base.mark_bar(height=9, fillOpacity=0.45).encode(x=x, x2=alt.X2("high:Q"), y=y, color=_tone(alt)),
        base.mark_circle(size=70, fillOpacity=1, strokeWidth=0).encode(
            x=alt.X("mean:Q"), y=y, color=_tone(alt), tooltip=tips
        ),
        data=alt.NamedData("rows"),
    )
    width = WIDTH - 8 - round(7.6 * max((len(w) for w in order), default=0))
    return draw(_rows(alt, parts.properties(width=max(width, 230), height=alt.Step(21)), list(sections)), rows)


def _rows(alt: Spec, chart: Spec, names: Sequence[str]) -> Spec:
    """One small chart for each name, under each other."""
    head = alt.Header(title=None, labelOrient="top", labelAnchor="start", labelPadding=3, labelLimit=WIDTH)
    return chart.facet(facet=alt.Facet("name:N", sort=[clean(n) for n in names], header=head), columns=1, spacing=10)


def _tone(alt: Spec) -> Spec:
    return alt.Color("tone:N", scale=None)


def _whole(alt: Spec) -> Spec:
    return alt.Axis(tickMinStep=1, tickCount=6, format="d")


def _altair() -> Spec:
    """The drawing library; raises `MissingExtra` where it, or what turns its charts into SVG, is not installed."""
    try:
        import altair
        import vl_convert  # noqa: F401
    except ImportError:
        raise MissingExtra("The page with charts", "charts") from None
    return altair


def draw(chart: Spec, rows: Sequence[Mapping[str, Any]]) -> Drawing:
    """A chart of the data set `rows` as SVG that scales with its place and takes its colours from the page."""
    import vl_convert

    # The values are our own and the form never changes: checking and copying them would take longer than drawing them.
    spec = chart.to_dict(validate=False) | {"config": _config(), "datasets": {"rows": list(rows)}}
    return Drawing(safe(vl_convert.vegalite_to_svg(spec)), spec)


def themed(chart: Spec, tones: Mapping[str, Tone]) -> Markup:
    """A chart of another room as SVG for a page: its colours (`#rrggbb`, in lower case) become the tones given for them."""
    import vl_convert

    return safe(vl_convert.vegalite_to_svg(dressed(chart, tones)))


def dressed(chart: Spec, tones: Mapping[str, Tone]) -> dict[str, Any]:
    """The specification of such a chart, in the fonts of the page, with a `sentinel` for each tone."""
    import json

    spec = chart.to_dict()
    spec["config"] = (
        spec.get("config", {}) | _config() | {"legend": {"labelColor": sentinel(INK), "labelFontSize": FONT}}
    )
    if isinstance(spec.get("title"), dict):
        spec["title"] |= {"color": sentinel(INK), "subtitleColor": sentinel(SOFT)}
    text = json.dumps(spec)
    for colour, tone in tones.items():
        text = text.replace(colour, sentinel(tone))
    made: dict[str, Any] = json.loads(text)
    return made


def _config() -> dict[str, Any]:
    ink, soft, line = sentinel(INK), sentinel(SOFT), sentinel(LINE)
    axis = {"labelColor": soft, "titleColor": soft, "tickColor": line, "domainColor": line, "grid": False}
    text = {"labelFontSize": FONT, "titleFontSize": FONT, "titleFontWeight": "normal"}
    return {
        "background": "transparent",
        "padding": 4,
        "aria": False,
        "view": {"stroke": None},
        "axis": axis | text,
        "axisY": {"labelColor": ink},
        "header": {"labelColor": ink, "labelFontSize": FONT},
        "text": {"color": ink},
    }


def safe(svg: str) -> Markup:
    """The drawing built anew from what may stand on a page: no scripts, no links, no styles but our colours."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - made by the library from our own specification
    kept = _kept(root)
    if kept is None:
        raise ValueError("the drawing is no SVG")
    kept.set("aria-hidden", "true")
    kept.set("focusable", "false")
    # Every mark of a chart has its own element with no other text, so that short form is fine.
    return Markup(ElementTree.tostring(kept, encoding="unicode"))  # noqa: S704 - built from the list above


def _kept(node: ElementTree.Element) -> ElementTree.Element | None:
    name = node.tag.removeprefix(_SVG) if isinstance(node.tag, str) else ""
    if name not in ELEMENTS or node.get("display") == "none" or (name == "path" and node.get("class") == "background"):
        return None
    out = ElementTree.Element(name, {k: v for k, v in node.attrib.items() if k in ATTRIBUTES and "url(" not in v})
    style = ";".join(filter(None, map(_colour, ("fill", "stroke"), (node.get("fill"), node.get("stroke")))))
    if style:
        out.set("style", style)
    if name == "svg":
        for key in ("width", "height"):
            out.attrib.pop(key, None)
        out.set("xmlns", "http://www.w3.org/2000/svg")
    out.text = node.text
    for child in node:
        made = _kept(child)
        if made is not None:
            out.append(made)
    return out


def _colour(key: str, value: str | None) -> str:
    if value is None:
        return ""
    found = SENTINELS.get(value.lower()) or PLAIN.get(value.lower())
    if found:
        return f"{key}:{found}"
    return f"{key}:none" if value in {"none", "transparent"} else ""


def clean(text: str, at_most: int = 60) -> str:
    """A text as a chart can show it: one line without control characters, cut short."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= at_most else line[: at_most - 1].rstrip() + "…"
