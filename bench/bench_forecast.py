"""How fast contests are simulated: figures and ratios measured in this run. `python bench/bench_forecast.py`.

100,000 contests of five candidates and three sections with a third of the weight each, counted by the alternative vote; the same
draws looped through `pref_voting` (a sample of them, as profiles of all 120 rankings, with and without the time to make
each profile; weights of rankings are made beforehand and not timed); and the whole backtest of the contests that ship.
"""

from __future__ import annotations

import time
from itertools import permutations

import numpy as np

from whipcount.forecast import LucePapers, compiled, run_ballot
from whipcount.forecast.past import read_shelf, shipped
from whipcount.forecast.pastcast import ballot_for
from whipcount.score.backtest import backtest

CONTESTS, CANDIDATES, SECTIONS, SAMPLE = 100_000, 5, 3, 200
PAPERS = 1_000_000


def draws() -> tuple[LucePapers, np.ndarray]:
    rng = np.random.default_rng(7)
    shares = rng.dirichlet(np.full(CANDIDATES, 3.0), size=(CONTESTS, SECTIONS))
    order = rng.permuted(np.tile(np.arange(CANDIDATES), (CONTESTS, 1)), axis=1)
    level = np.ones((CANDIDATES, CANDIDATES))
    return LucePapers(shares, shares, level, tuple(range(SECTIONS))), order


def rankings(strength: np.ndarray) -> np.ndarray:
    """Weights of all rankings under Luce's choice axiom."""
    out = []
    for ranking in permutations(range(CANDIDATES)):
        left, p = 1.0, 1.0
        for c in ranking[:-1]:
            p *= strength[c] / left
            left -= strength[c]
        out.append(p)
    return np.array(out)


def peer(papers: LucePapers) -> tuple[float, float, list[int]]:
    """Seconds a contest in pref_voting with and without making its profile, and the winners."""
    from pref_voting.profiles import Profile
    from pref_voting.voting_methods import instant_runoff

    every = [list(r) for r in permutations(range(CANDIDATES))]
    weights = [sum(rankings(papers.kinds[i, s]) for s in range(SECTIONS)) / SECTIONS for i in range(SAMPLE)]
    counts = [[int(w) for w in np.round(w * PAPERS)] for w in weights]
    instant_runoff(Profile(every, rcounts=counts[0]))
    start = time.perf_counter()
    profiles = [Profile(every, rcounts=c) for c in counts]
    made = time.perf_counter()
    winners = [instant_runoff(p)[0] for p in profiles]
    end = time.perf_counter()
    return (end - start) / SAMPLE, (end - made) / SAMPLE, winners


def main() -> None:
    papers, order = draws()
    ballot, field = ballot_for([1 / SECTIONS] * SECTIONS), np.ones((CONTESTS, CANDIDATES), bool)
    loop, alone, winners = peer(papers)
    for name, use in (("compiled", True), ("numpy alone", False)):
        if not use:
            compiled.fits = lambda *_: False  # type: ignore[assignment]
        run_ballot(ballot, papers.part(slice(0, 5000)), field[:5000], order[:5000])
        times = []
        for _ in range(3):
            start = time.perf_counter()
            made = run_ballot(ballot, papers, field, order)
            times.append(time.perf_counter() - start)
        best = min(times)
        same = float(np.mean(made.winner[:SAMPLE] == winners))
        print(f"{CONTESTS:,} contests, {CANDIDATES} candidates, {SECTIONS} sections, {name}: {best:.3f} s (best of 3)")
        print(
            f"  pref_voting in a loop takes {loop * CONTESTS / best:,.0f} times as long ({1e3 * loop:.2f} ms a contest),"
        )
        print(f"  {alone * CONTESTS / best:,.0f} times without making the profiles; same winner in {same:.1%}")
    start = time.perf_counter()
    backtest(read_shelf(shipped()), (60, 30, 14, 7))
    print(f"backtest of the contests that ship, five looks at each: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
