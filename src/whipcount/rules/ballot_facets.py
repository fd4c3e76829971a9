"""A ballot, aspect by aspect: who votes, how papers are marked, what wins, how it goes on, what follows."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.rules import words
from whipcount.rules.clauses import Ballot
from whipcount.rules.language import Marks, Rounds, Threshold
from whipcount.rules.words import Names

Told = Iterator[tuple[str, str]]

_TIES = {
    "latest difference": "the latest round in which the tied had different totals",
    "earliest difference": "the earliest round in which the tied had different totals",
    "order": "a fixed order of the candidates",
    "lot": "a lot",
    "seeded lot": "a lot drawn by a public method",
    "ask": "asking whoever runs the count",
    "all": "reporting every outcome",
}


def ballot_facets(ballot: Ballot, names: Names) -> Told:
    """Everything a ballot says, as (aspect, sentence)."""
    yield "title", ballot.title
    yield "sections", _sections(ballot, names)
    yield from _units(ballot)
    yield "paper", _paper(ballot)
    yield "wins", _wins(ballot, names)
    if ballot.lead is not None:
        lead = needed(ballot.lead, ballot, names)
        yield "lead", f"The first must also be ahead of the second by {lead}"
    yield from _rounds(ballot.rounds)
    for i, floor in enumerate(ballot.rounds.floors):
        when = "every round" if floor.round is None else f"the {words.ordinal(floor.round)} round"
        yield f"floor {i + 1}", f"In {when} a candidate who has not got {needed(floor.needs, ballot, names)} goes out"
    yield from _next(ballot)
    if ballot.ties:
        yield "ties", f"A tie is broken by {', failing that by '.join(_TIES[rule] for rule in ballot.ties)}"
    yield from _marks(ballot.marks)
    if ballot.exhausted == "stay":
        yield "exhausted", "A paper that runs out of preferences still counts in the total of which shares are taken"


def needed(needs: Threshold, ballot: Ballot, names: Names) -> str:
    """A threshold of a ballot in words: of votes, or of points or weighted votes where votes are not counted plainly."""
    if needs.share is None and not ballot.weighted:
        votes = words.plural((needs.count or 0) + needs.plus, "vote")
        return f"at least {votes}" if needs.of == "entitled" else f"at least {votes} ({needs.of})"
    if ballot.weighted:
        return words.tally(needs, "the points" if ballot.units else "the weighted vote")
    return words.threshold(needs, names.body(ballot.bodies[0]))


def chooses(ballot: Ballot, names: Names) -> str:
    """Who votes, in short: 'the caucus alone', or the sections with their weights."""
    if len(ballot.sections) == 1:
        points = f", with {ballot.units.points} points for each {ballot.units.name}" if ballot.units else ""
        return f"{names.body(ballot.bodies[0])} alone{points}"
    return words.listed(f"{names.body(s.body)} ({words.weight(s.weight)})" for s in ballot.sections)


def _sections(ballot: Ballot, names: Names) -> str:
    if len(ballot.sections) == 1:
        return f"Voting is by {names.body(ballot.bodies[0])} alone"
    first, *rest = ballot.sections
    parts = [f"{names.body(first.body)} for {words.weight(first.weight)} of the result"]
    parts += [f"{names.body(s.body)} for {words.weight(s.weight)}" for s in rest]
    return f"Votes are counted in {words.number(len(ballot.sections))} sections: {words.listed(parts)}"


def _units(ballot: Ballot) -> Told:
    if ballot.units is None:
        return
    name = ballot.units.name
    yield (
        "units",
        f"Each {name} is worth {ballot.units.points} points, shared among the candidates by the votes in that {name}",
    )
    if ballot.units.cap == "votes":
        yield "cap", f"A {name} with fewer votes than points is worth one point a vote"


def _paper(ballot: Ballot) -> str:
    if ballot.paper == "ranked":
        return "Each elector ranks the candidates on one paper, which passes to the next preference when a candidate goes out"
    if ballot.rounds.at_most == 1:
        return "Each elector votes for one candidate"
    return "Each elector votes for one candidate, and votes afresh in every round"


def _wins(ballot: Ballot, names: Names) -> str:
    if not ballot.wins:
        return "The most votes win"
    each = [needed(needs, ballot, names) for needs in ballot.wins]
    if ballot.rounds.until is not None:
        return f"It goes on even when a candidate has {', and also '.join(each)}"
    return f"To win, a candidate needs {', and also '.join(each)}"


def _rounds(rounds: Rounds) -> Told:
    go = "While there is no winner" if rounds.until is None else "After each round"
    if rounds.out == "lowest":
        yield "rounds", f"{go}, the candidate with the fewest votes goes out"
    if rounds.out == "all but" and rounds.keep is not None:
        left = "the first" if rounds.keep == 1 else f"the first {words.number(rounds.keep)}"
        yield "rounds", f"{go}, all but {left} go out"
    if rounds.out == "none":
        yield "rounds", "Nobody is put out between rounds" if rounds.at_most != 1 else "There is no second round"
    if rounds.at_most is not None and (rounds.at_most > 1 or rounds.out != "none"):
        yield (
            "at_most",
            f"There {'is' if rounds.at_most == 1 else 'are'} {words.plural(rounds.at_most, 'round')} at most",
        )
    if rounds.batch:
        yield "batch", "Candidates at the bottom who together have fewer votes than the next above go out at once"
    if rounds.until is not None:
        yield "until", f"It ends when {words.number(rounds.until)} are left"


def _next(ballot: Ballot) -> Told:
    if ballot.leaves > 1:
        yield "leaves", f"It elects nobody: {words.number(ballot.leaves)} go on to the next ballot"
    if ballot.field == "reopened":
        yield "field", "Nominations open anew for it, so that somebody who did not stand before may come in"
    if ballot.field == "top":
        yield "field", f"Only the first {words.number(ballot.field_top or 0)} of the ballot before are on the paper"
    if ballot.if_none == "next":
        yield "if_none", "If it gives no winner, the next ballot follows"


def _marks(marks: Marks) -> Told:
    if marks.overvote != "exhaust if multiple":
        does = "takes the paper out from there on" if marks.overvote == "exhaust" else "is passed over"
        yield "overvote", f"A rank given to two candidates {does}"
    if marks.skipped is not None:
        ranks = words.plural(marks.skipped + 1, "rank")
        yield "skipped", f"A paper that leaves {ranks} in a row blank is out from there on"
    if marks.duplicate != "skip":
        yield "duplicate", "A paper that names a candidate twice is out from there on"
