"""What a ballot asks for: to win, to be ahead, to stay in, to go on; and what one vote in a weighted section is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from whipcount.rules import words
from whipcount.rules.ballot_facets import needed
from whipcount.rules.clauses import Ballot
from whipcount.rules.language import Section, Threshold
from whipcount.rules.need_rows import NeedRow, assumes, need, people
from whipcount.rules.words import Names

Sizes = Mapping[str, int]


def ballot_needs(ballot: Ballot, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    """Every threshold of a ballot."""
    if ballot.leaves == 1:
        for needs in ballot.wins:
            yield _row(ballot, names, sizes, needs, f"to win {ballot.title}", "a candidate")
        if not ballot.wins:
            yield need(ballot, f"to win {ballot.title}", "a candidate", "more votes than any other")
    if ballot.lead is not None:
        yield _row(ballot, names, sizes, ballot.lead, f"for a lead over the second, in {ballot.title}", "the first")
    for floor in ballot.rounds.floors:
        when = f"the {words.ordinal(floor.round)} round" if floor.round else "every round"
        yield _row(ballot, names, sizes, floor.needs, f"to get through {when} of {ballot.title}", "a candidate")
    yield from _places(ballot, names, sizes)
    if ballot.weighted:
        yield from _weights(ballot, names, sizes)


def _row(ballot: Ballot, names: Names, sizes: Sizes, needs: Threshold, what: str, whom: str) -> NeedRow:
    body = None if ballot.weighted else ballot.bodies[0]
    size = sizes.get(body) if body else None
    number = None if ballot.weighted and needs.share is not None else people(needs, size)
    text, note = needed(needs, ballot, names), assumes(needs, size, number)
    return need(ballot, what, whom, text, body=body, number=number, of=size, note=note)


def _places(ballot: Ballot, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    """The votes that make a place among those who stay certain, whoever the others are.

    Of n votes no more than k candidates can each have more than n / (k + 1), so that somebody who keeps more than that
    is never last of more than k, nor outside the first k.
    """
    places = ballot.rounds.until or ballot.rounds.keep or (ballot.leaves if ballot.leaves > 1 else None)
    if places is None or ballot.weighted:
        return
    size = sizes.get(ballot.bodies[0])
    votes = f"more than {words.share(Fraction(1, places + 1))} of the valid votes of {names.body(ballot.bodies[0])}"
    sure = None if size is None else size // (places + 1) + 1
    what = f"to be sure of a place in the last {words.number(places)}, in {ballot.title}"
    note = "follows from the count; fewer may do"
    yield need(ballot, what, "a candidate", votes, body=ballot.bodies[0], number=sure, of=size, note=note)


def _weights(ballot: Ballot, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    if ballot.units is not None:
        name, points = ballot.units.name, ballot.units.points
        text = f"an equal part of the {points} points of its {name}: the fewer vote there, the more it is worth"
        yield need(ballot, "what one vote is worth", "an elector", text)
    if len(ballot.sections) < 2:
        return
    for section in ballot.sections:
        yield _worth(ballot, section, names, sizes)
    yield from _compared(ballot, names, sizes)
    first = next((s for s in ballot.sections if s.body in sizes), ballot.sections[0])
    for part in (Fraction(0), Fraction(1, 3), Fraction(2, 3), Fraction(1)):
        yield from _rest(ballot, first, part, names, sizes)


def _compared(ballot: Ballot, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    """How many votes of the cheapest known section one vote of each other known section outweighs."""
    known = sorted((vote_worth(s, sizes[s.body]), s.body) for s in ballot.sections if s.body in sizes)
    for value, body in known[1:]:
        least, other = known[0]
        text = (
            f"as much as {round(value / least):,} votes {words.within(names.body(other))}"
            if least
            else "more than any number"
        )
        yield need(ballot, "what one vote weighs", f"an elector {words.within(names.body(body))}", text, body=body)


def vote_worth(section: Section, size: int) -> Fraction:
    """What one elector's vote adds to a candidate's share of the whole, if all in the section vote."""
    return section.weight / size


def _worth(ballot: Ballot, section: Section, names: Names, sizes: Sizes) -> NeedRow:
    who, size = names.body(section.body), sizes.get(section.body)
    what, whom = "what one vote is worth", f"an elector {words.within(who)}"
    if size is None:
        text = f"{words.weight(section.weight)} of the result, shared out among the votes of {who}"
        return need(ballot, what, whom, text, body=section.body)
    value = vote_worth(section, size)
    return need(ballot, what, whom, worth_text(value), body=section.body, value=value, note=f"if all {size:,} vote")


def worth_text(value: Fraction) -> str:
    """A small share of the result, with as many decimals as it takes to tell it from nothing."""
    return f"{words.percent(value, 2 if value >= Fraction(1, 1000) else 6)} of the result"


def rest_needed(ballot: Ballot, body: str, part: Fraction) -> Fraction:
    """The share of all the other sections together that makes up half of the whole, with `part` of the section `body`.

    Below 0 the others are not needed at all; above 1 they cannot make up for it. Where the rules ask for more than half,
    slightly more than this is needed. The other sections weigh against each other as the rules weigh them.
    """
    win = next((w.share for w in ballot.wins if w.share is not None), Fraction(1, 2))
    weight = next(s.weight for s in ballot.sections if s.body == body)
    return (win - weight * part) / (1 - weight)


def _rest(ballot: Ballot, section: Section, part: Fraction, names: Names, sizes: Sizes) -> Iterator[NeedRow]:
    if section.weight == 1:
        return
    who, size = names.body(section.body), sizes.get(section.body)
    has = f"{words.share(part)} of {who}" if part not in {0, 1} else f"{words.share(part)} of the votes of {who}"
    rest = rest_needed(ballot, section.body, part)
    over = any(w.compare == "more than" for w in ballot.wins)
    if rest > 1 or (rest == 1 and over):
        text, value = "cannot win, even with all of the other sections", None
    elif rest < 0:
        text, value = "nothing more", None
    else:
        much = f"{'more than' if over else 'at least'} {words.percent(rest, 1)}"
        text, value = f"{much} of the other sections together", rest
    note = "" if size is None or part in {0, 1} else f"about {round(part * size):,} of {size:,}"
    yield need(
        ballot, f"to win {ballot.title}", f"a candidate with {has}", text, body=section.body, value=value, note=note
    )
