"""The records of a contest folder: its identity, sections, questions, candidates, electors and every kind of evidence.

Each record is one YAML entry or one CSV row. Evidence of every kind says when it became *known*, who says it, of what
kind the source is, where it is published and what it says. A date given only to the month counts as known on the
month's last day, so that nothing is used before it was public.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from whipcount.contest.amounts import Amount, parse_amount
from whipcount.rules.language import Cited, Model, Threshold, Words

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?")

SourceKind = Literal[
    "own words",  # the person says so in public
    "nomination",  # a published nomination
    "vote cast",  # a recorded vote
    "official",  # the party or the returning officer
    "named report",  # a named reporter or person, about somebody else
    "anonymous ally",  # an unnamed friend of the person or camp
    "rival",  # somebody on the other side
    "camp",  # a campaign about its own support
    "press canvass",  # a newsroom that asked or listed electors
    "blog canvass",  # a blog or commentator that listed electors
    "commentator",  # an opinion, with no list
    "pollster",
    "bookmaker",
]
Stance = Literal["supports", "opposes", "undecided", "will not say"]


def last_day(value: Any) -> Any:
    """A date; `YYYY-MM` or `YYYY` stand for their last day, the first on which all of it can have been known."""
    found = _PARTIAL.fullmatch(str(value).strip())
    if not found:
        return value
    year, month = int(found[1]), int(found[2] or 12)
    if not 1 <= month <= 12:
        raise ValueError("is no date -> Write YYYY-MM-DD (or YYYY-MM where the day is not known).")
    return date(year, month, calendar.monthrange(year, month)[1])


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(";") if part.strip()) if isinstance(value, str) else value


Known = Annotated[date, BeforeValidator(last_day)]
Several = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Several values in one cell, separated by semicolons."""
Joined = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda v: tuple(p.strip() for p in v.split(" + ")) if isinstance(v, str) else v),
]
"""Names held jointly: `A + B`."""


class SectionInfo(Model):
    """Electors of a contest whose opinion is followed together.

    body      the body of the rulebook they vote in (several sections may vote in one body); null: they have no vote, but
              nominate or decide something else
    by        known by `name` (the roster) or by `poll`
    electors  how many, where known; for named sections the roster itself says
    turnout   share that votes, where a source gives it
    nominates the body of the rulebook in which they nominate, if it is not `body`; `nominators` how many of them may, if not all
    """

    name: str
    body: str | None = None
    by: Literal["name", "poll"]
    electors: int | None = Field(default=None, ge=1)
    turnout: float | None = Field(default=None, gt=0, le=1)
    nominates: str | None = None
    nominators: int | None = Field(default=None, ge=1)
    source: Words = ()
    confidence: Literal["high", "medium", "low"] | None = None
    note: str | None = None


class ExtraThreshold(Cited):
    """A threshold that somebody set beside the rules (a leader who says that he will go below 60 %)."""

    label: str
    keeps: Threshold


class Link(Model):
    """Evidence on another question also bears on this one, at a discount.

    `strength` between 0 (no bearing) and 1 (the same question) multiplies how far the evidence is believed.
    """

    question: str
    strength: float = Field(ge=0, le=1)


class Question(Model):
    """One thing to be decided or known.

    kind        `confidence`: does the leader keep a body's support; `election`: who is elected; `camps`: who is with whom
    rules       `ID@DATE` if other than the contest's rulebook on the day it is decided
    clause      the vote (for confidence) or the opening (for election) in the rulebook
    options     the camps, for a question about camps; an election's options are its candidates
    opens       evidence on it counts from here, `decided` when it was settled, `due` when it is scheduled and `due_known`
                since when that is public
    follows     the question whose loss by the leader makes this one arise; `if_lost` the one that a loss leads to
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    asks: str
    kind: Literal["confidence", "election", "camps"]
    section: str | None = None
    leader: str | None = None
    rules: str | None = None
    clause: str | None = None
    options: tuple[str, ...] = ()
    opens: date
    due: date | None = None
    due_known: date | None = None
    decided: date | None = None
    follows: str | None = None
    extra: tuple[ExtraThreshold, ...] = ()
    bears: tuple[Link, ...] = ()
    outcome: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Question:
        if self.kind == "confidence" and (self.leader is None or self.section is None):
            raise ValueError("a question of confidence needs 'leader' and 'section' -> Add them.")
        if self.kind == "camps" and (len(self.options) < 2 or self.section is None):
            raise ValueError("a question about camps needs 'section' and at least two 'options' -> Add them.")
        return self


class Identity(Model):
    """`contest.yaml`: what the contest is."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    party: str
    country: str
    office: str = "leader"
    rulebook: str
    sections: dict[str, SectionInfo]
    questions: tuple[Question, ...] = Field(min_length=1)
    note: str | None = None


class Elector(Cited):
    """Somebody with a vote (or a nomination) in a named section, from a date until another."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    section: str
    aliases: Several = ()
    since: Known | None = Field(default=None, alias="from")
    until: date | None = None
    seat: str | None = None
    kind: str | None = None
    role: str | None = None


class Grouping(Cited):
    """An elector belongs to a group (faction, wing, caucus within the caucus), by what was known on a date."""

    elector: str
    group: str
    known: Known | None = None


class CandidateRow(Cited):
    """What became known about a candidate's own entry. Rows of one person follow each other in time."""

    name: str
    known: Known
    status: Literal[
        "mooted", "considering", "standing", "on the ballot", "withdrew", "declined", "ruled out", "elected"
    ]
    question: str | None = None
    aliases: Several = ()
    backs: str | None = None
    nominations: int | None = None


class Evidence(Cited):
    """One thing that somebody says about where electors stand.

    kind     `declaration`, `nomination`, `report`, `canvass` (a list that names electors), `total` (about a number),
             `past vote`, `membership` (of a camp)
    elector  id in the roster; blank for totals
    stance   for or against `option`
    option   a candidate, camp, or the leader in question; for totals also several held jointly: `A + B`
    amount   for totals: `23`, `10 to 15`, `at least 22`, `60%`, `majority`, `small`, `pivotal`, `has the numbers`, ...
    firmness `leaning` marks a soft position
    story    rows with the same word come from one story, and count once
    """

    id: str
    known: Known
    question: str
    section: str
    kind: Literal["declaration", "nomination", "report", "canvass", "total", "past vote", "membership"]
    by: str
    source_kind: SourceKind
    elector: str | None = None
    stance: Stance | None = None
    option: Joined = ()
    amount: Annotated[Amount | None, BeforeValidator(lambda v: parse_amount(v) if isinstance(v, str) else v)] = None
    firmness: Literal["firm", "leaning"] | None = None
    story: str | None = None
    quote: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Evidence:
        if self.kind == "total":
            if self.amount is None or not self.option:
                raise ValueError("a total needs 'option' (whose support) and 'amount' (how much) -> Fill both cells.")
        elif self.elector is None:
            raise ValueError(f"a {self.kind} needs an 'elector' -> Fill the cell with an id from electors.csv.")
        elif self.kind == "membership":
            if not self.option:
                raise ValueError("a membership needs 'option' (the camp) -> Fill the cell.")
        elif self.stance is None:
            raise ValueError(f"a {self.kind} needs a 'stance' -> Write supports, opposes, undecided or will not say.")
        elif self.stance in {"supports", "opposes"} and len(self.option) != 1:
            raise ValueError("who is supported or opposed is missing -> Write one name under 'option'.")
        return self


class PollRow(Cited):
    """One option's share in one poll of one population.

    population  who was asked, in words; `link` what that is: `electors` of `section`, `nominations` by local parties or unions,
                party `supporters`, the `public`, or `self-selected` answers
    measure     `first` preferences, or a `head to head` (`contest_of` tells the two apart where there are several)
    share       percent; `base`: of all asked, or `decided` (without the undecided)
    """

    poll: str
    known: Known
    pollster: str
    population: str
    link: Literal["electors", "nominations", "supporters", "public", "self-selected"]
    option: str
    share: float = Field(ge=0, le=100)
    section: str | None = None
    client: str | None = None
    asks: str | None = None
    measure: Literal["first", "head to head", "second"] = "first"
    contest_of: str | None = None
    base: Literal["all", "decided"] = "decided"
    fielded_from: Known | None = None
    fielded_to: Known | None = None
    sample: int | None = Field(default=None, ge=1)


class OddsRow(Cited):
    """A price on one outcome, as quoted: `7/4`, `1.57`, `12%`."""

    id: str
    known: Known
    market: str
    asks: str
    option: str
    price: str


class EventRow(Cited):
    """Something that happened or was scheduled, and bears on the contest."""

    id: str
    known: Known
    what: str
    kind: str | None = None


class PredictionRow(Cited):
    """What somebody said would happen, by when, on what condition, and what became of it."""

    id: str
    known: Known
    by: str
    says: str
    outlet: str | None = None
    kind: str | None = None
    option: str | None = None
    condition: str | None = None
    not_before: Known | None = None
    not_after: Known | None = None
    resolution: str | None = None
    resolved: Known | None = None
    why: str | None = None
    resolution_source: str | None = None


class FactRow(Cited):
    """Any other fact about the contest that a reader may want, with its source."""

    topic: str
    fact: str
    known: Known | None = None


class Disagreement(Model):
    """Sources that do not agree; both stand."""

    topic: str
    one: str
    one_source: str
    other: str
    other_source: str
    known: Known | None = None
    note: str | None = None
