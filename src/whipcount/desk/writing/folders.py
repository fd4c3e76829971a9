"""Contests in and out as folders: the files in a ZIP, to the byte."""

from __future__ import annotations

import io
import lzma
import re
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from whipcount.desk.asked import Wrong
from whipcount.desk.forms import Editor, go, page, store_of, writing
from whipcount.desk.views import link
from whipcount.errors import InputError, WhipcountError
from whipcount.plaintext import read_yaml
from whipcount.store import Store

take = writing("reader", "folders")
bring = writing("editor", "folders")
ROUTERS = (take, bring)
NAMED = re.compile(r"[a-z0-9][a-z0-9-]*(@\d{4}(-\d\d){0,2})?")
FILES, BYTES = 200, 50_000_000
"""The most files, and bytes when unpacked, that a ZIP may bring."""


@take.get("/contests/{contest}.zip")
async def export(request: Request, contest: str) -> Response:
    """The contest's folder as a ZIP."""
    files = await run_in_threadpool(store_of(request).files, contest)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(f"{contest}/{name}"), data, zipfile.ZIP_DEFLATED)
    headers = {"content-disposition": f'attachment; filename="{contest}.zip"', "cache-control": "no-store"}
    return Response(out.getvalue(), media_type="application/zip", headers=headers)


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
    return await run_in_threadpool(_import, request, data, person.name)


def _import(request: Request, data: bytes, who: str) -> Response:
    try:
        contest = _unpacked(store_of(request), data, who)
    except WhipcountError as why:
        return page(request, "folder_new.html", 422, faults={"file": str(why)})
    request.app.state.desk.changed(contest)
    return go(link("contests", contest))


def _unpacked(store: Store, data: bytes, who: str) -> str:
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
        members = [one for one in packed.infolist() if not one.is_dir()]
        _bearable(members)
        with tempfile.TemporaryDirectory() as held:
            for one in members:
                (Path(held) / PurePosixPath(one.filename).name).write_bytes(packed.read(one))
            _by_name(Path(held) / "contest.yaml")
            return store.import_folder(Path(held), who).id
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OSError):
        raise Wrong(
            "file", "This is no ZIP of a contest's folder. Pack the folder with its contest.yaml and tables."
        ) from None


def _by_name(identity: Path) -> None:
    """Refuse a contest whose rulebook is a path: it would be a file of this machine's, of whoever serves the desk."""
    try:
        held, _ = read_yaml(identity)
    except InputError:
        return  # the folder's own check says where it is wrong
    if not isinstance(held, dict):
        return
    questions = held.get("questions")
    asked = (
        [held.get("rulebook"), *(q.get("rules") for q in questions or () if isinstance(q, dict))]
        if isinstance(questions, list | None)
        else []
    )
    wrong = [one for one in asked if one is not None and not NAMED.fullmatch(str(one))]
    if wrong:
        raise Wrong(
            "file",
            f"contest.yaml names the rulebook {str(wrong[0])[:80]!r}. On a desk only rulebooks that ship can be used, by their id.",
        )


def _bearable(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > FILES or sum(one.file_size for one in members) > BYTES:
        raise Wrong("file", f"The ZIP holds more than {FILES} files or {BYTES / 1e6:.0f} MB.")
    names = [PurePosixPath(one.filename).name for one in members]
    if len({PurePosixPath(one.filename).parent for one in members}) > 1 or len(set(names)) < len(names):
        raise Wrong("file", "The ZIP holds more than one folder. Pack the folder of one contest.")
    if "contest.yaml" not in names:
        raise Wrong("file", "The ZIP holds no contest.yaml. Pack the whole folder of the contest.")
