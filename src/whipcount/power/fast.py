"""The compiled loops where the extra `fast` is installed and the game is large, the same loops in NumPy everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import ModuleType

import numpy as np
import numpy.typing as npt

from whipcount.compiling import load

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Below this many table updates NumPy is done before numba is even imported.
_WORTH_COMPILING = 200_000_000


def kernels(updates: int) -> ModuleType | None:
    """The compiled loops, or None where `updates` are too few or numba is not installed."""
    return _load() if updates >= _WORTH_COMPILING else None


@cache
def _load() -> ModuleType | None:
    return load("whipcount.power._kernels", "the power indices")


def count_by_size(weights: Sequence[int], modulus: int, table: Ints) -> None:
    """table[s, x] = coalitions of s players with weight x modulo `modulus`, for `weights` in ascending order."""
    sizes, limit = table.shape
    table[0, 0] = 1
    top = 0
    for many, weight in enumerate(weights, start=1):
        top = min(top + weight, limit - 1)
        if weight > top:
            continue
        after = table[1 : min(many, sizes - 1) + 1, weight : top + 1]
        total = (after + table[: len(after), : top + 1 - weight]).view(np.uint64)
        np.minimum(total, total - np.uint64(modulus), out=after.view(np.uint64))


def swings_by_size(distinct: Sequence[int], modulus: int, table: Ints, swings: Ints) -> None:
    """Add to swings[d, s] the swings at size s of a player of weight distinct[d]; see `_kernels.swings_by_size`."""
    sizes, limit = table.shape
    totals = np.zeros((sizes, limit + 1), dtype=np.int64)
    for x in range(limit):
        totals[:, x + 1] = (totals[:, x] + table[:, x]) % modulus
    for d, weight in enumerate(distinct):
        for k, x in enumerate(range(limit, 0, -weight) if weight else ()):
            reach = max(min(sizes, swings.shape[1] - k), 0)
            step = totals[:reach, x] - totals[:reach, max(x - weight, 0)]
            swings[d, k : k + reach] = (swings[d, k : k + reach] + (-1) ** k * step) % modulus


def add_players(weights: Sequence[int], nodes: Floats, sums: Floats, top: int) -> None:
    """Multiply sums[k] by the product of (1 - p + p z^w) over `weights`, p = nodes[k]; nothing is above `top` before.

    What is pushed over the end of `sums` is forgotten. At most about 1,000 weights at once: the factors 1 - p come last.
    """
    odds = (nodes / (1.0 - nodes))[:, None]
    spare = np.empty_like(sums)
    for weight in weights:
        top = min(top + weight, sums.shape[1] - 1)
        if weight <= top:
            moved = np.multiply(sums[:, : top + 1 - weight], odds, out=spare[:, : top + 1 - weight])
            sums[:, weight : top + 1] += moved
    sums *= (1.0 - nodes[:, None]) ** len(weights)
