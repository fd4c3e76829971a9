"""The outlook on every day of a contest, each with what was known on it, and what moved it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from whipcount.desk.asked import AsOf, Draws, QuestionId, Seed, Wrong, blank
from whipcount.desk.drawing import replay_figure
from whipcount.desk.pages.contest import around
from whipcount.desk.sheets import Sheet, finished, give, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk
from whipcount.errors import NotFound

if TYPE_CHECKING:
    from whipcount.contest import Contest
    from whipcount.forecast import Replay
    from whipcount.report.palette import Tone

router = APIRouter(tags=["replay"])
POINTS = 16
"""Days of a replay where nothing else is asked: as many as can be told apart, and as few as are soon worked out."""
Every = Annotated[
    Annotated[int, Field(ge=1, le=1000)] | None,
    BeforeValidator(blank),
    Query(description="Days between two outlooks; by default so many that there are about sixteen."),
]
News = Annotated[bool, Query(description="Every day on which something became known, instead of every so many days.")]
DRAWS = 4_000
"""Simulated contests a day, where nothing else is asked."""


@sheet(
    router, "/contests/{contest}/replay", "The outlook on every day up to a date, with no hindsight, and what moved it."
)
def replay(
    request: Request, contest: str, as_of: AsOf = None, every: Every = None, question: QuestionId = None, news: News = False,
    seed: Seed = None, draws: Draws = None,
) -> Sheet:  # fmt: skip
    """The days, the chances on each, and what became known."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    made, step = replayed(desk, contest, as_of, every, news=news)
    seen = desk.seen(contest, as_of)
    assert seen.seen_on is not None
    there = questions_of(made)
    drawn = drawn_of(made, question)
    said = {"as_of": seen.seen_on, "every": step, "news": "true" if news else None, "question": question, **desk.run}
    shown = {
        "said": said,
        "news": news,
        "usual_draws": DRAWS,
        "made": made,
        "every": step,
        "svg": replay_figure(made, drawn, tones_of(desk, contest, as_of)),
        "drawn": drawn,
        "there": there,
    }
    around_ = around(desk, seen, seen.seen_on, "replay")
    here = link("contests", contest, "replay", **said)
    return Sheet("replay.html", around_ | shown, made.to_json(), made.table(), here)


def drawn_of(made: Replay, question: str | None) -> str:
    """The question that the chart is about: the one asked for, or the one at hand. Raises `Wrong`."""
    there = questions_of(made)
    if question is not None and question not in there:
        raise Wrong("question", str(NotFound("question of this replay", question, there)))
    return question or there[0]


@router.get("/contests/{contest}/replay/part", include_in_schema=False)
async def replay_part(request: Request, contest: str, as_of: AsOf = None) -> Response:
    """The chart alone, to be put into the page of the contest when it is ready."""

    def make() -> Any:
        desk: Desk = request.app.state.desk
        made, _ = replayed(desk, contest, as_of, None)
        svg = replay_figure(made, questions_of(made)[0], tones_of(desk, contest, as_of))
        shown = {"made": made, "svg": svg, "contest": contest, "day_": desk.day(contest, as_of)}
        return finished(Sheet("replay_part.html", shown, None, ()), "html", request)

    return await give(request, make)


def replayed(
    desk: Desk, contest: str, as_of: date | None, every: int | None, *, news: bool = False
) -> tuple[Replay, int | None]:
    """The replay up to a day, and the days between two outlooks (None: with the `news`). Raises `StillWorking`."""
    from whipcount.forecast import replay as played

    day = desk.day(contest, as_of)
    seen = desk.seen(contest, day)
    first = max(seen.first_known(), min(q.opens for q in seen.identity.questions))
    step = None if news else every or max((day - first).days // POINTS, 1)
    key = ("replay", contest, desk.version(contest), day, step)
    many = "each day with news" if step is None else f"{max((day - first).days // step, 1) + 1} days"

    def make() -> Replay:
        until, draws = _until(seen, day), desk.run.get("draws", DRAWS)
        return played(seen, every=step, seed=desk.settings.seed, draws=draws, until=until)

    return desk.soon(key, f"the outlook on {many}", make, minutes=news), step


def _until(seen: Contest, day: date) -> date:
    """The day asked for, or the eve of the decision where that is earlier: after it there is nothing to expect."""
    settled = [q.decided for q in seen.identity.questions]
    if any(d is None for d in settled):
        return day
    return max(min(day, max(d for d in settled if d is not None) - timedelta(days=1)), seen.first_known())


def questions_of(made: Replay) -> list[str]:
    """The questions of a replay, the one at hand on its last day first."""
    last = made.days[-1].question
    return [last, *dict.fromkeys(q for d in made.days for q in d.all if q != last)]


def tones_of(desk: Desk, contest: str, as_of: date | None) -> dict[str, Tone]:
    """The tone of each option, as on the page of the contest."""
    from whipcount.report.palette import tones

    return tones(desk.report(contest, as_of).outlook)
