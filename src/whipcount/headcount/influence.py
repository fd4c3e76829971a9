"""`why`: how far each piece of evidence moves each number.

Leaving a row out divides the posterior by what the row contributed; so the draws at hand, weighted by one over that, are
draws without it (importance weights; Geweke 1989). No second run is needed. What a row contributed is known exactly in
every draw, with its source's reliability as drawn: also where an older row of the same voice takes its place, and where
an elector of whom nothing else is said joins the silent. Where the weights leave an error of more than a tenth of
the effect, the effect is marked as rough, and so is that of a row from which the record of nominations was taken (`lent`): what it
does through that record is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Evidence
from whipcount.headcount.posterior import one_sided
from whipcount.headcount.result import Headcount
from whipcount.headcount.statements import Statement, heard_again, lent, statements
from whipcount.headcount.totals import TotalStatement, likelihood, total_statements
from whipcount.rules.output import html_table

Floats = NDArray[np.float64]
TOLERANCE = 0.1
"""An effect is rough where two standard errors are more than this share of it."""


@dataclass(frozen=True)
class Influence:
    """What one row of evidence does to a number.

    `with_it` and `without_it` are the number with all evidence and without the row; `rough` warns that the effect may be
    off by more than a tenth of itself.
    """

    row: Evidence
    number: str
    with_it: float
    without_it: float
    rough: bool

    @property
    def effect(self) -> float:
        """How far the row moves the number."""
        return self.with_it - self.without_it

    def table(self) -> dict[str, Any]:
        """The row's id, maker, date and source, and what it does."""
        row = self.row
        return {
            "id": row.id, "known": row.known.isoformat(), "by": row.by, "kind": row.source_kind,
            "elector": row.elector, "option": " + ".join(row.option), "number": self.number,
            "with": self.with_it, "without": self.without_it, "effect": self.effect, "rough": self.rough,
        }  # fmt: skip


class Influences(tuple[Influence, ...]):
    """Influences on one number, strongest first."""

    def table(self) -> list[dict[str, Any]]:
        """One row for each piece of evidence."""
        return [i.table() for i in self]

    def to_json(self) -> list[dict[str, Any]]:
        """The same as plain data."""
        return self.table()

    def chart(self) -> Any:
        """The largest as bars (Altair). Raises `MissingExtra` without Altair."""
        from whipcount.headcount.chart import influence_chart

        return influence_chart(self)

    def _repr_html_(self) -> str:
        return html_table(self.table(), list(self[0].table()) if self else [])


def weights_without(count: Headcount) -> dict[str, Floats]:
    """Row id -> (draws,) weights that turn the draws of a headcount into draws without that row."""
    worth = _Worth(count)
    of_elector: dict[str | None, list[tuple[Evidence, float]]] = {}
    for row, strength in count.basis.rows:
        of_elector.setdefault(row.elector if row.kind != "total" else None, []).append((row, strength))
    out: dict[str, Floats] = {}
    for s in count.statements:
        if s.row.id not in out:
            mine = [x for x in count.statements if x.elector == s.elector]
            rest = [pair for pair in of_elector[s.row.elector] if pair[0].id != s.row.id]
            log = worth.said(_again(count, rest)) - worth.said(mine) + worth.silence(s.elector, mine, rest)
            out[s.row.id] = np.exp(log - log.max())
    for t in count.totals:
        rest = [pair for pair in of_elector[None] if pair[0].id != t.row.id]
        kept = {x.row.id: x for x in _totals_again(count, rest)}
        new = [x for i, x in kept.items() if i not in {y.row.id for y in count.totals}]
        log = worth.totals(new) - worth.totals([t])
        out[t.row.id] = np.exp(log - log.max())
    return out


def influences(
    count: Headcount, number: str, values: Floats, weights: Mapping[str, Floats] | None = None
) -> Influences:
    """How far each row moves the mean of `values` (one for each draw), strongest first.

    weights  those of `weights_without`, for whoever asks about many numbers of one headcount
    """
    pairs = heard_again((row for row, _ in count.basis.rows), count.question)
    on_nominations = {row.id for pair in pairs for row in pair}
    rows = {s.row.id: s.row for s in count.statements} | {t.row.id: t.row for t in count.totals}
    n, base = len(values), float(values.mean())
    thin = max(1.0, n / max(count.effective, 1.0))
    out = []
    for row_id, without_row in (weights_without(count) if weights is None else weights).items():
        p = without_row / without_row.sum()
        without = float(p @ values)
        error = float(np.sqrt(thin * (((p - 1 / n) * (values - without)) ** 2).sum()))
        rough = 2 * error > TOLERANCE * abs(base - without) or 1 / float((p**2).sum()) < n / 20
        rough = rough or row_id in on_nominations
        out.append(Influence(rows[row_id], number, base, without, bool(rough)))
    return Influences(sorted(out, key=lambda i: (-abs(i.effect), i.row.id)))


def _again(count: Headcount, rows: Sequence[tuple[Evidence, float]]) -> tuple[Statement, ...]:
    b = count.basis
    record = lent((row for row, _ in b.rows), count.question, b.table)
    return statements(rows, count.question, count.options, count.roll, b.vote_on, b.table, record)


def _totals_again(count: Headcount, rows: Sequence[tuple[Evidence, float]]) -> tuple[TotalStatement, ...]:
    b = count.basis
    lists = [pair for pair in b.rows if pair[0].kind != "total"]
    return total_statements([*lists, *rows], count.question, count.options, len(count.roll), b.vote_on, b.table)


class _Worth:
    """What evidence contributed to each draw, as logarithms."""

    def __init__(self, count: Headcount) -> None:
        self.count = count
        data, said = count.basis.data, [s for s in count.statements if s.force > 0]
        self.source = {s.source: int(data.source[j]) for j, s in enumerate(said)}
        self.link = {s.link: int(data.link[j]) for j, s in enumerate(said)}
        self.trust = {t.source: int(data.tot_source[j]) for j, t in enumerate(count.totals)}

    def said(self, items: Iterable[Statement]) -> Floats:
        """(draws,) of statements about electors."""
        trace = self.count.basis.trace
        out = np.zeros(len(trace.totals))
        for s in items:
            v, link = self.source.get(s.source, -1), self.link.get(s.link, -1)
            q = trace.q[:, v] if v >= 0 else s.mean
            e = np.minimum(s.part * q * (trace.s[:, link] if link >= 0 else s.strength), 0.9999)
            guess = (1 - e) * trace.overall[:, s.option].astype(float) if s.supports else (1 + e) / 2
            odds = 1 + e / guess if s.supports else (1 - e) / (1 + e)
            out += np.log(guess) + np.where(trace.positions[:, s.elector] == s.option, np.log(odds), 0.0)
        return out

    def totals(self, items: Iterable[TotalStatement]) -> Floats:
        """(draws,) of statements about totals."""
        trace = self.count.basis.trace
        out = np.zeros(len(trace.totals))
        for t in items:
            v = self.trust.get(t.source, -1)
            trust = trace.trust[:, v].astype(float) if v >= 0 else t.trust
            out += np.log(likelihood(t, trace.totals, len(self.count.options), trust))
        return out

    def silence(
        self, elector: int, mine: Sequence[Statement], rest: Sequence[tuple[Evidence, float]]
    ) -> Floats | float:
        """(draws,) what it changes that an elector follows the leaning of the silent rather than the overall one."""
        if any(s.force > 0 for s in _again(self.count, rest)) or not any(s.force > 0 for s in mine):
            return 0.0
        trace, lists, table = self.count.basis.trace, self._lists, self.count.basis.table
        at = trace.positions[:, elector]
        draw = np.arange(len(at))
        overall = trace.overall[draw, at].astype(float)
        own = self.count.basis.groups[elector]
        before = self._mixed(
            elector, overall, lists.get(elector, own), 1.0 if elector in lists else table.leanings.follows
        )
        quiet_base = self._quiet[draw, at]
        out: Floats = np.log(self._mixed(elector, quiet_base, own, table.leanings.follows)) - np.log(before)
        return out

    @cached_property
    def _lists(self) -> Mapping[int, Sequence[str]]:
        """Elector -> the lists that he is known from alone."""
        return one_sided(self.count.statements)

    @cached_property
    def _quiet(self) -> Floats:
        """(draws, options) the chance of each option for one more who says nothing, given where the silent are."""
        data, trace = self.count.basis.data, self.count.basis.trace
        gamma, kappa = data.hyper[0], data.hyper[1]
        quiet = np.concatenate([data.order[: data.people][data.quiet == 1], data.order[data.people :]])
        where = trace.positions[:, quiet]
        silent = trace.overall.astype(float) ** gamma * np.exp(data.shift)
        silent /= silent.sum(axis=1, keepdims=True)
        others = np.stack([(where == k).sum(axis=1) for k in range(silent.shape[1])], axis=1)
        return np.asarray((kappa * silent + others) / (kappa + len(quiet)))

    def _mixed(self, elector: int, base: Floats, own: Sequence[str], omega: float) -> Floats:
        """(draws,) an elector's leaning to where he is, as if all members of his groups (or lists) followed them."""
        if not own:
            return base
        basis, out = self.count.basis, (1 - omega) * base
        lists, kappa = self._lists, basis.data.hyper[2]
        at, draw = basis.trace.positions[:, elector], np.arange(len(base))
        for g in own:
            members = [i for i, gs in enumerate(basis.groups) if g in lists.get(i, gs) and i != elector]
            same = (basis.trace.positions[:, members] == at[:, None]).sum(axis=1)
            out += omega / len(own) * (kappa * basis.trace.overall[draw, at] + same) / (kappa + len(members))
        return out
