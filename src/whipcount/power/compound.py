"""Games of several bodies: won in all of them (AND), or in any of them (OR)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from whipcount.errors import UsageError
from whipcount.power import diagram, johnston, minimal
from whipcount.power.base import VotingGame
from whipcount.power.game import Game
from whipcount.power.intake import Player


@dataclass(frozen=True)
class Compound(VotingGame):
    """`a & b` (`every`) or `a | b`; made by those operators rather than by name.

    The bodies may share players by name: the compound has the players of all bodies in the order of their first mention, and
    one vote in every body that he sits in. Bodies without names must have equally many players. Indices are exact, by decision
    diagram; UsageError says so where a game is too large for one.
    """

    every: bool
    parts: tuple[VotingGame, ...]
    players: tuple[Player, ...] = field(init=False)
    named: bool = field(init=False)

    def __post_init__(self) -> None:
        if len({part.named for part in self.parts}) > 1:
            raise UsageError("Games whose players have names cannot be joined with games whose players have none.")
        if not self.parts[0].named and len({part.players for part in self.parts}) > 1:
            sizes = " and ".join(str(len(part.players)) for part in self.parts)
            raise UsageError(f"Games of {sizes} players cannot be joined by place. Give the players names.")
        together = dict.fromkeys(player for part in self.parts for player in part.players)
        object.__setattr__(self, "players", tuple(together))
        object.__setattr__(self, "named", self.parts[0].named)

    def dual(self) -> Compound:
        """To block an AND is to block any part, to block an OR is to block every part."""
        return Compound(not self.every, tuple(part.dual() for part in self.parts))

    def _restricted(self, mask: int) -> VotingGame | None:
        parts = [part._restricted(_pick(mask, places)) for part, places in self._seats]
        left = [part for part in parts if part is not None]
        if not left or (self.every and len(left) < len(parts)):
            return None
        # Nobody's name may get lost, even if every body that he sits in is out of reach.
        missing = [player for player in self.players if all(player not in part.players for part in left)]
        if missing:
            left[0] = _seating(left[0], tuple(missing))
        return left[0] if len(left) == 1 and left[0].players == self.players else Compound(self.every, tuple(left))

    def _wins(self, mask: int) -> bool:
        verdicts = (part._wins(_pick(mask, places)) for part, places in self._seats)
        return all(verdicts) if self.every else any(verdicts)

    def _swings(self) -> list[int]:
        return self._in_order(diagram.swings(self._diagram, 0))

    def _swings_by_size(self) -> list[list[int]]:
        many, bits = len(self.players), len(self.players) + 1
        packed = self._in_order(diagram.swings(self._diagram, bits))
        return [diagram.unpack(counts, bits, many) for counts in packed]

    def _winning(self) -> int:
        return diagram.winning(self._diagram, 0)[0][self._diagram.root]

    def _minimal(self) -> Iterator[int]:
        return minimal.of_any(len(self.players), self._wins)

    def _minimal_counts(self, by_size: bool) -> list[list[int]]:
        del by_size  # they are listed one by one in any case
        return minimal.tally(len(self.players), self._minimal())

    def _johnston(self) -> list[Fraction]:
        if len(self.players) > johnston.ENUMERATION_LIMIT:
            raise diagram.refuse("players to go through every coalition of several bodies", johnston.ENUMERATION_LIMIT)
        return johnston.of_any(self._all_wins())

    def _all_wins(self) -> npt.NDArray[np.bool_]:
        """Whether each coalition wins, by mask."""
        values = []
        for game in self._bodies:
            sums = np.zeros(1, dtype=object if sum(game._units) >= 2**62 else np.int64)
            for unit in self._units_of(game):
                sums = np.concatenate([sums, sums + unit])
            values.append(sums >= game._needed)
        return _evaluate(self._join, [value.astype(bool) for value in values])

    @cached_property
    def _seats(self) -> list[tuple[VotingGame, list[int]]]:
        """Each part with the places that its players have here."""
        return [(part, [self._places[player] for player in part.players]) for part in self.parts]

    @cached_property
    def _bodies(self) -> list[Game]:
        """The different weighted games in it, each once."""
        return list(dict.fromkeys(_leaves(self)))

    @cached_property
    def _join(self) -> diagram.Join:
        return _join_of(self, {game: at for at, game in enumerate(self._bodies)})

    def _units_of(self, game: Game) -> list[int]:
        units = dict(zip(game.players, game._units, strict=True))
        return [units.get(player, 0) for player in self.players]

    @cached_property
    def _order(self) -> list[int]:
        """Players who weigh most, as a share of what a body needs, first: it keeps the diagram small."""
        shares = [[unit / game._needed for unit in self._units_of(game)] for game in self._bodies]
        return sorted(range(len(self.players)), key=lambda i: -sum(share[i] for share in shares))

    @cached_property
    def _diagram(self) -> diagram.Diagram:
        bodies = []
        for game in self._bodies:
            units = self._units_of(game)
            bodies.append(diagram.weighted([units[i] for i in self._order], game._needed))
        return diagram.joined(bodies, self._join)

    def _in_order(self, values: list[int]) -> list[int]:
        placed = dict(zip(self._order, values, strict=True))
        return [placed[i] for i in range(len(values))]


def _pick(mask: int, places: list[int]) -> int:
    return sum(1 << i for i, at in enumerate(places) if mask >> at & 1)


def _leaves(game: VotingGame) -> Iterator[Game]:
    if isinstance(game, Compound):
        for part in game.parts:
            yield from _leaves(part)
    else:
        yield cast("Game", game)


def _join_of(game: Compound, at: dict[Game, int]) -> diagram.Join:
    parts = (_join_of(part, at) if isinstance(part, Compound) else at[cast("Game", part)] for part in game.parts)
    return diagram.Join(game.every, tuple(parts))


def _evaluate(join: diagram.Join, values: list[npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
    parts = [_evaluate(part, values) if isinstance(part, diagram.Join) else values[part] for part in join.parts]
    return cast("npt.NDArray[np.bool_]", np.all(parts, axis=0) if join.every else np.any(parts, axis=0))


def _seating(game: VotingGame, more: tuple[Player, ...]) -> VotingGame:
    """The same game with more players, who have no vote in it."""
    if isinstance(game, Compound):
        return Compound(game.every, (_seating(game.parts[0], more), *game.parts[1:]))
    weighted = cast("Game", game)
    weights = dict(zip(weighted.players, weighted.weights, strict=True))
    return Game(
        weighted.quota, {str(player): weights.get(player, Fraction(0)) for player in (*weighted.players, *more)}
    )
