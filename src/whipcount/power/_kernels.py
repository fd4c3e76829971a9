"""The two loops that are worth compiling. Imported by `fast` only, which says so when the first import compiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

_F = TypeVar("_F", bound=Callable[..., Any])


def _compiled(signature: str) -> Callable[[_F], _F]:
    """Compiled for one signature at import, kept on disk: the wait, if any, is where it is announced."""
    return cast("Callable[[_F], _F]", numba.njit(signature, cache=True, error_model="numpy"))


@_compiled("void(int64[::1], int64, int64[:, ::1])")
def count_by_size(weights: Any, modulus: Any, table: Any) -> None:
    """table[s, x] = coalitions of s players with weight x, modulo `modulus` < 2**62; `weights` ascending.

    Four players are worked off in one sweep, each a row behind the one before, so that the rows stay in the cache.
    Sums that s players cannot have are skipped.
    """
    players = weights.shape[0]
    sizes, limit = table.shape
    light = np.zeros(players + 1, np.int64)
    for j in range(players):
        light[j + 1] = light[j] + weights[j]
    table[0, 0] = 1
    for first in range(0, players, 4):
        batch = min(4, players - first)
        for start in range(min(first + 1, sizes - 1), -batch, -1):
            for behind in range(batch):
                j, s = first + behind, start + behind
                if s < 1 or s > j + 1 or s >= sizes:
                    continue
                w, least = weights[j], light[s - 1]
                stop = min(light[j] - light[j - s + 1] + w, limit - 1) + 1
                row, before = table[s, least + w : stop], table[s - 1, least : stop - w]
                for x in range(row.shape[0]):  # slices from 0: no index can wrap round, so the loop is vectorised
                    total = row[x] + before[x] - modulus
                    row[x] = total + modulus if total < 0 else total


@_compiled("void(int64[::1], int64, int64[:, ::1], int64[:, ::1])")
def swings_by_size(distinct: Any, modulus: Any, table: Any, swings: Any) -> None:
    """Add to swings[d, s] the swings at size s of a player of weight distinct[d], modulo `modulus`.

    `table` is that of `count_by_size`, and is turned into running totals over x.
    """
    sizes, limit = table.shape
    players = swings.shape[1]
    for s in range(sizes):
        row = table[s]
        for x in range(1, limit):
            total = row[x] + row[x - 1] - modulus
            row[x] = total + modulus if total < 0 else total
        for d in range(distinct.shape[0]):
            w = distinct[d]
            size, x = s, limit - 1
            sign = 1
            while w > 0 and x >= 0 and size < players:
                step = row[x] - (row[x - w] if x >= w else 0)
                total = swings[d, size] + sign * step
                if total < 0:
                    total += modulus
                elif total >= modulus:
                    total -= modulus
                swings[d, size] = total
                size, x, sign = size + 1, x - w, -sign


@_compiled("void(int64[::1], float64[::1], float64[:, ::1], int64)")
def add_players(weights: Any, nodes: Any, sums: Any, top: Any) -> None:
    """Multiply sums[k] by the product of (1 - p + p z^w) over `weights`, p = nodes[k]; nothing is above `top` before."""
    spare = np.empty(sums.shape[1])
    for k in range(nodes.shape[0]):
        row, odds = sums[k], nodes[k] / (1.0 - nodes[k])
        reach = top
        for w in weights:
            reach = min(reach + w, sums.shape[1] - 1)
            if w <= reach:
                stay, come = row[: reach + 1 - w], row[w : reach + 1]
                for x in range(stay.shape[0]):
                    spare[x] = stay[x] * odds
                for x in range(come.shape[0]):
                    come[x] += spare[x]
        scale = (1.0 - nodes[k]) ** len(weights)
        for x in range(row.shape[0]):
            row[x] *= scale
