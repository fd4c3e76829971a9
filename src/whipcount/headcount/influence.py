"""`why`: how far each piece of evidence moves each number.

Leaving a row out turns the posterior into posterior / likelihood of the row; so the draws at hand, weighted by one over
what the row contributed, are draws without it (importance weights; Geweke 1989). No second run is needed. Where too few
draws carry the weight, the row's influence is marked as rough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Evidence
from whipcount.headcount.model import Headcount
from whipcount.headcount.statements import together, without
from whipcount.headcount.totals import fit

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Influence:
    """What one row of evidence does to a number.

    `with_it` and `without_it` are the number with all evidence and without the row; `rough` warns that the
    second rests on few draws (under a twentieth of them).
    """

    row: Evidence
    number: str
    with_it: float
    without_it: float
    rough: bool

    @property
    def effect(self) -> float:
        """How far the row moves the number."""
        return self.with_it - self.without_it


def weights_without(count: Headcount) -> dict[str, Floats]:
    """Row id -> (draws,) weights that turn the draws of a headcount into draws without that row."""
    k = len(count.options)
    listed = together(count.statements, len(count.roll), k)
    out: dict[str, Floats] = {}
    for row_id in dict.fromkeys(s.row.id for s in count.statements):
        log = np.zeros(len(count.draws.totals))
        for elector, rest in without(count.statements, row_id, k).items():
            shift = rest - listed[elector]
            log += shift[count.draws.positions[:, elector]]
        out[row_id] = np.exp(log - log.max())
    for total in count.totals:
        g = fit(total, count.draws.totals, count.majority)
        mean = max(count.fits_before[total.row.id], 1e-6)
        out[total.row.id] = 1.0 / (total.trust * g / mean + (1 - total.trust))
    return out


def influences(count: Headcount, number: str, values: Floats) -> tuple[Influence, ...]:
    """How far each row moves the mean of `values` (one for each draw), strongest first."""
    rows = {s.row.id: s.row for s in count.statements} | {t.row.id: t.row for t in count.totals}
    base = float(values.mean())
    out = []
    for row_id, weights in weights_without(count).items():
        p = weights / weights.sum()
        rough = 1.0 / float((p**2).sum()) < len(values) / 20
        out.append(Influence(rows[row_id], number, base, float(p @ values), rough))
    return tuple(sorted(out, key=lambda i: (-abs(i.effect), i.row.id)))
