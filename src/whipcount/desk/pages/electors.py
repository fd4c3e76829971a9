"""Electors: all of a section by who they are with, and one with everything known, in order, with quotes and sources."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from whipcount.contest import Elector
from whipcount.desk.asked import AsOf, Draws, QuestionId, SectionId, Seed
from whipcount.desk.counting import Asked, asked_about
from whipcount.desk.pages.contest import around
from whipcount.desk.pages.entries import about
from whipcount.desk.sheets import Sheet, finished, give, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk
from whipcount.errors import NotFound

router = APIRouter(tags=["electors"])


@sheet(router, "/contests/{contest}/electors", "The headcount of a section: every elector, on record or inferred.")
def electors(
    request: Request, contest: str, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None,
    seed: Seed = None, draws: Draws = None,
) -> Sheet:  # fmt: skip
    """All electors of a section, with the chance of each option."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    asked = asked_about(desk, contest, as_of, question, section)
    count, day = asked.counted, asked.report.as_of
    p = count.probabilities
    rows = [
        {"id": e.id, "elector": e.name, "on_record": count.named.get(e.id)}
        | {o: round(float(p[i, k]), 4) for k, o in enumerate(count.options)}
        for i, e in enumerate(count.roll)
    ]
    evidence = {e.id: sum(r.elector == e.id for r in asked.report.contest.evidence) for e in count.roll}
    here = link(
        "contests", contest, "electors", as_of=day, question=count.question.id, section=count.section, **desk.run
    )
    shown = {"asked_": asked, "count": count, "rows": rows, "evidence": evidence}
    return Sheet(
        "electors.html", shown | around(desk, asked.report.contest, day, "electors"), count.to_json(), rows, here
    )


@sheet(router, "/contests/{contest}/electors/{elector}", "One elector: where on each question, and everything known.")
def elector(
    request: Request, contest: str, elector: str, as_of: AsOf = None, seed: Seed = None, draws: Draws = None
) -> Sheet:
    """One elector, in order."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    shown, data, rows = _one(desk, contest, elector, as_of)
    here = link("contests", contest, "electors", elector, as_of=shown["day_"], **desk.run)
    return Sheet("elector.html", shown, data, rows, here)


@router.get("/contests/{contest}/electors/{elector}/part", include_in_schema=False)
async def elector_part(request: Request, contest: str, elector: str, as_of: AsOf = None) -> Response:
    """One elector in short, to be shown beside the chamber."""

    def make() -> Any:
        shown, _, _ = _one(request.app.state.desk, contest, elector, as_of)
        return finished(Sheet("elector_part.html", shown, None, ()), "html", request)

    return await give(request, make)


def _one(
    desk: Desk, contest: str, elector: str, as_of: date | None
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """(what templates read, the data, its rows) of one elector."""
    report = desk.report(contest, as_of)
    seen = report.contest
    found = tuple(e for e in seen.electors if e.id == elector)
    if not found:
        raise NotFound("elector", elector, {e.id for e in seen.electors})
    entries = about(seen, found)
    stands = list(_stands(report, found))
    roll = [entry | {"question": c.question.id, "section": c.section} for _, c, entry, _ in stands]
    known = [e.row() for e in entries]
    data = {
        "contest": contest, "as_of": report.as_of.isoformat(), "id": elector, "name": found[0].name,
        "electors": [e.model_dump(mode="json", by_alias=True) for e in found], "stands": roll, "known": known,
    }  # fmt: skip
    shown = {"people": found, "entries": entries, "stands": stands}
    return shown | around(desk, seen, report.as_of, f"electors/{elector}"), data, known


def _stands(report: Any, found: tuple[Elector, ...]) -> Any:
    """(what is asked, headcount, the elector's entry in it as data, the likeliest options) for each headcount with this elector."""
    for part in report.parts:
        for count in part.headcounts:
            entry = next((r for r in count.to_json()["roll"] if r["id"] == found[0].id), None)
            if entry is not None:
                best = sorted(entry["p"].items(), key=lambda i: -i[1])
                yield Asked(report, part, count), count, entry, [(o, p) for o, p in best if p >= 0.005][:5]
