"""The links that ship are what the fit gives, and a fit without a contest does not see it."""

from __future__ import annotations

import numpy as np
import pytest

from whipcount.forecast.fit import cases, densities, fit, fit_all, point, slopes
from whipcount.forecast.past import PastResult, read_shelf, shipped
from whipcount.forecast.settings import fixed_links, links

SHELF = read_shelf(shipped())


def test_the_shipped_links_are_near_the_top() -> None:
    data, fixed = cases(SHELF), fixed_links()
    here = point(links().model_dump())
    best = densities(here, data, fixed).sum()
    for k in range(len(here)):
        for step in (-0.1, 0.1):
            off = here.copy()
            off[k] += step
            assert densities(off, data, fixed).sum() < best


@pytest.mark.long
def test_the_fit_gives_the_shipped_links_and_leaves_one_out() -> None:
    whole, without = fit_all(SHELF, fixed_links())
    for name, value in whole.items():
        assert getattr(links(), name) == pytest.approx(value, abs=0.01)
    # What became of a contest has no bearing on the links that it is forecast with.
    left = "uk-ld-2006"
    other = PastResult("Chris Huhne", ())
    kept = [c for c in cases(SHELF) if c.contest.id != left]
    assert all(c.contest.id != left for c in cases(type(SHELF)(SHELF.contests, {**SHELF.results, left: other})))
    exact = fit(kept, fixed_links(), sweeps=20)
    gradient, _ = slopes(exact, kept, fixed_links())
    assert np.abs(gradient.sum(axis=1)).max() < 0.6
    near = point(links(left).model_dump())
    assert densities(near, kept, fixed_links()).sum() > densities(exact, kept, fixed_links()).sum() - 0.1
    assert set(without) == {c.contest.id for c in cases(SHELF)}
