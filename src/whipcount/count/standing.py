"""What a round is decided on: exact tallies and bases; and what is decided.

All numbers are `Fraction`: votes, points, or shares of the whole, in the ballot's own measure (`Measure`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Measure = Literal["votes", "points", "share"]
"""What a tally is: votes (one section), points (one section with units), or a share of the whole (several sections)."""

Question = Literal["wins", "stays"]
"""What is to be settled between the tied: which one wins, or who of them stays in."""

Test = Literal[
    "write-ins", "unopposed", "wins", "last two", "last round", "floor", "batch", "lowest", "all but", "again", "nobody"
]
"""The test that decided a round; `docs/count.md` gives their order."""


@dataclass(frozen=True)
class Bases:
    """What thresholds are a share of, in the ballot's measure. None: not known, or without meaning under weights."""

    continuing: Fraction
    valid: Fraction
    cast: Fraction | None = None
    entitled: Fraction | None = None


@dataclass(frozen=True)
class Standing:
    """Where a ballot stands in one round.

    `totals` has everybody who takes part in this round, with their tallies. `elected`: who has won in an earlier round
    of a ballot that goes on (`until`). `write_ins`: undeclared ones.
    """

    round: int
    totals: Mapping[str, Fraction]
    bases: Bases
    elected: str | None = None
    write_ins: frozenset[str] = frozenset()
    measure: Measure = "votes"

    @property
    def continuing(self) -> tuple[str, ...]:
        """Everybody who takes part, in the order of the paper."""
        return tuple(self.totals)


@dataclass(frozen=True)
class Tie:
    """Candidates with equal tallies between whom the rules must choose.

    `places` of the `tied` are to be favoured: the one who wins, or those who stay in.
    """

    question: Question
    tied: tuple[str, ...]
    places: int

    def words(self) -> str:
        """The question in plain English."""
        names = ", ".join(self.tied)
        if self.question == "wins":
            return f"which of {names} wins"
        if self.places == len(self.tied) - 1:
            return f"which of {names} goes out"
        return f"which {self.places} of {names} stay in"


Settled = Mapping[Tie, tuple[str, ...]]
"""Ties that have been broken: the favoured candidates of each."""


@dataclass(frozen=True)
class Decision:
    """What the rules say of a round.

    elected   who wins in this round
    out       who goes out, in the order of the paper
    goes_on   who is sent on to the next ballot
    ended     whether the ballot ends here
    tie       a tie that must be settled first; then nothing else in the decision counts
    test      the test that decided, and `reason` the same in words
    """

    test: Test
    reason: str
    elected: str | None = None
    out: tuple[str, ...] = ()
    goes_on: tuple[str, ...] = ()
    ended: bool = False
    tie: Tie | None = None
    settled: tuple[Tie, ...] = field(default=())
