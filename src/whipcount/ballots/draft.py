"""Ballots as a reader finds them, on their way to a profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from whipcount.ballots.codes import OVERVOTE_BASE, Mark
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
    base: Profile | None = None
    """Ballots that were counted before, without this draft's help."""
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
        names = self._names()
        profile = self._counted(names)
        write_ins = {i for i, name in enumerate(profile.candidates) if name in self.write_ins}
        profile = replace(profile, write_ins=frozenset(write_ins))
        return profile.without(self.withdrawn) if self.withdrawn else profile

    def _names(self) -> list[str]:
        names = {name for ranking, _, _ in self.votes for name in names_in(ranking)}
        if self.base is not None:
            names.update(self.base.candidates)
        return [*self.candidates, *sorted(names - set(self.candidates))]

    def _counted(self, names: list[str]) -> Profile:
        if self.base is not None and not self.votes:
            return self.base if list(self.base.candidates) == names else self.base.reorder(names)
        rows = [
            Row(ranking, Fraction(weight), section, unit) for (ranking, section, unit), weight in self.votes.items()
        ]
        coded = encode(rows, names)
        own = Profile.of(
            names, coded.ranks, coded.group, coded.weight, coded.groups, overvotes=coded.overvotes, scale=coded.scale
        )
        return own if self.base is None else Profile.combine(own, self.base)


def of_everyone(profile: Profile) -> Profile:
    """Make the marks for OVERVOTE what they stand for: marks for every candidate there is."""
    if OVERVOTE not in profile.candidates:
        return profile
    here = profile.candidates.index(OVERVOTE)
    everyone = frozenset(range(len(profile.candidates))) - {here}
    ranks = profile.ranks.copy()
    ranks[ranks == here] = OVERVOTE_BASE - len(profile.overvotes)
    return replace(profile, ranks=ranks, overvotes=(*profile.overvotes, everyone)).without([OVERVOTE])
