"""Minimal winning coalitions: listed, and counted without listing them.

A coalition is minimal winning if it wins and no member can be spared. With the heaviest players asked first, a coalition
of a weighted game is minimal exactly if its last member is the one who lifts it to the quota.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from whipcount.power.diagram import refuse, unpack
from whipcount.power.intake import members

COALITION_LIMIT = 1_000_000
_STATE_LIMIT = 1_000_000
_STATE_BITS = 4_000_000_000


def of_weights(weights: Sequence[int], quota: int) -> Iterator[int]:
    """The minimal winning coalitions of a weighted game, as masks; no time is lost on coalitions that come to nothing."""
    order = sorted((i for i, weight in enumerate(weights) if weight), key=lambda i: -weights[i])
    rest = [0]
    for i in reversed(order):
        rest.append(rest[-1] + weights[i])
    rest.reverse()
    waiting = [(0, 0, 0)]
    while waiting:
        at, total, mask = waiting.pop()
        if total + rest[at] < quota:
            continue
        player = order[at]
        waiting.append((at + 1, total, mask))
        if total + weights[player] >= quota:
            yield mask | 1 << player
        else:
            waiting.append((at + 1, total + weights[player], mask | 1 << player))


def of_any(players: int, wins: Callable[[int], bool], limit: int = COALITION_LIMIT) -> Iterator[int]:
    """The minimal winning coalitions of any game in which more is never worse; at most `limit` coalitions are tried."""
    everybody = (1 << players) - 1
    waiting, tried = [(0, everybody)], 0
    while waiting:
        mask, free = waiting.pop()
        tried += 1
        if tried > limit:
            raise refuse("coalitions to try", limit)
        if wins(mask):
            if not any(wins(mask ^ 1 << i) for i in members(mask)):
                yield mask
        elif free and wins(mask | free):
            player = free & -free
            waiting.append((mask, free ^ player))
            waiting.append((mask | player, free ^ player))


def tallies(weights: Sequence[int], quota: int, by_size: bool) -> list[list[int]]:
    """[player][size]: the minimal winning coalitions of that size with that player, in a weighted game.

    Without `by_size`, which costs more memory by a factor of the players, [player][0] counts all sizes.
    """
    players = len(weights)
    order = sorted(range(players), key=lambda i: -weights[i])
    bits, sizes = (players + 1, players + 1) if by_size else (0, 1)
    into = _ways_into([weights[i] for i in order], quota, bits)
    onward = _ways_onward([weights[i] for i in order], quota, bits, into)
    by_weight: dict[int, list[int]] = {0: [0] * sizes}
    for at, i in enumerate(order):
        weight = weights[i]
        if weight not in by_weight:
            ahead = onward[at + 1]
            through = sum(
                way * (1 if total + weight >= quota else ahead.get(total + weight, 0))
                for total, way in into[at].items()
            )
            by_weight[weight] = unpack(through << bits, bits, sizes) if by_size else [through]
    return [by_weight[weight] for weight in weights]


def _ways_into(weights: Sequence[int], quota: int, bits: int) -> list[dict[int, int]]:
    """Per player asked and sum below the quota, the coalitions of those before him with that sum, packed by size."""
    rest = sum(weights)
    layers = [{0: 1}]
    states = 0
    for weight in weights:
        rest -= weight
        below: dict[int, int] = {}
        for total, way in layers[-1].items():
            if total + rest >= quota:
                below[total] = below.get(total, 0) + way
            if quota > total + weight >= quota - rest and weight:
                below[total + weight] = below.get(total + weight, 0) + (way << bits)
        states += len(below)
        if states > _STATE_LIMIT or states * (len(weights) + 1) * max(bits, 1) > _STATE_BITS:
            raise refuse("states to count its minimal winning coalitions", states)
        layers.append(below)
    return layers


def _ways_onward(weights: Sequence[int], quota: int, bits: int, into: Sequence[dict[int, int]]) -> list[dict[int, int]]:
    """Per player asked and sum so far, the choices from there on that make the coalition minimal winning."""
    layers: list[dict[int, int]] = [{}]
    for at in range(len(weights) - 1, -1, -1):
        after, weight = layers[-1], weights[at]
        layers.append(
            {
                total: after.get(total, 0)
                + ((1 if total + weight >= quota else after.get(total + weight, 0)) << bits if weight else 0)
                for total in into[at]
            }
        )
    return layers[::-1]


def tally(players: int, coalitions: Iterator[int]) -> list[list[int]]:
    """[player][size], counted from a list of coalitions."""
    counts = [[0] * (players + 1) for _ in range(players)]
    for mask in coalitions:
        inside = members(mask)
        for i in inside:
            counts[i][len(inside)] += 1
    return counts
