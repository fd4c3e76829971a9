"""What can be asked of any voting game, however it is made up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, overload

from whipcount.errors import UsageError
from whipcount.power import ordered
from whipcount.power.diagram import refuse
from whipcount.power.intake import Coalition, Player, coalition_mask, members, place
from whipcount.power.minimal import COALITION_LIMIT

if TYPE_CHECKING:
    from whipcount.power.compound import Compound

T = TypeVar("T")
Answer: TypeAlias = list[T] | dict[Player, T]
Kind = Literal["normalised", "absolute", "raw"]


class VotingGame(ABC):
    """A simple game: every coalition of the players wins or loses, and more players never turn a win into a loss.

    Answers about every player come as a list in the order of the players, or as a mapping where the players have names.
    Players are named by their name, or counted from 0 where they have none. A coalition is any collection of players,
    or one player by himself. Names that are not in the game raise `NotFound`.
    """

    players: tuple[Player, ...]
    named: bool

    # What each kind of game works out in its own way. Masks have bit i for player i.

    @abstractmethod
    def _wins(self, mask: int) -> bool: ...

    @abstractmethod
    def _swings(self) -> list[int]: ...

    @abstractmethod
    def _swings_by_size(self) -> list[list[int]]: ...

    @abstractmethod
    def _winning(self) -> int: ...

    @abstractmethod
    def _minimal(self) -> Iterator[int]: ...

    @abstractmethod
    def _minimal_counts(self, by_size: bool) -> list[list[int]]: ...  # [player][size], or [player][0] for all sizes

    @abstractmethod
    def _johnston(self) -> list[Fraction]: ...

    @abstractmethod
    def dual(self) -> VotingGame:
        """The game in which exactly those coalitions win that can block in this one."""

    @abstractmethod
    def _restricted(self, mask: int) -> VotingGame | None:
        """The game in which only the players of `mask` count, or None if they cannot win."""

    # Which coalitions win.

    def is_winning(self, coalition: Coalition) -> bool:
        """Whether the coalition wins."""
        return self._wins(self._mask(coalition))

    def is_blocking(self, coalition: Coalition) -> bool:
        """Whether nobody can win against the coalition: all the others together lose."""
        return not self._wins(self._everybody & ~self._mask(coalition))

    def minimal_winning_coalitions(self, limit: int = COALITION_LIMIT) -> list[tuple[Player, ...]]:
        """The winning coalitions in which nobody can be spared, smallest first; UsageError beyond `limit` of them."""
        found: list[int] = []
        for mask in self._minimal():
            found.append(mask)
            if len(found) > limit:
                raise refuse("minimal winning coalitions", limit)
        return [self._named(mask) for mask in sorted(found, key=lambda mask: (mask.bit_count(), members(mask)))]

    def minimal_blocking_coalitions(self, limit: int = COALITION_LIMIT) -> list[tuple[Player, ...]]:
        """The blocking coalitions in which nobody can be spared: the minimal winning coalitions of the dual game."""
        return self.dual().minimal_winning_coalitions(limit)

    def who_can_stop(self, coalition: Coalition) -> list[tuple[Player, ...]]:
        """The smallest sets of outsiders who, by staying out, keep `coalition` from winning with anybody's help.

        Empty if the coalition wins by itself, as then nobody can.
        """
        inside = set(self._named(self._mask(coalition)))
        return [found for found in self.minimal_blocking_coalitions() if not inside.intersection(found)]

    def critical(self, coalition: Coalition) -> tuple[Player, ...]:
        """The members without whom the coalition would no longer win; nobody if it does not win."""
        mask = self._mask(coalition)
        if not self._wins(mask):
            return ()
        return tuple(self.players[i] for i in members(mask) if not self._wins(mask ^ 1 << i))

    def pivot(self, order: Sequence[Player]) -> Player:
        """The player who makes the coalition win when all players join one after another in this order."""
        if sorted(map(str, order)) != sorted(map(str, self.players)):
            raise UsageError("An order must name every player of the game exactly once.")
        mask = 0
        for player in order:
            mask |= 1 << place(self._places, player)
            if self._wins(mask):
                return player
        raise AssertionError("everybody together wins")

    # Who matters.

    def pivotal(self) -> tuple[Player, ...]:
        """The players who turn at least one losing coalition into a winning one."""
        return tuple(player for player, count in zip(self.players, self._swing_list, strict=True) if count)

    def dummies(self) -> tuple[Player, ...]:
        """The players who never make a difference."""
        return tuple(player for player, count in zip(self.players, self._swing_list, strict=True) if not count)

    def vetoers(self) -> tuple[Player, ...]:
        """The players without whom nobody wins."""
        everybody = self._everybody
        return tuple(player for i, player in enumerate(self.players) if not self._wins(everybody ^ 1 << i))

    def dictator(self) -> Player | None:
        """The player who wins alone and without whom nobody wins, if there is one."""
        return next((player for player in self.vetoers() if self.is_winning(player)), None)

    # Indices.

    def swings(self) -> Answer[int]:
        """Per player, the coalitions of the others that lose without him and win with him (raw Banzhaf count)."""
        return self._answer(self._swing_list)

    @overload
    def shapley_shubik(self, exact: Literal[True] = True) -> Answer[Fraction]: ...

    @overload
    def shapley_shubik(self, exact: Literal[False]) -> Answer[float]: ...

    def shapley_shubik(self, exact: bool = True) -> Answer[Fraction] | Answer[float]:
        """Per player, the share of all orders of joining in which he is the pivot (Shapley & Shubik 1954); sums to 1.

        Fractions, or floating-point numbers good to 12 significant digits if not `exact`, which is faster in large games.
        """
        return self._answer(self._shapley) if exact else self._answer(self._shapley_float())

    def banzhaf(self, kind: Kind = "normalised") -> Answer[Fraction] | Answer[int]:
        """Per player, the Banzhaf index (Penrose 1946, Banzhaf 1965).

        `raw`: the number of swings. `absolute`: out of the 2^(n-1) coalitions of the others, the Penrose measure, the
        probability of being decisive when everybody tosses a coin. `normalised`: out of all swings; sums to 1.
        """
        counts = self._swing_list
        if kind == "raw":
            return self._answer(counts)
        if kind not in ("absolute", "normalised"):
            raise UsageError(f"There is no Banzhaf index of kind {kind!r}. Ask for 'normalised', 'absolute' or 'raw'.")
        out_of = sum(counts) if kind == "normalised" else 1 << (len(counts) - 1)
        return self._answer([Fraction(count, out_of) for count in counts])

    def coleman_act(self) -> Fraction:
        """The power of the collectivity to act: the share of all coalitions that win (Coleman 1971)."""
        return Fraction(self._winning_total, 1 << len(self.players))

    def coleman_prevent(self) -> Answer[Fraction]:
        """Per player, the share of the winning coalitions that his leaving would break (Coleman 1971)."""
        return self._answer([Fraction(count, self._winning_total) for count in self._swing_list])

    def coleman_initiate(self) -> Answer[Fraction]:
        """Per player, the share of the losing coalitions that his joining would carry (Coleman 1971)."""
        losing = (1 << len(self.players)) - self._winning_total
        return self._answer([Fraction(count, losing) for count in self._swing_list])

    def deegan_packel(self) -> Answer[Fraction]:
        """Per player, his part of a minimal winning coalition drawn at random and shared equally (Deegan & Packel 1978)."""
        parts = [
            sum((Fraction(count, size) for size, count in enumerate(row) if size), Fraction(0))
            for row in self._minimal_counts(by_size=True)
        ]
        total = sum(parts)
        return self._answer([part / total for part in parts])

    def holler_packel(self) -> Answer[Fraction]:
        """The public good index: the minimal winning coalitions that he is in, out of everybody's (Holler & Packel 1983)."""
        counts = [sum(row) for row in self._minimal_counts(by_size=False)]
        return self._answer([Fraction(count, sum(counts)) for count in counts])

    def johnston(self) -> Answer[Fraction]:
        """Per player, his share of the winning coalitions that can be broken, each shared by its breakers (Johnston 1978)."""
        scores = self._johnston()
        total = sum(scores)
        return self._answer([score / total for score in scores])

    # New games from old ones.

    def __and__(self, other: VotingGame) -> Compound:
        """The game that a coalition wins if it wins both."""
        return self._compound(other, every=True)

    def __or__(self, other: VotingGame) -> Compound:
        """The game that a coalition wins if it wins either or both."""
        return self._compound(other, every=False)

    def _compound(self, other: VotingGame, every: bool) -> Compound:
        from whipcount.power.compound import Compound

        return Compound(every, (self, other)) if isinstance(other, VotingGame) else NotImplemented

    def quarrel(self, pairs: Iterable[tuple[Player, Player]]) -> VotingGame:
        """The game among the same players when the two of each pair will not sit in one coalition.

        A set of players then wins if some of them, no two at odds, win: the game restricted by incompatibilities of
        Bergantinos, Carreras & Garcia-Jurado (1993, "Cooperation when some players are incompatible"). More players still
        never hurt, so every index keeps its meaning. Raises UsageError if no peaceful coalition can win at all.
        """
        from whipcount.power.quarrel import quarrelling

        return quarrelling(self, [(place(self._places, a), place(self._places, b)) for a, b in pairs])

    # Shared by the kinds of games.

    @cached_property
    def _places(self) -> dict[Player, int]:
        return {player: at for at, player in enumerate(self.players)}

    @cached_property
    def _swing_list(self) -> list[int]:
        return self._swings()

    @cached_property
    def _winning_total(self) -> int:
        return self._winning()

    @cached_property
    def _shapley(self) -> list[Fraction]:
        return ordered.shapley(self._swings_by_size())

    def _shapley_float(self) -> list[float]:
        return [float(value) for value in self._shapley]

    @property
    def _everybody(self) -> int:
        return (1 << len(self.players)) - 1

    def _mask(self, coalition: Coalition) -> int:
        return coalition_mask(self._places, coalition)

    def _named(self, mask: int) -> tuple[Player, ...]:
        return tuple(self.players[i] for i in members(mask))

    def _answer(self, values: Sequence[T]) -> Answer[T]:
        return dict(zip(self.players, values, strict=True)) if self.named else list(values)
