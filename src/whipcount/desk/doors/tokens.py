"""Forms that only this desk's own pages can send.

Three things must hold of a request that changes anything: the browser says that it comes from this desk (`Origin` or
`Sec-Fetch-Site`, checked for every such request by `Doors`), a cookie that other sites' requests do not carry (SameSite), and a token
in the form that is made from that cookie and the desk's secret (OWASP's signed double submit).
"""

from __future__ import annotations

import hashlib
import hmac

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

FIELD, HEADER = "_token", "x-whipcount-token"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
AGAIN = "This form has expired: it was opened before you logged in, or before the desk was started again. Go back, reload and send it again."


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
    given = request.headers.get(HEADER) or _in_form(await request.form())
    if not hmac.compare_digest(given.encode(), token_of(request).encode()):
        raise HTTPException(403, AGAIN)


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
