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


def nominators(contest: Contest, body: str, counts: Sequence[Headcount]) -> tuple[int, list[Headcount]]:
    """How many may nominate in a body, and the headcounts of the named sections among them."""
    here = []
    number = 0
    for count in counts:
        section = contest.identity.sections[count.section]
        if body in {section.nominates, section.body if section.nominates is None else None}:
            here.append(count)
            number += section.nominators or len(count.roll)
    return number, here


def nominations_needed(
    contest: Contest, version: Version, opening: str | None, counts: Sequence[Headcount]
) -> tuple[int, int, list[Headcount]] | None:
    """(needed, of how many, who) for the first need that named electors can meet; None where there is none."""
    nomination = version.nomination(opening)
    for leaf in nomination.needs.leaves() if nomination is not None and nomination.needs is not None else ():
        of, here = nominators(contest, leaf.body or "", counts)
        if leaf.needs is not None and here:
            return leaf.needs.people(of), of, here
    return None


def draw_field(
    contest: Contest,
    question: Question,
    version: Version,
    candidates: Sequence[str],
    counts: Sequence[Headcount],
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
    need = None if closed else nominations_needed(contest, version, question.clause, counts)
    if need is not None:
        needed, _, here = need
        have = np.array([rows[c].nominations or 0 for c in candidates])
        support = np.sum([c.draws.totals for c in here], axis=0)
        field &= (support >= needed) | (have >= needed) | (rng.random(field.shape) < settings.lent)
    # A contest that has opened has somebody to elect: the strongest of those in view, at the least.
    empty = ~field.any(axis=1)
    if empty.any():
        best = counts[0].draws.totals.argmax(axis=1) if counts else np.zeros(draws, np.int64)
        field[empty, best[empty]] = True
    return field
