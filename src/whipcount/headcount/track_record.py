"""The record: what headcounts said before votes of the past, beside what happened and what simpler methods said.

    declared    nobody but those on record (in their own words or, failing that, on a list)
    scaled      the same in proportion up to all electors
    canvass     the best of the press, blogs and commentators of the time that counted at least half of the options: the one that
                came closest, with hindsight
    best        that canvass where there is one, scaled up where there is none

The error is the sum over options of the absolute difference between what was said (here, the mean) and what happened.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.headcount.cases import Case, run_cases
from whipcount.headcount.on_record import INTERVAL
from whipcount.headcount.result import Headcount
from whipcount.headcount.sources import Reliability
from whipcount.headcount.totals import options_meant
from whipcount.rules.output import html_table

Floats = NDArray[np.float64]
METHODS = ("mean", "declared", "scaled", "canvass", "best")
CANVASS = frozenset({"press canvass", "blog canvass", "commentator", "named report"})


@dataclass(frozen=True)
class Line:
    """One option of one vote: what was said of it, and what happened. `canvass` is None where nobody counted.

    fresh  whether none of the model's numbers was chosen with the vote in view
    """

    case: str
    option: str
    actual: int
    mean: float
    low: int
    high: int
    declared: float
    scaled: float
    canvass: float | None
    fresh: bool = False

    @property
    def best(self) -> float:
        """The best canvass where there is one, else the declarations scaled up."""
        return self.scaled if self.canvass is None else self.canvass

    @property
    def covered(self) -> bool:
        """Whether the 80 % interval has what happened."""
        return self.low <= self.actual <= self.high


@dataclass(frozen=True)
class Record:
    """All lines, and the notes of the cases."""

    lines: tuple[Line, ...]
    notes: dict[str, str]

    @property
    def coverage(self) -> float:
        """Share of options whose number of votes is in the 80 % interval."""
        return float(np.mean([line.covered for line in self.lines]))

    def error(self, method: str = "mean", *, where: str | None = None) -> float:
        """Total absolute error of one of `METHODS`, over the lines where `where` said something."""
        chosen = [x for x in self.lines if getattr(x, where or method) is not None]
        return float(sum(abs(float(getattr(x, method)) - x.actual) for x in chosen))

    def table(self) -> list[dict[str, Any]]:
        """One row for each option of each vote."""
        return [vars(x) | {"error": round(x.mean - x.actual, 2), "covered": x.covered} for x in self.lines]

    def by_case(self) -> list[dict[str, Any]]:
        """One row for each vote: the errors of every method and the coverage."""
        out: list[dict[str, Any]] = []
        for case in dict.fromkeys(x.case for x in self.lines):
            part = Record(tuple(x for x in self.lines if x.case == case), {})
            out.append(_sum(case, part) | {"fresh": part.lines[0].fresh})
        return out

    def sums(self) -> list[dict[str, Any]]:
        """The errors over all votes, over those of which there is a canvass, and over those that nothing was chosen on."""
        parts = {
            "all": self.lines,
            "where there is a canvass": tuple(x for x in self.lines if x.canvass is not None),
            "nothing chosen on them": tuple(x for x in self.lines if x.fresh),
        }
        return [_sum(name, Record(lines, {})) for name, lines in parts.items() if lines]

    def chart(self) -> Any:
        """Every option of every vote, predicted against actual (Altair). Raises `MissingExtra` without Altair."""
        from whipcount.headcount.chart import record_chart

        return record_chart(self)

    def _repr_html_(self) -> str:
        rows = self.by_case() + self.sums()
        return html_table(rows, list(rows[0])) + html_table(self.table(), list(self.table()[0]))

    def to_json(self) -> dict[str, Any]:
        """Lines, cases and sums as plain data."""
        return {
            "coverage": self.coverage,
            "sums": self.sums(),
            "cases": self.by_case(),
            "lines": self.table(),
            "notes": self.notes,
        }


def _sum(name: str, part: Record) -> dict[str, Any]:
    errors: dict[str, float | None] = {m: round(part.error(m), 1) for m in METHODS}
    if any(x.canvass is None for x in part.lines):
        errors["canvass"] = None
    return {"case": name, **errors, "covered": sum(x.covered for x in part.lines), "options": len(part.lines)}


def record(*, seed: int = 1, draws: int = 20_000, table: Reliability | None = None) -> Record:
    """Every vote that ships with evidence by name and a result, held to its headcount."""
    cases = run_cases(seed=seed, draws=draws, table=table)
    return Record(tuple(line for case in cases for line in lines_of(case)), {c.id: c.note for c in cases if c.note})


def lines_of(case: Case) -> tuple[Line, ...]:
    """The lines of one vote."""
    count, actual = case.count, np.array(case.actual, float)
    declared = named_or_listed(count)
    scaled = (
        declared * len(count.roll) / declared.sum() if declared.sum() else actual * 0 + len(count.roll) / len(actual)
    )
    best = min(canvasses(count), key=lambda c: float(np.abs(c - actual).sum()), default=None)
    totals = count.draws.totals
    low, high = np.percentile(totals, INTERVAL, axis=0)
    return tuple(
        Line(
            case.id, option, case.actual[k], round(float(totals[:, k].mean()), 2), int(np.floor(low[k])), int(np.ceil(high[k])),
            float(declared[k]), round(float(scaled[k]), 2), None if best is None else round(float(best[k]), 2),
            case.fresh,
        )
        for k, option in enumerate(count.options)
    )  # fmt: skip


def named_or_listed(count: Headcount) -> Floats:
    """(options,) electors on record for each option, by their own words or else by the latest report on them."""
    latest = {s.elector: s.option for s in count.statements if s.supports or len(count.options) == 2}
    for s in count.statements:
        if not s.supports and latest.get(s.elector) == s.option and len(count.options) == 2:
            latest[s.elector] = 1 - s.option
    place = {e.id: i for i, e in enumerate(count.roll)}
    for elector, option in count.named.items():
        latest[place[elector]] = count.options.index(option)
    times = Counter(latest.values())
    return np.array([float(times[k]) for k in range(len(count.options))])


def canvasses(count: Headcount) -> list[Floats]:
    """What each outlet of the time said of the options, where it said something of at least half of them."""
    n, k = len(count.roll), len(count.options)
    said: dict[str, dict[int, float]] = {}
    for row, _ in sorted(count.basis.rows, key=lambda pair: (pair[0].known, pair[0].id)):
        meant = options_meant(row, count.question, count.options) if row.kind == "total" else None
        span = row.amount.people(n) if row.amount is not None else None
        if row.source_kind in CANVASS and meant is not None and len(meant) == 1 and span is not None:
            bounded = row.amount is not None and row.amount.low is not None and row.amount.text.startswith("at least")
            middle = float(span[0]) if bounded else float(span[0] + span[1]) / 2
            said.setdefault(row.by, {})[meant[0]] = middle
    for by, electors in _lists(count).items():
        if by not in said and len(electors) >= n / 4:
            said[by] = {o: float(c) for o, c in Counter(electors.values()).items()}
    full = [s for s in said.values() if 2 * len(s) >= k]
    return [np.array([s.get(j, max(n - sum(s.values()), 0.0) / max(k - len(s), 1)) for j in range(k)]) for s in full]


def _lists(count: Headcount) -> dict[str, dict[int, int]]:
    out: dict[str, dict[int, int]] = {}
    for s in count.statements:
        if s.row.source_kind in CANVASS:
            side = s.option if s.supports else (1 - s.option if len(count.options) == 2 else -1)
            out.setdefault(s.row.by, {})[s.elector] = side
    return out
