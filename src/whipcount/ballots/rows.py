"""Ballots in names into rows of codes: what `Profile.from_rankings` and the readers of small files use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from whipcount.ballots.codes import MOST_CODES, SKIPPED, Group, Mark, overvote_code
from whipcount.errors import UsageError

INT64_MAX = 2**63 - 1


class Row(NamedTuple):
    """One distinct ballot of one group, in names, as `Profile.from_rankings` takes it."""

    ranking: tuple[Mark, ...]
    weight: Fraction
    section: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Coded:
    """Rows in codes: the arrays and tables that a profile is made of, not yet merged."""

    ranks: NDArray[np.int16]
    group: NDArray[np.int32]
    weight: NDArray[np.int64]
    groups: tuple[Group, ...]
    overvotes: tuple[frozenset[int], ...]
    scale: int


def as_row(ranking: Iterable[Mark], weight: int | Fraction = 1, section: str = "", unit: str = "") -> Row:
    """One ballot as a Row. Raises UsageError for a weight below 0."""
    votes = Fraction(weight)
    if votes < 0:
        raise UsageError(f"A ballot has the weight {votes}; weights cannot be below 0.")
    return Row(tuple(ranking), votes, section, unit)


def names_in(ranking: Iterable[Mark]) -> Iterator[str]:
    """Every name marked in a ranking, in order, repeats included."""
    for mark in ranking:
        if isinstance(mark, str):
            yield mark
        elif mark is not None:
            yield from sorted(mark)


def encode(rows: Sequence[Row], candidates: Sequence[str]) -> Coded:
    """Rows in codes of these candidates; every name must be one of them.

    Raises UsageError where the weights do not fit whole 64-bit numbers over one denominator.
    """
    if len(candidates) > MOST_CODES:
        raise UsageError(f"There are {len(candidates)} candidates; a profile holds at most {MOST_CODES}.")
    place = {name: index for index, name in enumerate(candidates)}
    scale = common_scale(row.weight for row in rows)
    groups: dict[Group, int] = {}
    overvotes: dict[frozenset[int], int] = {}
    width = max((len(row.ranking) for row in rows), default=1) or 1
    ranks = np.full((len(rows), width), SKIPPED, np.int16)
    group = np.zeros(len(rows), np.int32)
    for index, row in enumerate(rows):
        group[index] = groups.setdefault(Group(row.section, row.unit), len(groups))
        for rank, mark in enumerate(row.ranking):
            ranks[index, rank] = _code(mark, place, overvotes)
    weight = np.array([int(row.weight * scale) for row in rows], np.int64)
    return Coded(ranks, group, weight, tuple(groups) or (Group(),), tuple(overvotes), scale)


def common_scale(weights: Iterable[Fraction]) -> int:
    """The least number that makes every weight whole. Raises UsageError above 63 bits."""
    scale, most = 1, Fraction(0)
    for weight in set(weights):
        scale, most = lcm(scale, weight.denominator), max(most, weight)
        if scale * most > INT64_MAX or scale > INT64_MAX:
            raise UsageError("The ballots' weights are too large or too finely divided for whole 64-bit numbers.")
    return scale


def _code(mark: Mark, place: Mapping[str, int], overvotes: dict[frozenset[int], int]) -> int:
    if mark is None:
        return SKIPPED
    if isinstance(mark, str):
        return place[mark]
    return overvote_code(frozenset(place[name] for name in mark), overvotes)
