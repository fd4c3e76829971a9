"""Weighted voting: a coalition wins if its weights reach the quota."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from whipcount.power import diagram, generating, johnston, minimal, ordered
from whipcount.power.base import VotingGame
from whipcount.power.intake import Number, Player, Weights, read_quota, read_weights, whole

# Beyond these the generating function would not fit: bytes moved to build it, and its length.
_DENSE_WORK = 20_000_000_000
_DENSE_LENGTH = 2_000_000
_TABLE_CELLS = 100_000_000


@dataclass(frozen=True, init=False)
class Game(VotingGame):
    """`Game(quota, weights)`: the coalitions win whose weights add up to `quota` or more.

    Weights and quota are whole numbers, fractions, or strings such as "1/3"; weights come as a list (the players are then
    numbered from 0) or as a mapping from name to weight. Raises UsageError for a negative weight, no players, a quota of 0
    or below, or one above the total weight.

    >>> Game(quota=39, weights=[7] * 5 + [1] * 10).swings()[0]
    848
    """

    quota: Fraction
    weights: tuple[Fraction, ...]
    players: tuple[Player, ...]
    named: bool
    _units: tuple[int, ...] = field(repr=False, compare=False)
    _needed: int = field(repr=False, compare=False)

    def __init__(self, quota: Number, weights: Weights) -> None:
        players, read, named = read_weights(weights)
        self._set(read_quota(quota, sum(read, Fraction(0))), read, players, named)

    def _set(self, quota: Fraction, weights: tuple[Fraction, ...], players: tuple[Player, ...], named: bool) -> None:
        units, needed = whole(weights, quota)
        settings = {"quota": quota, "weights": weights, "players": players, "named": named}
        for name, value in {**settings, "_units": units, "_needed": needed}.items():
            object.__setattr__(self, name, value)

    @classmethod
    def majority(cls, weights: Weights) -> Game:
        """The game with the smallest quota that is more than half of the total weight."""
        _, read, _ = read_weights(weights)
        if not any(read):
            return cls(1, weights)  # refused: a quota above the total
        units, _ = whole(read, Fraction(1))
        unit = sum(read, Fraction(0)) / sum(units)
        return cls((sum(units) // 2 + 1) * unit, weights)

    def dual(self) -> Game:
        """The game won by the coalitions that can block in this one: quota = total + one unit - quota."""
        unit = sum(self.weights, Fraction(0)) / sum(self._units)
        return self._with(self.weights, (sum(self._units) + 1 - self._needed) * unit)

    def _restricted(self, mask: int) -> Game | None:
        kept = tuple(weight if mask >> i & 1 else Fraction(0) for i, weight in enumerate(self.weights))
        return self._with(kept, self.quota) if sum(kept) >= self.quota else None

    def _with(self, weights: tuple[Fraction, ...], quota: Fraction) -> Game:
        game = object.__new__(Game)
        game._set(quota, weights, self.players, self.named)
        return game

    def _wins(self, mask: int) -> bool:
        return sum(unit for i, unit in enumerate(self._units) if mask >> i & 1) >= self._needed

    def _swings(self) -> list[int]:
        if self._dense:
            return generating.swing_counts(self._units, self._needed)
        return self._in_order(diagram.swings(self._diagram, 0))

    def _winning(self) -> int:
        if self._dense:
            return generating.winning_count(self._units, self._needed)
        return diagram.winning(self._diagram, 0)[0][self._diagram.root]

    def _swings_by_size(self) -> list[list[int]]:
        rows, columns = ordered.table_shape(self._units, self._needed)
        if self._dense and rows * columns <= _TABLE_CELLS:
            return ordered.swings_by_size(self._units, self._needed)
        many, bits = len(self.players), len(self.players) + 1
        packed = self._in_order(diagram.swings(self._diagram, bits))
        return [diagram.unpack(counts, bits, many) for counts in packed]

    def _shapley_float(self) -> list[float]:
        if "_shapley" in self.__dict__ or not self._dense:
            return super()._shapley_float()
        return ordered.shapley_by_quadrature(self._units, self._needed)

    def _minimal(self) -> Iterator[int]:
        return minimal.of_weights(self._units, self._needed)

    def _minimal_counts(self, by_size: bool) -> list[list[int]]:
        return minimal.tallies(self._units, self._needed, by_size)

    def _johnston(self) -> list[Fraction]:
        return johnston.of_weights(self._units, self._needed)

    @property
    def _dense(self) -> bool:
        """Whether an array over all sums below the quota is the way; else a diagram over those that occur."""
        length = min(self._needed, sum(self._units) + 1 - self._needed)
        many = len(self._units)
        return length <= _DENSE_LENGTH and many * length * (many // 8 + 1) <= _DENSE_WORK

    @cached_property
    def _order(self) -> list[int]:
        """The heaviest first keeps the diagram small."""
        return sorted(range(len(self._units)), key=lambda i: -self._units[i])

    @cached_property
    def _diagram(self) -> diagram.Diagram:
        return diagram.weighted([self._units[i] for i in self._order], self._needed)

    def _in_order(self, values: list[int]) -> list[int]:
        placed = dict(zip(self._order, values, strict=True))
        return [placed[i] for i in range(len(values))]
