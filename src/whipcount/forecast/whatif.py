"""What if: the outlook before and after a supposition, and the difference with its simulation error.

Both runs take the same random numbers, so that most of what chance does cancels in the difference. Its standard error is that of the
mean of batches of draws (batch means; Flegal & Jones 2010, Annals of Statistics 38, 1034-1070), for the draws of a
headcount follow each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Contest
from whipcount.errors import UsageError
from whipcount.forecast.election import ElectionOutlook
from whipcount.forecast.outlook import DRAWS, AnyOutlook, CampsOutlook, ConfidenceOutlook, Outlook, outlook
from whipcount.forecast.suppose import Suppose, amended, supposed

Bools = NDArray[np.bool_]
Happenings = Mapping[str, Mapping[str, Bools]]
"""Question -> what happens -> in which draws."""
BATCHES = 50


@dataclass(frozen=True)
class Change:
    """One event before and after; `error` is the standard error of the difference that is due to simulation."""

    question: str
    event: str
    before: float
    after: float
    error: float

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before

    def row(self) -> dict[str, object]:
        """As a row of a table."""
        return {
            "question": self.question, "event": self.event, "before": round(self.before, 4), "after": round(self.after, 4),
            "difference": round(self.difference, 4), "simulation_error": round(self.error, 4),
        }  # fmt: skip


@dataclass(frozen=True)
class WhatIf:
    """A supposition and what it changes, the largest differences of each question first."""

    contest: str
    as_of: date
    suppose: Suppose
    before: Outlook
    after: Outlook
    changes: tuple[Change, ...]

    def table(self) -> list[dict[str, object]]:
        """One row for each event."""
        return [c.row() for c in self.changes]

    def chart(self) -> Any:
        """Before and after, as an Altair chart. Raises `MissingExtra` without Altair."""
        from whipcount.forecast.whatif_chart import change_chart

        return change_chart(self)

    def to_json(self) -> dict[str, object]:
        """The contest, its date, and the rows of `table`."""
        rules = {q.question.id: q.rules.ref for q in self.after.questions if not isinstance(q, CampsOutlook)}
        return {"contest": self.contest, "as_of": self.as_of.isoformat(), "rules": rules, "changes": self.table()}


def what_if(contest: Contest, suppose: Suppose, *, seed: int = 1, draws: int = DRAWS) -> WhatIf:
    """The outlook of a contest (cut to a date) before and after a supposition.

    Raises `UsageError` for a supposition that is empty, contradicts itself, or leaves no contest.
    """
    if suppose.nothing:
        raise UsageError("Nothing is supposed. Say what is to be different: --join, --drop, --add, --rules, ...")
    before = outlook(contest, seed=seed, draws=draws)
    after = under(contest, suppose, seed=seed, draws=draws)
    found = tuple(changes(happenings(before), happenings(after)))
    return WhatIf(contest.id, before.as_of, suppose, before, after, found)


def under(contest: Contest, suppose: Suppose, *, seed: int = 1, draws: int = DRAWS) -> Outlook:
    """The outlook of a contest (cut to a date) if a supposition held. Raises as `what_if`."""
    weights = dict(suppose.weights)
    return outlook(supposed(contest, suppose), seed=seed, draws=draws, amend=lambda rules: amended(rules, weights))


def happenings(result: Outlook) -> Happenings:
    """Of each question what happens, and in which draws."""
    return {one.question.id: dict(events(one)) for one in result.questions}


def changes(before: Happenings, after: Happenings) -> Iterator[Change]:
    """The changes of the questions that both have, the largest of each first."""
    for question, old in before.items():
        if question in after:
            found = _differences(question, old, after[question])
            yield from sorted(found, key=lambda c: (-abs(c.difference), c.event))


def _differences(question: str, old: Mapping[str, Bools], new: Mapping[str, Bools]) -> list[Change]:
    none = np.zeros(len(next(iter(old.values()))), bool)
    return [_change(question, e, old.get(e, none), new.get(e, none)) for e in dict.fromkeys([*old, *new])]


def events(one: AnyOutlook) -> Iterator[tuple[str, Bools]]:
    """(what happens, in which draws)."""
    if isinstance(one, ConfidenceOutlook):
        yield f"{one.question.leader} survives", one.survives
    elif isinstance(one, ElectionOutlook):
        for number, name in enumerate(one.candidates):
            yield f"{name} wins", one.winner == number
        if (one.winner < 0).any():
            yield "nobody wins", one.winner < 0
    else:
        for camps, wins in one.wins.items():
            yield f"{' + '.join(camps)} can win", wins


def _change(question: str, event: str, old: Bools, new: Bools) -> Change:
    gap = new.astype(float) - old.astype(float)
    batches = np.array([part.mean() for part in np.array_split(gap, min(BATCHES, len(gap)))])
    error = float(batches.std(ddof=1) / np.sqrt(len(batches))) if len(batches) > 1 else 0.0
    return Change(question, event, float(old.mean()), float(new.mean()), error)
