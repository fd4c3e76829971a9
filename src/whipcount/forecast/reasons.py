"""Why the outlook says what it says: how far each piece of evidence moves its leading number.

Rows about named electors by reweighting the draws (see `headcount.influence`), the rows of one story together; each poll, and the
prices on the winner all together, by running again without it on the same random numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Evidence
from whipcount.errors import UsageError
from whipcount.forecast.election import ElectionOutlook, run_election
from whipcount.forecast.outlook import AnyOutlook, CampsOutlook, ConfidenceOutlook, Outlook, outlook
from whipcount.forecast.polled import Poll, as_poll
from whipcount.headcount import FOR, Headcount, weights_without

Floats = NDArray[np.float64]
POLLS_TRIED = 8
"""The newest polls that are left out one at a time; each is a run of its own."""
RUN_AGAIN = 4
"""Stories whose reweighting is rough that are left out in a run of their own, those that seem to move most."""
AGAIN = 4_000
"""Draws of a run without some evidence."""
FEW = 20
"""Reweighting is rough where it rests on fewer than one in so many of the draws."""


@dataclass(frozen=True)
class Moved:
    """What one piece of evidence (a poll, the prices on the winner, or the rows of one story) did.

    with_it, without_it   the leading probability with and without it
    people                how many electors it moved the mean of the support by (None for a poll)
    rough                 the number without it rests on few draws
    """

    evidence: tuple[Evidence, ...] | Poll
    with_it: float
    without_it: float
    people: float | None = None
    rough: bool = False

    @property
    def effect(self) -> float:
        """How far it moved the probability."""
        return self.with_it - self.without_it


def leading_number(result: AnyOutlook) -> tuple[str, Floats]:
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
    """The two camps most likely to have a majority together, of those that are not known to quarrel."""
    pairs = [c for c in result.coalitions if len(c.camps) == 2]
    pairs = [c for c in pairs if result.would_join(c.camps)] or pairs
    return max(pairs, key=lambda c: c.p_wins).camps


def moved(outlook: Outlook, result: AnyOutlook) -> tuple[Moved, ...]:
    """The evidence behind the leading number of a question, what moved it most first.

    Where the number is near certain and nothing moves it, what moved the support most comes first.
    """
    found = _sure(outlook, result, [m for count in _headcounts(result) for m in _rows(result, count)])
    if isinstance(result, ElectionOutlook):
        found += _polls(outlook, result)
        market = moved_by_market(outlook, result)
        found += [market] if market is not None else []
    return tuple(sorted(found, key=lambda m: -(abs(m.effect) + 0.002 * abs(m.people or 0.0))))


def without_evidence(whole: Outlook, result: AnyOutlook) -> float:
    """The leading probability if nothing at all were known about where electors stand."""
    bare = replace(whole.contest, evidence=(), polls=())
    return _number_of(outlook(bare, seed=whole.seed, draws=AGAIN), result)


def _number_of(again: Outlook, result: AnyOutlook) -> float:
    """What the leading number of a result is in another outlook; nan where that has no such question."""
    name, _ = leading_number(result)
    for one in again.questions:
        if one.question.id == result.question.id:
            if isinstance(one, ElectionOutlook):
                return one.p_wins.get(name.removesuffix(" wins"), 0.0)
            if isinstance(one, CampsOutlook) and isinstance(result, CampsOutlook):
                return float(one.wins[best_pair(result)].mean())
            return float(leading_number(one)[1].mean())
    return float("nan")


def _sure(whole: Outlook, result: AnyOutlook, found: list[Moved]) -> list[Moved]:
    """The same, the largest of the rough ones by running again without their rows: reweighting may miss even their direction."""
    rough = sorted((m for m in found if m.rough and abs(m.effect) >= 0.02), key=lambda m: -abs(m.effect))[:RUN_AGAIN]
    return [_again(whole, result, m) if any(m is r for r in rough) else m for m in found]


def _again(whole: Outlook, result: AnyOutlook, rough: Moved) -> Moved:
    ids = {row.id for row in rough.evidence} if isinstance(rough.evidence, tuple) else set()
    kept = tuple(row for row in whole.contest.evidence if row.id not in ids)
    try:
        without = _number_of(outlook(replace(whole.contest, evidence=kept), seed=whole.seed, draws=AGAIN), result)
    except UsageError:  # without these rows there is nothing to count
        return rough
    return rough if np.isnan(without) else replace(rough, without_it=without, rough=False)


def _headcounts(result: AnyOutlook) -> tuple[Headcount, ...]:
    return result.headcounts if isinstance(result, ElectionOutlook) else (result.headcount,)


def _rows(result: AnyOutlook, count: Headcount) -> Iterator[Moved]:
    _, values = leading_number(result)
    people = _support(result, count)
    rows = {s.row.id: s.row for s in count.statements} | {t.row.id: t.row for t in count.totals}
    weights = weights_without(count)
    for group in _stories([rows[i] for i in weights]):
        p = _together([weights[row.id] for row in group])
        rough = 1.0 / float(p @ p) < len(values) / FEW
        shift = float(people.mean() - p @ people)
        yield Moved(group, float(values.mean()), float(p @ values), shift, rough)


def _together(weights: Sequence[Floats]) -> Floats:
    """Weights of the draws without several rows at once, summing to 1; in logarithms, for many small ones multiply to nothing."""
    p = weights[0]
    if len(weights) > 1:
        log = np.sum([np.log(np.maximum(w, 1e-300)) for w in weights], axis=0)
        p = np.exp(log - log.max())
    return np.asarray(p / p.sum(), dtype=float)


def _support(result: AnyOutlook, count: Headcount) -> Floats:
    if isinstance(result, ConfidenceOutlook):
        return count.for_option(FOR).astype(float)
    if isinstance(result, ElectionOutlook):
        top = next(iter(result.p_wins))
        return count.for_option(top).astype(float) if top in count.options else np.zeros(len(count.draws.totals))
    return np.asarray(sum(count.for_option(camp) for camp in best_pair(result)), dtype=float)


def _stories(rows: Sequence[Evidence]) -> list[tuple[Evidence, ...]]:
    groups: dict[str, list[Evidence]] = {}
    for row in rows:
        groups.setdefault(f"story {row.story}" if row.story else row.id, []).append(row)
    return [tuple(group) for group in groups.values()]


def moved_by_market(outlook: Outlook, result: AnyOutlook) -> Moved | None:
    """What the prices on the winner did to an election's leading number; None where none were used.

    The evidence is a `Poll` that stands for the market (`PRICES`), with probabilities as shares.
    """
    if not isinstance(result, ElectionOutlook) or result.polled is None or not result.polled.prices:
        return None
    return _without(outlook, result, as_poll(result.polled.prices))


def _polls(outlook: Outlook, result: ElectionOutlook) -> Iterator[Moved]:
    if result.polled is None:
        return
    newest = {poll.head.poll: poll for poll in result.polled.used}
    for poll in list(newest.values())[-POLLS_TRIED:]:
        yield _without(outlook, result, poll)


def _without(outlook: Outlook, result: ElectionOutlook, poll: Poll) -> Moved:
    """The election run again without a poll, on the same random numbers."""
    question, top = result.question, next(iter(result.p_wins))
    again = run_election(
        outlook.contest,
        question,
        result.rules,
        question.due or question.decided or outlook.as_of + timedelta(days=60),
        result.seed,
        len(result.winner),
        without=frozenset({poll.head.poll}),
        counts=result.headcounts,
    )
    return Moved(poll, result.p_wins[top], again.p_wins.get(top, 0.0))
