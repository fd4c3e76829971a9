"""Proper scores: a number by hand, propriety, invariance, hostile input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.errors import UsageError
from whipcount.score import (
    brier,
    brier_categorical,
    crps_draws,
    crps_intervals,
    crps_quantiles,
    energy,
    interval_score,
    log_categorical,
    log_score,
    pinball,
    ranked_probability,
    variogram,
)

probability = st.floats(0.001, 0.999)
simplex = st.lists(st.floats(0.01, 1), min_size=2, max_size=6).map(lambda w: np.array(w) / sum(w))
numbers = st.lists(st.integers(-50, 50).map(float), min_size=2, max_size=12)


def test_by_hand() -> None:
    assert brier(0.7, True) == pytest.approx(0.09)  # 0.3^2
    assert log_score(0.25, False) == pytest.approx(math.log(4 / 3))
    assert brier_categorical([0.5, 0.3, 0.2], 1) == pytest.approx(0.25 + 0.49 + 0.04)
    assert log_categorical([0.5, 0.3, 0.2], 2) == pytest.approx(math.log(5))
    assert ranked_probability([0.5, 0.3, 0.2], 0) == pytest.approx(0.25 + 0.04)  # (0.5-1)^2 + (0.8-1)^2 + 0
    assert pinball(3, 0.2, 8) == pytest.approx(0.2 * 5)
    assert pinball(3, 0.2, 1) == pytest.approx(0.8 * 2)
    assert interval_score(40, 50, 53, level=0.8) == pytest.approx(10 + 10 * 3)
    # Median 45, one 80 % interval: (|53 - 45| / 2 + 0.1 * 40) / 1.5
    assert crps_intervals(45, [40], [50], 53, levels=[0.8]) == pytest.approx((4 + 4) / 1.5)
    assert crps_quantiles([40, 50], [0.25, 0.75], 45) == pytest.approx(2 * (0.25 * 5 + 0.25 * 5) / 2)
    # Draws 0, 1, 3 and outcome 2: mean error 4/3; the three pairs are 1, 3 and 2 apart.
    assert crps_draws([0, 1, 3], 2, estimator="fair") == pytest.approx(4 / 3 - 6 / 6)
    assert crps_draws([0, 1, 3], 2, estimator="empirical") == pytest.approx(4 / 3 - 6 / 9)
    assert energy([[0, 0], [3, 4]], [3, 4]) == pytest.approx(2.5 - 2.5)
    assert variogram([[0, 4], [0, 4]], [0, 1]) == pytest.approx(2 * (1 - 2) ** 2)


def test_as_scoringrules_has_it() -> None:
    """Numbers that scoringrules 0.10.0 gives for the same input."""
    draws = [0.3, -1.2, 0.8, 2.1, 0.05]
    assert crps_draws(draws, 0.4, estimator="empirical") == pytest.approx(0.242, abs=1e-9)
    assert crps_draws(draws, 0.4, estimator="fair") == pytest.approx(0.095, abs=1e-9)


@given(probability, probability)
def test_no_better_than_honest_about_an_event(truth: float, said: float) -> None:
    for rule in (brier, log_score):
        honest, other = (truth * rule(p, True) + (1 - truth) * rule(p, False) for p in (truth, said))
        assert honest <= other + 1e-12


@given(st.data())
def test_no_better_than_honest_about_outcomes(data: st.DataObject) -> None:
    truth = data.draw(simplex)
    said = np.array(data.draw(st.lists(st.floats(0.01, 1), min_size=len(truth), max_size=len(truth))))
    said /= said.sum()
    for rule in (brier_categorical, log_categorical, ranked_probability):
        honest, other = (sum(t * rule(p, k) for k, t in enumerate(truth)) for p in (truth, said))
        assert honest <= other + 1e-12


@given(numbers, numbers)
def test_no_better_than_the_truth_among_distributions(truth: list[float], said: list[float]) -> None:
    """The expected empirical CRPS over a finite truth is smallest for the truth itself."""
    honest, other = (np.mean([crps_draws(d, y, estimator="empirical") for y in truth]) for d in (truth, said))
    assert honest <= other + 1e-9


@given(numbers, st.floats(0.05, 0.95), st.floats(-60, 60))
def test_no_quantile_beats_the_true_one(truth: list[float], level: float, said: float) -> None:
    true = np.quantile(truth, level, method="inverted_cdf")
    assert np.mean(pinball(true, level, truth)) <= np.mean(pinball(said, level, truth)) + 1e-9


@given(numbers, st.floats(-60, 60), st.floats(-60, 60))
def test_no_interval_beats_the_true_one(truth: list[float], one: float, two: float) -> None:
    low, high = (np.quantile(truth, a, method="inverted_cdf") for a in (0.1, 0.9))
    honest = np.mean(interval_score(low, high, truth, level=0.8))
    assert honest <= np.mean(interval_score(min(one, two), max(one, two), truth, level=0.8)) + 1e-9


@given(numbers, st.integers(-50, 50), st.integers(-9, 9), st.integers(1, 5))
def test_crps_moves_with_the_unit(draws: list[float], outcome: int, shift: int, scale: int) -> None:
    for estimator in ("fair", "pwm", "empirical"):
        plain = crps_draws(draws, outcome, estimator=estimator)
        moved = crps_draws(np.array(draws) * scale + shift, outcome * scale + shift, estimator=estimator)
        assert moved == pytest.approx(plain * scale, abs=1e-9)
        assert crps_draws(draws[::-1], outcome, estimator=estimator) == pytest.approx(plain, abs=1e-9)


@given(numbers, st.integers(-50, 50))
def test_two_routes_to_one_crps(draws: list[float], outcome: int) -> None:
    fair = crps_draws(draws, outcome, estimator="fair")
    assert fair == pytest.approx(crps_draws(draws, outcome, estimator="pwm"), abs=1e-9)
    single = [[x] for x in draws]
    assert energy(single, [outcome]) == pytest.approx(fair, abs=1e-9)


@given(simplex, st.data())
def test_names_do_not_matter(p: np.ndarray, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(p))))
    k = data.draw(st.integers(0, len(p) - 1))
    for rule in (brier_categorical, log_categorical):
        assert rule(p[order], order.index(k)) == pytest.approx(rule(p, k))


@given(probability, st.booleans())
def test_two_outcomes_are_an_event_twice(p: float, came: bool) -> None:
    assert brier_categorical([p, 1 - p], 0 if came else 1) == pytest.approx(2 * brier(p, came))
    assert ranked_probability([p, 1 - p], 0 if came else 1) == pytest.approx(brier(p, came))


def test_near_misses_cost_less_where_outcomes_are_ordered() -> None:
    assert ranked_probability([1.0, 0, 0], 1) < ranked_probability([1.0, 0, 0], 2)
    assert brier_categorical([1.0, 0, 0], 1) == brier_categorical([1.0, 0, 0], 2)


def test_many_at_once() -> None:
    assert brier([0.2, 0.9], [0, 1]) == pytest.approx([0.04, 0.01])
    assert crps_draws(np.zeros((3, 5, 4)), np.ones((3, 5))).shape == (3, 5)


def test_certainty() -> None:
    assert log_score(1.0, True) == 0
    assert math.isinf(log_score(0.0, True))
    assert log_score(0.0, True, floor=0.001) == pytest.approx(math.log(1000))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: brier(1.2, True),
        lambda: brier(float("nan"), True),
        lambda: brier(0.5, 2),
        lambda: log_score(0.5, True, floor=0.7),
        lambda: brier_categorical([0.5, 0.6], 0),
        lambda: brier_categorical([0.5, 0.5], 2),
        lambda: brier_categorical([0.5, 0.5], 0.0),
        lambda: brier_categorical([], 0),
        lambda: crps_draws([1.0], 0.0),
        lambda: crps_draws([1.0, float("inf")], 0.0),
        lambda: interval_score(2, 1, 0),
        lambda: interval_score(1, 2, 0, level=80),
        lambda: crps_intervals(1, [0], [2, 3], 1, levels=[0.8]),
        lambda: energy([[1.0, 2.0]], [1.0, 2.0]),
        lambda: variogram([[1.0, 2.0], [1.0, 2.0]], [1.0, 2.0], power=0),
    ],
)
def test_nonsense_is_refused(wrong: object) -> None:
    with pytest.raises(UsageError):
        wrong()  # type: ignore[operator]
