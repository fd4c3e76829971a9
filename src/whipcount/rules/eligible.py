"""Who may vote, who may nominate and who may stand, as far as the structure of the rules tells.

In: a version and what is known of a person. Out: a `Verdict` with its reason and its source. What the rules leave to
words is not guessed at: the verdict is then `unknown`, or `yes` with the words that still have to hold.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

from whipcount.errors import NotFound
from whipcount.rules import words
from whipcount.rules.clauses import Candidate, Electorate
from whipcount.rules.rulebook import Version
from whipcount.rules.words import names_of


@dataclass(frozen=True)
class Verdict:
    """`yes`, `no` or `unknown`; why; and the sources of the rule that says so."""

    answer: Literal["yes", "no", "unknown"]
    why: str
    source: tuple[str, ...] = ()


def months_before(day: date, months: int) -> date:
    """The same day of the month, so many months before; the last of the month where that month has no such day.

    Raises `OverflowError` where that is before the first year of the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        raise OverflowError(f"{months} months before {day} is before the calendar begins")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def may_vote(version: Version, body: str, *, joined: date | None = None, opened: date | None = None) -> Verdict:
    """Whether somebody who joined a body on `joined` may vote in a contest that opened on `opened`.

    A person who joined on the last qualifying day may vote: six months before 12 July is 12 January, included.
    Raises `NotFound` for a body that the version does not have.
    """
    if body not in version.bodies:
        raise NotFound("body in these rules", body, version.bodies)
    who = names_of(version).body(body)
    rule = version.electorate(body)
    if rule is None:
        return Verdict("no", f"These rules give {who} no vote.")
    if body not in {b for ballot in version.ballots for b in ballot.bodies}:
        asked = {c.body for c in version.openings if hasattr(c, "body")}
        if body not in asked:
            return Verdict(
                "unknown", f"No ballot counts {who} on their own; they may vote within another body.", rule.source
            )
    return _standing(rule, joined, opened)


def _standing(rule: Electorate, joined: date | None, opened: date | None) -> Verdict:
    proviso = f"if among {rule.who}" + (f", with the fee paid ({rule.fee})" if rule.fee else "")
    if rule.joined_months_before is None:
        if joined is not None and opened is not None and joined > opened:
            return Verdict(
                "unknown", "They joined after the contest opened; the rules as held here name no last day.", rule.source
            )
        return Verdict("yes", f"No length of membership is asked for; {proviso}.", rule.source)
    months = words.plural(rule.joined_months_before, "month")
    if joined is None or opened is None:
        missing = "when they joined" if joined is None else "when the contest opened"
        return Verdict("unknown", f"They must have belonged for {months}, and it is not known {missing}.", rule.source)
    try:
        last = months_before(opened, rule.joined_months_before)
    except OverflowError:
        return Verdict("no", f"Nobody can have belonged for {months}.", rule.source)
    if joined <= last:
        return Verdict(
            "yes", f"They joined by {words.day(last)}, {months} before the contest opened; {proviso}.", rule.source
        )
    return Verdict(
        "no",
        f"They joined on {words.day(joined)}; the last day was {words.day(last)}, {months} before the contest opened.",
        rule.source,
    )


def may_nominate(version: Version, body: str, opening: str | None = None) -> Verdict:
    """Whether the support of somebody in a body counts towards a nomination, in a contest that opened by `opening`.

    Raises `NotFound` for a body or an opening that the version does not have.
    """
    if body not in version.bodies:
        raise NotFound("body in these rules", body, version.bodies)
    if opening is not None and opening not in {o.id for o in version.openings}:
        raise NotFound("opening", opening, (o.id for o in version.openings))
    who, rule = names_of(version).body(body), version.nomination(opening)
    if rule is None:
        return Verdict("unknown", "These rules say nothing on nominations in that contest.")
    if rule.needs is None:
        return Verdict("unknown", "No nominations are needed, and who may make them is not said.", rule.source)
    if body in {leaf.body for leaf in rule.needs.leaves()}:
        return Verdict("yes", f"Nominations are made by {who}.", rule.source)
    named = words.listed(dict.fromkeys(names_of(version).body(leaf.body or "") for leaf in rule.needs.leaves()), "or")
    return Verdict("no", f"Nominations count only from {named}.", rule.source)


def may_stand(version: Version, *, is_leader: bool = False, opening: str | None = None) -> Verdict:
    """Whether somebody may stand, and whether the sitting leader needs nominations.

    What a candidate must be is held in words, so that for anybody but a leader whom the rules bar the answer is
    `unknown`, with those words as the reason.
    """
    rule = version.nomination(opening)
    if is_leader and rule is not None and rule.incumbent == "may not stand":
        return Verdict("no", "The sitting leader may not stand.", rule.source)
    if is_leader and rule is not None and rule.incumbent == "on the paper without nominations":
        return Verdict("yes", "The sitting leader is on the paper without nominations.", rule.source)
    found = version.of(Candidate)
    if not found:
        return Verdict("unknown", "These rules do not say who may stand.")
    return Verdict("unknown", f"A candidate must be {found[0].must_be}.", found[0].source)
