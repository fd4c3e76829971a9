"""Whether chains agree, and how many independent draws they are worth: rank-normalised split R-hat and bulk ESS.

Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Rank-normalization, folding, and localization: an improved R-hat for
assessing convergence of MCMC, Bayesian Analysis 16(2), equations 3, 4, 10 to 14.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GOOD_RHAT = 1.01


@dataclass(frozen=True)
class Convergence:
    """R-hat (the larger of that of the draws and that of their distances from the median) and effective number of draws."""

    of: str
    rhat: float
    effective: float


def convergence(names: tuple[str, ...], chains: NDArray[np.int64]) -> tuple[Convergence, ...]:
    """One for each of the last axis of `chains` (chains, draws, numbers)."""
    return tuple(
        Convergence(name, round(rhat(chains[:, :, k]), 4), round(bulk_ess(chains[:, :, k]), 1))
        for k, name in enumerate(names)
    )


def rhat(chains: NDArray[np.int64] | Floats) -> float:
    """Rank-normalised split R-hat of (chains, draws), bulk or tail, whichever is larger; 1 for a constant."""
    split = _split(chains)
    folded = np.abs(split - np.median(split))
    return max(_rhat(_ranks(split)), _rhat(_ranks(folded)))


def bulk_ess(chains: NDArray[np.int64] | Floats) -> float:
    """Effective number of draws of (chains, draws) for the bulk of the distribution; all of them for a constant."""
    z = _ranks(_split(chains))
    m, n = z.shape
    variance = z.var(axis=1, ddof=1)
    within, between = variance.mean(), z.mean(axis=1).var(ddof=1)
    if within + between < 1e-12:
        return float(m * n)
    total = within * (n - 1) / n + between
    rho = 1 - (within - (_autocovariance(z) * n / (n - 1)).mean(axis=0)) / total
    rho[0] = 1.0
    pairs = rho[: n - n % 2].reshape(-1, 2).sum(axis=1)
    ends = np.flatnonzero(pairs < 0)
    pairs = np.minimum.accumulate(pairs[: ends[0] if len(ends) else len(pairs)])  # Geyer's monotone sequence
    tau = max(-1 + 2 * float(pairs.sum()), 1 / np.log10(m * n))
    return float(m * n / tau)


def _split(chains: NDArray[np.int64] | Floats) -> Floats:
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, -half:]]).astype(float)


def _ranks(x: Floats) -> Floats:
    """Normal scores of the average ranks (equation 14)."""
    values, place, times = np.unique(x, return_inverse=True, return_counts=True)
    if len(values) == 1:
        return np.zeros(x.shape)
    rank = np.cumsum(times) - (times - 1) / 2
    score = np.array([NormalDist().inv_cdf(p) for p in (rank - 0.375) / (x.size + 0.25)])
    out: Floats = score[place].reshape(x.shape)
    return out


def _rhat(z: Floats) -> float:
    n = z.shape[1]
    within, between = z.var(axis=1, ddof=1).mean(), z.mean(axis=1).var(ddof=1)
    if within < 1e-12:
        return 1.0 if between < 1e-12 else float("inf")
    return float(np.sqrt((n - 1) / n + between / within))


def _autocovariance(z: Floats) -> Floats:
    n = z.shape[1]
    size = 1 << (2 * n - 1).bit_length()
    f = np.fft.rfft(z - z.mean(axis=1, keepdims=True), size, axis=1)
    out: Floats = np.fft.irfft(f * np.conj(f), size, axis=1)[:, :n] / n
    return out
