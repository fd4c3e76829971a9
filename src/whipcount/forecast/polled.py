"""Sections known by polls: what share of each goes to whom, given polls *of that selectorate* and weaker signs.

The model is that of `sights`, with the links that were fitted on past contests: polls of the electors of a section, nominations by
its local parties or unions, prices on the winner, and the headcount of a section known by name. A poll of the public, of the
party's voters or of volunteers is not evidence here: it is set aside, and shown as such.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Contest, OddsRow, PollRow
from whipcount.forecast.figures import implied
from whipcount.forecast.settings import Links, links
from whipcount.forecast.sights import Posterior, Sight, arrange, condition, draw, helmert, prior_cov
from whipcount.forecast.weigh import count_sight, poll_sight, price_sight

Floats = NDArray[np.float64]
LINKED = frozenset({"electors", "nominations"})
STALE = 7
PRICES = "prices"
"""Stands for the market where polls are named by their ids."""
_WINNER = re.compile(r"(winner of the .*(leadership|election)|next (\w+ ){0,2}leader|who will be elected)", re.I)
_UNIONS = re.compile(r"union|affiliat|societ", re.I)
_ANOTHER = re.compile(r"deputy|loses|still|gone", re.I)


@dataclass(frozen=True)
class Poll:
    """One question of one poll put to one population: option -> percent."""

    rows: tuple[PollRow, ...]

    @property
    def head(self) -> PollRow:
        """A row that speaks for what is common to all."""
        return self.rows[0]

    @property
    def shares(self) -> dict[str, float]:
        """Option -> percent, as published."""
        return {row.option: row.share for row in self.rows}

    @property
    def days_old(self) -> date:
        """The last day of its fieldwork, or of its publication."""
        return self.head.fielded_to or self.head.known


@dataclass(frozen=True)
class PolledDraws:
    """Shares of polled sections in every draw.

    `log_shares` (draws, sections, candidates); `used` the polls behind them; `set_aside` those that are no evidence here;
    `prices` the latest prices on the winner, where they were used.
    """

    sections: tuple[str, ...]
    candidates: tuple[str, ...]
    log_shares: Floats
    used: tuple[Poll, ...]
    set_aside: tuple[Poll, ...]
    prices: tuple[OddsRow, ...] = ()

    def shares(self, section: str) -> Floats:
        """(draws, candidates) shares of a section, summing to one."""
        x = self.log_shares[:, self.sections.index(section)]
        e = np.exp(x - x.max(axis=1, keepdims=True))
        out: Floats = e / e.sum(axis=1, keepdims=True)
        return out


def polls(contest: Contest) -> tuple[Poll, ...]:
    """The polls of a contest, each question to each population one `Poll`, oldest first."""
    groups: dict[tuple[str, ...], list[PollRow]] = {}
    for row in contest.polls:
        key = (row.poll, row.population, row.section or "", row.measure, row.contest_of or "", row.link)
        groups.setdefault(key, []).append(row)
    made = [Poll(tuple(rows)) for rows in groups.values()]
    return tuple(sorted(made, key=lambda p: (p.head.known, p.head.poll)))


def draw_polled(
    contest: Contest,
    sections: Sequence[str],
    candidates: Sequence[str],
    decision: date,
    named: Sequence[Floats],
    draws: int,
    rng: np.random.Generator,
    using: Links | None = None,
) -> PolledDraws:
    """Draws of the shares of `sections` between `candidates`.

    named  for each section known by name, (draws, candidates) its support in every draw, seen through the wide link
           from parliamentarians to others
    """
    s = using or links()
    used, aside = _choose(contest, sections, candidates)
    prices = latest_prices(contest, candidates)
    sights = [x for x in (_sight(poll, sections, candidates, decision, s) for poll in used) if x is not None]
    sights += _price(prices, candidates, decision, s)
    x = _draws(sights, named, len(sections), len(candidates), draws, rng, s)
    shape = (draws, len(sections), len(candidates))
    return PolledDraws(tuple(sections), tuple(candidates), x.reshape(shape), tuple(used), tuple(aside), prices)


def latest_prices(contest: Contest, candidates: Sequence[str]) -> tuple[OddsRow, ...]:
    """The market on who is elected: every firm's last quote on each candidate, from the last `STALE` days that tell enough.

    Those are the last in which the quotes, averaged over firms, make up at least half of the probability.
    """
    rows = [
        r for r in contest.odds
        if r.option in candidates and _WINNER.search(r.asks) and not _ANOTHER.search(r.asks) and implied(r.price)
    ]  # fmt: skip
    for newest in sorted({r.known for r in rows}, reverse=True):
        week = sorted((r for r in rows if 0 <= (newest - r.known).days <= STALE), key=lambda r: (r.known, r.id))
        last = tuple({(r.market, r.option): r for r in week}.values())
        if sum(consensus(last).values()) >= 0.5:
            return last
    return ()


def consensus(prices: Sequence[OddsRow]) -> dict[str, float]:
    """Candidate -> implied probability, the mean over firms."""
    quotes: dict[str, list[float]] = {}
    for row in prices:
        quotes.setdefault(row.option, []).append(implied(row.price) or 0.0)
    return {name: sum(values) / len(values) for name, values in quotes.items()}


def as_poll(prices: Sequence[OddsRow]) -> Poll:
    """Prices in the form of a poll, for those who ask what moved a number: per cent as implied, the margin included."""
    firms = ", ".join(dict.fromkeys(r.market for r in prices))
    last = max(prices, key=lambda r: (r.known, r.id))
    return Poll(
        tuple(
            PollRow.model_construct(
                poll=PRICES, known=last.known, pollster=firms, population="the market on the winner", link="prices",  # type: ignore[arg-type]
                option=name, share=round(100 * p, 1), source=last.source, confidence=last.confidence,
            )
            for name, p in consensus(prices).items()
        )
    )  # fmt: skip


def _price(prices: Sequence[OddsRow], candidates: Sequence[str], decision: date, s: Links) -> list[Sight]:
    if not prices:
        return []
    days = max((decision - max(row.known for row in prices)).days, 0)
    sight = price_sight(consensus(prices), candidates, s, days=days, label="prices")
    return [sight] if sight is not None else []


def _sight(poll: Poll, sections: Sequence[str], candidates: Sequence[str], decision: date, s: Links) -> Sight | None:
    section, days = sections.index(poll.head.section or ""), max((decision - poll.days_old).days, 0)
    if poll.head.link == "nominations":
        error = s.unions if _UNIONS.search(poll.head.population) else s.parties
        return count_sight(
            poll.shares, candidates, s.parties_slope, error, days=days, section=section, label=poll.head.poll
        )
    pair = poll.head.measure == "head to head" and len(candidates) > 2
    undecided = min(max(1 - sum(poll.shares.values()) / 100, 0.0), 0.9) if poll.head.base == "all" else 0.0
    return poll_sight(
        poll.shares,
        candidates,
        s,
        days=days,
        section=section,
        sample=poll.head.sample,
        pair=pair,
        undecided=undecided,
        label=poll.head.poll,
    )


def _draws(
    sights: list[Sight], named: Sequence[Floats], sections: int, candidates: int, draws: int,
    rng: np.random.Generator, s: Links,
) -> Floats:  # fmt: skip
    """(draws, sections * candidates): the posterior, its mean moved in every draw by that draw's headcounts."""
    level = count_sight(
        dict.fromkeys(map(str, range(candidates)), 1.0), [*map(str, range(candidates))], s.parliament_slope, s.parliament, days=0
    )  # fmt: skip
    every = [*sights, *([level] * len(named) if level is not None else [])]
    normal, chi = rng.standard_normal((draws, sections * candidates)), rng.chisquare(s.tail, draws)
    cov = prior_cov(sections, candidates, s)
    if not every:
        return draw(condition(cov, None), normal, chi, s)
    seen = arrange(every, sections, candidates, s)
    gain = np.linalg.solve(seen.see @ cov @ seen.see.T + seen.noise, seen.see @ cov).T
    post = condition(cov, seen)
    spread = draw(Posterior(np.zeros_like(post.mean), post.cov), normal, chi, s)
    mean = np.broadcast_to(post.mean, spread.shape)
    first = len(seen.value) - len(named) * (candidates - 1)
    for k, support in enumerate(named):
        at = slice(first + k * (candidates - 1), first + (k + 1) * (candidates - 1))
        value = s.parliament_slope * np.log(support + 2.0) @ helmert(candidates).T
        mean = mean + (value - seen.value[at]) @ gain[:, at].T
    return np.asarray(mean + spread)


def _choose(contest: Contest, sections: Sequence[str], candidates: Sequence[str]) -> tuple[list[Poll], list[Poll]]:
    """For each poll and section the question whose options are nearest to the field; the rest of its questions are spare.

    Returns (used, set aside as no evidence on electors).
    """
    best: dict[tuple[str, str, str], tuple[tuple[int, int], Poll]] = {}
    aside = []
    for poll in polls(contest):
        if poll.head.link not in LINKED or poll.head.section not in sections:
            aside.append(poll)
            continue
        here = set(poll.shares) & set(candidates)
        if len(here) < 2 or poll.head.measure == "second":
            continue
        rank = (len(here), -len(set(poll.shares) - here))
        key = (poll.head.poll, poll.head.section or "", poll.head.link)
        if key not in best or rank > best[key][0]:
            best[key] = (rank, poll)
    return _latest_tallies([poll for _, poll in best.values()]), aside


def _latest_tallies(chosen: list[Poll]) -> list[Poll]:
    """Running tallies of nominations replace each other; polls all stand."""
    last = {p.head.section: p for p in chosen if p.head.link == "nominations"}
    return [p for p in chosen if p.head.link == "electors" or last[p.head.section] is p]
