"""Times of the `power` room, all measured in this one run, beside a plain floating-point dynamic programme.

650 players with log-normal whole-number weights, sum about 13,000. Run on one core: `taskset -c 0 python bench/bench_power.py`.
The floor is what most packages do: an array of doubles, one pass a player, and one whole pass again without each distinct
weight. It knows no large whole numbers (its counts are probabilities) and no sizes.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable
from fractions import Fraction
from time import perf_counter, process_time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402

from whipcount.power import Game, fast, power_over_draws  # noqa: E402


def chamber(players: int = 650, total: int = 13_000, seed: int = 7) -> tuple[int, list[int]]:
    drawn = np.random.default_rng(seed).lognormal(0, 1, players)
    weights = np.maximum(1, np.round(drawn * total / drawn.sum())).astype(int).tolist()
    return sum(weights) // 2 + 1, weights


def floor_banzhaf(quota: int, weights: list[int]) -> list[float]:
    chance = {}
    for left_out in set(weights):
        rest = weights.copy()
        rest.remove(left_out)
        sums = np.zeros(quota)
        sums[0] = 1.0
        for weight in rest:
            moved = sums[: quota - weight] / 2 if weight < quota else sums[:0]
            sums /= 2
            sums[quota - len(moved) :] += moved
        chance[left_out] = sums[max(quota - left_out, 0) :].sum()
    return [chance[weight] for weight in weights]


def timed(run: Callable[[], object], times: int) -> tuple[tuple[float, float], object]:
    """The fastest run's seconds by the clock, the least processor seconds, and the result."""
    clock, processor, result = [], [], None
    for _ in range(times):
        start, begun = perf_counter(), process_time()
        result = run()
        clock.append(perf_counter() - start)
        processor.append(process_time() - begun)
    return (min(clock), min(processor)), result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=3, help="runs of each, of which the fastest counts")
    times = parser.parse_args().times
    quota, weights = chamber()
    print(
        f"{len(weights)} players, total weight {sum(weights)}, quota {quota}, {len(set(weights))} different weights\n"
    )
    spent, compiled = timed(fast._load, 1)
    engine = "no numba: NumPy" if compiled is None else "numba"
    print(f"loading the compiled loops ({engine}): {spent[0]:.2f} s, of the processor {spent[1]:.2f} s\n")

    rows = []
    base, rough = timed(lambda: floor_banzhaf(quota, weights), 1)
    rows.append(("floor: Banzhaf, floats", base, None))
    spent, exact = timed(lambda: Game(quota, weights).banzhaf("absolute"), times)
    rows.append(("Banzhaf, exact", spent, 0.3))
    worst = max(abs(a / float(b) - 1) for a, b in zip(rough, exact, strict=True))
    spent, floats = timed(lambda: Game(quota, weights).shapley_shubik(exact=False), times)
    rows.append(("Shapley-Shubik, 12 digits", spent, 1.0))
    spent, fractions = timed(lambda: Game(quota, weights).shapley_shubik(), 1)
    rows.append(("Shapley-Shubik, fractions", spent, 30.0))
    digits = max(abs(Fraction(a) / b - 1) for a, b in zip(floats, fractions, strict=True))

    draws = np.random.default_rng(1).multinomial(34, [0.3, 0.25, 0.15, 0.12, 0.1, 0.08], size=10_000)
    spent, _ = timed(lambda: power_over_draws(draws, 18), times)
    rows.append(("10,000 draws of 6 camps", spent, None))
    if importlib.util.find_spec("powerindex"):
        import powerindex

        spent, _ = timed(lambda: powerindex.Game(quota=quota, weights=weights).calc_banzhaf(), 1)
        rows.append(("powerindex: Banzhaf", spent, None))

    print(f"{'what':<28}{'seconds':>10}{'processor':>11}{'floor / it':>12}{'target':>9}")
    for what, (clock, processor), target in rows:
        ratio = base[1] / processor
        print(f"{what:<28}{clock:>10.3f}{processor:>11.3f}{ratio:>12.1f}{f'{target:g}' if target else '':>9}")
    print(f"\nlargest relative error: floor {worst:.1e}, Shapley-Shubik by quadrature {float(digits):.1e}")
    # Judged by processor time, so that a busy machine fails nobody.
    if any(target is not None and processor > target for _, (_, processor), target in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
