"""Proper scores of distributions of a number (a vote share, a total): by draws, by quantiles, by intervals.

In: draws, quantiles or intervals and the number that came about, as arrays that broadcast. Out: losses in the unit of
the number (smaller is better). Gneiting & Raftery (2007) is https://doi.org/10.1198/016214506000001437.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from whipcount.errors import UsageError
from whipcount.score.rules import Floats

Estimator = Literal["fair", "pwm", "empirical"]


def crps_draws(draws: ArrayLike, outcome: ArrayLike, *, estimator: Estimator = "fair") -> Floats:
    """The continuous ranked probability score of a distribution that is known by draws.

    $$ CRPS(F, y) = E|X - y| - E|X - X'| / 2, X and X' independent draws of F $$

    Gneiting & Raftery (2007), eq. 21. For a single draw it is the absolute error.

    Parameters:
        draws: along the last axis; at least one (two for the unbiased estimators).
        outcome: the number that came about.
        estimator: `empirical` scores the draws as if they were the whole forecast, which flatters few draws with little
            spread; `fair` (pairs i != j only; Ferro 2014, QJRMS 140, 1917-1923) and `pwm` (probability weighted moments;
            Taillardat et al. 2016, MWR 144, 2375-2393) estimate the score of the distribution that they were drawn from
            without bias. These two are one number by two routes; `pwm` sorts and takes n log n time, `fair` sums all
            pairs and is here as its check.

    Returns: losses. Unbiased estimates can be slightly below zero.

    Raises: `UsageError` for too few draws, or numbers that are not finite.

    >>> float(round(crps_draws([0.0, 1.0, 3.0], 1.0, estimator="pwm"), 4))
    0.0
    >>> float(round(crps_draws([0.0, 1.0, 3.0], 1.0, estimator="empirical"), 4))
    0.3333
    """
    drawn, came = _finite(draws), _finite(outcome)
    count = drawn.shape[-1] if drawn.ndim else 0
    if count < (1 if estimator == "empirical" else 2):
        raise UsageError(f"The '{estimator}' estimate needs more draws than {count}.")
    error = np.abs(drawn - came[..., None]).mean(axis=-1)
    pairs = count * (count if estimator == "empirical" else count - 1)
    if estimator == "fair":
        apart = np.abs(drawn[..., :, None] - drawn[..., None, :]).sum(axis=(-1, -2)) / 2
    else:
        # In order, a draw is the larger of a pair as often as it has draws below it, and the smaller as often as above.
        apart = (np.sort(drawn, axis=-1) * (2 * np.arange(count) - (count - 1))).sum(axis=-1)
    loss: Floats = error - apart / pairs
    return loss


def pinball(quantile: ArrayLike, level: ArrayLike, outcome: ArrayLike) -> Floats:
    """The quantile (pinball) loss: `(1[y < q] - a)(q - y)` for the quantile q of level a.

    Koenker & Bassett (1978), Econometrica 46, 33-50.

    Parameters:
        quantile: the number that was given as the quantile.
        level: of the quantile, between 0 and 1 exclusive.
        outcome: the number that came about.

    Returns: losses from 0 up.

    Raises: `UsageError` for such a level, or numbers that are not finite.

    >>> float(round(pinball(0.4, 0.9, 0.5), 4))
    0.09
    """
    given, at, came = _finite(quantile), _level(level), _finite(outcome)
    return ((came < given) - at) * (given - came)


def interval_score(low: ArrayLike, high: ArrayLike, outcome: ArrayLike, *, level: ArrayLike = 0.8) -> Floats:
    """The interval score (Winkler 1972, JASA 67, 187-191) of a central interval.

    $$ IS(l, u, y) = (u - l) + 2/a max(l - y, 0) + 2/a max(y - u, 0), a = 1 - level $$

    Gneiting & Raftery (2007), eq. 43: width, and a fine for missing.

    Parameters:
        low, high: the ends of the interval, `low <= high`.
        outcome: the number that came about.
        level: the share of outcomes that the interval claims to hold, between 0 and 1 exclusive.

    Returns: losses from 0 up.

    Raises: `UsageError` for ends in the wrong order, such a level, or numbers that are not finite.

    >>> float(round(interval_score(0.4, 0.5, 0.52, level=0.8), 4))
    0.3
    """
    bottom, top, came, alpha = _finite(low), _finite(high), _finite(outcome), 1 - _level(level)
    if bool(np.any(bottom > top)):
        raise UsageError("The low end of an interval is above its high end. Swap them.")
    loss: Floats = (top - bottom) + 2 / alpha * (np.maximum(bottom - came, 0) + np.maximum(came - top, 0))
    return loss


def crps_intervals(
    median: ArrayLike, low: ArrayLike, high: ArrayLike, outcome: ArrayLike, *, levels: ArrayLike
) -> Floats:
    """The CRPS as far as a median and central intervals tell it: the weighted interval score.

    $$ WIS = (|y - m| / 2 + sum_k a_k / 2 IS_k) / (K + 1/2), a_k = 1 - level_k $$

    Bracher, Ray, Gneiting & Reich (2021), PLOS Computational Biology 17, e1008618. It tends to the CRPS as intervals at
    evenly spaced levels are added; with no interval it is the absolute error.

    Parameters:
        median: of the forecast.
        low, high: ends of the K intervals along the last axis.
        outcome: the number that came about.
        levels: of the intervals, in the same order.

    Returns: losses from 0 up.

    Raises: `UsageError` as `interval_score`, and where the shapes do not match.

    >>> float(round(crps_intervals(0.5, [0.4], [0.6], 0.5, levels=[0.8]), 4))
    0.0133
    """
    bottom, top, at, came = _finite(low), _finite(high), _finite(levels), _finite(outcome)
    if bottom.shape[-1:] != at.shape or top.shape[-1:] != at.shape:
        raise UsageError("There must be as many intervals as levels: one low and one high end for each.")
    each = interval_score(bottom, top, came[..., None], level=at)
    centre = np.abs(came - _finite(median)) / 2
    loss: Floats = (centre + ((1 - at) / 2 * each).sum(axis=-1)) / (at.size + 0.5)
    return loss


def crps_quantiles(quantiles: ArrayLike, levels: ArrayLike, outcome: ArrayLike) -> Floats:
    """The CRPS as far as quantiles tell it: twice the mean pinball loss over the levels.

    $$ CRPS(F, y) = 2 int_0^1 pinball(F^-1(a), a, y) da $$

    Laio & Tamea (2007), HESS 11, 1267-1277. Levels should be evenly spaced and symmetric about 1/2.

    Parameters:
        quantiles: along the last axis, in the order of `levels`.
        levels: between 0 and 1 exclusive.
        outcome: the number that came about.

    Returns: losses from 0 up.

    Raises: `UsageError` as `pinball`.

    >>> float(round(crps_quantiles([0.3, 0.5, 0.7], [0.25, 0.5, 0.75], 0.5), 4))
    0.0667
    """
    loss: Floats = 2 * pinball(quantiles, levels, _finite(outcome)[..., None]).mean(axis=-1)
    return loss


def energy(draws: ArrayLike, outcome: ArrayLike) -> Floats:
    """The energy score of several numbers at once (the shares of all candidates): CRPS with distances for differences.

    $$ ES(F, y) = E||X - y|| - E||X - X'|| / 2 $$

    Gneiting & Raftery (2007), eq. 22; without bias (pairs i != j). Says little about how the numbers hang together.

    Parameters:
        draws: of shape (..., draws, numbers), at least two draws.
        outcome: the numbers that came about, of shape (..., numbers).

    Returns: losses.

    Raises: `UsageError` for too few draws, other shapes, or numbers that are not finite.

    >>> float(round(energy([[0.0, 0.0], [3.0, 4.0]], [0.0, 0.0]), 4))
    0.0
    """
    drawn, came = _several(draws, outcome)
    count = drawn.shape[-2]
    error = np.linalg.norm(drawn - came[..., None, :], axis=-1).mean(axis=-1)
    apart = np.linalg.norm(drawn[..., :, None, :] - drawn[..., None, :, :], axis=-1).sum(axis=(-1, -2))
    loss: Floats = error - apart / (2 * count * (count - 1))
    return loss


def variogram(draws: ArrayLike, outcome: ArrayLike, *, power: float = 0.5) -> Floats:
    """The variogram score: whether the *differences* between numbers (candidates' shares) were as foreseen.

    $$ VS(F, y) = sum_{i,j} (|y_i - y_j|^p - E|X_i - X_j|^p)^2 $$

    Scheuerer & Hamill (2015), MWR 143, 1321-1334. Proper, not strictly: read it beside `energy`.

    Parameters:
        draws: of shape (..., draws, numbers), at least two draws.
        outcome: the numbers that came about, of shape (..., numbers).
        power: p, above 0; the authors recommend 0.5.

    Returns: losses from 0 up.

    Raises: `UsageError` as `energy`, and for such a power.

    >>> float(round(variogram([[0.0, 1.0], [0.0, 1.0]], [0.0, 4.0], power=0.5), 4))
    2.0
    """
    if not power > 0:
        raise UsageError(f"The power {power} of a variogram score must be above 0.")
    drawn, came = _several(draws, outcome)
    foreseen = (np.abs(drawn[..., :, None] - drawn[..., None, :]) ** power).mean(axis=-3)
    seen = np.abs(came[..., :, None] - came[..., None, :]) ** power
    loss: Floats = np.square(seen - foreseen).sum(axis=(-1, -2))
    return loss


def _several(draws: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    drawn, came = _finite(draws), _finite(outcome)
    if drawn.ndim < 2 or came.ndim < 1 or drawn.shape[-1] != came.shape[-1] or drawn.shape[-2] < 2:
        raise UsageError("Draws must have the shape (draws, numbers) with at least two draws; the outcome (numbers).")
    return drawn, came


def _finite(values: ArrayLike) -> Floats:
    given = np.asarray(values, dtype=np.float64)
    if not bool(np.all(np.isfinite(given))):
        raise UsageError("A distribution or an outcome to be scored holds a number that is not finite.")
    return given


def _level(level: ArrayLike) -> Floats:
    at = _finite(level)
    if not bool(np.all((at > 0) & (at < 1))):
        raise UsageError("A level must be between 0 and 1: write 0.8 for 80 %.")
    return at
