"""The chart of a replay: a step line for each event of one question, what moved it, and the day of the decision."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whipcount.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from whipcount.forecast.replay import Replay, ReplayDay

COLOURS = ("#1f5a99", "#c8502a", "#3b7d4f", "#8a5a9e", "#b08a1e", "#5d6b75")
LINES = 6
TICKS = 8
NOTABLE = 0.05
"""A day is marked whose news moved the leading number by as much."""


def chart(replay: Replay, question: str | None = None, *, live: bool = False) -> Any:
    """The Altair chart of one question, by default the one that is open on most days.

    live  for a browser: whoever points at a day is told its probabilities, and what became known on it
    """
    alt = _altair()
    asked = question or Counter(q for d in replay.days for q in d.all).most_common(1)[0][0]
    days = [d for d in replay.days if asked in d.all]
    peak: Counter[str] = Counter()
    for d in days:
        for event, p in d.all[asked].items():
            peak[event] = max(peak[event], p)  # type: ignore[assignment]
    names = [event for event, p in peak.most_common(LINES) if p >= 0.02]
    rows = [{"day": d.day.isoformat(), "event": _short(e), "p": d.all[asked].get(e, 0.0)} for d in days for e in names]
    scale = alt.Scale(domain=[_short(e) for e in names], range=list(COLOURS[: len(names)]))
    x = alt.X("day:T", title=None, axis=_axis(alt, [d.day for d in days]))
    y = alt.Y("p:Q", title="probability", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5))
    colour = alt.Color(
        "event:N", scale=scale, sort=[_short(e) for e in names], title=None, legend=alt.Legend(orient="top", columns=3)
    )
    base = alt.Chart(alt.Data(values=rows))
    lines = base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(x, y, colour)
    half = alt.Chart(alt.Data(values=[{"p": 0.5}])).mark_rule(strokeDash=[2, 3], color="#9aa3ab").encode(y="p:Q")
    layers = [
        half,
        lines,
        *_marks(alt, replay, asked, colour, [_short(e) for e in names]),
        *_decision(alt, replay, asked),
    ]
    layers += _pointed(alt, days, asked, names) if live else []
    title = alt.TitleParams(
        replay.title, subtitle="what the outlook said on each day, with what was known then", anchor="start"
    )
    return alt.layer(*layers).properties(width=680, height=300, title=title).configure_view(stroke=None)


def _pointed(alt: Any, days: list[ReplayDay], asked: str, names: list[str]) -> list[Any]:
    """A rule at the day that is nearest to the pointer, and a band around each day that says all of it."""
    rows = [
        {"day": d.day.isoformat(), "news": "; ".join(d.news) or "nothing", "from": start, "to": end}
        | {f"e{i}": d.all[asked].get(e, 0.0) for i, e in enumerate(names)}
        for d, (start, end) in zip(days, _bands([d.day for d in days]), strict=True)
    ]
    tips = [alt.Tooltip("day:T", title="on", format="%-d %B %Y")]
    tips += [alt.Tooltip(f"e{i}:Q", title=_short(e), format=".0%") for i, e in enumerate(names)]
    tips.append(alt.Tooltip("news:N", title="became known"))
    at = alt.selection_point(name="at", fields=["day"], on="pointerover", clear="pointerout", empty=False)
    base = alt.Chart(alt.Data(values=rows))
    rule = base.mark_rule(color="#6b7680", strokeWidth=1.5, strokeDash=[1, 2]).encode(
        alt.X("day:T"), opacity=alt.condition(at, alt.value(1), alt.value(0))
    )
    bands = base.mark_rect(opacity=0).encode(alt.X("from:T"), alt.X2("to:T"), tooltip=tips).add_params(at)
    return [rule, bands]


def _bands(days: list[date]) -> list[tuple[str, str]]:
    """From halfway to the day before to halfway to the day after; the first and the last end with the chart."""
    times = [datetime.combine(d, time()) for d in days]
    halves = [a + (b - a) / 2 for a, b in pairwise(times)]
    return [(a.isoformat(), b.isoformat()) for a, b in pairwise([times[0], *halves, times[-1]])]


def _axis(alt: Any, days: list[date]) -> Any:
    """A mark at each day where they are few, else at round dates."""
    few = {"values": [alt.DateTime(year=d.year, month=d.month, date=d.day) for d in days]} if len(days) <= TICKS else {}
    return alt.Axis(format="%-d %b", grid=False, tickCount=TICKS, labelOverlap="greedy", labelSeparation=8, **few)


def _short(event: str) -> str:
    return event.removesuffix(" wins")


def _marks(alt: Any, replay: Replay, asked: str, colour: Any, shown: list[str]) -> list[Any]:
    points = [
        {"day": d.day.isoformat(), "p": p, "event": _short(e), "news": "; ".join(d.news), "moved": d.moved}
        for d in replay.days
        if d.question == asked and abs(d.moved) >= NOTABLE
        for e, p in [d.leading]
        if _short(e) in shown
    ]
    if not points:
        return []
    dots = alt.Chart(alt.Data(values=points)).mark_point(filled=True, size=55, opacity=1)
    tips = [alt.Tooltip("day:T"), alt.Tooltip("news:N"), alt.Tooltip("moved:Q", format="+.0%")]
    return [dots.encode(alt.X("day:T"), alt.Y("p:Q"), colour, tooltip=tips)]


def _decision(alt: Any, replay: Replay, asked: str) -> list[Any]:
    if asked not in replay.decided:
        return []
    rows = [{"day": replay.decided[asked].isoformat(), "says": "decided"}]
    base = alt.Chart(alt.Data(values=rows)).encode(alt.X("day:T"))
    words = base.mark_text(align="right", dx=-4, y=8, color="#5d6b75").encode(text="says:N")
    return [base.mark_rule(color="#5d6b75"), words]


def save(replay: Replay, path: Path) -> None:
    """Write the chart as SVG, PNG or HTML, by the ending of the file's name. Raises `UsageError` for another ending."""
    if path.suffix not in {".svg", ".png", ".html"}:
        raise UsageError(f"A chart is written as .svg, .png or .html, not '{path.suffix or path.name}'.")
    made = chart(replay, live=path.suffix == ".html")
    try:
        made.save(str(path), **({"scale_factor": 2} if path.suffix == ".png" else {}))
    except (ImportError, ValueError) as why:
        if "vl-convert" in str(why):
            raise MissingExtra("A chart", "charts") from None
        raise


def _altair() -> Any:
    try:
        import altair
    except ImportError:
        raise MissingExtra("A chart", "charts") from None
    return altair
