"""Ballots as a reader finds them, on their way to a profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from whipcount.ballots.codes import Mark
from whipcount.ballots.faults import Faults
from whipcount.ballots.limits import Limits
from whipcount.ballots.profile import Profile
from whipcount.ballots.rows import Row, encode, names_in

OVERVOTE = "\0overvote"
"""Stands in a ranking for an overvote whose candidates the file does not name: read as all of them."""

WRITE_IN = "Undeclared write-ins"
"""The name under which undeclared write-ins are put together."""


@dataclass(frozen=True)
class Options:
    """What the caller of `read_ballots` asked for, as the readers need it."""

    faults: Faults
    limits: Limits
    candidates: tuple[str, ...] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    contest: str | None = None


@dataclass
class Draft:
    """Ballots in names, equal ones added up; and what the file says about its contest."""

    candidates: list[str] = field(default_factory=list)
    withdrawn: tuple[str, ...] = ()
    write_ins: set[str] = field(default_factory=set)
    title: str = ""
    seats: int | None = None
    contests: tuple[str, ...] = ()
    votes: dict[tuple[tuple[Mark, ...], str, str], int | Fraction] = field(default_factory=dict)

    def add(self, ranking: Iterable[Mark], weight: int | Fraction = 1, section: str = "", unit: str = "") -> None:
        """Add the votes of one ballot."""
        key = (tuple(ranking), section, unit)
        self.votes[key] = self.votes.get(key, 0) + weight

    def total(self) -> Fraction:
        """The votes added so far."""
        return Fraction(sum(self.votes.values()))

    def profile(self) -> Profile:
        """The profile of all ballots; candidates in the order of `candidates`, others after them, sorted."""
        marked = {name for ranking, _, _ in self.votes for name in names_in(ranking)} - {OVERVOTE}
        names = [*self.candidates, *sorted(marked - set(self.candidates))]
        rows = [
            Row(_named(ranking, names), Fraction(weight), section, unit)
            for (ranking, section, unit), weight in self.votes.items()
        ]
        coded = encode(rows, names)
        profile = Profile.of(
            names, coded.ranks, coded.group, coded.weight, coded.groups, overvotes=coded.overvotes,
            scale=coded.scale, write_ins={names.index(name) for name in self.write_ins if name in names},
        )  # fmt: skip
        return profile.without(self.withdrawn) if self.withdrawn else profile


def _named(ranking: tuple[Mark, ...], names: Sequence[str]) -> tuple[Mark, ...]:
    if OVERVOTE not in ranking:
        return ranking
    return tuple(frozenset(names) if mark == OVERVOTE else mark for mark in ranking)
