"""How the leaning of the silent was chosen, and how well the choice does on votes that had no part in it.

Each vote of the record is left out in turn: gamma, kappa and delta, the weight of prices, are chosen on the others, and the one left out
is predicted with them.
The choice is by the log score of the totals, under a normal curve with the mean and the spread that were predicted, so that a vote
of 34 counts as much as one of 313.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whipcount.headcount.cases import Case, counts_case, folder_case, load_cases
from whipcount.headcount.sources import Reliability, reliability
from whipcount.headcount.track_record import Line, Record, lines_of
from whipcount.rules.output import html_table

GAMMAS, KAPPAS, DELTAS = (0.25, 0.4, 0.55, 0.7, 0.85, 1.0), (2.0, 4.0, 8.0), (0.0, 0.15, 0.3, 0.45)
Choice = tuple[float, float, float]
"""gamma, kappa, delta."""


@dataclass(frozen=True)
class LeftOut:
    """The record in which every vote was predicted with what was chosen on the others.

    choices  vote -> what was chosen without it; `best`: what is chosen on all
    """

    record: Record
    choices: Mapping[str, Choice]
    best: Choice

    def table(self) -> list[dict[str, Any]]:
        """One row for each vote: what was chosen without it, and the errors then."""
        return [{"case": r["case"], **_named(self.choices[r["case"]])} | r for r in self.record.by_case()]

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return {
            "best": _named(self.best),
            "coverage": self.record.coverage,
            "sums": self.record.sums(),
            "cases": self.table(),
        }

    def chart(self) -> Any:
        """Predicted against actual, as the record's own chart."""
        return self.record.chart()

    def _repr_html_(self) -> str:
        return html_table(self.table(), list(self.table()[0]))


def left_out(*, seed: int = 1, draws: int = 4_000, told: Callable[[int, int], None] | None = None) -> LeftOut:
    """Choose gamma, kappa and delta once for every vote, without it.

    told    called with how many of the combinations are done, and of how many
    """
    table = reliability()
    grid = [(gamma, kappa, delta) for gamma in GAMMAS for kappa in KAPPAS for delta in DELTAS]
    lines: dict[Choice, dict[str, tuple[Line, ...]]] = {}
    scores: dict[Choice, dict[str, float]] = {}
    cases: dict[str, Case] = {}
    for done, choice in enumerate(grid, 1):
        # Where there are no prices delta makes no difference: those votes are done once for each gamma and kappa.
        again = None if choice[2] == DELTAS[0] else {name for name, c in cases.items() if c.count.prices}
        cases |= {c.id: c for c in _cases(_with(table, choice), seed, draws, again)}
        lines[choice] = {name: lines_of(c) for name, c in cases.items()}
        scores[choice] = {name: log_score(c) for name, c in cases.items()}
        if told is not None:
            told(done, len(grid))
    names = list(lines[grid[0]])
    choices = {name: _best(scores, [n for n in names if n != name]) for name in names}
    chosen = tuple(line for name in names for line in lines[choices[name]][name])
    return LeftOut(Record(chosen, {}), choices, _best(scores, names))


def log_score(case: Case) -> float:
    """The log density of the actual totals under independent normal curves; half an elector more spread for rounding."""
    totals = case.count.draws.totals
    spread = np.sqrt(totals.var(axis=0) + 0.25)
    off = (np.array(case.actual) - totals.mean(axis=0)) / spread
    return float((-0.5 * off**2 - np.log(spread)).sum())


def _best(scores: Mapping[Choice, Mapping[str, float]], names: Sequence[str]) -> Choice:
    return max(scores, key=lambda choice: sum(scores[choice][n] for n in names))


def _named(choice: Choice) -> dict[str, float]:
    return dict(zip(("gamma", "kappa", "delta"), choice, strict=True))


def _with(table: Reliability, choice: Choice) -> Reliability:
    values = dict(zip(("gamma", "kappa", "market"), choice, strict=True))
    return table.model_copy(update={"leanings": table.leanings.model_copy(update=values)})


def _cases(table: Reliability, seed: int, draws: int, only: Collection[str] | None) -> list[Case]:
    """The cases of these ids; None for all."""
    cases = load_cases()
    folders = [c for c in cases.folders if only is None or c.id in only]
    counts = [c for c in cases.counts if only is None or c.id in only]
    return [folder_case(c, seed, draws, table) for c in folders] + [counts_case(c, seed, draws, table) for c in counts]
