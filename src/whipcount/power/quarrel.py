"""Camps that will not join: the game played by peaceful coalitions only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from whipcount.errors import UsageError
from whipcount.power.base import VotingGame
from whipcount.power.diagram import refuse

_PARTY_LIMIT = 64


def quarrelling(game: VotingGame, pairs: Sequence[tuple[int, int]]) -> VotingGame:
    """`game` won by any of the largest peaceful sets of players; `pairs` by their places."""
    foes = [0] * len(game.players)
    for a, b in pairs:
        if a == b:
            raise UsageError(f"'{game.players[a]}' cannot quarrel with itself. Name two different players.")
        foes[a] |= 1 << b
        foes[b] |= 1 << a
    if not any(foes):
        return game
    games = [part for mask in _peaceful(foes) if (part := game._restricted(mask)) is not None]
    if not games:
        raise UsageError("With these quarrels nobody can win: no coalition at peace reaches the quota.")
    return reduce(VotingGame.__or__, games)


def _peaceful(foes: Sequence[int]) -> list[int]:
    """The largest sets without a quarrel, that is, those to which nobody can be added."""
    involved = [i for i, mask in enumerate(foes) if mask]
    neutral = sum(1 << i for i, mask in enumerate(foes) if not mask)
    found: list[int] = []
    for mask in _independent(foes, involved):
        found.append(mask | neutral)
        if len(found) > _PARTY_LIMIT:
            raise refuse("largest sets of camps at peace with each other", _PARTY_LIMIT)
    return found


def _independent(foes: Sequence[int], involved: Sequence[int]) -> Iterator[int]:
    """Bron & Kerbosch (1973), with a pivot, on who can sit with whom."""
    waiting = [(0, sum(1 << i for i in involved), 0)]
    while waiting:
        chosen, open_, done = waiting.pop()
        if not open_ and not done:
            yield chosen
        first = open_ & -open_
        # Whoever is at peace with `first` can be added to a set with him in it: branch on him and his foes only.
        turn = open_ & (first | foes[first.bit_length() - 1]) if open_ else 0
        while turn:
            player = turn & -turn
            near = foes[player.bit_length() - 1]
            waiting.append((chosen | player, open_ & ~near & ~player, done & ~near))
            turn, open_, done = turn ^ player, open_ ^ player, done | player
