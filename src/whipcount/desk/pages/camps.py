"""Camps: who can win with whom, who can block, who holds the balance, who is pivotal, and the evidence behind each answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator, Field

from whipcount.desk.asked import AsOf, Draws, QuestionId, SectionId, Seed, Wrong, blank
from whipcount.desk.counting import Asked, asked_about
from whipcount.desk.pages.contest import around
from whipcount.desk.pages.entries import of_evidence
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk
from whipcount.errors import NotFound

if TYPE_CHECKING:
    from whipcount.headcount import Headcount
    from whipcount.power import DrawnPower
    from whipcount.power.questions import Answers
    from whipcount.report import Part, Report

router = APIRouter(tags=["camps"])
REASONS, LEAST = 3, 0.005
"""Reasons shown under an answer, and the least movement of its probability that is worth a line."""
Quota = Annotated[
    Annotated[int, Field(ge=1, le=100_000)] | None,
    BeforeValidator(blank),
    Query(description="Electors that win; a majority by default."),
]
Together = Annotated[
    list[str],
    Query(description="`A,B`: camps asked about as a coalition; every pair by default.", max_length=20),
]


@dataclass(frozen=True)
class Power:
    """What is asked about camps, how many electors win, the power of each camp, and the questions that people ask."""

    asked: Asked
    quota: int
    found: DrawnPower
    answers: Answers | None


@sheet(router, "/contests/{contest}/camps", "Which camps can win together, block, hold the balance and decide.")
def camps(  # noqa: PLR0917 - a field of the form each
    request: Request, contest: str, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None,
    quota: Quota = None, together: Together = [], seed: Seed = None, draws: Draws = None,  # noqa: B006
) -> Sheet:  # fmt: skip
    """The power of the camps of a question, by default of the first one about camps."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    made = power_of(desk, contest, as_of, question, section, quota, together)
    asked, found = made.asked, made.found
    count, day = asked.counted, asked.report.as_of
    data = {"contest": contest, "as_of": day.isoformat(), "question": count.question.id, **json.loads(found.to_json())}
    data["answers"] = made.answers.to_json() if made.answers else []
    said = {"as_of": day, "question": count.question.id, "section": count.section, "quota": quota, "together": together}
    said |= desk.run
    pairs = sorted(found.coalition_rows(), key=lambda r: -r["wins"])
    shown = {"asked_": asked, "count": count, "rows": found.rows(), "pairs": pairs if len(count.options) > 2 else []}
    shown |= {"made": made, "said": said, "typed": together, "reasons": reasons_of(made)}
    shown |= around(desk, asked.report.contest, day, "camps")
    return Sheet("camps.html", shown, data, found.rows(), link("contests", contest, "camps", **said))


def power_of(
    desk: Desk, contest: str, as_of: date | None, question: str | None, section: str | None, quota: int | None = None,
    together: list[str] | None = None,
) -> Power:  # fmt: skip
    """The power of the camps of a question. Raises `Wrong` where there are fewer than two, or a field makes no sense."""
    from whipcount.headcount import UNALIGNED

    question = question or _most_sided(desk.report(contest, as_of))
    asked = asked_about(desk, contest, as_of, question, section)
    count = asked.counted
    sides = [o for o in count.options if o != UNALIGNED]
    if len(sides) < 2:
        raise Wrong("question", f"'{count.question.id}' has one camp; it takes two to ask who can win with whom.")
    if quota is not None and quota > len(count.roll):
        raise Wrong("quota", f"There are {len(count.roll)} electors; {quota} of them cannot be had.")
    groups = _groups(sides, together or [])
    key = (asked.report.as_of, count.question.id, count.section, quota, groups)
    return desk.kept("power", contest, key, lambda: _power(asked, sides, quota or count.majority, groups))


def _groups(sides: list[str], typed: list[str]) -> tuple[tuple[str, ...], ...]:
    """The coalitions that were typed. Raises `Wrong`."""
    out = []
    for text in filter(None, (t.strip() for t in typed)):
        names = tuple(dict.fromkeys(n.strip() for n in text.split(",") if n.strip()))
        unknown = next((n for n in names if n not in sides), None)
        if unknown is not None:
            raise Wrong("together", str(NotFound("camp", unknown, sides)))
        if len(names) < 2:
            raise Wrong("together", f"'{text}' is one camp. Write two or more, separated by commas.")
        out.append(names)
    return tuple(dict.fromkeys(out))


def _most_sided(report: Report) -> str:
    """The question about camps, else the election with most candidates, else the question at hand."""

    def sides(part: Part) -> tuple[bool, int]:
        return part.result.question.kind == "camps", max((len(c.options) for c in part.headcounts), default=0)

    return max(report.parts, key=sides).result.question.id


def _power(asked: Asked, sides: list[str], quota: int, groups: tuple[tuple[str, ...], ...]) -> Power:
    from whipcount.power import power_over_draws
    from whipcount.power.questions import ask

    count = asked.counted
    sizes = count.draws.totals[:, [count.options.index(c) for c in sides]]
    named = {" + ".join(g): g for g in groups or combinations(sides, 2)}
    found = power_over_draws(sizes, quota, camps=sides, coalitions=named, electors=len(count.roll))
    answers = ask(count, quota, groups, _lost(asked)) if len(sides) > 2 else None
    return Power(asked, quota, found, answers)


def _lost(asked: Asked) -> Headcount | None:
    """The headcount of the vote on the leader in the same section, where that is open beside the question."""
    count = asked.counted
    votes = [p for p in asked.report.parts if p.result.question.kind == "confidence" and p is not asked.part]
    return next((c for p in votes for c in p.headcounts if c.section == count.section), None)


def reasons_of(made: Power) -> list[tuple[object, list[tuple[object, object]]]]:
    """(answer, its weightiest reasons, each with its row of evidence as an entry)."""
    electors = made.asked.report.contest.electors
    return [
        (one, [(r, of_evidence(electors, r.row)) for r in one.reasons[:REASONS] if abs(r.effect) >= LEAST])
        for one in (made.answers.answers if made.answers else ())
    ]
