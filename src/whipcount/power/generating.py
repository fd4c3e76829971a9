"""How many coalitions have which weight: generating functions packed into one Python integer.

The coalitions of weight x are the coefficient of z^x in the product of (1 + z^w) over the players (Cantor's method, reported
by Lucas 1983; Brams & Affuso 1976). A field of n + 1 bits for each coefficient makes the product n shifts and adds of
one big integer: exact for any number of players, and faster than arrays of machine words.

Dividing a player of weight w out again is the recurrence c'(x) = c(x) - c'(x - w), so that the swings of a player need
only the running totals at x, x - w, x - 2w, ... (Uno 2012, "Efficient computation of power indices for weighted majority
games").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def lighter(weights: Sequence[int], limit: int) -> list[int]:
    """For every x below `limit`, the number of coalitions of weight x or less."""
    width = len(weights) // 8 + 1
    return list(accumulate(_unpacked(_product(weights, limit, 8 * width), limit, width)))


def exactly(weights: Sequence[int], limit: int) -> list[int]:
    """For every x below `limit`, the number of coalitions of weight x."""
    width = len(weights) // 8 + 1
    return _unpacked(_product(weights, limit, 8 * width), limit, width)


def _product(weights: Sequence[int], limit: int, bits: int) -> int:
    keep = (1 << (bits * limit)) - 1
    packed, heaviest = 1, 0
    for weight in sorted(weights):  # lightest first keeps the integer short for longest
        packed += packed << (bits * weight) if weight < limit else 0
        heaviest += weight if weight < limit else 0
        if heaviest > limit + limit // 8:  # cutting off the sums past the limit costs as much as a player
            packed &= keep
            heaviest = limit - 1
    return packed & keep


def _unpacked(packed: int, limit: int, width: int) -> list[int]:
    raw = packed.to_bytes(width * limit, "little")
    return [int.from_bytes(raw[at : at + width], "little") for at in range(0, width * limit, width)]


def swing_counts(weights: Sequence[int], quota: int) -> list[int]:
    """For every player, the number of coalitions of the others that lose without him and win with him."""
    limit = min(quota, sum(weights) + 1 - quota)  # the dual game has the same swings
    totals = lighter(weights, limit)
    by_weight = {weight: _swings(totals, weight) for weight in set(weights)}
    return [by_weight[weight] for weight in weights]


def _swings(totals: list[int], weight: int) -> int:
    """Without the player, totals'(x) = totals(x) - totals(x - w) + ...; the swings are totals'(q-1) - totals'(q-1-w)."""
    if weight == 0:
        return 0
    last = len(totals) - 1
    steps = totals[last - weight :: -weight] if weight <= last else []
    return totals[last] - 2 * (sum(steps[::2]) - sum(steps[1::2]))


def winning_count(weights: Sequence[int], quota: int) -> int:
    """The number of winning coalitions."""
    other_way = sum(weights) + 1 - quota
    if other_way < quota:  # a coalition wins if and only if the rest weigh less than the dual quota
        return lighter(weights, other_way)[-1]
    return (1 << len(weights)) - lighter(weights, quota)[-1]
