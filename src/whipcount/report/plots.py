"""Charts of single results, as Altair charts to be written to a file: influences, calls, routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whipcount.errors import MissingExtra

Rows = Sequence[Mapping[str, Any]]
FOR_COLOUR, AGAINST_COLOUR = "#0072b2", "#d55e00"


def _altair() -> Any:
    try:
        import altair
    except ImportError:
        raise MissingExtra("Drawing a chart", "charts") from None
    return altair


def influence_chart(rows: Rows) -> Any:
    """What each piece of evidence adds to the mean, in electors: to the right for the option, to the left against."""
    alt = _altair()
    values = [{"evidence": f"{r['id']}: {r['what']}"[:70], "people": r["people"]} for r in rows]
    colour = alt.condition("datum.people >= 0", alt.value(FOR_COLOUR), alt.value(AGAINST_COLOUR))
    return (
        alt.Chart(alt.Data(values=values), title="What each piece of evidence adds to the mean, in electors")
        .mark_bar()
        .encode(
            x=alt.X("people:Q", title="electors"),
            y=alt.Y("evidence:N", sort=None, title=None, axis=alt.Axis(labelLimit=420)),
            color=colour,
        )
    )


def calls_chart(rows: Rows) -> Any:
    """Electors by what their answer would tell, in bits."""
    alt = _altair()
    bits = {r["elector"]: r["information"] for r in rows}
    values = [{"elector": name, "bits": value} for name, value in bits.items()]
    return (
        alt.Chart(alt.Data(values=values), title="Whom to ring next: what the answer would tell")
        .mark_bar(color=FOR_COLOUR)
        .encode(x=alt.X("bits:Q", title="bits about the outcome"), y=alt.Y("elector:N", sort=None, title=None))
    )


def path_chart(rows: Rows) -> Any:
    """Who has to move in each route, by the chance that they are there already."""
    alt = _altair()
    values = [{"who": r["mover"], "route": f"route {r['route']}", "p": r["p"]} for r in rows]
    return (
        alt.Chart(alt.Data(values=values), title="Who would have to move, and how likely each is there already")
        .mark_bar(color=FOR_COLOUR)
        .encode(
            x=alt.X("p:Q", title="probability", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("who:N", sort="-x", title=None),
            row=alt.Row("route:N", title=None),
        )
        .resolve_scale(y="independent")
    )
