"""The headcount: how a section of named electors divides on a question, given what was known on a date.

`posterior` has the model, `statements` and `totals` what evidence says under it, `sampler` the draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import CandidateRow, Contest, Elector, Evidence, Question
from whipcount.errors import UsageError
from whipcount.headcount.convergence import convergence
from whipcount.headcount.market import expected, market
from whipcount.headcount.on_record import claims, on_record, support
from whipcount.headcount.posterior import posterior
from whipcount.headcount.result import ENOUGH, Basis, Draws, Headcount, Standing
from whipcount.headcount.sampler import sample
from whipcount.headcount.sources import Reliability, reliability
from whipcount.headcount.statements import AGAINST, FOR, Statement, left_of, statements
from whipcount.headcount.totals import total_statements

Floats = NDArray[np.float64]
UNALIGNED = "unaligned"
LONGER = 8
"""How many times more sweeps are made where the chains move too slowly at first."""
LEAST_GROUP = 3
"""A group needs as many electors on the roll to have a leaning of its own."""


def options_of(contest: Contest, question: Question) -> tuple[str, ...]:
    """What electors can be with, on a question, as far as is known on the contest's date.

    Raises `UsageError` for an election with fewer than two candidates in view.
    """
    if question.kind == "confidence":
        return FOR, AGAINST
    if question.kind == "camps":
        return (*question.options, UNALIGNED)
    field = contest.standing(question.id)
    if len(field) < 2:
        raise UsageError(
            f"On this date fewer than two candidates are in view for '{question.id}'; there is nothing to count."
        )
    return field


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

    seed   the same seed gives the same draws; `draws`: how many, from four chains
    table  reliabilities and priors; by default those that ship

    Raises `UsageError` if the contest is not cut to a date, the section has no electors by name on it, or `draws` is too
    small for four chains.
    """
    day = contest.seen_on
    section = section or question.section
    if day is None or section is None:
        raise UsageError("A headcount needs a contest as of a date, and a section.")
    if draws < 40:
        raise UsageError(f"{draws} draws are too few to tell anything. Ask for 40 at the least, better 20,000.")
    roll = contest.roll(section, day)
    if not roll:
        raise UsageError(f"'{section}' has no electors by name on {day}. Add them to electors.csv.")
    table = table or reliability()
    rows = inherited(bearing(contest, question, section), heirs(contest, question), table.leanings.inherits)
    options = options_of(contest, question)
    return infer(
        question, section, day, options, roll, rows, _groups(contest, roll),
        seed=seed, draws=draws, table=table, prices=market(contest, question, options),
    )  # fmt: skip


def infer(
    question: Question,
    section: str,
    day: date,
    options: tuple[str, ...],
    roll: tuple[Elector, ...],
    rows: Sequence[tuple[Evidence, float]],
    groups: Sequence[tuple[str, ...]],
    *,
    seed: int,
    draws: int,
    table: Reliability,
    prices: Mapping[str, float] | None = None,
) -> Headcount:
    """A headcount from rows of evidence with the strength of their links, and the groups of every elector.

    prices  what a betting market gave each option (see `market`)
    """
    vote_on = max(day, question.due or day)
    said = statements(rows, question, options, roll, vote_on, table)
    totals = total_statements(rows, question, options, len(roll), vote_on, table)
    tilt = shift(question, options, table, prices)
    data = posterior(said, totals, groups, prior(question, options, table), tilt, _of_silence(question, table))
    rng = np.random.default_rng([seed, len(roll), len(options)])
    trace = sample(data, draws, rng)
    named = on_record(rows, question, options, roll)
    checks = convergence(options, trace.chains)
    if min(c.effective for c in checks) < min(ENOUGH, draws / 20):
        # Evidence that contradicts itself can leave two camps of totals far apart; then the chains need longer.
        trace = sample(data, draws, rng, thin=LONGER)
        checks = convergence(options, trace.chains)
    used = {s.row.id for s in said} | {t.row.id for t in totals}
    return Headcount(
        question=question,
        section=section,
        as_of=day,
        seed=seed,
        options=options,
        roll=roll,
        draws=Draws(trace.positions, trace.totals),
        support=support(options, trace.totals, data.majority, named, claims(rows, question, options, roll)),
        named=named,
        effective=min(c.effective for c in checks),
        convergence=checks,
        standings=_standings(roll, rows, said, named, day, table),
        basis=Basis(data, trace, tuple(rows), tuple(groups), vote_on, table),
        statements=said,
        totals=totals,
        set_aside=tuple(row for row, _ in rows if row.id not in used),
        prices=dict(prices or {}),
    )


def _of_silence(question: Question, table: Reliability) -> Reliability:
    """Of camps gamma is one: it was fitted on votes, and two camps that join would lose among the silent with any other."""
    if question.kind != "camps":
        return table
    return table.model_copy(update={"leanings": table.leanings.model_copy(update={"gamma": 1.0})})


def prior(question: Question, options: Sequence[str], table: Reliability) -> Floats:
    """(options,) pseudo-counts of the overall leaning."""
    if question.kind == "confidence":
        return np.array(table.leanings.leader)
    return np.full(len(options), min(table.leanings.overall, 4 / len(options)))


def shift(
    question: Question, options: Sequence[str], table: Reliability, prices: Mapping[str, float] | None = None
) -> Floats:
    """(options,) by how much, in log odds, the silent lean further: on a leader against, in an election to the favourites."""
    out = np.zeros(len(options))
    if prices:
        out += table.leanings.market * np.log(expected(prices, options))
    if question.kind == "confidence":
        out[options.index(AGAINST)] = table.leanings.secret
    return out


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


def heirs(contest: Contest, question: Question) -> dict[str, str]:
    """Candidate who left the field of an election -> whom he backs, as far as that is public."""
    latest: dict[str, CandidateRow] = {}
    for row in sorted(contest.candidates, key=lambda r: r.known):
        if row.question in {None, question.id}:
            latest[row.name] = row
    gone = {"withdrew", "declined", "ruled out"}
    return {name: row.backs for name, row in latest.items() if row.status in gone and row.backs}


def inherited(
    rows: Sequence[tuple[Evidence, float]], left: Mapping[str, str], part: float
) -> list[tuple[Evidence, float]]:
    """Support for somebody who left the field as support for whom he backs, at a discount.

    It counts as if said on another question, so that how far his supporters follow him is learned from those who are heard again.
    """
    out = []
    for row, strength in rows:
        if len(row.option) == 1 and row.option[0] in left and row.stance != "opposes":
            moved = {"option": (left[row.option[0]],), "question": f"{row.question}: {row.option[0]}"}
            out.append((row.model_copy(update=moved), strength * part))
        else:
            out.append((row, strength))
    return out


def tells_outcome(row: Evidence, contest: Contest) -> bool:
    """Whether a row is a result rather than a sign: a record of the very vote, on or after the day of it."""
    decided = contest.question(row.question).decided
    return decided is not None and row.known >= decided and row.source_kind in {"vote cast", "official"}


def _groups(contest: Contest, roll: Sequence[Elector]) -> list[tuple[str, ...]]:
    own = [tuple(dict.fromkeys(contest.groups_of(e.id))) for e in roll]
    size: dict[str, int] = {}
    for groups in own:
        for g in groups:
            size[g] = size.get(g, 0) + 1
    return [tuple(g for g in groups if size[g] >= LEAST_GROUP) for groups in own]


def _standings(
    roll: Sequence[Elector],
    rows: Sequence[tuple[Evidence, float]],
    said: Sequence[Statement],
    named: dict[str, str],
    day: date,
    table: Reliability,
) -> tuple[Standing, ...]:
    """Who is open now: at first a share `open` of the electors; each statement that still holds speaks against it.

    Whoever says that he is undecided is open unless that is old or untrue.
    """
    settled = dict.fromkeys(range(len(roll)), 1.0)
    for s in said:
        settled[s.elector] *= 1 - s.force
    undecided: dict[str, float] = {}
    for row, _ in rows:
        if row.stance == "undecided" and row.elector is not None:
            doubt = table.sources[row.source_kind].names * left_of(row, day, table)
            undecided[row.elector] = max(doubt, undecided.get(row.elector, 0.0))
    out = []
    for i, elector in enumerate(roll):
        p = max(table.leanings.open * settled[i], settled[i] * undecided.get(elector.id, 0.0))
        out.append(Standing(elector, named.get(elector.id), round(p, 4)))
    return tuple(out)
