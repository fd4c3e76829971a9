"""What if: the outlook before and after a supposition, and the difference with its simulation error.

Both runs take the same random numbers, so that most of what chance does cancels in the difference. Its standard error is that of the
mean of batches of draws (batch means; Flegal & Jones 2010, Annals of Statistics 38, 1034-1070), for the draws of a
headcount follow each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Contest
from whipcount.errors import UsageError
from whipcount.forecast.election import ElectionOutlook
from whipcount.forecast.outlook import DRAWS, AnyOutlook, CampsOutlook, ConfidenceOutlook, Outlook, outlook
from whipcount.forecast.suppose import Suppose, amended, supposed

Bools = NDArray[np.bool_]
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
        return [
            {
                "question": c.question, "event": c.event, "before": round(c.before, 4), "after": round(c.after, 4),
                "difference": round(c.difference, 4), "simulation_error": round(c.error, 4),
            }
            for c in self.changes
        ]  # fmt: skip

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
    weights = dict(suppose.weights)
    before = outlook(contest, seed=seed, draws=draws)
    after = outlook(supposed(contest, suppose), seed=seed, draws=draws, amend=lambda rules: amended(rules, weights))
    day = before.as_of
    return WhatIf(contest.id, day, suppose, before, after, tuple(_changes(before, after)))


def _changes(before: Outlook, after: Outlook) -> Iterator[Change]:
    later = {one.question.id: one for one in after.questions}
    for one in before.questions:
        other = later.get(one.question.id)
        if other is not None:
            found = _differences(one, other)
            yield from sorted(found, key=lambda c: (-abs(c.difference), c.event))


def _differences(one: AnyOutlook, other: AnyOutlook) -> list[Change]:
    old, new = dict(events(one)), dict(events(other))
    count = len(next(iter(old.values())))
    none = np.zeros(count, bool)
    return [
        _change(one.question.id, event, old.get(event, none), new.get(event, none)) for event in dict.fromkeys([*old, *new])
    ]  # fmt: skip


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
