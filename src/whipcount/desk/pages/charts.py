"""Every chart of a contest by itself, as `.svg` and `.png`; it takes what its page takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from whipcount.desk.asked import AsOf, Draws, QuestionId, SectionId, Seed
from whipcount.desk.caching import answer
from whipcount.desk.counting import asked_about
from whipcount.desk.drawing import FILE_POLICY, SVG, bars_figure, file_png, file_svg, replay_figure
from whipcount.desk.pages.calls import Aim, Groups, Most, Need, To, calls_of, path_of
from whipcount.desk.pages.camps import Quota, Together, power_of
from whipcount.desk.pages.replay import Every, News, drawn_of, replayed, tones_of
from whipcount.desk.pages.why import Whose, explained
from whipcount.desk.sheets import give
from whipcount.desk.views import macro
from whipcount.desk.working import Desk
from whipcount.errors import NotFound, UsageError

router = APIRouter(tags=["charts"])
Form = Literal["svg", "png"]
IMAGES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The chart.", "content": {"image/svg+xml": {}, "image/png": {}}},
    202: {"description": "It is being worked out; ask again.", "content": {"application/json": {"schema": {}}}},
    404: {"description": "There is no such chart.", "content": {"application/json": {"schema": {}}}},
    422: {"description": "Wrong as asked.", "content": {"application/json": {"schema": {}}}},
}
ROWS = 15
"""Pieces of evidence on the chart of `why`, where nothing else is asked."""


@dataclass(frozen=True)
class Wanted:
    """What a chart is asked, as its page is."""

    as_of: date | None
    question: str | None
    section: str | None
    whose: str | None
    need: int | None
    most: int | None
    aim: Aim
    quota: int | None
    together: list[str]
    every: int | None
    news: bool


@router.get(
    "/contests/{contest}/charts/{name}.{form}",
    summary="A chart of a contest, asked as its page is.",
    response_class=Response,
    responses=IMAGES,
)
async def chart(  # noqa: PLR0917 - as the pages are asked
    request: Request, contest: str,
    name: Annotated[str, Path(description="`headcount`, `why`, `calls`, `path`, `camps`, `replay`, `chamber-QUESTION-SECTION` or `QUESTION-N`.")],
    form: Form, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None, whose: Whose = None,
    need: Need = None, most: Most = None, to: To = None, block: bool = False, groups: Groups = False, quota: Quota = None,
    together: Together = [], every: Every = None, news: News = False, seed: Seed = None, draws: Draws = None,  # noqa: B006
) -> Response:  # fmt: skip
    """A chart as a file."""
    aim = Aim(to, need, block, groups)
    wanted = Wanted(as_of, question, section, whose, need, most, aim, quota, together, every, news)

    def make() -> Any:
        return drawn(_drawing(request.app.state.desk.drawn(seed, draws), contest, name, wanted), form)

    return await image(request, make)


def drawn(drawing: str, form: Form) -> Any:
    """A drawing as an answer in one of the forms of pictures."""
    body = file_svg(drawing) if form == "svg" else file_png(drawing)
    return answer(body, "image/svg+xml" if form == "svg" else "image/png")


async def image(request: Request, make: Any) -> Response:
    """The answer to a request for a picture, kept as pages are."""
    made = await give(request, make)
    made.headers["content-security-policy"] = FILE_POLICY
    return made


def _drawing(desk: Desk, contest: str, name: str, wanted: Wanted) -> str:
    made = {
        "replay": _replay, "calls": _calls, "path": _path, "camps": _camps, "why": _why, "headcount": _headcount,
    }.get(name)  # fmt: skip
    return made(desk, contest, wanted) if made else _of_report(desk, contest, name, wanted.as_of)


def _replay(desk: Desk, contest: str, w: Wanted) -> str:
    made, _ = replayed(desk, contest, w.as_of, w.every, news=w.news)
    return str(replay_figure(made, drawn_of(made, w.question), tones_of(desk, contest, w.as_of)))


def _calls(desk: Desk, contest: str, w: Wanted) -> str:
    from whipcount.report.plots import calls_chart

    found = calls_of(desk, contest, w.as_of, w.question, w.section, w.whose, w.need, w.most)[1]
    return str(bars_figure(calls_chart(_some(found.table(), "call"))))


def _path(desk: Desk, contest: str, w: Wanted) -> str:
    from whipcount.report.plots import path_chart

    found = path_of(desk, contest, w.as_of, w.question, w.section, w.aim)[1]
    return str(bars_figure(path_chart(_some(found.table(), "route"))))


def _why(desk: Desk, contest: str, w: Wanted) -> str:
    from whipcount.desk.drawing import causes_chart

    found = explained(desk, contest, w.as_of, w.question, w.section, w.whose)[2]
    rows = [{"id": ", ".join(c.ids[:2]), "what": c.what, "effect": c.effect} for c in found.causes[: w.most or ROWS]]
    return str(bars_figure(causes_chart(_some(rows, "piece of evidence"))))


def _headcount(desk: Desk, contest: str, w: Wanted) -> str:
    return str(bars_figure(asked_about(desk, contest, w.as_of, w.question, w.section).counted.chart()))


def _camps(desk: Desk, contest: str, w: Wanted) -> str:
    made = power_of(desk, contest, w.as_of, w.question, w.section, w.quota, w.together)
    return str(bars_figure(made.answers.chart() & made.found.chart() if made.answers else made.found.chart()))


def _some(rows: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    if not rows:
        raise UsageError(f"There is nothing to draw: there is no {what}.")
    return rows


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
    raise NotFound("chart", name, [*chambers, *figures, "headcount", "why", "calls", "path", "camps", "replay"])
