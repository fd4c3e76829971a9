"""A clause, aspect by aspect: each thing that its structure says, as one sentence.

This is what an explanation joins into paragraphs and what a comparison compares, so that neither can leave out what
the other tells. In: a clause and what things are called. Out: `Facet`s in the order in which one would tell them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from whipcount.rules import words
from whipcount.rules.ballot_facets import ballot_facets
from whipcount.rules.clauses import (
    Ballot,
    Candidate,
    Clause,
    Confidence,
    Electorate,
    Nomination,
    Opening,
    Petition,
    Text,
    Vacancy,
)
from whipcount.rules.language import Reading, Threshold
from whipcount.rules.words import CIRCUMSTANCES, MOTIONS, Names

Told = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that a clause says: which aspect of it, and the sentence."""

    aspect: str
    text: str


def facets(clause: Clause, names: Names) -> tuple[Facet, ...]:
    """Everything a clause says, its sources and confidence apart."""
    told = [*_TELL[type(clause)](clause, names)]
    if clause.says and not isinstance(clause, Text):
        told.append(("says", clause.says))
    if clause.note:
        told.append(("note", f"Note: {clause.note}"))
    return tuple(Facet(aspect, words.sentence(text)) for aspect, text in told if text)


def readings(found: tuple[Reading, ...], tell: Callable[[Threshold], str]) -> Told:
    """The other ways in which sources read a threshold, each with where it is read so."""
    for i, reading in enumerate(found):
        place = words.hosts(reading.source)
        yield (
            f"reading {i + 1}",
            f"Another reading, '{reading.label}', is {tell(reading)} ({place}; {sure(reading.confidence)})",
        )


def sure(confidence: str) -> str:
    """How sure a source makes a rule, in words."""
    return f"{confidence} confidence"


def _opening(clause: Opening, names: Names, lead: str) -> Told:
    if clause.circumstance != "any":
        yield "circumstance", f"This holds {CIRCUMSTANCES[clause.circumstance]}"
    if clause.then:
        yield "then", f"{lead} {names.path(clause.then)}"


def _vacancy(clause: Vacancy, names: Names) -> Told:
    when = CIRCUMSTANCES[clause.circumstance]
    yield "opens", f"A contest opens when the office falls vacant {when}"
    if clause.then:
        yield "then", f"The new leader is chosen by {names.path(clause.then)}"


_CARRIED = {
    "confidence": "The leader is voted out by",
    "no confidence": "It is carried by",
    "spill": "It is carried by",
    "endorsement": "The endorsement is refused by",
}


def _confidence(clause: Confidence, names: Names) -> Told:
    who = names.body(clause.body)
    can = "can be" if clause.motion in {"no confidence", "spill"} else "is"
    yield "when", f"{MOTIONS[clause.motion]} {can} put to {who} {clause.when}"
    if clause.moved_by is not None:
        yield "moved_by", f"It takes {words.threshold(clause.moved_by, who, vote=False)} to bring it on"

    def told(needs: Threshold) -> str:
        return words.threshold(needs, who)

    if clause.keeps is not None:
        yield "threshold", f"To win it, the leader needs {told(clause.keeps)}"
    if clause.removes is not None:
        yield "threshold", f"{_CARRIED[clause.motion]} {told(clause.removes)}"
    yield from readings(clause.readings, told)
    if not clause.binding:
        yield "binding", "The rules attach no consequence to the result"
    if clause.secret is not None:
        yield "secret", f"The vote is {'secret' if clause.secret else 'open'}"
    if clause.leader_may_stand is not None:
        may = "may" if clause.leader_may_stand else "may not"
        yield "leader_may_stand", f"A leader who loses {may} stand in the contest that follows"
    if clause.immunity_months is not None:
        months = words.plural(clause.immunity_months, "month")
        yield "immunity_months", f"A leader who wins cannot be put to such a vote again for {months}"
    yield from _opening(clause, names, "If the leader loses, the next is chosen by")


def _petition(clause: Petition, names: Names) -> Told:
    who = names.body(clause.body)

    def told(needs: Threshold) -> str:
        return words.threshold(needs, who, vote=False)

    yield "needs", f"{words.called(clause)} takes the support of {told(clause.needs)}"
    yield from readings(clause.readings, told)
    if clause.calls is not None:
        yield "calls", f"That brings on {names.clauses.get(clause.calls, clause.calls)}"
    if clause.nominates:
        yield "nominates", "The support is itself the nomination of a challenger"
    yield from _opening(clause, names, "That forces a contest, decided by")


def _nomination(clause: Nomination, names: Names) -> Told:
    if clause.opening:
        named = words.listed((names.clauses.get(o, o) for o in clause.opening), "or")
        yield "opening", f"This holds in a contest that opens by {named}"
    if clause.needs is None:
        yield "needs", "A candidate needs no nominations"
    else:
        yield "needs", f"To be on the paper, a candidate needs the support of {words.route(clause.needs, names)}"
    who = (
        names.body(next((leaf.body for leaf in clause.needs.leaves() if leaf.body), ""))
        if clause.needs
        else "those who nominate"
    )
    yield from readings(clause.readings, lambda needs: words.threshold(needs, who, vote=False))
    if clause.incumbent == "on the paper without nominations":
        yield "incumbent", "The sitting leader is on the paper without nominations"
    if clause.incumbent == "may not stand":
        yield "incumbent", "The sitting leader may not stand"
    if clause.field_at_most is not None:
        yield "field_at_most", f"There can be {words.plural(clause.field_at_most, 'candidate')} at most"


def _candidate(clause: Candidate, _names: Names) -> Told:
    yield "must_be", f"A candidate must be {clause.must_be}"


def _electorate(clause: Electorate, _names: Names) -> Told:
    yield "who", f"Those who may vote are {clause.who}"
    yield "vote", "Each has one vote" if clause.vote == "one person, one vote" else f"How they vote: {clause.vote}"
    if clause.joined_months_before is not None:
        months = words.plural(clause.joined_months_before, "month")
        yield "joined_months_before", f"They must have belonged for {months} when the contest opens"
    if clause.fee is not None:
        yield "fee", f"Registering to vote costs money: {clause.fee}"


def _text(clause: Text, _names: Names) -> Told:
    yield "about", f"On {clause.about}"
    yield "says", clause.says


_TELL: dict[type[Clause], Callable[[Any, Names], Told]] = {
    Vacancy: _vacancy,
    Confidence: _confidence,
    Petition: _petition,
    Nomination: _nomination,
    Candidate: _candidate,
    Electorate: _electorate,
    Ballot: ballot_facets,
    Text: _text,
}
