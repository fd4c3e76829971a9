"""The sampler in NumPy, for where the extra `fast` is not installed: slower, the same posterior, many short chains at once.

Where `kernel` integrates leanings out, this one draws them, so that the two share the model and hardly a line: Gibbs for
positions (one elector at a time, in all chains together, with the totals), for the leanings of the silent and of groups given
who follows them, for sources and links; a random walk for the overall leaning.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.headcount.posterior import Posterior
from whipcount.headcount.totals import MARGIN, PLAIN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WALKERS = 128
"""Chains that run side by side."""
WARMUP = 120
TINY = 1e-12


def run(data: Posterior, draws: int, rng: np.random.Generator, *, parts: int = 4) -> list[list[Any]]:
    """`parts` lists of arrays as the compiled chains fill them, together at least `draws` draws."""
    state = _State(data, min(WALKERS, max(parts, draws // 10)), rng)
    keep = -(-draws // state.chains)
    kept = []
    for sweep in range(WARMUP + keep):
        state.sweep(adapt=sweep < WARMUP)
        if sweep >= WARMUP:
            kept.append(state.written())
    # Walkers are dealt out to the parts, each walker's draws in order.
    stacked = [np.stack(column, axis=1) for column in zip(*kept, strict=True)]
    dealt = np.array_split(np.arange(state.chains), parts)
    size = min(len(d) for d in dealt) * keep
    return [[x[d].reshape(len(d) * keep, *x.shape[2:])[:size] for x in stacked] for d in dealt]


class _State:
    """All chains side by side: the first axis of every array."""

    def __init__(self, data: Posterior, chains: int, rng: np.random.Generator) -> None:
        self.data, self.chains, self.rng = data, chains, rng
        n, k = len(data.order), len(data.alpha)
        self.n, self.k, self.rows = n, k, np.arange(chains)
        self.quiet = np.concatenate([data.quiet, np.ones(data.many, np.int64)])
        self.follows = np.concatenate([data.follows, np.zeros(data.many)])
        self.raw = np.log(_gamma(rng, np.tile(data.alpha + 1, (chains, 1))))
        self.step = np.full(k, 0.5)
        self.q = _beta(rng, data.source_prior, chains)
        self.s = _beta(rng, data.link_prior, chains)
        self.trust = _beta(rng, data.total_prior, chains)
        self._lean()
        self.silent = _dirichlet(rng, data.hyper[1] * self.mean_silent)
        self.groups = _dirichlet(rng, np.repeat(data.hyper[2] * self.overall[:, None], max(data.groups, 1), axis=1))
        self.z = np.zeros((chains, n), np.int64)
        self.t = np.tile(self.quiet, (chains, 1))
        self.totals = np.zeros((chains, k), np.int64)
        self.totals[:, 0] = n
        self._positions(with_totals=False)

    def sweep(self, *, adapt: bool) -> None:
        """One of everything."""
        self._positions(with_totals=True)
        self._leanings()
        said = self._guesses()
        self._overall(said, adapt=adapt)
        self._sources()

    def written(self) -> list[NDArray[Any]]:
        """The state as the compiled chain writes it."""
        small = [x.astype(np.float32) for x in (self.overall, self.q, self.s, self.trust)]
        return [self.z.astype(np.int8), self.totals.copy(), *small]

    def _lean(self) -> None:
        self.overall, self.mean_silent = _leanings(self.raw, self.data)

    def _edges(self) -> Floats:
        data = self.data
        e = np.tile(data.part, (self.chains, 1))
        for own, values in ((data.source, self.q), (data.link, self.s)):
            learned = own >= 0
            e[:, learned] *= values[:, own[learned]]
        return np.minimum(e, 0.9999)

    def _positions(self, *, with_totals: bool) -> None:
        data, edge = self.data, self._edges()
        said: dict[int, list[int]] = {}
        for j, i in enumerate(data.elector):
            said.setdefault(int(i), []).append(j)
        for i in range(self.n):
            base = self.silent if self.quiet[i] else self.overall
            own: Ints = data.group_of[slice(*data.group_start[i : i + 2])] if i < data.people else data.group_of[:0]
            lean = base * (1 - self.follows[i]) if len(own) else base
            if len(own):
                lean = lean + self.follows[i] * self.groups[:, own].mean(axis=1)
            weight = lean.copy()
            for j in said.get(i, []):
                k, e = data.option[j], edge[:, j]
                weight[:, k] *= 1 + e / ((1 - e) * self.overall[:, k]) if data.favours[j] else (1 - e) / (1 + e)
            self.totals[self.rows, self.z[:, i]] -= 1
            if with_totals and len(data.tot_set):
                weight *= self._total_weights()
            self.z[:, i] = _categorical(self.rng, weight)
            self.totals[self.rows, self.z[:, i]] += 1
            if len(own):
                self._follow(i, own, base)

    def _follow(self, i: int, own: Ints, base: Floats) -> None:
        at = self.z[:, i]
        options = [(1 - self.follows[i]) * base[self.rows, at]]
        options += [self.follows[i] / len(own) * self.groups[self.rows, g, at] for g in own]
        chosen = _categorical(self.rng, np.stack(options, axis=1))
        self.t[:, i] = np.array([self.quiet[i], *(2 + g for g in own)])[chosen]

    def _total_weights(self) -> Floats:
        """(chains, options): likelihood of the totals with one more elector on each option."""
        logs = np.stack(
            [self._totals_log(self.totals + np.eye(self.k, dtype=np.int64)[k]) for k in range(self.k)], axis=1
        )
        out: Floats = np.exp(logs - logs.max(axis=1, keepdims=True))
        return out

    def _places(self, totals: Ints) -> Ints:
        data = self.data
        member = data.set_member.astype(bool)
        support = totals @ data.set_member.T
        best = np.stack([np.where(m, 0, totals).max(axis=1) for m in member], axis=1)
        margin = support - best
        pivot = np.minimum(data.majority - 1 - best, best + support - data.majority)
        return np.where(data.set_kind == PLAIN, support, np.where(data.set_kind == MARGIN, margin, pivot))

    def _ratios(self, totals: Ints) -> Floats:
        at = self._places(totals)[:, self.data.tot_set] + self.n
        out: Floats = self.data.ratio[np.arange(len(self.data.tot_set)), at]
        return out

    def _trusts(self) -> Floats:
        out = np.tile(self.data.tot_mean, (self.chains, 1))
        learned = self.data.tot_source >= 0
        out[:, learned] = self.trust[:, self.data.tot_source[learned]]
        return out

    def _totals_log(self, totals: Ints) -> Floats:
        q = self._trusts()
        out: Floats = np.log(q * self._ratios(totals) + 1 - q).sum(axis=1)
        return out

    def _count(self, leaning: int) -> Ints:
        return np.stack([((self.t == leaning) & (self.z == k)).sum(axis=1) for k in range(self.k)], axis=1)

    def _leanings(self) -> None:
        kappa, kappa_group = self.data.hyper[1], self.data.hyper[2]
        self.silent = _dirichlet(self.rng, kappa * self.mean_silent + self._count(1))
        for g in range(self.data.groups):
            self.groups[:, g] = _dirichlet(self.rng, kappa_group * self.overall + self._count(2 + g))

    def _guesses(self) -> Ints:
        data, edge = self.data, self._edges()
        out = np.zeros((self.chains, self.k), np.int64)
        for j, k in enumerate(data.option):
            if data.favours[j]:
                guess = (1 - edge[:, j]) * self.overall[:, k]
                knew = (self.z[:, data.elector[j]] == k) & (
                    self.rng.random(self.chains) * (edge[:, j] + guess) < edge[:, j]
                )
                out[:, k] += ~knew
        return out

    def _overall(self, said: Ints, *, adapt: bool) -> None:
        """A random walk on each component, with the silent's and the groups' leanings integrated out."""
        counts = [self._count(t) for t in range(2 + self.data.groups)]
        before = self._density(self.raw, counts, said)
        for k in range(self.k):
            new = self.raw.copy()
            new[:, k] += self.rng.standard_normal(self.chains) * self.step[k]
            after = self._density(new, counts, said)
            taken = np.log(self.rng.random(self.chains)) < after - before
            self.raw[taken], before[taken] = new[taken], after[taken]
            if adapt:
                self.step[k] *= np.exp(0.3 * (taken.mean() - 0.44))
        self._lean()
        self._leanings()

    def _density(self, raw: Floats, counts: list[Ints], said: Ints) -> Floats:
        overall, silent = _leanings(raw, self.data)
        out: Floats = (self.data.alpha * raw - np.exp(raw) + (counts[0] + said) * np.log(overall)).sum(axis=1)
        means = [self.data.hyper[1] * silent] + [self.data.hyper[2] * overall] * self.data.groups
        for mean, count in zip(means, counts[1:], strict=True):
            out += (_lgamma(mean + count) - _lgamma(mean)).sum(axis=1)
        return out

    def _sources(self) -> None:
        data = self.data
        self.q = self._learned(data.source, data.link, self.q, self.s, data.source_prior)
        self.s = self._learned(data.link, data.source, self.s, self.q, data.link_prior)
        if self.trust.shape[1]:
            q, ratio = self._trusts(), self._ratios(self.totals)
            knew = self.rng.random(q.shape) * (q * ratio + 1 - q) < q * ratio
            self.trust = self._refreshed(knew, data.tot_source, data.total_prior)

    def _learned(self, own: Ints, other: Ints, mine: Floats, theirs: Floats, prior: Floats) -> Floats:
        data = self.data
        knew = np.zeros((self.chains, len(own)), bool)
        for j, v in enumerate(own):
            if v >= 0:
                rest = data.part[j] * (theirs[:, other[j]] if other[j] >= 0 else 1.0)
                e = np.minimum(rest * mine[:, v], 0.9999)
                right = (self.z[:, data.elector[j]] == data.option[j]) == bool(data.favours[j])
                guess = (1 - e) * (self.overall[:, data.option[j]] if data.favours[j] else 0.5)
                spoke = right & (self.rng.random(self.chains) * (e + guess) < e)
                knew[:, j] = spoke | (self.rng.random(self.chains) * (1 - e) < mine[:, v] - e)
        return self._refreshed(knew, own, prior)

    def _refreshed(self, knew: NDArray[np.bool_], own: Ints, prior: Floats) -> Floats:
        yes = np.stack(
            [knew[:, own == v].sum(axis=1) for v in range(prior.shape[1])] or [np.zeros(self.chains)], axis=1
        )
        all_ = np.array([(own == v).sum() for v in range(prior.shape[1])] or [0])
        if not prior.shape[1]:
            return np.zeros((self.chains, 0))
        out: Floats = np.clip(self.rng.beta(prior[0] + yes, prior[1] + all_ - yes), 1e-4, 0.9999)
        return out


def _leanings(raw: Floats, data: Posterior) -> tuple[Floats, Floats]:
    overall = np.exp(raw - raw.max(axis=1, keepdims=True))
    overall = np.maximum(overall / overall.sum(axis=1, keepdims=True), TINY)
    silent = np.exp(data.hyper[0] * np.log(overall) + data.shift)
    return overall, np.maximum(silent / silent.sum(axis=1, keepdims=True), TINY)


def _gamma(rng: np.random.Generator, shape: Floats) -> Floats:
    """Gammas that are not zero, however small their shape (a power of a uniform does what is under one)."""
    boost = np.log(rng.random(shape.shape) + 1e-300) / np.maximum(shape, TINY)
    logs = np.log(rng.standard_gamma(np.where(shape < 1, shape + 1, shape))) + np.where(shape < 1, boost, 0.0)
    out: Floats = np.maximum(np.exp(logs), 1e-300)
    return out


def _dirichlet(rng: np.random.Generator, alpha: Floats) -> Floats:
    g = _gamma(rng, alpha)
    out: Floats = np.maximum(g / g.sum(axis=-1, keepdims=True), TINY)
    return out


def _beta(rng: np.random.Generator, prior: Floats, chains: int) -> Floats:
    out: Floats = np.clip(rng.beta(prior[0], prior[1], (chains, prior.shape[1])), 1e-4, 0.9999)
    return out


def _categorical(rng: np.random.Generator, weight: Floats) -> Ints:
    edges = np.cumsum(weight, axis=1)
    u = rng.random((len(weight), 1)) * edges[:, -1:]
    out: Ints = np.minimum((u >= edges).sum(axis=1), weight.shape[1] - 1)
    return out


def _lgamma(x: Floats) -> Floats:
    """log Gamma by Stirling's series after a shift (Abramowitz and Stegun 6.1.15, 6.1.41)."""
    shift = np.zeros_like(x)
    y = x.copy()
    for _ in range(7):
        low = y < 7
        shift[low] += np.log(y[low])
        y[low] += 1
    i = 1 / y
    out: Floats = (
        (y - 0.5) * np.log(y) - y + 0.9189385332046727 + i * (1 / 12 - i * i * (1 / 360 - i * i / 1260)) - shift
    )
    return out
