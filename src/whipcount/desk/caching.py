"""What was made once is kept: finished answers by their bytes, computed things by their number.

Both are bounded, and drop what was used least recently. A thing that several ask for at once is made once: the others wait.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar, cast

T = TypeVar("T")
SMALL = 600
"""Bytes below which an answer is not worth packing."""


@dataclass(frozen=True)
class Answer:
    """A finished answer: its bytes, plain and packed, and the tag by which a browser knows that it has it already."""

    body: bytes
    media: str
    packed: bytes | None
    tag: str
    status: int = 200
    filename: str | None = None

    @property
    def size(self) -> int:
        """Bytes that it takes to keep."""
        return len(self.body) + len(self.packed or b"")


def answer(body: bytes, media: str, *, status: int = 200, filename: str | None = None) -> Answer:
    """An answer made ready to be sent many times."""
    text = not media.startswith("image/png")
    packed = gzip.compress(body, 5, mtime=0) if text and len(body) > SMALL else None
    return Answer(body, media, packed, f'"{hashlib.sha256(body).hexdigest()[:20]}"', status, filename)


class Answers:
    """Finished answers up to so many bytes. Safe to use from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Answer | None:
        """The answer with this key, if it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, made: Answer) -> None:
        """Keep an answer, and drop the least used until all fit."""
        with self._lock:
            before = self._kept.pop(key, None)
            self._size += made.size - (before.size if before else 0)
            self._kept[key] = made
            while self._size > self._limit and self._kept:
                self._size -= self._kept.popitem(last=False)[1].size


class Flights:
    """What several threads ask for at once is made once; the others wait for it, and share what it raises."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, Future[object]] = {}
        self._lock = Lock()

    @property
    def busy(self) -> bool:
        """Whether anything is being made."""
        return bool(self._under_way)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes, here or in the thread that asked first."""
        with self._lock:
            other = self._under_way.get(key)
            mine: Future[object] = Future()
            if other is None:
                self._under_way[key] = mine
        if other is not None:
            return cast("T", other.result())
        try:
            made = make()
        except BaseException as why:
            mine.set_exception(why)
            raise
        else:
            mine.set_result(made)
            return made
        finally:
            with self._lock:
                del self._under_way[key]


class Things:
    """Computed things, so many at the most; each made once, however many ask for it. Safe to use from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._flights = Flights()
        self._lock = Lock()

    def peek(self, key: Hashable) -> object | None:
        """The thing with this key, if it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing with this key, made if need be. What `make` raises is not kept."""
        found = self.peek(key)
        return cast("T", found) if found is not None else self._flights.once(key, lambda: self._made(key, make))

    def _made(self, key: Hashable, make: Callable[[], T]) -> T:
        found = self.peek(key)
        if found is not None:
            return cast("T", found)
        made = make()
        self.put(key, made)
        return made

    def put(self, key: Hashable, thing: object) -> None:
        """Keep a thing, and drop the least used."""
        with self._lock:
            self._kept[key] = thing
            self._kept.move_to_end(key)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
