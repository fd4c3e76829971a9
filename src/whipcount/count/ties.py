"""Breaking ties, by rules tried in order, with a record of what each rested on.

In: a `Tie`, the tallies of the ballot's earlier rounds, the rulebook's rules and a `TiePlan` with what the rules need: an order, official
draws, a seed, somebody to ask. Out: a `Broken` with the favoured candidates and the evidence. A rule may settle a tie in
part (of three tied one falls away); the next rule goes on with the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from whipcount.count.standing import Tie
from whipcount.count.words import names, number
from whipcount.errors import TieUnresolved
from whipcount.rules.language import TieRule

Totals = Mapping[str, Fraction]
NEEDS: dict[TieRule, str] = {
    "order": "--order FILE (one name a line, the most favoured first)",
    "lot": "--lots FILE (the official draws)",
    "seeded lot": "--seed TEXT (a seed made public beforehand)",
    "ask": "a terminal to ask on",
}
"""What a rule needs to be given, in words."""


@dataclass(frozen=True)
class Draw:
    """An official draw: in this round (of this ballot, where a path has several), in this order, the favoured first."""

    round: int
    order: tuple[str, ...]
    ballot: str | None = None
    note: str = ""


@dataclass(frozen=True)
class TiePlan:
    """How ties are broken beyond the rulebook's own rules, and what those need.

    `rules` are tried after the rulebook's. `order`: a fixed order, the most favoured first. `lots`: official draws. `seed`: of the
    public seeded lot. `ask`: is given the question in words and the tied, and returns the one who is favoured first.
    `choices` answers the ties under rule 'all', in the order in which they arise; exploring fills it.
    """

    rules: tuple[TieRule, ...] = ()
    order: tuple[str, ...] = ()
    lots: tuple[Draw, ...] = ()
    seed: str | None = None
    ask: Callable[[str, tuple[str, ...]], str] | None = None
    choices: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Broken:
    """A tie as it was broken: who was favoured, by which rules, on what evidence."""

    tie: Tie
    favoured: tuple[str, ...]
    rule: str
    evidence: str


@dataclass(frozen=True)
class Place:
    """Where a tie arose: the ballot, its round, and the tallies of its earlier rounds in order."""

    ballot: str
    round: int
    earlier: tuple[Totals, ...] = ()


class Undecided(Exception):
    """Rule 'all' met a tie for which no choice has been made yet; `options` are the possible favoured sets."""

    def __init__(self, options: tuple[tuple[str, ...], ...]) -> None:
        self.options = options


@dataclass(frozen=True)
class _Open:
    """What is left of a tie: who is favoured already, and who of the pool the remaining places go to."""

    sure: tuple[str, ...]
    pool: tuple[str, ...]
    places: int

    def ordered(self, groups: Sequence[tuple[str, ...]]) -> _Open:
        """Fill places from groups, the most favoured first; a group across the line stays open."""
        sure, places = list(self.sure), self.places
        for group in groups:
            if len(group) <= places:
                sure += group
                places -= len(group)
            else:
                return _Open(tuple(sure), group if places else (), places)
        return _Open(tuple(sure), (), 0)


def seed_key(seed: str, tied: Sequence[str], name: str) -> str:
    """A candidate's number in the seeded lot: SHA-256 of the seed, the tied in sorted order, and the name.

    The text hashed has one item a line (UTF-8, no line feed at the end). The lowest number is favoured first.
    """
    return hashlib.sha256("\n".join([seed, *sorted(tied), name]).encode()).hexdigest()


def break_tie(tie: Tie, rules: Sequence[TieRule], plan: TiePlan, place: Place, used: int = 0) -> Broken:
    """Break a tie. `used` is how many ties rule 'all' has answered before.

    Raises `TieUnresolved` where no rule is left, naming the tied, the round and the option to give.
    """
    left = _Open((), tie.tied, tie.places)
    applied: list[tuple[str, str]] = []
    for rule in dict.fromkeys((*rules, *plan.rules)):
        if not left.pool:
            break
        found = _apply(rule, tie, left, plan, place, used)
        if found is not None:
            left, evidence = found
            applied.append((rule, evidence))
    if left.pool:
        raise TieUnresolved(_unresolved(tie, left, rules, plan, place))
    favoured = tuple(n for n in tie.tied if n in left.sure)
    return Broken(tie, favoured, ", then ".join(r for r, _ in applied), "; ".join(e for _, e in applied))


def _apply(rule: TieRule, tie: Tie, left: _Open, plan: TiePlan, place: Place, used: int) -> tuple[_Open, str] | None:
    """What a rule makes of a tie, or None where it has no answer."""
    if rule == "latest difference":
        return _difference(left, tuple(reversed(list(enumerate(place.earlier, 1)))))
    if rule == "earliest difference":
        return _difference(left, tuple(enumerate(place.earlier, 1)))
    if rule == "order":
        return _listed(left, plan.order, f"fixed order: {' > '.join(plan.order)}")
    if rule == "lot":
        return _lot(left, plan, place)
    if rule == "seeded lot" and plan.seed is not None:
        return _seeded(left, plan.seed)
    if rule == "ask" and plan.ask is not None:
        return _asked(left, tie, plan.ask, place)
    if rule == "all":
        return _chosen(left, plan, used)
    return None


def _difference(left: _Open, rounds: Sequence[tuple[int, Totals]]) -> tuple[_Open, str] | None:
    """Narrow by the rounds in turn, each time that the tied differ in one."""
    evidence: list[str] = []
    for number_, totals in rounds:
        here = {n: totals.get(n, Fraction(0)) for n in left.pool}
        if len(set(here.values())) < 2:
            continue
        steps = sorted(set(here.values()), reverse=True)
        left = left.ordered([tuple(n for n in left.pool if here[n] == step) for step in steps])
        evidence.append(f"round {number_}: " + ", ".join(f"{n} {number(v)}" for n, v in here.items()))
        if not left.pool:
            break
    return (left, "; ".join(evidence)) if evidence else None


def _listed(left: _Open, order: Sequence[str], evidence: str) -> tuple[_Open, str] | None:
    if not set(left.pool) <= set(order):
        return None
    return left.ordered([(n,) for n in order if n in left.pool]), evidence


def _lot(left: _Open, plan: TiePlan, place: Place) -> tuple[_Open, str] | None:
    for draw in plan.lots:
        if draw.round == place.round and draw.ballot in {None, place.ballot} and set(left.pool) <= set(draw.order):
            note = f" ({draw.note})" if draw.note else ""
            return _listed(left, draw.order, f"drawn in round {place.round}: {' > '.join(draw.order)}{note}")
    return None


def _seeded(left: _Open, seed: str) -> tuple[_Open, str]:
    keys = {n: seed_key(seed, left.pool, n) for n in left.pool}
    ordered = sorted(left.pool, key=lambda n: keys[n])
    evidence = f"seed '{seed}': " + ", ".join(f"{n} {keys[n][:12]}" for n in ordered)
    return left.ordered([(n,) for n in ordered]), evidence


def _asked(left: _Open, tie: Tie, ask: Callable[[str, tuple[str, ...]], str], place: Place) -> tuple[_Open, str] | None:
    answers: list[str] = []
    while left.pool:
        what = "wins" if tie.question == "wins" else "stays in"
        question = f"Tie in round {place.round} of '{place.ballot}' between {names(left.pool)}: who {what}?"
        answer = ask(question, left.pool)
        if answer not in left.pool:
            return None
        answers.append(answer)
        rest = tuple(n for n in left.pool if n != answer)
        left = replace(left, sure=(*left.sure, answer), pool=rest if left.places > 1 else (), places=left.places - 1)
    return left, f"answered: {names(answers)}"


def _chosen(left: _Open, plan: TiePlan, used: int) -> tuple[_Open, str]:
    if used >= len(plan.choices):
        raise Undecided(tuple(combinations(left.pool, left.places)))
    pick = plan.choices[used]
    return _Open((*left.sure, *pick), (), 0), f"one of every outcome: {names(pick)} favoured"


def _unresolved(tie: Tie, left: _Open, rules: Sequence[TieRule], plan: TiePlan, place: Place) -> str:
    asked = [NEEDS[r] for r in (*rules, *plan.rules) if r in NEEDS]
    own = f"The rulebook's rules for ties are: {', '.join(rules)}." if rules else "The rulebook has no rule for ties."
    give = f"Give {' or '.join(asked)}" if asked else "Give --lots FILE (the official draws) with --tie lot"
    return (
        f"A tie in round {place.round} of '{place.ballot}' between {names(left.pool)} decides {tie.words()}, and no rule that "
        f"was given breaks it. {own} {give}, or --tie 'latest difference', --seed TEXT with --tie 'seeded lot', or "
        "--tie all to see every outcome."
    )
