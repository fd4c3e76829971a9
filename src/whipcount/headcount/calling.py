"""Whom to ring next: electors ranked by how much a truthful answer would tell about an outcome.

The information of elector i is the mutual information between his vote z_i and the outcome o in the joint distribution of the
headcount, in bits:

    I(z_i; o) = sum over k, o of p(k, o) log2( p(k, o) / (p(k) p(o)) )

less what the same number of draws of unrelated quantities would show, (K_i - 1)(O - 1) / (2 n ln 2) with n effective draws (Miller 1955). A
truthful answer is what the elector will do; somebody who may not answer, or not truthfully, is worth less than is said here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Elector
from whipcount.errors import UsageError
from whipcount.headcount.result import Headcount
from whipcount.rules.output import html_table

Floats = NDArray[np.float64]
RARE = 20
"""Draws below which the probability of the outcome under an answer is not given."""


@dataclass(frozen=True)
class Answer:
    """One answer: its probability, and the probability of the outcome with it (None if it is too rare to tell)."""

    option: str
    p: float
    p_outcome: float | None


@dataclass(frozen=True)
class Call:
    """One elector: bits of information about the outcome, and what each answer would do to its probability."""

    elector: Elector
    information: float
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Calls:
    """Electors, most telling first. `p_outcome` is the probability of the outcome now, `entropy` what is open, in bits."""

    outcome: str
    p_outcome: float
    entropy: float
    calls: tuple[Call, ...]

    def table(self) -> list[dict[str, Any]]:
        """One row for each elector and answer."""
        return [
            {"rank": r, "elector": c.elector.name, "information": c.information, "answer": a.option, "p_answer": a.p}
            | {"p_outcome": a.p_outcome, "change": None if a.p_outcome is None else a.p_outcome - self.p_outcome}
            for r, c in enumerate(self.calls, 1)
            for a in c.answers
        ]

    def chart(self) -> Any:
        """As an Altair chart. Raises `MissingExtra` without Altair."""
        from whipcount.headcount.chart import calls_chart

        return calls_chart(self)

    def _repr_html_(self) -> str:
        rows = self.table()
        return html_table(rows, list(rows[0]) if rows else [])

    def to_json(self) -> dict[str, Any]:
        """The ranking as plain data."""
        return {
            "outcome": self.outcome,
            "p_outcome": self.p_outcome,
            "entropy": self.entropy,
            "calls": [
                {"id": c.elector.id, "name": c.elector.name, "information": c.information}
                | {"answers": [vars(a) | {} for a in c.answers]}
                for c in self.calls
            ],
        }


def calls(count: Headcount, outcome: NDArray[np.bool_], *, name: str = "outcome", most: int | None = None) -> Calls:
    """Electors ranked by what their answer would tell about `outcome`, true or false in each draw (draws,).

    Raises `UsageError` if it has not one value for each draw.
    """
    if outcome.shape != (len(count.draws.totals),):
        raise UsageError(f"The outcome needs one value for each of {len(count.draws.totals)} draws.")
    happens = outcome.astype(float)
    k = len(count.options)
    hit = np.stack([(count.draws.positions == j).T @ happens for j in range(k)], axis=1)
    times = np.stack([(count.draws.positions == j).sum(axis=0) for j in range(k)], axis=1).astype(float)
    bits = information(times - hit, hit, count.effective)
    ranked = sorted(range(len(count.roll)), key=lambda i: (-bits[i], count.roll[i].id))[:most]
    p = float(happens.mean())
    return Calls(
        name, round(p, 5), round(float(_entropy(np.array([p, 1 - p]))), 5),
        tuple(Call(count.roll[i], round(float(bits[i]), 6), _answers(count, times[i], hit[i])) for i in ranked),
    )  # fmt: skip


def information(without: Floats, with_it: Floats, effective: float) -> Floats:
    """(electors,) bits, from (electors, options) counts of draws without and with the outcome."""
    joint = np.stack([without, with_it], axis=2)
    n = joint.sum(axis=(1, 2))
    p = joint / n[:, None, None]
    raw = _entropy(p.sum(axis=1)) + _entropy(p.sum(axis=2)) - _entropy(p.reshape(len(p), -1))
    seen = (joint.sum(axis=2) > 0).sum(axis=1)
    both = (joint.sum(axis=1) > 0).sum(axis=1)
    out: Floats = np.maximum(raw - (seen - 1) * (both - 1) / (2 * max(effective, 1.0) * np.log(2)), 0.0)
    return out


def _entropy(p: Floats) -> Floats:
    out: Floats = -(p * np.log2(np.where(p > 0, p, 1.0))).sum(axis=-1)
    return out


def _answers(count: Headcount, times: Floats, hit: Floats) -> tuple[Answer, ...]:
    total = times.sum()
    return tuple(
        Answer(o, round(float(times[k] / total), 5), round(float(hit[k] / times[k]), 5) if times[k] >= RARE else None)
        for k, o in enumerate(count.options)
        if times[k] > 0
    )
