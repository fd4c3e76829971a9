"""A socket that gives up at a time, however slowly the other side drips."""

from __future__ import annotations

import io
import socket
import time
from typing import Any


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
