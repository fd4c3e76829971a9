"""Counting ballots: a form that takes them, and the counts that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import (
    COUNTER,
    FIELDS,
    LABELS,
    RULES,
    UPLOADS,
    Sent,
    Upload,
    ask,
    awaited,
    example,
    examples,
)
from whipcount.desk.counted import KINDS, may_use
from whipcount.desk.doors import Person, needs
from whipcount.desk.forms import Reader, go, page, store_of, text_of, writing
from whipcount.desk.rulebooks import listed
from whipcount.desk.sheets import MEDIA, as_csv, as_json, heavy
from whipcount.desk.views import link
from whipcount.desk.worker import nudge
from whipcount.errors import NotFound
from whipcount.store import Store, StoredCount

forms = writing("reader", "count")
own = APIRouter(tags=["count"], dependencies=[Depends(needs("reader"))])
PATIENCE = 2.0
"""Seconds for which the form waits for the count; a longer one shows how far it is."""
KEPT = 500_000_000
"""Bytes of what somebody with an account has uploaded that are kept at the most."""
LIST = 50
"""Counts on a page of the list."""
LONG = 500
"""Characters that may be typed into a field."""
Whose = Annotated[str, Query(max_length=20, description="`mine`: one's own only, where others are shown too.")]
After = Annotated[int, Query(ge=0, le=10**8, description="So many are passed over, for pages.")]


# -- the form, and the list ---------------------------------------------------------------------------------------------


@forms.get("/count")
def count_form(request: Request, person: Reader, whose: Whose = "", after: After = 0) -> Response:
    """The form, with what the address says already chosen, or as a count that is kept was asked for; and the counts that are kept."""
    COUNTER.ready()
    typed = {name: request.query_params.get(name, "")[:200] for name in FIELDS}
    key = request.query_params.get("from", "")
    if not key:
        return form(request, person, typed, whose=whose, after=after)
    before = store_of(request).count(key)
    return form(request, person, typed | dict(before.options), before)


@forms.post("/count")
async def count_now(request: Request, person: Reader) -> Response:
    """Keep what was sent and count it, and lead on to its page; or the form again with a message beside the field."""
    sent = await request.form()
    typed = {name: text_of(sent, name, LONG).replace("\0", "") for name in FIELDS if name != "tie"}
    typed["tie"] = ", ".join(one for one in sent.getlist("tie") if isinstance(one, str) and one in RULES)
    files = [(role, await _upload(one)) for role in UPLOADS for one in sent.getlist(role) if _is_file(one)]
    heavy(request)
    return await run_in_threadpool(_count, request, person, typed, files, sent)


def _is_file(one: Any) -> bool:
    return isinstance(one, UploadFile) and bool(one.filename)


async def _upload(one: Any) -> Upload:
    return Upload(one.filename or "ballots", await one.read())


def _count(request: Request, person: Person, typed: dict[str, str], files: list[Sent], sent: FormData) -> Response:
    store, mends = store_of(request), text_of(sent, "from", 64)
    try:
        before = _usable(store, mends, person)
        dropped = {one for one in sent.getlist("drop") if isinstance(one, str)}
        files = _with_kept(store, files, typed["example"], before, dropped)
        if not files:
            raise Wrong("ballots", "Choose a file of ballots, or the example.")
        if person.account and store.kept_bytes(person.name) + sum(len(one.content) for _, one in files) > KEPT:
            said = f"You have {KEPT // 1_000_000} MB of uploads here, which is the most. Remove counts that you need no more."
            raise Wrong("ballots", said)
    except Wrong as why:
        return form(request, person, typed, faults={why.field: str(why)}, status=422)
    asked = ask(store, files, typed, person.name, mends or None)
    nudge(request.app.state.desk)
    made = awaited(store, asked.key, PATIENCE)
    if made.state == "failed":
        return form(request, person, typed | {"example": ""}, made, status=422)
    return go(link("count", made.key))


def _with_kept(
    store: Store, files: Sequence[Sent], chosen: str, before: StoredCount | None, dropped: set[str]
) -> list[Sent]:
    """What was sent now, else the example, else what the form had sent before."""
    now = {role for role, _ in files}
    found = list(files)
    if chosen and "ballots" not in now:
        found.append(("ballots", example(chosen)))
        now.add("ballots")
    for one in before.files if before else ():
        if one.role in UPLOADS and one.role not in now | dropped:
            found.append((one.role, Upload(one.name, store.upload(one.hash))))
    return found


def form(
    request: Request, person: Person, typed: dict[str, str], before: StoredCount | None = None,
    faults: dict[str, str] | None = None, status: int = 200, whose: str = "", after: int = 0,
) -> Response:  # fmt: skip
    """The form. `before` is the count that it takes up again, with its problem if it has one."""
    if before is not None and before.problem is not None and not faults:
        faults = {before.problem[0] if before.problem[0] in LABELS else "": before.problem[1]}
    faults = faults or {}
    rules = [(one.ref, f"{one.name}: {one.label} ({one.ref})") for one in listed() if one.counts]
    if typed["rules"] and typed["rules"] not in dict(rules):
        rules.append((typed["rules"], typed["rules"]))
    kept = {role: before.having(role) for role in UPLOADS} if before and may_use(before, person) else {}  # type: ignore[arg-type]
    basic = {"ballots", "example", "rules", "skip_bad", "pairwise", "margin"}
    advanced = [name for name in LABELS if name not in basic]
    shown = {
        "rules": rules, "examples": [(name, name) for name in examples()], "labels": LABELS, "ways": RULES, "formats": [(kind, kind) for kind in KINDS],
        "ties": typed["tie"].split(", "), "kept": kept, "from_": before.key if kept and before else "",
        "again": before.key if before and before.state == "cancelled" else "",
        "open_": any(typed.get(n) or faults.get(n) or kept.get(n) for n in advanced),
        "limit": request.app.state.desk.settings.upload, "cards": _list(request, person, whose, after), "every": _every(person, whose), "after": after, "more": LIST,
    }  # fmt: skip
    return page(request, "count.html", status, typed=typed, faults=faults, message=faults.get("", ""), **shown)


# -- the list -----------------------------------------------------------------------------------------------------------


def _every(person: Person, whose: str) -> bool:
    """Whether all counts are listed: for who may change contests, unless they want their own."""
    return person.may("editor") and whose != "mine"


def _list(request: Request, person: Person, whose: str, after: int) -> list[StoredCount]:
    who = None if _every(person, whose) else person.name
    return store_of(request).counts(who, limit=LIST, after=after)


def _row(one: StoredCount) -> dict[str, Any]:
    ballots = [f.name for f in one.having("ballots")]
    times = {"asked": one.asked.isoformat(timespec="seconds"), "finished": one.finished and one.finished.isoformat()}
    told = {"key": one.key, "rulebook": one.rulebook, "files": ballots, "by": list(one.askers), **times}
    problem = one.problem[1] if one.problem else None
    return told | {
        "state": one.state,
        "winner": one.winner,
        "says": one.says or problem,
        "address": link("count", one.key),
    }


@own.get(
    "/count.json", summary="The counts that are kept: one's own, or all for who may change contests.", response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {}}}}},
)  # fmt: skip
def count_list_json(request: Request, whose: Whose = "", after: After = 0) -> Response:
    """The list as data."""
    return _listed(request, "json", whose, after)


@own.get(
    "/count.csv", summary="The same as rows.", response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)  # fmt: skip
def count_list_csv(request: Request, whose: Whose = "", after: After = 0) -> Response:
    """The list as rows."""
    return _listed(request, "csv", whose, after)


def _listed(request: Request, form: str, whose: str, after: int) -> Response:
    rows = [_row(one) for one in _list(request, request.state.person, whose, after)]
    body = as_json(rows) if form == "json" else as_csv(rows).encode()
    return Response(body, media_type=MEDIA[form], headers={"cache-control": "no-store"})


def _usable(store: Store, key: str, person: Person) -> StoredCount | None:
    """The count whose files are taken again; None where it is not there any more, or somebody else's."""
    try:
        one = store.count(key) if key else None
    except NotFound:
        return None
    return one if one is not None and may_use(one, person) else None
