"""A count as an Altair chart: a line for each candidate from round to round, labelled where it ends."""

from __future__ import annotations

from typing import Any

from whipcount.count.sankey import colours, measure_words
from whipcount.count.tally import BallotTally, Tally
from whipcount.errors import MissingExtra, UsageError


def chart(tally: Tally) -> Any:
    """The rounds of every ballot, one below the other. Raises `MissingExtra` without the 'charts' extra."""
    try:
        import altair
    except ImportError:
        raise MissingExtra("A chart of a count", "charts") from None
    shown = [ballot for ballot in tally.ballots if ballot.rounds]
    if not shown:
        raise UsageError("There are no rounds to draw.")
    drawn = [_ballot(altair, ballot) for ballot in shown]
    return drawn[0] if len(drawn) == 1 else altair.vconcat(*drawn)


def _ballot(altair: Any, ballot: BallotTally) -> Any:
    scale = 100 if ballot.measure == "share" else 1
    rows = [
        {"candidate": n, "round": one.number, "tally": float(t * scale), "last": n not in _next(ballot, i)}
        for i, one in enumerate(ballot.rounds)
        for n, t in one.totals.items()
    ]
    paint = colours(ballot)
    names = [n for n in paint if n in ballot.candidates]
    base = altair.Chart(altair.Data(values=rows), title=ballot.title).encode(
        x=altair.X("round:O", title="round", axis=altair.Axis(labelAngle=0)),
        y=altair.Y("tally:Q", title=measure_words(ballot.measure)),
        color=altair.Color(
            "candidate:N", legend=None, scale=altair.Scale(domain=names, range=[paint[n] for n in names])
        ),
        tooltip=["candidate:N", "round:O", "tally:Q"],
    )
    ends = base.transform_filter("datum.last").mark_text(align="left", dx=8).encode(text="candidate:N")
    return (base.mark_line(point=True) + ends).properties(width=520, height=320)


def _next(ballot: BallotTally, i: int) -> tuple[str, ...]:
    return ballot.rounds[i + 1].continuing if i + 1 < len(ballot.rounds) else ()
