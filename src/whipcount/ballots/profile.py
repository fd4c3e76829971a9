"""The votes of a contest, compactly: each distinct ballot once, with its weight.

A `Profile` keeps the marks as they stand on the ballots: ranks with nothing marked, ranks with several
candidates marked, a candidate marked twice. How such marks count is the rulebook's business; see `marks`.
Every reader makes a Profile, every count takes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.ballots.codes import (
    MOST_CODES,
    OVERVOTE_BASE,
    REMOVED,
    SKIPPED,
    Group,
    Mark,
    recode,
    sort_groups,
    sort_overvotes,
)  # fmt: skip
from whipcount.ballots.compact import compact
from whipcount.ballots.rows import INT64_MAX, Row, as_row, encode, names_in
from whipcount.errors import UsageError

__all__ = ["OVERVOTE_BASE", "SKIPPED", "Group", "Mark", "Profile", "Row"]


@dataclass(frozen=True, eq=False)
class Profile:
    """Distinct ballots with whole-number weights.

    Shapes, for R distinct pairs of ballot and group and L ranks: `ranks` (R, L), `group` (R,), `weight`
    (R,). A code in `ranks` is an index into `candidates`, or SKIPPED, or, at or below OVERVOTE_BASE, an
    overvote: -2-k is `overvotes[k]`, a set of candidate indices. A wholly blank ballot is a row of
    SKIPPED. `group` indexes `groups`. A row stands for weight/scale votes; weights are above 0.

    `write_ins` are the candidates who are undeclared write-ins; `rejected` counts the ballots set aside as
    unreadable; `sha256` and `source` are the digest and the name of the file as it was read.
    The arrays are read-only. Build one with `Profile.of` or `Profile.from_rankings`, which put the rows in
    canonical order.
    """

    candidates: tuple[str, ...]
    ranks: NDArray[np.int16]
    group: NDArray[np.int32]
    weight: NDArray[np.int64]
    groups: tuple[Group, ...]
    overvotes: tuple[frozenset[int], ...] = ()
    scale: int = 1
    write_ins: frozenset[int] = frozenset()
    rejected: int = 0
    sha256: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        _check(self)
        for array in (self.ranks, self.group, self.weight):
            array.setflags(write=False)

    @classmethod
    def of(
        cls,
        candidates: Sequence[str],
        ranks: NDArray[np.int16],
        group: NDArray[np.int32],
        weight: NDArray[np.int64],
        groups: Sequence[Group] = (Group(),),
        *,
        overvotes: Sequence[frozenset[int]] = (),
        scale: int = 1,
        write_ins: AbstractSet[int] = frozenset(),
        rejected: int = 0,
        sha256: str = "",
        source: str = "",
    ) -> Profile:
        """Build a profile in canonical form from rows in any order, equal rows allowed.

        Overvotes and groups come out sorted, unused ones dropped (the first group stays where there are no
        ballots at all), the scale in lowest terms.
        """
        ranks, overvotes = sort_overvotes(ranks, overvotes)
        group, groups = sort_groups(group, groups)
        _check_total(weight)
        ranks, group, weight = compact(ranks, group, weight)
        if scale > 1:
            common = int(np.gcd.reduce(weight, initial=scale))
            weight, scale = weight // common, scale // common
        return cls(
            tuple(candidates), ranks, group, weight, tuple(groups), tuple(overvotes), scale,
            frozenset(write_ins), rejected, sha256, source,
        )  # fmt: skip

    @classmethod
    def from_rankings(
        cls,
        rankings: Iterable[tuple[Any, ...]],
        *,
        candidates: Sequence[str] | None = None,
        source: str = "",
    ) -> Profile:
        """Build a profile from (ranking, weight[, section[, unit]]) rows.

        A ranking is a sequence of marks, the first preference first: a name, a set of names (an overvote) or
        None (nothing marked). A weight is an int or a Fraction. Without `candidates` the candidates are the
        names in sorted order. Raises UsageError for a name outside `candidates` or a weight below 0.
        """
        rows = [as_row(*item) for item in rankings]
        marked = {name for row in rows for name in names_in(row.ranking)}
        names = tuple(candidates) if candidates is not None else tuple(sorted(marked))
        _known(marked, names)
        coded = encode(rows, names)
        return cls.of(
            names, coded.ranks, coded.group, coded.weight, coded.groups, overvotes=coded.overvotes,
            scale=coded.scale, source=source,
        )  # fmt: skip

    @classmethod
    def combine(cls, *profiles: Profile) -> Profile:
        """Put the ballots of several profiles into one; candidates are the same where their names are.

        Digests and sources of the parts are joined with '+', in the order given.
        """
        if not profiles:
            raise UsageError("There is nothing to combine: give at least one profile.")
        if len(profiles) == 1:
            return profiles[0]
        return _combine(profiles)

    def total(self) -> Fraction:
        """The number of votes on all ballots, blank ones included."""
        return Fraction(int(self.weight.sum()), self.scale)

    def totals(self) -> dict[Group, Fraction]:
        """The number of votes of each group, blank ballots included."""
        sums = np.zeros(len(self.groups), np.int64)
        np.add.at(sums, self.group, self.weight)
        return {group: Fraction(int(n), self.scale) for group, n in zip(self.groups, sums, strict=True)}

    def by_group(self) -> dict[Group, Profile]:
        """A profile for each group, with all the candidates of this one."""
        return {group: self._select(self.group == index, group) for index, group in enumerate(self.groups)}

    def with_section(self, name: str) -> Profile:
        """The same ballots, all cast in section `name`; units stay."""
        groups = [Group(name, group.unit) for group in self.groups]
        return self._rebuilt(groups=groups)

    def relabel(self, mapping: Mapping[str, str]) -> Profile:
        """Rename candidates; those that get the same name become one candidate (aliases, misspellings).

        A name absent from `mapping` stays. An overvote for several spellings of one candidate is a vote for
        that candidate. Raises UsageError for a name that is no candidate's.
        """
        _known(mapping, self.candidates)
        renamed = [mapping.get(name, name) for name in self.candidates]
        names = list(dict.fromkeys(renamed))
        return self._translated(names, [names.index(name) for name in renamed])

    def without(self, candidates: Iterable[str]) -> Profile:
        """The same ballots as though `candidates` had never stood: later preferences move up.

        A rank on which they were the only ones marked disappears, so that no skipped rank arises.
        """
        gone = set(candidates)
        _known(gone, self.candidates)
        names = [name for name in self.candidates if name not in gone]
        return self._translated(names, [REMOVED if n in gone else names.index(n) for n in self.candidates])

    def reorder(self, candidates: Sequence[str]) -> Profile:
        """The same ballots with the candidates in this order; names without a vote may be added."""
        missing = set(self.candidates) - set(candidates)
        if missing:
            raise UsageError(f"Candidates would be lost: {', '.join(sorted(missing))}.")
        return self._translated(list(candidates), [list(candidates).index(name) for name in self.candidates])

    def marks(self, row: int) -> tuple[Mark, ...]:
        """The marks of one row in names, without what follows the last mark."""
        codes = [int(code) for code in self.ranks[row]]
        while codes and codes[-1] == SKIPPED:
            codes.pop()
        return tuple(self._mark(code) for code in codes)

    def to_rows(self) -> Iterator[Row]:
        """Every row in names, as `from_rankings` takes it."""
        for index in range(len(self.weight)):
            group = self.groups[self.group[index]]
            votes = Fraction(int(self.weight[index]), self.scale)
            yield Row(self.marks(index), votes, group.section, group.unit)

    def same_votes(self, other: Profile) -> bool:
        """Whether two profiles hold the same ballots, whatever the order of candidates, file and digest."""
        if set(self.candidates) != set(other.candidates):
            return False
        twin = other.reorder(self.candidates)
        mine = self.reorder(self.candidates)
        same = (mine.groups, mine.overvotes, mine.scale) == (twin.groups, twin.overvotes, twin.scale)
        arrays = ((mine.ranks, twin.ranks), (mine.group, twin.group), (mine.weight, twin.weight))
        return same and all(np.array_equal(one, two) for one, two in arrays)

    def _mark(self, code: int) -> Mark:
        if code >= 0:
            return self.candidates[code]
        if code == SKIPPED:
            return None
        return frozenset(self.candidates[i] for i in self.overvotes[OVERVOTE_BASE - code])

    def _select(self, rows: NDArray[np.bool_], group: Group) -> Profile:
        weight = self.weight[rows]
        return self._rebuilt(
            ranks=self.ranks[rows], weight=weight, group=np.zeros(len(weight), np.int32), groups=[group]
        )

    def _translated(self, names: Sequence[str], new_index: Sequence[int]) -> Profile:
        """Recode for other candidates: `new_index[c]` is where candidate c went, REMOVED if nowhere."""
        ranks, overvotes = recode(self.ranks, self.overvotes, new_index)
        write_ins = {new_index[i] for i in self.write_ins} - {REMOVED}
        return self._rebuilt(candidates=names, ranks=ranks, overvotes=overvotes, write_ins=write_ins)

    def _rebuilt(self, **changes: object) -> Profile:
        names = (
            "candidates", "ranks", "group", "weight", "groups", "overvotes", "scale", "write_ins", "rejected",
            "sha256", "source",
        )  # fmt: skip
        fields: dict[str, Any] = {name: getattr(self, name) for name in names} | changes
        return Profile.of(**fields)


def _check(profile: Profile) -> None:
    """Refuse a profile whose arrays contradict each other: a programming error, not a user's."""
    rows = len(profile.weight)
    if profile.ranks.ndim != 2 or len(profile.ranks) != rows or profile.group.shape != (rows,):
        raise ValueError("ranks, group and weight must have one row for each distinct ballot")
    types = [str(array.dtype) for array in (profile.ranks, profile.group, profile.weight)]
    if types != ["int16", "int32", "int64"]:
        raise ValueError(f"ranks, group and weight must be int16, int32 and int64, not {types}")
    if len(set(profile.candidates)) != len(profile.candidates):
        raise ValueError("candidates must have different names")
    if len(profile.candidates) > MOST_CODES or len(profile.overvotes) > MOST_CODES:
        raise UsageError(f"A profile holds at most {MOST_CODES} candidates and as many kinds of overvotes.")
    if rows == 0:
        return
    if profile.weight.min() <= 0 or profile.scale < 1:
        raise ValueError("weights and scale must be above 0")
    lowest, highest = int(profile.ranks.min(initial=SKIPPED)), int(profile.ranks.max(initial=SKIPPED))
    if highest >= len(profile.candidates) or OVERVOTE_BASE - lowest >= len(profile.overvotes):
        raise ValueError("a rank holds a code of no candidate and no overvote")
    if profile.group.min() < 0 or profile.group.max() >= len(profile.groups):
        raise ValueError("group holds an index of no group")


def _check_total(weight: NDArray[np.int64]) -> None:
    if len(weight) and float(weight.sum(dtype=np.float64)) > INT64_MAX * 0.99:
        raise UsageError("The ballots' weights add up to more than 2^63; divide them by a common factor.")


def _known(names: Iterable[str], candidates: Sequence[str]) -> None:
    strange = sorted(set(names) - set(candidates))
    if strange:
        raise UsageError(f"Not among the candidates: {', '.join(strange)}. They are: {', '.join(candidates)}.")


def _combine(profiles: Sequence[Profile]) -> Profile:
    names = list(dict.fromkeys(name for profile in profiles for name in profile.candidates))
    place = {name: index for index, name in enumerate(names)}
    scale = lcm(*(profile.scale for profile in profiles))
    width = max(profile.ranks.shape[1] for profile in profiles)
    overvotes: list[frozenset[int]] = []
    ranks, group, weight, groups = [], [], [], list[Group]()
    for profile in profiles:
        new_index = [place[name] for name in profile.candidates]
        own, overvotes = recode(profile.ranks, profile.overvotes, new_index, overvotes)
        ranks.append(np.pad(own, ((0, 0), (0, width - own.shape[1])), constant_values=SKIPPED))
        group.append(profile.group + np.int32(len(groups)))
        groups.extend(profile.groups)
        weight.append(_scaled(profile.weight, scale // profile.scale))
    return Profile.of(
        names, np.concatenate(ranks), np.concatenate(group), np.concatenate(weight), groups,
        overvotes=overvotes,
        scale=scale,
        write_ins={place[p.candidates[i]] for p in profiles for i in p.write_ins},
        rejected=sum(profile.rejected for profile in profiles),
        sha256="+".join(profile.sha256 for profile in profiles if profile.sha256),
        source="+".join(profile.source for profile in profiles if profile.source),
    )  # fmt: skip


def _scaled(weight: NDArray[np.int64], factor: int) -> NDArray[np.int64]:
    if factor > 1 and len(weight) and int(weight.max()) * factor > INT64_MAX:
        raise UsageError("The ballots' fractional weights have too large a common denominator.")
    return weight * np.int64(factor)
