"""A published round as a `Standing`: figures in votes, percent or points into the tallies that the rules compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from whipcount.contest.result import Round
from whipcount.count.standing import Bases, Measure, Standing
from whipcount.count.totals import measure_of
from whipcount.errors import UsageError
from whipcount.rules import Ballot

HUNDRED = Fraction(100)
WHOLE_ENOUGH = Fraction(199, 2)
"""Percentages that add up to less than this (99.5) are not those of everybody; then they are taken of 100 as printed."""


def restate(
    ballot: Ballot, rounds: Sequence[Round], number: int, entitled: Mapping[str, int], elected: str | None = None
) -> Standing:
    """Where a ballot stood in a published round. Raises `UsageError` where too little was published to tell."""
    one = rounds[number - 1]
    if not one.votes:
        raise UsageError("the figures were not published")
    if missing := [b for b in ballot.bodies if b not in one.votes]:
        raise UsageError(f"the votes of {', '.join(missing)} were not published")
    measure = _measure(ballot, one)
    totals: dict[str, Fraction] = {}
    for section in ballot.sections:
        figures = one.votes[section.body]
        scale = _scale(ballot, rounds, number, section.body, measure) * (section.weight if measure == "share" else 1)
        for name, figure in figures.items():
            totals[name] = totals.get(name, Fraction(0)) + figure * scale
    return Standing(number, totals, _bases(ballot, rounds, number, totals, measure, entitled), elected, measure=measure)


def _measure(ballot: Ballot, one: Round) -> Measure:
    """Tallies are shares where several sections vote, or where only percentages were published."""
    body = ballot.bodies[0]
    measure = measure_of(ballot)
    if measure == "share" or one.unit_of(body) in {"percent", "points of the whole"}:
        return "share"
    if measure == "points" and one.unit_of(body) == "votes":
        raise UsageError("votes were published, not the points of the units that decide")
    return measure


def _scale(ballot: Ballot, rounds: Sequence[Round], number: int, body: str, measure: Measure) -> Fraction:
    """What a published figure is multiplied by, before the section's weight."""
    one = rounds[number - 1]
    if measure != "share":
        return Fraction(1)
    if one.unit_of(body) == "points of the whole":
        weight = next(s.weight for s in ballot.sections if s.body == body)
        return 1 / (HUNDRED * weight)
    whole = sum(one.votes[body].values(), Fraction(0))
    if one.unit_of(body) == "percent" and whole < WHOLE_ENOUGH:
        whole = HUNDRED
    elif ballot.exhausted == "stay" and body in rounds[0].votes and rounds[0].unit_of(body) == one.unit_of(body):
        whole = max(whole, sum(rounds[0].votes[body].values(), Fraction(0)))
    return 1 / whole if whole else Fraction(0)


def _bases(
    ballot: Ballot,
    rounds: Sequence[Round],
    number: int,
    totals: Mapping[str, Fraction],
    measure: Measure,
    entitled: Mapping[str, int],
) -> Bases:
    continuing = sum(totals.values(), Fraction(0))
    if measure == "share":
        return Bases(continuing, Fraction(1))
    body = ballot.bodies[0]
    # A fresh vote has its own valid and cast papers; ranked papers are those of the first round.
    base = rounds[number - 1 if ballot.paper == "single" else 0]
    if not base.votes or base.unit_of(body) != rounds[number - 1].unit_of(body):
        base = rounds[number - 1]
    valid = sum(base.votes[body].values(), Fraction(0))
    if measure == "points":
        return Bases(continuing, valid)
    cast = valid + base.others[body] if body in base.others else None
    return Bases(continuing, valid, cast, Fraction(entitled[body]) if body in entitled else None)
