"""From votes by section and unit to the tallies that the rules compare.

In: votes of each group for each candidate in one round, and the groups' votes in the first round. Out: what one paper of
each group is worth, and with it the tallies and bases of the round. Exact throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from whipcount.ballots import Group
from whipcount.count.standing import Bases, Measure
from whipcount.rules import Ballot

Votes = Mapping[Group, Mapping[str, Fraction]]
"""Votes of each group for each candidate who takes part in a round."""


def measure_of(ballot: Ballot) -> Measure:
    """The measure of a ballot's tallies."""
    if len(ballot.sections) > 1:
        return "share"
    return "points" if ballot.units is not None else "votes"


def sums(votes: Votes) -> dict[Group, Fraction]:
    """The votes of each group that count for somebody."""
    return {group: sum(by_name.values(), Fraction(0)) for group, by_name in votes.items()}


def worth(ballot: Ballot, now: Mapping[Group, Fraction], first: Mapping[Group, Fraction]) -> dict[Group, Fraction]:
    """What one vote of each group adds to a tally: 1, or a share of the section's weight, or of the unit's points.

    `now` are the groups' votes counting in this round, `first` those of the first round; which of the two is the base
    is the rulebook's (`exhausted`). A group without votes is worth 0.
    """
    base = now if ballot.exhausted == "rebased" else {g: max(now[g], first.get(g, Fraction(0))) for g in now}
    measure = measure_of(ballot)
    if measure == "votes":
        return {group: Fraction(1) for group in now}
    worths: dict[Group, Fraction] = {}
    for section in ballot.sections:
        groups = [g for g in now if g.section == section.body]
        if ballot.units is None:
            whole = sum((base[g] for g in groups), Fraction(0))
            worths |= {g: section.weight / whole if whole else Fraction(0) for g in groups}
        else:
            points = {g: points_of(ballot, base[g]) for g in groups}
            whole = sum(points.values(), Fraction(0))
            scale = section.weight / whole if measure == "share" and whole else Fraction(1)
            worths |= {g: scale * points[g] / base[g] if base[g] else Fraction(0) for g in groups}
    return worths


def points_of(ballot: Ballot, base: Fraction) -> Fraction:
    """The points that a unit with this many votes shares out."""
    units = ballot.units
    assert units is not None
    if not base:
        return Fraction(0)
    return min(Fraction(units.points), base) if units.cap == "votes" else Fraction(units.points)


def weigh(votes: Votes, worths: Mapping[Group, Fraction]) -> dict[str, Fraction]:
    """The tally of each candidate: the groups' votes, each at its worth."""
    totals: dict[str, Fraction] = {}
    for group, by_name in votes.items():
        for name, n in by_name.items():
            totals[name] = totals.get(name, Fraction(0)) + n * worths[group]
    return totals


def bases_of(
    ballot: Ballot,
    totals: Mapping[str, Fraction],
    first: Mapping[Group, Fraction],
    cast: Fraction | None,
    entitled: Fraction | None,
) -> Bases:
    """The bases of a round, in the ballot's measure. `cast` and `entitled` have no meaning under weights."""
    continuing = sum(totals.values(), Fraction(0))
    if measure_of(ballot) == "share":
        return Bases(continuing, Fraction(1))
    if measure_of(ballot) == "points":
        return Bases(continuing, sum((points_of(ballot, n) for n in first.values()), Fraction(0)))
    valid = continuing if ballot.paper == "single" else sum(first.values(), Fraction(0))
    return Bases(continuing, valid, cast, entitled)
