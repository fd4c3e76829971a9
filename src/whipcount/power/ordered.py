"""Swings by the size of the coalition, and from them the Shapley-Shubik index: exact, or as an integral.

    phi_i = sum over s of  s! (n-1-s)! / n!  x  (coalitions of s others that i turns from losing to winning)
          = integral over p from 0 to 1 of  P(i is pivotal when each of the others joins with probability p)

Shapley & Shubik 1954; the integral is Owen's multilinear extension (1972). Its integrand is a polynomial in p of degree
n - 1, so that Gauss-Legendre quadrature with n/2 nodes has no error but rounding.

The exact counts have n/3 digits. They are computed modulo several moduli below 2**62 and put together by the Chinese
remainder theorem, so that nothing overflows at any n.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import comb, gcd, lcm
from types import ModuleType

import numpy as np

from whipcount.power import fast

_BATCH = 16  # nodes worked on together: few enough to stay in the cache


def swings_by_size(weights: Sequence[int], quota: int) -> list[list[int]]:
    """For every player i and every s from 0 to n - 1: the coalitions of s others that lose without i and win with him."""
    players, dual = len(weights), sum(weights) + 1 - quota
    distinct = sorted(set(weights))
    limit = min(quota, dual)
    counts = _joined(sorted(weights), distinct, limit)
    if limit < quota:  # a swing of the dual game at size s is one of this game at size n - 1 - s
        counts = [row[::-1] for row in counts]
    by_weight = dict(zip(distinct, counts, strict=True))
    return [by_weight[weight] + [0] * (players - len(by_weight[weight])) for weight in weights]


def table_shape(weights: Sequence[int], quota: int) -> tuple[int, int]:
    """Rows (sizes that can lose) and columns (weights that lose) of the table that the exact counts need."""
    limit = min(quota, sum(weights) + 1 - quota)
    return 1 + sum(total < limit for total in accumulate(sorted(weights))), limit


def _joined(ascending: list[int], distinct: list[int], limit: int) -> list[list[int]]:
    players = len(ascending)
    moduli = _moduli(players)
    shape = (1 + sum(total < limit for total in accumulate(ascending)), limit)
    loops = fast.kernels(players * shape[0] * shape[1] * len(moduli) // 2)
    residues = []
    for modulus in moduli:
        table = np.zeros(shape, dtype=np.int64)
        swings = np.zeros((len(distinct), players), dtype=np.int64)
        if loops is None:
            fast.count_by_size(ascending, modulus, table)
            fast.swings_by_size(distinct, modulus, table, swings)
        else:
            loops.count_by_size(np.array(ascending, dtype=np.int64), modulus, table)
            loops.swings_by_size(np.array(distinct, dtype=np.int64), modulus, table, swings)
        residues.append(swings)
    return _chinese([rows.tolist() for rows in residues], moduli)


def _moduli(players: int) -> list[int]:
    """Numbers just below 2**62 without a common factor whose product exceeds every count of coalitions."""
    chosen = [2**62 - 1]
    product, candidate = chosen[0], chosen[0]
    while product >> players == 0:
        candidate -= 1
        if gcd(candidate, product) == 1:
            chosen.append(candidate)
            product *= candidate
    return chosen


def _chinese(residues: list[list[list[int]]], moduli: list[int]) -> list[list[int]]:
    if len(moduli) == 1:
        return residues[0]
    product = lcm(*moduli)
    parts = [product // modulus for modulus in moduli]
    unit = [part * pow(part, -1, modulus) for part, modulus in zip(parts, moduli, strict=True)]
    return [
        [sum(map(int.__mul__, unit, cell)) % product for cell in zip(*rows, strict=True)]
        for rows in zip(*residues, strict=True)
    ]


def shapley(counts: Sequence[Sequence[int]]) -> list[Fraction]:
    """The Shapley-Shubik index from the swings by size."""
    players = len(counts)
    common = lcm(*range(1, players + 1))  # n C(n-1, s) divides it for every s
    shares = [common // (players * comb(players - 1, size)) for size in range(players)]
    by_row: dict[int, Fraction] = {}
    for row in counts:
        if id(row) not in by_row:
            by_row[id(row)] = Fraction(sum(map(int.__mul__, row, shares)), common)
    return [by_row[id(row)] for row in counts]


def shapley_by_quadrature(weights: Sequence[int], quota: int) -> list[float]:
    """The Shapley-Shubik index in floating point, with about 13 significant digits."""
    nodes, shares = np.polynomial.legendre.leggauss(len(weights) // 2 + 1)
    nodes, shares = (nodes + 1) / 2, shares / 2
    distinct = sorted(set(weights))
    lower = nodes <= 0.5
    dual = sum(weights) + 1 - quota  # pivotal in the game at p is pivotal in the dual game at 1 - p
    index = _chances(weights, distinct, quota, nodes[lower]) @ shares[lower]
    index += _chances(weights, distinct, dual, 1 - nodes[~lower]) @ shares[~lower]
    by_weight = dict(zip(distinct, index.tolist(), strict=True))
    return [by_weight[weight] for weight in weights]


def _chances(weights: Sequence[int], distinct: list[int], quota: int, nodes: fast.Floats) -> fast.Floats:
    """[weight, node]: the probability that one player of the weight is pivotal when the others join with that chance."""
    rest = sorted(weights)
    for weight in distinct:
        rest.remove(weight)
    chances = np.zeros((len(distinct), len(nodes)))
    loops = fast.kernels(len(weights) * quota * len(nodes))
    for at in range(0, len(nodes), _BATCH):
        batch = slice(at, at + _BATCH)
        sums = np.zeros((len(nodes[batch]), quota))
        sums[:, 0] = 1.0
        _add(loops, rest, nodes[batch], sums, 0)
        _leave_each_out(loops, sums, distinct, nodes[batch], chances[:, batch])
    return chances


def _add(loops: ModuleType | None, weights: list[int], nodes: fast.Floats, sums: fast.Floats, top: int) -> None:
    for start in range(0, len(weights), 512):
        some = weights[start : start + 512]
        if loops is None:
            fast.add_players(some, nodes, sums, top)
        else:
            loops.add_players(np.array(some, dtype=np.int64), nodes, sums, top)
        top = min(top + sum(some), sums.shape[1] - 1)


def _leave_each_out(
    loops: ModuleType | None, sums: fast.Floats, distinct: list[int], nodes: fast.Floats, chances: fast.Floats
) -> None:
    """`sums` ends just below the quota and lacks the players of weights `distinct`: all but one of them join, by halves.

    Nothing is ever subtracted, so that each chance keeps its relative precision, and is exactly 0 for a dummy. Only the
    sums that can still reach the quota are kept, which makes every halving cheaper than the one before.
    """
    if len(distinct) == 1:
        chances[0] = sums[:, max(sums.shape[1] - distinct[0], 0) :].sum(axis=1)
        return
    middle = len(distinct) // 2
    matter = max(sums.shape[1] - sum(distinct), 0)
    for kept, joined, rows in (
        (distinct[:middle], distinct[middle:], slice(middle)),
        (distinct[middle:], distinct[:middle], slice(middle, None)),
    ):
        part = sums[:, matter:].copy()
        _add(loops, joined, nodes, part, part.shape[1] - 1)
        _leave_each_out(loops, part, kept, nodes, chances[rows])
