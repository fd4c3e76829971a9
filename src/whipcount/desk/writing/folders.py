"""Contests in and out as folders: the files in a ZIP, to the byte."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from whipcount.desk.forms import Editor, go, page, store_of, text_of, writing
from whipcount.desk.tools.folders import placed
from whipcount.desk.tools.places import zipped
from whipcount.desk.tools.unpacking import by_name, unpacked
from whipcount.desk.views import link
from whipcount.errors import WhipcountError
from whipcount.store import Store

take = writing("reader", "folders")
bring = writing("editor", "folders")
ROUTERS = (take, bring)


@take.get("/contests/{contest}.zip")
async def export(request: Request, contest: str) -> Response:
    """The contest's folder as a ZIP."""
    files = await run_in_threadpool(store_of(request).files, contest)
    headers = {"content-disposition": f'attachment; filename="{contest}.zip"', "cache-control": "no-store"}
    return Response(zipped(contest, files), media_type="application/zip", headers=headers)


@bring.get("/new")
def new(request: Request) -> Response:
    """The form to bring in a contest's folder."""
    return page(request, "folder_new.html")


@bring.post("/new")
async def import_(request: Request, person: Editor) -> Response:
    """A contest from a ZIP of its folder."""
    form = await request.form(max_files=1)
    file = form.get("file")
    data = await file.read() if isinstance(file, UploadFile) else b""
    return await run_in_threadpool(_import, request, data, person.name, text_of(form, "replace", 10))


def _import(request: Request, data: bytes, who: str, replace: str) -> Response:
    try:
        contest = _taken(store_of(request), data, who, replace=bool(replace))
    except WhipcountError as why:
        return page(request, "folder_new.html", 422, faults={"file": _said(why)}, typed={"replace": replace})
    request.app.state.desk.changed(contest)
    return go(link("contests", contest))


def _taken(store: Store, data: bytes, who: str, *, replace: bool) -> str:
    files = unpacked(data)
    by_name(files)
    with placed("contest", files) as folder:
        return store.import_folder(folder, who, replace=replace).id


def _said(why: WhipcountError) -> str:
    """What is wrong; in the words of this form where the command line would be told of its option."""
    return str(why).replace("with --replace", "by ticking Replace")
