"""Reading an archive to its end: in batches, on several cores or a cluster, in constant memory, and on from where it stopped.

Documents are taken in their order and given out in batches; what comes back is written batch by batch to a `Journal`. After a
kill nothing is lost that was written, nothing written is read again, and copies of a text are read once. What is held at a time
are the batches under way: their number is bounded, and so are their characters.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from threading import Lock
from typing import Any

from whipcount import __version__
from whipcount.errors import Problem
from whipcount.read.cast import Person
from whipcount.read.claim import Claim
from whipcount.read.document import Document
from whipcount.read.engine import pipeline
from whipcount.read.journal import Journal
from whipcount.read.reader import LONGEST, Reader
from whipcount.spread import Engine, spread

_ONE_AT_A_TIME = Lock()
BATCH = 32
"""Documents of one batch; fewer where they are long."""


@dataclass(frozen=True)
class Settings:
    """What a reader is made with: the people who may be meant, whose place is at stake, and the threshold."""

    roster: tuple[Person, ...] = ()
    leader: str | None = None
    threshold: float | None = None

    @property
    def key(self) -> str:
        """Sixteen digits by which a journal knows that it is gone on with by the same reader."""
        told = repr((__version__, self.roster, self.leader, self.threshold))
        return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_NOBODY = Settings()
Read = tuple[list[Claim] | None, ...]
"""The claims of each document of a batch; None where the reader broke down over one."""


def read_archive(
    documents: Iterable[Document],
    journal: Journal,
    settings: Settings = _NOBODY,
    *,
    engine: Engine = "processes",
    scheduler: str | None = None,
    workers: int = 2,
    batch: int = BATCH,
    progress: Callable[[int], Any] = lambda _: None,
    tell: Callable[[Problem], Any] = lambda _: None,
) -> int:
    """Read every document that the journal does not hold; how many those were.

    `engine` and `scheduler` as in `spread`. `progress` is told how many documents are done with, `tell` of each over which the reader
    broke down (it is not written, and the rest go on).
    """
    under_way: dict[str, Document] = {}
    fresh = _fresh(documents, journal, under_way, progress)
    done = 0
    batches = _batches(fresh, batch)
    for group, read in _spread(settings, batches, engine, scheduler, workers):
        kept = [(d, claims) for d, claims in zip(group, read, strict=True) if claims is not None]
        journal.add(kept)
        for document, claims in zip(group, read, strict=True):
            under_way.pop(document.fingerprint, None)
            if claims is None:
                tell(_broke_down(document))
        progress(len(group))
        done += len(kept)
    return done


def read_each(
    documents: Iterable[Document], settings: Settings = _NOBODY, tell: Callable[[Problem], Any] = lambda _: None
) -> Iterator[tuple[Document, list[Claim]]]:
    """Each document with its claims, in this process, with no journal. Memory does not grow with their number."""
    for group in _batches(documents, BATCH):
        for document, claims in zip(group, read_batch(settings, group), strict=True):
            if claims is None:
                tell(_broke_down(document))
            else:
                yield document, claims


def _broke_down(document: Document) -> Problem:
    return Problem(document.source, 0, "the reader broke down over this text", "Please report it, with the text.")


def _fresh(
    documents: Iterable[Document], journal: Journal, under_way: dict[str, Document], progress: Callable[[int], Any]
) -> Iterator[Document]:
    """The documents that are neither in the journal nor on their way to it."""
    for document in documents:
        key = document.fingerprint
        if key in under_way or journal.has(document):
            journal.seen(document)
            progress(1)
            continue
        under_way[key] = document
        yield document


def _batches(documents: Iterable[Document], most: int) -> Iterator[tuple[Document, ...]]:
    """Batches of at most `most` documents and, but for one too long for any, of `LONGEST` characters."""
    group: list[Document] = []
    size = 0
    for document in documents:
        if group and (len(group) >= most or size + len(document.text) > LONGEST):
            yield tuple(group)
            group, size = [], 0
        group.append(document)
        size += len(document.text)
    if group:
        yield tuple(group)


def _spread(
    settings: Settings, batches: Iterator[tuple[Document, ...]], engine: Engine, scheduler: str | None, workers: int
) -> Iterator[tuple[tuple[Document, ...], Read]]:
    """Each batch with what was read in it, in order; the batches are kept here, not sent back and forth."""
    out: deque[tuple[Document, ...]] = deque()

    def sent() -> Iterator[tuple[Document, ...]]:
        for group in batches:
            out.append(group)
            yield group

    work = partial(read_batch, settings)
    for read in spread(
        work,
        sent(),
        what="reading",
        engine=engine,
        scheduler=scheduler,
        workers=workers,
        name=lambda g: g[0].source,
        tell=False,
    ):
        yield out.popleft(), read


@lru_cache(maxsize=1)
def _reader(settings: Settings) -> Reader:
    return Reader(settings.roster, settings.leader, settings.threshold)


def read_batch(settings: Settings, group: Sequence[Document]) -> Read:
    """The claims of a batch. Pure: the same here, in another process, and on another machine."""
    reader = _reader(settings)
    # The parser remembers every word that it ever saw, unless told when it may forget; and workers of a cluster have threads.
    with _ONE_AT_A_TIME, pipeline().memory_zone():
        try:
            return tuple(reader.read_many(group))
        except Exception:
            # One text must not end the run; it is found by reading each alone.
            return tuple(_alone(reader, document) for document in group)


def _alone(reader: Reader, document: Document) -> list[Claim] | None:
    try:
        return reader.read(document)
    except Exception:
        return None
