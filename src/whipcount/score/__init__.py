"""The `score` room: predictions, outlooks, contests and results in; proper scores, calibration, a scoreboard and a ledger out.

Scores of single predictions are functions of arrays (`brier`, `crps_draws`, ...). `of_contests` and `of_ledger` make a
`Scoreboard`. `append`, `verify` and `read_ledger` keep the ledger, whose entries are `Prediction` and `Resolution`.
"""

from whipcount.score.betting import offers
from whipcount.score.board import COLUMNS, Row, Scoreboard, Versus, scoreboard
from whipcount.score.calibration import Bin, Calibration, CurvePoint, binned, calibration, isotonic
from whipcount.score.charts import calibration_chart
from whipcount.score.charts import save as save_chart
from whipcount.score.collect import of_contests, of_ledger, outstanding, overdue
from whipcount.score.distributions import (
    crps_draws,
    crps_intervals,
    crps_quantiles,
    energy,
    interval_score,
    pinball,
    variogram,
)
from whipcount.score.entry import Entry, Prediction, Quantile, Resolution, parse, plain
from whipcount.score.gather import Gathered, gather
from whipcount.score.ledger import Ledger, LedgerError, Record, Verification, append, read_entries, verify
from whipcount.score.ledger import read as read_ledger
from whipcount.score.odds import REST, Bet, Price, Yield, flat, implied, kelly, parse_price
from whipcount.score.ours import DAYS_BEFORE, hindcasts, predict, predictions_of
from whipcount.score.results import Answer, answer
from whipcount.score.rules import brier, brier_categorical, log_categorical, log_score, ranked_probability
from whipcount.score.scored import Loss, Miss, Scored, last_only
from whipcount.score.summary import Estimate, mean, skill
from whipcount.score.when import window
from whipcount.score.words import Reading, hemisphere_of, strength_of

__all__ = [
    "COLUMNS", "DAYS_BEFORE", "REST",
    "Answer", "Bet", "Bin", "Calibration", "CurvePoint", "Entry", "Estimate", "Gathered", "Ledger", "LedgerError", "Loss",
    "Miss", "Prediction", "Price", "Quantile", "Reading", "Record", "Resolution", "Row", "Scoreboard", "Scored",
    "Verification", "Versus", "Yield",
    "answer", "append", "binned", "brier", "brier_categorical", "calibration", "calibration_chart", "crps_draws",
    "crps_intervals", "crps_quantiles", "energy", "flat", "gather", "hemisphere_of", "hindcasts", "implied",
    "interval_score", "isotonic", "kelly", "last_only", "log_categorical", "log_score", "mean", "of_contests", "of_ledger",
    "offers", "outstanding", "overdue", "parse", "parse_price", "pinball", "plain", "predict", "predictions_of",
    "ranked_probability", "read_entries", "read_ledger", "save_chart", "scoreboard", "skill", "strength_of", "variogram",
    "verify", "window",
]  # fmt: skip
