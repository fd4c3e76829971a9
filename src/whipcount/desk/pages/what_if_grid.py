"""A grid of what-ifs: one or two switches take several values, and every combination is run.

All that is supposed is in the address; it may take minutes, and is made in the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator
from starlette.responses import Response

from whipcount.contest import Contest
from whipcount.desk.asked import AsOf, Draws, QuestionId, Seed, Short, Wrong, blank
from whipcount.desk.drawing import bars_figure
from whipcount.desk.gridding import MOST, SIDES, TakenGrid, TypedGrid, ready_made, taken_grid, typed_grid
from whipcount.desk.pages.charts import IMAGES, Form, drawn, image
from whipcount.desk.pages.contest import around
from whipcount.desk.pages.what_if import Add, Assume, Drop, Electorate, Join, Poll, Rules, Weights
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.supposing import FIELDS, typed
from whipcount.desk.views import link
from whipcount.desk.working import Desk
from whipcount.errors import NotFound

if TYPE_CHECKING:
    from whipcount.forecast import Grid

router = APIRouter(tags=["what-if"])
Switch = Annotated[
    Short | None, BeforeValidator(blank), Query(description="What is different: `drop`, `join`, `rules`, ...")
]
Values = Annotated[
    list[Annotated[str, Query(max_length=20_000)]],
    Query(description="Its values, each on a line or by itself; `-` is the contest as it is.", max_length=MOST),
]
SWITCHES = {
    "drop": ("somebody drops out", "A name on each line"),
    "add": ("somebody else stands", "A name on each line"),
    "join": ("camps join", "On each line those who join, for the first: A,B"),
    "rules": ("other rules", "A rulebook on each line: ID@DATE"),
    "weights": ("weights in the college", "On each line: BODY=1/3,BODY=2/3"),
    "electorate": ("the size of a section", "On each line: SECTION=N, 0 to leave it out"),
    "poll": ("a poll comes out", "On each line: SECTION:A=52,B=48"),
    "assume": ("somebody declares", "On each line: X backs Y"),
}  # fmt: skip
"""Switch -> (what it is in words, how its values are written)."""


def _said(down: str | None, downs: list[str], across: str | None, acrosses: list[str], *fields: list[str]) -> TypedGrid:
    return typed_grid(down, downs, across, acrosses, typed(dict(zip(FIELDS, fields, strict=True))))


@sheet(
    router,
    "/contests/{contest}/what-if/grid",
    "The outlook under every combination of several values of one or two switches.",
)
def what_if_grid(  # noqa: PLR0917 - a field of the form each
    request: Request, contest: str, as_of: AsOf = None, down: Switch = None, down_value: Values = [], across: Switch = None,  # noqa: B006
    across_value: Values = [], join: Join = [], drop: Drop = [], add: Add = [], rules: Rules = None, weights: Weights = "",  # noqa: B006
    electorate: Electorate = [], poll: Poll = [], assume: Assume = [], seed: Seed = None, draws: Draws = None,  # noqa: B006
) -> Sheet:  # fmt: skip
    """The form, and under it a map of each event."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    seen = desk.seen(contest, as_of)
    assert seen.seen_on is not None
    said = _said(
        down, down_value, across, across_value, join, drop, add, [rules or ""], [weights], electorate, poll, assume
    )
    read = TakenGrid() if said.nothing else taken_grid(seen, said)
    made = None if said.nothing or read.wrong else grid_of(desk, seen, read)
    asked = {"as_of": seen.seen_on, **said.asked(), **desk.run}
    shown = {
        "said": said,
        "wrong": read.wrong,
        "made": made,
        "switches": SWITCHES,
        "ready": ready_made(seen),
        "asked_": asked,
    }
    shown |= {"panels": _panels(made, seen) if made else [], "sides": SIDES, "most": MOST}
    shown |= around(desk, seen, seen.seen_on, "what-if/grid")
    here = link("contests", contest, "what-if", "grid", **asked)
    if made is None:
        data: Any = {
            "contest": contest,
            "as_of": seen.seen_on.isoformat(),
            "axes": {},
            "cells": [],
            "fields": read.wrong,
        }
        return Sheet("what_if_grid.html", shown, data, [], here, status=422 if read.wrong else 200)
    return Sheet("what_if_grid.html", shown, made.to_json(), made.table(), here)


@router.get(
    "/contests/{contest}/what-if/grid.{form}",
    summary="A grid of what-ifs, drawn: the likeliest events of a question.",
    response_class=Response,
    responses=IMAGES,
)
async def what_if_grid_chart(  # noqa: PLR0917 - a field of the form each
    request: Request, contest: str, form: Form, question: QuestionId = None, as_of: AsOf = None, down: Switch = None,
    down_value: Values = [], across: Switch = None, across_value: Values = [], join: Join = [], drop: Drop = [], add: Add = [],  # noqa: B006
    rules: Rules = None, weights: Weights = "", electorate: Electorate = [], poll: Poll = [], assume: Assume = [],  # noqa: B006
    seed: Seed = None, draws: Draws = None,
) -> Response:  # fmt: skip
    """The maps as a file."""
    said = _said(
        down, down_value, across, across_value, join, drop, add, [rules or ""], [weights], electorate, poll, assume
    )

    def make() -> Any:
        desk: Desk = request.app.state.desk.drawn(seed, draws)
        seen = desk.seen(contest, as_of)
        read = taken_grid(seen, said)
        for name, why in read.wrong.items():
            raise Wrong(name or "down", why)
        made = grid_of(desk, seen, read)
        if question is not None and question not in made.questions:
            raise Wrong("question", str(NotFound("question of this grid", question, made.questions)))
        return drawn(str(bars_figure(made.chart(question))), form)

    return await image(request, make)


def grid_of(desk: Desk, seen: Contest, read: TakenGrid) -> Grid:
    """The grid. Raises `StillWorking` while it is being made."""
    from whipcount.forecast import what_if_grid as every

    s = desk.settings
    key = ("grid", seen.id, desk.version(seen.id), seen.seen_on, read.axes, tuple(sorted(read.texts.items())))
    what = f"{read.many} combinations, each {s.draws:,} simulated contests"
    return desk.soon(key, what, lambda: every(seen, read.axes, read.texts, seed=s.seed, draws=s.draws), minutes=True)


def _panels(made: Grid, seen: Contest) -> list[dict[str, Any]]:
    """A table for each question and event, or for each question where there is one axis: headings and rows of cells."""
    out = []
    for question in made.questions:
        events, before = made.events(question), made.before(question)
        asks = seen.question(question).asks
        if len(made.axes) == 1:
            rows = [(c.values[0], [made.changes_of(c, question).get(e) for e in events]) for c in made.cells]
            heads = [(e, before.get(e)) for e in events]
            out.append({"question": question, "asks": asks, "maps": [{"event": "", "heads": heads, "rows": rows}]})
            continue
        maps = [_map(made, question, event, before.get(event)) for event in events]
        out.append({"question": question, "asks": asks, "maps": maps})
    return out


def _map(made: Grid, question: str, event: str, before: float | None) -> dict[str, Any]:
    found = {cell.values: made.changes_of(cell, question).get(event) for cell in made.cells}
    down, across = (axis.values for axis in made.axes)
    rows = [(d, [found[d, a] for a in across]) for d in down]
    return {"event": event, "before": before, "heads": [(a, None) for a in across], "rows": rows}
