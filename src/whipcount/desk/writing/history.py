"""The journal: every change with who, when, before and after; any of them can be taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from whipcount.desk.forms import Editor, Key, go, page, store_of, text_of, writing
from whipcount.desk.views import link
from whipcount.errors import WhipcountError
from whipcount.store import Conflict

router = writing("editor", "journal")
SHOWN = 100
Before = Annotated[Annotated[int, Field(ge=0, le=2**63 - 1)] | None, Query()]


@router.get("/journal")
def journal(request: Request, before: Before = None) -> Response:
    """The last changes, of one contest or all."""
    return _journal(request, before)


def _journal(request: Request, before: int | None, status: int = 200, message: str = "") -> Response:
    store = store_of(request)
    contest = text_of(request.query_params, "contest", 200) or None
    if contest is not None:
        store.version(contest)
    events = store.events(contest, limit=SHOWN, before=before)
    return page(
        request, "journal.html", status, events=events, contest=contest, more=len(events) == SHOWN, message=message
    )


@router.post("/journal/{event}/undo")
async def undo(request: Request, event: Key, person: Editor) -> Response:
    """Take a change back, as a change of its own."""
    return await run_in_threadpool(_undo, request, event, person.name)


def _undo(request: Request, key: int, who: str) -> Response:
    store = store_of(request)
    contest = store.event(key).contest_id
    try:
        store.undo(key, who)
    except Conflict as why:
        return _journal(request, None, 409, str(why))
    except WhipcountError as why:
        return _journal(request, None, 422, str(why))
    if contest is not None:
        request.app.state.desk.changed(contest)
    return go(link("journal", contest=contest))
