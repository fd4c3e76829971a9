"""A contest on a day: the question, the answer in words, what it takes, the chamber, support, the outlook, the camps, and why.

It is laid out by the report room; here its anchors become the desk's addresses.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from whipcount.desk.asked import AsOf
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

if TYPE_CHECKING:
    from whipcount.contest import Contest
    from whipcount.report.html import Page

router = APIRouter(tags=["contests"])


@sheet(
    router,
    "/contests/{contest}",
    "A contest on a day: the answer, what it takes, who is with whom, what happens, and why.",
)
def contest(request: Request, contest: str, as_of: AsOf = None) -> Sheet:
    """The report on a contest."""
    from whipcount.report import to_json

    desk: Desk = request.app.state.desk
    page = desk.layout(contest, as_of)
    report = page.report
    chances = [(p, c) for p in report.parts for c in p.chances] + [(None, c) for c in report.after]
    rows = [
        {"question": p.result.question.id if p else "", "event": c.event, "says": c.says, "p": round(c.p, 5)}
        for p, c in chances
    ]
    shown = {"page": page, "places": places(page), **around(desk, report.contest, report.as_of, "")}
    return Sheet("contest.html", shown, to_json(report), rows, link("contests", contest, as_of=report.as_of))


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
    }


def _end(whole: Contest, today: date) -> date:
    ends = [q.decided for q in whole.identity.questions]
    return today if None in ends else max(d for d in ends if d is not None)


TABS = (
    ("", "Overview"),
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
