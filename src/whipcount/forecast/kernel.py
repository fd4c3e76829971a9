"""The rulebook's ballot, run over many draws at once.

The order of the tests within a round is that of docs/count.md, which the exact count follows too; a test holds the two
to each other on random profiles, for every rulebook in the library. Here tallies are floating point, so figures closer
than `EPS` of the whole count as equal; and a tie is broken by an order of the candidates, drawn anew in each draw.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from whipcount.forecast import compiled
from whipcount.forecast.papers import LucePapers, Papers
from whipcount.rules import Ballot, Threshold

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
EPS = 1e-9
BLOCK = 8_192
"""Draws that are run together: few enough that their arrays stay in the processor's cache, and memory bounded."""
MOST_THREADS = 8
ROUNDS = 60
"""No ballot is run for longer; with fresh votes on the same names nothing would ever change."""


@dataclass(frozen=True)
class BallotDraws:
    """How a ballot went in every draw.

    winner (N,) candidate number, -1 for nobody; left (N, C) who went on; rounds (N,) how many were held
    first  (N, S, C) first-round share of each section; last (N, S, C) share in the round that ended it
    final  (N, C) share of the whole in the round that ended it
    """

    winner: Ints
    left: Bools
    rounds: Ints
    first: Floats
    last: Floats
    final: Floats


@dataclass(frozen=True)
class _Round:
    tallies: Floats
    sections: Floats
    continuing: Floats
    valid: Floats


class _Run:
    """One ballot over N draws; rows of arrays are draws."""

    def __init__(
        self, ballot: Ballot, papers: Papers, field: Bools, order: Ints, groups: Sequence[int], entitled: int | None
    ) -> None:
        self.ballot, self.papers, self.order, self.groups, self.entitled = ballot, papers, order, list(groups), entitled
        n, c = field.shape
        self.alive = field.copy()
        self.winner = np.full(n, -1)
        self.rounds = np.zeros(n, np.int64)
        self.open = np.ones(n, bool)
        self.won = np.full(n, -1)
        self.base_groups: Floats | None = None
        self.valid_votes: Floats | None = None
        self.cast: Floats | None = None
        s = len(ballot.sections)
        self.first, self.last = np.zeros((n, s, c)), np.zeros((n, s, c))
        self.final = np.zeros((n, c))
        self.least = np.zeros(n)

    def run(self) -> BallotDraws:
        number = 0
        while self.open.any() and number < ROUNDS:
            number += 1
            self.rounds[self.open] = number
            self._round(number, self._tally(number))
        return BallotDraws(self.winner, self.alive, self.rounds, self.first, self.last, self.final)

    # -- tallies ------------------------------------------------------------------------------------------------

    def _tally(self, number: int) -> _Round:
        votes = self.papers.first(self.alive)
        if number == 1 or self.ballot.paper == "single" or self.ballot.exhausted == "rebased":
            self.base_groups = votes.sum(axis=2)
        assert self.base_groups is not None
        sections = self._by_section(votes)
        tallies = self._weigh(votes) if self.ballot.weighted else sections[:, 0]
        total = tallies.sum(axis=1)
        if number == 1:
            # Those who vote in the first round are taken to vote in all: papers that name nobody left are cast, and blank.
            self.cast = total
        if number == 1 or self.ballot.paper == "single":
            self.valid_votes = np.ones(len(total)) if len(self.ballot.sections) > 1 else total
        assert self.valid_votes is not None
        sums = sections.sum(axis=2, keepdims=True)
        shares = np.divide(sections, sums, out=np.zeros_like(sections), where=sums > 0)
        live = self.open
        if number == 1:
            self.first = shares
        self.last[live] = shares[live]
        self.final[live] = (tallies / np.maximum(total, EPS)[:, None])[live]
        return _Round(tallies, sections, total, self.valid_votes)

    def _by_section(self, votes: Floats) -> Floats:
        if self.groups == list(range(len(self.ballot.sections))):
            return votes
        out = np.zeros((len(votes), len(self.ballot.sections), votes.shape[2]))
        for group, section in enumerate(self.groups):
            out[:, section] += votes[:, group]
        return out

    def _weigh(self, votes: Floats) -> Floats:
        base = self.base_groups
        assert base is not None
        weights = [float(s.weight) for s in self.ballot.sections]
        out = np.zeros((len(votes), votes.shape[2]))
        if self.ballot.units is None:
            sections, sums = self._by_section(votes), self._by_section(base[:, :, None])[:, :, 0]
            for s, weight in enumerate(weights):
                worth = np.divide(weight, sums[:, s], out=np.zeros(len(sums)), where=sums[:, s] > 0)
                out += sections[:, s] * worth[:, None]
            return out
        points = np.full(base.shape, float(self.ballot.units.points))
        if self.ballot.units.cap == "votes":
            points = np.minimum(points, base)
        worth = np.divide(points, base, out=np.zeros_like(base), where=base > 0)
        scored = votes * worth[:, :, None]
        if len(weights) == 1:
            return np.asarray(scored.sum(axis=1))
        every = self._by_section(np.where(base > 0, points, 0.0)[:, :, None])[:, :, 0]
        for group, section in enumerate(self.groups):
            scale = np.divide(
                weights[section], every[:, section], out=np.zeros(len(every)), where=every[:, section] > 0
            )
            out += scored[:, group] * scale[:, None]
        return out

    # -- tests, in the order of docs/count.md -------------------------------------------------------------------

    def _round(self, number: int, now: _Round) -> None:
        b = self.ballot
        left = self.alive.sum(axis=1)
        ask = self.open.copy()
        lone = ask & (left == 1)
        self._elect(lone, np.where(lone, self.alive.argmax(axis=1), -1))
        ask &= ~lone
        ask = self._close(ask, left <= b.leaves) if b.leaves > 1 else self._wins(ask, now, left)
        if b.rounds.at_most == number:
            ask = self._last_round(ask, now)
        self._out(ask, number, now)

    def _wins(self, ask: Bools, now: _Round, left: Ints) -> Bools:
        b, fresh = self.ballot, ask & (self.won < 0)
        top, second = self._top_two(now)
        height = np.take_along_axis(now.tallies, top[:, None], axis=1)[:, 0]
        gap = height - np.where(left > 1, np.take_along_axis(now.tallies, second[:, None], axis=1)[:, 0], 0.0)
        ok = fresh & self._meets(b.wins, height, now)
        if b.lead is not None:
            ok &= self._meets((b.lead,), gap, now)
        self.won = np.where(ok, top, self.won)
        settled = ask & (self.won >= 0) & (left <= (b.rounds.until or math.inf))
        self._elect(settled, self.won)
        ask &= ~settled
        pair = ask & (self.won < 0) & (left == 2)
        if self._plain_majority():
            self._elect(pair, top)
            ask &= ~pair
            return ask
        return ask if b.rounds.out == "none" else self._close(ask, pair)

    def _last_round(self, ask: Bools, now: _Round) -> Bools:
        if self.ballot.leaves > 1:
            rank = self._rank(now)
            stay = rank < self.ballot.leaves
            self.alive[ask] &= stay[ask]
        # A ballot that goes on past a winner ends here with that winner.
        self._elect(ask & (self.won >= 0), self.won)
        return self._close(ask, ask)

    def _out(self, ask: Bools, number: int, now: _Round) -> None:
        r = self.ballot.rounds
        rank = self._rank(now)
        last = self.alive.sum(axis=1) - 1
        gone = np.zeros_like(self.alive)
        waiting = ask.copy()
        for floor in r.floors:
            if floor.round in {None, number}:
                under = self.alive & ~self._meets((floor.needs,), now.tallies, now)
                hit = waiting & under.any(axis=1) & (self.alive & ~under).any(axis=1)
                gone[hit] |= under[hit]
        waiting &= ~gone.any(axis=1)
        if r.batch and r.out == "lowest":
            batch = self._batch(now, rank)
            hit = waiting & batch.any(axis=1)
            gone[hit] = batch[hit]
            waiting &= ~hit
        if r.out == "lowest":
            keep_winner = np.where(self.won >= 0, self.won, -1)
            lowest = rank == last[:, None]
            lowest[np.arange(len(lowest)), keep_winner] &= keep_winner < 0
            gone[waiting] |= lowest[waiting] & self.alive[waiting]
        elif r.out == "all but" and r.keep is not None:
            stuck = waiting & (last + 1 <= r.keep)
            waiting &= ~stuck
            self._close(stuck, stuck)
            gone[waiting] |= (rank >= r.keep)[waiting] & self.alive[waiting]
        elif self.ballot.paper == "ranked":
            self._close(waiting, waiting)
        self.alive &= ~(gone & self.open[:, None])
        if self.ballot.leaves > 1:
            self._close(self.open.copy(), self.alive.sum(axis=1) <= self.ballot.leaves)

    def _batch(self, now: _Round, rank: Ints) -> Bools:
        """The largest prefix of last candidates (two or more) whose sum is below the next tally."""
        n, c = rank.shape
        at = np.argsort(np.where(self.alive, rank, c), axis=1)
        ordered = np.take_along_axis(np.where(self.alive, now.tallies, 0.0), at, axis=1)
        left = self.alive.sum(axis=1)
        stay_at_least = max(2, self.ballot.rounds.until or 0, self.ballot.leaves)
        cut = np.full(n, c)
        for keep in range(c - 1, stay_at_least - 1, -1):
            below = ordered[:, keep:].sum(axis=1)
            fine = (left - keep >= 2) & (below < ordered[:, keep - 1] - self._eps(now))
            cut = np.where(fine, keep, cut)
        return self.alive & (rank >= cut[:, None])

    # -- pieces -------------------------------------------------------------------------------------------------

    def _eps(self, now: _Round) -> Floats:
        return EPS * np.maximum(now.continuing, 1.0)

    def _rank(self, now: _Round) -> Ints:
        """(N, C) place of each candidate left, from 0; those out come last. Ties follow the order of the draw."""
        step = np.round(now.tallies / self._eps(now)[:, None] / 10)
        key = np.where(self.alive, -step, np.inf)
        at = np.lexsort((self.order, key), axis=1)
        rank: Ints = np.empty_like(at)
        np.put_along_axis(rank, at, np.arange(at.shape[1])[None, :], axis=1)
        return rank

    def _top_two(self, now: _Round) -> tuple[Ints, Ints]:
        rank = self._rank(now)
        top: Ints = rank.argmin(axis=1)
        second: Ints = np.where(rank == 1, 1, 0).argmax(axis=1)
        return top, second

    def _meets(self, needs: Sequence[Threshold], support: Floats, now: _Round) -> Bools:
        ok = np.ones(support.shape, bool)
        for need in needs:
            base = self._base(need, now)
            bar, strict = self._bar(need, base)
            eps = self._eps(now)
            if support.ndim == 2:
                bar, eps = bar[:, None], eps[:, None]
            ok &= (support > bar + eps) if strict else (support >= bar - eps)
        return ok

    def _bar(self, need: Threshold, base: Floats) -> tuple[Floats, bool]:
        if need.count is not None:
            return np.full(len(base), float(need.count + need.plus)), False
        share = float(need.share or 0)
        if need.plus:
            return np.ceil(share * base - EPS) + need.plus, False
        return share * base, need.compare == "more than"

    def _base(self, need: Threshold, now: _Round) -> Floats:
        if need.of == "entitled" and self.entitled is not None:
            return np.full(len(now.valid), float(self.entitled))
        if need.of == "cast" and self.cast is not None:
            return self.cast
        return now.continuing if need.of == "continuing" else now.valid

    def _plain_majority(self) -> bool:
        b = self.ballot
        easy = all(
            w.share is not None and w.share <= 0.5 and not w.plus and w.of in {"valid", "continuing"} for w in b.wins
        )
        return easy and b.lead is None

    def _elect(self, where: Bools, who: Ints) -> None:
        self.winner = np.where(where, who, self.winner)
        self.open &= ~where

    def _close(self, ask: Bools, where: Bools) -> Bools:
        """End the ballot in the draws of `ask` where `where` holds; returns those still asked."""
        done = ask & where
        self.open &= ~done
        return ask & ~done


def run_ballot(
    ballot: Ballot,
    papers: Papers,
    field: Bools,
    order: Ints,
    groups: Sequence[int] | None = None,
    entitled: int | None = None,
) -> BallotDraws:
    """Run one ballot over N draws.

    field    (N, C) who is on the paper
    order    (N, C) the order that breaks ties: the smaller number goes first
    groups   for each body of `papers` (a unit of a section, where there are units) the number of its section
    entitled electors of the ballot, for thresholds of those entitled

    Draws do not depend on each other: they are run in blocks, on several threads, with the same result.
    """
    which = groups or range(len(ballot.sections))
    if compiled.fits(ballot, papers, len(field), ballot.units is not None or list(which) != [*range(len(which))]):
        assert isinstance(papers, LucePapers)
        weights = np.array([float(s.weight) for s in ballot.sections])
        return BallotDraws(*compiled.run(papers, weights, field, order, EPS))

    def block(rows: slice) -> BallotDraws:
        return _Run(ballot, papers.part(rows), field[rows], order[rows], which, entitled).run()

    blocks = [slice(i, i + BLOCK) for i in range(0, len(field), BLOCK)] or [slice(0, 0)]
    if len(blocks) == 1:
        return block(blocks[0])
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS)) as pool:
        parts = list(pool.map(block, blocks))
    names = [f.name for f in fields(BallotDraws)]
    return BallotDraws(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))
