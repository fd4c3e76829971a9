"""Where each ballot stands: the first rank at which somebody still in is marked. All ballots at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whipcount.ballots.codes import SKIPPED


def first_continuing(
    ranks: NDArray[np.int16],
    alive: NDArray[np.bool_],
    overvotes: Sequence[frozenset[int]] = (),
    *,
    rows: NDArray[np.intp] | None = None,
    start: NDArray[np.int16] | None = None,
) -> NDArray[np.int16]:
    """The column of each ballot's first mark for a continuing candidate; the number of ranks if there is none.

    `ranks` is (R, L) as in a `Profile`, `alive` (C,) says who continues. An overvote is met where any of
    those marked continues: `ranks[row, column]` then is its code, and the rule decides. With `rows` only
    those rows are looked at, from column `start` (one for each of them) on: a count moves just the ballots
    of whoever went out, so all rounds together cost little more than one look at every mark.
    """
    met = _met(alive, overvotes)
    offset = 1 + len(overvotes)
    chosen = np.arange(len(ranks)) if rows is None else rows
    column = np.zeros(len(chosen), np.int16) if start is None else start.astype(np.int16)
    pending = np.arange(len(chosen))
    width = ranks.shape[1]
    while len(pending):
        pending = pending[column[pending] < width]
        codes = ranks[chosen[pending], column[pending]]
        pending = pending[~met[codes.astype(np.intp) + offset]]
        column[pending] += 1
    return column


def _met(alive: NDArray[np.bool_], overvotes: Sequence[frozenset[int]]) -> NDArray[np.bool_]:
    """For every code, lowest first: whether a ballot stops there."""
    several = [any(alive[index] for index in marked) for marked in reversed(overvotes)]
    return np.array([*several, bool(SKIPPED >= 0), *alive], np.bool_)
