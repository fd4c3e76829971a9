"""A contest: everything that its folder holds, and the part of it that was known on a date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from whipcount.contest.records import (
    CandidateRow,
    Disagreement,
    Elector,
    EventRow,
    Evidence,
    FactRow,
    Grouping,
    Identity,
    OddsRow,
    PollRow,
    PredictionRow,
    Question,
)
from whipcount.contest.result import Result
from whipcount.errors import NotFound

R = TypeVar("R", Evidence, PollRow, OddsRow, EventRow, CandidateRow, PredictionRow)


@dataclass(frozen=True)
class Contest:
    """A contest folder in memory. `seen_on` is the date up to which it may be read, if it was cut to one."""

    identity: Identity
    electors: tuple[Elector, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    candidates: tuple[CandidateRow, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    polls: tuple[PollRow, ...] = ()
    odds: tuple[OddsRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    predictions: tuple[PredictionRow, ...] = ()
    facts: tuple[FactRow, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    result: Result | None = None
    seen_on: date | None = None

    @property
    def id(self) -> str:
        """The contest's id."""
        return self.identity.id

    def question(self, question_id: str) -> Question:
        """The question with this id. Raises `NotFound`."""
        for question in self.identity.questions:
            if question.id == question_id:
                return question
        raise NotFound("question", question_id, (q.id for q in self.identity.questions))

    def roll(self, section: str, on: date) -> tuple[Elector, ...]:
        """The electors of a named section on a date, by name."""
        here = (
            e
            for e in self.electors
            if e.section == section and (e.since or on) <= on and (e.until is None or on <= e.until)
        )
        return tuple(sorted(here, key=lambda e: e.name))

    def standing(self, question: str, *, mooted: bool = True) -> tuple[str, ...]:
        """Who is in the field of an election by the latest row of each, in order of first mention."""
        latest: dict[str, CandidateRow] = {}
        for row in sorted(self.candidates, key=lambda r: r.known):
            if row.question in {None, question}:
                latest[row.name] = row
        live = {"standing", "on the ballot", "elected"} | ({"mooted", "considering"} if mooted else set())
        return tuple(name for name, row in latest.items() if row.status in live)

    def groups_of(self, elector: str) -> tuple[str, ...]:
        """The groups an elector belongs to."""
        return tuple(g.group for g in self.groupings if g.elector == elector)

    def first_known(self) -> date:
        """The earliest date on which anything about where electors stand, or a poll or a price, was known."""
        dates = [r.known for rows in (self.evidence, self.polls, self.odds, self.candidates) for r in rows]
        return min(dates, default=self.identity.questions[0].opens)

    def last_day(self, today: date) -> date:
        """The day to look at where none is asked for: today while a question is open, else the day of the last decision.

        A question that only follows another, such as a contest that a lost vote would open, does not keep a contest open.
        """
        leading = [q.decided for q in self.identity.questions if q.follows is None]
        ends = [d for d in leading if d is not None]
        return max(ends) if ends and len(ends) == len(leading) else today

    def as_of(self, day: date) -> Contest:
        """The contest as it was known on `day`: later rows are gone, and so is a later result.

        A question's outcome and a date not yet public are hidden as well.
        """
        questions = tuple(_seen(q, day) for q in self.identity.questions)
        past = self.result if self.result is not None and self.result.decided <= day else None
        return replace(
            self,
            identity=self.identity.model_copy(update={"questions": questions}),
            electors=tuple(e for e in self.electors if e.since is None or e.since <= day),
            groupings=tuple(g for g in self.groupings if g.known is None or g.known <= day),
            candidates=_known(self.candidates, day),
            evidence=_known(self.evidence, day),
            polls=_known(self.polls, day),
            odds=_known(self.odds, day),
            events=_known(self.events, day),
            predictions=tuple(_unresolved(p, day) for p in _known(self.predictions, day)),
            facts=tuple(f for f in self.facts if f.known is None or f.known <= day),
            result=past,
            disagreements=tuple(d for d in self.disagreements if d.known is None or d.known <= day),
            seen_on=day,
        )


def _known(rows: Iterable[R], day: date) -> tuple[R, ...]:
    return tuple(row for row in rows if row.known <= day)


def _unresolved(row: PredictionRow, day: date) -> PredictionRow:
    """A prediction without what became of it, where that was known only later."""
    if row.resolved is None or row.resolved <= day:
        return row
    later = {"resolution": None, "resolved": None, "why": None, "resolution_source": None}
    return row.model_copy(update=later)


def _seen(question: Question, day: date) -> Question:
    hidden: dict[str, object] = {}
    if question.decided is not None and question.decided > day:
        hidden |= {"decided": None, "outcome": None}
    if question.due_known is not None and question.due_known > day:
        hidden |= {"due": None, "due_known": None}
    return question.model_copy(update=hidden)
