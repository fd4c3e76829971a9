"""Johnston's scores: each winning coalition that somebody can break is one point, shared by those who can (Johnston 1978)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from whipcount.power.diagram import refuse, unpack
from whipcount.power.generating import exactly

ENUMERATION_LIMIT = 20
_WORK_LIMIT = 40_000_000


def of_weights(weights: Sequence[int], quota: int) -> list[Fraction]:
    """The score of every player of a weighted game.

    In a coalition of weight q + e those who weigh more than e can break it. So between two neighbouring weights a < b the
    excesses e from a to b - 1 have the same breakers, the heavier players, and the lighter ones only make up weight.
    """
    steps = [0, *sorted(set(weights) - {0})]
    _check_work(weights, quota, len(steps))
    scores = dict.fromkeys(steps, Fraction(0))
    for low, high in pairwise(steps):
        heavy = [weight for weight in weights if weight > low]
        light = [weight for weight in weights if weight <= low]
        made_up = _windows(light, quota, low, high)
        by_size = _by_size(heavy, quota, bits=len(weights) + 1)
        for weight in steps:
            if weight > low:
                scores[weight] += _shares(by_size, made_up, weight, len(weights) + 1)
    return [scores[weight] for weight in weights]


def _check_work(weights: Sequence[int], quota: int, steps: int) -> None:
    work = steps * (len(weights) + steps) * quota * max(len(weights) // 40, 1)
    if work > _WORK_LIMIT:
        raise refuse("steps to share out its winning coalitions", _WORK_LIMIT)


def _windows(light: Sequence[int], quota: int, low: int, high: int) -> list[int]:
    """[y]: coalitions of the `light` that lift heavy players of weight y to an excess from `low` to `high` - 1."""
    counts = exactly(light, quota + high)
    return [sum(counts[max(quota + low - y, 0) : quota + high - y]) for y in range(quota + high)]


def _by_size(heavy: Sequence[int], quota: int, bits: int) -> list[int]:
    """[y]: coalitions of the `heavy` with weight y below quota + heaviest, packed by size."""
    packed = [0] * (quota + max(heavy))
    packed[0] = 1
    top = 0
    for weight in heavy:
        top = min(top + weight, len(packed) - 1)
        for y in range(top, weight - 1, -1):
            packed[y] += packed[y - weight] << bits
    return packed


def _shares(by_size: Sequence[int], made_up: Sequence[int], weight: int, bits: int) -> Fraction:
    """The points that one heavy player gets: 1/k of every coalition that k heavy players can break, he among them."""
    others = list(by_size[: max(len(made_up) - weight, 0)])
    for y in range(weight, len(others)):
        others[y] -= others[y - weight] << bits
    total = sum(other * made_up[y + weight] for y, other in enumerate(others))
    counts = unpack(total, bits, bits)
    return sum((Fraction(count, size) for size, count in enumerate(counts, start=1)), Fraction(0))


def of_any(wins: npt.NDArray[np.bool_]) -> list[Fraction]:
    """The score of every player, from whether each of the 2^n coalitions (as masks) wins."""
    players = len(wins).bit_length() - 1
    breaks = [_breaks(wins, i) for i in range(players)]
    breakers = np.array(breaks).sum(axis=0)
    counts = [np.bincount(breakers[breaks[i]], minlength=players + 1).tolist() for i in range(players)]
    return [sum((Fraction(row[k], k) for k in range(1, players + 1)), Fraction(0)) for row in counts]


def _breaks(wins: npt.NDArray[np.bool_], player: int) -> npt.NDArray[np.bool_]:
    halves = wins.reshape(-1, 2, 1 << player)
    breaks = np.zeros_like(halves)
    breaks[:, 1] = halves[:, 1] & ~halves[:, 0]
    return breaks.reshape(-1)
