"""A count as one HTML page that needs no network: the rounds as a table, the reasons, and the flow of papers.

Text of candidates, files and notes is escaped; there are no scripts.
"""

from __future__ import annotations

from fractions import Fraction
from html import escape
from importlib.resources import files
from typing import Any

from whipcount import __version__
from whipcount.count.sankey import colours, measure_words, tall, wide
from whipcount.count.tally import BallotTally, RoundTally, Tally
from whipcount.count.terminal import order
from whipcount.count.words import decimal, number


def page(tally: Tally) -> str:
    """The whole page."""
    from jinja2 import Environment

    env = Environment(autoescape=True, trim_blocks=True)
    template = env.from_string((files("whipcount.count") / "page.html.j2").read_text(encoding="utf-8"))
    told: dict[str, Any] = {
        "tally": tally,
        "version": __version__,
        "order": order,
        "colours": colours,
        "number": lambda value, measure: number(Fraction(value), measure),
        "percent": percent,
        "causes": causes,
        "caption": caption,
        "wide": wide,
        "tall": tall,
    }
    return template.render(told) + "\n"


def percent(one: RoundTally, name: str) -> str:
    """A tally as a share of the round, with two decimals."""
    return f"{decimal(one.shares[name] * 100, 2)} %"


def causes(ballot: BallotTally) -> list[str]:
    """The causes of inactivity that occur in a ballot."""
    last = ballot.rounds[-1].inactive_in_all
    return [cause for cause in last if any(one.inactive_in_all.get(cause) for one in ballot.rounds)]


def caption(ballot: BallotTally) -> str:
    """What the picture of a ballot shows."""
    if not any(one.links for one in ballot.rounds):
        return "Each round was a fresh vote; bars are votes."
    moved = "Where the papers of those who went out moved. Bars are"
    if ballot.measure == "votes":
        return f"{moved} votes; grey is what no longer counts."
    return f"{moved} {measure_words(ballot.measure)}; grey is what stopped counting after the round before, at its worth there."


def fragment(tally: Tally) -> str:
    """A small table for a notebook."""
    parts = [f"<p><strong>{escape(tally.sentence())}</strong></p>"]
    for ballot in tally.ballots:
        head = "".join(f"<th>round {one.number}</th>" for one in ballot.rounds)
        body = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th>"
            + "".join(
                f"<td>{number(r.totals[name], ballot.measure) if name in r.totals else ''}</td>" for r in ballot.rounds
            )
            + "</tr>"
            for name in order(ballot)
        )
        parts.append(f"<table><caption>{escape(ballot.title)}</caption><tr><th></th>{head}</tr>{body}</table>")
    return "".join(parts)
