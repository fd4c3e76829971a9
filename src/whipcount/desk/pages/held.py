"""What the method is worth: the headcount held to past votes, the forecast to past contests. And whether a contest opens at all."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from whipcount.desk.asked import AsOf, Draws, Seed, Wrong
from whipcount.desk.drawing import bars_figure
from whipcount.desk.pages.charts import IMAGES, Form, drawn, image
from whipcount.desk.pages.contest import around
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

if TYPE_CHECKING:
    from whipcount.headcount import LeftOut, Record
    from whipcount.score.backtest import Backtest

router = APIRouter(tags=["method"])
RECORD = {"case": "Vote", "mean": "Ours", "declared": "Declared", "scaled": "Scaled up", "canvass": "Canvass", "best": "Canvass or scaled", "covered": "Inside", "options": "of"}  # fmt: skip
CHOSEN = ("gamma", "kappa", "delta")
EACH = {"case": "Vote", "option": "Option", "mean": "Said", "low": "10 %", "high": "90 %", "actual": "Was", "error": "Error"}  # fmt: skip
PAST = {"id": "Contest", "favourite": "Favourite", "winner": "Winner", "p_winner": "Chance given", "brier": "Brier", "log": "Log"}  # fmt: skip
OPENS = {"what": "What could open it", "p": "Chance", "why": "Why"}
DRAWS = 4_000
"""Draws of what is done over and over, where nothing else is asked."""
DAYS = (60, 30, 14, 7)
"""Days before a decision that the form of the backtest offers; the last day is always there."""
LOOKS, LONGEST = 8, 3_650
"""Different days that may be asked for at once, and the longest before a decision."""
LeaveOut = Annotated[
    bool, Query(description="Each vote with the model chosen on the others. It takes minutes the first time.")
]
Options = Annotated[bool, Query(description="A row for each option of each vote, with its interval.")]
At = Annotated[
    list[Annotated[str, Query(max_length=100)]],
    Query(description="Also so many days before each decision: `60`, or `60,30,14,7`.", max_length=20),
]


@sheet(router, "/record", "The headcount held to votes of the past, each from what was known before it.")
def record(
    request: Request, leave_one_out: LeaveOut = False, options: Options = True, seed: Seed = None, draws: Draws = None
) -> Sheet:
    """Every vote, and the sums; or every vote with a model that was chosen without it."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    left = left_out_of(desk) if leave_one_out else None
    kept = left.record if left else record_of(desk)
    votes = left.table() if left else kept.by_case()
    chosen = {k: k for k in CHOSEN if votes and k in votes[0]}
    columns = {"case": "Vote", **chosen, **{k: v for k, v in RECORD.items() if k != "case"}}
    said = {"leave_one_out": "true" if leave_one_out else None, "options": None if options else "false", **desk.run}
    shown = {
        "table": cells(columns, votes + kept.sums()), "each": cells(EACH, kept.table()) if options else None, "said": said,
        "left": leave_one_out, "options": options, "run": desk.run, "usual": desk.settings, "notes": kept.notes,
        "best": left.to_json()["best"] if left else None, "coverage": kept.coverage,
    }  # fmt: skip
    rows = kept.table() if options else votes
    return Sheet("record.html", shown, (left or kept).to_json(), rows, link("record", **said))


@router.get(
    "/record/chart.{form}",
    summary="Each option of each past vote: what was said, and the votes.",
    response_class=Response,
    responses=IMAGES,
)
async def record_chart(
    request: Request, form: Form, leave_one_out: LeaveOut = False, seed: Seed = None, draws: Draws = None
) -> Response:
    """The record as a picture."""

    def make() -> Any:
        desk: Desk = request.app.state.desk.drawn(seed, draws)
        found = left_out_of(desk) if leave_one_out else record_of(desk)
        return drawn(str(bars_figure(found.chart())), form)

    return await image(request, make)


def record_of(desk: Desk) -> Record:
    """The record. Raises `StillWorking` while it is being made."""
    from whipcount.headcount import record as held

    s = desk.settings
    return desk.soon(
        ("record",), "counting heads before every past vote again", lambda: held(seed=s.seed, draws=s.draws)
    )


def left_out_of(desk: Desk) -> LeftOut:
    """The record in which each vote is left out in turn. Raises `StillWorking`, with how far it is."""
    from whipcount.headcount import left_out

    key, s = ("left out", *desk.run.items()), desk.settings
    done = desk.things.peek(("progress", key))
    what = "counting heads before every past vote again, under every choice of the model"

    def make() -> LeftOut:
        told = lambda n, of: desk.things.put(("progress", key), f"{n} of {of}")  # noqa: E731
        return left_out(seed=s.seed, draws=min(s.draws, DRAWS), told=told)

    return desk.soon(key, f"{what}; {done} choices are done" if done else what, make, minutes=True)


@sheet(router, "/backtest", "Past contests forecast on the eve of their decision with no hindsight, and scored.")
def backtest(request: Request, at: At = [], seed: Seed = None, draws: Draws = None) -> Sheet:  # noqa: B006
    """Every past contest that ships, on the last day and on earlier ones, beside the obvious guesses."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    days = days_of(at)
    found = backtest_of(desk, days)
    data: Any = found.to_json()
    rows: list[Any] = [{k: v for k, v in row.items() if k != "p"} for row in found.table()]
    said = {"at": ",".join(map(str, days)), **desk.run}
    shown = {
        "table": cells(PAST, [r for r in rows if r["days"] == 1]), "scores": list(_scores(found)), "one": found.summary(),
        "days": days, "offered": DAYS, "said": said, "run": desk.run, "usual": desk.settings,
        "others": ", ".join(str(d) for d in days if d not in DAYS),
    }  # fmt: skip
    return Sheet("backtest.html", shown, data, rows, link("backtest", **said))


def days_of(typed: Iterable[str]) -> tuple[int, ...]:
    """Days before a decision, the most first. Raises `Wrong`."""
    parts = [p.strip() for text in typed for p in text.split(",") if p.strip()]
    for part in parts:
        if not (part.isascii() and part.isdigit() and 1 <= int(part[:6]) <= LONGEST):
            raise Wrong("at", f"'{part[:40]}' is no number of days. Write them as 60,30,14,7, each up to {LONGEST:,}.")
    days = tuple(sorted({int(p) for p in parts} - {1}, reverse=True))
    if len(days) > LOOKS:
        raise Wrong("at", f"These are {len(days)} days; {LOOKS} can be asked for at once.")
    return days


def backtest_of(desk: Desk, days: tuple[int, ...]) -> Backtest:
    """The backtest. Raises `StillWorking` while it is being made."""
    from whipcount.forecast.past import read_shelf, shipped
    from whipcount.score.backtest import backtest as held

    s = desk.settings
    draws = desk.run.get("draws", min(s.draws, DRAWS))
    what = "forecasting every past contest again, each with links that were fitted without it"
    if days:
        what += f", on {len(days) + 1} days"
    return desk.soon(
        ("backtest", days),
        what,
        lambda: held(read_shelf(shipped()), days, seed=s.seed, draws=draws),
        minutes=bool(days),
    )


def _scores(found: Backtest) -> Iterable[dict[str, Any]]:
    """A row for each day, each baseline and ours beside it, as `whipcount backtest` has them."""
    for days, sides in found.baselines.items():
        yield {"days": days, "where": "any contest", "by": "whipcount", "one": found.summary(days)}
        for name, beside in sides.items():
            label = name.replace("_", " ")
            yield {"days": days, "where": label, "by": "whipcount", "one": beside.ours}
            yield {"days": days, "where": "", "by": label, "one": beside.baseline}


@sheet(router, "/contests/{contest}/opens", "Whether a contest for the leadership opens at all, until when, and why.")
def opens(request: Request, contest: str, as_of: AsOf = None, seed: Seed = None, draws: Draws = None) -> Sheet:
    """What could open it."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    report = desk.report(contest, as_of)
    day, found = report.as_of, report.outlook.opening
    rows = [{"what": r.what, "p": round(r.p, 4), "why": r.why} for r in found.reasons] if found else []
    data: dict[str, Any] = {"contest": contest, "as_of": day.isoformat(), "p": None, "reasons": rows}
    says = f"On {day} nobody's leadership is in question here, or a contest is open already. Choose another day."
    if found:
        data |= {"leader": found.leader, "side": found.side, "until": str(found.until), "p": round(found.p, 4)}
        says = f"{found.leader} ({found.side}): a contest opens after {found.since} and by {found.until}: {100 * found.p:.0f} %."
    shown = {"title": "Does a contest open?", "says": says, **around(desk, report.contest, day, "opens")}
    here = link("contests", contest, "opens", as_of=day, **desk.run)
    asks = {f"the vote '{q.id}'": f"the vote “{q.asks}”" for q in report.contest.identity.questions}
    named = [{**r, "what": reduce(lambda text, q: text.replace(q, asks[q]), asks, str(r["what"]))} for r in rows]
    table = {"layout": "contest_base.html", **cells(OPENS, named)}
    return Sheet("plain.html", {**shown, **table}, data, rows, here)


def cells(columns: dict[str, str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What a plain table reads: chances in per cent, other numbers as they are."""
    return {"columns": list(columns.values()), "cells": [[_cell(key, row.get(key)) for key in columns] for row in rows]}


def _cell(key: str, value: Any) -> tuple[str, bool]:
    """A cell as it is shown, and whether it is a number."""
    if value is None:
        return "", False
    if isinstance(value, float):
        return (f"{100 * value:.1f} %" if key in {"p", "p_winner"} else f"{value:.2f}".removesuffix("0")), True
    return str(value), isinstance(value, int)
