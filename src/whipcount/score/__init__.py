"""The `score` room: predictions, outlooks and results in; proper scores, calibration and a scoreboard out."""

from whipcount.score.distributions import (
    crps_draws,
    crps_intervals,
    crps_quantiles,
    energy,
    interval_score,
    pinball,
    variogram,
)
from whipcount.score.rules import brier, brier_categorical, log_categorical, log_score, ranked_probability

__all__ = [
    "brier",
    "brier_categorical",
    "crps_draws",
    "crps_intervals",
    "crps_quantiles",
    "energy",
    "interval_score",
    "log_categorical",
    "log_score",
    "pinball",
    "ranked_probability",
    "variogram",
]
