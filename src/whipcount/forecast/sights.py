"""What is seen of vote shares, and what it says about them: one linear, normal model for every kind of evidence.

    x_sc = theta_c + d_sc          log share of candidate c in section s at the decision, up to a constant
    theta_c ~ N(0, candidate^2),   d_sc ~ N(0, section^2)

A *sight* gives figures y for some candidates O of one section (or of the mean of all). With e the errors,

    y_c - mean_O y = (x_c + e_c) - mean_O (x + e),     e_c = own_c + common_c + moved_c

`own` is the sight's own error (sampling, and what its kind of evidence misses by). `common` is shared by all polls of a
contest: where polls err, they err together (house effects of one firm are part of it). `moved` is what happens between
the sight and the decision, a random walk, so that two sights share what is still to come after the later one. All is
linear and normal: the posterior is exact (Gaussian conditioning), and its draws are widened to a multivariate t, since past
contests held more surprises than a normal law allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from whipcount.forecast.settings import Links

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sight:
    """Figures on some candidates in one section; `section` None sees the mean of all sections.

    at      candidate numbers; value: their log figures, already in the measure of log shares
    own     variance of each figure's own error
    days    from the sight to the decision
    common  for each figure the standard deviation of its part in the error that all polls of a contest share; empty for none
    label   what it is, for those who ask
    """

    at: tuple[int, ...]
    value: tuple[float, ...]
    own: tuple[float, ...]
    days: int
    section: int | None = None
    common: tuple[float, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Posterior:
    """Mean (sections * candidates) and covariance of the log shares."""

    mean: Floats
    cov: Floats


def prior_cov(sections: int, candidates: int, links: Links) -> Floats:
    """Covariance of the log shares before anything is seen."""
    across = links.candidate**2 * np.ones((sections, sections)) + links.section**2 * np.eye(sections)
    out = np.zeros((sections, candidates, sections, candidates))
    for c in range(candidates):
        out[:, c, :, c] = across
    return out.reshape(sections * candidates, -1)


@cache
def helmert(n: int) -> Floats:
    """(n - 1, n) orthonormal rows that sum to nothing: figures less their mean, without the redundant one."""
    rows = np.zeros((n - 1, n))
    for k in range(1, n):
        rows[k - 1, :k] = 1.0
        rows[k - 1, k] = -k
        rows[k - 1] /= np.sqrt(k * (k + 1))
    return rows


@dataclass(frozen=True)
class Seen:
    """Sights as arrays: `see` x + noise = `value`, noise ~ N(0, `noise`)."""

    see: Floats
    value: Floats
    noise: Floats
    contrasts: tuple[Floats, ...]


def arrange(sights: Sequence[Sight], sections: int, candidates: int, links: Links) -> Seen:
    """The arrays of some sights (at least one), each of two candidates or more."""
    flat = [(i, c) for i, s in enumerate(sights) for c in s.at]
    see = np.zeros((len(flat), sections * candidates))
    for row, (i, c) in enumerate(flat):
        section = sights[i].section
        where = range(sections) if section is None else (section,)
        for s in where:
            see[row, s * candidates + c] = 1 / len(where)
    noise = _noise(sights, flat, links)
    contrasts = tuple(helmert(len(s.at)) for s in sights)
    whole = _blocks(contrasts)
    value = np.concatenate([np.asarray(s.value) for s in sights])
    return Seen(whole @ see, whole @ value, whole @ noise @ whole.T, contrasts)


def _noise(sights: Sequence[Sight], flat: Sequence[tuple[int, int]], links: Links) -> Floats:
    of = np.array([i for i, _ in flat])
    who = np.array([c for _, c in flat])
    days = np.array([sights[i].days for i in of], dtype=float)
    polls = np.concatenate([np.asarray(s.common or (0.0,) * len(s.at)) for s in sights])
    same = who[:, None] == who[None, :]
    out = same * links.drift**2 * np.minimum(days[:, None], days[None, :])
    out = out + same * polls[:, None] * polls[None, :]
    own = np.concatenate([np.asarray(s.own) for s in sights])
    return np.asarray(out + np.diag(own))


def _blocks(parts: Sequence[Floats]) -> Floats:
    out = np.zeros((sum(len(p) for p in parts), sum(p.shape[1] for p in parts)))
    r = c = 0
    for part in parts:
        out[r : r + part.shape[0], c : c + part.shape[1]] = part
        r, c = r + part.shape[0], c + part.shape[1]
    return out


def condition(cov: Floats, seen: Seen | None) -> Posterior:
    """The posterior of the log shares given what is seen; the prior where that is nothing."""
    if seen is None:
        return Posterior(np.zeros(len(cov)), cov)
    gain = np.linalg.solve(seen.see @ cov @ seen.see.T + seen.noise, seen.see @ cov).T
    return Posterior(gain @ seen.value, _even(cov - gain @ seen.see @ cov))


def _even(cov: Floats) -> Floats:
    out: Floats = (cov + cov.T) / 2
    return out


def draw(post: Posterior, normal: Floats, chi: Floats, links: Links) -> Floats:
    """(draws, n) log shares from (draws, n) standard normals and (draws,) chi-squares of `tail` degrees of freedom.

    The t law is scaled to the variance of the normal one.
    """
    root = np.linalg.cholesky(post.cov + 1e-10 * np.eye(len(post.mean)))
    wide = np.sqrt((links.tail - 2) / chi)
    return np.asarray(post.mean + (normal @ root.T) * wide[:, None])
