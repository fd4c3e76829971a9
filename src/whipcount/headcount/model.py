"""The headcount: how a section of named electors divides on a question, given what was known on a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Contest, Elector, Evidence, Question
from whipcount.errors import UsageError
from whipcount.headcount.draw import Draws, Floats, draw_positions, resample
from whipcount.headcount.sources import Reliability, reliability
from whipcount.headcount.statements import AGAINST, FOR, Statement, stand_of, statements, together
from whipcount.headcount.totals import SILENT_WORDS, TotalStatement, fit, likelihood, options_meant

UNALIGNED = "unaligned"
OWN = frozenset({"own words", "nomination", "vote cast"})
"""Kinds of source by which an elector is on record as *named* support."""
INTERVAL = (10, 90)
"""Percentiles of the interval that is shown: 80 %."""
LEADER_PRIOR = {FOR: 3.0, AGAINST: 2.0}
"""Pseudo-counts of the leaning on a leader, worth five electors: leaders win most votes on them (four of the six whose
outcome is among the contests and past results that ship)."""
OVERSAMPLE = (2, 6)
"""How many times the draws are multiplied before resampling, until enough differ."""
ENOUGH = 2_000


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
class Headcount:
    """The joint distribution of electors over options, as draws.

    options    names, in the order of the columns of `draws.totals`
    roll       electors, in the order of the columns of `draws.positions`
    draws      equally weighted draws
    named      elector id -> option on record
    effective  effective number of draws behind them
    used, set_aside  evidence that bore on it, and evidence that was seen and said nothing here
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
    statements: tuple[Statement, ...] = ()
    totals: tuple[TotalStatement, ...] = ()
    set_aside: tuple[Evidence, ...] = ()
    fits_before: dict[str, float] = field(default_factory=dict)

    @property
    def majority(self) -> int:
        """More than half of the electors."""
        return len(self.roll) // 2 + 1

    @property
    def probabilities(self) -> Floats:
        """(electors, options): the probability that an elector is with an option."""
        k = range(len(self.options))
        return np.stack([(self.draws.positions == i).mean(axis=0) for i in k], axis=1)

    def for_option(self, option: str) -> NDArray[np.int64]:
        """(draws,) how many electors are with an option."""
        return self.draws.totals[:, self.options.index(option)]

    def table(self) -> list[dict[str, Any]]:
        """One row for each option."""
        return [vars(s) | {} for s in self.support]

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
            "options": {s.option: {k: v for k, v in vars(s).items() if k != "option"} for s in self.support},
            "roll": [
                {"id": e.id, "name": e.name, "named": self.named.get(e.id)}
                | {"p": {o: round(float(p[i, k]), 4) for k, o in enumerate(self.options)}}
                for i, e in enumerate(self.roll)
            ],
        }


def options_of(contest: Contest, question: Question) -> tuple[str, ...]:
    """What electors can be with, on a question, as far as is known on the contest's date.

    Raises `UsageError` for an election with fewer than two candidates in view.
    """
    if question.kind == "confidence":
        return FOR, AGAINST
    if question.kind == "camps":
        return (*question.options, UNALIGNED)
    field_ = contest.standing(question.id)
    if len(field_) < 2:
        raise UsageError(
            f"On this date fewer than two candidates are in view for '{question.id}'; there is nothing to count."
        )
    return field_


def headcount(
    contest: Contest,
    question: Question,
    section: str | None = None,
    *,
    seed: int = 1,
    draws: int = 20_000,
    table: Reliability | None = None,
) -> Headcount:
    """How a named section divides on a question, from the evidence of a contest cut to a date (`Contest.as_of`).

    Raises `UsageError` if the contest is not cut to a date or the section has no electors by name on it.
    """
    day = contest.seen_on
    section = section or question.section
    if day is None or section is None:
        raise UsageError("A headcount needs a contest as of a date, and a section.")
    roll = contest.roll(section, day)
    if not roll:
        raise UsageError(f"'{section}' has no electors by name on {day}. Add them to electors.csv.")
    table = table or reliability()
    options = options_of(contest, question)
    rows = bearing(contest, question, section)
    case = _Case(
        question,
        options,
        roll,
        rows,
        statements(rows, question, options, roll, day, table),
        total_statements(rows, question, options, day, table),
    )
    drawn, effective, fits = _draw(case, draws, np.random.default_rng([seed, len(roll), len(options)]))
    used = {s.row.id for s in case.statements} | {t.row.id for t in case.totals}
    named = _on_record(case)
    return Headcount(
        question=question,
        section=section,
        as_of=day,
        seed=seed,
        options=options,
        roll=roll,
        draws=drawn,
        support=_support(case, drawn, named),
        named=named,
        effective=effective,
        statements=case.statements,
        totals=case.totals,
        set_aside=tuple(row for row, _ in rows if row.id not in used),
        fits_before=fits,
    )


@dataclass(frozen=True)
class _Case:
    """All that a headcount is inferred from."""

    question: Question
    options: tuple[str, ...]
    roll: tuple[Elector, ...]
    rows: Sequence[tuple[Evidence, float]]
    statements: tuple[Statement, ...]
    totals: tuple[TotalStatement, ...]

    @property
    def majority(self) -> int:
        return len(self.roll) // 2 + 1


def bearing(contest: Contest, question: Question, section: str) -> list[tuple[Evidence, float]]:
    """Evidence about a section that bears on a question, with the strength of its link.

    Evidence counts until the question is decided; what tells how it was decided does not.
    """
    strength = {question.id: 1.0} | {link.question: link.strength for link in question.bears}
    out = []
    for row in contest.evidence:
        if row.section == section and row.question in strength and not tells_outcome(row, contest):
            out.append((row, strength[row.question]))
    return out


def tells_outcome(row: Evidence, contest: Contest) -> bool:
    """Whether a row is a result rather than a sign: a record of the very vote, on or after the day of it."""
    decided = contest.question(row.question).decided
    return decided is not None and row.known >= decided and row.source_kind in {"vote cast", "official"}


def total_statements(
    rows: Sequence[tuple[Evidence, float]], question: Question, options: Sequence[str], on: date, table: Reliability
) -> tuple[TotalStatement, ...]:
    """The rows about totals that bear on these options; one for each voice and amount, the latest."""
    kept: dict[tuple[str, tuple[int, ...]], TotalStatement] = {}
    for row, strength in sorted(rows, key=lambda pair: (pair[0].known, pair[0].id)):
        if row.kind != "total" or row.amount is None or row.amount.word in SILENT_WORDS:
            continue
        meant = options_meant(row, question, options)
        if meant is not None and len(meant) < len(options):
            faith = table.sources[row.source_kind].totals
            faith *= strength * 0.5 ** (max((on - row.known).days, 0) / table.half_life_days)
            kept[(row.story or row.by, meant)] = TotalStatement(row, meant, faith)
    return tuple(kept.values())


def _prior(question: Question, options: Sequence[str]) -> Floats:
    if question.kind == "confidence":
        return np.array([LEADER_PRIOR[o] for o in options])
    return np.full(len(options), min(1.0, 4 / len(options)))


def _draw(case: _Case, size: int, rng: np.random.Generator) -> tuple[Draws, float, dict[str, float]]:
    """Draws, their effective number, and how well each total fitted the draws made before any total was used."""
    listed = together(case.statements, len(case.roll), len(case.options))
    prior = _prior(case.question, case.options)
    for factor in OVERSAMPLE if case.totals else (1,):
        before = draw_positions(listed, prior, size * factor, rng)
        fits = {t.row.id: fit(t, before.totals, case.majority) for t in case.totals}
        weights = np.ones(len(before.totals))
        for t in case.totals:
            weights *= likelihood(t, before.totals, case.majority, fits[t.row.id])
        kept, effective = resample(before, weights, size, rng)
        if effective >= ENOUGH:
            break
    return kept, effective, {key: float(g.mean()) for key, g in fits.items()}


def _on_record(case: _Case) -> dict[str, str]:
    """Elector -> option, by their own latest word, nomination or recorded vote on this very question."""
    here, options = {e.id for e in case.roll}, case.options
    out: dict[str, str] = {}
    for row, _ in sorted(case.rows, key=lambda pair: (pair[0].known, pair[0].id)):
        own = row.source_kind in OWN and row.question == case.question.id and row.elector in here
        stand = stand_of(row, case.question, options) if own else None
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


def _claims(case: _Case) -> dict[str, int]:
    """Option -> the latest number claimed for it: a stated total, or the length of a published list."""
    claims: dict[str, tuple[date, int]] = {}
    for row, _ in case.rows:
        if row.question == case.question.id and row.amount is not None:
            span, meant = row.amount.people(len(case.roll)), options_meant(row, case.question, case.options)
            if span is not None and meant is not None and len(meant) == 1:
                _later(claims, case.options[meant[0]], row.known, int(span[row.amount.low is None]))
    for (option, known, _), electors in _lists(case).items():
        if len(electors) > 1:
            _later(claims, option, known, len(electors))
    return {option: number for option, (_, number) in claims.items()}


def _lists(case: _Case) -> dict[tuple[str, date, str], set[str]]:
    """Published lists of an option's supporters: (option, date, story) -> electors."""
    here = {e.id for e in case.roll}
    lists: dict[tuple[str, date, str], set[str]] = {}
    for row, _ in case.rows:
        if row.question == case.question.id and row.elector in here and row.source_kind not in OWN:
            stand = stand_of(row, case.question, case.options)
            if stand is not None and stand[1]:
                key = (case.options[stand[0]], row.known, row.story or row.by)
                lists.setdefault(key, set()).add(str(row.elector))
    return lists


def _later(claims: dict[str, tuple[date, int]], option: str, known: date, number: int) -> None:
    if option not in claims or (known, number) >= claims[option]:
        claims[option] = (known, number)


def _support(case: _Case, draws: Draws, named: dict[str, str]) -> tuple[Support, ...]:
    claims = _claims(case)
    out = []
    for k, option in enumerate(case.options):
        t = draws.totals[:, k]
        low, high = np.percentile(t, INTERVAL)
        out.append(
            Support(
                option=option,
                named=sum(1 for o in named.values() if o == option),
                claimed=claims.get(option),
                mean=round(float(t.mean()), 3),
                low=int(np.floor(low)),
                high=int(np.ceil(high)),
                p_majority=round(float((t >= case.majority).mean()), 5),
            )
        )
    return tuple(out)
