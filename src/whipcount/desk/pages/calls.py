"""Whom to ring next, by what an answer would tell; and the cheapest electors whose change would carry or block it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator, Field

from whipcount.desk.asked import AsOf, QuestionId, SectionId, Short, Wrong, blank
from whipcount.desk.counting import Asked, asked_about
from whipcount.desk.pages.contest import around
from whipcount.desk.pages.why import Whose
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

if TYPE_CHECKING:
    from whipcount.headcount import Calls, Path

router = APIRouter(tags=["calls"])
Need = Annotated[
    Annotated[int, Field(ge=1, le=100_000)] | None,
    BeforeValidator(blank),
    Query(description="Electors it needs; a majority by default."),
]
To = Annotated[Short | None, BeforeValidator(blank), Query(description="The option to carry.")]


@sheet(
    router, "/contests/{contest}/calls", "Whom to ring next: electors by what a truthful answer would tell, in bits."
)
def calls(
    request: Request, contest: str, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None,
    whose: Whose = None, need: Need = None, most: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> Sheet:  # fmt: skip
    """The electors whose answer would tell most about an outcome."""
    desk: Desk = request.app.state.desk
    asked, found, option, bar = calls_of(desk, contest, as_of, question, section, whose, need, most)
    count, day = asked.counted, asked.report.as_of
    shown = {"asked_": asked, "count": count, "found": found, "option": option, "bar": bar}
    here = link(
        "contests", contest, "calls", as_of=day, question=count.question.id, section=count.section, for_=whose, need=need,
        most=most if most != 20 else None,
    )  # fmt: skip
    around_ = around(desk, asked.report.contest, day, "calls")
    return Sheet("calls.html", shown | around_, found.to_json(), found.table(), here)


def calls_of(
    desk: Desk, contest: str, as_of: date | None, question: str | None, section: str | None, whose: str | None,
    need: int | None, most: int,
) -> tuple[Asked, Calls, str, int]:  # fmt: skip
    """(what is asked about, the ranking, the option, the electors that it needs)."""
    from whipcount.headcount import calls as ranked

    asked = asked_about(desk, contest, as_of, question, section)
    count = asked.counted
    option = asked.option(whose)
    bar = _bar(asked, need)
    name = f"{option}: {bar} of {len(count.roll)} or more"

    def make() -> Calls:
        return ranked(count, count.for_option(option) >= bar, name=name, most=most)

    key = (asked.report.as_of, count.question.id, count.section, option, bar, most)
    return asked, desk.kept("calls", contest, key, make), option, bar


def _bar(asked: Asked, need: int | None) -> int:
    count = asked.counted
    if need is not None and need > len(count.roll):
        raise Wrong("need", f"There are {len(count.roll)} electors; {need} of them cannot be had.")
    return need or count.majority


@sheet(
    router, "/contests/{contest}/path", "The cheapest sets of electors whose change would carry an option, or block it."
)
def path(
    request: Request, contest: str, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None, to: To = None,
    need: Need = None, block: bool = False,
) -> Sheet:  # fmt: skip
    """What it would take."""
    desk: Desk = request.app.state.desk
    asked = asked_about(desk, contest, as_of, question, section)
    count, day = asked.counted, asked.report.as_of
    option = asked.option(to)
    found = desk.kept(
        "path",
        contest,
        (day, count.question.id, count.section, option, need, block),
        lambda: _path(asked, option, need, block),
    )
    shown: dict[str, Any] = {"asked_": asked, "count": count, "found": found, "option": option, "block": block}
    here = link(
        "contests", contest, "path", as_of=day, question=count.question.id, section=count.section, to=to, need=need,
        block="true" if block else None,
    )  # fmt: skip
    around_ = around(desk, asked.report.contest, day, "path")
    return Sheet("path.html", shown | around_, found.to_json(), found.table(), here)


def _path(asked: Asked, option: str, need: int | None, block: bool) -> Path:
    from whipcount.headcount import path as cheapest

    _bar(asked, need)
    return cheapest(asked.counted, option, need, blocks=block)
