"""Everything known by a day: evidence, polls, prices, candidates, events, and where sources disagree."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from fastapi import APIRouter, Request

from whipcount.desk.asked import AsOf
from whipcount.desk.pages.contest import around
from whipcount.desk.pages.entries import Entry, of_candidate, of_evidence, of_polls
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

router = APIRouter(tags=["evidence"])


@sheet(
    router,
    "/contests/{contest}/evidence",
    "Everything known by a day: rows of evidence, polls, prices, candidates, events.",
)
def evidence(request: Request, contest: str, as_of: AsOf = None) -> Sheet:
    """All rows, in the order in which they became known."""
    from whipcount.report.html import disagreements_of

    desk: Desk = request.app.state.desk
    seen = desk.seen(contest, as_of)
    assert seen.seen_on is not None
    rows = [of_evidence(seen.electors, r) for r in sorted(seen.evidence, key=lambda r: (r.known, r.id))]
    polls = sorted(of_polls(seen.polls), key=lambda e: (e.known is None, e.known, e.id))
    candidates = [of_candidate(r) for r in sorted(seen.candidates, key=lambda r: r.known)]
    data = {
        "contest": contest,
        "as_of": seen.seen_on.isoformat(),
        "evidence": [r.model_dump(mode="json") for r in seen.evidence],
        "polls": [r.model_dump(mode="json") for r in seen.polls],
        "odds": [r.model_dump(mode="json") for r in seen.odds],
        "candidates": [r.model_dump(mode="json") for r in seen.candidates],
        "events": [r.model_dump(mode="json") for r in seen.events],
    }
    shown = {
        "rows": rows,
        "groups": grouped(rows),
        "polls": polls,
        "candidates": candidates,
        "odds": sorted(seen.odds, key=lambda r: r.known),
        "events": sorted(seen.events, key=lambda r: r.known),
        "disagreements": disagreements_of(seen),
        **around(desk, seen, seen.seen_on, "evidence"),
    }
    flat = [e.row() for e in (*rows, *polls, *candidates)]
    return Sheet("evidence.html", shown, data, flat, link("contests", contest, "evidence", as_of=seen.seen_on))


def grouped(rows: Iterable[Entry]) -> list[list[Entry]]:
    """Rows in their order, those together that follow each other and differ only in what they say."""
    return [
        list(some)
        for _, some in groupby(rows, lambda e: (e.known, e.kind, e.by, e.source_kind, e.confidence, e.source, e.quote, e.note, e.story))
    ]  # fmt: skip
