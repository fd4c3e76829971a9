"""Predictions put on record for good, by editors: whipcount's own of a contest, others' as lines, and what became of them.

Nothing on record is ever changed or taken back, so each is shown before it is sent, and what is on record already is left out.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from whipcount.desk.asked import MOST_DRAWS, AsOf, Draws, Seed, Wrong
from whipcount.desk.forms import Editor, go, page, store_of, text_of, version_of, writing
from whipcount.desk.onrecord import on_record
from whipcount.desk.pages.predictions import Shares, fresh, predicted, rows_of
from whipcount.desk.views import link
from whipcount.desk.working import Desk
from whipcount.errors import InputError, UsageError
from whipcount.score import append, plain, read_entries

router = writing("editor", "predictions")
MOST = 1_000_000
"""Bytes of lines that are taken at once."""


@router.get("/contests/{contest}/predictions/publish")
def publish_form(
    request: Request, contest: str, as_of: AsOf = None, shares: Shares = False, seed: Seed = None, draws: Draws = None
) -> Response:
    """What would go on record, and the button."""
    return _form(request, request.app.state.desk.drawn(seed, draws), contest, as_of, shares=shares)


def _form(
    request: Request,
    desk: Desk,
    contest: str,
    as_of: date | None,
    *,
    shares: bool,
    status: int = 200,
    message: str = "",
) -> Response:
    made, day = predicted(desk, contest, as_of, shares=shares)
    new = fresh(made, on_record(desk).ledger.recorded)
    whole = desk.contest(contest)
    past = {q.id for q in whole.identity.questions if q.decided is not None and q.decided <= desk.settings.today()}
    return page(
        request, "publish.html", status, contest=whole, day_=day, shares=shares, run=desk.run, rows=rows_of(tuple(new)),
        new=new, known=len(made) - len(new), late=any(one.question in past for one in new), message=message,
        folder=store_of(request).folder_version(contest),
    )  # fmt: skip


@router.post("/contests/{contest}/predictions/publish")
async def publish(request: Request, contest: str, person: Editor) -> Response:
    """Put those that are not on record yet on record."""
    form = await request.form()
    typed = {name: text_of(form, name, 20) for name in ("as_of", "shares", "seed", "draws")}
    return await run_in_threadpool(_publish, request, contest, typed, version_of(form), person.name)


def _publish(request: Request, contest: str, typed: dict[str, str], version: int | None, who: str) -> Response:
    day = _date(typed["as_of"])
    run = [_number(typed, "seed", 0, 2**32 - 1), _number(typed, "draws", 1_000, MOST_DRAWS)]
    desk: Desk = request.app.state.desk.drawn(*run)
    shares = typed["shares"] == "true"
    store = store_of(request)
    if version != store.folder_version(contest):
        said = "The contest was changed in the meantime. These are the predictions as they are now; nothing is on record yet."
        desk.changed(contest)
        return _form(request, desk, contest, day, shares=shares, status=409, message=said)
    made, day = predicted(desk, contest, day, shares=shares)
    new = fresh(made, on_record(desk).ledger.recorded)
    try:
        store.record_predictions([plain(one) for one in new], who)
    except UsageError as why:  # somebody was quicker
        return _form(request, desk, contest, day, shares=shares, status=409, message=str(why))
    shown = link("contests", contest, "predictions", as_of=day, shares="true" if shares else None, **desk.run)
    return go(f"{shown}#on-record")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong("as_of", "Write a date as YYYY-MM-DD.") from None


def _number(typed: dict[str, str], name: str, least: int, most: int) -> int | None:
    text = typed[name]
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise Wrong(name, f"Write a number from {least:,} to {most:,}.")
    return int(text)


@router.post("/ledger/resolve")
async def resolve(request: Request, person: Editor) -> Response:
    """Put on record what became of whipcount's own predictions, by what the contests say."""
    await run_in_threadpool(_resolve, request, person.name)
    return go("/ledger")


def _resolve(request: Request, who: str) -> None:
    due = on_record(request.app.state.desk).due
    store_of(request).record_predictions([plain(one) for one in due], who)


@router.get("/ledger/add")
def add_form(request: Request) -> Response:
    """The form for others' predictions, and for what became of them."""
    return page(request, "ledger_add.html", due=len(on_record(request.app.state.desk).due))


@router.post("/ledger/add")
async def add(request: Request, person: Editor) -> Response:
    """Put entries on record as `whipcount score --record` does: all of them or none."""
    form = await request.form()
    file = form.get("file")
    data = await file.read(MOST + 1) if isinstance(file, UploadFile) and file.filename else b""
    return await run_in_threadpool(_add, request, data, text_of(form, "lines", MOST), person.name)


def _add(request: Request, data: bytes, lines: str, who: str) -> Response:
    field = "file" if data else "lines"
    try:
        entries = _entries(data or lines.encode(), field, store_of(request).ledger_lines())
        store_of(request).record_predictions(entries, who)
    except (InputError, UsageError) as why:
        due = len(on_record(request.app.state.desk).due)
        return page(request, "ledger_add.html", 422, faults={field: str(why)}, typed={"lines": lines}, due=due)
    return go("/ledger")


def _entries(data: bytes, field: str, kept: bytes) -> list[Any]:
    """The entries that lines state, tried on a copy of the ledger. Raises `InputError` with every problem."""
    if not data.strip():
        raise Wrong(field, "Paste entries, one on each line, or choose a file of them.")
    if len(data) > MOST:
        raise Wrong(field, f"That is more than {MOST:,} bytes; add it in parts.")
    with TemporaryDirectory(prefix="whipcount-") as folder:
        path = Path(folder) / "entries"
        path.write_bytes(data)
        entries = read_entries(path)
        copy = path.with_name("ledger")
        copy.write_bytes(kept)
        append(copy, entries)
        return [plain(one) for one in entries]
