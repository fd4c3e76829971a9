"""What statements about totals say: "a majority want him gone", "23 solid", "small, but enough to stop the others".

A statement is about one whole number x of the totals T: the support of the options it names (together), that support's
lead over the best of the others ("ahead", "behind", "favourite"), or how far it is from being pivotal: none of the others has a
majority, and the best of them has one with it. A source knows with probability q, and otherwise says it whatever T is:

    P(said | T)  proportional to  q * g(x) / E[g] + (1 - q)

g is 1 where x is as stated and falls off as a normal curve. Its scale is the usual error of that kind of source at one half, less
for smaller and larger shares p as 2 sqrt(p (1 - p)), with what has moved since (half of those who no longer hold to a position, of the number stated), twice that for a figure given as rough, and more
below than above for a source that inflates. E[g] is its mean over all values of x alike, what the statement would fit by
accident; for "pivotal" a third, for "ahead" one in K: by judgement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Evidence, Question
from whipcount.contest.amounts import Amount
from whipcount.headcount.sources import Reliability
from whipcount.headcount.statements import AGAINST, FOR, Source, left_of

Floats = NDArray[np.float64]
Totals = NDArray[np.int64]
PLAIN, MARGIN, PIVOT = 0, 1, 2
SMALL, LARGE = 1 / 5, 1 / 3
"""A `small` camp is up to a fifth of the electors; a `large` one at least a third."""
SILENT_WORDS = frozenset({"growing", "shrinking"})
"""Words about a movement: they say nothing about where the totals stand."""
LEADS = frozenset({"ahead", "favourite", "behind"})
CHANCE_PIVOTAL = 1 / 3


@dataclass(frozen=True)
class TotalStatement:
    """A row about a total, with the options whose support it adds up.

    trust  mean of the prior on its source's reliability, less for a statement on another question
    error  standard error of what it says, in electors; `below`: the same where the truth is below it
    """

    row: Evidence
    options: tuple[int, ...]
    trust: float
    source: Source
    error: float
    below: float

    @property
    def amount(self) -> Amount:
        """The amount stated."""
        assert self.row.amount is not None
        return self.row.amount

    @property
    def kind(self) -> int:
        """What number of the totals it is about: `PLAIN`, `MARGIN` or `PIVOT`."""
        return PIVOT if self.amount.word == "pivotal" else MARGIN if self.amount.word in LEADS else PLAIN


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


def total_statements(
    rows: Sequence[tuple[Evidence, float]],
    question: Question,
    options: Sequence[str],
    of: int,
    at: date,
    table: Reliability,
) -> tuple[TotalStatement, ...]:
    """The rows about totals that bear on these options: the latest of each voice and sum.

    A number that only counts the names of a list which is evidence itself (rows of one story) counts once, as the list.
    """
    listed = Counter(key for r, _ in rows if r.elector and (key := _listed_as(r)))
    kept: dict[tuple[str, tuple[int, ...]], TotalStatement] = {}
    for row, strength in sorted(rows, key=lambda pair: (pair[0].known, pair[0].id)):
        amount = row.amount
        if row.kind != "total" or amount is None or amount.word in SILENT_WORDS:
            continue
        meant = options_meant(row, question, options)
        echo = _is_count_of(row, amount, of, listed)
        if meant and len(meant) < len(options) and not echo:
            kept[(row.story or row.by, meant)] = _statement(row, meant, strength, of, at, table)
    return tuple(kept.values())


def _listed_as(row: Evidence) -> tuple[str, str] | None:
    """The story and the side under which a row about an elector is listed."""
    if not row.story or not row.option:
        return None
    return row.story, ("against " if row.stance == "opposes" else "") + row.option[0]


def _is_count_of(row: Evidence, amount: Amount, of: int, listed: Mapping[tuple[str, str], int]) -> bool:
    """Whether a stated number is that of the names which the same story lists for the same side."""
    people = amount.people(of)
    if people is None or not row.story or len(row.option) != 1:
        return False
    names = listed.get((row.story, row.option[0]), 0)
    return names > 0 and names in {round(people[0]), round(people[1])}


def _statement(
    row: Evidence, meant: tuple[int, ...], strength: float, of: int, at: date, table: Reliability
) -> TotalStatement:
    kind, amount = table.sources[row.source_kind], row.amount
    assert amount is not None
    people = amount.people(of)
    stated = float(people[amount.low is None and amount.high is not None]) if people else of / 2
    went = 1 - left_of(row, at, table)
    usual = max(kind.error * of * _spread(stated / of), 0.7) * (2 if amount.about else 1)
    error = float(np.hypot(usual, went * stated / 2))
    return TotalStatement(
        row, meant, kind.totals * strength, (row.source_kind, row.by), error, float(np.hypot(error, kind.inflates * of))
    )


def _spread(share: float) -> float:
    """How much a share can be off, against one half, where it is the most: as the standard deviation of a count is."""
    return 2 * float(np.sqrt(max(share * (1 - share), 0.0)))


def place(kind: int, options: Sequence[int], totals: Totals, majority: int) -> NDArray[np.int64]:
    """(draws,) the number x that a statement is about, for every row of `totals` (draws, options)."""
    support: NDArray[np.int64] = totals[:, list(options)].sum(axis=1)
    if kind == PLAIN:
        return support
    others = np.delete(totals, list(options), axis=1)
    best: NDArray[np.int64] = others.max(axis=1) if others.shape[1] else support * 0
    if kind == MARGIN:
        return support - best
    pivot: NDArray[np.int64] = np.minimum(majority - 1 - best, best + support - majority)
    return pivot


def ratio(statement: TotalStatement, of: int, options: int) -> Floats:
    """(2 of + 1,) g(x) / E[g] for x from -of to of."""
    x = np.arange(-of, of + 1)
    majority = of // 2 + 1
    low, high = _interval(statement, of, majority)
    g = np.exp(-0.5 * (np.maximum(low - x, 0) / statement.below) ** 2)
    g *= np.exp(-0.5 * (np.maximum(x - high, 0) / statement.error) ** 2)
    out: Floats = g / _chance(statement, g[of:], options)
    return out


def _interval(statement: TotalStatement, of: int, majority: int) -> tuple[float, float]:
    word = statement.amount.word
    if word is None:
        people = statement.amount.people(of)
        assert people is not None
        return float(people[0]), float(people[1])
    return {
        "majority": (majority, of),
        "has the numbers": (majority, of),
        "minority": (0, majority - 1),
        "lacks the numbers": (0, majority - 1),
        "none": (0, 0),
        "small": (0, SMALL * of),
        "large": (LARGE * of, of),
        "pivotal": (0, of),
        "ahead": (1, of),
        "favourite": (1, of),
        "behind": (-of, -1),
    }[word]


def _chance(statement: TotalStatement, g: Floats, options: int) -> float:
    if statement.kind == PLAIN:
        # A number that nobody could have (500 of 34) fits nothing: then only its maker's ignorance is left.
        return max(float(g.mean()), 1e-6)
    if statement.kind == PIVOT:
        return CHANCE_PIVOTAL
    return 1 - 1 / options if statement.amount.word == "behind" else 1 / options


def likelihood(statement: TotalStatement, totals: Totals, options: int, trust: Floats | float) -> Floats:
    """(draws,) P(said | T) up to a constant, for every row of `totals`."""
    of = int(totals[0].sum()) if len(totals) else 0
    x = place(statement.kind, statement.options, totals, of // 2 + 1)
    out: Floats = trust * ratio(statement, of, options)[x + of] + (1 - trust)
    return out
