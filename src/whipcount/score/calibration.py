"""Calibration: of the things that were given 70 %, did 70 % happen?

In: probabilities of events and whether each happened. Out: a `Calibration`: the curve fitted without bins, the band in
which a forecaster who is right about every probability would stay, sharpness, and the parts of the mean Brier score.

The curve is the isotonic regression of what happened on the probabilities, by the pool-adjacent-violators algorithm
(Dimitriadis, Gneiting & Jordan 2021, PNAS 118, e2016191118, https://doi.org/10.1073/pnas.2016191118: "CORP"). It needs
no choice of bins. `binned` is the older diagram, with bars by simulation (Bröcker & Smith 2007, Weather and
Forecasting 22, 651-661). Both take the events to be independent; candidates of one contest are not, so that with many
of them the bands are a little too narrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from whipcount.errors import UsageError
from whipcount.rules.output import frame, html_table
from whipcount.score.rules import Floats, brier

RESAMPLES = 1_000


@dataclass(frozen=True)
class CurvePoint:
    """One probability that was given: `events` times, of which `happened` came about.

    `fitted` is the calibrated probability; `low` to `high` holds it in most of the simulations in which `given` is right.
    """

    given: float
    events: int
    happened: int
    fitted: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """A calibration curve and the parts of the Brier score: `brier = miscalibration - discrimination + uncertainty`.

    miscalibration  what could be gained by restating each probability (0 is best)
    discrimination  how far the probabilities tell apart what happens from what does not (more is better)
    uncertainty     the score of always giving the base rate; not the forecaster's doing
    sharpness       the variance of the probabilities: how far from one another they dare to be
    outside         share of events whose fitted probability is outside the band (a tenth is to be expected at level 0.9)
    """

    points: tuple[CurvePoint, ...]
    events: int
    base_rate: float
    brier: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    sharpness: float
    outside: float
    level: float

    def rows(self) -> list[dict[str, Any]]:
        """One mapping for each probability that was given."""
        return [vars(point).copy() for point in self.points]

    def table(self) -> Any:
        """The points as a data frame."""
        return frame(self.rows())

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return vars(self) | {"points": self.rows()}

    def chart(self) -> Any:
        """The curve with its band over the diagonal (Altair; needs the `charts` extra)."""
        from whipcount.score.charts import calibration_chart

        return calibration_chart({"all": self})

    def _repr_html_(self) -> str:
        return html_table(self.rows(), ["given", "events", "happened", "fitted", "low", "high"])


def calibration(p: ArrayLike, happened: ArrayLike, *, level: float = 0.9, seed: int = 1) -> Calibration:
    """The calibration of the probabilities of events.

    Parameters:
        p: probabilities, one for each event.
        happened: whether each happened.
        level: share of simulations that the band holds at each probability, between 0 and 1.
        seed: of the simulations.

    Raises: `UsageError` for no events, lists of different lengths, or a probability outside 0 to 1.

    >>> round(calibration([0.2, 0.2, 0.8, 0.8], [0, 0, 1, 1]).miscalibration, 4)
    0.04
    """
    score = brier(p, happened)  # checks both
    given, came = np.asarray(p, np.float64), np.asarray(happened, np.float64)
    if given.ndim != 1 or given.shape != came.shape or not given.size:
        raise UsageError("Calibration needs at least one event, and one probability and one outcome for each.")
    if not 0 < level < 1:
        raise UsageError(f"The level {level} of a band must be between 0 and 1: write 0.9 for 90 %.")
    values, place, counts = np.unique(given, return_inverse=True, return_counts=True)
    hits, weights = np.bincount(place, weights=came), counts.astype(np.float64)
    fitted = isotonic(hits / weights, weights)
    low, high = _band(values, weights, level, seed)
    points = tuple(
        CurvePoint(float(v), int(n), int(h), float(f), float(a), float(b))
        for v, n, h, f, a, b in zip(values, counts, hits, fitted, low, high, strict=True)
    )
    away = (fitted < low - 1e-12) | (fitted > high + 1e-12)
    return _parts(
        points, given, came, fitted[place], float(score.mean()), float(counts[away].sum() / given.size), level
    )


def _parts(
    points: tuple[CurvePoint, ...],
    given: Floats,
    came: Floats,
    fitted: Floats,
    score: float,
    outside: float,
    level: float,
) -> Calibration:
    base = float(came.mean())
    unknown = base * (1 - base)
    best = float(np.square(fitted - came).mean())
    return Calibration(
        points,
        given.size,
        base,
        score,
        max(score - best, 0.0),
        max(unknown - best, 0.0),
        unknown,
        float(given.var()),
        outside,
        level,
    )


def isotonic(means: Floats, weights: Floats) -> Floats:
    """The rising sequence nearest to `means` in weighted squares, by pooling adjacent violators.

    Ayer et al. (1955), Annals of Mathematical Statistics 26, 641-647.

    >>> isotonic(np.array([0.0, 1.0, 0.5]), np.array([1.0, 1.0, 1.0])).tolist()
    [0.0, 0.75, 0.75]
    """
    blocks: list[tuple[float, float, int]] = []
    for mean, weight in zip(means.tolist(), weights.tolist(), strict=True):
        block = (mean, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            before = blocks.pop()
            total = before[1] + block[1]
            block = ((before[0] * before[1] + block[0] * block[1]) / total, total, before[2] + block[2])
        blocks.append(block)
    return np.repeat(np.array([b[0] for b in blocks]), [b[2] for b in blocks])


def _band(values: Floats, weights: Floats, level: float, seed: int) -> tuple[Floats, Floats]:
    """Where the fitted curve lies if every probability is right (a consistency band), point by point."""
    rng = np.random.default_rng(seed)
    drawn = rng.binomial(weights.astype(np.int64), values, (RESAMPLES, values.size)) / weights
    curves = np.stack([isotonic(one, weights) for one in drawn])
    low, high = np.quantile(curves, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


@dataclass(frozen=True)
class Bin:
    """Events whose probability lies in one bin: how often they happened, and how often they would if all were right."""

    low: float
    high: float
    events: int
    mean: float
    frequency: float
    bar_low: float
    bar_high: float


def binned(p: ArrayLike, happened: ArrayLike, *, bins: int = 10, level: float = 0.9, seed: int = 1) -> tuple[Bin, ...]:
    """The reliability diagram in equal bins with consistency bars, for comparison with published diagrams.

    As Bröcker & Smith (2007): the probabilities are drawn anew with replacement, each event happens by its probability,
    and the bars hold the middle of the frequencies in each bin. Empty bins are left out.

    Raises: `UsageError` as `calibration`, or for fewer than one bin.
    """
    if bins < 1:
        raise UsageError("A reliability diagram needs at least one bin.")
    calibration(p, happened, level=level)  # checks the input
    given, came = np.asarray(p, np.float64), np.asarray(happened, np.float64)
    rng = np.random.default_rng(seed)
    picks = given[rng.integers(0, given.size, (RESAMPLES, given.size))]
    would = rng.random(picks.shape) < picks
    place, places = _bin(given, bins), _bin(picks, bins)
    out: list[Bin] = []
    for k in np.unique(place).tolist():
        here, there = place == k, places == k
        size = there.sum(axis=1)
        rate = (would & there).sum(axis=1)[size > 0] / size[size > 0]
        low, high = np.quantile(rate, [(1 - level) / 2, (1 + level) / 2]) if rate.size else (0.0, 1.0)
        mean, frequency = float(given[here].mean()), float(came[here].mean())
        out.append(Bin(k / bins, (k + 1) / bins, int(here.sum()), mean, frequency, float(low), float(high)))
    return tuple(out)


def _bin(p: Floats, bins: int) -> Any:
    return np.minimum((p * bins).astype(np.int64), bins - 1)


def parts_table(found: Mapping[str, Calibration]) -> list[dict[str, Any]]:
    """One row for each calibration: the parts of its Brier score."""
    keys = ("events", "base_rate", "brier", "miscalibration", "discrimination", "uncertainty", "sharpness", "outside")
    return [{"who": who} | {key: getattr(one, key) for key in keys} for who, one in found.items()]
