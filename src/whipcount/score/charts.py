"""The scoreboard and the calibration curve, drawn (Altair; needs the `charts` extra).

In: a scoreboard or calibrations. Out: Altair charts, or a file of one. Colours are those of Okabe and Ito (2008), darkened for
white paper; each kind of forecaster also has its own mark, so that colour never stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whipcount.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from whipcount.score.board import Row, Scoreboard
    from whipcount.score.calibration import Calibration

COLOURS = {
    "whipcount": "#0072b2", "bookmaker": "#c55300", "market": "#00805e", "poll": "#a8457f", "commentator": "#8f6a00",
    "other": "#5d5d5d", "all": "#0072b2",
}  # fmt: skip
MARKS = {
    "whipcount": "circle", "bookmaker": "square", "market": "diamond", "poll": "triangle-up", "commentator": "cross",
    "other": "triangle-down", "all": "circle",
}  # fmt: skip
ENDS = {
    "came true": "#00805e", "partly": "#b5cf6b", "came false": "#c55300", "void": "#c4c9cf", "unresolved": "#e6e8ea",
}  # fmt: skip
INK, SOFT, LINE = "#1b1f23", "#565c63", "#d5d9de"
ACROSS = 3
"""Calibration curves side by side."""
BARS = 8
"""Up to so many probabilities, each has a bar of its own."""
SHOWN = 24
"""Forecasters on the picture; the table has all of them."""
FORMATS = (".svg", ".png", ".html", ".json")
Spec = Any


def _altair() -> Spec:
    try:
        import altair
    except ImportError:
        raise MissingExtra("Drawing the scoreboard", "charts") from None
    return altair


def calibration_chart(found: Mapping[str, Calibration]) -> Spec:
    """One panel for each calibration: the fitted curve over the diagonal, its band, and how often each probability was given."""
    return _finish(_panels(_altair(), found))


def _panels(alt: Spec, found: Mapping[str, Calibration]) -> Spec:
    kinds = list(found)
    points = [
        {"kind": kind, "given": p.given, "fitted": p.fitted, "low": p.low, "high": p.high, "events": p.events}
        for kind in kinds
        for p in found[kind].points
    ]
    if not points:
        raise UsageError("There is nothing to draw: no prediction with a probability was settled.")
    panels = [_curve(alt, kind, [p for p in points if p["kind"] == kind], found[kind]) for kind in kinds]
    rows = [alt.hconcat(*panels[i : i + ACROSS], spacing=22) for i in range(0, len(panels), ACROSS)]
    return alt.vconcat(*rows, spacing=26)


def _curve(alt: Spec, kind: str, points: list[dict[str, Any]], found: Calibration) -> Spec:
    x = alt.X("given:Q", title="probability given", scale=_unit(alt), axis=_axis(alt))
    base = alt.Chart(alt.Data(values=points))
    even = alt.Chart(alt.Data(values=[{"a": 0, "b": 0}, {"a": 1, "b": 1}]))
    line = even.mark_line(color=SOFT, strokeDash=[4, 3], strokeWidth=1).encode(x="a:Q", y="b:Q")
    colour = COLOURS.get(kind, INK)
    y = alt.Y("low:Q", title="share that happened", scale=_unit(alt), axis=_axis(alt))
    # A few probabilities have a bar each; many run together into a band.
    many = len(points) > BARS
    mark = (
        base.mark_area(color=colour, opacity=0.2) if many else base.mark_rule(color=colour, opacity=0.35, strokeWidth=5)
    )
    band = mark.encode(x=x, y=y, y2="high:Q")
    curve = base.mark_line(color=colour, strokeWidth=1.5, interpolate="linear").encode(x=x, y="fitted:Q")
    marks = base.mark_point(color=colour, filled=True, opacity=0.9, shape=MARKS.get(kind, "circle")).encode(
        x=x,
        y="fitted:Q",
        size=alt.Size("events:Q", legend=None, scale=alt.Scale(domain=[1, 20], range=[25, 260], clamp=True)),
        tooltip=[
            alt.Tooltip("given:Q", title="chance given", format=".0%"),
            alt.Tooltip("fitted:Q", title="happened", format=".0%"),
            "events:Q",
        ],
    )
    title = {
        "text": f"{kind}: {found.events} events",
        "subtitle": [f"Brier {found.brier:.3f} =", _parts(found)],
        "anchor": "start",
        "subtitleColor": SOFT,
    }
    return alt.layer(line, band, curve, marks).properties(width=190, height=190, title=title)


def _parts(found: Calibration) -> str:
    return f"{found.miscalibration:.3f} misc. − {found.discrimination:.3f} discr. + {found.uncertainty:.3f} unc."


def _unit(alt: Spec) -> Spec:
    return alt.Scale(domain=[0, 1], nice=False)


def _axis(alt: Spec) -> Spec:
    return alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], gridColor=LINE)


def board_chart(board: Scoreboard) -> Spec:
    """Brier scores with bootstrap intervals, beside what became of the predictions, over the calibration curves."""
    alt = _altair()
    rows = [r for r in board.rows if r.brier is not None][:SHOWN]
    if not rows:
        raise UsageError("There is nothing to draw: no prediction with a probability was settled.")
    names = [_name(r) for r in rows]
    order = alt.Y("by:N", sort=names, title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False, grid=True))
    top = alt.hconcat(_losses(alt, rows, order), _verdicts(alt, rows, names), spacing=16)
    top = top.resolve_scale(color="independent", shape="independent").resolve_legend(color="independent")
    return _finish(alt.vconcat(top, _panels(alt, board.calibrations), spacing=30))


def _name(row: Row) -> str:
    text = row.by if len(row.by) < 36 else f"{row.by[:34]}…"
    late = ", hindcast" if row.late and row.late == row.predictions else ""
    return f"{text}{late} ({row.questions})"


def _losses(alt: Spec, rows: list[Row], order: Spec) -> Spec:
    data = [
        {
            "by": _name(r), "kind": r.kind, "brier": r.brier.value, "questions": r.questions,
            "low": r.brier.low if r.brier.low is not None else r.brier.value,
            "high": r.brier.high if r.brier.high is not None else r.brier.value,
        }
        for r in rows
        if r.brier is not None
    ]  # fmt: skip
    kinds = list(dict.fromkeys(r.kind for r in rows))
    x = alt.X(
        "low:Q",
        title="Brier score, 0 is perfect (in brackets: questions it rests on)",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(gridColor=LINE),
    )
    base = alt.Chart(alt.Data(values=data))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[COLOURS[k] for k in kinds]), title=None)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=[MARKS[k] for k in kinds]), title=None)
    bars = base.mark_rule(strokeWidth=2, opacity=0.6).encode(x=x, x2="high:Q", y=order, color=colour)
    marks = base.mark_point(filled=True, size=75, opacity=1).encode(
        x="brier:Q",
        y=order,
        color=colour,
        shape=shape,
        tooltip=[
            alt.Tooltip("by:N", title="forecaster"),
            alt.Tooltip("brier:Q", title="Brier score", format=".3f"),
            "questions:Q",
        ],
    )
    even = alt.Chart(alt.Data(values=[{"at": 0.25, "says": "even chances"}]))
    rule = even.mark_rule(color=SOFT, strokeDash=[4, 3]).encode(x="at:Q")
    label = even.mark_text(align="left", dx=4, color=SOFT, fontSize=10).encode(x="at:Q", y=alt.value(-6), text="says:N")
    return alt.layer(rule, label, bars, marks).properties(width=360, height=alt.Step(18))


def _verdicts(alt: Spec, rows: list[Row], names: list[str]) -> Spec:
    ends = list(ENDS)
    data = [
        {"by": _name(r), "end": end, "n": r.verdicts[end], "at": i}
        for r in rows
        for i, end in enumerate(ends)
        if r.verdicts[end]
    ]
    return (
        alt.Chart(alt.Data(values=data))
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("n:Q", title="predictions", axis=alt.Axis(gridColor=LINE, format="d", tickMinStep=5)),
            y=alt.Y("by:N", sort=names, title=None, axis=None),
            color=alt.Color("end:N", scale=alt.Scale(domain=ends, range=list(ENDS.values())), title=None),
            order=alt.Order("at:Q"),
            tooltip=[
                alt.Tooltip("by:N", title="forecaster"),
                alt.Tooltip("end:N", title="verdict"),
                alt.Tooltip("n:Q", title="predictions"),
            ],
        )
        .properties(width=220, height=alt.Step(18))
    )


def _finish(chart: Spec) -> Spec:
    return (
        chart.resolve_scale(color="independent", shape="independent")
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=INK, titleFontWeight="normal", labelFontSize=11, titleFontSize=11)
        .configure_title(fontSize=12, color=INK)
        .configure_legend(labelColor=INK, labelFontSize=11, symbolSize=80)
    )


def save(chart: Spec, path: Path) -> None:
    """Write a chart as SVG, PNG, HTML or JSON, by the ending of the file's name.

    Raises `UsageError` for another ending, `MissingExtra` without the `charts` extra.
    """
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise UsageError(f"A chart cannot be written as '{path.name}'. End the name in {', '.join(FORMATS)}.")
    try:
        if kind in {".svg", ".png"}:
            import vl_convert  # noqa: F401  (Altair's own message names another package)
        chart.save(str(path), **({"scale_factor": 2} if kind == ".png" else {}))
    except ImportError:
        raise MissingExtra("Writing a picture", "charts") from None
    except OSError as why:
        raise UsageError(f"'{path}' cannot be written ({why.strerror}). Check the path.") from None
