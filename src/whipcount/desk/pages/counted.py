"""One count of ballots: rounds, reasons, the flow of transfers, its record and files; how far it is; or what is wrong with it."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import FIELDS, LABELS
from whipcount.desk.caching import answer
from whipcount.desk.counted import Counted, ballot_of, counted, drawable, may_use, painted, paints
from whipcount.desk.doors import Person
from whipcount.desk.drawing import FILE_POLICY, file_png, file_svg
from whipcount.desk.forms import Reader, go, page, store_of, writing
from whipcount.desk.pages.charts import IMAGES, Form
from whipcount.desk.pages.count import form as count_form
from whipcount.desk.sheets import Sheet, give, sheet
from whipcount.desk.views import link
from whipcount.desk.working import StillWorking
from whipcount.errors import NotFound, UsageError
from whipcount.store import StoredCount
from whipcount.store.counts import ROLES

forms = writing("reader", "count")
router = APIRouter(tags=["count"])
WAITING = ("queued", "running")


@sheet(router, "/count/{key}", "A count that is kept here: the audit record, and the rounds as rows.", forms=("json", "csv"))  # fmt: skip
def count_data(request: Request, key: str) -> Sheet:
    """The record to the byte, and the rounds as rows."""
    found = _made(request, key)
    return Sheet("", {}, found.record.encode(), found.tally.rows(), link("count", key), keep=False)


@router.get(
    "/count/{key}/flow.{form}", summary="The flow of transfers, drawn.", response_class=Response, responses=IMAGES
)
async def count_flow(request: Request, key: str, form: Form, ballot: str = "") -> Response:
    """The flow of one ballot, by default the first with rounds."""
    from whipcount.count.sankey import wide
    from whipcount.desk.adapt import unstyled

    def make() -> Any:
        drawing = unstyled(painted(wide(ballot_of(_made(request, key).tally, ballot))))
        body = file_svg(drawing) if form == "svg" else file_png(drawing)
        return answer(body, "image/svg+xml" if form == "svg" else "image/png"), False

    made = await give(request, make)
    made.headers["content-security-policy"] = FILE_POLICY
    return made


def _made(request: Request, key: str) -> Counted:
    """A count that is made. Raises `NotFound`, `StillWorking`, and `Wrong` or `UsageError` where it cannot be made."""
    store = store_of(request)
    one = store.count(key)
    if one.state in WAITING:
        raise StillWorking("a count of ballots")
    if one.problem is not None and one.state != "done":
        raise Wrong(one.problem[0], one.problem[1])
    if one.state != "done":
        raise UsageError("This count was cancelled. Ask for it again at its page.")
    return counted(request.app.state.desk, one)


@forms.get("/count/{key}")
def count(request: Request, key: str, person: Reader) -> Response:
    """The rounds as a table, the reasons, and the flow of transfers; or how far the count is, or what is wrong with it."""
    store = store_of(request)
    one = store.count(key)
    if one.state in WAITING:
        return _under_way(request, one, person, "counts_working.html", 202)
    if one.state != "done":
        typed = dict.fromkeys(FIELDS, "") | dict(one.options)
        return count_form(request, person, typed, one, status=422 if one.problem else 200)
    return page(request, "counted.html", permanent=link("count", key), **_shown(request, one, person))


def _shown(request: Request, one: StoredCount, person: Person) -> dict[str, Any]:
    from whipcount.count.html import caption, causes, percent
    from whipcount.count.sankey import tall, wide
    from whipcount.count.terminal import order
    from whipcount.count.words import number

    found, mine = counted(request.app.state.desk, one), person.name in one.askers
    files = [asdict(f) | {"n": n} for role in ROLES for n, f in enumerate(one.having(role), 1)]
    return {
        "one": one, "files": files, "key": one.key, "tally": found.tally, "extras": found, "mine": mine, "labels": LABELS,
        "may_use": may_use(one, person), "may_remove": mine or person.may("owner"), "exact": Fraction, "order": order, "paints": paints, "percent": percent, "causes": causes,
        "drawable": drawable, "caption": caption, "wide": lambda ballot: painted(wide(ballot)), "tall": lambda ballot: painted(tall(ballot)),
        "number": lambda value, measure: number(Fraction(value), measure),
    }  # fmt: skip


@forms.get("/count/{key}/progress")
def count_progress(request: Request, key: str, person: Reader) -> Response:
    """How far a count is, for its page to look again; the page is loaded anew once it is over."""
    one = store_of(request).count(key)
    made = _under_way(request, one, person, "counts_progress.html")
    if one.state not in WAITING:
        made.headers["hx-refresh"] = "true"
    return made


def _under_way(request: Request, one: StoredCount, person: Person, template: str, status: int = 200) -> Response:
    job = one.job
    ahead = store_of(request).jobs_ahead(job) if job and job.state == "queued" else 0
    made = page(request, template, status, one=one, job=job, ahead=ahead, may_use=may_use(one, person))
    made.headers["retry-after"] = "1"
    return made


@forms.get("/count/{key}/files/{role}/{number}")
def count_file(request: Request, key: str, role: str, number: int, person: Reader) -> Response:
    """A file of a count as it was sent, or what of it could not be read: for who asked for it, and who may change contests."""
    one = store_of(request).count(key)
    if not may_use(one, person):
        raise HTTPException(403, "Files of a count are for whoever asked for it, and for editors.")
    there = [f for f in one.files if f.role == role]
    if not 0 < number <= len(there):
        raise NotFound("file of this count", f"{role}/{number}", ())
    return _attached(store_of(request).upload(there[number - 1].hash), there[number - 1].name)


@forms.get("/count/{key}/page.html")
def count_page(request: Request, key: str) -> Response:
    """The count as one page that needs no network, to be kept and sent on."""
    body = _made(request, key).tally.to_html().encode()
    return _attached(body, f"count-{key}.html")


def _attached(body: bytes, name: str) -> Response:
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "cache-control": "no-store",
        "content-security-policy": FILE_POLICY,
    }
    return Response(body, media_type="application/octet-stream", headers=headers)


@forms.post("/count/{key}/cancel")
def cancel(request: Request, key: str, person: Reader) -> Response:
    """Stop a count that is waiting or under way: one's own, or anybody's for who may change contests."""
    one = _theirs(request, key, person)
    if one.job is not None:
        store_of(request).cancel_job(one.job.id)
    return go(link("count", key))


@forms.post("/count/{key}/remove")
def remove(request: Request, key: str, person: Reader) -> Response:
    """Take a count off one's list; with the last who asked for it, it goes, and what was uploaded for it. An owner takes any away."""
    one = _theirs(request, key, person)
    mine = person.name in one.askers
    if not mine and not person.may("owner"):
        raise HTTPException(403, "Only who asked for a count, or an owner, can remove it.")
    store_of(request).remove_count(key, person.name if mine else None)
    return go("/count")


def _theirs(request: Request, key: str, person: Person) -> StoredCount:
    one = store_of(request).count(key)
    if not may_use(one, person):
        raise HTTPException(403, "This count is somebody else's.")
    return one
