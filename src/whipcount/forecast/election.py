"""An election, run under its rulebook: papers for every section in every draw, then ballot after ballot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Contest, Question
from whipcount.errors import UsageError
from whipcount.forecast.field import draw_field
from whipcount.forecast.kernel import BallotDraws, run_ballot
from whipcount.forecast.papers import LucePapers, RepeatedPapers, shakes
from whipcount.forecast.polled import PRICES, Poll, PolledDraws, draw_polled
from whipcount.forecast.settings import EntrySettings, entry_settings, links, rounds
from whipcount.forecast.transfers import Appeal, appeals
from whipcount.headcount import Headcount, headcount, options_of
from whipcount.rules import Ballot, InForce

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
NOBODY = "nobody"


@dataclass(frozen=True)
class Share:
    """A candidate's share of a section's first votes: mean and 80 % interval, in per cent."""

    candidate: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class ElectionOutlook:
    """How an election goes.

    winner     (draws,) number of the winning candidate, -1 for nobody
    p_wins     candidate -> probability, most likely first (`nobody`: the office stays vacant)
    p_on_paper candidate -> probability of being on the paper
    p_round    number of the deciding round -> probability
    p_leads    section -> candidate -> probability of leading it in the deciding round
    shares     section -> first votes
    """

    question: Question
    rules: InForce
    seed: int
    candidates: tuple[str, ...]
    winner: Ints
    on_paper: Bools
    ballots: tuple[BallotDraws, ...]
    headcounts: tuple[Headcount, ...]
    polled: PolledDraws | None
    p_wins: dict[str, float]
    p_on_paper: dict[str, float]
    p_round: dict[int, float]
    p_leads: dict[str, dict[str, float]]
    shares: dict[str, tuple[Share, ...]]

    @property
    def set_aside(self) -> tuple[Poll, ...]:
        """Polls that were seen and are no evidence on these electors."""
        return self.polled.set_aside if self.polled is not None else ()


def run_election(
    contest: Contest,
    question: Question,
    rules: InForce,
    due: date,
    seed: int,
    draws: int,
    without: frozenset[str] = frozenset(),
    counts: tuple[Headcount, ...] | None = None,
) -> ElectionOutlook:
    """Run an election over draws, from a contest cut to a date.

    `without` leaves out the polls with these ids (`PRICES`: the market), on the same random numbers, to see what they did; `counts` are headcounts
    that are at hand already.
    Raises `UsageError` where fewer than two candidates are in view.
    """
    if without:
        contest = replace(contest, polls=tuple(p for p in contest.polls if p.poll not in without))
        contest = replace(contest, odds=()) if PRICES in without else contest
    setup, order = _prepare(contest, question, rules, due, seed, draws, counts)
    return _summary(setup, *_run_path(setup, order))


def winners_with_and_without(
    contest: Contest, question: Question, rules: InForce, due: date, seed: int, draws: int, absent: str
) -> tuple[tuple[str, ...], Ints, Ints]:
    """(candidates, winner in every draw, winner of the same draw with somebody off the paper), where he or she is on it and not alone."""
    setup, order = _prepare(contest, question, rules, due, seed, draws, None)
    at = setup.candidates.index(absent)
    runs = setup.field[:, at] & (setup.field.sum(axis=1) > 1)
    field = setup.field.copy()
    field[runs, at] = False
    _, with_ = _run_path(setup, order)
    _, without = _run_path(replace(setup, field=field), order)
    return setup.candidates, with_[runs], without[runs]


def _prepare(
    contest: Contest,
    question: Question,
    rules: InForce,
    due: date,
    seed: int,
    draws: int,
    counts: tuple[Headcount, ...] | None,
) -> tuple[_Setup, Ints]:
    """All that is drawn before anything is counted, and the order that breaks ties in every draw."""
    candidates = options_of(contest, question)
    counts = counts if counts is not None else _headcounts(contest, question, seed, draws)
    rng = np.random.default_rng([seed, 7])
    path = rules.version.path(question.clause)
    polled = _polled(contest, path, candidates, due, counts, draws, np.random.default_rng([seed, 8]))
    settings = entry_settings()
    field = draw_field(contest, question, rules.version, candidates, counts, draws, settings, rng)
    votes = _votes(contest, counts, polled, settings, draws, rng)
    order = rng.permuted(np.tile(np.arange(len(candidates)), (draws, 1)), axis=1)
    found = _appeals(contest, candidates, votes, np.random.default_rng([seed, 9]))
    setup = _Setup(contest, question, rules, seed, candidates, path, counts, polled, votes, found, field)
    return setup, order


@dataclass(frozen=True)
class _Setup:
    """All that an election is run from."""

    contest: Contest
    question: Question
    rules: InForce
    seed: int
    candidates: tuple[str, ...]
    path: tuple[Ballot, ...]
    counts: tuple[Headcount, ...]
    polled: PolledDraws | None
    votes: dict[str, Floats]
    appeals: dict[str, Appeal]
    field: Bools


def _headcounts(contest: Contest, question: Question, seed: int, draws: int) -> tuple[Headcount, ...]:
    named = [name for name, s in contest.identity.sections.items() if s.by == "name"]
    day = contest.seen_on
    assert day is not None
    return tuple(
        headcount(contest, question, name, seed=seed, draws=draws) for name in named if contest.roll(name, day)
    )


def _polled(
    contest: Contest,
    path: Sequence[Ballot],
    candidates: Sequence[str],
    due: date,
    counts: Sequence[Headcount],
    draws: int,
    rng: np.random.Generator,
) -> PolledDraws | None:
    bodies = {body for ballot in path for body in ballot.bodies}
    sections = [n for n, s in contest.identity.sections.items() if s.by == "poll" and s.body in bodies]
    if not sections:
        return None
    # Those who only nominate have no vote to be a sign of other votes: MPs and members can differ about one leader entirely.
    voting = [c for c in counts if contest.identity.sections[c.section].body in bodies]
    support = [c.draws.totals.astype(float) for c in voting]
    return draw_polled(contest, sections, candidates, due, support, draws, rng)


def _votes(
    contest: Contest,
    counts: Sequence[Headcount],
    polled: PolledDraws | None,
    settings: EntrySettings,
    draws: int,
    rng: np.random.Generator,
) -> dict[str, Floats]:
    """Section -> (draws, candidates) first votes: people where the section is known by name, scaled shares elsewhere."""
    votes = {c.section: c.draws.totals.astype(float) for c in counts}
    for name in polled.sections if polled is not None else ():
        assert polled is not None
        section = contest.identity.sections[name]
        turnout = (
            rng.uniform(settings.turnout.low, settings.turnout.high, draws)
            if section.turnout is None
            else section.turnout
        )
        size = (section.electors or 1) * np.asarray(turnout)
        votes[name] = polled.shares(name) * size.reshape(-1, 1)
    return votes


def _appeals(
    contest: Contest, candidates: Sequence[str], votes: dict[str, Floats], rng: np.random.Generator
) -> dict[str, Appeal]:
    """Section -> appeal to voters whose own candidate is out."""
    out = {}
    for name, first in votes.items():
        shares = first / np.maximum(first.sum(axis=1, keepdims=True), 1e-9)
        out[name] = appeals(contest, name, candidates, shares, rng)
    return out


def _run_path(setup: _Setup, order: Ints) -> tuple[tuple[BallotDraws, ...], Ints]:
    """Ballot after ballot; a draw that has a winner keeps it, the others go on with whoever is left."""
    field = setup.field
    winner = np.full(len(field), -1)
    ballots = []
    for ballot in setup.path:
        papers, entitled = _papers(setup, ballot, field)
        result = run_ballot(ballot, papers, field, order, entitled=entitled)
        ballots.append(result)
        elects = (winner < 0) & (result.winner >= 0) if ballot.leaves == 1 else np.zeros(len(field), bool)
        winner = np.where(elects, result.winner, winner)
        field = result.left if ballot.leaves > 1 else field
        if ballot.leaves == 1 and ballot.if_none != "next":
            break
    return tuple(ballots), winner


def _papers(setup: _Setup, ballot: Ballot, field: Bools) -> tuple[LucePapers, int | None]:
    contest, votes = setup.contest, setup.votes
    sections = [(n, s) for n, s in contest.identity.sections.items() if s.body in ballot.bodies and n in votes]
    missing = set(ballot.bodies) - {s.body for _, s in sections}
    if missing:
        what = ", ".join(sorted(missing))
        raise UsageError(
            f"The ballot '{ballot.id}' needs a section for {what}. Add it under 'sections' in contest.yaml."
        )
    kinds = np.stack([votes[n] for n, _ in sections], axis=1)
    strengths = np.stack([setup.appeals[n].strengths for n, _ in sections], axis=1)
    affinity = np.stack([setup.appeals[n].affinity for n, _ in sections])
    body = tuple(ballot.bodies.index(s.body or "") for _, s in sections)
    named = [n for n, s in sections if s.by == "name"]
    entitled = int(votes[named[0]][0].sum()) if len(sections) == len(named) == 1 else None
    if ballot.paper == "ranked":
        return LucePapers(kinds, strengths, affinity, body, links().exhausted), entitled
    # Where everybody votes again, nobody's paper runs out.
    r = rounds()
    shake = shakes(field, r.step, r.momentum, np.random.default_rng([setup.seed, 10, setup.path.index(ballot)]))
    return RepeatedPapers(kinds, strengths, affinity, body, 0.0, shake), entitled


def _summary(setup: _Setup, ballots: tuple[BallotDraws, ...], winner: Ints) -> ElectionOutlook:
    candidates, field = setup.candidates, setup.field
    wins = {c: float((winner == i).mean()) for i, c in enumerate(candidates)}
    if (winner < 0).any():
        wins[NOBODY] = float((winner < 0).mean())
    deciding = ballots[-1]
    rounds, times = np.unique(deciding.rounds, return_counts=True)
    leads = {
        body: {c: float((deciding.last[:, s].argmax(axis=1) == i).mean()) for i, c in enumerate(candidates)}
        for s, body in enumerate(setup.path[-1].bodies)
    }
    return ElectionOutlook(
        question=setup.question,
        rules=setup.rules,
        seed=setup.seed,
        candidates=candidates,
        winner=winner,
        on_paper=field,
        ballots=ballots,
        headcounts=setup.counts,
        polled=setup.polled,
        p_wins=dict(sorted(wins.items(), key=lambda item: -item[1])),
        p_on_paper={c: float(field[:, i].mean()) for i, c in enumerate(candidates)},
        p_round={int(r): float(t / len(winner)) for r, t in zip(rounds, times, strict=True)},
        p_leads=leads,
        shares={name: _shares(candidates, v) for name, v in setup.votes.items()},
    )


def _shares(candidates: Sequence[str], votes: Floats) -> tuple[Share, ...]:
    p = 100 * votes / votes.sum(axis=1, keepdims=True)
    low, high = np.percentile(p, (10, 90), axis=0)
    return tuple(
        Share(c, round(float(p[:, i].mean()), 2), round(float(low[i]), 2), round(float(high[i]), 2))
        for i, c in enumerate(candidates)
    )
