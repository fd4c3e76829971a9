"""The store for its owner: how large it is and of which form, whether it is sound, and a copy of it on its way to a browser."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from whipcount.errors import UsageError

if TYPE_CHECKING:
    from whipcount.desk.worker import Step
    from whipcount.desk.working import Desk
    from whipcount.store import Job, Store

CHECK = "check the store"
"""The kind of job that checks it."""
PIECE = 1 << 18
"""Bytes of a copy that are held at once on their way."""
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Facts:
    """What a store is.

    database  `SQLite` or `PostgreSQL`
    form      the step of its tables' form, and the newest that this whipcount knows
    bytes     of the database; `journal_bytes` of them SQLite has not yet folded into the file
    rows      of each table
    """

    name: str
    database: str
    form: str
    newest: str
    bytes: int
    journal_bytes: int
    rows: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def facts(store: Store) -> Facts:
    """What a store is and how large."""
    from sqlalchemy import Connection, func, select, text

    from whipcount.store.migrate import HEAD, revision
    from whipcount.store.schema import METADATA

    database = store.database

    def look(connection: Connection) -> tuple[str, int, dict[str, int]]:
        rows = {
            table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in METADATA.sorted_tables
        }
        size = (
            0
            if database.sqlite
            else connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        )
        return revision(connection) or "", int(size), dict(sorted(rows.items()))

    form, size, rows = database.read(look)
    beside = 0
    if database.sqlite:
        file = Path(str(database.url.database))
        beside = _size(file.with_name(f"{file.name}-wal"))
        size = _size(file) + beside
    return Facts(store.name, "SQLite" if database.sqlite else "PostgreSQL", form, HEAD, size, beside, rows)


def _size(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0


# -- sound? -------------------------------------------------------------------------------------------------------------


def check_store(desk: Desk, arguments: Mapping[str, Any], who: str, step: Step) -> dict[str, Any]:
    """A job: `whipcount store check`."""
    del arguments, who
    step(0, 1, "every event, row, folder and quote")
    return desk.store.check().to_json()


def last_check(store: Store) -> Job | None:
    """The newest check that was asked for."""
    return next((job for job in store.jobs(limit=1_000) if job.kind == CHECK), None)


# -- a copy -------------------------------------------------------------------------------------------------------------


def copy_name(store: Store) -> str:
    """What a copy that is made now is called."""
    kind = "db" if store.database.sqlite else "pgdump"
    return f"whipcount-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.{kind}"


def copied(store: Store) -> tuple[BinaryIO, int]:
    """A consistent copy of the store as it is read and written: an open file that is on no disk's list any more, and its size.

    Raises what `Store.backup` raises, and `UsageError` while another copy is being made: each takes the room of the store.
    """
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        raise UsageError("Another copy is being made. Try again when it has come.")
    folder = tempfile.mkdtemp(prefix="whipcount-backup-")
    try:
        made = store.backup(Path(folder) / "copy")
        file = made.open("rb")
        return file, made.stat().st_size
    finally:
        # Where the system lets go of open files' names, nothing is left behind whatever becomes of the browser.
        shutil.rmtree(folder, ignore_errors=True)
        _ONE_AT_A_TIME.release()


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """A file piece by piece; closed at its end."""
    with file:
        while piece := file.read(PIECE):
            yield piece
