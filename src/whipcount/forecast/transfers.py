"""Where votes go once a voter's own candidate is out: general appeal, affinities of pairs, and what moves them.

In a section, a voter of i whose candidate is out goes to c with probability proportional to  exp(z_c + a_ic)  among those left
(Luce 1959), a fixed part of all appeal going to nobody.  Before anything is seen

    z_c = slope * log(v_c + FEW) + u_c,   u_c ~ N(0, transfer_error^2),   a_ic ~ N(0, affinity^2),   a_ic + deal where i backs c

with v the first shares of the draw, and the numbers from past counts (`transfer_fit`, `rounds_fit`). What is seen, in log odds:

    head to head of A and B     logit t = mean over voters of others (z_A + a_iA - z_B - a_iB) + e,   t = (h - v_A) / (1 - v_A - v_B)
    second choices of i's       log s_c - mean = (z_c + a_ic) - mean + e
    second choices of all       log s_c - mean = (z_c + mean over voters of others a_ic) - mean + e

with h and v the poll's own shares, and e of `POLL` for each question, and for all that see the same an error in common, as polls of first choices have
(`poll_common`, of two candidates). All is linear
and normal, so that the posterior is exact given the draw: u comes from it anew in every draw, a is its mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import CandidateRow, Contest
from whipcount.forecast.polled import Poll, polls
from whipcount.forecast.settings import links, rounds
from whipcount.forecast.sights import helmert

Floats = NDArray[np.float64]
POLL = 0.4
FEW = 0.02
"""Added to every share, so that nobody is without appeal."""


@dataclass(frozen=True)
class Appeal:
    """strengths (draws, C) general appeal; affinity (C, C) row i, column c: how the appeal of c is multiplied for voters of i."""

    strengths: Floats
    affinity: Floats


@dataclass(frozen=True)
class _Seen:
    """`see` (k, C + C * C) on (z, a), `value` (k,), what it is seen by."""

    see: Floats
    value: Floats
    kind: tuple[str, ...]


def appeals(
    contest: Contest, section: str, candidates: Sequence[str], shares: Floats, rng: np.random.Generator
) -> Appeal:
    """The appeal of candidates to voters of a section, given (draws, C) first shares."""
    n, s, r = len(candidates), links(), rounds()
    middle = s.transfer_slope * np.log(shares + FEW)
    u = s.transfer_error * rng.standard_normal(shares.shape)
    told = _deals(contest, candidates, r.deal)
    seen = tuple(_seen(contest, section, candidates, shares.mean(axis=0)))
    if not seen:
        return Appeal(np.exp(middle + u), np.exp(told))
    see, value, noise = np.concatenate([x.see for x in seen]), np.concatenate([x.value for x in seen]), _noise(seen)
    off = 1 - np.eye(n).ravel()
    prior = np.diag(np.concatenate([np.full(n, s.transfer_error**2), r.affinity**2 * off]))
    gain = np.linalg.solve(see @ prior @ see.T + noise, see @ prior).T
    flat = told.ravel()
    expected = middle @ see[:, :n].T + see[:, n:] @ flat
    # Matheron's rule: a draw of the prior, moved by the gain on what a draw of the sights would have shown.
    a = r.affinity * rng.standard_normal((len(u), n * n)) * off
    error = rng.standard_normal((len(u), len(value))) @ np.linalg.cholesky(noise).T
    short = value - expected - u @ see[:, :n].T - a @ see[:, n:].T - error
    mean_a = flat + ((value - expected) @ gain[n:].T).mean(axis=0)
    return Appeal(np.exp(middle + u + short @ gain[:n].T), np.exp(mean_a.reshape(n, n)))


def appeal(
    contest: Contest, section: str, candidates: Sequence[str], shares: Floats, rng: np.random.Generator
) -> Floats:
    """(draws, C) general appeal alone."""
    return appeals(contest, section, candidates, shares, rng).strengths


def _deals(contest: Contest, candidates: Sequence[str], deal: float) -> Floats:
    """(C, C): `deal` where a candidate has said whom to go to."""
    out = np.zeros((len(candidates), len(candidates)))
    latest: dict[str, CandidateRow] = {r.name: r for r in sorted(contest.candidates, key=lambda r: r.known)}
    for name, row in latest.items():
        if name in candidates and row.backs in candidates and row.backs != name:
            out[candidates.index(name), candidates.index(row.backs)] = deal
    return out


def _seen(contest: Contest, section: str, candidates: Sequence[str], shares: Floats) -> Iterator[_Seen]:
    """What polls of a section's electors say of where votes go."""
    mine = [p for p in polls(contest) if p.head.link == "electors" and p.head.section == section]
    firsts = {p.head.poll: p for p in mine if p.head.measure == "first"}
    for poll in mine:
        here = [c for c in candidates if c in poll.shares]
        if poll.head.measure == "head to head" and len(here) == 2 and poll.head.poll in firsts:
            yield from _pair(poll, firsts[poll.head.poll], here, candidates, shares)
        elif poll.head.measure == "second":
            yield from _seconds(poll, here, candidates, shares)


def _pair(poll: Poll, first: Poll, pair: Sequence[str], candidates: Sequence[str], shares: Floats) -> Iterator[_Seen]:
    if not set(pair) < set(first.shares):
        return
    t = _split(poll, first, *pair)
    a, b = (candidates.index(c) for c in pair)
    n = len(candidates)
    to = np.zeros(n)
    to[a], to[b] = 1.0, -1.0
    yield _Seen(_row(to, _others(shares, {a, b}))[None, :], np.array([np.log(t / (1 - t))]), (f"{a}-{b}",))


def _seconds(poll: Poll, here: Sequence[str], candidates: Sequence[str], shares: Floats) -> Iterator[_Seen]:
    """Second choices, of all who were asked or (`contest_of`) of the voters of one."""
    source = poll.head.contest_of
    to = [candidates.index(c) for c in here if c != source]
    if len(to) < 2 or (source is not None and source not in candidates):
        return
    n = len(candidates)
    value = np.log(np.maximum([poll.shares[candidates[c]] for c in to], 0.5))
    rows = []
    for c in to:
        who = np.eye(n)[candidates.index(source)] if source is not None else _others(shares, {c})
        rows.append(_row(np.eye(n)[c], who))
    h = helmert(len(to))
    yield _Seen(h @ np.stack(rows), h @ value, tuple(f"second {source} {k}" for k in range(len(h))))


def _others(shares: Floats, out: set[int]) -> Floats:
    """The voters of all others, as parts of one."""
    weight = np.array([0.0 if i in out else s + 1e-6 for i, s in enumerate(shares)])
    return np.asarray(weight / weight.sum()) if weight.sum() > 0 else weight


def _row(to: Floats, who: Floats) -> Floats:
    """What a figure sees of (z, a): `to` of appeals, by the voters `who`."""
    return np.concatenate([to, np.outer(who, to).ravel()])


def _noise(seen: Sequence[_Seen]) -> Floats:
    kinds = [k for x in seen for k in x.kind]
    same = np.array([[a == b for b in kinds] for a in kinds])
    return np.asarray(POLL**2 * np.eye(len(kinds)) + 2 * links().poll_common ** 2 * same)


def _split(poll: Poll, first: Poll, a: str, b: str) -> float:
    whole = sum(first.shares.values())
    f_a, f_b = first.shares[a] / whole, first.shares[b] / whole
    h = poll.shares[a] / max(poll.shares[a] + poll.shares[b], 1e-9)
    rest = max(1 - f_a - f_b, 0.02)
    return float(np.clip((h - f_a) / rest, 0.05, 0.95))
