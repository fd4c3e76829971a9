"""Where votes went in past contests once their own candidate was out, and what that says of contests to come.

When candidates go out between two recorded rounds of one count of ranked papers, each of those left gains g_c. The model is

    log g_c = slope * log v_c + error_c,    error_c ~ N(0, error^2)

up to a constant, with v_c the votes before: slope 1 is Luce's choice axiom on first votes, 0 an even split. Fitted by least squares
with priors of a few observations' weight; the papers that ran out are a plain mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from whipcount.forecast.past import PastContest, PastResult, PastRound

Floats = NDArray[np.float64]
_RANKED = re.compile(r"irv|college|points|ranked|alternative|preferential", re.I)
_SLOPE, _SLOPE_SPREAD = 0.7, 0.3
_ERROR, _ERROR_WORTH = 0.6, 6
_OUT, _OUT_WORTH = 0.08, 3


def steps(contest: PastContest, result: PastResult) -> Iterator[tuple[Floats, Floats, float | None]]:
    """(votes before, gains, share that ran out) of every step between recorded rounds of ranked papers."""
    if not _RANKED.search(contest.kind):
        return
    by_body: dict[tuple[str | None, bool], list[PastRound]] = {}
    for one in result.rounds:
        by_body.setdefault((one.body, one.paper), []).append(one)
    for rounds in by_body.values():
        for before, after in pairwise(sorted(rounds, key=lambda r: r.round)):
            found = _step(before, after)
            if found is not None:
                yield found


def _step(before: PastRound, after: PastRound) -> tuple[Floats, Floats, float | None] | None:
    left = sorted(after.votes)
    lost = sum(v for n, v in before.votes.items() if n not in after.votes)
    if len(left) < 2 or lost <= 0 or not set(left) < set(before.votes):
        return None
    scale = 1.0 if before.paper else sum(after.votes.values()) / sum(before.votes.values())
    old = np.array([before.votes[n] * scale for n in left])
    gains = np.array([after.votes[n] for n in left]) - old
    if (gains <= 0).any() or gains.sum() > 1.05 * lost * scale:
        return None
    return old, gains, float(1 - gains.sum() / lost) if before.paper else None


def fit_transfers(contests: Sequence[PastContest], results: Mapping[str, PastResult]) -> dict[str, float]:
    """`transfer_slope`, `transfer_error` and `exhausted`, from the contests given."""
    found = [s for c in contests if c.id in results for s in steps(c, results[c.id])]
    x, y, free = [], [], 0
    for old, gains, _ in found:
        x.append(np.log(old) - np.log(old).mean())
        y.append(np.log(gains) - np.log(gains).mean())
        free += len(old) - 1
    a, b = (np.concatenate(v) if v else np.zeros(0) for v in (x, y))
    worth = (_ERROR / _SLOPE_SPREAD) ** 2
    slope = float((a @ b + worth * _SLOPE) / (a @ a + worth))
    left = float(((b - slope * a) ** 2).sum())
    error = float(np.sqrt((left + _ERROR_WORTH * _ERROR**2) / (free + _ERROR_WORTH)))
    out = [s for *_, s in found if s is not None and s >= 0]
    gone = (sum(out) + _OUT_WORTH * _OUT) / (len(out) + _OUT_WORTH)
    return {"transfer_slope": slope, "transfer_error": error, "exhausted": gone}
