"""The plain ballot, compiled: ranked papers, one majority of what continues, the last one out each round.

The same tests in the same order as `kernel`, for the one kind of ballot that most simulations run; a test holds the two to each
other. Needs the extra 'fast'; without it, or for any other ballot, `kernel` does the work.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.compiling import announced
from whipcount.forecast.papers import LucePapers
from whipcount.rules import Ballot

Floats = NDArray[np.float64]
LEAST = 2_000
"""With fewer draws, loading the compiled code costs more than it saves."""


def fits(ballot: Ballot, papers: object, draws: int, units: bool) -> bool:
    """Whether a ballot is of the plain kind and the compiled loop can be had."""
    if draws < LEAST or units or not isinstance(papers, LucePapers) or not papers.level:
        return False
    r = ballot.rounds
    one = len(ballot.wins) == 1 and ballot.wins[0].share is not None and 2 * ballot.wins[0].share == 1
    plain = (
        one and ballot.wins[0].compare == "more than" and ballot.wins[0].of == "continuing" and not ballot.wins[0].plus
    )
    rounds = r.out == "lowest" and not r.floors and not r.batch and r.at_most is None and r.until is None
    whole = ballot.leaves == 1 and ballot.lead is None and ballot.paper == "ranked" and ballot.exhausted == "rebased"
    return plain and rounds and whole and papers.body == tuple(range(len(ballot.sections))) and has_numba()


@cache
def has_numba() -> bool:
    """Whether the extra 'fast' is installed."""
    return find_spec("numba") is not None


def run(
    papers: LucePapers, weights: Floats, field: NDArray[np.bool_], order: NDArray[np.int64], eps: float
) -> tuple[NDArray[Any], ...]:
    """winner, left, rounds, first, last, final, as in `BallotDraws`.

    weights  (sections,) of the ballot; a single 1 where tallies are plain votes
    """
    n, c = field.shape
    s = len(weights)
    out = (
        np.full(n, -1), field.copy(), np.zeros(n, np.int64),
        np.zeros((n, s, c)), np.zeros((n, s, c)), np.zeros((n, c)),
    )  # fmt: skip
    kinds, strengths = np.ascontiguousarray(papers.kinds), np.ascontiguousarray(papers.strengths)
    loop, ordered = _loop(), np.ascontiguousarray(order)

    def part(at: slice) -> None:
        loop(kinds[at], strengths[at], weights, ordered[at], papers.exhausted, eps, *(o[at] for o in out))

    threads = min(os.cpu_count() or 1, 8)
    step = -(-n // threads)
    with announced("the forecast"):
        part(slice(0, 1))  # compiled before the threads start
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, [slice(i, i + step) for i in range(1, n, step)]))
    return out


def prepare() -> None:
    """Compile the loop now, on one paper."""
    one = np.ones((1, 1, 1))
    papers = LucePapers(one, one, np.ones((1, 1)), (0,))
    run(papers, np.ones(1), np.ones((1, 1), np.bool_), np.zeros((1, 1), np.int64), 1e-9)


@cache
def _loop() -> Any:
    """The compiled loop. It lets go of the interpreter, so that threads can share out the draws."""
    import numba

    def loop(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0917
        kinds, strengths, weights, order, exhausted, eps, winner, left, rounds, first, last, final
    ):
        n, s, c = kinds.shape
        for i in range(n):
            votes = np.zeros((s, c))
            tally = np.zeros(c)
            number = 0
            open_ = True
            while open_ and number < 60:
                number += 1
                alive = 0
                for k in range(c):
                    alive += left[i, k]
                    tally[k] = 0.0
                total = 0.0
                for b in range(s):
                    all_, live, loose = 0.0, 0.0, 0.0
                    for k in range(c):
                        all_ += strengths[i, b, k]
                        if left[i, k]:
                            live += strengths[i, b, k]
                        else:
                            loose += kinds[i, b, k]
                    base = live + exhausted * all_
                    back = loose / base if base > 0 else 0.0
                    whole = 0.0
                    for k in range(c):
                        votes[b, k] = kinds[i, b, k] + back * strengths[i, b, k] if left[i, k] else 0.0
                        whole += votes[b, k]
                    for k in range(c):
                        share = votes[b, k] / whole if whole > 0 else 0.0
                        tally[k] += weights[b] * share if s > 1 else votes[b, k]
                        last[i, b, k] = share
                        if number == 1:
                            first[i, b, k] = share
                for k in range(c):
                    total += tally[k]
                small = eps * max(total, 1.0)
                for k in range(c):
                    final[i, k] = tally[k] / max(total, eps)
                top, low = -1, -1
                top_step, low_step = 0.0, 0.0
                for k in range(c):
                    if left[i, k]:
                        step = np.round(tally[k] / small / 10)
                        if top < 0 or step > top_step or (step == top_step and order[i, k] < order[i, top]):
                            top, top_step = k, step
                        if low < 0 or step < low_step or (step == low_step and order[i, k] > order[i, low]):
                            low, low_step = k, step
                if alive == 0:
                    open_ = False
                elif alive <= 2 or tally[top] > 0.5 * total + small:
                    winner[i] = top
                    open_ = False
                else:
                    left[i, low] = False
            rounds[i] = number

    return numba.njit(cache=True, nogil=True)(loop)
