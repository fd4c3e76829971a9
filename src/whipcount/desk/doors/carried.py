"""What was typed into a form whose session had ended: carried through the login page, and shown again after it.

The form goes with the login page as one field: packed, signed with the desk's secret, with the day it was packed. Nothing of it is kept
here, no secret and no file is in it, and it is never sent by itself: after logging in it is shown, with the token of the new visit,
to be sent by whoever reads it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from whipcount.desk.doors.tokens import CARRIED, FILES, has_files, surely_from_here, typed_in

MOST = 200_000
"""Characters of a packed form that go with a login page; what is longer has to be sent anew."""
LASTS = 24 * 3600
"""Seconds for which a packed form is taken back."""


@dataclass(frozen=True)
class Carried:
    """A form that was sent: to where, what was typed, and whether a file was chosen, which has to be chosen again."""

    path: str
    typed: tuple[tuple[str, str], ...]
    files: bool = False


def packed(secret: bytes, form: Carried, at: float | None = None) -> str | None:
    """A form as one field; None where it is too long."""
    plain = json.dumps([int(at or time.time()), form.path, form.typed, form.files]).encode()
    text = base64.urlsafe_b64encode(zlib.compress(plain, 9)).decode()
    return f"{_signed(secret, text)}.{text}" if len(text) <= MOST else None


def unpacked(secret: bytes, field: str, at: float | None = None) -> Carried | None:
    """The form in a field; None for anything that this desk did not pack, or packed too long ago."""
    signature, _, text = field.partition(".")
    if len(text) > MOST or not hmac.compare_digest(signature.encode(), _signed(secret, text).encode()):
        return None
    try:
        packed_at, path, typed, files = json.loads(zlib.decompress(base64.urlsafe_b64decode(text)))
    except (ValueError, zlib.error, binascii.Error):
        return None
    fresh = 0 <= (at or time.time()) - packed_at <= LASTS
    return Carried(path, tuple((name, value) for name, value in typed), files) if fresh else None


def _signed(secret: bytes, text: str) -> str:
    return hmac.new(secret, b"carried " + text.encode(), hashlib.sha256).hexdigest()


async def sent_form(request: Request, most: int) -> Carried | None:
    """The form that somebody sent who is not logged in, up to so many bytes; None for what is longer, broken, or surely not
    from one of this desk's pages. What is longer is read to its end and dropped, so that a browser waits for the answer.
    """
    body = await _body(request, most)
    if body is None or not surely_from_here(request):
        return None

    async def again() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        form = await Request(request.scope, again).form(max_files=FILES, max_part_size=most)
        typed = typed_in(form)
        json.dumps(typed).encode()
        "".join(value for pair in typed for value in pair).encode()
    except (HTTPException, MultiPartException, UnicodeEncodeError):
        return None
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    files = has_files(form)
    await form.close()
    return Carried(path, typed, files) if typed else None


async def _body(request: Request, most: int) -> bytes | None:
    kept: list[bytes] | None = []
    had = 0
    try:
        async for piece in request.stream():
            had += len(piece)
            kept = [*kept, piece] if kept is not None and had <= most else None
    except ClientDisconnect:
        return None
    return b"".join(kept) if kept is not None else None


def came_from(request: Request) -> str:
    """The page of this desk that a form was on, as the browser says; "" where it does not."""
    page = urlsplit(request.headers.get("referer", ""))
    if page.netloc != request.headers.get("host", "") or page.path == "/login":
        return ""
    return page.path + (f"?{page.query}" if page.query else "")


__all__ = ["CARRIED", "Carried", "came_from", "packed", "sent_form", "unpacked"]
