"""Jobs: long work with its progress, to look at, start and cancel."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from whipcount.desk.forms import Editor, Key, go, page, store_of, text_of, writing
from whipcount.desk.worker import nudge

router = writing("editor", "jobs")
STARTED_HERE = ("read again", "backtest")


@router.get("/jobs")
def jobs(request: Request) -> Response:
    """The jobs, newest first. The list looks again while one is under way."""
    return _jobs(request)


def _jobs(request: Request, status: int = 200, message: str = "") -> Response:
    store = store_of(request)
    found = store.jobs(limit=50)
    under_way = any(job.state in ("queued", "running") for job in found)
    template = "jobs_part.html" if "hx-request" in request.headers and status == 200 else "jobs.html"
    contests = [(one.id, one.name) for one in sorted(store.contests(), key=lambda c: c.name)]
    return page(
        request,
        template,
        status,
        jobs=found,
        under_way=under_way,
        kinds=STARTED_HERE,
        contests=contests,
        message=message,
    )


@router.post("/jobs")
async def start(request: Request, person: Editor) -> Response:
    """Start a job."""
    form = await request.form()
    kind, contest = text_of(form, "kind", 40), text_of(form, "contest", 200) or None
    return await run_in_threadpool(_start, request, kind, contest, person.name)


def _start(request: Request, kind: str, contest: str | None, who: str) -> Response:
    store = store_of(request)
    if kind not in STARTED_HERE:
        return _jobs(request, 422, f"There is no such job. Choose one of: {', '.join(STARTED_HERE)}.")
    if contest is not None:
        store.version(contest)
    store.add_job(kind, {"contest": contest} if contest else {}, who)
    nudge(request.app.state.desk)
    return go("/jobs")


@router.post("/jobs/{job}/cancel")
async def cancel(request: Request, job: Key) -> Response:
    """Cancel a job; what it has done stands. Leads back to the inbox where that is where it was cancelled."""
    form = await request.form()
    await run_in_threadpool(store_of(request).job, job)
    await run_in_threadpool(store_of(request).cancel_job, job)
    return go(f"/inbox?job={job}" if text_of(form, "to") == "inbox" else "/jobs")
