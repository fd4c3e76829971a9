"""How often and how much: token buckets by key, and the size of what may be sent."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True)
class Rate:
    """`burst` at once, and then one every `every` seconds."""

    burst: int
    every: float


LOGINS = Rate(8, 30.0)
WRITES = Rate(120, 0.25)
HEAVY = Rate(30, 1.0)


class Buckets:
    """Token buckets for a bounded number of keys; the longest unused goes first. Safe to use from several threads."""

    def __init__(self, rate: Rate, keys: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.keys, self.clock = rate, keys, clock
        self._full: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str) -> float:
        """Take one: 0.0 if there was one, else the seconds until there is."""
        now = self.clock()
        with self._lock:
            left, at = self._full.pop(key, (float(self.rate.burst), now))
            left = min(self.rate.burst, left + (now - at) / self.rate.every)
            wait = 0.0 if left >= 1 else (1 - left) * self.rate.every
            self._full[key] = (left - 1 if left >= 1 else left, now)
            while len(self._full) > self.keys:
                self._full.popitem(last=False)
        return wait

    def clear(self, key: str) -> None:
        """Forget what was taken under a key."""
        with self._lock:
            self._full.pop(key, None)


class TooMuch(Exception):
    """More was sent than the desk takes."""


class Sized:
    """Middleware that stops reading a body where it passes `most` bytes, whatever its header said."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its body up to the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        claimed = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if claimed.isdigit() and int(claimed) > self.most:
            await _refuse(send, self.most)
            return
        had, started, over = 0, False, False

        async def counted() -> Message:
            nonlocal had, over
            message = await receive()
            had += len(message.get("body", b""))
            if had > self.most:
                over = True
                raise TooMuch
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            # Whoever was parsing the body has its own words for what stopped it; ours say how much is taken.
            if over and not started:
                return
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except TooMuch:
            if started:
                raise
        if over and not started:
            await _refuse(send, self.most)


async def _refuse(send: Send, most: int) -> None:
    body = f"That is too much at once: {most / 1e6:.0f} MB is the most that this desk takes.\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
