"""What changed between two versions, or between two rulebooks, and for whom it matters.

In: two versions, and the numbers of electors as far as known. Out: a `Difference`: its changes, the weightiest first.
Clauses are matched by what they do (`pairing`), and compared aspect by aspect (`facets`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whipcount.errors import NotFound
from whipcount.rules import matters
from whipcount.rules.change import TOPICS, Change, Topic
from whipcount.rules.chooses import path_words, who_chooses
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
from whipcount.rules.electors import Electors, named_body, resolve
from whipcount.rules.explain import heading
from whipcount.rules.facets import facets
from whipcount.rules.matters import NOTIONAL
from whipcount.rules.need_rows import NeedRow
from whipcount.rules.needs import needs
from whipcount.rules.output import frame, html_table
from whipcount.rules.pairing import Sides, main_path, sides
from whipcount.rules.rulebook import Version

Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Difference:
    """What changed from `a` to `b` (their labels), the weightiest first. Empty where the rules are the same."""

    a: str
    b: str
    changes: tuple[Change, ...]

    def about(self, topic: Topic) -> tuple[Change, ...]:
        """The changes of one topic."""
        return tuple(change for change in self.changes if change.topic == topic)

    @property
    def ranked(self) -> tuple[Change, ...]:
        """The changes by their weight, whatever they are about; the minor ones last."""
        return tuple(sorted(self.changes, key=lambda c: (c.minor, -c.weight, TOPICS.index(c.topic))))

    def table(self) -> Any:
        """The changes as a polars data frame (a list of mappings where polars is not installed)."""
        return frame([change.to_json() for change in self.changes])

    def to_json(self) -> dict[str, object]:
        """As plain data."""
        return {"a": self.a, "b": self.b, "changes": [change.to_json() for change in self.changes]}

    def _repr_html_(self) -> str:
        rows = [{**change.to_json(), "matters for": "; ".join(change.matters_for)} for change in self.changes]
        return html_table(rows, ("topic", "what", "was", "now", "matters for"))


def difference(a: Version, b: Version, electors: Electors = None) -> Difference:
    """What changed from `a` to `b`, and for whom it matters.

    `electors` as for `needs`; a number for a body that only one of the two has is used there. Raises `NotFound` for a
    body that neither has.
    """
    both = sides(a, b)
    sizes_a, sizes_b = _sizes(both, electors)
    found = [
        *who_chooses(both, sizes_a, sizes_b),
        *(change for kind in _TOPIC for change in _clauses(both, kind, sizes_a, sizes_b)),
    ]
    return Difference(a.label, b.label, tuple(sorted(found, key=lambda c: (TOPICS.index(c.topic), -c.weight))))


def _sizes(both: Sides, electors: Electors) -> tuple[dict[str, int], dict[str, int]]:
    if electors is None:
        return {}, {}
    if isinstance(electors, int):
        # The number is of one body: that of the newer rules, and what answers to it in the older ones.
        body = named_body(both.b)
        old = both.body.get(body, named_body(both.a) if body not in both.body else "")
        return resolve(both.a, {old: electors}), resolve(both.b, {body: electors})
    for body in electors:
        if body not in both.a.bodies and body not in both.b.bodies:
            raise NotFound("body in these rules", body, [*both.a.bodies, *both.b.bodies])
    newer = {new: electors[old] for new, old in both.body.items() if old in electors}
    newer |= {body: n for body, n in electors.items() if body in both.b.bodies}
    older = {old: newer[new] for new, old in both.body.items() if new in newer}
    older |= {body: n for body, n in electors.items() if body in both.a.bodies}
    return resolve(both.a, older), resolve(both.b, newer)


_TOPIC: dict[type[Clause], Topic] = {
    Confidence: "removing the leader",
    Petition: "forcing a contest",
    Vacancy: "forcing a contest",
    Nomination: "getting on the paper",
    Candidate: "getting on the paper",
    Ballot: "how it is counted",
    Electorate: "who may vote",
    Text: "other rules",
}
_SILENT = {"note", "title", "about", "says"}
"""Aspects that are no change of a rule by themselves when a clause has an answer on the other side."""


def _clauses(both: Sides, kind: type[Clause], sizes_a: Sizes, sizes_b: Sizes) -> Iterator[Change]:
    for old, new in both.ballots if kind is Ballot else both.pairs(kind):
        was, now = _told(both, old, new)
        if was or now:
            yield _change(both, old, new, (was, now), (sizes_a, sizes_b))


def _told(both: Sides, old: Clause | None, new: Clause | None) -> tuple[dict[str, str], dict[str, str]]:
    """The sentences that only the one and only the other side has, by aspect."""
    was = {f.aspect: f.text for f in facets(old, both.names_a)} if old is not None else {}
    now = {f.aspect: f.text for f in facets(new, both.names_b)} if new is not None else {}
    alike = {f.aspect: f.text for f in facets(new, both.as_in_a)} if new is not None else {}
    skip = {"note", "about", "title"}
    if old is not None and new is not None:
        skip = {"note", "about"} if isinstance(new, Text) else _SILENT | _covered(both, old, new)
    differ = [k for k in {**was, **now} if k not in skip and was.get(k) != alike.get(k)]
    return {k: was[k] for k in differ if k in was}, {k: now[k] for k in differ if k in now}


def _covered(both: Sides, old: Clause, new: Clause) -> set[str]:
    """Aspects of a pair that `who_chooses` tells, or that differ in nothing but in whose votes are meant."""
    paths = main_path(both.a), main_path(both.b)
    if isinstance(old, Opening) and isinstance(new, Opening):
        then = _path(both.a, old), _path(both.b, new)
        same = path_words(then[0], both.names_a) == path_words(then[1], both.as_in_a)
        return {"then"} if same or then == paths else set()
    if isinstance(old, Ballot) and isinstance(new, Ballot) and old in paths[0] and new in paths[1]:
        return {"sections"} | ({"wins"} if _alike(old, new) else set())
    return set()


def _alike(old: Ballot, new: Ballot) -> bool:
    """Whether two ballots ask for the same, though of other people's votes."""
    if old.sections == new.sections:
        return old.wins == new.wins
    base = {"continuing": "valid"}
    asked = [[(w.share, w.count, w.compare, w.plus, base.get(w.of, w.of)) for w in x.wins] for x in (old, new)]
    return asked[0] == asked[1]


def _path(version: Version, opening: Opening) -> tuple[Ballot, ...]:
    return version.path(opening.id) if opening.then else ()


def _change(
    both: Sides,
    old: Clause | None,
    new: Clause | None,
    told: tuple[dict[str, str], dict[str, str]],
    sizes: tuple[Sizes, Sizes],
) -> Change:
    shown = new or old
    assert shown is not None
    aspects = {*told[0], *told[1]}
    return Change(
        _TOPIC[type(shown)],
        _what(both, old, new),
        None if old is None else _sentences(told[0], both.a, old, sizes[0]),
        None if new is None else _sentences(told[1], both.b, new, sizes[1]),
        tuple(dict.fromkeys(_matters(both, old, new, sizes[1] or sizes[0]))),
        old.source if old is not None else (),
        new.source if new is not None else (),
        (old.id if old is not None else "", new.id if new is not None else ""),
        _weight(old, new) + _decides(both, old, new),
        _is_minor(old, new, aspects),
    )


def _decides(both: Sides, old: Clause | None, new: Clause | None) -> bool:
    return old in main_path(both.a)[-1:] and new in main_path(both.b)[-1:]


def _what(both: Sides, old: Clause | None, new: Clause | None) -> str:
    if _decides(both, old, new):
        return "The ballot that decides"
    return heading(new, both.names_b) if new is not None else heading(old, both.names_a) if old is not None else ""


def _is_minor(old: Clause | None, new: Clause | None, aspects: set[str]) -> bool:
    """Rules kept only as text, other readings, ballots told with what opens them, and a body put in other words."""
    shown = new or old
    if isinstance(shown, Ballot) and (old is None or new is None):
        return True
    only_words = aspects == {"who"} and old is not None and new is not None
    return isinstance(shown, Text) or only_words or all(a.startswith("reading") for a in aspects)


def _sentences(told: Mapping[str, str], version: Version, clause: Clause, sizes: Sizes) -> str:
    """The sentences, with the thresholds as numbers of people where those are known.

    Other readings are told in a sentence only where they are all that changed, else by their numbers.
    """
    main = [text for aspect, text in told.items() if not aspect.startswith("reading")]
    text = " ".join(main or told.values()) or "Nothing on this point."
    rows = [r for r in needs(version, sizes).of_clause(clause.id) if r.of is not None and r.number is not None]
    rows = [r for r in rows if not r.what.startswith("to be sure")]
    if isinstance(clause, Electorate | Vacancy) or not rows or not main:
        return text
    return f"{text} ({people_words(rows)})"


def people_words(rows: Sequence[NeedRow]) -> str:
    """'of 34: 22 to keep the leader, 13 to remove the leader; by other readings 21 and 14'."""
    groups: dict[int | None, list[str]] = {}
    for row in rows:
        if not row.reading:
            groups.setdefault(row.of, []).append(f"{row.number:,} {row.what}")
    told = "; ".join(f"of {of:,}: {', '.join(each)}" for of, each in groups.items())
    own = [r.number for r in rows if not r.reading]
    readings: dict[str, list[int | None]] = {}
    for row in rows:
        if row.reading:
            readings.setdefault(row.reading, []).append(row.number)
    others = dict.fromkeys(
        " and ".join(f"{n:,}" for n in each) for each in readings.values() if each != own[-len(each) :]
    )
    return told + (f"; by other readings {', or '.join(others)}" if others else "")


def _matters(both: Sides, old: Clause | None, new: Clause | None, sizes: Sizes) -> Iterator[str]:
    sort = type(new or old)
    pair: tuple[Any, Any] = (old, new)
    if sort is Confidence:
        yield from matters.of_vote(*pair, both.names_b if new is not None else both.names_a, sizes)
    elif sort is Petition:
        yield from matters.of_petition(*pair, sizes)
    elif sort is Nomination:
        yield from matters.of_nomination(*pair, sizes)
    elif sort is Ballot and old is not None and new is not None:
        yield from matters.of_count(*pair)
    elif sort is Electorate:
        yield both.names_b.body(pair[1].body) if new is not None else both.names_a.body(pair[0].body)
    elif sort is Candidate:
        yield "those who would stand"
    elif sort is Vacancy and (pair[1] or pair[0]).then:
        yield from _then(both, *pair)


def _then(both: Sides, old: Vacancy | None, new: Vacancy | None) -> Iterator[str]:
    version, names, opening = (both.b, both.names_b, new) if new is not None else (both.a, both.names_a, old)
    assert opening is not None
    for body in dict.fromkeys(body for ballot in _path(version, opening) for body in ballot.bodies):
        yield f"{names.body(body)}, who {'choose then' if new is not None else 'no longer choose then'}"


def _weight(old: Clause | None, new: Clause | None) -> int:
    """What is binding and changed comes before what is new, gone, or without consequence."""
    shown = new or old
    weight = 2 if old is not None and new is not None else 1
    if isinstance(shown, Confidence):
        weight += 3 * shown.binding
    if isinstance(old, Confidence) and isinstance(new, Confidence):
        weight += 2 * (old.needed(NOTIONAL) != new.needed(NOTIONAL))
    if isinstance(shown, Nomination | Petition):
        weight += 2
    return weight
