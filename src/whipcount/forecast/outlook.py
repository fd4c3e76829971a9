"""The outlook: the distribution of what happens, from running the rulebook over draws of who stands where.

A `confidence` question compares the leader's support with every threshold that applies; an `election` is run ballot by
ballot under the rulebook; a question about `camps` asks who can win together and who can block. Questions that hang
together give one more number: who leads when it is all over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Contest, Question
from whipcount.errors import UsageError
from whipcount.forecast.election import ElectionOutlook, run_election
from whipcount.forecast.hazard import Opening, opening
from whipcount.headcount import FOR, UNALIGNED, Headcount, headcount
from whipcount.rules import Confidence, InForce, find

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
DRAWS = 20_000
Amend = Callable[[InForce], InForce]


@dataclass(frozen=True)
class ThresholdOutlook:
    """One bar that the leader has to clear, and the probability of clearing it.

    `leader_needs` and `opponents_need` are people of `of`; `operative` is the rule itself rather than another reading of it or a
    bar that somebody set beside the rules.
    """

    label: str
    leader_needs: int
    opponents_need: int
    of: int
    p_survives: float
    operative: bool
    source: tuple[str, ...]
    confidence: str


@dataclass(frozen=True)
class ConfidenceOutlook:
    """Whether the leader survives, at every threshold; `survives` (draws,) is the operative one."""

    question: Question
    rules: InForce
    headcount: Headcount
    thresholds: tuple[ThresholdOutlook, ...]
    survives: Bools

    @property
    def p_survives(self) -> float:
        """The probability that the leader clears the operative threshold."""
        return float(self.survives.mean())


@dataclass(frozen=True)
class Coalition:
    """Camps that act together: the probability that they have a majority, and that nothing passes without them.

    kingmaker: neither of the two largest of the others has a majority, and each would with this coalition.
    """

    camps: tuple[str, ...]
    p_wins: float
    p_blocks: float
    p_kingmaker: float


@dataclass(frozen=True)
class CampsOutlook:
    """What camps can do alone and together.

    `quarrels`: pairs of camps of which a member of one is known to oppose the other; they are counted together, and not
    expected to join.
    """

    question: Question
    headcount: Headcount
    coalitions: tuple[Coalition, ...]
    wins: dict[tuple[str, ...], Bools]
    quarrels: frozenset[frozenset[str]] = frozenset()

    def would_join(self, camps: Sequence[str]) -> bool:
        """Whether no two of these camps are known to quarrel."""
        return not any(frozenset(pair) in self.quarrels for pair in combinations(camps, 2))


AnyOutlook = ConfidenceOutlook | ElectionOutlook | CampsOutlook


@dataclass(frozen=True)
class Outlook:
    """All open questions of a contest on a date, in the order in which they will be settled.

    leader_after  name -> probability of leading once every open question is settled; empty where the questions do not say
    opens         probability that a contest for the leadership opens, where that is in question
    opening       what that rests on, and the window that it is for (`hazard`)
    """

    contest: Contest
    as_of: date
    seed: int
    draws: int
    questions: tuple[AnyOutlook, ...]
    leader_after: dict[str, float]
    opens: float | None
    opening: Opening | None = None

    @property
    def at_hand(self) -> AnyOutlook:
        """The question that is settled next."""
        return self.questions[0]


def outlook(contest: Contest, *, seed: int = 1, draws: int = DRAWS, amend: Amend | None = None) -> Outlook:
    """The outlook of a contest that is cut to a date. `amend` changes the rules of each question, for what-ifs.

    Raises `UsageError` if it is not, or if no question is open on that date.
    """
    day = contest.seen_on
    if day is None:
        raise UsageError("An outlook needs a contest as of a date.")
    found = open_questions(contest, day)
    if not found:
        first = min(q.opens for q in contest.identity.questions)
        raise UsageError(f"No question of '{contest.id}' is open on {day}; the first opens on {first}.")
    results = tuple(_one(contest, q, day, seed, draws, amend) for q in found)
    hazard = _opening(contest, day, results)
    after, opens = _together(results, hazard)
    # The draws say how the votes hang together; their product, which `hazard` starts from, does not.
    hazard = replace(hazard, p=opens) if hazard is not None and opens is not None else None
    return Outlook(contest, day, seed, draws, results, after, opens, hazard)


def open_questions(contest: Contest, day: date) -> list[Question]:
    """Questions open on a date, those with the nearest known day of decision first.

    The day of the decision still counts as open. Where all are settled, the last one is looked at again, as of its eve.
    """
    begun = [q for q in contest.identity.questions if q.opens <= day]
    live = [q for q in begun if q.decided is None or q.decided >= day]
    if not live and begun:
        live = [max(begun, key=lambda q: (q.decided or date.min, q.opens))]
    return sorted(live, key=lambda q: (q.due or q.decided or date.max, q.opens))


def rules_for(contest: Contest, question: Question, day: date) -> InForce:
    """The rules under which a question is decided, as they stand on a date."""
    return find(question.rules or f"{contest.identity.rulebook}@{max(day, question.opens)}")


def _one(
    contest: Contest, question: Question, day: date, seed: int, draws: int, amend: Amend | None = None
) -> AnyOutlook:
    own = (seed * 1_000_003 + crc32(question.id.encode())) % 2**31
    if question.kind == "confidence":
        return _confidence(contest, question, day, own, draws)
    if question.kind == "camps":
        return _camps(contest, question, headcount(contest, question, seed=own, draws=draws))
    rules = rules_for(contest, question, day)
    rules = amend(rules) if amend else rules
    return run_election(contest, question, rules, due_day(question, day), own, draws)


def due_day(question: Question, day: date) -> date:
    """The day on which a question is decided, as far as is known; two months ahead where it is not."""
    return question.due or question.decided or day + timedelta(days=60)


def _confidence(contest: Contest, question: Question, day: date, seed: int, draws: int) -> ConfidenceOutlook:
    rules = rules_for(contest, question, day)
    count = headcount(contest, question, seed=seed, draws=draws)
    bars = _bars(question, rules, count)
    support = count.for_option(FOR)
    thresholds = tuple(
        ThresholdOutlook(label, need, force, len(count.roll), float((support >= need).mean()), first, source, sure)
        for label, need, force, first, source, sure in bars
    )
    return ConfidenceOutlook(question, rules, count, thresholds, support >= thresholds[0].leader_needs)


def _bars(
    question: Question, rules: InForce, count: Headcount
) -> list[tuple[str, int, int, bool, tuple[str, ...], str]]:
    """(label, leader needs, opponents need, operative, source, confidence) of every bar that applies."""
    n = len(count.roll)
    out: list[tuple[str, int, int, bool, tuple[str, ...], str]] = []
    clause = rules.version.clause(question.clause) if question.clause else None
    if isinstance(clause, Confidence):
        out.append(("the rule", *clause.needed(n), True, clause.source, clause.confidence))
        for reading in clause.readings:
            out.append((reading.label, *clause.needed(n, reading), False, reading.source, reading.confidence))
    else:
        out.append(("a simple majority", count.majority, n - count.majority + 1, True, (), "medium"))
    for extra in question.extra:
        need = extra.keeps.people(n)
        out.append((extra.label, need, n - need + 1, False, extra.source, extra.confidence))
    return out


def _camps(contest: Contest, question: Question, count: Headcount) -> CampsOutlook:
    camps = [o for o in count.options if o != UNALIGNED]
    groups = [c for size in (1, 2) for c in combinations(camps, size)]
    wins = {g: _size(count, g) >= count.majority for g in groups}
    found = tuple(_coalition(count, g, camps, wins[g]) for g in groups)
    return CampsOutlook(question, count, found, wins, _quarrels(contest, question))


def _quarrels(contest: Contest, question: Question) -> frozenset[frozenset[str]]:
    """Pairs of camps of which somebody placed in the one is said, or says, to oppose the other."""
    rows = [r for r in contest.evidence if r.question == question.id and r.elector is not None and len(r.option) == 1]
    camp = {r.elector: r.option[0] for r in rows if r.kind == "membership"}
    pairs = [(camp[r.elector], r.option[0]) for r in rows if r.stance == "opposes" and r.elector in camp]
    return frozenset(frozenset(pair) for pair in pairs if pair[0] != pair[1])


def _size(count: Headcount, camps: Sequence[str]) -> NDArray[np.int64]:
    at = [count.options.index(c) for c in camps]
    size: NDArray[np.int64] = count.draws.totals[:, at].sum(axis=1)
    return size


def _coalition(count: Headcount, group: tuple[str, ...], camps: Sequence[str], wins: Bools) -> Coalition:
    own = _size(count, group)
    others = [c for c in camps if c not in group]
    best, second = (
        _two_largest(np.stack([_size(count, (c,)) for c in others], axis=1)) if others else (own * 0, own * 0)
    )
    # To block is to be needed: none of the other camps, nor all of them together, has a majority without this one.
    rest = _size(count, others) if others else own * 0
    need = count.majority
    king = (best < need) & (second + own >= need) & ~wins if len(others) > 1 else np.zeros(len(own), bool)
    return Coalition(group, float(wins.mean()), float((rest < need).mean()), float(king.mean()))


def _two_largest(sizes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ordered = np.sort(sizes, axis=1)
    return ordered[:, -1], ordered[:, -2] if sizes.shape[1] > 1 else ordered[:, -1] * 0


def _opening(contest: Contest, day: date, results: Sequence[AnyOutlook]) -> Opening | None:
    """The hazard of a contest, where a leader is in question and nobody is yet to be elected in his place."""
    votes = [r for r in results if isinstance(r, ConfidenceOutlook)]
    live = any(isinstance(r, ElectionOutlook) and r.question.follows is None for r in results)
    settled = all(v.question.decided is not None and v.question.decided <= day for v in votes)
    if not votes or live or settled:
        return None
    due = [v.question.due for v in votes if v.question.due is not None and v.question.due >= day]
    losing = max(1 - v.p_survives for v in votes)
    called = tuple((v.question.id, v.question.due, 1 - v.p_survives) for v in votes)
    return opening(contest, votes[0].question, day, max(due, default=None), losing, called)


def _quiet(hazard: Opening | None) -> float:
    """The probability that nothing but a vote that is due opens a contest."""
    out = 1.0
    for reason in hazard.reasons if hazard is not None else ():
        out *= 1.0 if reason.vote else 1 - reason.p
    return out


def _together(results: Sequence[AnyOutlook], hazard: Opening | None) -> tuple[dict[str, float], float | None]:
    """Who leads once every open question is settled, and how likely a contest is.

    The leader stays if he survives every vote on him and nothing else opens a contest; if not, the election that follows decides. The votes are drawn
    apart from each other, so that what links them is only the evidence they share.
    """
    votes = [r for r in results if isinstance(r, ConfidenceOutlook)]
    elections = [r for r in results if isinstance(r, ElectionOutlook)]
    if not elections:
        return {}, hazard.p if hazard is not None else None
    election = elections[-1]
    if not votes or election.question.follows is None:
        return dict(election.p_wins), None
    stays = np.ones(len(votes[0].survives), bool)
    for vote in votes:
        stays &= vote.survives
    opens = 1 - float(stays.mean()) * _quiet(hazard)
    after = {name: p * opens for name, p in election.p_wins.items()}
    leader = votes[0].question.leader or ""
    after[leader] = after.get(leader, 0.0) + 1 - opens
    return dict(sorted(after.items(), key=lambda item: -item[1])), opens
