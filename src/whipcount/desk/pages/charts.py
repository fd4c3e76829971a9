"""Every chart of a contest by itself, as `.svg` and `.png`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from whipcount.desk.asked import AsOf
from whipcount.desk.caching import answer
from whipcount.desk.drawing import FILE_POLICY, SVG, bars_figure, file_png, file_svg, replay_figure
from whipcount.desk.pages.calls import calls_of
from whipcount.desk.pages.camps import power_of
from whipcount.desk.pages.replay import questions_of, replayed, tones_of
from whipcount.desk.sheets import give
from whipcount.desk.views import macro
from whipcount.desk.working import Desk
from whipcount.errors import NotFound

router = APIRouter(tags=["charts"])
Form = Literal["svg", "png"]
IMAGES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The chart.", "content": {"image/svg+xml": {}, "image/png": {}}},
    202: {"description": "It is being worked out; ask again.", "content": {"application/json": {"schema": {}}}},
    404: {"description": "There is no such chart.", "content": {"application/json": {"schema": {}}}},
    422: {"description": "Wrong as asked.", "content": {"application/json": {"schema": {}}}},
}


@router.get(
    "/contests/{contest}/charts/{name}.{form}",
    summary="A chart of a contest.",
    response_class=Response,
    responses=IMAGES,
)
async def chart(
    request: Request,
    contest: str,
    name: Annotated[str, Path(description="`replay`, `calls`, `camps`, `chamber-QUESTION-SECTION` or `QUESTION-N`.")],
    form: Form,
    as_of: AsOf = None,
) -> Response:
    """A chart as a file."""

    def make() -> Any:
        drawing = _drawing(request.app.state.desk, contest, name, as_of)
        body = file_svg(drawing) if form == "svg" else file_png(drawing)
        return answer(body, "image/svg+xml" if form == "svg" else "image/png")

    made = await give(request, make)
    made.headers["content-security-policy"] = FILE_POLICY
    return made


def _drawing(desk: Desk, contest: str, name: str, as_of: date | None) -> str:
    if name == "replay":
        made, _ = replayed(desk, contest, as_of, None)
        return str(replay_figure(made, questions_of(made)[0], tones_of(desk, contest, as_of)))
    if name == "calls":
        from whipcount.report.plots import calls_chart

        found = calls_of(desk, contest, as_of, None, None, None, None, 20)[1]
        return str(bars_figure(calls_chart(found.table())))
    if name == "camps":
        return str(bars_figure(power_of(desk, contest, as_of, None, None)[1].chart()))
    return _of_report(desk, contest, name, as_of)


def _of_report(desk: Desk, contest: str, name: str, as_of: date | None) -> str:
    """A chamber or a figure of the report."""
    page = desk.layout(contest, as_of)
    chambers = {f"chamber-{view.key}": view for part in page.parts for view in part.sections}
    figures = {f"{part.key}-{i}": fig.svg for part in page.parts for i, fig in enumerate(part.figures, 1)}
    if name in chambers:
        found = SVG.search(macro("report/parts.html", "chamber", chambers[name]))
        assert found is not None
        return found[0]
    if name in figures:
        return str(figures[name])
    raise NotFound("chart", name, [*chambers, *figures, "replay", "calls", "camps"])
