"""Draws from the posterior: several chains in threads, compiled where the extra `fast` is installed, in NumPy elsewhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.compiling import load
from whipcount.headcount.posterior import Posterior
from whipcount.headcount.totals import place

CHAINS = 4
WARMUP = 300
"""Sweeps that each chain throws away at the least."""
THREADS = 2


@dataclass(frozen=True)
class Trace:
    """Draws of everything, chain after chain in the first axis of `chains`, else shuffled.

    positions  (draws, electors) option numbers, electors in the order of the roll
    totals     (draws, options)
    overall    (draws, options) the overall leaning
    q, s, trust  (draws, ...) reliabilities of sources, of links, and of sources about totals, where they are learned
    chains     (chains, draws of each, options) totals before they were shuffled, for the checks of convergence
    """

    positions: NDArray[np.int8]
    totals: NDArray[np.int64]
    overall: NDArray[np.float32]
    q: NDArray[np.float32]
    s: NDArray[np.float32]
    trust: NDArray[np.float32]
    chains: NDArray[np.int64]


def sample(data: Posterior, draws: int, rng: np.random.Generator, *, thin: int = 1, fast: bool = True) -> Trace:
    """`draws` draws. The same `rng` gives the same draws on the same machine with the same extras."""
    kernel = _kernel() if fast else None
    seeds = rng.integers(1, 2**63, (CHAINS, 4), np.uint64)
    each = -(-draws // CHAINS)
    if kernel is None:
        from whipcount.headcount.plain import run

        parts = run(data, draws, rng)
    else:
        parts = _compiled(kernel, data, each, thin, seeds)
    return _gathered(data, parts, draws, rng)


def _compiled(kernel: ModuleType, data: Posterior, each: int, thin: int, seeds: NDArray[np.uint64]) -> list[list[Any]]:
    n, k = len(data.order), len(data.alpha)
    warmup = max(WARMUP, each * thin // 10)

    def one(seed: NDArray[np.uint64]) -> list[Any]:
        out = [np.empty((each, n), np.int8), np.empty((each, k), np.int64)]
        widths = (k, data.source_prior.shape[1], data.link_prior.shape[1], data.total_prior.shape[1])
        out += [np.empty((each, w), np.float32) for w in widths]
        kernel.run(
            seed, sizes(data, warmup, thin, each),
            data.hyper, data.alpha, data.shift, data.follows, data.quiet, data.group_start, data.group_of,
            data.elector, data.option, data.favours, data.source, data.link, data.part,
            data.source_prior, data.link_prior,
            data.set_kind, data.set_member, data.tot_set, data.tot_source, data.tot_mean, data.ratio, data.total_prior,
            *start(data, seed), *out,
        )  # fmt: skip
        return out

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, seeds))


def sizes(data: Posterior, warmup: int, thin: int, draws: int) -> NDArray[np.int64]:
    """What the kernel is told of the sizes of arrays, in the order of its names for them."""
    learned = (data.source_prior.shape[1], data.link_prior.shape[1], data.total_prior.shape[1])
    counts = (len(data.elector), len(data.set_kind), len(data.tot_set), *learned)
    return np.array(
        [data.people, data.many, len(data.alpha), 2 + data.groups, *counts, data.majority, warmup, thin, draws],
        np.int64,
    )


def start(data: Posterior, seed: NDArray[np.uint64]) -> tuple[NDArray[Any], ...]:
    """A chain's first state, with a leaning of its own and everybody anywhere, and the room that the kernel works in."""
    rng = np.random.default_rng(seed)
    k, n, sets = len(data.alpha), len(data.order), len(data.set_kind)
    lean = np.zeros((6, k))
    lean[0] = np.log(rng.standard_gamma(data.alpha + 1) + 1e-12)
    lean[1] = np.exp(lean[0]) / np.exp(lean[0]).sum()
    lean[2] = lean[1] ** data.hyper[0] * np.exp(data.shift)
    lean[2] /= lean[2].sum()
    means = [p[0] / p.sum(axis=0) for p in (data.source_prior, data.link_prior, data.total_prior)]
    z = rng.integers(0, k, data.people)
    cell = np.bincount(rng.integers(0, k, data.many), minlength=k)
    totals = np.bincount(z, minlength=k) + cell
    count, followers = np.zeros((2 + data.groups, k), np.int64), np.zeros(2 + data.groups, np.int64)
    np.add.at(count, (data.quiet, z), 1)
    count[1] += cell
    followers[:] = count.sum(axis=1)
    at = [
        place(int(kind), np.flatnonzero(m).tolist(), totals[None], data.majority)[0]
        for kind, m in zip(data.set_kind, data.set_member, strict=True)
    ]
    widest = max(data.source_prior.shape[1], data.link_prior.shape[1], data.total_prior.shape[1])
    return (
        lean, np.zeros(k + 1), *means, np.zeros((data.people, k)), np.zeros(len(data.elector)),
        np.zeros((sets, 2 * n + 1)), np.zeros(2 * n + 1), np.zeros((2, widest)), np.zeros((3, k)), np.zeros(k, np.int64), np.zeros(k, np.int64),
        count, followers, z, data.quiet.copy(), cell, totals, np.zeros(k, np.int64), np.array(at, np.int64), np.zeros(sets, np.int64),
    )  # fmt: skip


def _gathered(data: Posterior, parts: list[list[Any]], draws: int, rng: np.random.Generator) -> Trace:
    chains = np.stack([p[1] for p in parts]).astype(np.int64)
    # Neighbours in a chain are alike; shuffled, they line up with nothing else that is drawn.
    mixed = rng.permutation(sum(len(p[0]) for p in parts))[:draws]
    z, totals, overall, q, s, trust = (np.concatenate([p[j] for p in parts])[mixed] for j in range(len(parts[0])))
    positions = np.empty_like(z)
    positions[:, data.order] = z
    return Trace(positions, totals.astype(np.int64), overall, q, s, trust, chains)


@cache
def _kernel() -> ModuleType | None:
    return load("whipcount.headcount.kernel", "the headcount")
