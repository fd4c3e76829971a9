"""Small worlds made from the model itself, and their exact posterior by enumeration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import lgamma

import numpy as np

from whipcount.headcount.posterior import Posterior
from whipcount.headcount.totals import PLAIN


@dataclass(frozen=True)
class World:
    """What a posterior is built from, in the plainest terms."""

    options: int
    heard: int
    grouped: int = 0
    silent: int = 0
    said: tuple[tuple[int, int, bool, float], ...] = ()
    sources: tuple[int, ...] = ()
    source_prior: tuple[tuple[float, float], ...] = ()
    totals: tuple[tuple[int, tuple[int, ...], float, float], ...] = ()
    gamma: float = 1.2
    kappa: float = 3.0
    kappa_group: float = 2.0
    follows: float = 0.5
    alpha: float = 1.0
    shift: float = 0.0

    @property
    def electors(self) -> int:
        return self.heard + self.grouped + self.silent

    def ratio(self, stated: int, scale: float) -> np.ndarray:
        n = self.electors
        x = np.arange(-n, n + 1)
        g = np.exp(-0.5 * ((x - stated) / scale) ** 2)
        return g / g[n:].mean()

    def posterior(self) -> Posterior:
        """`heard` electors, then `grouped` silent ones of one group, then the exchangeable silent; `totals` are (stated, options,
        scale, trust)."""
        k = self.options
        sets = {options: u for u, options in enumerate(dict.fromkeys(t[1] for t in self.totals))}
        member = np.zeros((len(sets), k), np.int64)
        for options, u in sets.items():
            member[u, list(options)] = 1
        ints = lambda values: np.array(values, np.int64).reshape(-1)  # noqa: E731
        shift = np.zeros(k)
        shift[-1] = self.shift
        return Posterior(
            hyper=np.array([self.gamma, self.kappa, self.kappa_group]),
            alpha=np.full(k, self.alpha),
            shift=shift,
            order=np.arange(self.electors),
            follows=np.array([0.0] * self.heard + [self.follows] * self.grouped),
            quiet=ints([0] * self.heard + [1] * self.grouped),
            group_start=ints([0] * (self.heard + 1) + list(range(1, self.grouped + 1))),
            group_of=ints([0] * self.grouped),
            groups=1 if self.grouped else 0,
            elector=ints([s[0] for s in self.said]),
            option=ints([s[1] for s in self.said]),
            favours=ints([s[2] for s in self.said]),
            source=ints(self.sources or [-1] * len(self.said)),
            link=ints([-1] * len(self.said)),
            part=np.array([s[3] for s in self.said], float),
            source_prior=np.array(self.source_prior, float).reshape(-1, 2).T.copy(),
            link_prior=np.zeros((2, 0)),
            set_kind=ints([PLAIN] * len(sets)),
            set_member=member,
            tot_set=ints([sets[t[1]] for t in self.totals]),
            tot_source=ints([-1] * len(self.totals)),
            tot_mean=np.array([t[3] for t in self.totals], float),
            ratio=np.array([self.ratio(t[0], t[2]) for t in self.totals]).reshape(len(self.totals), 2 * self.electors + 1),
            total_prior=np.zeros((2, 0)),
        )  # fmt: skip


def exact(world: World, nodes: int = 24) -> np.ndarray:
    """(electors, options): the posterior, summed over every state and integrated over the overall leaning by quadrature.

    Only for two options, and sources without a reliability to learn.
    """
    assert world.options == 2
    x, weights = np.polynomial.legendre.leggauss(nodes)
    out = np.zeros((world.electors, 2))
    states = np.array(list(product((0, 1), repeat=world.electors)))
    for p, w in zip((x + 1) / 2, weights, strict=True):
        pi = np.array([p, 1 - p])
        mass = np.array([_joint(world, pi, z) for z in states]) * w * float(np.prod(pi ** (world.alpha - 1)))
        for k in (0, 1):
            out[:, k] += mass @ (states == k)
    return out / out.sum(axis=1, keepdims=True)


def _joint(world: World, pi: np.ndarray, z: np.ndarray) -> float:
    h = world.heard
    p = float(np.prod(pi[z[:h]]))
    silent = pi**world.gamma * np.array([1.0, np.exp(world.shift)])
    base = world.kappa * silent / silent.sum()
    outside = np.bincount(z[h + world.grouped :], minlength=2)
    inner = z[h : h + world.grouped]
    # Every way in which the grouped follow their group or the leaning of the silent.
    total = 0.0
    for follow in product((0, 1), repeat=world.grouped):
        f = np.array(follow, int)
        own = np.bincount(inner[f == 1], minlength=2) if world.grouped else np.zeros(2, int)
        rest = outside + (np.bincount(inner[f == 0], minlength=2) if world.grouped else 0)
        ways = world.follows ** f.sum() * (1 - world.follows) ** (world.grouped - f.sum())
        total += float(ways * _urn(base, rest) * _urn(world.kappa_group * pi, own))
    p *= total
    for i, k, favours, e in world.said:
        e = min(e, 0.9999)
        if favours:
            p *= e * (z[i] == k) + (1 - e) * pi[k]
        else:
            p *= (1 - e) / 2 + e * (z[i] != k)
    counts = np.bincount(z, minlength=2)
    for stated, options, scale, trust in world.totals:
        p *= trust * world.ratio(stated, scale)[counts[list(options)].sum() + world.electors] + 1 - trust
    return p


def _urn(base: np.ndarray, count: np.ndarray) -> float:
    logs = sum(lgamma(b + c) - lgamma(b) for b, c in zip(base, count, strict=True))
    return float(np.exp(logs + lgamma(base.sum()) - lgamma(base.sum() + count.sum())))


def simulate(world: World, rng: np.random.Generator) -> tuple[World, np.ndarray]:
    """A world of the given shape with statements made by the model, and the totals that are true in it.

    One statement on each heard elector, by a source of which two share a reliability that is learned.
    """
    k = world.options
    while True:
        pi = rng.dirichlet(np.full(k, world.alpha))
        tilt = np.zeros(k)
        tilt[-1] = world.shift
        silent = pi**world.gamma * np.exp(tilt)
        rho = rng.dirichlet(np.maximum(world.kappa * silent / silent.sum(), 1e-9))
        theta = rng.dirichlet(np.maximum(world.kappa_group * pi, 1e-9))
        q = [rng.beta(a, b) for a, b in world.source_prior]
        z = np.concatenate(
            [
                rng.choice(k, world.heard, p=pi),
                [rng.choice(k, p=theta if rng.random() < world.follows else rho) for _ in range(world.grouped)],
                rng.choice(k, world.silent, p=rho),
            ]
        ).astype(int)
        totals = np.bincount(z, minlength=k)
        # Statements about totals are part of the prior here: worlds are kept in proportion to how well they fit.
        fits = 1.0
        for stated, options, scale, trust in world.totals:
            r = world.ratio(stated, scale)
            fits *= (trust * r[totals[list(options)].sum() + world.electors] + 1 - trust) / (
                trust * r.max() + 1 - trust
            )
        if rng.random() < fits:
            break
    sources = tuple(i % len(q) for i in range(world.heard))
    said = []
    for i in range(world.heard):
        part = 0.9
        names = z[i] if rng.random() < part * q[sources[i]] else rng.choice(k, p=pi)
        said.append((i, int(names), True, part))
    return replace(world, said=tuple(said), sources=sources), totals
