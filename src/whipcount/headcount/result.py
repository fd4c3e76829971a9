"""What a headcount is, once inferred: the joint distribution of electors over options, as draws, with its parts apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Elector, Evidence, Question
from whipcount.headcount.convergence import GOOD_RHAT, Convergence
from whipcount.headcount.posterior import Posterior
from whipcount.headcount.sampler import Trace
from whipcount.headcount.sources import Reliability
from whipcount.headcount.statements import Statement
from whipcount.headcount.totals import TotalStatement
from whipcount.rules.output import html_table

Floats = NDArray[np.float64]
ENOUGH = 400
"""Effective draws below which an 80 % interval is not to be trusted to the elector (Vehtari et al. 2021, section 4)."""


@dataclass(frozen=True)
class Support:
    """Support for one option, in three columns that are never added up.

    named    electors on record in their own words, by a nomination or a recorded vote
    claimed  the latest number that somebody claimed or a canvass listed; None if nobody did
    mean, low, high  inferred: mean and 80 % interval of the number of electors
    p_majority       probability of more than half of the electors
    """

    option: str
    named: int
    claimed: int | None
    mean: float
    low: int
    high: int
    p_majority: float


@dataclass(frozen=True)
class Standing:
    """What one elector is now: on record for `named` or not, and the probability of having no settled position.

    p_open does not say how an open elector will vote; `Headcount.probabilities` do, whoever is open.
    """

    elector: Elector
    named: str | None
    p_open: float


@dataclass(frozen=True)
class Draws:
    """`positions` (draws, electors) of option numbers and `totals` (draws, options)."""

    positions: NDArray[np.int8]
    totals: NDArray[np.int64]


@dataclass(frozen=True)
class Basis:
    """What the draws were made from, for reweighting them: the arrays of the model and the draws of its other unknowns."""

    data: Posterior
    trace: Trace
    rows: tuple[tuple[Evidence, float], ...]
    groups: tuple[tuple[str, ...], ...]
    vote_on: date
    table: Reliability


@dataclass(frozen=True)
class Headcount:
    """The joint distribution of electors over options, as draws.

    options    names, in the order of the columns of `draws.totals`
    roll       electors, in the order of the columns of `draws.positions`
    draws      equally weighted draws of how everybody votes when it is decided
    named      elector id -> option on record
    effective  effective number of draws behind the least well known total, and `convergence` of each
    standings  what electors are now, open or settled
    prices     what a betting market gave each option, which the silent lean to; empty where none counts
    statements, totals  evidence about electors and about totals, as it was read; `set_aside`: seen, and says nothing here
    """

    question: Question
    section: str
    as_of: date
    seed: int
    options: tuple[str, ...]
    roll: tuple[Elector, ...]
    draws: Draws
    support: tuple[Support, ...]
    named: dict[str, str]
    effective: float
    convergence: tuple[Convergence, ...]
    standings: tuple[Standing, ...]
    basis: Basis
    statements: tuple[Statement, ...] = ()
    totals: tuple[TotalStatement, ...] = ()
    set_aside: tuple[Evidence, ...] = ()
    prices: dict[str, float] = field(default_factory=dict)

    @property
    def majority(self) -> int:
        """More than half of the electors."""
        return len(self.roll) // 2 + 1

    @property
    def converged(self) -> bool:
        """Whether R-hat is below 1.01 and there are 400 effective draws on every total."""
        return all(c.rhat < GOOD_RHAT for c in self.convergence) and self.effective >= ENOUGH

    @property
    def probabilities(self) -> Floats:
        """(electors, options): the probability that an elector votes for an option."""
        k = range(len(self.options))
        return np.stack([(self.draws.positions == i).mean(axis=0) for i in k], axis=1)

    def for_option(self, option: str) -> NDArray[np.int64]:
        """(draws,) how many electors are with an option."""
        return self.draws.totals[:, self.options.index(option)]

    def table(self) -> list[dict[str, Any]]:
        """One row for each option."""
        return [vars(s) | {} for s in self.support]

    def chart(self) -> Any:
        """Who is with whom, named and inferred apart, as an Altair chart. Raises `MissingExtra` without Altair."""
        from whipcount.headcount.chart import support_chart

        return support_chart(self)

    def _repr_html_(self) -> str:
        return html_table(self.table(), list(vars(self.support[0])))

    def to_json(self) -> dict[str, Any]:
        """The headcount as plain data: options with their support, electors with their probabilities."""
        p = self.probabilities
        return {
            "question": self.question.id,
            "section": self.section,
            "as_of": self.as_of.isoformat(),
            "seed": self.seed,
            "electors": len(self.roll),
            "majority": self.majority,
            "effective_draws": round(self.effective),
            "converged": self.converged,
            "convergence": [vars(c) | {} for c in self.convergence],
            "prices": {o: round(p, 4) for o, p in self.prices.items()},
            "options": {s.option: {k: v for k, v in vars(s).items() if k != "option"} for s in self.support},
            "roll": [
                {"id": e.id, "name": e.name, "named": self.named.get(e.id), "p_open": self.standings[i].p_open}
                | {"p": {o: round(float(p[i, k]), 4) for k, o in enumerate(self.options)}}
                for i, e in enumerate(self.roll)
            ],
        }
