"""The linear model: numbers worked by hand, and laws that hold whatever is seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.forecast.past import read_shelf, shipped
from whipcount.forecast.settings import links
from whipcount.forecast.sights import Sight, arrange, condition, draw, helmert, prior_cov
from whipcount.forecast.transfer_fit import fit_transfers
from whipcount.forecast.weigh import lead_sight, poll_sight, price_sight

LINKS = links()


def lead(*sights: Sight, candidates: int = 2) -> tuple[float, float]:
    """Mean and variance of x_0 - x_1 in one section."""
    post = condition(prior_cov(1, candidates, LINKS), arrange(sights, 1, candidates, LINKS))
    at = np.zeros(candidates)
    at[:2] = 1, -1
    return float(at @ post.mean), float(at @ post.cov @ at)


def test_one_sight_of_two_candidates_by_hand() -> None:
    prior, error = 2 * (LINKS.candidate**2 + LINKS.section**2), 2 * 0.5**2
    mean, variance = lead(Sight((0, 1), (1.0, 0.0), (0.25, 0.25), 0))
    assert mean == pytest.approx(prior / (prior + error))
    assert variance == pytest.approx(prior * error / (prior + error))


def test_two_polls_share_their_error() -> None:
    def poll(common: float) -> Sight:
        return Sight((0, 1), (1.0, 0.0), (0.01, 0.01), 0, common=(common, common))

    apart, together = lead(poll(0.0), poll(0.0))[1], lead(poll(0.3), poll(0.3))[1]
    assert together > 4 * apart
    assert together > 0.9 * lead(poll(0.3))[1]


def test_an_older_sight_says_less() -> None:
    said = [lead(Sight((0, 1), (1.0, 0.0), (0.04, 0.04), days))[1] for days in (0, 10, 100)]
    assert said == sorted(said)


@given(st.integers(2, 7))
def test_contrasts_are_orthonormal_and_sum_to_nothing(n: int) -> None:
    h = helmert(n)
    assert np.allclose(h @ h.T, np.eye(n - 1))
    assert np.allclose(h.sum(axis=1), 0)


@given(st.lists(st.floats(1, 99), min_size=2, max_size=5), st.floats(1, 30), st.integers(0, 200))
def test_more_in_a_poll_never_means_less(shares: list[float], more: float, days: int) -> None:
    names = [str(i) for i in range(len(shares))]

    def mean(first: float) -> float:
        sight = poll_sight(dict(zip(names, [first, *shares[1:]], strict=True)), names, LINKS, days=days)
        assert sight is not None
        post = condition(prior_cov(1, len(names), LINKS), arrange([sight], 1, len(names), LINKS))
        return float(post.mean[0] - post.mean.mean())

    assert mean(shares[0] + more) >= mean(shares[0]) - 1e-9


@pytest.mark.parametrize("p", [0.55, 0.65, 0.75, 0.85])
def test_a_price_alone_comes_back_as_about_itself(p: float) -> None:
    sight = price_sight({"A": p, "B": 1 - p}, ["A", "B"], LINKS, days=7)
    assert sight is not None
    post = condition(prior_cov(1, 2, LINKS), arrange([sight], 1, 2, LINKS))
    rng = np.random.default_rng(1)
    x = draw(post, rng.standard_normal((40_000, 2)), rng.chisquare(LINKS.tail, 40_000), LINKS)
    assert abs(float((x[:, 0] > x[:, 1]).mean()) - p) < 0.08


def test_what_says_nothing_is_no_sight() -> None:
    names = ["A", "B", "C"]
    assert poll_sight({"A": 40.0}, names, LINKS, days=1) is None
    assert price_sight({"A": 0.2, "B": 0.1}, names, LINKS, days=1) is None
    assert lead_sight(["Z"], names, 1.0, 1.0, days=1) is None
    assert lead_sight(names, names, 1.0, 1.0, days=1) is None


def test_draws_have_the_variance_of_the_posterior() -> None:
    post = condition(prior_cov(1, 3, LINKS), None)
    rng = np.random.default_rng(2)
    x = draw(post, rng.standard_normal((200_000, 3)), rng.chisquare(LINKS.tail, 200_000), LINKS)
    assert np.allclose(x.var(axis=0), np.diag(post.cov), rtol=0.05)


def test_transfers_of_the_past_are_flatter_than_first_votes() -> None:
    shelf = read_shelf(shipped())
    fitted = fit_transfers(shelf.contests, shelf.results)
    assert 0.3 < fitted["transfer_slope"] < 1
    assert fitted["transfer_slope"] == pytest.approx(LINKS.transfer_slope, abs=1e-4)
    nothing = fit_transfers([], {})
    assert nothing == pytest.approx({"transfer_slope": 0.7, "transfer_error": 0.6, "exhausted": 0.08})
