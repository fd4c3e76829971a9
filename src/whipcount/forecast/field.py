"""Who is on the paper, in every draw: who is said to stand, and who has the nominations that the rules ask for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import CandidateRow, Contest, Question
from whipcount.forecast.settings import EntrySettings
from whipcount.headcount import Headcount
from whipcount.rules import Version

Bools = NDArray[np.bool_]


def latest_rows(contest: Contest, question: Question) -> dict[str, CandidateRow]:
    """The latest row on each candidate's entry in an election."""
    rows: dict[str, CandidateRow] = {}
    for row in sorted(contest.candidates, key=lambda r: r.known):
        if row.question in {None, question.id}:
            rows[row.name] = row
    return rows


def nominations_needed(version: Version, opening: str | None, roll: int) -> int | None:
    """How many of the `roll` named electors must nominate a candidate; None where nothing is asked of them."""
    nomination = version.nomination(opening)
    if nomination is None or nomination.needs is None:
        return None
    first = nomination.needs.leaves()[0]
    return first.needs.people(roll) if first.needs is not None else None


def draw_field(
    contest: Contest,
    question: Question,
    version: Version,
    candidates: Sequence[str],
    named: Headcount | None,
    draws: int,
    settings: EntrySettings,
    rng: np.random.Generator,
) -> Bools:
    """(draws, candidates): who is on the paper.

    Once anybody is on the paper, nominations have closed and nobody else comes in. Before, each stands with the
    chance of his status, and passes with enough support among those who nominate, or if the rest is lent.
    """
    rows = latest_rows(contest, question)
    closed = any(rows[c].status in {"on the ballot", "elected"} for c in candidates)
    chance = [
        1.0 if closed and rows[c].status == "on the ballot" else settings.status[rows[c].status] for c in candidates
    ]
    if closed:
        chance = [p if p == 1.0 else 0.0 for p in chance]
    field = rng.random((draws, len(candidates))) < np.array(chance)
    needed = nominations_needed(version, question.clause, len(named.roll)) if named is not None and not closed else None
    if needed is not None and named is not None:
        have = np.array([rows[c].nominations or 0 for c in candidates])
        passes = (named.draws.totals >= needed) | (have >= needed)
        field &= passes | (rng.random(field.shape) < settings.lent)
    # A contest that has opened has somebody to elect: the strongest of those in view, at the least.
    empty = ~field.any(axis=1)
    if empty.any():
        best = named.draws.totals.argmax(axis=1) if named is not None else np.zeros(draws, np.int64)
        field[empty, best[empty]] = True
    return field
