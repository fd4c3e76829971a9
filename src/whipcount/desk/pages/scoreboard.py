"""Who called it: commentators, bookmakers, polls and whipcount itself, held to what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from whipcount.desk.caching import Answer, answer
from whipcount.desk.drawing import FILE_POLICY
from whipcount.desk.pages.charts import IMAGES, Form
from whipcount.desk.sheets import Sheet, give, sheet
from whipcount.desk.working import Desk

if TYPE_CHECKING:
    from whipcount.score import Scoreboard

router = APIRouter(tags=["scoreboard"])


@sheet(
    router, "/scoreboard", "Who called it: proper scores of every forecaster, calibration, and how whipcount compares."
)
def scoreboard(request: Request) -> Sheet:
    """The board."""
    from whipcount.score.board import VERDICTS

    board = board_of(request.app.state.desk)
    rows = [row.flat() for row in board.rows]
    shown = {
        "board": board,
        "verdicts": VERDICTS,
        "versus": [v for v in board.versus("whipcount") if v.other.startswith("all ")],
    }
    return Sheet("scoreboard.html", shown, board.to_json(), rows, "/scoreboard")


@router.get(
    "/scoreboard/chart.{form}",
    summary="The scores and the calibration, drawn.",
    response_class=Response,
    responses=IMAGES,
)
async def scoreboard_chart(request: Request, form: Form) -> Response:
    """The board as a chart."""

    def make() -> Answer:
        import vl_convert

        spec = board_of(request.app.state.desk).chart().configure(background="white").to_dict()
        if form == "png":
            return answer(vl_convert.vegalite_to_png(spec, scale=2), "image/png")
        return answer(vl_convert.vegalite_to_svg(spec).encode(), "image/svg+xml")

    made = await give(request, make)
    made.headers["content-security-policy"] = FILE_POLICY
    return made


def board_of(desk: Desk) -> Scoreboard:
    """The scoreboard of all contests. Raises `StillWorking` while it is being made."""
    from whipcount.score import of_contests

    ids = desk.shelf.contests()
    key = ("scoreboard", desk.version(""))
    return desk.soon(
        key, "forecasting every contest again, two months to a day ahead, and scoring everybody",
        lambda: of_contests([desk.contest(i) for i in ids], seed=desk.settings.seed),
    )  # fmt: skip
