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

EXACT_IN_FLOATS = 2**53
"""Whole numbers below this are exact in 64-bit floats."""

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
        self.end = reading.end
        size, rows = len(self.candidates), len(self.profile.weight)
        self.holder = np.full(rows, FRESH, np.int32)
        """Index of the candidate; FRESH; or C + cause once inactive."""
        self.at = np.zeros(rows, np.intp)
        """Where each row's current mark stands in `marks`."""
        self.overvotes = [np.array(sorted(marked)) for marked in self.profile.overvotes]
        # One more column of nothing, so that every row ends within it.
        marks = np.full((rows, self.profile.ranks.shape[1] + 1), SKIPPED, np.int16)
        marks[:, :-1] = self.profile.ranks
        self.marks = marks.ravel()
        self.at = np.arange(rows, dtype=np.intp) * marks.shape[1]
        self.held = np.zeros((len(self.groups), size + len(Cause)), np.int64)
        """Papers by group and holder (G, C + 5): candidates first, then the inactive by `Cause`."""
        blank = np.flatnonzero(self.end == Cause.UNDERVOTE)
        self.holder[blank] = size + Cause.UNDERVOTE
        np.add.at(self.held[:, size + Cause.UNDERVOTE], self.profile.group[blank], self.profile.weight[blank])

    @property
    def groups(self) -> tuple[Group, ...]:
        """The sections and units in which there are papers."""
        return self.profile.groups

    def votes(self, papers: int) -> Fraction:
        """Units of weight as votes."""
        return Fraction(papers, self.profile.scale)

    def blank(self) -> Fraction:
        """The votes on papers that were blank from the start."""
        return self.votes(int(self.held[:, len(self.candidates) + Cause.UNDERVOTE].sum()))

    def advance(self, continuing: Iterable[str]) -> Moves:
        """Move every paper whose candidate is no longer in to its next continuing choice."""
        names = set(continuing)
        still_in = np.array([name in names for name in self.candidates], np.bool_)
        rows = np.flatnonzero(self._to_move(still_in))
        before = self.holder[rows]
        self._move(rows, still_in)
        moved = self._sums(rows, before)
        size = len(self.candidates)
        self.held += moved.sum(axis=1)
        self.held[:, :size] -= moved[:, :size].sum(axis=2)
        return Moves(moved)

    def _to_move(self, still_in: NDArray[np.bool_]) -> NDArray[np.bool_]:
        # Holder -1 (fresh) takes the last element, the inactive take the elements behind the candidates.
        move: NDArray[np.bool_] = np.concatenate([~still_in, np.zeros(len(Cause), np.bool_), [True]])
        moves: NDArray[np.bool_] = move[self.holder]
        return moves

    def _move(self, rows: NDArray[np.intp], still_in: NDArray[np.bool_]) -> None:
        """Step each row on to the first mark at which it stops, and settle it there."""
        stops = self._stops(still_in)
        at = self.at[rows]
        pending = np.arange(len(rows))
        while len(pending):
            pending = pending[~stops[self.marks[at[pending]]]]
            at[pending] += 1
        self.at[rows] = at
        codes = self.marks[at]
        ended = codes == SKIPPED
        self.holder[rows] = np.where(ended, len(self.candidates) + self.end[rows], codes)
        for code in np.unique(codes[codes <= OVERVOTE_BASE]):
            marked = self.overvotes[OVERVOTE_BASE - int(code)]
            left = marked[still_in[marked]]
            here = rows[codes == code]
            self.holder[here] = left[0] if len(left) == 1 else len(self.candidates) + Cause.OVERVOTE

    def _stops(self, still_in: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """For every code, whether a row stops there: indexed by candidate, and from behind by -1, -2, ..."""
        several = [bool(still_in[marked].any()) for marked in reversed(self.overvotes)]
        return np.array([*still_in, *several, True], np.bool_)

    def _sums(self, rows: NDArray[np.intp], before: NDArray[np.int32]) -> NDArray[np.int64]:
        """The weights of rows by group, holder before (fresh ones last) and holder now."""
        size = len(self.candidates)
        shape = (len(self.groups), size + 1, size + len(Cause))
        source = np.where(before == FRESH, size, before)
        flat = (self.profile.group[rows].astype(np.intp) * shape[1] + source) * shape[2] + self.holder[rows]
        weight = self.profile.weight[rows]
        if int(self.profile.weight.sum()) < EXACT_IN_FLOATS:
            # Every partial sum is a whole number below 2^53, which a float holds exactly; this is several times faster.
            return np.bincount(flat, weight, shape[0] * shape[1] * shape[2]).astype(np.int64).reshape(shape)
        sums = np.zeros(shape, np.int64)
        np.add.at(sums.ravel(), flat, weight)
        return sums
