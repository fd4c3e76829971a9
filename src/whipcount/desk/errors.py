"""Wrong questions and faults, told in the product's voice: what is wrong, where, and what to do next. Never a traceback.

404 says what there is, 422 stands beside the field at fault with what was typed kept, 202 says that something is still being
worked out, 500 says that the fault is ours. To who asks for data they are told as JSON.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from whipcount.desk.asked import Wrong
from whipcount.desk.caching import answer
from whipcount.desk.doors.tokens import Expired, surely_from_here, token_of
from whipcount.desk.guarding import HEADERS
from whipcount.desk.sheets import MEDIA, sent
from whipcount.desk.views import render
from whipcount.desk.working import StillWorking
from whipcount.errors import InputError, MissingExtra, NotFound, UsageError, WhipcountError
from whipcount.store.errors import StoreAway

if TYPE_CHECKING:
    from whipcount.desk.doors.carried import Carried

log = logging.getLogger("whipcount.desk")
TITLES = {
    401: "Log in first",
    403: "That is not yours to do",
    404: "There is nothing at this address",
    405: "That cannot be done at this address",
    413: "That is too much at once",
    421: "This desk has another name",
    422: "That question makes no sense as it was asked",
    429: "That was a lot at once",
    500: "Something went wrong at our end",
    503: "That cannot be done here just now",
}
AGAIN, AWAY = 3, 10
"""Seconds after which to ask again for what is being worked out, and for a database that is away."""
AWAY_NOW = "The database does not answer. Try again when it is back."
AWAY_SAID = (
    "The database does not answer. What was acknowledged before is kept; look whether your last change is there, and try again "
    "when it is back."
)


def tell(app: FastAPI) -> None:
    """Make an application tell its errors in this way."""
    app.add_exception_handler(WhipcountError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Expired, _expired)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StillWorking, _working)
    app.add_exception_handler(Exception, _fault)


def told(request: Request, status: int, message: str, fields: Mapping[str, str] | None = None) -> Response:
    """An error as a page or as JSON; `fields` are messages by the field at fault."""
    fields = dict(fields or {})
    if wants_data(request):
        data: dict[str, Any] = {"status": status, "error": message, "fields": fields}
        if status == 404:
            data["contests"] = [name for name, _ in _known_contests(request, status)]
        return sent(answer(json.dumps(data, ensure_ascii=False).encode(), MEDIA["json"], status=status), request)
    asked = list(dict.fromkeys([*request.query_params, *fields])) if request.method == "GET" else []
    shown: dict[str, Any] = {"status": status, "title": TITLES.get(status, "That did not work"), "message": message}
    page = render("error.html", request, fields=fields, names=asked, **shown, known=_known_contests(request, status))
    return sent(answer(page.encode(), MEDIA["html"], status=status), request)


def wants_data(request: Request) -> bool:
    """Whether who asks is a program."""
    path = request.url.path
    if path.endswith((".json", ".csv", ".svg", ".png")) or path.startswith("/api/"):
        return True
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def _known_contests(request: Request, status: int) -> list[tuple[str, str]]:
    if status != 404 or getattr(request.state, "person", None) is None:
        return []
    return [(name, f"/contests/{name}") for name in request.app.state.desk.shelf.contests()]


async def _known(request: Request, why: Exception) -> Response:
    if isinstance(why, NotFound):
        return told(request, 404, str(why))
    if isinstance(why, MissingExtra):
        return told(request, 503, str(why))
    if isinstance(why, StoreAway):
        return away(request, why)
    fields = {why.field: str(why)} if isinstance(why, Wrong) else {}
    if isinstance(why, UsageError | InputError):
        return told(request, 422, str(why), fields)
    return told(request, 422, str(why))


def away(request: Request, why: StoreAway, form: Carried | None = None) -> Response:
    """The database does not answer: to be asked again soon. Where it is is told in the log, and to nobody else.

    What somebody typed is shown, to be sent again: `form`, where it came no further than the door, or what the page had read.
    """
    from whipcount.desk.doors.carried import Carried
    from whipcount.desk.doors.pages import again_page

    log.warning("the database does not answer: %s", why.detail or why)
    typed = getattr(request.state, "typed", ())
    read = Carried(request.url.path, typed, request.state.files) if typed and surely_from_here(request) else None
    kept = form or read
    if (
        kept is not None
        and request.url.path != "/login"
        and not wants_data(request)
        and "hx-request" not in request.headers
    ):
        said = AWAY_SAID if form is None else AWAY_NOW
        made = again_page(request, kept, token_of(request), said, 503, unchanged=form is not None)
    else:
        made = told(request, 503, AWAY_SAID)
    made.headers["retry-after"] = str(AWAY)
    made.headers["cache-control"] = "no-store"
    return made


async def _invalid(request: Request, why: Exception) -> Response:
    assert isinstance(why, RequestValidationError)
    fields = {str(one["loc"][-1]): _plain(one) for one in why.errors()}
    return told(request, 422, "; ".join(f"{name}: {text}" for name, text in fields.items()), fields)


def _plain(one: Mapping[str, Any]) -> str:
    if str(one["type"]).startswith("date"):
        return "Write a date as YYYY-MM-DD."
    if one["type"] == "missing":
        return "This is needed."
    return f"{one['msg']}."


async def _http(request: Request, why: Exception) -> Response:
    assert isinstance(why, HTTPException)
    message = {404: "The address may be mistyped, or what was here has another name.", 405: "Try the page itself."}
    said = message.get(why.status_code, why.detail)
    made = told(request, why.status_code, said)
    made.headers.update(why.headers or {})
    return made


async def _expired(request: Request, why: Exception) -> Response:
    """What was typed into a form that has expired comes back, to be sent again with one button."""
    from whipcount.desk.doors.carried import Carried, unpacked
    from whipcount.desk.doors.pages import again_page, login_page

    assert isinstance(why, Expired)
    if wants_data(request) or not why.typed:
        return told(request, 403, f"{why.detail} Go back and open the page anew.")
    if request.url.path == "/login":
        form = unpacked(request.app.state.doors.secret, why.carried) if why.carried else None
        if form is not None and request.state.person is not None:  # logged in meanwhile, in another window
            return again_page(request, form, token_of(request), "You are logged in.", 403)
        return login_page(request, 403, dict(why.typed), carried=why.carried, message=why.detail)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return again_page(request, Carried(path, why.typed, files=True), token_of(request), why.detail, 403)


async def _working(request: Request, why: Exception) -> Response:
    assert isinstance(why, StillWorking)
    if wants_data(request):
        data = {"status": 202, "working_on": why.what}
        made = Response(json.dumps(data), 202, media_type=MEDIA["json"])
    else:
        made = Response(render("working.html", request, what=why.what, again=AGAIN), 202, media_type=MEDIA["html"])
    made.headers["retry-after"] = str(AGAIN)
    made.headers["cache-control"] = "no-store"
    return made


async def _fault(request: Request, why: Exception) -> Response:
    log.error("%s %r failed", request.method, request.url.path, exc_info=why)
    made = told(request, 500, "It is noted in the log. Try again; if it happens again, tell whoever runs this desk.")
    # Faults are answered outside of all middleware.
    for name, value in HEADERS:
        made.headers[name.decode()] = value.decode()
    return made
