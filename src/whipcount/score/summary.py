"""Means of losses with bootstrap intervals, and skill against a baseline.

In: losses, and the question that each belongs to. Out: an `Estimate`. Several predictions on one question stand or fall
together, so that each question weighs the same and whole questions are drawn anew.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whipcount.errors import UsageError
from whipcount.score.rules import Floats

RESAMPLES = 2_000


@dataclass(frozen=True)
class Estimate:
    """A mean over `questions` questions and its bootstrap interval; None where fewer than two questions leave it open."""

    value: float
    low: float | None
    high: float | None
    questions: int
    level: float = 0.9

    def to_json(self) -> dict[str, Any]:
        """The numbers under their names."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "questions": self.questions,
            "level": self.level,
        }


def mean(losses: Sequence[float], questions: Sequence[Hashable], *, seed: int = 1, level: float = 0.9) -> Estimate:
    """The mean loss, each question weighing the same, with a percentile bootstrap over questions.

    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapters 6 and 13. With few questions such intervals are
    too narrow.

    Parameters:
        losses: one for each prediction, finite.
        questions: the question that each prediction is on.
        seed: of the resampling.
        level: of the interval, between 0 and 1.

    Raises: `UsageError` for no losses, lists of different lengths, or such a level.
    """
    return _estimate(by_question(losses, questions)[:, None], level, seed, lambda m: m[:, 0])


def skill(
    losses: Sequence[float],
    baseline: Sequence[float],
    questions: Sequence[Hashable],
    *,
    seed: int = 1,
    level: float = 0.9,
) -> Estimate | None:
    """The skill score `1 - mean loss / mean loss of the baseline` on the same predictions; None if the baseline is perfect.

    1 is perfect, 0 no better than the baseline, below 0 worse. Murphy (1988), MWR 116, 2417-2424.

    Raises: `UsageError` as `mean`.
    """
    pairs = np.stack([by_question(losses, questions), by_question(baseline, questions)], axis=1)
    if pairs[:, 1].mean() <= 0:
        return None
    return _estimate(pairs, level, seed, lambda m: 1 - m[:, 0] / np.where(m[:, 1] > 0, m[:, 1], np.nan))


def by_question(losses: Sequence[float], questions: Sequence[Hashable]) -> Floats:
    """The mean loss on each question, in order of first mention. Raises `UsageError` as `mean`."""
    if not losses or len(losses) != len(questions):
        raise UsageError("There must be at least one loss, and one question for each.")
    sums: dict[Hashable, list[float]] = {}
    for loss, question in zip(losses, questions, strict=True):
        sums.setdefault(question, []).append(loss)
    out = np.array([sum(each) / len(each) for each in sums.values()], dtype=np.float64)
    if not np.isfinite(out).all():
        raise UsageError("A loss is not finite. Give a floor to the logarithmic score.")
    return out


def _estimate(columns: Floats, level: float, seed: int, statistic: Any) -> Estimate:
    if not 0 < level < 1:
        raise UsageError(f"The level {level} of an interval must be between 0 and 1: write 0.9 for 90 %.")
    count = len(columns)
    value = float(statistic(columns.mean(axis=0, keepdims=True))[0])
    if count < 2:
        return Estimate(value, None, None, count, level)
    picks = np.random.default_rng(seed).integers(0, count, (RESAMPLES, count))
    drawn = statistic(columns[picks].mean(axis=1))
    low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high), count, level)
