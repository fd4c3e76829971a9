"""Past contests forecast again with no hindsight, and scored beside three simple baselines.

In: a folder of past contests (`forecast.past`). Out: a `Backtest`: for each contest the forecast of the last day before its
decision (and of earlier days that were asked for), and scores over all contests and over those where each baseline exists.

The baselines and how they are made into probabilities:

    poll_leader       the last poll of electors; probability proportional to exp(share / 10 points)
    odds_favourite    the last price of a market on the winner; probabilities proportional to the implied ones. A favourite
                      who is named without a price gets one half, and the other half is shared equally by all
    most_nominations  the last count of parliamentarians who declared or nominated; proportional to the square of the count;
                      where only the leader is known, as for a favourite without a price

Candidates whom a source leaves out share what it leaves (never more than the last who is listed). Hits: 1 if the winner had the
highest probability, 1/k if k candidates shared it. Brier: the sum over candidates (0 to 2). Log: nats, with a floor of 0.0001.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from whipcount.forecast.past import PastContest, PastResult, Shelf
from whipcount.forecast.pastcast import DRAWS, PastForecast, best_questions, forecast_past, layout
from whipcount.forecast.recorded import targets
from whipcount.forecast.settings import Links, links
from whipcount.score.rules import brier_categorical, log_categorical
from whipcount.spread import Engine, spread

Floats = NDArray[np.float64]
FLOOR = 1e-4
POINTS = 10.0
"""So many points of lead multiply the odds of the poll's leader by e."""


@dataclass(frozen=True)
class Scored:
    """One forecast of one contest. `hit`, `brier` and `log` are None where no result is known.

    covered, of  how many of the recorded vote shares lay inside the 80 % intervals, of how many
    """

    id: str
    decided: date
    as_of: date
    days: int
    winner: str | None
    favourite: str
    p: Mapping[str, float]
    p_winner: float | None
    hit: float | None
    brier: float | None
    log: float | None
    covered: int = 0
    of: int = 0


@dataclass(frozen=True)
class Summary:
    """Means over contests. `coverage80`: share of recorded vote shares inside 80 % intervals (None: there are none)."""

    n: int
    hits: float
    brier: float | None
    log: float | None
    coverage80: float | None = None


@dataclass(frozen=True)
class Beside:
    """A baseline where it exists, and the forecast on the same contests."""

    baseline: Summary
    ours: Summary


@dataclass(frozen=True)
class Backtest:
    """Forecasts of past contests and their scores.

    looks      days before the decision -> forecasts; `last` is the look one day ahead
    baselines  days -> name of the baseline -> scores
    """

    looks: Mapping[int, tuple[Scored, ...]]
    baselines: Mapping[int, Mapping[str, Beside]]

    @property
    def last(self) -> tuple[Scored, ...]:
        """The forecasts of the last day before each decision."""
        return self.looks[1]

    def summary(self, days: int = 1) -> Summary:
        """Scores over all contests that have a result."""
        return summarise(self.looks[days])

    def table(self) -> list[dict[str, object]]:
        """One row for each contest and look."""
        return [_row(s) | {"days": days} for days, scored in self.looks.items() for s in scored]

    def to_json(self) -> dict[str, object]:
        """`contests` and `summary` of the last day before each decision; `looks` where earlier days were asked for."""
        earlier = {
            str(days): {"contests": [_row(s) for s in scored], "summary": self._summaries(days)}
            for days, scored in self.looks.items()
            if days != 1
        }
        out: dict[str, object] = {"contests": [_row(s) for s in self.last], "summary": self._summaries(1)}
        return out | ({"looks": earlier} if earlier else {})

    def _summaries(self, days: int) -> dict[str, object]:
        beside = {n: vars(b.baseline) | {"ours": vars(b.ours)} for n, b in self.baselines[days].items()}
        return {**vars(self.summary(days)), **beside}


def _row(s: Scored) -> dict[str, object]:
    return {
        "id": s.id,
        "decided": s.decided.isoformat(),
        "as_of": s.as_of.isoformat(),
        "winner": s.winner,
        "favourite": s.favourite,
        "p_winner": _short(s.p_winner),
        "brier": _short(s.brier),
        "log": _short(s.log),
        "hit": _short(s.hit),
        "p": {n: _short(p) for n, p in s.p.items()},
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


@dataclass(frozen=True)
class Task:
    """One contest to be forecast so many days before its decision, with everything that the forecast depends on."""

    contest: PastContest
    result: PastResult | None
    links: Links
    days: tuple[int, ...]
    seed: int
    draws: int

    def __str__(self) -> str:
        return self.contest.id


def backtest(
    shelf: Shelf, at: Sequence[int] = (), *, seed: int = 1, draws: int = DRAWS, chosen: Callable[[str], Links] = links,
    engine: Engine = "here", scheduler: str | None = None,
) -> Backtest:  # fmt: skip
    """Forecast and score every contest of a shelf, one day before its decision and on the days of `at` before it.

    chosen             id -> links; by default those fitted without the contest of this id (on all, if it was not among them)
    engine, scheduler  where it runs (see `whipcount.spread`); the scores are the same wherever it does
    """
    days = tuple(sorted({1, *at}, reverse=True))
    tasks = [Task(c, shelf.results.get(c.id), chosen(c.id), days, seed, draws) for c in shelf.contests]
    done = list(spread(scored, tasks, what="forecasting past contests", engine=engine, scheduler=scheduler))
    looks = {d: tuple(each[i] for each in done) for i, d in enumerate(days)}
    sides = {d: {n: _beside(shelf, looks[d], made) for n, made in BASELINES.items()} for d in days}
    return Backtest(looks, sides)


def scored(task: Task) -> tuple[Scored, ...]:
    """The forecasts of one contest with their scores, in the order of its days."""
    return tuple(_one(task.contest, task.result, d, task.links, task.seed, task.draws) for d in task.days)


def _one(contest: PastContest, result: PastResult | None, days: int, using: Links, seed: int, draws: int) -> Scored:
    made = forecast_past(contest, contest.decided - timedelta(days=days), using, seed=seed, draws=draws)
    covered, of = _covered(contest, result, made) if result is not None else (0, 0)
    return replace(score(contest, made.as_of, made.p_wins, result), covered=covered, of=of)


def score(contest: PastContest, as_of: date, p: Mapping[str, float], result: PastResult | None) -> Scored:
    """The score of the probabilities of a contest's candidates.

    A winner to whom they give no place at all counts as given nothing.
    """
    best = max(p.values())
    first = sorted(n for n, q in p.items() if q > best - 1e-9)
    days = (contest.decided - as_of).days
    if result is None:
        return Scored(contest.id, contest.decided, as_of, days, None, first[0], p, None, None, None, None)
    names = [*p, *({result.winner} - set(p))]
    given = np.array([p.get(n, 0.0) for n in names])
    given, at = given / given.sum(), names.index(result.winner)
    hit = 1 / len(first) if result.winner in first else 0.0
    return Scored(
        contest.id, contest.decided, as_of, days, result.winner, first[0], p, float(given[at]), hit,
        float(brier_categorical(given, at)), float(log_categorical(given, at, floor=FLOOR)),
    )  # fmt: skip


def _covered(contest: PastContest, result: PastResult, made: PastForecast) -> tuple[int, int]:
    """How many recorded vote shares lie between the 10 % and 90 % quantiles, of how many."""
    if len(made.names) < 2:
        return 0, 0
    seen = contest.as_of(made.as_of)
    plan = layout(seen, len(made.names))
    inside = of = 0
    for target in targets(seen, plan, result):
        drawn = made.shares[plan.deciding.index(target.section)][:, [made.names.index(n) for n in target.names]]
        low, high = np.quantile(drawn / drawn.sum(axis=1, keepdims=True), (0.1, 0.9), axis=0)
        came = np.exp(target.log)
        inside, of = inside + int(((came >= low) & (came <= high)).sum()), of + len(came)
    return inside, of


def summarise(scored: Sequence[Scored]) -> Summary:
    """Scores over those that have a result."""
    known = [s for s in scored if s.hit is not None]
    of = sum(s.of for s in known)
    return Summary(
        n=len(known),
        hits=round(sum(s.hit or 0.0 for s in known), 4),
        brier=_mean([s.brier for s in known]),
        log=_mean([s.log for s in known]),
        coverage80=round(sum(s.covered for s in known) / of, 4) if of else None,
    )


def _mean(values: Sequence[float | None]) -> float | None:
    return round(float(np.mean([v for v in values if v is not None])), 4) if values else None


# -- the baselines --------------------------------------------------------------------------------------------------

Probabilities = dict[str, float]


def _beside(shelf: Shelf, ours: Sequence[Scored], made: Callable[[PastContest], Probabilities | None]) -> Beside:
    theirs, same = [], []
    for contest, mine in zip(shelf.contests, ours, strict=True):
        p = made(contest.as_of(mine.as_of)) if mine.hit is not None else None
        if p is not None:
            theirs.append(score(contest, mine.as_of, p, shelf.results[contest.id]))
            same.append(mine)
    return Beside(summarise(theirs), summarise(same))


def poll_leader(seen: PastContest) -> Probabilities | None:
    """The last poll of electors of a contest cut to a day."""
    polls = best_questions([p for p in seen.polls if p.electors], seen.names)
    if not polls:
        return None
    shares = {n: s for n, s in polls[-1].shares.items() if n in seen.names}
    whole = _complete(shares, seen.names, 100.0)
    return _scaled({n: float(np.exp(s / POINTS)) for n, s in whole.items()})


def odds_favourite(seen: PastContest) -> Probabilities | None:
    """The last price, or the last favourite who was named without one."""
    for prices in reversed(seen.prices):
        here = {n: p for n, p in prices.implied.items() if n in seen.names}
        if here:
            return _scaled(_complete(here, seen.names, 1.0))
        if prices.favourite in seen.names:
            return _named((prices.favourite,), seen.names)
    return None


def most_nominations(seen: PastContest) -> Probabilities | None:
    """The last count of parliamentarians, or the last who was said to have the most."""
    for said in reversed(seen.support):
        counts = {n: c for n, c in said.counts.items() if n in seen.names}
        leaders = tuple(n for n in said.leaders if n in seen.names)
        if said.by != "parliament":
            continue
        if len(counts) > 1 and max(counts.values()) > 0:
            return _scaled({n: max(counts.get(n, 0.0), 0.5) ** 2 for n in seen.names})
        if leaders:
            return _named(leaders, seen.names)
    return None


BASELINES: dict[str, Callable[[PastContest], Probabilities | None]] = {
    "poll_leader": poll_leader,
    "odds_favourite": odds_favourite,
    "most_nominations": most_nominations,
}


def _complete(listed: Mapping[str, float], names: Sequence[str], whole: float) -> Probabilities:
    """Those left out share what is left of the whole, none of them more than the last who is listed."""
    rest = [n for n in names if n not in listed]
    left = max(whole - sum(listed.values()), 0.02 * whole * len(rest)) / max(len(rest), 1)
    return {n: listed.get(n, min(left, *listed.values())) for n in names}


def _named(leaders: Sequence[str | None], names: Sequence[str]) -> Probabilities:
    return {n: 0.5 / len(names) + (0.5 / len(leaders) if n in leaders else 0.0) for n in names}


def _scaled(values: Mapping[str, float]) -> Probabilities:
    whole = sum(values.values())
    return {n: v / whole for n, v in values.items()}
