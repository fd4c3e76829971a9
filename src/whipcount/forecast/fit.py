"""Fit the links on the past contests that ship: `python -m whipcount.forecast.fit` writes `library/models/links.yaml` anew.

Maximised: the log density, under the model of `sights`, of the recorded vote shares of each contest, forecast 1, 30 and 60 days ahead
(the earlier ones at a half and a quarter of the weight, for it is the same contest), plus log priors on every number around a judgement
made beforehand (`_JUDGED`, `_SPREAD`). A contest with many candidates counts for no more than three of its contrasts.
Few numbers, and priors on all: thirty-odd contests cannot carry more. The fit is repeated without each contest in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import lgamma
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whipcount.forecast.past import PastContest, Shelf, read_shelf, shipped
from whipcount.forecast.pastcast import Layout, layout, posterior
from whipcount.forecast.recorded import Target, targets
from whipcount.forecast.settings import Links
from whipcount.forecast.sights import helmert
from whipcount.forecast.transfer_fit import fit_transfers

Floats = NDArray[np.float64]
LOOKS = ((1, 1.0), (30, 0.5), (60, 0.25))
"""Days before the decision at which a contest is looked at, with the weight of each look."""
MOST = 3.0

_JUDGED = {
    "candidate": 0.8, "section": 0.4, "poll_slope": 1.0, "poll_common": 0.25, "poll_own": 0.12,
    "worth": 100.0, "few": 0.02, "undecided": 0.5, "drift": 0.03, "volunteers": 0.2,
    "public": 0.4, "price_slope": 0.7, "price": 0.7, "parliament_slope": 0.4, "parliament": 0.7, "same_slope": 0.8,
    "same": 0.35, "parties_slope": 0.6, "parties": 0.5, "lead": 0.6, "leads": 0.8, "favourite": 0.5, "favoured": 0.7,
    "stays": 0.3, "unlisted": 1.0,
}  # fmt: skip
"""What was thought of each number before any fit: the middle of its prior."""
_LINEAR = ("poll_slope", "price_slope", "parliament_slope", "same_slope", "parties_slope", "lead", "favourite", "stays")
_SPREAD = {
    "poll_slope": 0.15,
    "price_slope": 0.1,
    "price": 0.1,
    "worth": 0.6,
    "few": 0.5,
    "undecided": 0.5,
    "drift": 0.5,
}
"""Standard deviation of the priors: of the number itself where it can be negative, of its logarithm elsewhere; else `_WIDE`.

The prior on prices is narrow and such that a price alone comes back as about the probability that it stands for: many more
markets than these say that prices are near the mark, and few contests would make every favourite a certainty.
"""
_WIDE = 0.3
_NO_MATTER = {"transfer_slope": 1.0, "transfer_error": 0.0, "exhausted": 0.0}
"""First votes do not depend on these; they are fitted by `transfer_fit`."""


@dataclass(frozen=True)
class Case:
    """A past contest, looked at on a day, with what its votes were."""

    contest: PastContest
    weight: float
    plan: Layout
    targets: tuple[Target, ...]


def cases(shelf: Shelf) -> list[Case]:
    """Every contest at every look that has recorded votes and more than one candidate."""
    out = []
    for contest in shelf.contests:
        result = shelf.results.get(contest.id)
        for days, weight in LOOKS if result is not None else ():
            seen = contest.as_of(contest.decided - timedelta(days=days))
            if len(seen.names) > 1 and result is not None:
                plan = layout(seen, len(seen.names))
                found = targets(seen, plan, result)
                if found:
                    out.append(Case(seen, weight, plan, found))
    return out


def log_density(case: Case, links: Links) -> float:
    """Log density of a case's recorded shares under the multivariate t, counted for `MOST` contrasts at the most."""
    post, _ = posterior(case.contest, case.plan, links)
    names = case.contest.names
    rows, values = [], []
    for target in case.targets:
        h = helmert(len(target.names))
        see = np.zeros((len(h), len(post.mean)))
        at = [target.section * len(names) + names.index(n) for n in target.names]
        see[:, at] = h
        rows.append(see)
        values.append(h @ target.log)
    see, value = np.concatenate(rows), np.concatenate(values)
    n = len(value)
    cov = see @ post.cov @ see.T + 1e-4 * np.eye(n)
    cov *= (links.tail - 2) / links.tail
    root = np.linalg.cholesky(cov)
    z = np.linalg.solve(root, value - see @ post.mean)
    df = links.tail
    log = lgamma((df + n) / 2) - lgamma(df / 2) - 0.5 * n * np.log(df * np.pi) - float(np.log(np.diag(root)).sum())
    log -= 0.5 * (df + n) * float(np.log1p(z @ z / df))
    return float(case.weight * log * min(1.0, MOST / n))


def point(values: Mapping[str, float]) -> Floats:
    """The numbers in free coordinates: themselves where they can be negative, their logarithms elsewhere."""
    return np.array([values[n] if n in _LINEAR else np.log(values[n]) for n in _JUDGED])


def numbers(at: Floats) -> dict[str, float]:
    """The numbers at a point."""
    return {n: float(v) if n in _LINEAR else float(np.exp(v)) for n, v in zip(_JUDGED, at, strict=True)}


def densities(at: Floats, data: Sequence[Case], fixed: Mapping[str, float]) -> Floats:
    """(cases + 1,): the log density of each case, and last the log prior."""
    links = Links.model_validate({**_NO_MATTER, **numbers(at), **fixed})
    off = (at - point(_JUDGED)) / np.array([_SPREAD.get(n, _WIDE) for n in _JUDGED])
    return np.array([*(log_density(c, links) for c in data), -0.5 * float(off @ off)])


def fit(data: Sequence[Case], fixed: Mapping[str, float], sweeps: int = 8) -> Floats:
    """The point that maximises the sum of `densities`, by a search along each number in turn with steps that shrink."""
    at = point(_JUDGED)
    best = float(densities(at, data, fixed).sum())
    steps = np.full(len(at), 0.2)
    for _ in range(sweeps):
        for k in range(len(at)):
            moved, found = _try(k, at, float(steps[k]), best, data, fixed)
            steps[k] *= 1.3 if found > best else 0.4
            at, best = moved, found
    return at


def _try(
    k: int, at: Floats, step: float, best: float, data: Sequence[Case], fixed: Mapping[str, float]
) -> tuple[Floats, float]:
    for sign in (1, -1):
        tried = at.copy()
        tried[k] += sign * step
        found = float(densities(tried, data, fixed).sum())
        if found > best:
            return tried, found
    return at, best


def slopes(at: Floats, data: Sequence[Case], fixed: Mapping[str, float], h: float = 0.02) -> tuple[Floats, Floats]:
    """Gradient (numbers, cases + 1) of `densities`, and its curvature (numbers, numbers, cases + 1), by differences."""
    n = len(at)
    middle = densities(at, data, fixed)
    step = h * np.eye(n)
    up = [densities(at + step[i], data, fixed) for i in range(n)]
    down = [densities(at - step[i], data, fixed) for i in range(n)]
    gradient = np.array([(u - d) / (2 * h) for u, d in zip(up, down, strict=True)])
    curve = np.zeros((n, n, len(middle)))
    for i in range(n):
        curve[i, i] = (up[i] - 2 * middle + down[i]) / h**2
        for j in range(i):
            both = densities(at + step[i] + step[j], data, fixed)
            curve[i, j] = curve[j, i] = (both - up[i] - up[j] + middle) / h**2
    return gradient, curve


def fit_all(shelf: Shelf, fixed: Mapping[str, float]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """(numbers fitted on all contests, contest -> numbers fitted without it).

    The fits without one are Newton steps from the fit on all, on the density of the contests kept.
    """
    data = cases(shelf)
    at = fit(data, fixed)
    gradient, curve = slopes(at, data, fixed)
    at = at + _newton(gradient.sum(axis=1), curve.sum(axis=2))
    gradient, curve = slopes(at, data, fixed)
    out = {}
    for contest in shelf.contests:
        kept = np.array([c.contest.id != contest.id for c in data] + [True])
        if not kept.all():
            curved = curve[:, :, kept].sum(axis=2)
            moved = at + _newton(gradient[:, kept].sum(axis=1), curved)
            again = _again(moved, [c for c in data if c.contest.id != contest.id], fixed, curved)
            others = [c for c in shelf.contests if c.id != contest.id]
            out[contest.id] = numbers(again) | fit_transfers(others, shelf.results)
    return numbers(at) | fit_transfers(shelf.contests, shelf.results), out


def _again(at: Floats, data: Sequence[Case], fixed: Mapping[str, float], curve: Floats, h: float = 0.02) -> Floats:
    """One more Newton step, with a gradient of its own."""
    step = h * np.eye(len(at))
    sides = [(densities(at + s, data, fixed).sum() - densities(at - s, data, fixed).sum()) / (2 * h) for s in step]
    return at + _newton(np.array(sides), curve)


def _newton(gradient: Floats, curve: Floats) -> Floats:
    """The step to the top of the parabola; curvature is held to at least a third of the prior's, and steps to 0.3."""
    values, vectors = np.linalg.eigh(-curve)
    step = vectors @ ((vectors.T @ gradient) / np.maximum(values, 1 / (3 * _WIDE**2)))
    held: Floats = np.clip(step, -0.3, 0.3)
    return held


_HEAD = """\
# The links of the forecast: what each kind of evidence says about vote shares (docs/forecast.md has the model, `Links` the words).
# Written by `python -m whipcount.forecast.fit` from the {count} past contests in library/backtest, whose files have the source of
# every fact; the priors that it starts from are judgements and stand in that module. `left_out` has the numbers as
# fitted without one contest, with which that contest is forecast in the backtest. `fixed` numbers are judgements.
"""


def write(path: Path, shelf: Shelf, fixed: Mapping[str, float]) -> dict[str, float]:
    """Fit, and write the file of the links."""
    whole, without = fit_all(shelf, fixed)

    def flow(values: Mapping[str, float]) -> str:
        return "{" + ", ".join(f"{k}: {v:g}" for k, v in values.items()) + "}"

    lines = [_HEAD.format(count=len(shelf.contests)) + f"fitted: {flow(whole)}", f"fixed: {flow(fixed)}", "left_out:"]
    lines += [f"  {name}: {flow(values)}" for name, values in without.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return whole


if __name__ == "__main__":
    from whipcount.forecast.settings import fixed_links, links_path

    for number, value in write(links_path(), read_shelf(shipped()), fixed_links()).items():
        print(f"{number}: judged {_JUDGED.get(number, float('nan')):g}, fitted {value:g}")
