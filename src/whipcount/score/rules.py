"""Proper scores of probabilities: of one event, of one outcome out of several, of ordered outcomes.

In: probabilities and what happened, as numbers or arrays that broadcast. Out: losses (smaller is better, 0 is perfect)
of the broadcast shape. A score is *proper* if nobody can expect a smaller loss by saying anything but what they believe;
all scores of this module are strictly proper (Gneiting & Raftery 2007, JASA 102, 359-378,
https://doi.org/10.1198/016214506000001437). Scores of distributions of numbers are in `distributions`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whipcount.errors import UsageError

Floats = NDArray[np.float64]
SUM_TOLERANCE = 1e-6
"""How far the probabilities of all outcomes may sum from 1."""


def brier(p: ArrayLike, happened: ArrayLike) -> Floats:
    """The Brier score of the probability of one event.

    $$ BS(p, y) = (p - y)^2, y in {0, 1} $$

    Brier (1950), Monthly Weather Review 78, 1-3, in the halved form for two outcomes. 0.25 is what "50 %" always gets.

    Parameters:
        p: the probability that was given to the event, 0 to 1.
        happened: whether it happened.

    Returns: losses from 0 to 1.

    Raises: `UsageError` for a probability outside 0 to 1.

    >>> float(round(brier(0.8, True), 4))
    0.04
    """
    return np.square(_probability(p) - _happened(happened))


def log_score(p: ArrayLike, happened: ArrayLike, *, floor: float = 0.0) -> Floats:
    """The logarithmic score (ignorance) of the probability of one event, in nats.

    $$ LS(p, y) = -ln p if y = 1, -ln(1 - p) if y = 0 $$

    Good (1952), J. Royal Statistical Society B 14, 107-114. Infinite for an impossibility that happens.

    Parameters:
        p: the probability that was given to the event, 0 to 1.
        happened: whether it happened.
        floor: no probability counts as smaller than this (0 to 0.5). A floor makes tables finite, and the score improper
            below it: tables that use one say so.

    Returns: losses from 0 up; ln 2 = 0.693 is what "50 %" always gets.

    Raises: `UsageError` for a probability outside 0 to 1 or such a floor.

    >>> float(round(log_score(0.8, True), 4))
    0.2231
    """
    given, came = _probability(p), _happened(happened)
    return _surprise(np.where(came == 1, given, 1 - given), floor)


def brier_categorical(probabilities: ArrayLike, outcome: ArrayLike) -> Floats:
    """The Brier score of the probabilities of several outcomes, of which one comes about.

    $$ BS(p, k) = sum_j (p_j - 1[j = k])^2 $$

    Brier (1950), in its original form: for two outcomes it is twice `brier`.

    Parameters:
        probabilities: one for each outcome along the last axis; they sum to 1.
        outcome: the number (from 0) of the outcome that came about.

    Returns: losses from 0 to 2.

    Raises: `UsageError` if the probabilities are none or do not sum to 1, or if there is no such outcome.

    >>> float(round(brier_categorical([0.5, 0.3, 0.2], 0), 4))
    0.38
    """
    given, came = _simplex(probabilities, outcome)
    loss: Floats = np.square(given - _indicator(given, came)).sum(axis=-1)
    return loss


def log_categorical(probabilities: ArrayLike, outcome: ArrayLike, *, floor: float = 0.0) -> Floats:
    """The logarithmic score of the outcome that came about, in nats: `-ln p_k` (Good 1952).

    Parameters:
        probabilities: one for each outcome along the last axis; they sum to 1.
        outcome: the number (from 0) of the outcome that came about.
        floor: as in `log_score`.

    Returns: losses from 0 up.

    Raises: `UsageError` as `brier_categorical`.

    >>> float(round(log_categorical([0.5, 0.3, 0.2], 1), 4))
    1.204
    """
    given, came = _simplex(probabilities, outcome)
    return _surprise((given * _indicator(given, came)).sum(axis=-1), floor)


def ranked_probability(probabilities: ArrayLike, outcome: ArrayLike) -> Floats:
    """The ranked probability score of ordered outcomes (a season, a place in the order of finish): near misses cost less.

    $$ RPS(p, k) = sum_j (sum_{i <= j} p_i - 1[k <= j])^2 $$

    Epstein (1969), J. Applied Meteorology 8, 985-987; not divided by the number of outcomes less one.

    Parameters:
        probabilities: one for each outcome, in order, along the last axis; they sum to 1.
        outcome: the number (from 0) of the outcome that came about.

    Returns: losses from 0 to the number of outcomes less one.

    Raises: `UsageError` as `brier_categorical`.

    >>> float(round(ranked_probability([0.5, 0.3, 0.2], 2), 4))
    0.89
    """
    given, came = _simplex(probabilities, outcome)
    loss: Floats = np.square(np.cumsum(given - _indicator(given, came), axis=-1)).sum(axis=-1)
    return loss


def _probability(p: ArrayLike) -> Floats:
    given = np.asarray(p, dtype=np.float64)
    if not bool(np.all((given >= 0) & (given <= 1))):  # also false for NaN
        raise UsageError(
            f"{_first(given, (given >= 0) & (given <= 1))} is no probability. Probabilities run from 0 to 1."
        )
    return given


def _happened(happened: ArrayLike) -> Floats:
    came = np.asarray(happened, dtype=np.float64)
    if not bool(np.all((came == 0) | (came == 1))):
        raise UsageError("What happened must be true or false (1 or 0) for each event.")
    return came


def _simplex(probabilities: ArrayLike, outcome: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    given = _probability(probabilities)
    if given.ndim == 0 or given.shape[-1] == 0:
        raise UsageError("The probabilities of all outcomes must stand side by side, one for each.")
    total = given.sum(axis=-1)
    if not bool(np.all(np.abs(total - 1) <= SUM_TOLERANCE)):
        wrong = _first(total, np.abs(total - 1) <= SUM_TOLERANCE)
        raise UsageError(f"The probabilities sum to {wrong}, not to 1. Add the outcomes that are missing, or rescale.")
    came = np.asarray(outcome)
    if came.dtype.kind not in "iu" or not bool(np.all((came >= 0) & (came < given.shape[-1]))):
        raise UsageError(f"The outcome must be a whole number from 0 to {given.shape[-1] - 1}.")
    return given, came.astype(np.int64)


def _indicator(given: Floats, came: NDArray[np.int64]) -> Floats:
    one: Floats = (np.arange(given.shape[-1]) == came[..., None]).astype(np.float64)
    return one


def _surprise(p: Floats, floor: float) -> Floats:
    if not 0 <= floor <= 0.5:
        raise UsageError(f"The floor {floor} is out of range. Give one from 0 to 0.5.")
    with np.errstate(divide="ignore"):
        loss: Floats = -np.log(np.maximum(p, floor)) + 0.0  # + 0.0: certainty that comes true costs 0, not -0
        return loss


def _first(values: Floats, fine: NDArray[np.bool_]) -> float:
    return float(np.atleast_1d(values)[~np.atleast_1d(fine)].flat[0])
