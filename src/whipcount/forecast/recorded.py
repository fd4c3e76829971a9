"""The votes that were recorded in a past contest, in the layout of its forecast: what fitting and scoring compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from whipcount.forecast.past import PastContest, PastResult, PastRound
from whipcount.forecast.pastcast import Layout
from whipcount.forecast.weigh import FLOOR

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """Recorded log shares: of candidates `at` in a section of the layout."""

    section: int
    names: tuple[str, ...]
    log: Floats


def targets(seen: PastContest, plan: Layout, result: PastResult) -> tuple[Target, ...]:
    """The first votes that were recorded, after the day, among those still in; section by section where that is known."""
    later = [r for r in result.rounds if r.day >= seen.decided - timedelta(days=3)] or list(result.rounds)
    field = set(seen.names)
    deciding = plan.deciding
    if len(deciding) > 1:
        first = min((r.round for r in later), default=1)
        return _by_section([r for r in later if r.round == first], plan, field)
    inside = [r for r in later if set(r.shares) <= field] or [r for r in later if len(set(r.shares) & field) > 1]
    if not inside:
        return ()
    first = min(r.round for r in inside)
    same = [r for r in inside if r.round == first]
    best = next((r for r in same if r.body is None), same[0])
    return (_target(deciding[0], best, field),)


def _by_section(rounds: Sequence[PastRound], plan: Layout, field: set[str]) -> tuple[Target, ...]:
    out = []
    left = [r for r in rounds if r.body is not None and len(set(r.shares) & field) > 1]
    for number in plan.deciding:
        mine = next((r for r in left if r.body == plan.sections[number].body), None)
        if mine is not None:
            left.remove(mine)
            out.append(_target(number, mine, field))
    return tuple(out)


def _target(section: int, one: PastRound, field: set[str]) -> Target:
    names = tuple(sorted(set(one.shares) & field))
    share = np.array([max(one.shares[n], FLOOR) for n in names])
    return Target(section, names, np.log(share / share.sum()))
