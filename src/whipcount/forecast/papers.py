"""Ballot papers in every draw: who is first among those still in, for any set of those still in.

Two kinds. `RankedPapers` holds rankings with a weight in every draw, and is what an exact count counts. `LucePapers` holds,
for every section, how many voters begin with each candidate and how the others appeal to them: after their own
candidate is out, a voter of kind t is with c, among those still in, with probability proportional to
strength_c * affinity_tc (Luce's choice axiom; Plackett 1975), so that no ranking has to be written out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Papers(Protocol):
    """Papers of B bodies (or sections), C candidates, N draws."""

    def first(self, alive: Bools) -> Floats:
        """(N, B, C): votes for each candidate who is `alive` (N, C) in each draw."""

    def part(self, rows: slice) -> Papers:
        """The papers of some of the draws."""


@dataclass(frozen=True)
class RankedPapers:
    """Rankings that are common to all draws, with weights of their own in each.

    rankings (R, L) candidate numbers, -1 after the last; weights (N, B, R) votes.
    """

    rankings: NDArray[np.int64]
    weights: Floats
    candidates: int

    def first(self, alive: Bools) -> Floats:
        """As `Papers.first`; draws with the same candidates left are counted together."""
        out = np.zeros((*self.weights.shape[:2], self.candidates))
        sets, where = np.unique(alive, axis=0, return_inverse=True)
        for k, left in enumerate(sets):
            rows = np.flatnonzero(where.ravel() == k)
            out[rows] = self.weights[rows] @ self._tops(left)
        return out

    def part(self, rows: slice) -> RankedPapers:
        """As `Papers.part`."""
        return replace(self, weights=self.weights[rows])

    def _tops(self, left: Bools) -> Floats:
        """(R, C): 1 where a candidate is a ranking's first among those left."""
        ok = (self.rankings >= 0) & left[np.maximum(self.rankings, 0)]
        at = ok.argmax(axis=1)
        top = np.take_along_axis(self.rankings, at[:, None], axis=1).ravel()
        out = np.zeros((len(self.rankings), self.candidates))
        has = ok.any(axis=1)
        out[np.flatnonzero(has), top[has]] = 1.0
        return out


@dataclass(frozen=True)
class LucePapers:
    """Voters by first choice, and how they go on.

    kinds     (N, S, C) votes that begin with each candidate, in each section
    strengths (N, S, C) positive appeal of each candidate to the others' voters
    affinity  (C, C), or (S, C, C) by section: row t, column c: how the appeal of c is multiplied for voters of t
    body      for each section the number of the body it votes in
    exhausted share of a voter's appeal that goes to nobody
    """

    kinds: Floats
    strengths: Floats
    affinity: Floats
    body: tuple[int, ...]
    exhausted: float = 0.0

    def first(self, alive: Bools) -> Floats:
        """As `Papers.first`."""
        live = alive[:, None, :]
        appeal = self.strengths * live
        to_live, to_all = self._spread(appeal), self._spread(self.strengths)
        base = to_live + self.exhausted * to_all
        loose = self.kinds * ~live
        per = np.divide(loose, base, out=np.zeros_like(loose), where=base > 0)
        back = per.sum(axis=2, keepdims=True) if self.level else _times(per, self.affinity)
        votes = self.kinds * live + back * appeal
        if self.body == tuple(range(votes.shape[1])):
            return np.asarray(votes)
        out = np.zeros((len(votes), max(self.body) + 1, votes.shape[2]))
        for section, body in enumerate(self.body):
            out[:, body] += votes[:, section]
        return out

    @cached_property
    def level(self) -> bool:
        """Whether all candidates appeal alike to all kinds of voters: then plain sums do."""
        return bool((self.affinity == 1.0).all())

    def _spread(self, appeal: Floats) -> Floats:
        """For each kind of voter the whole appeal of all candidates."""
        return np.asarray(
            appeal.sum(axis=2, keepdims=True) if self.level else _times(appeal, np.swapaxes(self.affinity, -1, -2))
        )

    def part(self, rows: slice) -> LucePapers:
        """As `Papers.part`."""
        return replace(self, kinds=self.kinds[rows], strengths=self.strengths[rows])


def _times(rows: Floats, by: Floats) -> Floats:
    """(N, S, C) rows, each times a (C, C) matrix, or that of its section (S, C, C)."""
    return rows @ by if by.ndim == 2 else np.asarray((rows[:, :, None, :] @ by)[:, :, 0])


@dataclass(frozen=True)
class RepeatedPapers(LucePapers):
    """Ballots that are held again: besides those whose candidate is out, others may think again between rounds.

    shake  (N, C + 1, C) logarithm by which a candidate's votes have moved by the time so many candidates are left; 0 for all at first
    """

    shake: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))

    def first(self, alive: Bools) -> Floats:
        """As `Papers.first`: the votes of each body move between those left, and keep their sum."""
        votes = super().first(alive)
        left = alive.sum(axis=1)
        moved = votes * np.exp(self.shake[np.arange(len(votes)), left])[:, None, :]
        whole, now = votes.sum(axis=2, keepdims=True), moved.sum(axis=2, keepdims=True)
        return np.asarray(moved * np.divide(whole, now, out=np.zeros_like(now), where=now > 0))

    def part(self, rows: slice) -> RepeatedPapers:
        """As `Papers.part`."""
        return replace(self, kinds=self.kinds[rows], strengths=self.strengths[rows], shake=self.shake[rows])


def shakes(standing: Bools, step: float, momentum: float, rng: np.random.Generator) -> Floats:
    """`RepeatedPapers.shake` for those who stand (N, C): a walk with one step for every candidate who is gone.

    Each step is `momentum` times the step before, and a surprise of standard deviation `step`.
    """
    n, c = standing.shape
    surprise = step * rng.standard_normal((n, c + 1, c))
    stood = standing.sum(axis=1)
    out = np.zeros((n, c + 1, c))
    last, at = np.zeros((n, c)), np.zeros((n, c))
    for left in range(c - 1, 0, -1):
        begun = (left < stood)[:, None]
        last = np.where(begun, momentum * last + surprise[:, left], 0.0)
        at = at + last
        out[:, left] = at
    return out
