"""The headcount of a section: named, claimed and inferred support, three columns that are never added up."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from whipcount.desk.asked import AsOf, Draws, QuestionId, SectionId, Seed
from whipcount.desk.counting import asked_about
from whipcount.desk.drawing import bars_figure
from whipcount.desk.pages.contest import around
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

router = APIRouter(tags=["electors"])
Each = Annotated[bool, Query(description="The rows of the CSV are electors instead of options.")]


@sheet(
    router, "/contests/{contest}/headcount", "How a section divides on a question: named, claimed and inferred support."
)
def headcount(
    request: Request, contest: str, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None,
    electors: Each = False, seed: Seed = None, draws: Draws = None,
) -> Sheet:  # fmt: skip
    """Each option's support, how sure the draws are, and the market that the silent lean to."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    asked = asked_about(desk, contest, as_of, question, section)
    count, day = asked.counted, asked.report.as_of
    said = {"as_of": day, "question": count.question.id, "section": count.section, **desk.run}
    svg = desk.kept("support", contest, tuple(said.values()), lambda: bars_figure(count.chart().properties(title="")))
    worst = max((c.rhat for c in count.convergence), default=1.0)
    shown = {"asked_": asked, "count": count, "said": said, "svg": svg, "worst": worst}
    shown |= around(desk, asked.report.contest, day, "headcount")
    here = link("contests", contest, "headcount", **said, electors="true" if electors else None)
    rows = roll_of(count) if electors else count.table()
    return Sheet("headcount.html", shown, count.to_json(), rows, here)


def roll_of(count: Any) -> list[dict[str, Any]]:
    """A row for each elector: what is on record, and the chance of each option."""
    p = count.probabilities
    return [
        {"id": e.id, "elector": e.name, "on_record": count.named.get(e.id)}
        | {o: round(float(p[i, k]), 4) for k, o in enumerate(count.options)}
        for i, e in enumerate(count.roll)
    ]
