"""R-hat and effective draws against what theory says of chains that are made to measure."""

from __future__ import annotations

import numpy as np
import pytest

from whipcount.headcount.convergence import bulk_ess, convergence, rhat


def autoregressive(phi: float, chains: int, draws: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = np.zeros((chains, draws))
    x[:, 0] = rng.standard_normal(chains) / np.sqrt(1 - phi**2)
    for t in range(1, draws):
        x[:, t] = phi * x[:, t - 1] + rng.standard_normal(chains)
    return x


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.9])
def test_effective_draws_of_an_autoregression(phi: float) -> None:
    found = bulk_ess(autoregressive(phi, 4, 5000, 1))
    assert found == pytest.approx(20_000 * (1 - phi) / (1 + phi), rel=0.12)


def test_chains_that_agree_and_chains_that_do_not() -> None:
    x = autoregressive(0.3, 4, 1000, 2)
    assert rhat(x) < 1.01
    assert rhat(x + np.array([[0.0], [0.0], [0.0], [2.0]])) > 1.1
    # The same place, another width: only the folded draws show it.
    assert rhat(x * np.array([[1.0], [1.0], [1.0], [4.0]])) > 1.1


def test_one_chain_that_drifts_is_caught_by_splitting_it() -> None:
    x = autoregressive(0.0, 1, 1000, 3) + np.linspace(-2, 2, 1000)
    assert rhat(x) > 1.1


def test_ranks_make_heavy_tails_harmless() -> None:
    assert rhat(np.random.default_rng(4).standard_cauchy((4, 1000))) < 1.01


def test_a_constant_has_converged() -> None:
    (found,) = convergence(("x",), np.full((4, 50, 1), 7))
    assert found.rhat == 1.0
    assert found.effective == 4 * 50
