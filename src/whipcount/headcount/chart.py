"""A headcount as a chart: named, claimed and inferred support beside each other, with the majority marked."""

from __future__ import annotations

from typing import Any

from whipcount.errors import MissingExtra
from whipcount.headcount.result import Headcount


def support_chart(count: Headcount) -> Any:
    """An Altair chart: 80 % interval and mean for each option, what is on record as a bar. Raises `MissingExtra`."""
    try:
        import altair as alt
    except ImportError:
        raise MissingExtra("Drawing a headcount", "charts") from None
    base = alt.Chart(alt.Data(values=count.table())).encode(y=alt.Y("option:N", sort="-x", title=None))
    of = f"electors of {len(count.roll)}"
    named = base.mark_bar(opacity=0.85, height=14).encode(x=alt.X("named:Q", title=of))
    span = base.mark_rule(strokeWidth=3).encode(x="low:Q", x2="high:Q")
    mean = base.mark_tick(thickness=3, size=18).encode(x="mean:Q")
    claimed = base.mark_point(shape="diamond", filled=False).encode(x="claimed:Q")
    bar = alt.Chart(alt.Data(values=[{"majority": count.majority}])).mark_rule(strokeDash=[4, 4]).encode(x="majority:Q")
    title = f"{count.section} on {count.as_of}: on record (bar), inferred with 80 % interval (line), claimed (diamond)"
    return alt.layer(named, span, mean, claimed, bar).properties(title=title)
