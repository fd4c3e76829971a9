"""Rules in words: shares, thresholds, routes and lists as a journalist would put them.

In: pieces of the rulebook language, and what the bodies are called (`Names`). Out: plain English phrases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from whipcount.rules.clauses import Clause, Confidence, Petition, Vacancy
from whipcount.rules.language import Route, Threshold
from whipcount.rules.rulebook import Version

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 7: "seventh", 9: "ninth"}
_SINGULAR = (
    *("body", "caucus", "college", "committee", "conference", "convention", "council", "executive", "membership"),
    *("party", "room"),
)
"""Endings of the names of bodies that are one thing rather than many people."""


@dataclass(frozen=True)
class Names:
    """What the bodies, ballots and clauses of a version are called in a sentence, by id."""

    bodies: Mapping[str, str] = field(default_factory=dict)
    ballots: Mapping[str, str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)

    def body(self, body: str) -> str:
        """A body's name, fit to follow 'of' or 'by'."""
        return self.bodies.get(body, body)

    def path(self, then: Iterable[str]) -> str:
        """The ballots that follow an opening: 'the ballots of MPs, then the ballot of members'."""
        return ", then ".join(self.ballots.get(name, name) for name in then)


def names_of(version: Version) -> Names:
    """What things are called in a version. Clauses that would be called the same are told apart by their ids."""
    known_as = {clause.id: called(clause) for clause in version.clauses}
    often = list(known_as.values())
    return Names(
        bodies={key: with_article(body.name) for key, body in version.bodies.items()},
        ballots={ballot.id: ballot.title for ballot in version.ballots},
        clauses={key: name if often.count(name) == 1 else f"{name} ('{key}')" for key, name in known_as.items()},
    )


CIRCUMSTANCES = {
    "any": "",
    "in government": "while the party is in government",
    "in opposition": "while the party is in opposition",
    "before an election": "shortly before a general election",
    "after an election": "after a general election",
}
MOTIONS = {
    "confidence": "a vote of confidence in the leader",
    "no confidence": "a motion of no confidence in the leader",
    "spill": "a motion to throw the leadership open (a 'spill')",
    "endorsement": "a vote to endorse the leader",
}


def called(clause: Clause) -> str:
    """What a clause is called within a sentence."""
    if isinstance(clause, Vacancy):
        return f"a vacancy {CIRCUMSTANCES[clause.circumstance]}".strip()
    if isinstance(clause, Confidence):
        return MOTIONS[clause.motion]
    if isinstance(clause, Petition):
        return "a call for a vote" if clause.calls else "a challenge" if clause.nominates else "a petition"
    return f"the rule '{clause.id}'"


def is_one(name: str) -> bool:
    """Whether a body's name is a singular noun ('the caucus') rather than a plural one ('Labour MPs')."""
    head = name.lower().split(" of ")[0].split(" to ")[0]
    return head.endswith(_SINGULAR)


def with_article(name: str) -> str:
    """A body's name with the article that a singular noun needs: 'caucus' -> 'the caucus', 'Labour MPs' as it is."""
    first, _, _ = name.partition(" ")
    return f"the {name}" if is_one(name) and first.lower() not in {"the", "a", "an", "each", "every"} else name


def whole(who: str) -> str:
    """All of a body: 'the whole caucus', 'all Labour MPs', 'all the members of the party'."""
    return f"the whole {who.removeprefix('the ')}" if is_one(who) else f"all {who}"


def within(who: str) -> str:
    """'in the caucus', 'among Labour MPs'."""
    return f"in {who}" if is_one(who) else f"among {who}"


def some(count: int, who: str) -> str:
    """So many of a body: 'two members of the caucus', 'eight Labour MPs', '500 of the members of the party'."""
    if is_one(who):
        return f"{plural(count, 'member')} of {who}"
    if who.startswith("the "):
        return f"{number(count)} of {who}"
    return f"one of the {who}" if count == 1 else f"{number(count)} {who}"


def number(value: int) -> str:
    """A whole number: in words up to twelve, in digits above."""
    return _NUMBERS[value] if 0 < value < len(_NUMBERS) else f"{value:,}"


def ordinal(value: int) -> str:
    """first, second, ...; 11th and above in digits."""
    if 0 < value < len(_ORDINALS):
        return _ORDINALS[value]
    suffix = "th" if value % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"


def plural(value: int, noun: str) -> str:
    """'one vote', 'three votes'."""
    return f"{number(value)} {noun if value == 1 else noun + 's'}"


def percent(share: Fraction, places: int = 2) -> str:
    """A share as per cent, rounded to at most `places` decimals: '12.5 per cent'."""
    text = f"{float(share * 100):.{places}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} per cent"


def share(value: Fraction) -> str:
    """A share in words where there is a plain one: 'three fifths', 'half', '12.5 per cent', '5/13'."""
    top, bottom = value.numerator, value.denominator
    if bottom == 1:
        return "all" if top else "none"
    if bottom in _PARTS and bottom - top < bottom:
        part = _PARTS[bottom]
        if top == 1:
            return part if bottom == 2 else f"a {part}"
        return f"{number(top)} {part}s"
    if value == Fraction(1, 10):
        return "a tenth"
    return percent(value) if (value * 10_000).denominator == 1 else f"{top}/{bottom}"


def weight(value: Fraction) -> str:
    """A section's weight, as it is commonly put: '40 per cent', 'half', 'a third'."""
    if value == Fraction(1, 2):
        return "half"
    return percent(value) if (value * 1000).denominator == 1 else share(value)


def amount(needs: Threshold) -> str:
    """How much, without of what: 'more than half', 'at least three fifths plus one', 'at least two'."""
    plus = f" plus {number(needs.plus)}" if needs.plus else ""
    if needs.share is None:
        return f"at least {number(needs.count or 0)}{plus}"
    much = share(needs.share)
    if needs.compare == "more than":
        return f"more than {much}{plus}"
    return f"{'' if much in {'all', 'none'} else 'at least '}{much}{plus}"


_VOTES = {
    "cast": "the votes cast by {who}, spoilt papers included",
    "valid": "the valid votes of {who}",
    "continuing": "the votes of {who} still in play",
    "nominees": "the candidates nominated by {who}",
}
_TALLIES = {
    "entitled": "{what} of all who may vote",
    "cast": "{what} cast, spoilt papers included",
    "valid": "{what} of valid papers",
    "continuing": "{what} still in play",
    "nominees": "{what} of the candidates nominated",
}


def threshold(needs: Threshold, who: str, *, vote: bool = True) -> str:
    """A threshold in words, of whom: 'more than half of the whole caucus', 'at least eight Labour MPs'.

    `vote`: whether it is reached by voting; for a petition or a nomination nobody asks who stays away.
    """
    if needs.share is None and needs.of == "entitled" and not needs.plus:
        return f"at least {some(needs.count or 0, who)}"
    if needs.of == "entitled":
        return f"{amount(needs)} of {whole(who) if vote else who}"
    return f"{amount(needs)} of {_VOTES[needs.of].format(who=who)}"


def opposite(needs: Threshold, who: str) -> str:
    """What the other side needs so that a threshold of a vote is missed, in words."""
    if needs.share is None:
        return f"all but {number(needs.people(0) - 1)} of {whole(who)}" if needs.people(0) > 1 else whole(who)
    if not needs.plus:
        flipped = "at least" if needs.compare == "more than" else "more than"
        return threshold(needs.model_copy(update={"share": 1 - needs.share, "compare": flipped}), who)
    if needs.plus == 1 and needs.compare == "at least":
        rest = needs.model_copy(update={"share": 1 - needs.share, "plus": 0})
        return f"{threshold(rest, who)}, rounded down"
    return f"enough to leave the other side short of {threshold(needs, who)}"


def tally(needs: Threshold, what: str) -> str:
    """A threshold on a total that is no plain count of people: 'more than half of the points still in play'."""
    return f"{amount(needs)} of {_TALLIES[needs.of].format(what=what)}"


def route(needs: Route, names: Names) -> str:
    """What a nomination takes: 'at least a tenth of MPs, and either ... or ...'."""
    if needs.body is not None and needs.needs is not None:
        own = ", not counting the candidate" if needs.apart_from_self else ""
        says = f" ({needs.says})" if needs.says else ""
        return threshold(needs.needs, names.body(needs.body), vote=False) + own + says
    says = f" ({needs.says})" if needs.says else ""
    own = " (not counting the candidate)" if needs.apart_from_self else ""
    parts = [route(part, names) for part in needs.all or needs.any]
    if len(parts) == 1:
        return parts[0] + own + says
    return ("; and ".join(parts) if needs.all else "either " + ", or ".join(parts)) + own + says


def listed(items: Iterable[str], last: str = "and") -> str:
    """'a, b and c'."""
    found = list(items)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}" if found else ""


def day(when: date) -> str:
    """'17 November 2012'."""
    return f"{when.day} {when:%B %Y}"


def sentence(text: str) -> str:
    """A text with a capital at its start and a stop at its end."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def host(source: str) -> str:
    """Where a source was published, in short: 'odt.co.nz'; a source that is no address as it is."""
    if "://" not in source:
        return source
    return source.split("://", 1)[1].split("/", 1)[0].removeprefix("www.").removeprefix("m.")


def hosts(sources: Iterable[str]) -> str:
    """The places of publication of several sources, each once."""
    return ", ".join(dict.fromkeys(host(s) for s in sources))
