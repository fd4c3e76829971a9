"""The inbox: paste, upload or fetch a text; its claims are marked in it; accept, mend or reject each; the numbers move."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import Upload
from whipcount.desk.forms import Editor, Key, go, page, store_of, text_of, version_of, writing
from whipcount.desk.views import link
from whipcount.desk.worker import nudge
from whipcount.desk.working import Desk
from whipcount.desk.writing.batch import KIND, queue
from whipcount.desk.writing.numbers import numbers
from whipcount.desk.writing.taking import Given, Many, moved, take_address, take_files, take_text
from whipcount.errors import NotFound, UsageError, WhipcountError
from whipcount.store.records import JobState

if TYPE_CHECKING:
    from whipcount.store import StoredClaim, StoredDocument

router = writing("editor", "inbox")
UNDER_WAY: tuple[JobState, ...] = ("running", "queued")
LONGEST = 1_000_000
"""Characters of a text that may be pasted."""


@router.get("/inbox")
def inbox(request: Request) -> Response:
    """The documents, newest first, and the form for another."""
    typed = {"contest": request.query_params.get("contest", "")}
    return _inbox(request, typed=typed)


def _inbox(request: Request, status: int = 200, **more: Any) -> Response:
    store = store_of(request)
    contest = request.query_params.get("contest") or None
    if contest is not None:
        store.version(contest)
    found = store.documents(contest, limit=200)
    open_ = Counter(c.document_id for c in store.claims(contest_id=contest, status="open"))
    names = [(one.id, one.name) for one in sorted(store.contests(), key=lambda c: c.name)]
    job = request.query_params.get("job", "")
    reads = _jobs(request, int(job) if job.isascii() and job.isdigit() and len(job) < 18 else 0)
    shown = {"documents": found, "open_": open_, "contests": names, "only": contest}
    return page(request, "inbox.html", status, **shown, **reads, **more)


@router.get("/inbox/jobs")
def under_way(request: Request, job: Key = 0) -> Response:
    """What is being read, and how far it is; for the inbox to look again."""
    return page(request, "inbox_jobs.html", **_jobs(request, job))


def _jobs(request: Request, job: int) -> dict[str, Any]:
    """The jobs that read files and are not over, and the one with this number, which may be."""
    store = store_of(request)
    shown = [one for state in UNDER_WAY for one in store.jobs(state) if one.kind == KIND]
    shown += [one for one in store.jobs(limit=200) if one.id == job and one.kind == KIND and one not in shown]
    return {"reads": shown, "going": any(one.state in UNDER_WAY for one in shown), "job": job}


@router.post("/inbox")
async def bring(request: Request, person: Editor) -> Response:
    """A text into the inbox: what was typed, else the files, else the address."""
    form = await request.form()
    sent = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
    files = [Upload(one.filename or "file", await one.read()) for one in sent]
    return await run_in_threadpool(_bring, request, form, files, person.name)


def _bring(request: Request, form: FormData, files: list[Upload], who: str) -> Response:
    text, address = text_of(form, "text", LONGEST + 1), text_of(form, "address")
    typed = {
        key: text_of(form, key, LONGEST) for key in ("contest", "text", "address", "outlet", "author", "published")
    }
    try:
        if len(text) > LONGEST:
            raise Wrong("text", f"That is more than {LONGEST:,} characters. Send it as a file.")
        given = _given(store_of(request).contests(), form)
        kept = _taken(request, text, files, address, given, who)
    except Many as many:
        known = replace(given, source=address or None) if text else given
        job = queue(store_of(request), many.files, known, who)
        nudge(request.app.state.desk)
        return go(link("inbox", contest=given.contest, job=job.id))
    except WhipcountError as why:
        else_ = "file" if files else "address" if address and not text else "text"
        return _inbox(request, 422, typed=typed, faults={why.field if isinstance(why, Wrong) else else_: str(why)})
    return go(f"/inbox/{kept[0].id}" if len(kept) == 1 else link("inbox", contest=given.contest))


def _taken(
    request: Request, text: str, files: list[Upload], address: str, given: Given, who: str
) -> list[StoredDocument]:
    store = store_of(request)
    if text:
        return take_text(store, text, replace(given, source=address or None), who)
    if files:
        return take_files(store, files, given, who)
    if address:
        return take_address(store, address, given, who, request.app.state.desk.settings.reach)
    raise Wrong("text", "There is nothing to read. Paste an article, choose a file, or give an address.")


def _given(contests: Any, form: FormData) -> Given:
    contest = text_of(form, "contest", 200) or None
    if contest is not None and contest not in {one.id for one in contests}:
        raise Wrong("contest", f"There is no contest {contest!r}.")
    outlet, author = (text_of(form, key, 200) or None for key in ("outlet", "author"))
    return Given(contest, outlet, author, day_of(form, "published"))


def day_of(form: FormData, name: str) -> date | None:
    """A date that was typed; None where the field is blank. Raises `Wrong`."""
    typed = text_of(form, name, 40)
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Wrong(name, f"{typed!r} is no date. Write it as YYYY-MM-DD.") from None


# -- one document -------------------------------------------------------------------------------------------------------


@router.get("/inbox/{document}")
def document(request: Request, document: Key) -> Response:
    """A text with its claims marked in it, and each claim with what can be done with it."""
    return _document(request, document)


def _document(request: Request, key: int, status: int = 200, **more: Any) -> Response:
    from whipcount.read.render import pieces

    store = store_of(request)
    kept = store.document(key)
    claims = store.claims(document_id=key)
    cut = _cut(pieces(kept.document.text, [c.claim for c in claims]), claims)
    names = [(one.id, one.name) for one in sorted(store.contests(), key=lambda c: c.name)]
    typed = {
        "contest": kept.contest_id or "",
        "outlet": kept.document.outlet or "",
        "author": kept.document.author or "",
    }
    typed |= {"published": str(kept.document.date or ""), "source": kept.document.source}
    since = store.folder_version(kept.contest_id) if kept.contest_id else 0
    shown = {
        "kept": kept,
        "claims": claims,
        "pieces": cut,
        "contests": names,
        "typed": typed,
        "since": since,
        "words": in_words,
    }
    return page(request, "document.html", status, **{**shown, **more})


def _cut(
    found: list[tuple[str, tuple[int, ...]]], claims: list[StoredClaim]
) -> list[tuple[str, list[StoredClaim], list[int]]]:
    """The text in pieces: each with the claims that it belongs to, and the ids of those that begin with it."""
    out, at = [], 0
    for text, on in found:
        out.append((text, [claims[n] for n in on], [claims[n].id for n in on if claims[n].claim.start == at]))
        at += len(text)
    return out


def in_words(one: StoredClaim) -> str:
    """A claim in one line."""
    from whipcount.read import in_words as words

    return words(one.claim)


@router.post("/inbox/{document}")
async def about(request: Request, document: Key, person: Editor) -> Response:
    """What is known about a document: its contest, outlet, author, day; or that it is of no use."""
    form = await request.form()
    return await run_in_threadpool(_about, request, document, form, person.name)


def _about(request: Request, key: int, form: FormData, who: str) -> Response:
    store = store_of(request)
    kept = store.document(key)
    typed = {name: text_of(form, name) for name in ("contest", "outlet", "author", "published", "source")}
    try:
        version = version_of(form) if "version" in form else kept.version
        if version is None:
            raise UsageError("The form is broken. Reload the page.")
        if text_of(form, "do") == "dismiss":
            store.change_document(key, version, who, status="dismissed")
            return go("/inbox")
        given = Given(**(vars(_given(store.contests(), form)) | {"source": typed["source"] or None}))
        moved(store, kept, version, who, given)
    except WhipcountError as why:
        field = why.field if isinstance(why, Wrong) else ""
        return _document(
            request, key, 422, typed=typed, faults={field: str(why)} if field else {}, message="" if field else str(why)
        )
    return go(f"/inbox/{key}")


@router.get("/inbox/{document}/numbers")
def moving(request: Request, document: Key, since: int = 0) -> Response:
    """The numbers now, beside those of when the document was opened."""
    kept = store_of(request).document(document)
    desk: Desk = request.app.state.desk
    if kept.contest_id is None:
        return page(request, "numbers.html", rows=(), day=None, contest=None)
    try:
        rows, day = numbers(desk, kept.contest_id, kept.document.date, since)
    except (UsageError, NotFound) as why:
        return page(request, "numbers.html", rows=(), day=None, contest=kept.contest_id, message=str(why))
    return page(request, "numbers.html", rows=rows, day=day, contest=kept.contest_id)
