"""How likely a draft is to be right: a logistic regression on its marks, calibrated, shipped as data.

    p = 1 / (1 + exp(-(a * z + b))),   z = bias + sum of the weights of the draft's marks

The weights and the calibration (`a`, `b`: Platt's, fitted on held-out folds by document) come from
`python -m whipcount.read.train`; thresholds by kind were chosen on the same folds.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Model:
    """Trained parameters. `thresholds` gives, by kind, the confidence under which a claim is dropped."""

    bias: float
    weights: Mapping[str, float]
    slope: float
    offset: float
    thresholds: Mapping[str, float]

    def confidence(self, marks: Iterable[str]) -> float:
        """The calibrated probability that a draft with these marks is right."""
        z = self.bias + sum(self.weights.get(m, 0.0) for m in set(marks))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.slope * z + self.offset))))

    def keeps(self, kind: str, confidence: float) -> bool:
        """Whether a claim of this kind is sure enough to be given."""
        return confidence >= self.thresholds.get(kind, 0.5)


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that ships; where it has not been trained yet, one that keeps everything at even odds."""
    path = files("whipcount.read") / "data" / "model.json.gz"
    if not path.is_file():
        return Model(0.0, {}, 1.0, 0.0, {})
    raw = json.loads(gzip.decompress(path.read_bytes()))
    return Model(raw["bias"], raw["weights"], raw["slope"], raw["offset"], raw["thresholds"])
