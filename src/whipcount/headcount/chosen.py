"""How the leaning of the silent was chosen, and how well the choice does on votes that had no part in it.

Each vote of the record is left out in turn: gamma and kappa are chosen on the others, and the one left out is predicted with them.
The choice is by the log score of the totals, under a normal curve with the mean and the spread that were predicted, so that a vote
of 34 counts as much as one of 313.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whipcount.headcount.cases import Case, counts_case, folder_case, load_cases
from whipcount.headcount.sources import Reliability, reliability
from whipcount.headcount.track_record import Line, Record, lines_of
from whipcount.rules.output import html_table

GAMMAS, KAPPAS = (0.25, 0.4, 0.55, 0.7, 0.85, 1.0), (2.0, 4.0, 8.0)
Choice = tuple[float, float]


@dataclass(frozen=True)
class LeftOut:
    """The record in which every vote was predicted with what was chosen on the others.

    choices  vote -> the gamma and kappa chosen without it; `best`: those chosen on all
    """

    record: Record
    choices: Mapping[str, Choice]
    best: Choice
    market: float

    def table(self) -> list[dict[str, Any]]:
        """One row for each vote: what was chosen without it, and the errors then."""
        rows = self.record.by_case()
        return [{"case": r["case"], "gamma": self.choices[r["case"]][0], "kappa": self.choices[r["case"]][1]} | r for r in rows]  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return {
            "market": self.market,
            "best": dict(zip(("gamma", "kappa"), self.best, strict=True)),
            "coverage": self.record.coverage,
            "sums": self.record.sums(),
            "cases": self.table(),
        }

    def chart(self) -> Any:
        """Predicted against actual, as the record's own chart."""
        return self.record.chart()

    def _repr_html_(self) -> str:
        return html_table(self.table(), list(self.table()[0]))


def left_out(
    *, market: float | None = None, seed: int = 1, draws: int = 4_000, told: Callable[[int, int], None] | None = None
) -> LeftOut:
    """Choose gamma and kappa once for every vote, without it.

    market  weight of prices (see `market`), not chosen here; by default the one that ships
    told    called with how many of the combinations are done, and of how many
    """
    table = reliability()
    weight = table.leanings.market if market is None else market
    grid = [(gamma, kappa) for gamma in GAMMAS for kappa in KAPPAS]
    lines: dict[Choice, dict[str, tuple[Line, ...]]] = {}
    scores: dict[Choice, dict[str, float]] = {}
    for done, choice in enumerate(grid, 1):
        cases = _cases(_with(table, choice, weight), seed, draws)
        lines[choice] = {c.id: lines_of(c) for c in cases}
        scores[choice] = {c.id: log_score(c) for c in cases}
        if told is not None:
            told(done, len(grid))
    names = list(next(iter(lines.values())))
    choices = {name: _best(scores, [n for n in names if n != name]) for name in names}
    chosen = tuple(line for name in names for line in lines[choices[name]][name])
    return LeftOut(Record(chosen, {}), choices, _best(scores, names), weight)


def log_score(case: Case) -> float:
    """The log density of the actual totals under independent normal curves; half an elector more spread for rounding."""
    totals = case.count.draws.totals
    spread = np.sqrt(totals.var(axis=0) + 0.25)
    off = (np.array(case.actual) - totals.mean(axis=0)) / spread
    return float((-0.5 * off**2 - np.log(spread)).sum())


def _best(scores: Mapping[Choice, Mapping[str, float]], names: Sequence[str]) -> Choice:
    return max(scores, key=lambda choice: sum(scores[choice][n] for n in names))


def _with(table: Reliability, choice: Choice, market: float) -> Reliability:
    leanings = table.leanings.model_copy(update={"gamma": choice[0], "kappa": choice[1], "market": market})
    return table.model_copy(update={"leanings": leanings})


def _cases(table: Reliability, seed: int, draws: int) -> list[Case]:
    cases = load_cases()
    found = [folder_case(c, seed, draws, table) for c in cases.folders]
    return found + [counts_case(c, seed, draws, table) for c in cases.counts]
