"""Why the outlook says what it says: how far each piece of evidence moves its leading number.

Rows about named electors by reweighting the draws (see `headcount.influence`); each poll by running again without it
on the same random numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Evidence
from whipcount.forecast.election import ElectionOutlook, run_election
from whipcount.forecast.outlook import AnyOutlook, CampsOutlook, ConfidenceOutlook, Outlook
from whipcount.forecast.polled import Poll
from whipcount.headcount import Headcount, influences

POLLS_TRIED = 8
"""The newest polls that are left out one at a time; each is a run of its own."""


@dataclass(frozen=True)
class Moved:
    """What one piece of evidence did to a probability: `with_it` less `without_it` is its effect.

    `rough` warns that the number without it rests on few draws.
    """

    evidence: Evidence | Poll
    with_it: float
    without_it: float
    rough: bool = False

    @property
    def effect(self) -> float:
        """How far it moved the probability."""
        return self.with_it - self.without_it


def leading_number(result: AnyOutlook) -> tuple[str, NDArray[np.float64]]:
    """What the leading probability of a question is about, and whether it holds in each draw."""
    if isinstance(result, ConfidenceOutlook):
        return f"{result.question.leader} survives", result.survives.astype(float)
    if isinstance(result, ElectionOutlook):
        top = next(iter(result.p_wins))
        number = result.candidates.index(top) if top in result.candidates else -1
        return f"{top} wins", (result.winner == number).astype(float)
    best = best_pair(result)
    return f"{' and '.join(best)} together have the numbers", result.wins[best].astype(float)


def best_pair(result: CampsOutlook) -> tuple[str, ...]:
    """The two camps most likely to have a majority together."""
    pairs = [c for c in result.coalitions if len(c.camps) == 2]
    return max(pairs, key=lambda c: c.p_wins).camps


def moved(outlook: Outlook, result: AnyOutlook) -> tuple[Moved, ...]:
    """The evidence behind the leading number of a question, what moved it most first."""
    _, values = leading_number(result)
    found = [
        Moved(i.row, i.with_it, i.without_it, i.rough)
        for count in _headcounts(result)
        for i in influences(count, "", values)
    ]
    if isinstance(result, ElectionOutlook):
        found += _polls(outlook, result)
    return tuple(sorted(found, key=lambda m: -abs(m.effect)))


def _headcounts(result: AnyOutlook) -> tuple[Headcount, ...]:
    return result.headcounts if isinstance(result, ElectionOutlook) else (result.headcount,)


def _polls(outlook: Outlook, result: ElectionOutlook) -> Iterator[Moved]:
    if result.polled is None:
        return
    top = next(iter(result.p_wins))
    question = result.question
    due = question.due or question.decided or outlook.as_of + timedelta(days=60)
    for poll in result.polled.used[-POLLS_TRIED:]:
        again = run_election(
            outlook.contest,
            question,
            result.rules,
            due,
            result.seed,
            len(result.winner),
            without=frozenset({poll.head.poll}),
            counts=result.headcounts,
        )
        yield Moved(poll, result.p_wins[top], again.p_wins.get(top, 0.0))
