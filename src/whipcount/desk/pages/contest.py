"""A contest on a day: the question, the answer in words, what it takes, the chamber, support, the outlook, the camps, and why.

It is laid out by the report room; here its anchors become the desk's addresses.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from whipcount.desk.asked import AsOf, Draws, Seed
from whipcount.desk.caching import Answer, answer
from whipcount.desk.drawing import FILE_POLICY
from whipcount.desk.sheets import Sheet, give, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

if TYPE_CHECKING:
    from whipcount.contest import Contest
    from whipcount.report.html import Page

router = APIRouter(tags=["contests"])
TOLD: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}, "application/json": {"schema": {}}}
"""What is wrong is told as a page, and as data to whoever asks for data."""


@sheet(
    router,
    "/contests/{contest}",
    "A contest on a day: the answer, what it takes, who is with whom, what happens, and why.",
)
def contest(request: Request, contest: str, as_of: AsOf = None, seed: Seed = None, draws: Draws = None) -> Sheet:
    """The report on a contest."""
    from whipcount.report import as_csv, to_json

    desk: Desk = request.app.state.desk.drawn(seed, draws)
    page = desk.layout(contest, as_of)
    report = page.report
    shown = {"page": page, "places": places(page), **around(desk, report.contest, report.as_of, "")}
    return Sheet(
        "contest.html",
        shown,
        to_json(report),
        as_csv.rows(report),
        link("contests", contest, as_of=report.as_of, **desk.run),
    )


@router.get(
    "/contests/{contest}/report.html",
    summary="The report on a contest as one page that needs no other.",
    response_class=Response,
    responses={
        200: {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}},
        404: {"description": "There is no such contest.", "content": TOLD},
        422: {"description": "Wrong as asked.", "content": TOLD},
    },
)
async def one_page(
    request: Request, contest: str, as_of: AsOf = None, seed: Seed = None, draws: Draws = None
) -> Response:
    """What `whipcount report --html` writes, to be taken away."""

    def make() -> Answer:
        from whipcount.report.html import page

        report = request.app.state.desk.drawn(seed, draws).report(contest, as_of)
        name = f"{contest}-{report.as_of}.html"
        return answer(page(report).encode(), "text/html; charset=utf-8", filename=name)

    made = await give(request, make)
    made.headers["content-security-policy"] = FILE_POLICY
    return made


def around(desk: Desk, seen: Contest, day: date, at: str) -> dict[str, Any]:
    """What every page of a contest shows around itself: its title, its day with the ones beside it, its other pages."""
    whole = desk.contest(seen.id)
    last, first = min(desk.settings.today(), _end(whole, desk.settings.today())), whole.first_known()
    step = timedelta(days=1)
    return {
        "contest": seen,
        "day_": day,
        "at": at,
        "earlier": day - step if day > first else None,
        "later": day + step if day < last else None,
        "first": first,
        "last": last,
        "tabs": TABS,
        "run": desk.run,
        "usual": desk.settings,
        "usual_draws": desk.settings.draws,
        "runs": at.partition("/")[0] in COMPUTED,
    }


def _end(whole: Contest, today: date) -> date:
    ends = [q.decided for q in whole.identity.questions]
    return today if None in ends else max(d for d in ends if d is not None)


TABS = (
    ("", "Overview"),
    ("headcount", "Headcount"),
    ("electors", "Electors"),
    ("why", "Why"),
    ("evidence", "Evidence"),
    ("camps", "Camps"),
    ("replay", "Replay"),
    ("calls", "Calls"),
    ("what-if", "What if"),
    ("opens", "Opens?"),
    ("predictions", "Predictions"),
)
"""(the end of the address, its name) of the pages of a contest."""
COMPUTED = frozenset(
    {"", "headcount", "electors", "why", "camps", "replay", "calls", "path", "what-if", "opens", "predictions"}
)
"""Pages whose numbers come from random draws, and can be asked for with others."""


def places(page: Page) -> dict[str, str]:
    """Where each anchor of the report's page is on the desk."""
    from whipcount.report.html import anchor

    report = page.report
    name, day = report.contest.id, report.as_of
    evidence = link("contests", name, "evidence", as_of=day)
    out = {"evidence": evidence, "rules": link("rulebooks")}
    for section, people in page.electors.items():
        out[anchor("electors", section)] = link("contests", name, "electors", as_of=day)
        for view in people:
            out[anchor("elector", f"{section}-{view.elector.id}")] = link(
                "contests", name, "electors", view.elector.id, as_of=day
            )
    out |= {anchor("ev", row.id): f"{evidence}#{anchor('ev', row.id)}" for row in report.contest.evidence}
    out |= {anchor("poll", key): f"{evidence}#{anchor('poll', key)}" for key in page.polls}
    for part in page.parts:
        out[anchor("moved", part.key)] = link("contests", name, "why", as_of=day, question=part.key)
    for rules, clauses in page.rules:
        where = out["rules"] = out[anchor("rules", rules.ref)] = link("rulebooks", rules.ref)
        out |= {anchor("rule", f"{rules.ref}-{c.clause}"): f"{where}#{c.clause}" for c in clauses}
    return out
