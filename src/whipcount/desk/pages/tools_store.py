"""The store, for the owner: what it is, whether it is sound, and a copy to keep elsewhere."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from whipcount.desk.forms import Owner, go, page, store_of, writing
from whipcount.desk.sheets import as_csv, as_json
from whipcount.desk.tools.keeping import CHECK, copied, copy_name, facts, last_check, pieces
from whipcount.errors import WhipcountError

router = writing("owner", "store")


@router.get("/store")
def store(request: Request) -> Response:
    """What the store is, and its last check. It looks again while one is under way."""
    return _shown(request)


def _shown(request: Request, status: int = 200, message: str = "") -> Response:
    found = store_of(request)
    job = last_check(found)
    under_way = job is not None and job.state in ("queued", "running")
    template = "tools_store_check.html" if "hx-request" in request.headers else "tools_store.html"
    return page(request, template, status, facts=facts(found), job=job, under_way=under_way, message=message)


@router.get("/store.json")
def store_data(request: Request) -> Response:
    """The same as data: what `whipcount store check --json` found last stands under `check`."""
    found = store_of(request)
    job = last_check(found)
    data = facts(found).to_json() | {"check": job.result if job else None, "checked": job.finished if job else None}
    return Response(as_json(data), media_type="application/json", headers={"cache-control": "no-store"})


@router.get("/store.csv")
def store_rows(request: Request) -> Response:
    """The tables and their rows."""
    rows = [{"table": name, "rows": number} for name, number in facts(store_of(request)).rows.items()]
    return Response(as_csv(rows), media_type="text/csv; charset=utf-8", headers={"cache-control": "no-store"})


@router.post("/store/check")
def check(request: Request, person: Owner) -> Response:
    """Check it, as a job. One that is under way is not doubled."""
    found = store_of(request)
    job = last_check(found)
    if job is None or job.state not in ("queued", "running"):
        found.add_job(CHECK, {}, person.name)
    return go("/store#sound")


@router.post("/store/backup")
async def backup(request: Request) -> Response:
    """A copy of the whole store, on its way as it is read from the disk."""
    found = store_of(request)
    name = copy_name(found)
    try:
        file, size = await run_in_threadpool(copied, found)
    except WhipcountError as why:
        return await run_in_threadpool(_shown, request, 503, str(why))
    headers = {
        "content-disposition": f'attachment; filename="{name}"', "content-length": str(size), "cache-control": "no-store",
    }  # fmt: skip
    return StreamingResponse(pieces(file), media_type="application/octet-stream", headers=headers)
