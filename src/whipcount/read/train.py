"""`python -m whipcount.read.train`: learn from the training part of the corpus, in two steps. Needs scikit-learn.

Nothing of the test part is looked at. First the weights of the learned drafts (`whipcount.read.learned.fit`); then how likely a
draft is to be right (`whipcount.read.model` has who judges what). For that each commentary's learned drafts come from weights that were
fitted without it. A draft is right if it matches a label. Weights, calibration and thresholds are chosen on folds of whole
commentaries. It takes about a quarter of an hour.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from whipcount.read.amounts import Quantity, find
from whipcount.read.claim import FIELDS
from whipcount.read.corpus import Labelled, load
from whipcount.read.engine import pipeline
from whipcount.read.learned import Learned, learned_drafts, merged
from whipcount.read.learned.fit import Lesson, fit, lesson
from whipcount.read.learned.sight import see
from whipcount.read.learned.weights import pack
from whipcount.read.mend import mend
from whipcount.read.model import Judge, Model, kept
from whipcount.read.reader import Reader, Weighed, weighed
from whipcount.read.rules import Draft, by_token, drafts
from whipcount.read.scene import Scene, build
from whipcount.read.score import Rate, agree, compare, overlap

FOLDS = 2
STRENGTH = 0.15
"""The inverse of the penalty on the squares of the weights of the second step."""
BETA = 0.7
THRESHOLDS = tuple(round(0.3 + 0.04 * k, 2) for k in range(8))
"""Claims between 0.2 and 0.3 were as good on the folds, but on published commentary right one time in nine."""


@dataclass(frozen=True)
class Read:
    """A commentary as the reader sees it before anything is weighed."""

    labelled: Labelled
    scene: Scene
    numbers: dict[int, Quantity]
    ruled: Sequence[Draft]
    lesson: Lesson


def read_all(corpus: Sequence[Labelled], *, roster: bool = False) -> list[Read]:
    """The commentaries parsed, with what the rules make of them and what they teach; with their rosters or without."""
    out = []
    for one in corpus:
        mended = mend(one.document.text)
        scene = build(pipeline()(mended.text), mended, one.document, one.roster if roster else (), None)
        numbers = by_token(find(scene.tokens))
        taught = lesson(scene, see(scene, numbers.values()), one.claims)
        out.append(Read(one, scene, numbers, drafts(scene, numbers), taught))
    return out


def weigh(one: Read, learned: Learned) -> list[Weighed]:
    """The drafts of a commentary, the rules' and the learned ones."""
    return weighed(one.scene, merged(one.scene, one.ruled, learned_drafts(one.scene, one.numbers, learned)))


def truth(one: Labelled, drafted: Sequence[Weighed]) -> list[bool | None]:
    """Of each draft whether it is right; None where it matches an optional label only, and so says nothing."""

    def judge(w: Weighed) -> bool | None:
        fits = [g for g in one.claims if g.kind == w.claim.kind and overlap(g, w.claim) > 0 and agree(g, w.claim)]
        return None if fits and all(g.optional for g in fits) else bool(fits)

    return [judge(w) for w in drafted]


def _fit(x: Any, y: Any, strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=2000).fit(x, y)


def train() -> tuple[Model, Learned, dict[str, Any]]:
    """The model, the learned weights, and what the held-out folds say about them."""
    every = read_all(load("train"))
    folds = [i % FOLDS for i in range(len(every))]
    without = [fit([r.lesson for r, k in zip(every, folds, strict=True) if k != fold]) for fold in range(FOLDS)]
    model, said = judged(every, folds, without)
    return model, fit([r.lesson for r in every]), said


def judged(every: Sequence[Read], folds: Sequence[int], without: Sequence[Learned]) -> tuple[Model, dict[str, Any]]:
    """Both judges; `without` has, by fold, the learned weights that were fitted without its commentaries."""
    both = [
        (k, r.labelled, weigh(r, without[k]))
        for r, k in zip(every, folds, strict=True)
        if r.labelled.plain or r.labelled.looked_at
    ]
    looked_at = [r.labelled for r in every if r.labelled.looked_at]
    ruled = [
        (i % FOLDS, r.labelled, weighed(r.scene, r.ruled))
        for roster in (True, False)
        for i, r in enumerate(read_all(looked_at, roster=roster))
    ]
    model, said = judge(both)
    return Model(model.both, judge(ruled)[0].both, model.thresholds), said


def judge(drafted: Sequence[tuple[int, Labelled, list[Weighed]]]) -> tuple[Model, dict[str, Any]]:
    """How likely a draft is to be right, learned from (fold, commentary, its drafts)."""
    from sklearn.feature_extraction import DictVectorizer

    rows, labels, groups = [], [], []
    for fold, one, made in drafted:
        for w, right in zip(made, truth(one, made), strict=True):
            if right is not None:
                rows.append(dict.fromkeys(w.marks, 1.0))
                labels.append(right)
                groups.append(fold)
    table = DictVectorizer()
    x, y, folds = table.fit_transform(rows), np.array(labels), np.array(groups)
    names = [str(n) for n in table.get_feature_names_out()]
    parts = [_fit(x[folds != k], y[folds != k], STRENGTH) for k in range(FOLDS)]
    held = np.zeros(len(y))
    for k, part in enumerate(parts):
        held[folds == k] = part.decision_function(x[folds == k])
    platt, final = _fit(held[:, None], y, 1e6), _fit(x, y, STRENGTH)
    slope, offset = float(platt.coef_[0][0]), float(platt.intercept_[0])
    rates = _rates([(one, made, Model(_judge(parts[k], names, slope, offset), None, {})) for k, one, made in drafted])
    whole = _judge(final, names, slope, offset)
    thresholds = {kind: _best({t: rates[t][kind] for t in rates}) for kind in FIELDS}
    return Model(whole, None, thresholds), {"drafts": len(y), "right": int(y.sum()), "weights": len(whole.weights)}


def _judge(part: Any, names: Sequence[str], slope: float, offset: float) -> Judge:
    weights = {n: round(float(w), 4) for n, w in zip(names, part.coef_[0], strict=True) if abs(w) > 0.004}
    return Judge(float(part.intercept_[0]), weights, slope, offset)


def _rates(held: Sequence[tuple[Labelled, list[Weighed], Model]]) -> dict[float, dict[str, Rate]]:
    """By threshold and kind, how well the held-out commentaries are read."""
    rates = {t: dict.fromkeys(FIELDS, Rate()) for t in THRESHOLDS}
    for one, made, model in held:
        for t in THRESHOLDS:
            read = Reader(model=replace(model, thresholds=dict.fromkeys(FIELDS, t)), learned={}).choose(made)
            for kind, rate in compare(one.claims, read).kinds.items():
                rates[t][kind] += rate
    return rates


def _best(rates: dict[float, Rate]) -> float:
    """The threshold with the best held-out F at beta = 0.7: a wrong claim costs rather more than a missed one.

    Of thresholds that are as good to 0.01 the lowest is taken: the folds can't tell them apart.
    """

    def worth(rate: Rate) -> float:
        below = BETA**2 * rate.gold + rate.read
        return (1 + BETA**2) * rate.hits / below if below else 0.0

    best = max(map(worth, rates.values()))
    return min(t for t in rates if worth(rates[t]) >= best - 0.01)


def main() -> None:
    """Train, and write `data/model.json.gz` and `data/learned.npz`."""
    model, learned, said = train()
    data = Path(__file__).parent / "data"
    (data / "model.json.gz").write_bytes(kept(model))
    (data / "learned.npz").write_bytes(pack(learned))
    sizes = {name: (data / name).stat().st_size for name in ("model.json.gz", "learned.npz")}
    print(json.dumps(said | {"thresholds": model.thresholds, "bytes": sizes}))


if __name__ == "__main__":
    main()
