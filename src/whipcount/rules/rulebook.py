"""A rulebook: a party's leadership rules as data, in versions by the date from which each was in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, TypeVar

from pydantic import Field, model_validator

from whipcount.errors import NotFound, UsageError
from whipcount.problems import Faults
from whipcount.rules.clauses import (
    AnyClause,
    Ballot,
    Body,
    Clause,
    Confidence,
    Electorate,
    Nomination,
    Opening,
    Petition,
    Vacancy,
)
from whipcount.rules.language import Day, Model, Words

C = TypeVar("C", bound=Clause)
Fault = tuple[tuple[str | int, ...], str]
"""(place within the record, what is wrong -> how to mend it)"""


class Version(Model):
    """The rules as they stood from a date until the next version.

    `governed` lists contests held under it, as `id` of a contest or backtest case; tests replay them.
    """

    since: Day | None = Field(alias="from")
    label: str
    summary: str
    bodies: dict[str, Body]
    clauses: tuple[AnyClause, ...]
    governed: Words = ()
    note: str | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Version:
        faults = tuple(_faults(self))
        if faults:
            raise Faults(faults)
        return self

    def of(self, kind: type[C]) -> tuple[C, ...]:
        """The clauses of one kind, in the order of the rulebook."""
        return tuple(clause for clause in self.clauses if isinstance(clause, kind))

    def clause(self, clause_id: str) -> Clause:
        """The clause with this id. Raises `NotFound`."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise NotFound("clause", clause_id, (c.id for c in self.clauses))

    @property
    def ballots(self) -> tuple[Ballot, ...]:
        """The ballots, in the order of the rulebook."""
        return self.of(Ballot)

    @property
    def openings(self) -> tuple[Opening, ...]:
        """The ways in which a contest opens."""
        return tuple(c for c in self.clauses if isinstance(c, Vacancy | Confidence | Petition))

    def path(self, opening: str | None = None) -> tuple[Ballot, ...]:
        """The ballots that follow an opening (the first opening that has any, where none is named)."""
        for clause in self.openings:
            if clause.id == opening or (opening is None and clause.then):
                return tuple(b for name in clause.then for b in self.ballots if b.id == name)
        raise NotFound("opening", opening or "", (c.id for c in self.openings))

    def nomination(self, opening: str | None = None) -> Nomination | None:
        """The nomination clause that governs an opening, or None where the rules have none for it."""
        named = [n for n in self.of(Nomination) if opening in n.opening]
        general = [n for n in self.of(Nomination) if not n.opening]
        return next(iter(named + general), None)

    def electorate(self, body: str) -> Electorate | None:
        """Who may vote in a body."""
        return next((e for e in self.of(Electorate) if e.body == body), None)


class Rulebook(Model):
    """A body's leadership rules through time. `kind: plain` marks rules that belong to no party."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    country: str | None = None
    kind: Literal["party", "plain"] = "party"
    office: str = "leader"
    versions: tuple[Version, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Rulebook:
        dates = [version.since or date.min for version in self.versions]
        late: list[Fault] = [
            (("versions", i), f"is not later than the version before it ({dates[i - 1]}) -> Sort them by 'from'.")
            for i in range(1, len(dates))
            if dates[i] <= dates[i - 1]
        ]
        if late:
            raise Faults(tuple(late))
        return self

    def at(self, when: date | None = None) -> Version:
        """The version in force on a date; the newest where no date is given.

        Raises `UsageError` for a date before the first version.
        """
        in_force = [v for v in self.versions if when is None or v.since is None or v.since <= when]
        if not in_force:
            first = self.versions[0].since
            raise UsageError(f"The rules of {self.name} are known from {first}; there is no version for {when}.")
        return in_force[-1]

    def until(self, version: Version) -> date | None:
        """The date on which a later version took a version's place; None while it stands."""
        i = self.versions.index(version)
        return self.versions[i + 1].since if i + 1 < len(self.versions) else None


def _faults(version: Version) -> Iterator[Fault]:
    """What does not hang together in a version: where in it, and in words with what to do."""
    if not version.bodies:
        yield (
            ("bodies",),
            "there is no body that votes -> Add one, such as 'caucus: {name: the caucus, known: by name}'.",
        )
    yield from _missing(version)
    ids = [clause.id for clause in version.clauses]
    for i, clause in enumerate(version.clauses):
        here = ("clauses", i)
        if clause.id in ids[:i]:
            yield (*here, "id"), "another clause has the same id -> Rename one."
        for body in sorted(_bodies_named(clause) - set(version.bodies)):
            yield here, f"names a body '{body}' that is not under 'bodies' -> Add it there, or mend the name."
        for key, name in _loose(version, clause):
            yield (*here, key), f"'{key}' names '{name}', and there is no such {_SORT[key]} -> Add it, or mend '{key}'."


_SORT = {"then": "ballot", "calls": "clause", "opening": "opening"}


def _loose(version: Version, clause: Clause) -> Iterator[tuple[str, str]]:
    """(key, name) for every name in a clause that stands for no other clause."""
    if isinstance(clause, Opening):
        yield from (("then", name) for name in clause.then if name not in {b.id for b in version.ballots})
    if isinstance(clause, Petition) and clause.calls is not None:
        yield from (("calls", clause.calls) for _ in range(clause.calls not in {c.id for c in version.clauses}))
    if isinstance(clause, Nomination):
        yield from (("opening", name) for name in clause.opening if name not in {o.id for o in version.openings})


def _missing(version: Version) -> Iterator[Fault]:
    here = ("clauses",)
    if not version.ballots:
        yield here, "the clause that says how the vote is taken is missing -> Add a clause of kind 'ballot'."
    if not any(o.then for o in version.openings):
        yield (
            here,
            "the clause that opens a contest is missing -> Add a clause of kind 'vacancy' whose 'then' names the ballots.",
        )
    if not version.of(Nomination):
        yield (
            here,
            "the clause that says who gets on the paper is missing -> Add a clause of kind 'nomination' (needs: null if nothing is needed).",
        )
    voted = {body for ballot in version.ballots for body in ballot.bodies}
    for body in sorted(voted - {e.body for e in version.of(Electorate)}):
        yield (
            here,
            f"the clause that says who may vote in '{body}' is missing -> Add a clause of kind 'electorate' for it.",
        )


def _bodies_named(clause: Any) -> set[str]:
    if isinstance(clause, Ballot):
        return set(clause.bodies)
    if isinstance(clause, Confidence | Petition | Electorate):
        return {clause.body}
    if isinstance(clause, Nomination) and clause.needs is not None:
        return {leaf.body for leaf in clause.needs.leaves() if leaf.body}
    return set()
