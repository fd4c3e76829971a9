"""Power as Altair charts; each function raises `MissingExtra` where Altair is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whipcount.errors import MissingExtra

if TYPE_CHECKING:
    from whipcount.power.draws import DrawnPower
    from whipcount.power.questions import Answers

BLUE, GREY = "#0072b2", "#767676"
WIDTH = 380


def _altair() -> Any:
    try:
        import altair
    except ImportError:
        raise MissingExtra("A chart", "charts") from None
    return altair


def power_chart(found: DrawnPower) -> Any:
    """Of each camp the Shapley-Shubik index: its mean, and the span from the first to the last quantile."""
    alt = _altair()
    camps = sorted(found.camps, key=lambda row: -row.shapley_shubik)
    rows = [
        {"camp": r.camp, "mean": r.shapley_shubik, "low": r.shapley_shubik_quantiles[0],
         "high": r.shapley_shubik_quantiles[-1]}
        for r in camps
    ]  # fmt: skip
    order = [r["camp"] for r in rows]
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("camp:N", sort=order, title=None))
    scale = alt.Scale(domain=[0, 1])
    span = base.mark_rule(strokeWidth=3, color=BLUE).encode(
        x=alt.X("low:Q", title="Shapley-Shubik index", scale=scale), x2="high:Q"
    )
    mean = base.mark_tick(thickness=3, size=16, color="black").encode(x="mean:Q")
    low, high = (round(100 * q) for q in (found.quantiles[0], found.quantiles[-1]))
    title = alt.Title(
        "Power of the camps", subtitle=f"tick: mean; line: {low} % to {high} % of the draws", anchor="start"
    )
    return (span + mean).properties(width=WIDTH, title=title)


def answers_chart(found: Answers) -> Any:
    """The probability of each answer, in the order of the questions."""
    alt = _altair()
    rows = [{"question": a.asks, "p": a.p, "text": f"{100 * a.p:.0f} %"} for a in found.answers]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("question:N", sort=None, title=None, axis=alt.Axis(labelLimit=420))
    )
    scale = alt.Scale(domain=[0, 1])
    bars = base.mark_bar(color=BLUE).encode(x=alt.X("p:Q", title="probability", scale=scale, axis=alt.Axis(format="%")))
    text = base.mark_text(align="left", dx=4, color="black").encode(x="p:Q", text="text:N")
    return (bars + text).properties(width=WIDTH, title=alt.Title("What the camps can do", anchor="start"))
