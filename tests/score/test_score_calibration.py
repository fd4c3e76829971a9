"""Calibration, the parts of the Brier score, bands, bootstrap means and skill."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whipcount.errors import UsageError
from whipcount.score import binned, brier, calibration, isotonic, mean, skill

events = st.lists(st.tuples(st.integers(0, 20).map(lambda k: k / 20), st.booleans()), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None)
@given(events)
def test_the_parts_sum_to_the_score(found: list[tuple[float, bool]]) -> None:
    p, came = [a for a, _ in found], [b for _, b in found]
    one = calibration(p, came)
    assert one.brier == pytest.approx(float(np.mean(brier(p, came))))
    assert one.miscalibration - one.discrimination + one.uncertainty == pytest.approx(one.brier)
    assert one.miscalibration >= -1e-12
    assert one.discrimination >= -1e-12
    fitted = [point.fitted for point in one.points]
    assert fitted == sorted(fitted)


@given(st.lists(st.tuples(st.floats(-5, 5), st.integers(1, 5)), min_size=1, max_size=8))
def test_isotonic_is_the_best_rising_sequence(found: list[tuple[float, int]]) -> None:
    means, weights = np.array([a for a, _ in found]), np.array([float(b) for _, b in found])
    fit = isotonic(means, weights)
    assert (np.diff(fit) >= -1e-9).all()
    assert (fit * weights).sum() == pytest.approx((means * weights).sum(), abs=1e-6)
    # Kuhn-Tucker: no block can be moved up or down for a gain (residuals of every upper tail sum to 0 or less).
    tails = np.cumsum(((means - fit) * weights)[::-1])
    assert (tails <= 1e-6).all()
    assert isotonic(fit, weights) == pytest.approx(fit)


def test_pooling_by_hand() -> None:
    one = calibration([0.2, 0.4, 0.4, 0.9], [1, 0, 0, 1])
    # 0.2 -> 1/1 and 0.4 -> 0/2 violate the order: pooled to 1/3.
    assert [p.fitted for p in one.points] == pytest.approx([1 / 3, 1 / 3, 1.0])
    assert one.uncertainty == pytest.approx(0.25)


def test_who_is_right_stays_in_the_band_and_who_is_sure_and_wrong_does_not() -> None:
    rng = np.random.default_rng(4)
    p = rng.choice([0.1, 0.3, 0.5, 0.7, 0.9], 600)
    honest = calibration(p, rng.random(600) < p)
    boaster = calibration(np.where(p > 0.5, 0.99, 0.01), rng.random(600) < p)
    assert honest.outside < 0.5
    assert honest.miscalibration < 0.01
    assert boaster.outside == 1.0
    assert boaster.miscalibration > 3 * honest.miscalibration


def test_bins_with_consistency_bars() -> None:
    rng = np.random.default_rng(5)
    p = rng.random(800)
    bins = binned(p, rng.random(800) < p)
    assert sum(b.events for b in bins) == 800
    assert sum(b.bar_low <= b.frequency <= b.bar_high for b in bins) >= 7
    assert next(b for b in binned([1.0], [True]) if b.events).high == 1.0


def test_shapes_of_a_calibration() -> None:
    one = calibration([0.2, 0.8], [False, True])
    assert one.to_json()["events"] == 2
    assert "<table>" in one._repr_html_()
    assert len(one.table()) == 2
    assert calibration([0.2, 0.8], [False, True], seed=1) == one


def test_each_question_weighs_the_same() -> None:
    assert mean([0.0, 0.0, 0.0, 1.0], ["a", "a", "a", "b"]).value == 0.5
    assert mean([0.3], ["a"]).low is None


def test_bootstrap_is_seeded_and_holds_the_mean() -> None:
    rng = np.random.default_rng(3)
    losses = rng.random(60).tolist()
    one = mean(losses, range(60), seed=7)
    assert one == mean(losses, range(60), seed=7)
    assert one.low is not None
    assert one.high is not None
    assert one.low < one.value < one.high
    # For a mean, the interval is close to the normal one.
    half = 1.645 * np.std(losses) / np.sqrt(60)
    assert one.high - one.low == pytest.approx(2 * half, rel=0.15)


def test_skill() -> None:
    assert skill([0.1, 0.1], [0.2, 0.2], ["a", "b"]).value == pytest.approx(0.5)  # type: ignore[union-attr]
    assert skill([0.2], [0.2], ["a"]).value == 0  # type: ignore[union-attr]
    assert skill([0.2], [0.0], ["a"]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: calibration([], []),
        lambda: calibration([0.5], [True, False]),
        lambda: calibration([0.5], [True], level=90),
        lambda: binned([0.5], [True], bins=0),
        lambda: mean([], []),
        lambda: mean([0.1], ["a", "b"]),
        lambda: mean([float("inf")], ["a"]),
        lambda: mean([0.1], ["a"], level=1),
    ],
)
def test_nonsense_is_refused(wrong: object) -> None:
    with pytest.raises(UsageError):
        wrong()  # type: ignore[operator]
