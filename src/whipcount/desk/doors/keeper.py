"""The door keeper: middleware that finds out who asks, and turns away what should not come in.

In order: the name by which the desk is called (against DNS rebinding), where a change comes from, how often, and who is logged in. What it
finds is in `request.state`: `person`, and `visit` (a cookie of this browser, from which the tokens of forms are made).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from whipcount.desk.doors.limits import HEAVY, LOGINS, WRITES, Buckets, Sized
from whipcount.desk.doors.people import ALONE, Person
from whipcount.desk.doors.tokens import UNSAFE, from_here
from whipcount.store.errors import StoreAway

if TYPE_CHECKING:
    from whipcount.store import Store

LASTS, KNOWN = timedelta(days=14), timedelta(days=365)
OPEN = frozenset({"/login", "/healthz"})
FILES = "/static/"
"""What may be seen without having logged in: these addresses, and what lies below that one."""
STRANGER = 400_000
"""Bytes that somebody may send who has not logged in: as much as a form that is carried through the login page."""
HOME = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
"""What a desk on one's own machine is called; any other name is somebody else's page that was pointed here."""


@dataclass(frozen=True)
class Refusal:
    """Why a request is turned away: status, what to say, and seconds after which to try again."""

    status: int
    message: str
    wait: float = 0.0


class Doors:
    """What the desk knows of who may come in. `store` is needed only where there are accounts (`public`)."""

    def __init__(
        self, secret: bytes, *, public: bool = False, store: Store | None = None, called: Iterable[str] = ()
    ) -> None:
        self.secret, self.public, self.store = secret, public, store
        self.called = frozenset(called) | (frozenset() if public else HOME)
        self.logins, self.writes, self.heavy = Buckets(LOGINS), Buckets(WRITES), Buckets(HEAVY)

    # -- cookies ----------------------------------------------------------------------------------------------------

    @property
    def session_cookie(self) -> str:
        """The name of the cookie of a login; `__Host-` makes browsers insist on https, this host and every path."""
        return "__Host-whipcount" if self.public else "whipcount"

    @property
    def visit_cookie(self) -> str:
        """The name of the cookie of a visit."""
        return f"{self.session_cookie}-visit"

    @property
    def known_cookie(self) -> str:
        """The name of the cookie that tells a browser in which somebody has logged in before."""
        return f"{self.session_cookie}-known"

    def keep(self, response: Response, name: str, value: str, lasts: timedelta | None = None) -> None:
        """Set a cookie that scripts cannot read and other sites' requests do not carry."""
        age = int(lasts.total_seconds()) if lasts else None
        response.set_cookie(name, value, max_age=age, path="/", httponly=True, secure=self.public, samesite="lax")

    # -- logging in and out -----------------------------------------------------------------------------------------

    def open_session(self, response: Response, name: str, visit: str | None = None) -> None:
        """Log somebody in: a new session and a new visit (given where a form of it is shown), so that nothing known before is
        worth anything.
        """
        assert self.store is not None
        token = secrets.token_urlsafe(32)
        self.store.add_session(digest(token), name, datetime.now(UTC) + LASTS)
        self.keep(response, self.session_cookie, token, LASTS)
        self.keep(response, self.visit_cookie, visit or secrets.token_urlsafe(32))
        self.keep(response, self.known_cookie, self.mark_of(name), KNOWN)

    def mark_of(self, name: str) -> str:
        """What a browser keeps in which an account has logged in: strangers who guess at its name do not lock it out there."""
        return hmac.new(self.secret, b"known " + name.casefold().encode(), hashlib.sha256).hexdigest()

    def knows(self, request: Request, name: str) -> bool:
        """Whether an account of this name has logged in with the browser before."""
        return hmac.compare_digest(request.cookies.get(self.known_cookie, "").encode(), self.mark_of(name).encode())

    def close_session(self, request: Request, response: Response) -> None:
        """Log somebody out, here and in the store."""
        token = request.cookies.get(self.session_cookie)
        if token and self.store is not None:
            self.store.end_session(digest(token))
        for name in (self.session_cookie, self.visit_cookie):
            response.delete_cookie(name, path="/", httponly=True, secure=self.public, samesite="lax")

    def person(self, cookies: Mapping[str, str]) -> Person | None:
        """Who these cookies belong to; on one's own machine always `ALONE`."""
        if not self.public:
            return ALONE
        token = cookies.get(self.session_cookie)
        found = self.store.session(digest(token)) if token and self.store is not None else None
        return Person(found.user.name, found.user.role, account=True) if found else None

    # -- what is turned away ----------------------------------------------------------------------------------------

    def refusal(self, request: Request, person: Person | None) -> Refusal | None:
        """Why a request is turned away; None if it may pass."""
        if self.called and _host(request) not in self.called:
            return Refusal(421, f"This desk is not called {_host(request)!r}. On this machine it is http://localhost.")
        if request.method not in UNSAFE:
            return None
        if not from_here(request):
            return Refusal(403, "This came from another site's page. Open the desk itself and send it from there.")
        wait = self.writes.take(person.name if person and person.account else client(request))
        return Refusal(429, f"That was a lot at once. Try again in {wait:.0f} seconds.", wait) if wait else None


class Keeper:
    """The middleware. It reads `app.state.doors`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, with who asks in its state, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        doors: Doors = request.app.state.doors
        cookies = request.cookies
        visit = cookies.get(doors.visit_cookie) or secrets.token_urlsafe(32)
        try:
            person = None if request.url.path.startswith(FILES) else await _person(doors, cookies)
        except StoreAway as why:
            request.state.visit = visit
            await (await _away(request, doors, why))(scope, receive, send)
            return
        request.state.person, request.state.visit = person, visit
        new = doors.visit_cookie not in cookies
        turned = self._turned(request, doors, person)
        if turned is None and person is None and not _open(request.url.path):
            turned = await log_in_again(request)
        if turned is not None:
            await turned(scope, receive, _with_visit(send, doors, visit) if new else send)
            return
        inner = self.app if person is not None else Sized(self.app, STRANGER)
        await inner(scope, receive, _with_visit(send, doors, visit) if new else send)

    @staticmethod
    def _turned(request: Request, doors: Doors, person: Person | None) -> Response | None:
        from whipcount.desk.errors import told, wants_data

        refused = doors.refusal(request, person)
        if refused is not None:
            response = told(request, refused.status, refused.message)
            if refused.wait:
                response.headers["retry-after"] = str(max(1, round(refused.wait)))
            return response
        path = request.url.path
        if person is not None or _open(path):
            return None
        if wants_data(request) or (request.method in UNSAFE and "hx-request" in request.headers):
            return told(request, 401, "Log in first, at /login.")
        if request.method in UNSAFE:
            return None  # a form: it is read first
        asked = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(
            f"/login?next={quote(asked, safe='')}", status_code=303, headers={"cache-control": "no-store"}
        )


async def _away(request: Request, doors: Doors, why: StoreAway) -> Response:
    """The database does not answer, so that nobody knows who asks. A form is shown to be sent again, as it was."""
    from whipcount.desk.doors.carried import sent_form
    from whipcount.desk.errors import away

    sent = request.method in UNSAFE and request.url.path not in OPEN and doors.refusal(request, None) is None
    return away(request, why, await sent_form(request, STRANGER) if sent else None)


def _open(path: str) -> bool:
    return path in OPEN or path.startswith(FILES)


async def log_in_again(request: Request) -> Response:
    """The login page (401) in answer to a form that was sent after its session had ended, with what was typed into it."""
    from whipcount.desk.doors.carried import came_from, packed, sent_form
    from whipcount.desk.doors.pages import login_page

    form = await sent_form(request, STRANGER)
    carried = packed(request.app.state.doors.secret, form) if form else None
    return login_page(request, 401, {"next": came_from(request)}, carried=carried or "", ended=True)


async def _person(doors: Doors, cookies: Mapping[str, str]) -> Person | None:
    if not doors.public:
        return ALONE
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(doors.person, cookies)


def _with_visit(send: Send, doors: Doors, visit: str) -> Send:
    """Set the cookie of the visit where a page was made that can hold a form: what is shared between readers holds none."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = dict(message["headers"])
            if b"no-store" in names.get(b"cache-control", b"") and doors.visit_cookie.encode() not in names.get(
                b"set-cookie", b""
            ):
                carrier = Response()
                doors.keep(carrier, doors.visit_cookie, visit)
                set_cookie = [pair for pair in carrier.raw_headers if pair[0] == b"set-cookie"]
                message = {**message, "headers": [*message["headers"], *set_cookie]}
        await send(message)

    return sending


def _host(request: Request) -> str:
    host = request.headers.get("host", "")
    return host if host.endswith("]") else host.rpartition(":")[0] or host


def client(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else "unknown"


def digest(token: str) -> str:
    """What the store keeps of a token, so that nobody can log in with what they read there."""
    return hashlib.sha256(token.encode()).hexdigest()
