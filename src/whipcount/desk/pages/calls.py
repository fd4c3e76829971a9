"""Whom to ring next, by what an answer would tell; and the cheapest electors whose change would carry or block it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator, Field

from whipcount.desk.asked import AsOf, Draws, QuestionId, SectionId, Seed, Short, Wrong, blank
from whipcount.desk.counting import Asked, asked_about
from whipcount.desk.pages.contest import around
from whipcount.desk.pages.why import Whose
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

if TYPE_CHECKING:
    from whipcount.headcount import Calls, Path

router = APIRouter(tags=["calls"])
MOST = 20
Need = Annotated[
    Annotated[int, Field(ge=1, le=100_000)] | None,
    BeforeValidator(blank),
    Query(description="Electors it needs; a majority by default."),
]
Most = Annotated[
    Annotated[int, Field(ge=1, le=1000)] | None,
    BeforeValidator(blank),
    Query(description=f"How many are shown, {MOST} if nothing is said."),
]
To = Annotated[Short | None, BeforeValidator(blank), Query(description="The option to carry.")]
Groups = Annotated[bool, Query(description="Groups of electors move as one.")]


@dataclass(frozen=True)
class Aim:
    """What a path is to reach: an option, the electors it needs (None: a majority), or that it stays below them."""

    to: str | None = None
    need: int | None = None
    block: bool = False
    groups: bool = False


@sheet(
    router, "/contests/{contest}/calls", "Whom to ring next: electors by what a truthful answer would tell, in bits."
)
def calls(  # noqa: PLR0917 - a field of the form each
    request: Request, contest: str, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None,
    whose: Whose = None, need: Need = None, most: Most = None, seed: Seed = None, draws: Draws = None,
) -> Sheet:  # fmt: skip
    """The electors whose answer would tell most about an outcome."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    asked, found, option, bar = calls_of(desk, contest, as_of, question, section, whose, need, most)
    count, day = asked.counted, asked.report.as_of
    said = {
        "as_of": day, "question": count.question.id, "section": count.section, "for_": whose, "need": need, "most": most,
        **desk.run,
    }  # fmt: skip
    shown = {"asked_": asked, "count": count, "found": found, "option": option, "bar": bar, "most": most or MOST}
    shown |= {"said": said, **around(desk, asked.report.contest, day, "calls")}
    return Sheet("calls.html", shown, found.to_json(), found.table(), link("contests", contest, "calls", **said))


def calls_of(
    desk: Desk, contest: str, as_of: date | None, question: str | None, section: str | None, whose: str | None,
    need: int | None, most: int | None,
) -> tuple[Asked, Calls, str, int]:  # fmt: skip
    """(what is asked about, the ranking, the option, the electors that it needs)."""
    from whipcount.headcount import calls as ranked

    asked = asked_about(desk, contest, as_of, question, section)
    count = asked.counted
    option = asked.option(whose)
    bar = _bar(asked, need)
    name = f"{option}: {bar} of {len(count.roll)} or more"

    def make() -> Calls:
        return ranked(count, count.for_option(option) >= bar, name=name, most=most or MOST)

    key = (asked.report.as_of, count.question.id, count.section, option, bar, most or MOST)
    return asked, desk.kept("calls", contest, key, make), option, bar


def _bar(asked: Asked, need: int | None) -> int:
    count = asked.counted
    if need is not None and need > len(count.roll):
        raise Wrong("need", f"There are {len(count.roll)} electors; {need} of them cannot be had.")
    return need or count.majority


@sheet(
    router, "/contests/{contest}/path", "The cheapest sets of electors whose change would carry an option, or block it."
)
def path(  # noqa: PLR0917 - a field of the form each
    request: Request, contest: str, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None, to: To = None,
    need: Need = None, block: bool = False, groups: Groups = False, seed: Seed = None, draws: Draws = None,
) -> Sheet:  # fmt: skip
    """What it would take."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    asked, found, option = path_of(desk, contest, as_of, question, section, Aim(to, need, block, groups))
    count, day = asked.counted, asked.report.as_of
    said: dict[str, Any] = {
        "as_of": day,
        "question": count.question.id,
        "section": count.section,
        "to": to,
        "need": need,
    }
    said |= {"block": "true" if block else None, "groups": "true" if groups else None, **desk.run}
    shown: dict[str, Any] = {"asked_": asked, "count": count, "found": found, "option": option, "block": block}
    shown |= {"groups": groups, "said": said, "grouped": bool(_blocs(asked))}
    shown |= around(desk, asked.report.contest, day, "path")
    return Sheet("path.html", shown, found.to_json(), found.table(), link("contests", contest, "path", **said))


def path_of(
    desk: Desk, contest: str, as_of: date | None, question: str | None, section: str | None, aim: Aim
) -> tuple[Asked, Path, str]:
    """(what is asked about, the routes, the option). Raises `Wrong` beside the field at fault."""
    asked = asked_about(desk, contest, as_of, question, section)
    count = asked.counted
    try:
        option = asked.option(aim.to)
    except Wrong as why:
        raise Wrong("to", str(why)) from None
    key = (asked.report.as_of, count.question.id, count.section, option, aim)
    return asked, desk.kept("path", contest, key, lambda: _path(asked, option, aim)), option


def _path(asked: Asked, option: str, aim: Aim) -> Path:
    from whipcount.headcount import path as cheapest

    _bar(asked, aim.need)
    blocs = _blocs(asked) if aim.groups else None
    return cheapest(asked.counted, option, aim.need, blocks=aim.block, blocs=blocs)


def _blocs(asked: Asked) -> dict[str, list[str]]:
    """Group -> its electors in the section, each in the first group that names them; groups of one are none."""
    roll = {e.id for e in asked.counted.roll}
    out: dict[str, list[str]] = {}
    for row in asked.report.contest.groupings:
        if row.elector in roll:
            out.setdefault(row.group, []).append(row.elector)
            roll.discard(row.elector)
    return {group: members for group, members in out.items() if len(members) > 1}
