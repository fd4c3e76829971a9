"""The journal of an archive: what was read, in a SQLite file, so that a run can be broken off at any moment.

A batch is one transaction. Nothing of the journal is held in memory: what was read is asked of the file, by the hash of a text or
by a file's name, size and time of change.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from whipcount.errors import UsageError
from whipcount.read.claim import Claim
from whipcount.read.document import Document

_TABLES = """
create table if not exists documents (hash text primary key, source text not null, claims text not null) without rowid;
create table if not exists files (name text primary key, size integer, changed integer) without rowid;
create table if not exists settings (name text primary key, value text not null) without rowid;
"""


class Journal:
    """What has been read so far. Opened with the same reader's settings each time; others raise `UsageError`."""

    def __init__(self, path: Path, settings: str = "") -> None:
        try:
            self.db = sqlite3.connect(path, timeout=30)
            self._open(settings)
        except sqlite3.DatabaseError as why:
            raise UsageError(f"{path} can't be used as a journal ({why}). Name another file.") from None
        (held,) = self.db.execute("select value from settings where name = 'reader'").fetchone()
        if held != settings:
            raise UsageError(
                f"{path} can't be gone on with: it was made with other people in play, another threshold or another "
                "version. Name another journal."
            )

    def _open(self, settings: str) -> None:
        self.db.execute("pragma journal_mode = wal")
        # Safe against a kill of the process; what a power cut may take are the last batches, never the file.
        self.db.execute("pragma synchronous = normal")
        self.db.executescript(_TABLES)
        self.db.execute("insert or ignore into settings values ('reader', ?)", (settings,))
        self.db.commit()

    def has_file(self, path: Path) -> bool:
        """Whether this very file (by name, size and time of change) was read to its end, so that it need not be opened."""
        found = self.db.execute("select size, changed from files where name = ?", (_plain(str(path)),)).fetchone()
        return found is not None and found == _stamp(path)

    def has(self, document: Document) -> bool:
        """Whether this text was read, from whatever file."""
        return self.db.execute("select 1 from documents where hash = ?", (document.fingerprint,)).fetchone() is not None

    def seen(self, document: Document) -> None:
        """Remember the file of a copy, if its text is in the journal, so that it need not be opened again."""
        if self.has(document):
            with self.db:
                self._file(document)

    def add(self, batch: Sequence[tuple[Document, Sequence[Claim]]]) -> None:
        """Write a batch, whole or not at all."""
        with self.db:
            for document, claims in batch:
                source = _plain(document.source)
                lines = "\n".join(json.dumps({"document": source} | c.row(), ensure_ascii=False) for c in claims)
                self.db.execute(
                    "insert or ignore into documents values (?, ?, ?)", (document.fingerprint, source, _plain(lines))
                )
                self._file(document)

    def _file(self, document: Document) -> None:
        """The file behind a document; entries of a feed have an address for their source, which is no file."""
        stamp = _stamp(Path(document.source))
        if stamp is not None:
            self.db.execute("insert or replace into files values (?, ?, ?)", (_plain(document.source), *stamp))

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


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return None
    return stat.st_size, stat.st_mtime_ns


def _plain(text: str) -> str:
    """Text that SQLite can hold: a file's name may have bytes that are no characters."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
