"""Forms that only this desk's own pages can send.

Three things must hold of a request that changes anything: the browser says that it comes from this desk (`Origin` or
`Sec-Fetch-Site`, checked for every such request by `Doors`), a cookie that other sites' requests do not carry (SameSite), and a token
in the form that is made from that cookie and the desk's secret (OWASP's signed double submit).
"""

from __future__ import annotations

import hashlib
import hmac

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

FIELD, HEADER, CARRIED = "_token", "x-whipcount-token", "carried"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
AGAIN = "This form has expired: it was opened before you logged in, or before the desk was started again."
PART, FILES = 4_200_000, 16
"""Bytes of one typed field, and files, that a form may have at the most."""


class Expired(HTTPException):
    """A form without this visit's token. `typed` is what was in it, and may be shown to whoever sent it; `carried` a form that
    went with it, as it was packed.
    """

    def __init__(self, typed: tuple[tuple[str, str], ...] = (), carried: str = "") -> None:
        super().__init__(403, AGAIN)
        self.typed, self.carried = typed, carried


def made(secret: bytes, visit: str) -> str:
    """The token of a visit."""
    return hmac.new(secret, b"form " + visit.encode(), hashlib.sha256).hexdigest()


def token_of(request: Request) -> str:
    """The token for the forms of the page that is being made."""
    return made(request.app.state.doors.secret, request.state.visit)


async def tokened(request: Request) -> None:
    """A dependency of every route that changes something: refused (403) without this visit's token in form or header."""
    if request.method not in UNSAFE:
        return
    form = await _read(request)
    given = request.headers.get(HEADER) or _in_form(form)
    if not hmac.compare_digest(given.encode(), token_of(request).encode()):
        raise Expired(typed_in(form) if surely_from_here(request) else (), _carried(form, request))
    # For whoever has to say later that it could not be done.
    request.state.typed, request.state.files = typed_in(form), has_files(form)


async def _read(request: Request) -> FormData:
    """The form, read once for all who ask for it later. Refused (400) where its words are no text in any encoding."""
    form = await request.form(max_files=FILES, max_part_size=PART)
    try:
        for name, value in form.multi_items():
            f"{name}{value.filename if isinstance(value, UploadFile) else value}".encode()
    except UnicodeEncodeError:
        raise HTTPException(400, "The form holds something that is no text.") from None
    return form


def typed_in(form: FormData) -> tuple[tuple[str, str], ...]:
    """What was typed; no secrets, and no files, which a browser does not send twice."""
    secret = (FIELD, CARRIED, "password", "old", "new")
    return tuple((name, value) for name, value in form.multi_items() if isinstance(value, str) and name not in secret)


def has_files(form: FormData) -> bool:
    """Whether a file was chosen."""
    return any(isinstance(value, UploadFile) and value.filename for _, value in form.multi_items())


def surely_from_here(request: Request) -> bool:
    """Whether a browser said in so many words that one of this desk's own pages sent it."""
    return request.headers.get("sec-fetch-site") == "same-origin" or "origin" in request.headers


def _carried(form: FormData, request: Request) -> str:
    value = form.get(CARRIED, "")
    return value if isinstance(value, str) and surely_from_here(request) else ""


def _in_form(form: FormData) -> str:
    value = form.get(FIELD, "")
    return value if isinstance(value, str) else ""


def from_here(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of this desk. No word of it (no browser) passes."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host", "")
