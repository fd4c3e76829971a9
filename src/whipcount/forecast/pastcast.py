"""The forecast of a past contest on a date: evidence weighed, shares drawn, and every draw counted under its kind of rules.

The sections of a stage are electors of three bodies: parliamentarians, affiliates, members. Where parliamentarians vote, what
they declare is a sign of their own votes; elsewhere it is a sign of others'. Nothing here can see a result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from whipcount.forecast.kernel import run_ballot
from whipcount.forecast.papers import LucePapers, RepeatedPapers, shakes
from whipcount.forecast.past import PastContest, PastPoll, PastSection, PastSupport
from whipcount.forecast.settings import Links, rounds
from whipcount.forecast.sights import Posterior, Sight, arrange, condition, draw, prior_cov
from whipcount.forecast.weigh import count_sight, lead_sight, poll_sight, price_sight
from whipcount.rules import Ballot

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
DRAWS = 4_000
_KEEP = re.compile(r"confidence|spill|removal|recall|review", re.I)
_STAYS = re.compile(r"^(?!no\b)(?!.*no confidence)(.*\bconfidence\b|.*:\s*no$|retain|keep|stay)", re.I)
_AGAIN = re.compile(r"exhaustive|successive|ballots|new secret ballot|round", re.I)
_PLURALITY = re.compile(r"plurality|most votes wins|first past", re.I)


@dataclass(frozen=True)
class PastForecast:
    """What was to be expected of a past contest on a day.

    p_wins  candidate -> probability, most likely first (alphabetical where equal)
    shares  (draws, candidates) first votes of each section of the deciding stage, by its number
    overall (draws, candidates) the same, weighted
    names   the candidates, by number
    """

    id: str
    as_of: date
    names: tuple[str, ...]
    p_wins: dict[str, float]
    shares: tuple[Floats, ...]
    overall: Floats
    sights: tuple[Sight, ...]

    @property
    def favourites(self) -> tuple[str, ...]:
        """Whoever is most likely to win; several where nothing tells them apart."""
        best = max(self.p_wins.values())
        return tuple(n for n, p in self.p_wins.items() if p > best - 1e-9)


@dataclass(frozen=True)
class Layout:
    """The sections of a contest, stage after stage: `stages` holds their numbers, `bodies` what each is."""

    sections: tuple[PastSection, ...]
    stages: tuple[tuple[int, ...], ...]

    @property
    def deciding(self) -> tuple[int, ...]:
        """The sections of the last stage."""
        return self.stages[-1]


def layout(contest: PastContest, candidates: int) -> Layout:
    """The stages still to be counted, each with sections of its own.

    Where all stages are of the same electors they are rounds of one ballot. A stage that sends two on is over once two are left.
    """
    stages = contest.stages
    kinds = [tuple(s.body for s in stage.sections) for stage in stages]
    if len(set(kinds)) == 1 or candidates <= 2:
        stages = stages[-1:]
    sections: list[PastSection] = []
    numbers = []
    for stage in stages:
        numbers.append(tuple(range(len(sections), len(sections) + len(stage.sections))))
        sections += stage.sections
    return Layout(tuple(sections), tuple(numbers))


def sights_of(seen: PastContest, plan: Layout, links: Links) -> tuple[Sight, ...]:
    """What a contest cut to a day shows."""
    names = seen.names
    if len(names) < 2:
        return ()
    found = [*_polls(seen, plan, links), *_market(seen, links), *_support(seen, plan, links), *_keeps(seen, links)]
    return tuple(s for s in found if s is not None)


def _days(seen: PastContest, day: date) -> int:
    return max((seen.decided - day).days, 0)


def _polls(seen: PastContest, plan: Layout, links: Links) -> list[Sight | None]:
    members = [i for i in plan.deciding if plan.sections[i].body == "members"]
    section = members[0] if len(plan.deciding) == 1 and members else None
    return [
        poll_sight(
            p.shares, seen.names, links, days=_days(seen, p.known), section=section, sample=p.sample, electors=p.electors,
            volunteers=p.volunteers, pair=_pair(p, seen.names), undecided=p.undecided,
            label=f"poll {p.pollster} {p.known}",
        )
        for p in best_questions(seen.polls, seen.names)
    ]  # fmt: skip


def _pair(poll: PastPoll, names: Sequence[str]) -> bool:
    return not poll.first and len(names) > 2


def best_questions(polls: Sequence[PastPoll], names: Sequence[str]) -> list[PastPoll]:
    """Of each poll the question nearest to the field: several questions to the same people do not count as several polls.

    Where they are all of pairs, each that brings in somebody new is taken, so that the pairs hang together and none says again what others do.

    Somebody whom a later poll of the field does not ask about is left out of the earlier ones too.
    """
    groups: dict[tuple[str, date, bool], list[PastPoll]] = {}
    for poll in polls:
        if len(set(poll.shares) & set(names)) >= 2:
            groups.setdefault((poll.pollster, poll.known, poll.electors), []).append(poll)

    def rank(poll: PastPoll) -> tuple[int, int, int]:
        here = len(set(poll.shares) & set(names))
        return here, -len(set(poll.shares) - set(names)), _pair(poll, names)

    best = sorted(
        (p for group in groups.values() for p in _apart(group, rank, names)), key=lambda p: p.known, reverse=True
    )
    asked: set[str] | None = None
    out = []
    for poll in best:
        kept = {n: s for n, s in poll.shares.items() if asked is None or n in asked or n not in names}
        if len(set(kept) & set(names)) >= 2:
            out.append(replace(poll, shares=kept))
        if not _pair(poll, names) and len(set(poll.shares) & set(names)) > 2 and poll.electors:
            asked = set(poll.shares) if asked is None else asked
    return out[::-1]


def _apart(
    group: Sequence[PastPoll], rank: Callable[[PastPoll], tuple[int, int, int]], names: Sequence[str]
) -> list[PastPoll]:
    """The question nearest to the field, and pairs that bring in somebody it leaves out."""
    ordered = sorted(group, key=rank, reverse=True)
    out = ordered[:1]
    asked = set(out[0].shares)
    for poll in ordered[1:] if _pair(out[0], names) else ():
        if set(poll.shares) & set(names) - asked:
            out.append(poll)
            asked |= set(poll.shares)
    return out


def _market(seen: PastContest, links: Links) -> list[Sight | None]:
    """The latest prices, and the favourite who was named after them without a price."""
    names = seen.names
    priced = [p for p in seen.prices if sum(v for n, v in p.implied.items() if n in names) >= 0.5]
    out = []
    if priced:
        last = priced[-1]
        out.append(price_sight(last.implied, names, links, days=_days(seen, last.known), label=f"price {last.known}"))
    named = [p for p in seen.prices if not p.implied and p.favourite in names]
    if named and (not priced or named[-1].known > priced[-1].known):
        last = named[-1]
        who = (last.favourite or "",)
        out.append(
            lead_sight(who, names, links.favourite, links.favoured, days=_days(seen, last.known), label=f"favourite {last.known}")
        )  # fmt: skip
    return out


def _support(seen: PastContest, plan: Layout, links: Links) -> list[Sight | None]:
    """The latest declarations or nominations of each kind."""
    out = []
    own = [i for stage in plan.stages for i in stage if plan.sections[i].body == "parliament"]
    for said in _latest_support(seen.support):
        by, counted = said.by, len(said.counts) > 1
        days, label = _days(seen, said.known), f"{by} {said.known}"
        if by != "parliament":
            error = links.parties if by == "local parties" else links.unions
            slope, section = links.parties_slope, None
        elif own:
            slope, error, section = links.same_slope, links.same, own[0]
        else:
            slope, error, section = links.parliament_slope, links.parliament, None
        if counted:
            out.append(count_sight(said.counts, seen.names, slope, error, days=days, section=section, label=label))
        else:
            out.append(
                lead_sight(said.leaders, seen.names, links.lead, links.leads, days=days, section=section, label=label)
            )
    return out


def _latest_support(support: Sequence[PastSupport]) -> list[PastSupport]:
    """Of each kind the latest counts, and who was said to lead if that was said later."""
    latest = {(s.by, len(s.counts) > 1): s for s in support}
    return [
        s
        for (by, counted), s in latest.items()
        if counted or (by, True) not in latest or latest[by, True].known < s.known
    ]


def _keeps(seen: PastContest, links: Links) -> list[Sight | None]:
    """In a vote on keeping a leader, those who keep him have had the better of it."""
    if not _KEEP.search(seen.kind) or len(seen.names) != 2:
        return []
    stays = [n for n in seen.names if _STAYS.search(n)]
    return [lead_sight(stays, seen.names, links.stays, links.stays_error, days=0, label="votes of confidence")]


def posterior(seen: PastContest, plan: Layout, links: Links) -> tuple[Posterior, tuple[Sight, ...]]:
    """The log shares of all sections and candidates given what was known."""
    sections, candidates = len(plan.sections), len(seen.names)
    sights = sights_of(seen, plan, links)
    data = arrange(sights, sections, candidates, links) if sights else None
    return condition(prior_cov(sections, candidates, links), data), sights


def forecast_past(contest: PastContest, day: date, links: Links, *, seed: int = 1, draws: int = DRAWS) -> PastForecast:
    """The forecast of a contest with what was known on a day."""
    seen = contest.as_of(day)
    names = seen.names
    if len(names) == 1:
        sure = np.ones((1, 1))
        return PastForecast(contest.id, day, names, {names[0]: 1.0}, (sure,), sure, ())
    plan = layout(seen, len(names))
    post, sights = posterior(seen, plan, links)
    rng = np.random.default_rng([seed, len(names)])
    shape = (draws, len(plan.sections), len(names))
    x = draw(post, rng.standard_normal((draws, len(post.mean))), rng.chisquare(links.tail, draws), links)
    e = np.exp(x.reshape(shape) - x.reshape(shape).max(axis=2, keepdims=True))
    shares = e / e.sum(axis=2, keepdims=True)
    order = rng.permuted(np.tile(np.arange(len(names)), (draws, 1)), axis=1)
    appeals = (shares + 0.02) ** links.transfer_slope * np.exp(links.transfer_error * rng.standard_normal(shape))
    wins = np.bincount(_count(seen, plan, shares, appeals, order, links), minlength=len(names)) / draws
    settled = (1 - links.surprise) * float(np.exp(-links.upheaval * max((contest.decided - day).days - 1, 0)))
    wins = settled * _level(wins, post, len(names)) + (1 - settled) / len(names)
    ranked = sorted(zip(names, wins, strict=True), key=lambda i: (-round(float(i[1]), 9), i[0]))
    parts = tuple(shares[:, i] for i in plan.deciding)
    overall = sum(plan.sections[i].weight * shares[:, i] for i in plan.deciding)
    return PastForecast(
        contest.id, day, names, {n: float(p) for n, p in ranked}, parts, np.asarray(overall), sights
    )  # fmt: skip


def _level(wins: Floats, post: Posterior, candidates: int) -> Floats:
    """Whom nothing tells apart gets the same probability, rather than one that chance in the draws made."""
    mean = np.round(post.mean.reshape(-1, candidates), 6)
    spread = np.round(np.diag(post.cov).reshape(-1, candidates), 6)
    keys = [(*mean[:, c], *spread[:, c]) for c in range(candidates)]
    out = wins.copy()
    for key in set(keys):
        same = [c for c in range(candidates) if keys[c] == key]
        out[same] = wins[same].mean()
    return out


def _count(
    seen: PastContest, plan: Layout, shares: Floats, appeals: Floats, order: NDArray[np.int64], links: Links
) -> NDArray[np.int64]:
    """Who wins in every draw: stage after stage, the last of which elects; the ones before leave two."""
    draws, _, candidates = shares.shape
    field = np.ones((draws, candidates), bool)
    winner = np.full(draws, -1)
    for k, (numbers, stage) in enumerate(zip(plan.stages, seen.stages[-len(plan.stages) :], strict=True)):
        last = k == len(plan.stages) - 1
        plurality = last and bool(_PLURALITY.search(f"{seen.kind} {stage.method}"))
        again = candidates > 2 and bool(_AGAIN.search(stage.method)) and not re.search("instant", stage.method, re.I)
        weights = [plan.sections[i].weight for i in numbers]
        ballot = ballot_for(weights, plurality=plurality, leaves=1 if last else 2, again=again)
        here = list(numbers)
        first = np.where(field[:, None, :], shares[:, here], 0.0)
        level = np.ones((candidates, candidates))
        body = tuple(range(len(here)))
        papers = LucePapers(first, appeals[:, here], level, body, links.exhausted)
        if again:
            r = rounds(seen.id)
            shake = shakes(field, r.step, r.momentum, np.random.default_rng([candidates, k, 10]))
            papers = RepeatedPapers(first, appeals[:, here], level, body, 0.0, shake)
        result = run_ballot(ballot, papers, field, order)
        field, winner = result.left, result.winner
    return winner


def ballot_for(weights: Sequence[float], *, plurality: bool = False, leaves: int = 1, again: bool = False) -> Ballot:
    """The ballot of a stage as a rulebook writes it: weighted sections, papers transferred (`again`: or voted afresh), half of what continues wins."""
    exact = [Fraction(w).limit_denominator(100_000) for w in weights]
    whole = sum(exact)
    majority = [{"share": "1/2", "compare": "more than", "of": "continuing"}]
    return Ballot.model_validate(
        {
            "id": "ballot",
            "kind": "ballot",
            "title": "the ballot",
            "sections": [{"body": f"s{i}", "weight": w / whole} for i, w in enumerate(exact)],
            "paper": "single" if again else "ranked",
            "leaves": leaves,
            "wins": [] if plurality else majority,
            "rounds": {"out": "none", "at_most": 1} if plurality else {"out": "lowest"},
            "source": "the rules as the contest's file has them",
            "confidence": "medium",
        }
    )
