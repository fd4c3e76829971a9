"""Every threshold of a version as a number of people: '22 of 34 to keep the leader, 13 to force a contest'.

In: a version, and the number of electors of its bodies as far as known. Out: `Needs`. Where a body's number is not
given, the need is said in words. All arithmetic is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from whipcount.rules import electors as sizes_of
from whipcount.rules import words
from whipcount.rules.ballot_needs import Sizes, ballot_needs
from whipcount.rules.clauses import Ballot, Clause, Confidence, Nomination, Petition
from whipcount.rules.explain import heading
from whipcount.rules.language import Reading, Route, Threshold
from whipcount.rules.need_rows import NeedRow, assumes, need, people
from whipcount.rules.output import frame, html_table
from whipcount.rules.rulebook import Version
from whipcount.rules.words import Names, names_of


@dataclass(frozen=True)
class ConfidenceNeed:
    """What a vote on the leader takes, by one reading of the rule (`label` is '' for the operative one).

    `leader_needs + opponents_need == of + 1`: as soon as one side has not got its number, the other has.
    """

    label: str
    leader_needs: int
    opponents_need: int
    of: int
    words: str
    note: str
    source: tuple[str, ...]
    confidence: str


@dataclass(frozen=True)
class ClauseNeeds:
    """The needs of one clause under its heading: by the operative rule, and by each other reading of it."""

    clause: str
    heading: str
    rows: tuple[NeedRow, ...]
    readings: tuple[tuple[str, tuple[NeedRow, ...]], ...]


@dataclass(frozen=True)
class Needs:
    """What a version of a rulebook takes, row by row. `electors` are the numbers it was worked out for."""

    label: str
    since: str | None
    electors: tuple[tuple[str, int], ...]
    rows: tuple[NeedRow, ...]
    headings: tuple[tuple[str, str], ...]

    @property
    def clauses(self) -> tuple[ClauseNeeds, ...]:
        """The rows clause by clause, for those clauses that ask for anything."""
        return tuple(_grouped(clause, title, self.of_clause(clause)) for clause, title in self.headings)

    def of_clause(self, clause: str) -> tuple[NeedRow, ...]:
        """The rows of one clause."""
        return tuple(row for row in self.rows if row.clause == clause)

    def table(self) -> Any:
        """The rows as a polars data frame (a list of mappings where polars is not installed)."""
        return frame([{**row.to_json(), "text": row.text} for row in self.rows])

    def to_json(self) -> dict[str, object]:
        """As plain data."""
        rows = [{**row.to_json(), "text": row.text} for row in self.rows]
        return {"label": self.label, "from": self.since, "electors": dict(self.electors), "rows": rows}

    def _repr_html_(self) -> str:
        rows = [
            {"what": r.what, "who": r.whom, "needs": r.text, "reading": r.reading, "note": r.note} for r in self.rows
        ]
        return html_table(rows, ("what", "who", "needs", "reading", "note"))


def needs(version: Version, electors: sizes_of.Electors = None) -> Needs:
    """Every threshold of a version, in the order of its clauses.

    `electors` is a number for each body id, or one number for the body known by name. Raises `NotFound` for a body that
    the version does not have, `UsageError` for a number below 1.
    """
    sizes = sizes_of.resolve(version, electors)
    names = names_of(version)
    rows = tuple(row for clause in version.clauses for row in _rows(clause, names, sizes))
    asked = {row.clause for row in rows}
    headings = tuple((clause.id, _heading(clause, names)) for clause in version.clauses if clause.id in asked)
    since = version.since.isoformat() if version.since else None
    return Needs(version.label, since, tuple(sizes.items()), rows, headings)


def _heading(clause: Clause, names: Names) -> str:
    return heading(clause, names) + (f", {clause.when}" if isinstance(clause, Confidence) else "")


def _grouped(clause: str, title: str, rows: tuple[NeedRow, ...]) -> ClauseNeeds:
    labels = dict.fromkeys(row.reading for row in rows if row.reading)
    readings = tuple((label, tuple(row for row in rows if row.reading == label)) for label in labels)
    return ClauseNeeds(clause, title, tuple(row for row in rows if not row.reading), readings)


def confidence_needs(clause: Confidence, n: int) -> tuple[ConfidenceNeed, ...]:
    """What each side needs in a vote on the leader by `n` people, by the operative rule and by each other reading."""
    found = []
    for reading in (None, *clause.readings):
        rule = reading or clause.threshold
        leader, opponents = clause.needed(n, reading)
        told = need(clause, "", "", words.amount(rule), reading=reading, note=assumes(rule, n, max(leader, opponents)))
        found.append(
            ConfidenceNeed(told.reading, leader, opponents, n, told.words, told.note, told.source, told.confidence)
        )
    return tuple(found)


def nominated_at_most(clause: Nomination, sizes: Sizes) -> int | None:
    """How many candidates can be nominated at most, if each nominator backs one; None where nothing limits it.

    The number that the rules state is the limit where they state one. A body that is needed on every way to the paper
    limits the field to its size over the number needed; ways through different bodies add up.
    """
    room = None if clause.needs is None else _room(clause.needs, sizes)
    return min((n for n in (clause.field_at_most, room) if n is not None), default=None)


def _room(route: Route, sizes: Sizes) -> int | None:
    if route.body is not None and route.needs is not None:
        size = sizes.get(route.body)
        enough = people(route.needs, size)
        return None if size is None or not enough else size // enough
    if route.all:
        return min((n for n in (_room(part, sizes) for part in route.all) if n is not None), default=None)
    rooms = [_room(part, sizes) for part in route.any]
    return None if None in rooms else sum(n for n in rooms if n is not None)


def _rows(clause: Clause, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    if isinstance(clause, Ballot):
        return ballot_needs(clause, names, sizes)
    tell: Callable[..., Iterator[NeedRow]] | None = _TELL.get(type(clause))
    return tell(clause, names, sizes) if tell else iter(())


_SIDES = {
    "confidence": ("to win the vote", "to defeat the leader"),
    "no confidence": ("to defeat the motion", "to carry the motion"),
    "spill": ("to defeat the motion", "to throw the leadership open"),
    "endorsement": ("to have the endorsement", "to refuse the endorsement"),
}
"""Motion -> what the leader needs a number for, and what opponents need theirs for, where the rules go no further."""


def _sides(clause: Confidence) -> tuple[str, str]:
    if not clause.binding or clause.motion in {"spill", "endorsement"}:
        return _SIDES[clause.motion]
    return "to keep the leader", "to remove the leader and force a contest" if clause.then else "to remove the leader"


def _confidence(clause: Confidence, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    who, size = names.body(clause.body), sizes.get(clause.body)
    if clause.moved_by is not None:
        yield _row(clause, "to bring the vote on", "those who move it", clause.moved_by, clause.body, names, sizes)
    for reading in (None, *clause.readings):
        rule = reading or clause.threshold
        told = (words.threshold(rule, who), words.opposite(rule, who))
        both = clause.needed(size, reading) if size is not None else (None, None)
        texts = told if clause.keeps is not None else told[::-1]
        for what, whom, number, text in zip(_sides(clause), ("the leader", "opponents"), both, texts, strict=True):
            notes = ("" if clause.binding else "the rules attach no consequence", assumes(rule, size, number))
            note = "; ".join(n for n in notes if n)
            yield need(clause, what, whom, text, body=clause.body, number=number, of=size, reading=reading, note=note)


def _row(
    clause: Petition | Confidence | Nomination,
    what: str,
    whom: str,
    rule: Threshold,
    body: str,
    names: Names,
    sizes: Sizes,
    reading: Reading | None = None,
) -> NeedRow:
    size = sizes.get(body)
    number = people(rule, size)
    text, note = words.threshold(rule, names.body(body), vote=False), assumes(rule, size, number)
    return need(clause, what, whom, text, body=body, number=number, of=size, reading=reading, note=note)


def _petition(clause: Petition, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    what = f"to bring on {names.clauses.get(clause.calls, clause.calls)}" if clause.calls else "to force a contest"
    whom = "a challenger" if clause.nominates else "those who petition"
    for reading in (None, *clause.readings):
        yield _row(clause, what, whom, reading or clause.needs, clause.body, names, sizes, reading)


MANY = 30
"""A field as large as this is no limit that anybody meets; it is left out unless the rules state it."""


def _nomination(clause: Nomination, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    after = words.listed((names.clauses.get(o, o) for o in clause.opening), "or")
    paper = f"to be on the paper after {after}" if after else "to be on the paper"
    if clause.needs is None:
        yield need(clause, paper, "a candidate", "no nominations")
    else:
        yield from _leaves(clause, clause.needs, paper, names, sizes)
    if clause.incumbent != "as any other":
        yield need(
            clause, paper, "the leader", "no nominations" if clause.incumbent.startswith("on") else "may not stand"
        )
    limit = nominated_at_most(clause, sizes)
    if limit is not None and (limit <= MANY or limit == clause.field_at_most):
        note = "the rules say so" if limit == clause.field_at_most else "if each nominator backs one"
        text = f"{words.plural(limit, 'candidate')} at most"
        yield need(clause, "how many can be nominated at most", "the field", text, number=limit, note=note)


def _leaves(clause: Nomination, route: Route, paper: str, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    bodies = [leaf.body for leaf in route.leaves() if leaf.body is not None]
    for leaf in route.leaves():
        if leaf.body is None or leaf.needs is None:
            continue
        what = f"{paper}, from {names.body(leaf.body)}" if len(bodies) > 1 else paper
        row = _row(clause, what, "a candidate", leaf.needs, leaf.body, names, sizes)
        own = "not counting the candidate" if leaf.apart_from_self else ""
        yield replace(row, note="; ".join(n for n in (row.note, own, leaf.says, _among(leaf, route)) if n))
    for reading in clause.readings:
        yield _row(clause, paper, "a candidate", reading, bodies[0], names, sizes, reading)


def _among(leaf: Route, route: Route) -> str:
    """How a need stands to the others of its route: one of several ways, or needed beside the others."""
    if route.any:
        return "one of several ways"
    for part in route.all:
        if leaf in part.leaves():
            return _among(leaf, part) or "needed as well as the rest"
    return ""


_TELL: dict[type[Clause], Callable[..., Iterator[NeedRow]]] = {
    Confidence: _confidence,
    Petition: _petition,
    Nomination: _nomination,
}
