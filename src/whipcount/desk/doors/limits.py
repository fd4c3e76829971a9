"""How often and how much: token buckets by key, and the size of what may be sent."""

from __future__ import annotations

import asyncio
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


ARRIVES = 120.0
"""Seconds in which a body must have arrived."""


class Sized:
    """Middleware that stops reading a body where it passes `most` bytes, whatever its header said, or drips for too long."""

    def __init__(self, app: ASGIApp, most: int, seconds: float = ARRIVES) -> None:
        self.app, self.most, self.seconds = app, most, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its body up to the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        claimed = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if claimed.isdigit() and int(claimed) > self.most:
            await self._too_much(send)
            return
        had, started, over, late, whole = 0, False, False, False, False
        until = time.monotonic() + self.seconds

        async def counted() -> Message:
            nonlocal had, over, late, whole
            try:
                # Once it is whole, what is waited for is that the browser goes away, and that may take any time.
                message = await (receive() if whole else asyncio.wait_for(receive(), max(until - time.monotonic(), 0)))
            except TimeoutError:
                over = late = True
                raise TooMuch from None
            whole = whole or not message.get("more_body", False)
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
            await (
                _refuse(send, 408, f"That took longer to arrive than {self.seconds:g} seconds.")
                if late
                else self._too_much(send)
            )

    async def _too_much(self, send: Send) -> None:
        await _refuse(send, 413, f"That is too much at once: {self.most / 1e6:g} MB is the most that this desk takes.")


async def _refuse(send: Send, status: int, said: str) -> None:
    body = f"{said}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
