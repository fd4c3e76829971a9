"""Who called it: commentators, bookmakers, polls and whipcount itself, held to what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from pydantic import BeforeValidator
from starlette.responses import Response

from whipcount.desk.asked import Draws, Seed, Short, Wrong, blank
from whipcount.desk.drawing import board_figure
from whipcount.desk.pages.charts import IMAGES, Form, drawn, image
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk
from whipcount.errors import MissingExtra, NotFound, UsageError

if TYPE_CHECKING:
    from whipcount.score import Scoreboard, Yield

router = APIRouter(tags=["scoreboard"])
DRAWS = 4_000
"""Simulated contests of each of many outlooks that are only scored, where nothing else is asked."""
NONE = "none"
Contests = Annotated[
    list[Annotated[str, Query(max_length=200)]], Query(description="Only these contests.", max_length=200)
]
Last = Annotated[bool, Query(description="Only each forecaster's last word on each question.")]
Days = Annotated[
    Short | None,
    BeforeValidator(blank),
    Query(description=f"Days before a decision for whipcount, as `60,30,14,7,1`; `{NONE}` to leave it out."),
]
Overround = Annotated[Literal["proportional", "shin"], Query(description="How the margin is taken out of prices.")]
Bets = Annotated[bool, Query(description="Also what whipcount would have made at the prices.")]
Detail = Annotated[bool, Query(description="One row for each prediction, not each forecaster.")]


@dataclass(frozen=True)
class Asked:
    """What a board is made of, as the address has it."""

    contests: tuple[str, ...]
    last: bool
    days: tuple[int, ...] | None
    overround: Literal["proportional", "shin"]

    @property
    def usual(self) -> bool:
        """Whether nothing was asked in particular."""
        return self == Asked((), last=False, days=None, overround="proportional")

    def said(self) -> dict[str, Any]:
        """As an address has it."""
        days = None if self.days is None else ",".join(map(str, self.days)) or NONE
        over = None if self.overround == "proportional" else self.overround
        return {"contest": self.contests, "last": "true" if self.last else None, "days": days, "overround": over}


@sheet(
    router, "/scoreboard", "Who called it: proper scores of every forecaster, calibration, and how whipcount compares."
)
def scoreboard(  # noqa: PLR0917 - a field of the form each
    request: Request, contest: Contests = [], last: Last = False, days: Days = None, overround: Overround = "proportional",  # noqa: B006
    bets: Bets = False, detail: Detail = False, seed: Seed = None, draws: Draws = None,
) -> Sheet:  # fmt: skip
    """The board."""
    from whipcount.score.board import VERDICTS

    desk: Desk = request.app.state.desk.drawn(seed, draws)
    asked = _asked(desk, contest, last, days, overround)
    board = board_of(desk, asked)
    made = bets_of(desk, asked) if bets else None
    said = asked.said() | {"bets": "true" if bets else None, "detail": "true" if detail else None, **desk.run}
    shown = {
        "board": board, "svg": _figure(board), "verdicts": VERDICTS, "asked_": asked, "said": said, "run": desk.run, "usual_draws": DRAWS, "bets": made,
        "detail": board.detail() if detail else None, "contests": desk.shelf.contests(), "days": said["days"],
        "versus": [v for v in board.versus("whipcount") if v.other.startswith("all ")],
    }  # fmt: skip
    data = board.to_json() | ({"bets": {name: _plain(one) for name, one in made.items()}} if made else {})
    rows = board.detail() if detail else [row.flat() for row in board.rows]
    return Sheet("scoreboard.html", shown, data, rows, link("scoreboard", **said))


def _figure(board: Scoreboard) -> Markup | None:
    try:
        return board_figure(board.chart())
    except (UsageError, MissingExtra):  # nothing was settled, or nothing can draw
        return None


def _plain(one: Yield) -> dict[str, Any]:
    return vars(one) | {"rate": one.rate}


@router.get(
    "/scoreboard/chart.{form}",
    summary="The scores and the calibration, drawn.",
    response_class=Response,
    responses=IMAGES,
)
async def scoreboard_chart(
    request: Request, form: Form, contest: Contests = [], last: Last = False, days: Days = None,  # noqa: B006
    overround: Overround = "proportional", seed: Seed = None, draws: Draws = None,
) -> Response:  # fmt: skip
    """The board as a chart."""

    def make() -> Any:
        desk: Desk = request.app.state.desk.drawn(seed, draws)
        board = board_of(desk, _asked(desk, contest, last, days, overround))
        return drawn(str(board_figure(board.chart())), form)

    return await image(request, make)


def _asked(
    desk: Desk, contests: list[str], last: bool, days: str | None, overround: Literal["proportional", "shin"]
) -> Asked:  # fmt: skip
    known = desk.shelf.contests()
    for name in contests:
        if name and name not in known:
            raise Wrong("contest", str(NotFound("contest", name, known)))
    chosen = tuple(dict.fromkeys(name for name in contests if name))
    return Asked(() if set(chosen) == set(known) else chosen, last, _days(days), overround)


def _days(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    parts = [] if text.strip() == NONE else [p.strip() for p in text.split(",") if p.strip()]
    if not all(p.isascii() and p.isdigit() and len(p) < 5 and int(p) for p in parts) or len(parts) > 10:
        raise Wrong("days", f"'{text[:40]}' are no numbers of days. Write up to ten, as 30,7,1, or {NONE}.")
    from whipcount.score import DAYS_BEFORE

    found = tuple(sorted({int(p) for p in parts}, reverse=True))
    return None if found == DAYS_BEFORE else found


def board_of(desk: Desk, asked: Asked) -> Scoreboard:
    """The scoreboard of the contests that are asked for. Raises `StillWorking` while it is being made."""
    from whipcount.score import DAYS_BEFORE, of_contests

    ids = asked.contests or desk.shelf.contests()
    days = DAYS_BEFORE if asked.days is None else asked.days
    key = ("scoreboard", desk.version(""), asked)
    what = "forecasting every contest again, two months to a day ahead, and scoring everybody"

    def make() -> Scoreboard:
        found, draws = [desk.contest(i) for i in ids], desk.run.get("draws", DRAWS)
        return of_contests(
            found, days=days, method=asked.overround, last=asked.last, seed=desk.settings.seed, draws=draws
        )

    return desk.soon(key, what, make, minutes=not asked.usual)


def bets_of(desk: Desk, asked: Asked) -> dict[str, Yield]:
    """What whipcount would have made at the prices: a unit on each good offer, and half of Kelly's stake."""
    from whipcount.score import flat, kelly, offers

    ids = asked.contests or desk.shelf.contests()

    def make() -> dict[str, Yield]:
        draws = desk.run.get("draws", DRAWS)
        found = [bet for i in ids for bet in offers(desk.contest(i), seed=desk.settings.seed, draws=draws)]
        return {"flat": flat(found), "half_kelly": kelly(found, fraction=0.5)}

    what = "forecasting every contest on each day with a price"
    return desk.soon(("bets", desk.version(""), asked.contests), what, make, minutes=True)
