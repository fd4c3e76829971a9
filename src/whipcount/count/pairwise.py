"""Every two candidates against each other: who is preferred by more, the Condorcet winner, the Smith set.

In: the papers and the ballot whose weights apply. Out: a `Pairwise`. A candidate who is ranked is preferred to all who are
not; between two who are not, or who are marked at the same rank, a paper says nothing. Weighted sections and units weigh as they
do in the first round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.ballots import OVERVOTE_BASE, Profile
from whipcount.count.export import exact
from whipcount.count.sections import assign
from whipcount.count.standing import Measure
from whipcount.count.totals import measure_of, worth
from whipcount.count.transfer import Papers, read
from whipcount.rules import Ballot

FAR = np.iinfo(np.int16).max


@dataclass(frozen=True)
class Pairwise:
    """`prefer[a, b]` is how much prefers `a` to `b`, in the ballot's measure."""

    candidates: tuple[str, ...]
    prefer: Mapping[tuple[str, str], Fraction]
    measure: Measure

    def beats(self, one: str, other: str) -> bool:
        """Whether more prefer `one` to `other` than the other way round."""
        return self.prefer[one, other] > self.prefer[other, one]

    @property
    def condorcet_winner(self) -> str | None:
        """Who beats everybody else, if anybody does."""
        for name in self.candidates:
            if all(self.beats(name, other) for other in self.candidates if other != name):
                return name
        return None

    @property
    def smith_set(self) -> tuple[str, ...]:
        """The smallest set of candidates each of whom beats everybody outside it (Smith 1973, Econometrica 41)."""
        if not self.candidates:
            return ()
        # Whoever has the best record of wins and draws is in the set; so is everybody whom a member does not beat.
        inside = {max(self.candidates, key=self._record)}
        while new := {
            other
            for other in self.candidates
            if other not in inside and not all(self.beats(one, other) for one in inside)
        }:
            inside |= new
        return tuple(n for n in self.candidates if n in inside)

    def _record(self, name: str) -> int:
        others = [other for other in self.candidates if other != name]
        return sum(2 * self.beats(name, other) + (not self.beats(other, name)) * 1 for other in others)

    def to_dict(self) -> dict[str, Any]:
        """As plain data: candidate -> other -> how much prefers the first."""
        matrix = {a: {b: exact(self.prefer[a, b]) for b in self.candidates if b != a} for a in self.candidates}
        return {"prefer": matrix, "condorcet_winner": self.condorcet_winner, "smith_set": list(self.smith_set)}


def pairwise(profile: Profile, ballot: Ballot, section: str | None = None) -> Pairwise:
    """Compare every two candidates of a profile. Raises `UsageError` for sections that the ballot does not have."""
    papers = Papers(read(assign(profile, ballot, section), ballot.marks))
    names = papers.candidates
    value = _worths(papers, ballot)
    position = _positions(papers)
    prefer = {
        (a, b): sum((value[g] * int(n) for g, n in enumerate(_more(papers, position, i, j)) if n), Fraction(0))
        for i, a in enumerate(names)
        for j, b in enumerate(names)
        if i != j
    }
    return Pairwise(names, prefer, measure_of(ballot))


def _worths(papers: Papers, ballot: Ballot) -> list[Fraction]:
    """What one unit of weight is worth in each group, by the votes that count in the first round."""
    papers.advance(papers.candidates)
    held = papers.held[:, : len(papers.candidates)].sum(axis=1)
    base = {group: papers.votes(int(n)) for group, n in zip(papers.groups, held, strict=True)}
    worths = worth(ballot, base, base)
    return [worths[group] / papers.profile.scale for group in papers.groups]


def _positions(papers: Papers) -> NDArray[np.int16]:
    """The rank at which each row has each candidate (R, C); FAR where it has not."""
    ranks = papers.profile.ranks
    position = np.full((len(ranks), len(papers.candidates)), FAR, np.int16)
    for column in reversed(range(ranks.shape[1])):
        codes = ranks[:, column]
        rows = np.flatnonzero(codes >= 0)
        position[rows, codes[rows]] = column
        for code in np.unique(codes[codes <= OVERVOTE_BASE]):
            rows = np.flatnonzero(codes == code)
            position[np.ix_(rows, papers.overvotes[OVERVOTE_BASE - int(code)])] = column
    return position


def _more(papers: Papers, position: NDArray[np.int16], i: int, j: int) -> NDArray[np.int64]:
    """The weight in each group of rows that have candidate i before candidate j."""
    rows = np.flatnonzero(position[:, i] < position[:, j])
    sums = np.zeros(len(papers.groups), np.int64)
    np.add.at(sums, papers.profile.group[rows], papers.profile.weight[rows])
    return sums
