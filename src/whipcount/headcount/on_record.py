"""What is on record beside what is inferred: who is named, and what has been claimed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Elector, Evidence, Question
from whipcount.headcount.result import Support
from whipcount.headcount.statements import OWN, stand_of
from whipcount.headcount.totals import options_meant

Rows = Sequence[tuple[Evidence, float]]
INTERVAL = (10, 90)
"""Percentiles of the interval that is shown: 80 %."""


def on_record(rows: Rows, question: Question, options: Sequence[str], roll: Sequence[Elector]) -> dict[str, str]:
    """Elector -> option, by their own latest word, nomination or recorded vote on this very question."""
    here = {e.id for e in roll}
    out: dict[str, str] = {}
    for row, _ in sorted(rows, key=lambda pair: (pair[0].known, pair[0].id)):
        own = row.source_kind in OWN and row.question == question.id and row.elector in here
        stand = stand_of(row, question, options) if own else None
        if stand is None or row.elector is None:
            continue
        option, supports = stand
        if supports:
            out[row.elector] = options[option]
        elif len(options) == 2:
            out[row.elector] = options[1 - option]
        else:
            out.pop(row.elector, None)
    return out


def claims(rows: Rows, question: Question, options: Sequence[str], roll: Sequence[Elector]) -> dict[str, int]:
    """Option -> the latest number claimed for it: a stated total, or the length of a published list."""
    latest: dict[str, tuple[date, int]] = {}
    for row, _ in rows:
        if row.question == question.id and row.amount is not None:
            span, meant = row.amount.people(len(roll)), options_meant(row, question, options)
            if span is not None and meant is not None and len(meant) == 1:
                _later(latest, options[meant[0]], row.known, int(span[row.amount.low is None]))
    for (option, known, _), electors in _lists(rows, question, options, roll).items():
        if len(electors) > 1:
            _later(latest, option, known, len(electors))
    return {option: number for option, (_, number) in latest.items()}


def _lists(
    rows: Rows, question: Question, options: Sequence[str], roll: Sequence[Elector]
) -> dict[tuple[str, date, str], set[str]]:
    """Published lists of an option's supporters: (option, date, story) -> electors."""
    here = {e.id for e in roll}
    lists: dict[tuple[str, date, str], set[str]] = {}
    for row, _ in rows:
        if row.question == question.id and row.elector in here and row.source_kind not in OWN:
            stand = stand_of(row, question, options)
            if stand is not None and stand[1]:
                key = (options[stand[0]], row.known, row.story or row.by)
                lists.setdefault(key, set()).add(str(row.elector))
    return lists


def _later(latest: dict[str, tuple[date, int]], option: str, known: date, number: int) -> None:
    if option not in latest or (known, number) >= latest[option]:
        latest[option] = (known, number)


def support(
    options: Sequence[str],
    totals: NDArray[np.int64],
    majority: int,
    named: dict[str, str],
    claimed: dict[str, int],
) -> tuple[Support, ...]:
    """The three columns for every option."""
    out = []
    for k, option in enumerate(options):
        t = totals[:, k]
        low, high = np.percentile(t, INTERVAL)
        out.append(
            Support(
                option=option,
                named=sum(1 for o in named.values() if o == option),
                claimed=claimed.get(option),
                mean=round(float(t.mean()), 3),
                low=int(np.floor(low)),
                high=int(np.ceil(high)),
                p_majority=round(float((t >= majority).mean()), 5),
            )
        )
    return tuple(out)
