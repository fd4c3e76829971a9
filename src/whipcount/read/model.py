"""How likely a draft is to be right: logistic regressions on its marks, calibrated, shipped as data.

    p = 1 / (1 + exp(-(a * z + b))),   z = bias + sum of the weights of the draft's marks

One judge knows the rules' drafts and the learned ones, and learned from commentaries that no writer of rules looked at; they
are invented, and say things less plainly than most of what is published. The other knows the rules alone, from the commentaries that
their writers looked at, and trusts them more. Of a rule's draft the two are pooled (a logarithmic opinion pool: the mean of
their log-odds, the second judge's counting `SHARE`). The weights and the calibrations (`a`, `b`: Platt's, fitted on held-out folds of commentaries) come from `python -m whipcount.read.train`; thresholds by
kind were chosen on the same folds.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@dataclass(frozen=True)
class Judge:
    """One calibrated regression: `weights` by mark, `slope` and `offset` of the calibration."""

    bias: float
    weights: Mapping[str, float]
    slope: float
    offset: float

    def confidence(self, marks: Iterable[str]) -> float:
        """The calibrated probability that a draft with these marks is right."""
        return _logistic(self.log_odds(marks))

    def log_odds(self, marks: Iterable[str]) -> float:
        """The logarithm of the odds of that."""
        z = self.bias + sum(self.weights.get(m, 0.0) for m in set(marks))
        return self.slope * z + self.offset


SHARE = 0.3
"""What the judge of the rules counts for. From 0 to 0.5 it made no difference on published commentary that could be told from chance."""


LIKELY = 0.55
"""How sure a learned draft must be to stand without a rule's: on published commentary those between 0.35 and 0.55 were right two times in five."""


@dataclass(frozen=True)
class Model:
    """The judges. `thresholds` gives, by kind, the confidence under which a claim is dropped."""

    both: Judge
    ruled: Judge | None
    thresholds: Mapping[str, float]

    def confidence(self, marks: Iterable[str], *, learned: bool) -> float:
        """The probability that a draft with these marks, a `learned` one or a rule's, is right."""
        some = frozenset(marks)
        both = self.both.log_odds(some)
        if self.ruled is None or learned:
            return _logistic(both)
        return _logistic(SHARE * self.ruled.log_odds(some) + (1 - SHARE) * both)

    def keeps(self, kind: str, confidence: float, *, learned: bool) -> bool:
        """Whether a claim of this kind is sure enough to be given."""
        least = self.thresholds.get(kind, 0.5)
        return confidence >= (max(least, LIKELY) if learned else least)


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that ships; where it has not been trained yet, one that keeps everything at even odds."""
    path = files("whipcount.read") / "data" / "model.json.gz"
    if not path.is_file():
        return Model(Judge(0.0, {}, 1.0, 0.0), None, {})
    raw = json.loads(gzip.decompress(path.read_bytes()))
    return Model(Judge(**raw["both"]), Judge(**raw["ruled"]), raw["thresholds"])


def kept(model: Model) -> bytes:
    """A model as the bytes that ship."""
    made = {"both": _plain(model.both), "ruled": _plain(model.ruled or model.both), "thresholds": model.thresholds}
    return gzip.compress(json.dumps(made).encode(), mtime=0)


def _plain(judge: Judge) -> dict[str, object]:
    return asdict(judge) | {"weights": dict(sorted(judge.weights.items()))}
