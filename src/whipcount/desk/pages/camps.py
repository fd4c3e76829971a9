"""Camps: who can win with whom, who can block, who is pivotal and who decides."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from whipcount.desk.asked import AsOf, QuestionId, SectionId, Wrong
from whipcount.desk.counting import Asked, asked_about
from whipcount.desk.pages.contest import around
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

if TYPE_CHECKING:
    from whipcount.power import DrawnPower
    from whipcount.report import Part, Report

router = APIRouter(tags=["camps"])


@sheet(router, "/contests/{contest}/camps", "Which camps can win together, block, and decide.")
def camps(
    request: Request, contest: str, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None
) -> Sheet:
    """The power of the camps of a question, by default of the first one about camps."""
    desk: Desk = request.app.state.desk
    asked, found = power_of(desk, contest, as_of, question, section)
    count, day = asked.counted, asked.report.as_of
    data = {"contest": contest, "as_of": day.isoformat(), "question": count.question.id, **json.loads(found.to_json())}
    pairs = sorted(found.coalition_rows(), key=lambda r: -r["wins"])
    shown = {"asked_": asked, "count": count, "rows": found.rows(), "pairs": pairs if len(count.options) > 2 else []}
    here = link("contests", contest, "camps", as_of=day, question=count.question.id, section=count.section)
    return Sheet("camps.html", shown | around(desk, asked.report.contest, day, "camps"), data, found.rows(), here)


def power_of(
    desk: Desk, contest: str, as_of: date | None, question: str | None, section: str | None
) -> tuple[Asked, DrawnPower]:
    """What is asked about, and the power of its camps. Raises `Wrong` where there are fewer than two."""
    from whipcount.headcount import UNALIGNED

    question = question or _most_sided(desk.report(contest, as_of))
    asked = asked_about(desk, contest, as_of, question, section)
    count = asked.counted
    sides = [o for o in count.options if o != UNALIGNED]
    if len(sides) < 2:
        raise Wrong("question", f"'{count.question.id}' has one camp; it takes two to ask who can win with whom.")
    key = (asked.report.as_of, count.question.id, count.section)
    return asked, desk.kept("power", contest, key, lambda: _power(asked, sides))


def _most_sided(report: Report) -> str:
    """The question about camps, else the election with most candidates, else the question at hand."""

    def sides(part: Part) -> tuple[bool, int]:
        return part.result.question.kind == "camps", max((len(c.options) for c in part.headcounts), default=0)

    return max(report.parts, key=sides).result.question.id


def _power(asked: Asked, sides: list[str]) -> DrawnPower:
    from whipcount.power import power_over_draws

    count = asked.counted
    sizes = count.draws.totals[:, [count.options.index(c) for c in sides]]
    groups = {" + ".join(g): g for g in combinations(sides, 2)}
    return power_over_draws(sizes, count.majority, camps=sides, coalitions=groups, electors=len(count.roll))
