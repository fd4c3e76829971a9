"""How fast the headcount is: the target of the issue, and ratios to peers measured in the same run.

    python bench/bench_headcount.py [--quick]

650 electors, 12 options, 5,000 pieces of evidence from 60 sources, 200 statements about totals from 20: all made from the model, so that the
truth is known. Printed: seconds, R-hat and effective draws of the worst total; effective draws a second; the same of NumPyro
and PyMC on the same arrays (`headcount_peers`), if they are installed; and, on a small world, of a plain Gibbs sampler in NumPy.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import date

import numpy as np

from whipcount.contest import Elector, Evidence, Question
from whipcount.contest.amounts import parse_amount
from whipcount.headcount.convergence import convergence
from whipcount.headcount.model import infer, prior, shift
from whipcount.headcount.posterior import Posterior, posterior
from whipcount.headcount.result import Headcount
from whipcount.headcount.sampler import sample
from whipcount.headcount.sources import reliability
from whipcount.headcount.statements import statements
from whipcount.headcount.totals import total_statements

DAY = date(2020, 6, 1)


def world(electors: int, options: int, said: int, totals: int, seed: int) -> tuple[list, tuple, Question, np.ndarray]:
    """Rows of evidence, the roll, the question, and where everybody really is; a tenth of the electors stay silent."""
    rng = np.random.default_rng(seed)
    names = tuple(f"Candidate {k}" for k in range(options))
    roll = tuple(Elector.model_construct(id=f"e{i}", name=f"Elector {i}", section="mps") for i in range(electors))
    z = rng.choice(options, electors, p=rng.dirichlet(np.full(options, 1.5)))
    heard = max(1, electors * 9 // 10)
    q = rng.beta(6, 2, 60)
    rows = []
    for j in range(said):
        i, v = int(rng.integers(heard)), int(rng.integers(60))
        k = int(z[i]) if rng.random() < q[v] else int(rng.integers(options))
        rows.append(_row(f"s{j}", "report", f"source {v}", "named report", f"e{i}", names[k], None))
    count = np.bincount(z, minlength=options)
    for j in range(totals):
        k = int(rng.integers(options))
        stated = max(0, int(count[k] + rng.normal(0, 0.04 * electors)))
        text = [str(stated), f"at least {max(stated - 10, 0)}", f"{stated} to {stated + 12}", "lacks the numbers"][
            j % 4
        ]
        # One statement of each voice on a sum counts; 200 voices of 20 makers would be one each.
        rows.append(
            _row(f"t{j}", "total", f"teller {j % 20}", "named report", None, names[k], text, story=f"story {j}")
        )
    question = Question(id="leader", asks="Who wins?", kind="election", section="mps", opens=DAY, due=DAY)
    return [(r, 1.0) for r in rows], (roll, names), question, count


def _row(id_: str, kind: str, by: str, source: str, elector: str | None, option: str, amount: str | None, story: str | None = None) -> Evidence:  # fmt: skip
    return Evidence.model_construct(
        id=id_, known=DAY, question="leader", section="mps", kind=kind, by=by, source_kind=source, elector=elector,
        stance=None if amount else "supports", option=(option,), amount=parse_amount(amount) if amount else None,
        firmness=None, story=story, quote=None,
    )  # fmt: skip


def run(name: str, size: tuple[int, int, int, int], draws: int) -> Headcount:
    """One headcount from rows to result, timed in its parts."""
    rows, (roll, names), question, truth = world(*size, seed=1)
    table = reliability()
    groups: list[tuple[str, ...]] = [()] * len(roll)
    infer(
        question, "mps", DAY, names, roll, rows[:20], groups, seed=1, draws=40, table=table
    )  # loads the compiled code
    began, busy = time.perf_counter(), time.process_time()
    count = infer(question, "mps", DAY, names, roll, rows, groups, seed=1, draws=draws, table=table)
    whole, busy = time.perf_counter() - began, time.process_time() - busy
    began = time.perf_counter()
    sample(count.basis.data, draws, np.random.default_rng(2))
    alone = time.perf_counter() - began
    worst = max(c.rhat for c in count.convergence)
    inside = sum(s.low <= t <= s.high for s, t in zip(count.support, truth, strict=True))
    print(
        f"{name}: {draws} draws in {whole:.2f} s ({busy:.2f} s of processor; sampling alone {alone:.2f} s); worst R-hat {worst:.4f}, "
        f"least effective draws {count.effective:.0f}, {count.effective / alone:.0f} a second of sampling; "
        f"{inside} of {len(truth)} true totals in their 80 % interval"
    )
    print(
        f"    {len(count.statements)} statements, {len(count.totals)} totals after stories and voices are counted once"
    )
    return count


def plain(count: Headcount, draws: int) -> None:
    """The same posterior by the sampler in NumPy."""
    began = time.perf_counter()
    trace = sample(count.basis.data, draws, np.random.default_rng(3), fast=False)
    took = time.perf_counter() - began
    checks = convergence(count.options, trace.chains)
    least = min(c.effective for c in checks)
    print(f"    NumPy: {draws} draws in {took:.1f} s, least effective draws {least:.0f}, {least / took:.2f} a second")
    began = time.perf_counter()
    sample(count.basis.data, len(count.draws.totals), np.random.default_rng(2))
    ours = count.effective / (time.perf_counter() - began)
    print(f"    compiled / NumPy, effective draws a second: {ours / (least / took):.0f}")


def rebuilt() -> Posterior:
    """The arrays of the target, for profiling."""
    rows, (roll, names), question, _ = world(650, 12, 5000, 200, seed=1)
    table = reliability()
    said = statements(rows, question, names, roll, DAY, table)
    totals = total_statements(rows, question, names, len(roll), DAY, table)
    alpha, tilt = prior(question, names, table), shift(question, names, table)
    return posterior(said, totals, [()] * len(roll), alpha, tilt, table)


def peers(count: Headcount, warmup: int, draws: int) -> None:
    """The same arrays by NUTS, totals as a normal vector; our effective draws a second as a multiple of the faster one's."""
    try:
        from headcount_peers import PeerDraws, numpyro_draws, pymc_draws
    except ImportError as missing:
        print(f"    peers left out: {missing}")
        return
    data, size = count.basis.data, len(count.draws.totals)
    began = time.perf_counter()
    trace = sample(data, size, np.random.default_rng(2))
    ours = min(c.effective for c in convergence(count.options, trace.chains)) / (time.perf_counter() - began)
    print(f"    ours, warm-up counted: {ours:.0f} effective draws a second; expected totals {_means(trace.totals)}")
    best = {"sampling alone": 0.0, "with warm-up": 0.0}
    for name, draw in (("NumPyro", numpyro_draws), ("PyMC", pymc_draws)):
        try:
            found: PeerDraws = draw(data, warmup, draws)
        except ImportError:
            print(f"    {name} is not installed: left out")
            continue
        checks = convergence(count.options, found.totals)
        least, worst = min(c.effective for c in checks), max(c.rhat for c in checks)
        spent = {"sampling alone": found.sampling, "with warm-up": found.sampling + found.warmup}
        best = {kind: max(rate, least / spent[kind]) for kind, rate in best.items()}
        print(
            f"    {name}: compiling {found.compiling:.1f} s, warm-up {found.warmup:.1f} s, {found.totals.shape[:2]} draws in "
            f"{found.sampling:.1f} s ({found.steps:.0f} gradients for each); worst R-hat {worst:.3f}, least effective draws "
            f"{least:.0f}: {least / found.sampling:.2f} a second of sampling, "
            f"{least / (found.sampling + found.warmup):.2f} with warm-up; expected totals {_means(found.totals)}"
        )
    for kind, rate in best.items():
        if rate:
            print(f"    ours (warm-up counted) / the faster peer ({kind}): {ours / rate:.0f}")


def _means(totals: np.ndarray) -> str:
    return " ".join(f"{x:.1f}" for x in totals.reshape(-1, totals.shape[-1]).mean(axis=0))


def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the peers")
    quick = parser.parse_args().quick
    print("load of the machine: " + " ".join(f"{x:.2f}" for x in os.getloadavg()))
    small = run("34 electors, 3 options, 90 pieces, 12 totals", (34, 3, 90, 12), 20_000)
    plain(small, 4_000)
    large = run("650 electors, 12 options, 5,000 pieces, 200 totals", (650, 12, 5000, 200), 4_000)
    if not quick:
        peers(large, 300, 300)


if __name__ == "__main__":
    main()
