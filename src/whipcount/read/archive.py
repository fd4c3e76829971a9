"""Reading an archive to its end: in batches, on several cores, in constant memory, and on from where it stopped.

A journal (SQLite) keyed by the hash of each document's text holds its claims as JSON lines. A batch is written in one
transaction: after a kill nothing is lost that was committed, nothing is read twice, and copies of a text are read once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from whipcount.read.cast import Person
from whipcount.read.claim import Claim
from whipcount.read.document import Document
from whipcount.read.reader import Reader

_TABLES = """
create table if not exists documents (hash text primary key, source text not null, claims text not null) without rowid;
create table if not exists files (name text primary key, size integer, changed integer) without rowid;
create table if not exists settings (name text primary key, value text not null) without rowid;
"""


class Journal:
    """What has been read so far. Opened with the same reader's settings each time; others raise `ValueError`."""

    def __init__(self, path: Path, settings: str = "") -> None:
        self.db = sqlite3.connect(path)
        self.db.execute("pragma journal_mode = wal")
        self.db.executescript(_TABLES)
        self.db.execute("insert or ignore into settings values ('reader', ?)", (settings,))
        self.db.commit()
        (held,) = self.db.execute("select value from settings where name = 'reader'").fetchone()
        if held != settings:
            raise ValueError("the journal was made with other people in play or another threshold")

    def has_file(self, path: Path) -> bool:
        """Whether this very file (by name, size and time of change) was read to its end."""
        stat = path.stat()
        found = self.db.execute("select size, changed from files where name = ?", (str(path),)).fetchone()
        return bool(found == (stat.st_size, stat.st_mtime_ns))

    def has(self, document: Document) -> bool:
        """Whether this text was read, from whatever file."""
        return self.db.execute("select 1 from documents where hash = ?", (document.fingerprint,)).fetchone() is not None

    def add(self, batch: Sequence[tuple[Document, Sequence[Claim]]]) -> None:
        """Write a batch, whole or not at all."""
        with self.db:
            for document, claims in batch:
                lines = "\n".join(
                    json.dumps(c.row() | {"document": document.source}, ensure_ascii=False) for c in claims
                )
                self.db.execute(
                    "insert or ignore into documents values (?, ?, ?)", (document.fingerprint, document.source, lines)
                )
                path = Path(document.source)
                if path.is_file():
                    stat = path.stat()
                    self.db.execute(
                        "insert or replace into files values (?, ?, ?)",
                        (document.source, stat.st_size, stat.st_mtime_ns),
                    )

    def lines(self) -> Iterator[str]:
        """The claims of everything read, as JSON lines, by source."""
        for (text,) in self.db.execute("select claims from documents order by source, hash"):
            yield from (line for line in text.split("\n") if line)

    def count(self) -> int:
        """How many documents were read."""
        (n,) = self.db.execute("select count(*) from documents").fetchone()
        return int(n)

    def close(self) -> None:
        """Close the journal."""
        self.db.close()


_READER: list[Reader] = []


def _start(roster: tuple[Person, ...], leader: str | None, threshold: float | None) -> None:
    _READER[:] = [Reader(roster, leader, threshold)]


def _work(documents: list[Document]) -> list[tuple[Document, list[Claim]]]:
    return list(zip(documents, _READER[0].read_many(documents), strict=True))


def read_archive(
    documents: Iterable[Document],
    journal: Journal,
    *,
    roster: Sequence[Person] = (),
    leader: str | None = None,
    threshold: float | None = None,
    workers: int = 2,
    batch: int = 32,
    progress: Callable[[int], Any] = lambda _: None,
) -> int:
    """Read every document that the journal does not hold; how many those were. At most two batches a worker are in flight."""
    seen: set[str] = set()

    def fresh() -> Iterator[Document]:
        for document in documents:
            key = document.fingerprint
            if key in seen or journal.has(document):
                progress(1)
                continue
            seen.add(key)
            yield document

    done = 0
    source = fresh()
    if workers <= 1:
        _start(tuple(roster), leader, threshold)
        while group := list(islice(source, batch)):
            done += _keep(journal, _work(group), seen, progress)
        return done
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, (tuple(roster), leader, threshold)) as pool:
        flying: list[Future[list[tuple[Document, list[Claim]]]]] = []
        for group in iter(lambda: list(islice(source, batch)), []):
            flying.append(pool.submit(_work, group))
            if len(flying) >= 2 * workers:
                done += _keep(journal, flying.pop(0).result(), seen, progress)
        for future in flying:
            done += _keep(journal, future.result(), seen, progress)
    return done


def _keep(
    journal: Journal, made: list[tuple[Document, list[Claim]]], seen: set[str], progress: Callable[[int], Any]
) -> int:
    journal.add(made)
    seen.difference_update(document.fingerprint for document, _ in made)
    progress(len(made))
    return len(made)
