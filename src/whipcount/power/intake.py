"""Weights, quotas and coalitions as people write them, turned into exact whole numbers or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from numbers import Rational
from typing import TypeAlias

from whipcount.errors import NotFound, UsageError

Player: TypeAlias = str | int
Number: TypeAlias = int | Fraction | Decimal | str
Weights: TypeAlias = Sequence[Number] | Mapping[str, Number]
Coalition: TypeAlias = Player | Iterable[Player]

# No exponents: "1e999999999" is eleven characters that ask for a gigabyte of digits.
_WRITTEN = re.compile(r"[+-]?\d{1,60}(?:/\d{1,60}|\.\d{1,60})?")


def exact(value: object, what: str) -> Fraction:
    """`value` as a fraction; `what` names it in the `UsageError` raised if it is not an exact number."""
    if isinstance(value, bool):
        pass  # True is not a weight of 1 that anybody meant
    elif isinstance(value, str) and _WRITTEN.fullmatch(value.strip()):
        return _written(value.strip(), what)
    elif isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    elif isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= 60:
        return Fraction(value)
    elif isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return Fraction(int(value))
    raise UsageError(
        f"{what} is {str(value)[:80]!r}, which is not an exact number. "
        "Write a whole number, a Fraction, or a string such as '1/3'."
    )


def _written(text: str, what: str) -> Fraction:
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise UsageError(f"{what} is {text!r}: nothing can be divided by zero.") from None


def read_weights(weights: object) -> tuple[tuple[Player, ...], tuple[Fraction, ...], bool]:
    """The players, their weights, and whether they have names (a mapping) or places (a list, counted from 0)."""
    named = isinstance(weights, Mapping)
    if isinstance(weights, str | bytes) or not (named or hasattr(weights, "__iter__")):
        raise UsageError(f"The weights are {weights!r}. Give a list of weights, or a mapping from name to weight.")
    pairs = list(weights.items()) if isinstance(weights, Mapping) else list(enumerate(weights))  # type: ignore[arg-type]
    if not pairs:
        raise UsageError("There are no weights: a game needs at least one player. Are the camps empty?")
    for name, _ in pairs:
        if named and not isinstance(name, str):
            raise UsageError(f"The player {name!r} is not called by a string. Name players by strings.")
    read = tuple(exact(weight, f"The weight of {_called(name, named)}") for name, weight in pairs)
    for (name, _), weight in zip(pairs, read, strict=True):
        if weight < 0:
            raise UsageError(f"The weight of {_called(name, named)} is {weight}. Weights cannot be negative.")
    return tuple(name for name, _ in pairs), read, named


def _called(player: object, named: bool) -> str:
    return f"'{player}'" if named else f"player {player} (counted from 0)"


def read_quota(quota: object, total: Fraction) -> Fraction:
    """The quota, above nothing and within reach of everybody together."""
    read = exact(quota, "The quota")
    if read <= 0:
        raise UsageError(f"The quota is {read}: nobody at all would win. Give a quota above 0.")
    if read > total:
        raise UsageError(f"The quota {read} is above the total weight {total}: not even everybody together would win.")
    return read


def whole(weights: Sequence[Fraction], quota: Fraction) -> tuple[tuple[int, ...], int]:
    """The same game with the smallest whole weights of the same proportions, and its quota.

    Raising the quota to the next whole multiple changes nothing, as every sum of weights is one.
    """
    scale = lcm(*(weight.denominator for weight in weights))
    numerators = [int(weight * scale) for weight in weights]
    unit = reduce(gcd, numerators) or 1
    return tuple(weight // unit for weight in numerators), -(-(quota * scale) // unit)


def coalition_mask(players: Mapping[Player, int], coalition: Coalition) -> int:
    """The coalition as a whole number with bit i for player i; a bare name is a coalition of one."""
    members = (coalition,) if isinstance(coalition, str | int) else coalition
    mask = 0
    for member in members:
        mask |= 1 << place(players, member)
    return mask


def place(players: Mapping[Player, int], player: Player) -> int:
    """Where `player` stands in the order of the players."""
    if player in players and not isinstance(player, bool):
        return players[player]
    raise NotFound("player", str(player), map(str, players))


def members(mask: int) -> list[int]:
    """The places of the set bits of `mask`, lowest first."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
