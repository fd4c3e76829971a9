"""Ballot papers in every draw: who is first among those still in, for any set of those still in.

Two kinds. `RankedPapers` holds rankings with a weight in every draw, and is what an exact count counts. `LucePapers` holds,
for every section, how many voters begin with each candidate and how the others appeal to them: after their own
candidate is out, a voter of kind t is with c, among those still in, with probability proportional to
strength_c * affinity_tc (Luce's choice axiom; Plackett 1975), so that no ranking has to be written out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Papers(Protocol):
    """Papers of B bodies (or sections), C candidates, N draws."""

    def first(self, alive: Bools) -> Floats:
        """(N, B, C): votes for each candidate who is `alive` (N, C) in each draw."""


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
    affinity  (C, C) row t, column c: how the appeal of c is multiplied for voters of t
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
        to_all = self.strengths @ self.affinity.T
        to_live = appeal @ self.affinity.T
        base = to_live + self.exhausted * to_all
        loose = np.where(live, 0.0, self.kinds)
        per = np.divide(loose, base, out=np.zeros_like(base), where=base > 0)
        votes = np.where(live, self.kinds, 0.0) + (per @ self.affinity) * appeal
        out = np.zeros((len(votes), max(self.body) + 1, votes.shape[2]))
        for section, body in enumerate(self.body):
            out[:, body] += votes[:, section]
        return out
