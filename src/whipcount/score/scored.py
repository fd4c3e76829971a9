"""One prediction held to what became of it.

In: predictions and resolutions. Out: a `Scored` for each prediction: its verdict, whether it called it, and its losses.

An event has the Brier score `(p - y)^2`. Outcomes have half of Brier's sum over all of them, which for two outcomes is the
same number, so that both stand in one column from 0 to 1. `partly`, `void` and `unresolved` are counted and not scored:
no proper score is known for a claim that came half true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from whipcount.errors import UsageError
from whipcount.score.distributions import crps_quantiles, interval_score
from whipcount.score.entry import Prediction, Resolution, Verdict
from whipcount.score.odds import REST
from whipcount.score.rules import brier, brier_categorical, log_categorical, log_score
from whipcount.score.words import tables


@dataclass(frozen=True)
class Loss:
    """Brier (0 to 1) and logarithmic loss, and those of the baseline that knows nothing: even chances for each outcome."""

    brier: float
    log: float
    base_brier: float
    base_log: float


@dataclass(frozen=True)
class Miss:
    """How far a predicted number was off: CRPS from its quantiles, and whether its outer interval (of `level`) held it."""

    crps: float
    interval: float
    level: float
    inside: bool


@dataclass(frozen=True)
class Scored:
    """A prediction with what became of it.

    called  1 if what was given most came about, 0 if not, 1/2 for an even chance; None where nothing is settled
    pairs   (probability, whether it happened) of the event, or of every outcome, for calibration
    late    it was made by a program that could have known better: a hindcast, or recorded after the event
    """

    prediction: Prediction
    verdict: Verdict
    why: str
    settled_on: date | None
    called: float | None = None
    loss: Loss | None = None
    miss: Miss | None = None
    pairs: tuple[tuple[float, bool], ...] = ()
    late: bool = False

    @property
    def question(self) -> tuple[str, str]:
        """What the prediction is on; predictions with the same question weigh together as one."""
        return self.prediction.contest, self.prediction.question or self.prediction.id


def score(
    predictions: Iterable[Prediction], resolutions: Iterable[Resolution], *, late: Collection[str] = ()
) -> tuple[Scored, ...]:
    """Every prediction with what became of it: of several resolutions the last counts; without one it is unresolved.

    `late` are the ids of hindcasts.

    Raises `UsageError` if two predictions have one id, or a resolution is of none of them.
    """
    ends: dict[str, Resolution] = {one.of: one for one in resolutions}
    out: list[Scored] = []
    seen: set[str] = set()
    for one in predictions:
        if one.id in seen:
            raise UsageError(f"Two predictions have the id '{one.id}'. Give each an id of its own.")
        seen.add(one.id)
        out.append(_one(one, ends.get(one.id), one.id in late))
    if ends.keys() - seen:
        raise UsageError(f"A resolution is of '{min(ends.keys() - seen)}', which is no prediction here.")
    return tuple(out)


def _one(made: Prediction, end: Resolution | None, late: bool) -> Scored:
    if end is None:
        return Scored(made, "unresolved", "", None, late=late)
    if end.verdict not in {"came true", "came false"} or not made.forward:
        return Scored(made, end.verdict, end.why, end.on, late=late)
    if made.outcomes is not None:
        return _outcomes(made, end, late)
    if made.quantiles:
        return _number(made, end, late)
    return _event(made, end, late)


def _event(made: Prediction, end: Resolution, late: bool) -> Scored:
    p, came = made.probability or 0.0, end.verdict == "came true"
    floor = tables().log_floor
    loss = Loss(
        *(float(x) for x in (brier(p, came), log_score(p, came, floor=floor), brier(0.5, came), log_score(0.5, came)))
    )
    called = 0.5 if p == 0.5 else float((p > 0.5) == came)
    return Scored(made, end.verdict, end.why, end.on, called, loss, None, ((p, came),), late)


def _outcomes(made: Prediction, end: Resolution, late: bool) -> Scored:
    """Held to the outcome that came about; one that was not named counts as `any other`, at 0 if that was not given either."""
    given = dict(made.outcomes or {})
    came = end.outcome if end.outcome in given else REST
    given.setdefault(came, 0.0)
    names = list(given)
    p = np.array(list(given.values())) / sum(given.values())
    at, floor, even = names.index(came), tables().log_floor, np.full(len(names), 1 / len(names))
    loss = Loss(
        float(brier_categorical(p, at)) / 2,
        float(log_categorical(p, at, floor=floor)),
        float(brier_categorical(even, at)) / 2,
        float(log_categorical(even, at)),
    )
    hit = made.top == came
    pairs = tuple((float(one), name == came) for name, one in zip(names, p, strict=True))
    verdict: Verdict = "came true" if hit else "came false"
    return Scored(made, verdict, end.why, end.on, float(hit), loss, None, pairs, late)


def _number(made: Prediction, end: Resolution, late: bool) -> Scored:
    if end.value is None:
        return Scored(made, "unresolved", "the number that came about is not on record", end.on, late=late)
    levels, values = [q.level for q in made.quantiles], [q.value for q in made.quantiles]
    crps = float(crps_quantiles(values, levels, end.value))
    low, high, level = values[0], values[-1], levels[-1] - levels[0]
    width = float(interval_score(low, high, end.value, level=level)) if level > 0 else 0.0
    miss = Miss(crps, width, level, low <= end.value <= high)
    verdict: Verdict = "came true" if miss.inside else "came false"
    return Scored(made, verdict, end.why, end.on, None, None, miss, (), late)


def last_only(scored: Iterable[Scored]) -> tuple[Scored, ...]:
    """Of each forecaster's scored predictions on one question, the last before it was settled; all that are not scored."""
    latest: dict[object, Scored] = {}
    for one in scored:
        made = one.prediction
        key: object = (made.by, one.question, made.unit, bool(made.quantiles) and made.says)
        if one.loss is None and one.miss is None:
            key = made.id
        elif one.settled_on is not None and made.made >= one.settled_on and made.basis in {"price", "model"}:
            continue
        if key not in latest or latest[key].prediction.made <= made.made:
            latest[key] = one
    return tuple(latest.values())
