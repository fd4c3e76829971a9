"""Papers from hand to hand: whom each paper counts for, given who is still in.

In: ballots as the rules read them (`ballots.Reading`). Each `advance` moves the papers whose candidate is no longer in to their
next continuing choice, all rows at once in NumPy; sums are 64-bit integers of the profile's weights, which the
profile guarantees to fit. Out: votes by group, a matrix of movements, and the papers that are inactive, by cause.

A paper once inactive stays so. An overvote left by the reading ("exhaust if multiple") is met anew in each
round: with one of those marked still in, the paper counts for that one; with none, the rank is passed over; with
several, the paper is out for good. Blank papers are set aside from the start and are in no round's count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from whipcount.ballots import OVERVOTE_BASE, SKIPPED, Cause, Group, MarkRules, Profile, Reading, interpret
from whipcount.rules import Marks

CAUSES = (Cause.EXHAUSTED, Cause.OVERVOTE, Cause.SKIPPED, Cause.DUPLICATE)
"""The causes for which a paper becomes inactive during a count; a blank paper (undervote) never was active."""

FRESH = -1
"""The holder of a paper before the first round."""


def mark_rules(marks: Marks) -> MarkRules:
    """A rulebook's clause on marks as the reader of ballots takes it."""
    return MarkRules(marks.overvote, marks.skipped, marks.duplicate)


def read(profile: Profile, marks: Marks) -> Reading:
    """The ballots as a rulebook's clause on marks reads them."""
    return interpret(profile, mark_rules(marks))


@dataclass(frozen=True)
class Moves:
    """Papers that changed hands between two rounds, in whole units of weight (1/`scale` votes).

    `papers` (G, C + 1, C + 5): by group, from candidate (the last row: the papers as first cast), to candidate or, in
    the last five columns, to the cause of inactivity (indexed by `Cause`).
    """

    papers: NDArray[np.int64]


class Papers:
    """The papers of a count and whom each counts for. The one thing in this room that changes as a count goes on."""

    def __init__(self, reading: Reading) -> None:
        self.profile = reading.profile
        self.candidates = self.profile.candidates
        self.end = reading.end.astype(np.intp)
        rows = len(self.profile.weight)
        self.holder = np.full(rows, FRESH, np.intp)
        """Index of the candidate; FRESH; or C + cause once inactive."""
        self.at = np.zeros(rows, np.intp)
        blank = self.end == Cause.UNDERVOTE
        self.holder[blank] = len(self.candidates) + Cause.UNDERVOTE
        self.overvotes = [np.array(sorted(marked)) for marked in self.profile.overvotes]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The sections and units in which there are papers."""
        return self.profile.groups

    def votes(self, papers: int) -> Fraction:
        """Units of weight as votes."""
        return Fraction(papers, self.profile.scale)

    def blank(self) -> Fraction:
        """The votes on papers that were blank from the start."""
        return self.votes(int(self.profile.weight[self.end == Cause.UNDERVOTE].sum()))

    def advance(self, continuing: Iterable[str]) -> Moves:
        """Move every paper whose candidate is no longer in to its next continuing choice."""
        still_in = self._mask(continuing)
        rows = np.flatnonzero(self._to_move(still_in))
        before = self.holder[rows]
        self._move(rows, still_in)
        size = len(self.candidates)
        moved = np.zeros((len(self.groups), size + 1, size + len(Cause)), np.int64)
        source = np.where(before == FRESH, size, before)
        np.add.at(moved, (self.profile.group[rows], source, self.holder[rows]), self.profile.weight[rows])
        return Moves(moved)

    def held(self) -> NDArray[np.int64]:
        """Papers by group and holder (G, C + 5): candidates first, then the inactive by `Cause`."""
        out = np.zeros((len(self.groups), len(self.candidates) + len(Cause)), np.int64)
        np.add.at(out, (self.profile.group, self.holder), self.profile.weight)
        return out

    def _mask(self, continuing: Iterable[str]) -> NDArray[np.bool_]:
        names = set(continuing)
        return np.array([name in names for name in self.candidates], np.bool_)

    def _to_move(self, still_in: NDArray[np.bool_]) -> NDArray[np.bool_]:
        # Holder -1 (fresh) takes the last element, the inactive take the elements behind the candidates.
        move: NDArray[np.bool_] = np.concatenate([~still_in, np.zeros(len(Cause), np.bool_), [True]])
        moves: NDArray[np.bool_] = move[self.holder]
        return moves

    def _move(self, rows: NDArray[np.intp], still_in: NDArray[np.bool_]) -> None:
        ranks = self.profile.ranks
        while len(rows):
            over = self.at[rows] >= ranks.shape[1]
            self._stop(rows[over], self.end[rows[over]])
            rows = rows[~over]
            codes = ranks[rows, self.at[rows]].astype(np.intp)
            ended = codes == SKIPPED
            self._stop(rows[ended], self.end[rows[ended]])
            settled = ended | self._plain(rows, codes, still_in) | self._overvoted(rows, codes, still_in)
            rows = rows[~settled]
            self.at[rows] += 1

    def _plain(self, rows: NDArray[np.intp], codes: NDArray[np.intp], still_in: NDArray[np.bool_]) -> NDArray[np.bool_]:
        hit: NDArray[np.bool_] = (codes >= 0) & still_in[np.maximum(codes, 0)]
        self.holder[rows[hit]] = codes[hit]
        return hit

    def _overvoted(
        self, rows: NDArray[np.intp], codes: NDArray[np.intp], still_in: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        settled = np.zeros(len(rows), np.bool_)
        for code in np.unique(codes[codes <= OVERVOTE_BASE]):
            marked = self.overvotes[OVERVOTE_BASE - int(code)]
            left = marked[still_in[marked]]
            here = codes == code
            if len(left) == 1:
                self.holder[rows[here]] = left[0]
            elif len(left) > 1:
                self._stop(rows[here], np.full(int(here.sum()), Cause.OVERVOTE, np.intp))
            settled |= here & (len(left) > 0)
        return settled

    def _stop(self, rows: NDArray[np.intp], causes: NDArray[np.intp]) -> None:
        self.holder[rows] = len(self.candidates) + causes
