"""What statements about totals say: "a majority want him gone", "23 solid", "small, but enough to stop the others".

A speaker who knew (probability rho, by the kind of source) says something that fits the totals T; one who did not says
it whatever they are. So, with g(T) how well the totals fit the words and E[g] its mean before any such statement,

    P(said | T)  proportional to  rho * g(T) / E[g] + (1 - rho)

g is 1 where the totals are as stated, and falls off as a normal curve with a scale of 3 % of the electors (at least one
person; twice that for a figure given as rough).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Evidence, Question
from whipcount.contest.amounts import Amount
from whipcount.headcount.statements import AGAINST, FOR

Floats = NDArray[np.float64]
Totals = NDArray[np.int64]
SMALL, LARGE = 1 / 5, 1 / 3
"""A `small` camp is up to a fifth of the electors; a `large` one at least a third."""
SILENT_WORDS = frozenset({"growing", "shrinking"})
"""Words about a movement: they say nothing about where the totals stand."""


@dataclass(frozen=True)
class TotalStatement:
    """A row about a total, with the options whose support it adds up, and how far its source is believed."""

    row: Evidence
    options: tuple[int, ...]
    trust: float

    @property
    def amount(self) -> Amount:
        """The amount stated."""
        assert self.row.amount is not None
        return self.row.amount


def options_meant(row: Evidence, question: Question, options: Sequence[str]) -> tuple[int, ...] | None:
    """The options whose support a row adds up; None if it is not about this question's options.

    `against X` stands for everybody who is not with X.
    """
    meant: set[int] = set()
    for name in row.option:
        rest, plain = name.startswith("against "), name.removeprefix("against ")
        if question.kind == "confidence" and plain == question.leader:
            meant.add(options.index(AGAINST if rest else FOR))
        elif plain in options:
            at = options.index(plain)
            meant |= set(range(len(options))) - {at} if rest else {at}
        else:
            return None
    return tuple(sorted(meant))


def fit(statement: TotalStatement, totals: Totals, majority: int) -> Floats:
    """g(T) for every row of `totals` (draws, options): between 0 and 1."""
    of = int(totals[0].sum()) if len(totals) else 0
    support = totals[:, statement.options].sum(axis=1).astype(float)
    amount = statement.amount
    scale = max(1.0, 0.03 * of) * (2 if amount.about else 1)
    if amount.word is None:
        bounds = amount.people(of)
        assert bounds is not None
        return _within(support, float(bounds[0]), float(bounds[1]), scale)
    return _word(amount.word, statement.options, totals, support, majority, scale)


def _within(support: Floats, low: float, high: float, scale: float) -> Floats:
    miss = np.maximum(np.maximum(low - support, support - high), 0.0)
    out: Floats = np.exp(-0.5 * (miss / scale) ** 2)
    return out


def _word(word: str, options: tuple[int, ...], totals: Totals, support: Floats, majority: int, scale: float) -> Floats:
    of = float(totals[0].sum())
    others = np.delete(totals, options, axis=1)
    best = others.max(axis=1).astype(float) if others.shape[1] else np.zeros(len(totals))
    intervals = {
        "majority": (majority, of),
        "has the numbers": (majority, of),
        "minority": (0, majority - 1),
        "lacks the numbers": (0, majority - 1),
        "none": (0, 0),
        "small": (0, SMALL * of),
        "large": (LARGE * of, of),
    }
    if word in intervals:
        return _within(support, *intervals[word], scale)
    if word == "pivotal":
        return _within(best, 0, majority - 1, scale) * _within(best + support, majority, of, scale)
    if word in {"ahead", "favourite"}:
        return _within(support - best, 1, of, scale)
    if word == "behind":
        return _within(best - support, 1, of, scale)
    return np.ones(len(totals))


def likelihood(statement: TotalStatement, totals: Totals, majority: int, before: Floats | None = None) -> Floats:
    """P(said | T), up to a constant, for every row of `totals`.

    `before`: g(T) on draws made without any statement about totals, for its mean; by default the same draws.
    """
    g = fit(statement, totals, majority)
    mean = max(float((g if before is None else before).mean()), 1e-6)
    out: Floats = statement.trust * g / mean + (1 - statement.trust)
    return out
