"""Sections known by polls: what share of each goes to whom, given polls *of that selectorate* and weaker signs.

    theta_c ~ N(0, candidate^2)                     how strong a candidate is
    x_sc    = theta_c + d_sc,  d ~ N(0, section^2)  in section s
    shares  = exp(x_sc) scaled to one

A poll of the electors of s that lists candidates O gives, for c in O, log share_c less its mean over O; it sees x_sc less
its mean over O with variance sampling + poll^2 + drift^2 * days to the decision. Nominations by local parties or unions, and
the headcount of a named section, are seen in the same way with far wider errors. All of it is linear and normal, so
the posterior is exact (Gaussian conditioning). A poll of the public, of the party's voters or of volunteers is not evidence
here: it is set aside, and shown as such. What this leaves out: house effects, and candidates who draw on one pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Contest, PollRow
from whipcount.forecast.settings import PolledSettings, polled_settings

Floats = NDArray[np.float64]
LINKED = frozenset({"electors", "nominations"})


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

    `log_shares` (draws, sections, candidates); `used` the polls behind them; `set_aside` those that are no evidence here.
    """

    sections: tuple[str, ...]
    candidates: tuple[str, ...]
    log_shares: Floats
    used: tuple[Poll, ...]
    set_aside: tuple[Poll, ...]

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
    settings: PolledSettings | None = None,
) -> PolledDraws:
    """Draws of the shares of `sections` between `candidates`.

    named  for each section known by name, (draws, candidates) its support in every draw, seen through the wide `named` link
    """
    s = settings or polled_settings()
    used, aside = _choose(contest, sections, candidates)
    see, got, variances = _observations(used, sections, candidates, decision, s)
    fixed = np.array(got)
    seen = np.broadcast_to(fixed, (draws, len(fixed)))
    for support in named:
        log = np.log((support + 0.5) / (support + 0.5).sum(axis=1, keepdims=True))
        see += [
            _contrast(range(len(candidates)), c, None, len(sections), len(candidates)) for c in range(len(candidates))
        ]
        variances += [s.named**2] * len(candidates)
        seen = np.concatenate([seen, log - log.mean(axis=1, keepdims=True)], axis=1)
    x = _condition(_prior(len(sections), len(candidates), s), see, seen, variances, draws, rng)
    shape = (draws, len(sections), len(candidates))
    return PolledDraws(tuple(sections), tuple(candidates), x.reshape(shape), tuple(used), tuple(aside))


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


def _observations(
    used: Sequence[Poll], sections: Sequence[str], candidates: Sequence[str], decision: date, s: PolledSettings
) -> tuple[list[Floats], list[float], list[float]]:
    see: list[Floats] = []
    got: list[float] = []
    variances: list[float] = []
    for poll in used:
        here = [c for c in candidates if c in poll.shares]
        raw = np.array([max(poll.shares[c], 0.5) for c in here])
        p = raw / raw.sum()
        log = np.log(p)
        section = sections.index(poll.head.section or "")
        days = max((decision - poll.days_old).days, 0)
        electors = poll.head.link == "electors"
        wide = s.poll**2 if electors else s.nominations**2
        sampling = np.asarray((1 - p) / (p * (poll.head.sample or s.sample))) * electors
        at = [candidates.index(c) for c in here]
        for i, c in enumerate(at):
            see.append(_contrast(at, c, section, len(sections), len(candidates)))
            got.append(float(log[i] - log.mean()))
            variances.append(float(sampling[i]) + wide + s.drift**2 * days)
    return see, got, variances


def _contrast(among: Sequence[int], c: int, section: int | None, sections: int, candidates: int) -> Floats:
    """The row that sees candidate `c` less the mean of those `among`, in one section (in their mean where None)."""
    row = np.zeros((sections, candidates))
    where = slice(None) if section is None else slice(section, section + 1)
    share = 1 / sections if section is None else 1.0
    row[where, list(among)] -= share / len(list(among))
    row[where, c] += share
    return row.ravel()


def _prior(sections: int, candidates: int, s: PolledSettings) -> Floats:
    across = s.candidate**2 * np.ones((sections, sections)) + s.section**2 * np.eye(sections)
    return np.asarray(np.kron(across, np.eye(candidates)))


def _condition(
    prior: Floats, see: Sequence[Floats], seen: Floats, variances: Sequence[float], draws: int, rng: np.random.Generator
) -> Floats:
    """Draws of x ~ N(0, prior) given `seen` = see x + noise (one row of `seen` for each draw)."""
    mean: Floats = np.zeros((draws, len(prior)))
    cov: Floats = prior
    if len(see):
        a = np.array(see)
        gain = prior @ a.T @ np.linalg.inv(a @ prior @ a.T + np.diag(variances))
        mean = np.asarray(seen @ gain.T)
        cov = np.asarray(prior - gain @ a @ prior)
    root = np.linalg.cholesky((cov + cov.T) / 2 + 1e-10 * np.eye(len(prior)))
    out: Floats = mean + rng.standard_normal((draws, len(prior))) @ root.T
    return out
