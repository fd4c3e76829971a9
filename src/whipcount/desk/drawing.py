"""Charts as they stand in a page, and as files: SVG that follows light and dark by itself, PNG on white.

A drawing in a page takes its colours from the page's variables. A file has none around it, so an SVG file carries them, and a PNG has
them written in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from whipcount.desk.live import alive, still
from whipcount.errors import MissingExtra
from whipcount.report import palette
from whipcount.report.palette import Tone

if TYPE_CHECKING:
    from whipcount.forecast import Replay

SVG = re.compile(r"<svg\b.*?</svg>", re.S)
_HATCH = re.compile(r'<pattern id="(hatch-[^"]+)".*?</pattern>', re.S)
_USED = re.compile(r"url\(#(hatch-[^)]+)\)")
_VAR = re.compile(r"var\(--([a-z0-9]+)\)")
_BOX = re.compile(r'viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"')
_LINK = re.compile(r"</?a\b[^>]*>")
_FLOW = ".stay{fill-opacity:.22}.move{fill-opacity:.55}.flow text{font-size:13px}"
SCALE = 2.0
"""Pixels of a PNG for each unit of the drawing."""
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What an SVG opened by itself may do: show its own colours, and nothing else."""


def replay_figure(made: Replay, question: str, options: Mapping[str, Tone]) -> Markup:
    """The chart of one question of a replay for a page, each option in the tone that it has elsewhere."""
    from whipcount.forecast.replay_chart import COLOURS, chart
    from whipcount.report.charts import dressed, themed

    drawn = _plain(chart(made, question))
    events = drawn.to_dict()["layer"][1]["encoding"]["color"]["scale"]["domain"]
    tones = dict(zip(COLOURS, palette.SLOTS, strict=False))
    tones |= {c: options.get(e.removesuffix(" survives"), tones[c]) for c, e in zip(COLOURS, events, strict=False)}
    tones |= {"#9aa3ab": palette.SOFT, "#6b7680": palette.SOFT, "#000000": palette.INK}
    pointed = _plain(chart(made, question, live=True)).properties(width="container", autosize=_FIT)
    return alive(themed(drawn, tones), dressed(pointed, tones))


_FIT = {"type": "fit-x", "contains": "padding"}


def bars_figure(chart: Any) -> Markup:
    """A chart of `whipcount.report.plots`, of a headcount, of the power of camps or of what-ifs for a page."""
    from whipcount.report.charts import themed
    from whipcount.report.plots import AGAINST_COLOUR, FOR_COLOUR

    tones = {
        FOR_COLOUR: palette.SLOTS[0],
        AGAINST_COLOUR: palette.SLOTS[1],
        "#767676": palette.NEUTRAL,
        "#9aa3ab": palette.SOFT,
    }
    return themed(chart.configure_mark(color=FOR_COLOUR), tones)


def causes_chart(rows: Sequence[Mapping[str, Any]]) -> Any:
    """What pieces of evidence add to a chance, in points: rows with `id`, `what` and `effect` (a probability)."""
    import altair as alt

    from whipcount.report.plots import AGAINST_COLOUR, FOR_COLOUR, influence_chart

    chart = influence_chart([{"id": r["id"], "what": r["what"], "people": 100 * r["effect"]} for r in rows])
    colour = alt.condition("datum.people >= 0", alt.value(FOR_COLOUR), alt.value(AGAINST_COLOUR))
    return chart.encode(x=alt.X("people:Q", title="points"), color=colour).properties(
        title="What each piece of evidence adds, in points"
    )


def board_figure(chart: Any) -> Markup:
    """The chart of a scoreboard for a page."""
    from whipcount.report.charts import dressed, themed
    from whipcount.score.charts import COLOURS, ENDS, INK, LINE, SOFT

    kinds = dict(zip(dict.fromkeys(COLOURS.values()), (*palette.SLOTS[:5], palette.SLOTS[6]), strict=True))
    ends = dict(zip(ENDS.values(), (*_ENDS,), strict=True))
    tones = kinds | ends | {INK: palette.INK, SOFT: palette.SOFT, LINE: palette.LINE}
    return alive(themed(chart, tones), dressed(chart, tones))


_ENDS = (palette.SLOTS[2], palette.SLOTS[4], palette.SLOTS[1], palette.NEUTRAL, palette.LINE)
"""The tones of verdicts: came true, partly, came false, void, unresolved."""


def _plain(chart: Any) -> Any:
    """Without its title, which the page has as a heading."""
    chart = chart.copy(deep=False)
    from altair import Undefined

    chart.title = Undefined
    return chart


def file_svg(drawing: str) -> bytes:
    """A drawing as a file of its own, which follows light and dark where it is shown."""
    style = f":root{{{palette.css(dark=False)}}}@media (prefers-color-scheme:dark){{:root{{{palette.css(dark=True)}}}}}"
    style += f"text{{fill:var(--ink);font-family:sans-serif}}{_FLOW}"
    return _whole(drawing, f"<style>{style}</style>").encode()


def file_png(drawing: str) -> bytes:
    """A drawing as a picture on white. Raises `MissingExtra` without the 'charts' extra."""
    try:
        import vl_convert
    except ImportError:
        raise MissingExtra("A picture of a chart", "charts") from None
    light = {t.name: t.light for t in palette.TONES}
    text = _whole(drawing, f"<style>text{{fill:#1b1f23;font-family:sans-serif}}{_FLOW}</style>")
    text = _VAR.sub(lambda m: light.get(m[1], "#000000"), text)
    made: bytes = vl_convert.svg_to_png(text, scale=SCALE)
    return made


def _whole(drawing: str, style: str) -> str:
    """The drawing with its size, its ground, the hatches that it uses and a style; links are left out."""
    drawing = _LINK.sub("", still(drawing))
    box = _BOX.search(drawing)
    ground = ""
    size = ""
    if box:
        x, y, width, height = box.groups()
        ground = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="var(--ground)"/>'
        size = f' width="{width}" height="{height}"'
    known = _hatches()
    hatches = "".join(known[name] for name in sorted(set(_USED.findall(drawing)) & set(known)))
    head, _, rest = drawing.partition(">")
    if "xmlns=" not in head:
        head += ' xmlns="http://www.w3.org/2000/svg"'
    return f"{head}{size}>{style}<defs>{hatches}</defs>{ground}{rest}"


@cache
def _hatches() -> dict[str, str]:
    """Name -> pattern, as the report's page defines them."""
    from whipcount.desk.views import macro

    return {m[1]: m[0] for m in _HATCH.finditer(macro("report/parts.html", "hatches"))}
