"""Who is on the paper, in every draw: who is said to stand, and who has the nominations that the rules ask for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import CandidateRow, Contest, Question
from whipcount.forecast.polled import consensus, latest_prices
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

    Nominations have closed once two are on the paper and nobody is left who merely stands; nobody else comes in then. Before,
    each stands with the chance of his status (or the root of his chance to win in the market, if that is more: nobody wins who
    does not stand), and passes with enough support among those who nominate, or if the rest is lent.
    """
    rows = latest_rows(contest, question)
    statuses = [rows[c].status for c in candidates]
    closed = statuses.count("on the ballot") > 1 and "standing" not in statuses
    market = consensus(latest_prices(contest, candidates))
    chance = [
        float(status in {"on the ballot", "elected"})
        if closed
        else max(settings.status[status], market.get(c, 0.0) ** 0.5)
        for c, status in zip(candidates, statuses, strict=True)
    ]
    field = rng.random((draws, len(candidates))) < np.minimum(chance, 1.0)
    need = None if closed else nominations_needed(contest, version, question.clause, counts)
    if need is not None:
        needed, _, here = need
        have = np.array([rows[c].nominations or 0 for c in candidates])
        support = np.sum([c.draws.totals for c in here], axis=0)
        passed = np.array([s in {"on the ballot", "elected"} for s in statuses])
        field &= passed | (support >= needed) | (have >= needed) | (rng.random(field.shape) < settings.lent)
    # A contest that has opened has somebody to elect: the strongest of those in view, at the least.
    empty = ~field.any(axis=1)
    if empty.any():
        best = counts[0].draws.totals.argmax(axis=1) if counts else np.zeros(draws, np.int64)
        field[empty, best[empty]] = True
    return field
