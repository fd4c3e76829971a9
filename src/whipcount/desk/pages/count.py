"""A count of ballots: a form that takes them, and a page with the rounds, the reasons and the flow of transfers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import FIELDS, Upload, example, examples, tallied
from whipcount.desk.caching import answer
from whipcount.desk.drawing import FILE_POLICY, file_png, file_svg
from whipcount.desk.forms import go, page, text_of, writing
from whipcount.desk.pages.charts import IMAGES, Form
from whipcount.desk.rulebooks import listed
from whipcount.desk.sheets import Sheet, give, heavy, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk
from whipcount.errors import NotFound

if TYPE_CHECKING:
    from whipcount.count import BallotTally, Tally

forms = writing("reader", "count")
router = APIRouter(tags=["count"])
FILES = 12
"""Files in one count at the most."""


@dataclass(frozen=True)
class Counted:
    """A count that was made here: its tally, and its record to the byte."""

    tally: Tally
    record: bytes
    key: str


@forms.get("/count")
async def count_form(request: Request) -> Response:
    """The form, with what the address says already chosen."""
    typed = {name: request.query_params.get(name, "")[:200] for name in FIELDS}
    return _form(request, typed)


@forms.post("/count")
async def count_now(request: Request) -> Response:
    """Count what was sent, and lead on to the page of the count; or the form again with a message beside the field."""
    sent = await request.form(max_files=FILES + 1, max_fields=60)
    typed = {name: text_of(sent, name, 500) for name in FIELDS}
    ballots = [await _upload(one) for one in sent.getlist("ballots") if isinstance(one, UploadFile) and one.filename]
    extra = sent.get("tallies")
    tallies = await _upload(extra) if isinstance(extra, UploadFile) and extra.filename else None
    desk: Desk = request.app.state.desk
    heavy(request)
    try:
        if not ballots and typed["example"]:
            ballots = [example(typed["example"])]
        made = await run_in_threadpool(_count, ballots, tallies, typed)
    except Wrong as why:
        names = ", ".join(one.name for one in ballots)
        return _form(request, typed, {why.field: str(why)}, names if not typed["example"] else "", status=422)
    desk.counts.put(made.key, made)
    return go(link("count", made.key))


def _count(ballots: list[Upload], tallies: Upload | None, typed: dict[str, str]) -> Counted:
    tally = tallied(ballots, tallies, typed)
    record = tally.to_json()
    return Counted(tally, record, hashlib.sha256(record).hexdigest()[:16])


async def _upload(one: UploadFile) -> Upload:
    return Upload(one.filename or "ballots", await one.read())


def _form(request: Request, typed: dict[str, str], faults: dict[str, str] | None = None, again: str = "", status: int = 200) -> Response:  # fmt: skip
    rules = [(one.ref, f"{one.name}: {one.label} ({one.ref})") for one in listed() if one.counts]
    if typed["rules"] and typed["rules"] not in dict(rules):
        rules.append((typed["rules"], typed["rules"]))
    faults = faults or {}
    shown = {
        "rules": rules,
        "examples": [(name, name) for name in examples()],
        "again": again,
        "limit": request.app.state.desk.settings.upload,
    }
    return page(request, "count.html", status, typed=typed, faults=faults, message=faults.get("", ""), **shown)


@sheet(router, "/count/{key}", "A count that was made here: rounds, transfers, and the audit record.")
def count(request: Request, key: str) -> Sheet:
    """The rounds as a table, the reasons, and the flow of transfers."""
    from whipcount.count.html import caption, causes, percent
    from whipcount.count.sankey import colours, tall, wide
    from whipcount.count.terminal import order
    from whipcount.count.words import number

    found = _found(request.app.state.desk, key)
    shown: dict[str, Any] = {
        "tally": found.tally, "key": key, "order": order, "colours": colours, "percent": percent, "causes": causes,
        "caption": caption, "wide": wide, "tall": tall, "number": lambda value, measure: number(Fraction(value), measure),
    }  # fmt: skip
    return Sheet("counted.html", shown, found.record, found.tally.rows(), link("count", key))


@router.get(
    "/count/{key}/flow.{form}", summary="The flow of transfers, drawn.", response_class=Response, responses=IMAGES
)
async def count_flow(request: Request, key: str, form: Form, ballot: str = "") -> Response:
    """The flow of one ballot, by default the first with rounds."""
    from whipcount.count.sankey import wide
    from whipcount.desk.adapt import unstyled

    def make() -> Any:
        drawing = unstyled(wide(_ballot(_found(request.app.state.desk, key).tally, ballot)))
        body = file_svg(drawing) if form == "svg" else file_png(drawing)
        return answer(body, "image/svg+xml" if form == "svg" else "image/png")

    made = await give(request, make)
    made.headers["content-security-policy"] = FILE_POLICY
    return made


def _ballot(tally: Tally, wanted: str) -> BallotTally:
    rounds = {b.id: b for b in tally.ballots if b.rounds}
    if wanted and wanted not in rounds:
        raise NotFound("ballot of this count", wanted, rounds)
    if not rounds:
        raise NotFound("flow", "flow", ())
    return rounds[wanted] if wanted else next(iter(rounds.values()))


def _found(desk: Desk, key: str) -> Counted:
    found = desk.counts.peek(key)
    if not isinstance(found, Counted):
        raise NotFound(
            "count that is still kept here (upload the ballots again; the same papers give the same address)", key, ()
        )
    return found
