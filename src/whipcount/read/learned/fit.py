"""Fitting the weights of the learned drafts: a logistic regression for each class, on hashed marks. Needs scikit-learn.

Each mark is first scaled by how much more often it stands with the class than without, by naive Bayes (Wang and Manning 2012,
"Baselines and bigrams"): with few examples of a class and hundreds of thousands of marks that decides which of them may weigh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whipcount.read.claim import Claim
from whipcount.read.learned.candidates import TASKS, Candidate, Group, candidates, marks
from whipcount.read.learned.kernel import BITS
from whipcount.read.learned.sight import Sight
from whipcount.read.learned.truth import NONE, UNSURE, truth
from whipcount.read.learned.weights import Learned, Weights
from whipcount.read.scene import Scene

STRENGTH = 0.1
"""The inverse of the penalty on the squares of the weights."""
RARE = 3
"""Marks of fewer candidates are left out."""
SLIGHT = 0.018
"""Weights under this are left out of what ships."""
SEED = 1


@dataclass(frozen=True)
class Lesson:
    """One commentary to learn from: by group of candidates their marks, where those of each begin, and by task the classes."""

    marks: Mapping[Group, tuple[Any, Any]]
    classes: Mapping[str, Any]


def lesson(scene: Scene, sight: Sight, claims: Sequence[Claim]) -> Lesson:
    """What a labelled commentary teaches."""
    every = candidates(sight)
    found: dict[Group, tuple[Any, Any]] = {}
    classes: dict[str, Any] = {}
    for group in dict.fromkeys(TASKS.values()):
        mine: list[Candidate] = [c for c in every if c.group == group]
        found[group] = marks(sight, group, mine)
        said = truth(scene, claims, mine)
        classes |= {t: np.array(said[t]) for t, g in TASKS.items() if g == group}
    return Lesson(found, classes)


def _table(lessons: Sequence[Lesson], group: Group) -> Any:
    from scipy.sparse import csr_matrix

    found = [one.marks[group] for one in lessons]
    columns = np.concatenate([m for m, _ in found])
    ends, start = [np.zeros(1, np.int64)], 0
    for _, e in found:
        ends.append(e[1:] + start)
        start += e[-1]
    rows = np.concatenate(ends)
    return csr_matrix((np.ones(len(columns), np.float32), columns, rows), shape=(len(rows) - 1, 1 << BITS))


def fit(lessons: Sequence[Lesson], strength: float = STRENGTH) -> Learned:
    """The weights that these lessons teach."""
    out: Learned = {}
    for group in dict.fromkeys(TASKS.values()):
        x = _table(lessons, group)
        often = np.bincount(x.indices, minlength=1 << BITS)
        buckets = np.flatnonzero(often >= RARE)
        x = x[:, buckets]
        classes: list[tuple[str, str]] = []
        columns, bias = [], []
        for task in (t for t, g in TASKS.items() if g == group):
            y = np.concatenate([one.classes[task] for one in lessons])
            sure = y != UNSURE
            for name, count in zip(*np.unique(y[sure], return_counts=True), strict=True):
                if name != NONE and count >= RARE:
                    weights, intercept = _regress(x[sure], y[sure] == name, strength)
                    classes.append((task, str(name)))
                    columns.append(weights)
                    bias.append(intercept)
        out[group] = _rounded(tuple(classes), buckets, np.array(columns).T, np.array(bias))
    return out


def _regress(x: Any, right: Any, strength: float) -> tuple[Any, float]:
    """Weights and intercept of one class against all else."""
    from scipy.sparse import diags
    from sklearn.linear_model import LogisticRegression

    with_it = np.asarray(x[right].sum(0)).ravel() + 0.5
    without = np.asarray(x[~right].sum(0)).ravel() * right.sum() / max(1, (~right).sum()) + 0.5
    ratio = np.abs(np.log(with_it / without)) / 2
    model = LogisticRegression(C=strength, max_iter=60).fit(x @ diags(ratio), right)
    return model.coef_[0] * ratio, float(model.intercept_[0])


def _rounded(classes: tuple[tuple[str, str], ...], buckets: Any, values: Any, bias: Any) -> Weights:
    """The weights as they ship: rounded to int8 by class, without the slight ones."""
    scale = np.maximum(np.abs(values).max(0), 1e-9) / 127
    whole = np.where(np.abs(values) < SLIGHT, 0, np.rint(values / scale)).astype(np.int8)
    some = np.flatnonzero(whole.any(1))
    return Weights(classes, buckets[some], whole[some], scale, bias)
