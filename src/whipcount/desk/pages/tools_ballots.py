"""Ballot files of one's own: what is in one, the same in another format, and a record of a count counted again."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from whipcount.desk.asked import Wrong
from whipcount.desk.forms import page, writing
from whipcount.desk.pages.tools import as_file, away, data_asked, typed_of, upload, uploads, wrong
from whipcount.desk.rulebooks import listed
from whipcount.desk.sheets import heavy
from whipcount.desk.tools import BallotsSeen, Recounted, ask
from whipcount.desk.tools.answers import as_data

router = writing("reader", "tools")
FILES = 12
"""The most files of ballots beside a record."""
BALLOTS, VERIFY = ("format", "contest", "to", "skip_bad"), ("format", "contest", "rules", "names", "skip_bad")


def _formats() -> list[tuple[str, str]]:
    from whipcount.ballots import FORMATS

    return [(name, name) for name in FORMATS]


# -- what is in a file, and another format ------------------------------------------------------------------------------


@router.get("/tools/ballots")
def ballots_form(request: Request) -> Response:
    """The form to look into a file of ballots, or to convert it."""
    return page(request, "tools_ballots.html", **_ballots())


def _ballots(seen: BallotsSeen | None = None, again: str = "") -> dict[str, Any]:
    from whipcount.ballots import WRITABLE
    from whipcount.count.words import number

    return {
        "formats": _formats(),
        "writable": [(n, n) for n in WRITABLE],
        "seen": seen,
        "again": again,
        "number": number,
    }


@router.post("/tools/ballots")
async def ballots(request: Request) -> Response:
    """What is in the file; or, where a format was chosen, the file in that format."""
    form = await request.form()
    typed, file = typed_of(form, BALLOTS), await upload(form, "ballots")
    heavy(request)
    again = file.safe if file else ""
    try:
        if file is None:
            raise Wrong("ballots", "Choose a file of ballots.")
        if typed["to"]:
            chosen = (file, typed["format"] or None, typed["to"], typed["contest"] or None, bool(typed["skip_bad"]))
            name, made = await run_in_threadpool(lambda: ask("convert", *chosen, field="ballots"))
            return away(name, made, "application/zip" if name.endswith(".zip") else "text/plain; charset=utf-8")
        asked = (file, typed["format"] or None, typed["contest"] or None)
        seen: BallotsSeen = await run_in_threadpool(lambda: ask("ballots", *asked, field="ballots"))
    except Wrong as why:
        return wrong(request, form, "tools_ballots.html", (why.field, str(why)), typed=typed, **_ballots(again=again))
    if data_asked(request, form):
        return as_file(f"{again}.json", seen.to_json() | {"problems": as_data(seen.info.problems)})
    return page(request, "tools_ballots.html", typed=typed, **_ballots(seen, again))


# -- a record counted again ---------------------------------------------------------------------------------------------


@router.get("/tools/verify")
def verify_form(request: Request) -> Response:
    """The form to count a record again."""
    return page(request, "tools_verify.html", **_verify())


def _verify(found: Recounted | None = None, again: str = "") -> dict[str, Any]:
    rules = [(one.ref, f"{one.name}: {one.label} ({one.ref})") for one in listed() if one.counts]
    return {"formats": _formats(), "rules": rules, "found": found, "again": again, "limit": FILES}


@router.post("/tools/verify")
async def verify(request: Request) -> Response:
    """The same, or what differs."""
    form = await request.form(max_files=FILES + 2)
    typed = typed_of(form, VERIFY)
    record, own, sent = await upload(form, "record"), await upload(form, "own"), await uploads(form, "ballots")
    heavy(request)
    again = ", ".join(one.safe for one in (record, *sent, own) if one)
    try:
        if record is None:
            raise Wrong("record", "Choose the record: what a count's page gives as JSON.")
        if not sent:
            raise Wrong("ballots", "Choose the ballots that were counted.")
        names = [one.strip() for one in typed["names"].split(",") if one.strip()]
        rules, form_, contest = (typed[name] or None for name in ("rules", "format", "contest"))
        given = (record, sent, names, rules, own, form_, contest, bool(typed["skip_bad"]))
        found: Recounted = await run_in_threadpool(lambda: ask("recount", *given, field="ballots"))
    except Wrong as why:
        return wrong(request, form, "tools_verify.html", (why.field, str(why)), typed=typed, **_verify(again=again))
    if data_asked(request, form):
        return as_file("recount.json", found.to_json())
    return page(request, "tools_verify.html", typed=typed, **_verify(found, again))
