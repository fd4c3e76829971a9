"""What is decided on each claim: accepted, rejected, mended, or open again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from whipcount.desk.forms import Editor, Key, go, page, store_of, text_of, version_of, writing
from whipcount.desk.working import Desk
from whipcount.desk.writing.inbox import in_words
from whipcount.errors import WhipcountError
from whipcount.read.claim import CHOICES, FIELDS, MODALITIES
from whipcount.store import Conflict

router = writing("editor", "inbox")
VERDICTS = {"accept": "accepted", "reject": "rejected", "mend": "mended", "open": "open"}


@router.get("/claims/{claim}/mend")
def mend_form(request: Request, claim: Key) -> Response:
    """The form to mend a claim with."""
    return _mending(request, claim)


def _mending(request: Request, key: int, status: int = 200, **more: Any) -> Response:
    store = store_of(request)
    one = store.claim(key)
    typed = {f: one.claim.own.get(f) or "" for f in FIELDS[one.claim.kind]}
    typed |= {"speaker": one.claim.speaker, "modality": one.claim.modality, "kind": one.claim.kind}
    names = sorted(_names(request, one.contest_id))
    shown = {
        "one": one,
        "fields": FIELDS[one.claim.kind],
        "choices": {n: pairs(c) for n, c in CHOICES.items()},
        "modalities": pairs(MODALITIES),
        "names": names,
        "typed": typed,
    }
    return page(request, "mend.html", status, **{**shown, "words": in_words, **more})


def pairs(values: Iterable[str]) -> list[tuple[str, str]]:
    """Values as the options of a choice."""
    return [(value, value) for value in values]


def _names(request: Request, contest: str | None) -> set[str]:
    if contest is None:
        return set()
    held = store_of(request).contest(contest)
    camps = {o for q in held.identity.questions for o in q.options}
    return {e.name for e in held.electors} | {c.name for c in held.candidates} | camps


@router.post("/claims/{claim}")
async def decide(request: Request, claim: Key, person: Editor) -> Response:
    """Decide on a claim. To htmx the claim's card is given, else the document's page."""
    form = await request.form()
    return await run_in_threadpool(_decide, request, claim, form, person.name)


def _decide(request: Request, key: int, form: FormData, who: str) -> Response:
    store, desk = store_of(request), request.app.state.desk
    do, version = text_of(form, "do", 20), version_of(form)
    one = store.claim(key)
    mended = (
        {f: text_of(form, f, 500) for f in (*FIELDS[one.claim.kind], "speaker", "modality") if f in form}
        if do == "mend"
        else {}
    )
    try:
        if do not in VERDICTS or version is None:
            return _said(request, key, 422, "Choose: accept, reject, mend, or open again.")
        store.decide(key, VERDICTS[do], version, who, mended or None)  # type: ignore[arg-type]
    except Conflict as why:
        if do == "mend":
            said = f"{why} What you typed is below; send it again if it is still right."
            return _mending(request, key, 409, typed=mended, message=said)
        return _said(request, key, 409, f"{why} It stands as shown here now.")
    except WhipcountError as why:
        if do == "mend":
            return _mending(request, key, 422, typed=mended, message=str(why))
        return _said(request, key, 422, str(why))
    _changed(desk, one.contest_id)
    return _said(request, key)


def _changed(desk: Desk, contest: str | None) -> None:
    if contest is not None:
        desk.changed(contest)


def _said(request: Request, key: int, status: int = 200, message: str = "") -> Response:
    one = store_of(request).claim(key)
    if "hx-request" not in request.headers:
        if status == 200:
            return go(f"/inbox/{one.document_id}#claim-{key}")
        return page(request, "claim_page.html", status, one=one, words=in_words, message=message)
    # htmx leaves what is refused unshown; the card says itself why nothing has changed.
    made = page(request, "claim.html", one=one, words=in_words, message=message)
    if status == 200:
        made.headers["hx-trigger"] = "numbers"
    return made
