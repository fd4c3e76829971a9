"""The headcount's model for NumPyro and PyMC: one log density over unconstrained numbers, sampled by the NUTS of either.

Positions are summed out, which NUTS needs. Given the overall leaning, that of the silent and the reliabilities, electors
are independent, so that what is said of each sums out exactly, and totals are sums of independent votes. Statements about
totals then need the distribution of these sums. Two ways:

    exact    the sum over every state of everybody: the same model as ours, for worlds of about eight electors
    normal   the totals are a normal vector with the mean and covariance of the sums, itself sampled, and likelihoods between
             whole numbers are interpolated: not the same model where few electors are open, but close where hundreds are

Worlds without groups and links only. Leanings are logarithms of gammas, reliabilities logits: the geometry that suits NUTS best.
Needs `requirements/peers.lock`; measured by `bench_headcount.py`, held to our sampler by tests/headcount/test_headcount_peers.py.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np

from whipcount.headcount.posterior import Posterior

Density = Callable[[Any, dict[str, Any]], tuple[Any, Any]]
"""From a namespace of array functions and the unconstrained numbers: the log density, and what is read off (totals)."""


@dataclass(frozen=True)
class PeerDraws:
    """totals (chains, draws, options); seconds of compiling, of warm-up and of sampling apart; leapfrog steps for each draw."""

    totals: np.ndarray
    compiling: float
    warmup: float
    sampling: float
    steps: float


def shapes(data: Posterior, *, exact: bool) -> dict[str, int]:
    """How many unconstrained numbers there are of each kind."""
    k = len(data.alpha)
    sizes = {"raw": k, "silent": k, "q": data.source_prior.shape[1], "trust": data.total_prior.shape[1]}
    return {name: n for name, n in {**sizes, "normal": 0 if exact else k - 1}.items() if n}


def density(data: Posterior, *, exact: bool) -> Density:
    """The log density of `data`."""
    if data.groups or (data.link >= 0).any() or data.quiet.any() or data.set_kind.any():
        raise ValueError("peers know neither groups nor links, nor statements about leads")

    def log_density(xp: Any, at: dict[str, Any]) -> tuple[Any, Any]:
        pi, prior = _leaning(xp, at["raw"], data.alpha)
        tilt = data.hyper[0] * xp.log(pi) + data.shift
        h = xp.exp(tilt - xp.logsumexp(tilt))
        rho, more = _leaning(xp, at["silent"], data.hyper[1] * h)
        q, trust = (_reliability(xp, at.get(n), p) for n, p in (("q", data.source_prior), ("trust", data.total_prior)))
        blind, gains = _said(xp, data, pi, q[0])
        out = prior + more + q[1] + trust[1] + blind
        told = (
            data.tot_mean
            if trust[0] is None
            else xp.where(data.tot_source >= 0, trust[0][data.tot_source], data.tot_mean)
        )
        rest = _enumerated if exact else _normal
        part, totals = rest(xp, data, xp.log(pi) + gains, rho, told, at)
        return out + part, totals

    return log_density


def _leaning(xp: Any, raw: Any, alpha: Any) -> tuple[Any, Any]:
    """A Dirichlet by the logarithms of gammas; the log density of those."""
    return xp.exp(raw - xp.logsumexp(raw)), xp.sum(alpha * raw - xp.exp(raw) - xp.gammaln(alpha))


def _reliability(xp: Any, logit: Any, prior: np.ndarray) -> tuple[Any, Any]:
    if logit is None:
        return None, 0.0
    return xp.sigmoid(logit), -xp.sum(prior[0] * xp.softplus(-logit) + prior[1] * xp.softplus(logit))


def _said(xp: Any, data: Posterior, pi: Any, q: Any) -> tuple[Any, Any]:
    """Log-likelihood of all that is said of electors if nobody is where it says, and what it gains (people, options) where they are."""
    e = data.part if q is None else data.part * xp.where(data.source >= 0, q[data.source], 1.0)
    e = xp.minimum(e, 0.9999)
    named = pi[data.option]
    blind = xp.sum(xp.where(data.favours, xp.log((1 - e) * named), xp.log((1 + e) / 2)))
    gain = xp.where(data.favours, xp.log1p(e / ((1 - e) * named)), xp.log((1 - e) / (1 + e)))
    return blind, xp.scatter((data.people, len(data.alpha)), data.elector, data.option, gain)


def _normal(xp: Any, data: Posterior, leans: Any, rho: Any, told: Any, at: dict[str, Any]) -> tuple[Any, Any]:
    """Totals as a normal vector with the moments of the sum of everybody's vote."""
    k, n = len(data.alpha), len(data.order)
    evidence = xp.logsumexp(leans, 1)
    p = xp.exp(leans - evidence[:, None])
    mean = xp.sum(p, 0) + data.many * rho
    spread = xp.diag(mean) - p.T @ p - data.many * rho[:, None] * rho[None, :]
    root = xp.cholesky(spread[: k - 1, : k - 1] + 1e-4 * np.eye(k - 1))
    most = mean[: k - 1] + root @ at["normal"]
    totals = xp.concatenate([most, (n - xp.sum(most))[None]])
    place = xp.clip((data.set_member @ totals)[data.tot_set] + n, 0.0, 2 * n - 1e-6)
    low = xp.whole(place)
    part, rows = place - low, np.arange(len(data.tot_set))
    ratio = xp.constant(data.ratio)
    fit = ratio[rows, low] * (1 - part) + ratio[rows, low + 1] * part
    return xp.sum(evidence) + xp.sum(xp.log(told * fit + 1 - told)) - xp.sum(at["normal"] ** 2) / 2, totals


def _enumerated(xp: Any, data: Posterior, leans: Any, rho: Any, told: Any, at: dict[str, Any]) -> tuple[Any, Any]:
    """The sum over every state of everybody; in place of totals their expectation given the rest."""
    del at
    k, n = len(data.alpha), len(data.order)
    states = np.array(list(product(range(k), repeat=n)))
    count = np.stack([(states == j).sum(axis=1) for j in range(k)], axis=1)
    logs = xp.sum(leans[np.arange(data.people)[None, :], states[:, : data.people]], 1)
    logs += (count - np.stack([(states[:, : data.people] == j).sum(axis=1) for j in range(k)], axis=1)) @ xp.log(rho)
    if len(data.tot_set):
        place = (count @ data.set_member.T)[:, data.tot_set] + n
        fit = data.ratio[np.arange(len(data.tot_set))[None, :], place]
        logs += xp.sum(xp.log(told[None, :] * fit + 1 - told[None, :]), 1)
    whole = xp.logsumexp(logs)
    return whole, xp.exp(logs - whole) @ count


def numpyro_draws(data: Posterior, warmup: int, draws: int, *, exact: bool = False, chains: int = 2) -> PeerDraws:
    """NUTS of NumPyro, chains in parallel."""
    os.environ.setdefault("XLA_FLAGS", f"--xla_force_host_platform_device_count={chains}")
    import jax
    from numpyro.infer import MCMC, NUTS

    jax.config.update("jax_enable_x64", True)
    xp, log_density, spent = _jax(), density(data, exact=exact), [0.0]
    jax.monitoring.register_event_duration_secs_listener(
        lambda name, seconds, **_: spent.__setitem__(0, spent[0] + seconds * name.startswith("/jax/core/compile/"))
    )
    rng = np.random.default_rng(1)
    first = {name: rng.normal(0, 0.3, (chains, n)) for name, n in shapes(data, exact=exact).items()}
    run = MCMC(
        NUTS(potential_fn=lambda at: -log_density(xp, at)[0]),
        num_warmup=warmup, num_samples=draws, num_chains=chains, chain_method="parallel", progress_bar=False,
    )  # fmt: skip
    clock = [time.perf_counter()]
    compiled = []
    for step in (
        lambda: run.warmup(jax.random.key(1), init_params=first),
        lambda: run.run(jax.random.key(2), extra_fields=("num_steps",)),
    ):
        spent[0] = 0.0
        step()
        jax.block_until_ready(run.last_state)
        clock.append(time.perf_counter())
        compiled.append(spent[0])
    totals = jax.jit(jax.vmap(jax.vmap(lambda at: log_density(xp, at)[1])))(run.get_samples(group_by_chain=True))
    steps = float(np.mean(run.get_extra_fields()["num_steps"]))
    warm, sampling = (max(b - a - c, 0.0) for a, b, c in zip(clock[:-1], clock[1:], compiled, strict=True))
    return PeerDraws(np.asarray(totals), sum(compiled), warm, sampling, steps)


def pymc_draws(data: Posterior, warmup: int, draws: int, *, exact: bool = False, chains: int = 2) -> PeerDraws:
    """NUTS of PyMC, chains in processes."""
    import pymc as pm

    logging.getLogger("pymc").setLevel(logging.ERROR)
    xp, log_density = _pytensor(), density(data, exact=exact)
    with pm.Model():
        at = {name: pm.Flat(name, shape=n) for name, n in shapes(data, exact=exact).items()}
        value, totals = log_density(xp, at)
        pm.Potential("model", value)
        pm.Deterministic("totals", totals)
        began = time.perf_counter()
        trace = pm.sample(
            draws, tune=warmup, chains=chains, cores=min(chains, 2), random_seed=1, progressbar=False, init="jitter+adapt_diag",
            discard_tuned_samples=False, compute_convergence_checks=False,
        )  # fmt: skip
        whole = time.perf_counter() - began
    warm, sampling = (
        float(group["perf_counter_diff"].sum("draw").max()) for group in (trace.warmup_sample_stats, trace.sample_stats)
    )
    steps = float(trace.sample_stats["n_steps"].mean())
    return PeerDraws(trace.posterior["totals"].to_numpy(), max(whole - warm - sampling, 0.0), warm, sampling, steps)


def _jax() -> SimpleNamespace:
    import jax
    import jax.numpy as jnp

    return SimpleNamespace(
        exp=jnp.exp, log=jnp.log, log1p=jnp.log1p, sum=jnp.sum, where=jnp.where, minimum=jnp.minimum, clip=jnp.clip,
        diag=jnp.diag, concatenate=jnp.concatenate, cholesky=jnp.linalg.cholesky, logsumexp=jax.scipy.special.logsumexp,
        gammaln=jax.scipy.special.gammaln, sigmoid=jax.nn.sigmoid, softplus=jax.nn.softplus, constant=jnp.asarray,
        whole=lambda x: jnp.floor(jax.lax.stop_gradient(x)).astype(int),
        scatter=lambda shape, row, column, value: jnp.zeros(shape).at[row, column].add(value),
    )  # fmt: skip


def _pytensor() -> SimpleNamespace:
    import pytensor.tensor as pt
    from pytensor.gradient import disconnected_grad

    return SimpleNamespace(
        exp=pt.exp, log=pt.log, log1p=pt.log1p, sum=pt.sum, where=pt.where, minimum=pt.minimum, clip=pt.clip,
        diag=pt.diag, concatenate=pt.concatenate, cholesky=pt.linalg.cholesky, logsumexp=pt.logsumexp,
        gammaln=pt.gammaln, sigmoid=pt.sigmoid, softplus=pt.softplus, constant=pt.as_tensor_variable,
        whole=lambda x: pt.cast(pt.floor(disconnected_grad(x)), "int64"),
        scatter=lambda shape, row, column, value: pt.inc_subtensor(pt.zeros(shape)[row, column], value),
    )  # fmt: skip
