"""A page in its three forms: HTML, and at the same address with a suffix its data as `.json` and `.csv`.

A page is a function of the desk and of what was asked that returns a `Sheet`. `sheet` registers it: finished answers are kept under
(version of the contest, today, address, role), so that only the first reader waits, and two who ask at once wait for one computation.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from whipcount.desk.caching import Answer, answer
from whipcount.desk.doors.people import person_of
from whipcount.desk.views import render
from whipcount.desk.working import Desk, StillWorking

Form = Literal["html", "json", "csv"]
MEDIA = {"html": "text/html; charset=utf-8", "json": "application/json", "csv": "text/csv; charset=utf-8"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FILES = (".json", ".csv", ".svg", ".png")
"""Files are the same for everybody; pages lead only to what the reader's role may open."""


@dataclass(frozen=True)
class Sheet:
    """What a page is made of.

    template, shown  the HTML: a template, and what it reads
    data             the same as plain data, for `.json`; bytes are sent as they are
    rows             the same as rows with the same keys, for `.csv`
    permanent        the address that will show the same again, with its date and all that was chosen
    status           of the answer
    keep             whether the answer may be kept and given to others
    """

    template: str
    shown: Mapping[str, Any]
    data: Any
    rows: Sequence[Mapping[str, Any]]
    permanent: str = ""
    status: int = 200
    keep: bool = field(default=True)


def sheet(
    router: APIRouter, path: str, says: str, *, forms: tuple[Form, ...] = ("json", "csv", "html"), **more: Any
) -> Callable[[Callable[..., Sheet]], Callable[..., Sheet]]:
    """Serve what a function makes at `path`, `path.json` and `path.csv`, or in some of these `forms`; `says` describes it in the API."""

    def register(make: Callable[..., Sheet]) -> Callable[..., Sheet]:
        for form in forms:
            suffix = "" if form == "html" else f".{form}"
            router.add_api_route(
                path + suffix, _endpoint(make, form), methods=["GET"], include_in_schema=form != "html",
                name=f"{make.__name__}{suffix}", operation_id=f"{make.__name__}_{form}", summary=says,
                response_class=Response, responses=_described(form), **more,
            )  # fmt: skip
        return make

    return register


def _described(form: Form) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string"} if form == "csv" else {}
    media = MEDIA[form].partition(";")[0]
    return {
        200: {"description": "The data.", "content": {media: {"schema": schema}}},
        202: {"description": "It is being worked out; ask again.", "content": {"application/json": {"schema": {}}}},
        404: {"description": "There is no such thing; the message says what there is.", "content": {"application/json": {"schema": {}}}},
        422: {"description": "The question makes no sense as asked; the message says why.", "content": {"application/json": {"schema": {}}}},
    }  # fmt: skip


def _endpoint(make: Callable[..., Sheet], form: Form) -> Callable[..., Awaitable[Response]]:
    @wraps(make)
    async def endpoint(**asked: Any) -> Response:
        request: Request = asked["request"]
        return await give(request, lambda: finished(make(**asked), form, request))

    return endpoint


async def give(request: Request, make: Callable[[], Answer | tuple[Answer, bool]]) -> Response:
    """The answer to a request: the one that is kept, or what `make` makes in a working thread. Raises what `make` raises."""
    desk: Desk = request.app.state.desk
    loop = asyncio.get_running_loop()
    contest = request.path_params.get("contest", "")
    known = desk.known_version(contest)
    version = known if known is not None else await loop.run_in_executor(desk.workers, desk.version, contest)
    whose = "" if request.url.path.endswith(FILES) else role_of(request)
    key = (version, desk.settings.today(), request.url.path, request.url.query, "hx-request" in request.headers, whose)
    found = desk.answers.get(key)
    if found is None:
        heavy(request)
        found = await loop.run_in_executor(desk.workers, _make, desk, key, make)
    return sent(found, request)


def role_of(request: Request) -> str:
    """The role of who asks; "" where nobody has logged in."""
    person = person_of(request)
    return person.role if person else ""


def heavy(request: Request) -> None:
    """Take one of what somebody with an account may have computed for them; refused (429) where that was a lot at once."""
    doors, person = request.app.state.doors, request.state.person
    if not doors.public:
        return
    wait = doors.heavy.take(person.name if person else "nobody")
    if wait:
        said = f"That was a lot to work out at once. Try again in {wait:.0f} seconds."
        raise HTTPException(429, said, {"retry-after": str(max(1, round(wait)))})


def _make(desk: Desk, key: Hashable, make: Callable[[], Answer | tuple[Answer, bool]]) -> Answer:
    def once() -> Answer:
        made = make()
        one, keep = made if isinstance(made, tuple) else (made, True)
        if keep and one.status == 200:
            desk.answers.put(key, one)
        return one

    found = desk.answers.get(key)
    return found if found is not None else desk.flights.once(key, once)


def finished(one: Sheet, form: Form, request: Request) -> tuple[Answer, bool]:
    """A sheet in one of its forms; what was asked wrongly is told as JSON where rows were wanted."""
    form = "json" if form == "csv" and one.status >= 400 else form
    if form == "json":
        body = one.data if isinstance(one.data, bytes) else as_json(one.data)
    elif form == "csv":
        body = as_csv(one.rows).encode()
    else:
        body = render(one.template, request, permanent=one.permanent, **one.shown).encode()
    return answer(body, MEDIA[form], status=one.status), one.keep


def as_json(data: Any) -> bytes:
    """Plain data as JSON; dates and the like as they are written."""
    return json.dumps(data, indent=1, ensure_ascii=False, default=str).encode()


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV; a list is joined by '; ', and a cell that a spreadsheet would run is quoted."""
    out = io.StringIO()
    columns = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.DictWriter(out, fieldnames=columns, lineterminator="\n")
    writer.writerow({name: _cell(name) for name in columns})
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = "; ".join(str(item) for item in value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def sent(one: Answer, request: Request) -> Response:
    """An answer on its way: packed where the browser can unpack it, and without its body where it has it already."""
    headers = {"etag": one.tag, "cache-control": "private, no-cache", "vary": "Accept-Encoding, HX-Request"}
    if one.filename:
        headers["content-disposition"] = f'attachment; filename="{one.filename}"'
    known = request.headers.get("if-none-match", "")
    if one.status == 200 and one.tag in known:
        return Response(status_code=304, headers=headers)
    if one.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(one.packed, one.status, headers, one.media)
    return Response(one.body, one.status, headers, one.media)


__all__ = ["Form", "Sheet", "StillWorking", "as_csv", "finished", "give", "sent", "sheet"]
