"""Which clause of one version answers to which of another: by what they do, not by how they are worded.

In: two versions. Out: bodies and clauses in pairs, with None where the other side has nothing that answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from whipcount.errors import NotFound
from whipcount.rules.clauses import (
    Ballot,
    Candidate,
    Clause,
    Confidence,
    Electorate,
    Nomination,
    Petition,
    Text,
    Vacancy,
)
from whipcount.rules.rulebook import Version
from whipcount.rules.words import Names, names_of

C = TypeVar("C", bound=Clause)
Pair = tuple[C | None, C | None]
Score = Callable[[Any, Any], int]


@dataclass(frozen=True)
class Sides:
    """Two versions with what answers to what. `body` maps the bodies of `b` to those of `a`.

    `names_a`, `names_b`  what things are called in each
    `as_in_a`             what things of `b` are called, with the names of `a` for those that answer to each other, so
                          that two sentences differ only where the rules do
    """

    a: Version
    b: Version
    body: Mapping[str, str]
    ballots: tuple[Pair[Ballot], ...]
    names_a: Names
    names_b: Names
    as_in_a: Names

    def pairs(self, kind: type[C]) -> tuple[Pair[C], ...]:
        """The clauses of one kind in pairs: those of `a` in order, then what only `b` has."""
        return _paired(self.a.of(kind), self.b.of(kind), _score(kind, self.body))


def sides(a: Version, b: Version) -> Sides:
    """Two versions side by side."""
    body = _bodies(a, b)
    ballots = _ballots(a, b, body)
    names_a, names_b = names_of(a), names_of(b)
    titles = {new.id: old.title for old, new in ballots if old is not None and new is not None}
    found = Sides(a, b, body, ballots, names_a, names_b, names_b)
    called = {
        new.id: names_a.clauses[old.id]
        for kind in (Vacancy, Confidence, Petition)
        for old, new in found.pairs(kind)
        if old is not None and new is not None
    }
    as_in_a = Names(
        bodies={**names_b.bodies, **{new: names_a.bodies[old] for new, old in body.items()}},
        ballots={**names_b.ballots, **titles},
        clauses={**names_b.clauses, **called},
    )
    return replace(found, as_in_a=as_in_a)


def main_path(version: Version) -> tuple[Ballot, ...]:
    """The ballots after the first opening that has any."""
    try:
        return version.path()
    except NotFound:
        return ()


def _bodies(a: Version, b: Version) -> dict[str, str]:
    """Bodies of `b` -> bodies of `a`: the same id, else the same name, else the only ones left that are known by name."""
    found = {key: key for key in b.bodies if key in a.bodies}
    by_name = {body.name.casefold(): key for key, body in a.bodies.items() if key not in found.values()}
    for key, body in b.bodies.items():
        if key not in found and body.name.casefold() in by_name:
            found[key] = by_name.pop(body.name.casefold())
    left_a = [k for k, body in a.bodies.items() if k not in found.values() and body.known == "by name"]
    left_b = [k for k, body in b.bodies.items() if k not in found and body.known == "by name"]
    if len(left_a) == len(left_b) == 1:
        found[left_b[0]] = left_a[0]
    return found


def _ballots(a: Version, b: Version, body: Mapping[str, str]) -> tuple[Pair[Ballot], ...]:
    """The ballots that elect on the main path answer to each other; the rest by id, or by who votes and for how many."""
    first: list[Pair[Ballot]] = []
    path_a, path_b = main_path(a), main_path(b)
    if path_a and path_b:
        first.append((path_a[-1], path_b[-1]))
    rest_a = [x for x in a.ballots if not path_a or x is not path_a[-1]]
    rest_b = [x for x in b.ballots if not path_b or x is not path_b[-1]]
    return (*first, *_paired(rest_a, rest_b, _score(Ballot, body)))


def _paired(a: Sequence[C], b: Sequence[C], score: Score) -> tuple[Pair[C], ...]:
    """The best matches first, each clause once; a score of 0 is no match."""
    scores = [(score(x, y), -i, -j) for i, x in enumerate(a) for j, y in enumerate(b)]
    taken: dict[int, int] = {}
    for worth, i, j in sorted(scores, reverse=True):
        if worth > 0 and -i not in taken and -j not in taken.values():
            taken[-i] = -j
    olds: list[Pair[C]] = [(x, b[taken[i]] if i in taken else None) for i, x in enumerate(a)]
    return (*olds, *((None, y) for j, y in enumerate(b) if j not in taken.values()))


def _score(kind: type[Clause], body: Mapping[str, str]) -> Score:
    """How well two clauses of a kind answer to each other; 0 for not at all."""

    def same_body(x: Any, y: Any) -> bool:
        return bool(x.body == body.get(y.body))

    def confidence(x: Confidence, y: Confidence) -> int:
        alike = 3 * (x.motion == y.motion) + 2 * (x.circumstance == y.circumstance) + same_body(x, y)
        return alike + 4 * (x.id == y.id) if x.motion == y.motion or x.id == y.id else 0

    def petition(x: Petition, y: Petition) -> int:
        does = (x.nominates, x.calls is None) == (y.nominates, y.calls is None)
        alike = 3 * does + 2 * (x.circumstance == y.circumstance) + same_body(x, y)
        return alike + 4 * (x.id == y.id) if does or x.id == y.id else 0

    def electorate(x: Electorate, y: Electorate) -> int:
        return int(same_body(x, y))

    def ballot(x: Ballot, y: Ballot) -> int:
        who = x.bodies == tuple(body.get(name, "") for name in y.bodies)
        return 4 * (x.id == y.id) + 2 * who + (x.leaves == y.leaves) if x.id == y.id or who else 0

    def text(x: Text, y: Text) -> int:
        return 2 * (x.id == y.id) + (x.about.casefold() == y.about.casefold())

    known: dict[type[Clause], Score] = {
        Vacancy: lambda x, y: 2 * (x.circumstance == y.circumstance) + (x.id == y.id),
        Confidence: confidence,
        Petition: petition,
        Nomination: lambda x, y: 1 + 4 * (x.id == y.id) + 2 * (bool(x.opening) == bool(y.opening)),
        Candidate: lambda x, y: 1 + (x.id == y.id),
        Electorate: electorate,
        Ballot: ballot,
        Text: text,
    }
    return known[kind]
