"""Contest folders of one's own: checked without being taken in, made from a past contest's YAML, and begun out of a form."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from whipcount.desk.asked import Wrong
from whipcount.desk.doors import Person
from whipcount.desk.doors.people import person_of
from whipcount.desk.forms import go, page, store_of, text_of, writing
from whipcount.desk.pages.tools import as_file, away, data_asked, typed_of, upload, uploads, wrong
from whipcount.desk.rulebooks import listed
from whipcount.desk.sheets import heavy
from whipcount.desk.tools import FolderSeen, ask
from whipcount.desk.tools.folders import placed
from whipcount.desk.tools.places import blame, zipped
from whipcount.desk.tools.starting import FIELDS, KINDS, missing, skeleton, started
from whipcount.desk.views import link

router = writing("reader", "tools")
ZIP = "application/zip"
LONG = 100_000
"""Characters of one field of a new contest: a roll of two thousand names."""


# -- a folder checked ---------------------------------------------------------------------------------------------------


@router.get("/tools/folder")
async def folder_form(request: Request) -> Response:
    """The form to check a folder."""
    return page(request, "tools_folder.html", seen=None, again="")


@router.post("/tools/folder")
async def folder(request: Request) -> Response:
    """What is wrong with it, or what is in it."""
    form = await request.form()
    sent = await uploads(form, "file")
    heavy(request)
    again = ", ".join(one.safe for one in sent)
    try:
        seen: FolderSeen = await run_in_threadpool(lambda: ask("folder", sent, field="file"))
    except Wrong as why:
        return wrong(request, form, "tools_folder.html", (why.field, str(why)), seen=None, again=again)
    if data_asked(request, form):
        return as_file("folder.json", seen.to_json())
    return page(request, "tools_folder.html", seen=seen, again=again)


# -- a past contest's YAML ----------------------------------------------------------------------------------------------


@router.get("/tools/past")
async def past_form(request: Request) -> Response:
    """The form to turn a past contest's YAML into a folder."""
    return page(request, "tools_past.html", again="")


@router.post("/tools/past")
async def past(request: Request) -> Response:
    """The folder, as a ZIP."""
    form = await request.form()
    file = await upload(form, "file")
    heavy(request)
    try:
        if file is None:
            raise Wrong("file", "Choose the YAML file of a past contest.")
        name, made = await run_in_threadpool(lambda: ask("past", file, field="file"))
    except Wrong as why:
        return wrong(request, form, "tools_past.html", (why.field, str(why)), again=file.safe if file else "")
    return away(name, made, ZIP)


# -- a new one ----------------------------------------------------------------------------------------------------------


@router.get("/tools/new")
def new_form(request: Request) -> Response:
    """The form to begin a contest with."""
    return page(request, "tools_new.html", **_chosen(request))


@router.get("/tools/new/skeleton.zip")
def new_skeleton() -> Response:
    """The skeleton that `whipcount new` makes, to the byte."""
    return away("our-contest.zip", zipped("our-contest", skeleton()), ZIP)


@router.post("/tools/new")
async def new(request: Request) -> Response:
    """The folder as a ZIP, or, for an editor, the contest begun here."""
    form = await request.form()
    typed, here = typed_of(form, FIELDS, LONG), text_of(form, "do", 10) == "here"
    heavy(request)
    person = person_of(request)
    today = request.app.state.desk.settings.today()
    try:
        if here and (person is None or not person.may("editor")):
            raise Wrong("do", "It takes an editor to begin a contest here. Download the folder instead.")
        made = await run_in_threadpool(_new, request, typed, today, person if here else None)
    except Wrong as why:
        fault = (why.field, str(why))
        return wrong(request, form, "tools_new.html", fault, missing(typed), typed=typed, **_chosen(request))
    return made


def _new(request: Request, typed: dict[str, str], today: date, person: Person | None) -> Response:
    contest, files = started(typed, today)
    if person is None:
        return away(f"{contest}.zip", zipped(contest, files), ZIP)
    with placed(contest, files) as place:
        blame("title", lambda: store_of(request).import_folder(place, person.name))
    request.app.state.desk.changed(contest)
    return go(link("contests", contest, "tables"))


def _chosen(request: Request) -> dict[str, Any]:
    person = person_of(request)
    books = {one.id: f"{one.name} ({one.id})" for one in listed()}
    return {"rulebooks": list(books.items()), "kinds": KINDS, "editor": person is not None and person.may("editor")}
