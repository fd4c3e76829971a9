"""What the codes in a profile's ranks mean, and how to carry them over to other candidate numbers."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from whipcount.errors import UsageError

SKIPPED = -1
"""The code for nothing marked at this rank; also the padding after a ballot's last mark."""

OVERVOTE_BASE = -2
"""Codes at or below this are overvotes: code -2-k is `Profile.overvotes[k]`."""

REMOVED = -32768
"""In a list of new candidate numbers: this candidate is gone."""

MOST_CODES = 32_000
"""A profile holds at most this many candidates, and as many kinds of overvotes."""

Mark: TypeAlias = str | AbstractSet[str] | None
"""What is marked at one rank: a candidate's name, several names (an overvote), or None (nothing)."""


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Electors whose votes are tallied together.

    `section` is a body of the rulebook ("caucus"), `unit` a riding or branch within it; "" where the
    file names none.
    """

    section: str = ""
    unit: str = ""


def sort_overvotes(
    ranks: NDArray[np.int16], overvotes: Sequence[frozenset[int]]
) -> tuple[NDArray[np.int16], tuple[frozenset[int], ...]]:
    """Drop unused and repeated overvotes and sort the rest, so that equal votes get equal codes."""
    if not overvotes:
        return ranks, ()
    used = [OVERVOTE_BASE - int(code) for code in np.unique(ranks) if code <= OVERVOTE_BASE]
    ordered = sorted({overvotes[k] for k in used}, key=sorted)
    place = {marks: OVERVOTE_BASE - k for k, marks in enumerate(ordered)}
    table = np.full(len(overvotes), SKIPPED, np.int16)
    for k in used:
        table[k] = place[overvotes[k]]
    over = ranks <= OVERVOTE_BASE
    ranks = ranks.copy()
    ranks[over] = table[OVERVOTE_BASE - ranks[over].astype(np.intp)]
    return ranks, tuple(ordered)


def sort_groups(group: NDArray[np.int32], groups: Sequence[Group]) -> tuple[NDArray[np.int32], tuple[Group, ...]]:
    """Drop unused and repeated groups and sort the rest; the first stays where there are no ballots."""
    if len(groups) == 1:
        return group, tuple(groups)
    used = [int(i) for i in np.unique(group)]
    ordered = sorted({groups[i] for i in used})
    place = {name: i for i, name in enumerate(ordered)}
    table = np.zeros(max(len(groups), 1), np.int32)
    for i in used:
        table[i] = place[groups[i]]
    return table[group], tuple(ordered) or tuple(groups[:1])


def recode(
    ranks: NDArray[np.int16],
    overvotes: Sequence[frozenset[int]],
    new_index: Sequence[int],
    known: Sequence[frozenset[int]] = (),
) -> tuple[NDArray[np.int16], list[frozenset[int]]]:
    """The ranks under other candidate numbers: candidate c becomes `new_index[c]`, or goes if REMOVED.

    Ranks that lose all their marks disappear and later ones move up. Overvotes of the result are numbered
    on from `known`; the second result is `known` with the new ones behind it.
    """
    place = {marks: k for k, marks in enumerate(known)}
    codes = [_recode_overvote(marks, new_index, place) for marks in overvotes]
    table = np.array([*reversed(codes), SKIPPED, *new_index], np.int16)
    moved = np.empty_like(ranks)
    for column in range(ranks.shape[1]):  # one at a time: the numbers to look up take four times the room
        moved[:, column] = table[ranks[:, column].astype(np.intp) + 1 + len(overvotes)]
    gone = moved == REMOVED
    if gone.any():
        moved = np.take_along_axis(moved, np.argsort(gone, axis=1, kind="stable"), axis=1)
        moved[moved == REMOVED] = SKIPPED
    return moved, list(place)


def _recode_overvote(marks: frozenset[int], new_index: Sequence[int], place: dict[frozenset[int], int]) -> int:
    kept = frozenset(new_index[i] for i in marks) - {REMOVED}
    return overvote_code(kept, place, none=REMOVED)


def overvote_code(marks: frozenset[int], place: dict[frozenset[int], int], none: int = SKIPPED) -> int:
    """The code of several marks at one rank: a plain mark if they are one candidate, `none` if nobody.

    `place` numbers the overvotes; a new one is added. Raises UsageError beyond MOST_CODES of them.
    """
    if len(marks) < 2:
        return next(iter(marks), none)
    if len(place) >= MOST_CODES:
        raise UsageError(f"There are more than {MOST_CODES} different overvotes, too many for one profile.")
    return OVERVOTE_BASE - place.setdefault(marks, len(place))
