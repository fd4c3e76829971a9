"""Drawing positions: every elector's option in every draw, given the statements, then weighed by the totals.

    pi        ~ Dirichlet(prior)                       overall leaning
    z_i | pi  ~ Categorical(pi),  i heard of           then the statements: L_i(z_i)
    rho | pi  ~ Dirichlet(KAPPA * pi)                  leaning of the silent: who speaks is not random
    z_j | rho ~ Categorical(rho), j silent
    T = counts of z;  each statement about a total multiplies the weight of a draw

Draws are parallel Gibbs chains (pi given z, z given pi) over the electors heard of, each chain keeping its last state;
then sampling-importance-resampling by the totals (Rubin 1988). The effective number of draws is reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KAPPA = 8.0
"""How closely the silent follow the leaning of those heard of: as if eight of them had been heard too."""
SWEEPS = 24


@dataclass(frozen=True)
class Draws:
    """`positions` (draws, electors) of option numbers and `totals` (draws, options)."""

    positions: NDArray[np.int8]
    totals: NDArray[np.int64]


def draw_positions(log_likelihood: Floats, prior: Floats, draws: int, rng: np.random.Generator) -> Draws:
    """Draws given the statements alone.

    log_likelihood (electors, options); prior (options,) pseudo-counts of the leaning.
    """
    n, k = log_likelihood.shape
    heard = np.ptp(log_likelihood, axis=1) > 0
    positions = np.zeros((draws, n), np.int8)
    pi = rng.dirichlet(prior, draws)
    if heard.any():
        like = np.exp(log_likelihood[heard] - log_likelihood[heard].max(axis=1, keepdims=True))
        for _ in range(SWEEPS):
            seen = _categorical(pi, like, rng)
            pi = _dirichlet(prior + counts(seen, k), rng)
        positions[:, heard] = seen
    silent = int((~heard).sum())
    if silent:
        rho = _dirichlet(np.maximum(KAPPA * pi, 1e-3), rng)
        positions[:, ~heard] = _categorical(rho, np.ones((silent, k)), rng)
    return Draws(positions, counts(positions, k))


def resample(draws: Draws, weights: Floats, size: int, rng: np.random.Generator) -> tuple[Draws, float]:
    """`size` draws in proportion to `weights` (systematic resampling), and the effective number of draws."""
    p = weights / weights.sum()
    effective = 1.0 / float((p**2).sum())
    at = (rng.random() + np.arange(size)) / size
    chosen = np.minimum(np.searchsorted(np.cumsum(p), at), len(p) - 1)
    # Neighbours are copies of one draw after this; shuffled, they line up with nothing else that is drawn.
    rng.shuffle(chosen)
    return Draws(draws.positions[chosen], draws.totals[chosen]), effective


def counts(positions: NDArray[np.int8], options: int) -> NDArray[np.int64]:
    """(draws, options): how many electors are with each option."""
    return np.stack([(positions == k).sum(axis=1) for k in range(options)], axis=1).astype(np.int64)


def _categorical(pi: Floats, like: Floats, rng: np.random.Generator) -> NDArray[np.int8]:
    out = np.zeros((len(pi), len(like)), np.int8)
    # Electors about whom the same was said have the same distribution in a draw.
    patterns, where = np.unique(like, axis=0, return_inverse=True)
    for j, row in enumerate(patterns):
        edges = np.cumsum(pi * row, axis=1)
        mine = np.flatnonzero(where.ravel() == j)
        at = rng.random((len(pi), len(mine))) * edges[:, -1:]
        for edge in edges.T[:-1]:
            out[:, mine] += at >= edge[:, None]
    return out


def _dirichlet(alpha: Floats, rng: np.random.Generator) -> Floats:
    gammas = np.maximum(rng.standard_gamma(alpha), 1e-300)
    out: Floats = gammas / gammas.sum(axis=1, keepdims=True)
    return out
