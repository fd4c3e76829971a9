"""Results of the room as Altair charts; each function raises `MissingExtra` where Altair is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whipcount.errors import MissingExtra

if TYPE_CHECKING:
    from whipcount.headcount.calling import Calls
    from whipcount.headcount.influence import Influences
    from whipcount.headcount.result import Headcount
    from whipcount.headcount.routes import Path
    from whipcount.headcount.track_record import Record

WIDTH = 380
OURS, OTHERS = "#0072b2", "#d55e00"
"""Two colours that differ in lightness as well as in hue."""


def _altair(what: str) -> Any:
    try:
        import altair
    except ImportError:
        raise MissingExtra(what, "charts") from None
    return altair


def support_chart(count: Headcount) -> Any:
    """An Altair chart: 80 % interval and mean for each option, what is on record as a bar. Raises `MissingExtra`."""
    alt = _altair("Drawing a headcount")
    base = alt.Chart(alt.Data(values=count.table())).encode(y=alt.Y("option:N", sort="-x", title=None))
    of = f"electors of {len(count.roll)}"
    named = base.mark_bar(opacity=0.85, height=14).encode(x=alt.X("named:Q", title=of))
    span = base.mark_rule(strokeWidth=3).encode(x="low:Q", x2="high:Q")
    mean = base.mark_tick(thickness=3, size=18, color=OTHERS).encode(x="mean:Q")
    claimed = base.mark_point(shape="diamond", filled=False).encode(x="claimed:Q")
    bar = alt.Chart(alt.Data(values=[{"majority": count.majority}])).mark_rule(strokeDash=[4, 4]).encode(x="majority:Q")
    subtitle = "bar: on record; diamond: claimed; line: inferred, 80 %; tick: its mean; dashes: a majority"
    title = alt.Title(f"{count.section} on {count.as_of}", subtitle=subtitle, anchor="start")
    return alt.layer(named, span, mean, claimed, bar).properties(title=title, width=WIDTH)


def record_chart(record: Record) -> Any:
    """Each option of each vote: the 80 % interval and mean that were said, and a diamond where it went; missed ones in red."""
    alt = _altair("Drawing the record")
    rows = [
        {"vote": x.case, "option": x.option, "said": x.mean, "low": x.low, "high": x.high, "was": x.actual,
         "interval": "has it" if x.covered else "misses it"}
        for x in record.lines
    ]  # fmt: skip
    colour = alt.Color(
        "interval:N",
        title="the 80 % interval",
        legend=alt.Legend(orient="top"),
        scale=alt.Scale(domain=["has it", "misses it"], range=[OURS, OTHERS]),
    )
    base = alt.Chart().encode(y=alt.Y("option:N", sort=None, title=None), color=colour)
    span = base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q", title="electors"), x2="high:Q")
    said = base.mark_tick(thickness=3, size=14).encode(x="said:Q")
    was = base.mark_point(shape="diamond", filled=True, size=55, color="black").encode(
        x="was:Q", color=alt.value("black")
    )
    chart = alt.layer(span, said, was, data=alt.Data(values=rows)).properties(width=WIDTH)
    faceted = chart.facet(
        row=alt.Row(
            "vote:N",
            sort=None,
            title=None,
            header=alt.Header(labelAngle=0, labelAnchor="start", labelFontWeight="bold", labelOrient="top"),
        )
    )
    subtitle = "line: 80 % interval that was predicted; tick: its mean; diamond: the votes"
    title = alt.Title("What the headcount said before votes of the past", subtitle=subtitle, anchor="start")
    return faceted.resolve_scale(y="independent", x="independent").properties(title=title)


def influence_chart(found: Influences, most: int = 15) -> Any:
    """What each piece of evidence adds, in the units of what it was asked about, the largest first."""
    alt = _altair("Drawing what evidence does")
    largest = sorted(found, key=lambda i: -abs(i.effect))[:most]
    rows = [{"row": f"{i.row.id} {i.row.by}", "effect": i.effect} for i in largest]
    colour = alt.condition("datum.effect >= 0", alt.value(OURS), alt.value(OTHERS))
    title = alt.Title("What each piece of evidence adds", anchor="start")
    bars = alt.Chart(alt.Data(values=rows), title=title, width=WIDTH).mark_bar()
    return bars.encode(
        x=alt.X("effect:Q", title="effect"),
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=260)),
        color=colour,
    )


def calls_chart(found: Calls) -> Any:
    """Electors by what a truthful answer would tell, in bits."""
    alt = _altair("Drawing whom to ring")
    rows = [{"elector": c.elector.name, "bits": c.information} for c in found.calls]
    subtitle = f"bits about: {found.outcome}"
    title = alt.Title("Whom to ring next", subtitle=subtitle, anchor="start")
    bars = alt.Chart(alt.Data(values=rows), title=title, width=WIDTH)
    return bars.mark_bar(color=OURS).encode(
        x=alt.X("bits:Q", title="bits"), y=alt.Y("elector:N", sort=None, title=None)
    )


def path_chart(found: Path) -> Any:
    """Who has to move in each route, by the chance that they are there already."""
    alt = _altair("Drawing a path")
    rows = [{"who": r["mover"], "route": f"route {r['route']}", "p": r["p"]} for r in found.table()]
    subtitle = "how likely each is there already"
    title = alt.Title("Who would have to move", subtitle=subtitle, anchor="start")
    bars = alt.Chart(alt.Data(values=rows), title=title, width=WIDTH)
    return (
        bars.mark_bar(color=OURS)
        .encode(
            x=alt.X("p:Q", title="probability", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("who:N", sort="-x", title=None),
            row=alt.Row("route:N", title=None, header=alt.Header(labelAngle=0, labelAnchor="start", labelOrient="top")),
        )
        .resolve_scale(y="independent")
    )
