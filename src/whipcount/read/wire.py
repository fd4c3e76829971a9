"""Talking to servers of strangers up to a time and no longer, however slowly they drip."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


def in_time(work: Callable[[], T], until: float) -> T:
    """What `work` gives, or raises; `TimeoutError` if it is not done at a time (monotonic seconds).

    For what takes no time limit, as the resolver of names. The work goes on in a thread that nobody waits for, also at the end.
    """
    done: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), None))
        except BaseException as why:
            done.put((None, why))

    Thread(target=run, name="in-time", daemon=True).start()
    try:
        found, why = done.get(timeout=max(until - time.monotonic(), 0.0))
    except Empty:
        raise TimeoutError from None
    if why is not None:
        raise why
    return found  # type: ignore[return-value]


class _Late:
    """A socket each of whose calls gets what is left of the time until `until` (monotonic seconds).

    A plain time-out counts from byte to byte: a server that sends one every few seconds would hold us for ever.
    """

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock, self._until = sock, until

    def __call__(self) -> socket.socket:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._sock


class _Incoming(io.RawIOBase):
    def __init__(self, late: _Late) -> None:
        self._late = late

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._late().recv_into(buffer)


class Wire:
    """As much of a socket as `http.client` uses. Whoever opened the socket closes it."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._late = _Late(sock, until)

    def sendall(self, data: Any) -> None:
        """Send it all, or `TimeoutError`."""
        self._late().sendall(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """What the answer is read from."""
        return io.BufferedReader(_Incoming(self._late))

    def close(self) -> None:
        """Nothing: the answer may still be read."""
