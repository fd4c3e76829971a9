"""What the method is worth, the headcount held to past votes and the forecast to past contests; and whether a contest opens at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from whipcount.desk.asked import AsOf
from whipcount.desk.pages.contest import around
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

if TYPE_CHECKING:
    pass

router = APIRouter(tags=["method"])
RECORD = {"case": "Vote", "mean": "Ours", "declared": "Declared", "scaled": "Scaled up", "canvass": "Canvass", "best": "Canvass or scaled", "covered": "Inside", "options": "of"}  # fmt: skip
PAST = {"id": "Contest", "favourite": "Favourite", "winner": "Winner", "p_winner": "Chance given", "brier": "Brier", "log": "Log"}  # fmt: skip
OPENS = {"what": "What could open it", "p": "Chance", "why": "Why"}


@sheet(router, "/record", "The headcount held to votes of the past, each from what was known before it.")
def record(request: Request) -> Sheet:
    """Every vote, and the sums."""
    from whipcount.headcount import record as held

    desk: Desk = request.app.state.desk
    found = desk.soon(
        ("record",),
        "counting heads before every past vote again",
        lambda: held(seed=desk.settings.seed, draws=desk.settings.draws),
    )
    shown = {
        "title": "The headcount held to past votes",
        "says": "Sums over the options of how far the number said was from the votes cast, each from what was known before the vote. Declared: those on record alone; scaled up: the same in proportion to all; canvass: the press count that came closest, with hindsight. Inside: options within the 80 % interval.",
    }
    rows = found.by_case() + found.sums()
    return Sheet("plain.html", _table(shown, RECORD, rows), found.to_json(), found.table(), "/record")


@sheet(router, "/backtest", "Past contests forecast on the eve of their decision with no hindsight, and scored.")
def backtest(request: Request) -> Sheet:
    """Every past contest that ships."""
    from whipcount.forecast.past import read_shelf, shipped
    from whipcount.score.backtest import backtest as held

    desk: Desk = request.app.state.desk
    found = desk.soon(
        ("backtest",),
        "forecasting every past contest again, each with links that were fitted without it",
        lambda: held(read_shelf(shipped()), seed=desk.settings.seed, draws=min(desk.settings.draws, 4_000)),
    )
    data: Any = found.to_json()
    rows: list[Any] = [{k: v for k, v in row.items() if k != "p"} for row in found.table()]
    one = found.summary()
    means = [f"{name} {value:.3f}" for name, value in (("Brier", one.brier), ("log", one.log)) if value is not None]
    says = f"The last day before each decision, with what was known then. {one.n} contests; {one.hits:.1f} favourites won; mean {', '.join(means)} (0 is perfect)."
    shown = {"title": "The forecast held to past contests", "says": says}
    return Sheet("plain.html", _table(shown, PAST, rows), data, rows, "/backtest")


@sheet(router, "/contests/{contest}/opens", "Whether a contest for the leadership opens at all, until when, and why.")
def opens(request: Request, contest: str, as_of: AsOf = None) -> Sheet:
    """What could open it."""
    desk: Desk = request.app.state.desk
    report = desk.report(contest, as_of)
    day, found = report.as_of, report.outlook.opening
    rows = [{"what": r.what, "p": round(r.p, 4), "why": r.why} for r in found.reasons] if found else []
    data: dict[str, Any] = {"contest": contest, "as_of": day.isoformat(), "p": None, "reasons": rows}
    says = f"On {day} nobody's leadership is in question here, or a contest is open already. Choose another day."
    if found:
        data |= {"leader": found.leader, "side": found.side, "until": str(found.until), "p": round(found.p, 4)}
        says = f"{found.leader} ({found.side}): a contest opens after {found.since} and by {found.until}: {100 * found.p:.0f} %."
    shown = {"title": "Does a contest open?", "says": says, **around(desk, report.contest, day, "opens")}
    here = link("contests", contest, "opens", as_of=day)
    return Sheet("plain.html", _table(shown, OPENS, rows, "contest_base.html"), data, rows, here)


def _table(
    shown: dict[str, Any], columns: dict[str, str], rows: list[dict[str, Any]], layout: str = "base.html"
) -> dict[str, Any]:
    """What the plain template reads: chances in per cent, other numbers as they are."""
    cells = [[_cell(key, row.get(key)) for key in columns] for row in rows]
    return {**shown, "layout": layout, "columns": list(columns.values()), "cells": cells}


def _cell(key: str, value: Any) -> tuple[str, bool]:
    """A cell as it is shown, and whether it is a number."""
    if value is None:
        return "", False
    if isinstance(value, float):
        return (f"{100 * value:.1f} %" if key in {"p", "p_winner"} else f"{value:.2f}".removesuffix("0")), True
    return str(value), isinstance(value, int)
