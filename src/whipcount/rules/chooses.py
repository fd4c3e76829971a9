"""Who chooses: the electorates and their weights before and after, and what one vote is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from whipcount.rules import words
from whipcount.rules.ballot_facets import chooses
from whipcount.rules.ballot_needs import vote_worth, worth_text
from whipcount.rules.change import Change
from whipcount.rules.clauses import Ballot, Electorate
from whipcount.rules.pairing import Sides, main_path
from whipcount.rules.words import Names

Path = tuple[Ballot, ...]
Sizes = Mapping[str, int]


def who_chooses(both: Sides, sizes_a: Sizes, sizes_b: Sizes) -> Iterator[Change]:
    """The change of the electorate on the main path, and of the worth of a vote in each body whose size is known."""
    old, new = main_path(both.a), main_path(both.b)
    if not old or not new:
        return
    if path_words(old, both.names_a) != path_words(new, both.as_in_a):
        yield Change(
            "who chooses",
            "Who elects the leader",
            path_words(old, both.names_a),
            path_words(new, both.names_b),
            tuple(_for_whom(both, old, new)) or (words.listed(both.names_b.body(b) for b in _weights(new)),),
            _sources(old),
            _sources(new),
            (old[-1].id, new[-1].id),
            weight=10,
        )
    yield from _worths(both, old, new, sizes_a, sizes_b)


def path_words(path: Path, names: Names) -> str:
    """Who votes, ballot by ballot: 'Conservative MPs alone, who leave two; then party members alone'."""
    told = []
    for ballot in path:
        leaves = f", who leave {words.number(ballot.leaves)}" if ballot.leaves > 1 else ""
        failing = ", and if that gives no winner" if ballot.if_none == "next" and ballot is not path[-1] else ""
        told.append(f"{chooses(ballot, names)}{leaves}{failing}")
    return "; then ".join(dict.fromkeys(told))


def _sources(path: Path) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for ballot in path for source in ballot.source))


def _weights(path: Path) -> dict[str, Fraction]:
    """The weight of each body in the ballot that elects, or 0 for a body that only votes earlier."""
    found = {body: Fraction(0) for ballot in path for body in ballot.bodies}
    return found | {section.body: section.weight for section in path[-1].sections}


def _for_whom(both: Sides, old: Path, new: Path) -> Iterator[str]:
    before, after = _weights(old), _weights(new)
    answers = {both.body.get(body, body): body for body in after}
    for body in after:
        if both.body.get(body) not in before:
            parts = [e.body for e in both.b.of(Electorate) if e.body not in after]
            yield f"{both.names_b.body(body)}, who {'are now counted together' if parts else 'get a vote'}"
    for body, weight in before.items():
        who = both.names_a.body(body)
        if body not in answers:
            yield f"{who}, who lose their {'section' if len(old[-1].sections) > 1 else 'vote'}"
        elif after[answers[body]] != weight:
            yield f"{who}, {_moved(weight, after[answers[body]])}"
    yield from _stages(both, old, new)


def _stages(both: Sides, old: Path, new: Path) -> Iterator[str]:
    """Those who vote before the last ballot, where they did not before, or no longer do."""
    before = {body for ballot in old[:-1] for body in ballot.bodies}
    after = {both.body.get(body, body): ballot for ballot in new[:-1] for body in ballot.bodies}
    for body, ballot in after.items():
        if body not in before:
            own = next(key for key in ballot.bodies if both.body.get(key, key) == body)
            does = "who now cut the field for the others" if ballot.leaves > 1 else "who now have the first say"
            yield f"{both.names_b.body(own)}, {does}"
    for body in sorted(before - set(after)):
        yield f"{both.names_a.body(body)}, who no longer vote before the last ballot"


def _moved(was: Fraction, now: Fraction) -> str:
    if now == 0:
        return "who no longer have the last word"
    if was == 0:
        return "who now have a say in the last ballot"
    whole, weight = ("the whole" if w == 1 else words.weight(w) for w in (was, now))
    return f"whose weight {'falls' if now < was else 'rises'} from {whole} to {weight}"


def _worths(both: Sides, old: Path, new: Path, sizes_a: Sizes, sizes_b: Sizes) -> Iterator[Change]:
    for section in new[-1].sections:
        before = next((s for s in old[-1].sections if s.body == both.body.get(section.body)), None)
        if before is None or before.body not in sizes_a or section.body not in sizes_b:
            continue
        was, now = vote_worth(before, sizes_a[before.body]), vote_worth(section, sizes_b[section.body])
        if was != now:
            who = both.names_b.body(section.body)
            yield Change(
                "who chooses",
                f"What one vote {words.within(who)} is worth",
                f"{worth_text(was)}, one of {sizes_a[before.body]:,}",
                f"{worth_text(now)}, one of {sizes_b[section.body]:,}",
                (who,),
                old[-1].source,
                new[-1].source,
                (old[-1].id, new[-1].id),
                weight=5,
            )
