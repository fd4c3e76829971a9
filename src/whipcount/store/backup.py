"""A copy of the whole store while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from whipcount.errors import UsageError, WhipcountError
from whipcount.store.connect import Database
from whipcount.store.part import Part

PAGES = 4096


class Backups(Part):
    """Backups of a store."""

    def backup(self, path: str | Path) -> Path:
        """Copy the store to a new file while others read and write it; it is whole when it stands under its name.

        SQLite: a database like the store, to be opened as one. PostgreSQL: an archive by `pg_dump`, for `pg_restore`.
        Raises `UsageError` if the file exists, `WhipcountError` if it cannot be made.
        """
        target = Path(path)
        if target.exists():
            raise UsageError(f"'{target}' is there already. Name a new file, so that no backup is written over.")
        if not target.absolute().parent.is_dir():
            raise UsageError(f"There is no folder '{target.parent}'. Make it first.")
        fresh = target.with_name(f".{target.name}.part")
        try:
            (_sqlite if self.database.sqlite else _postgres)(self.database, fresh)
            _to_disk(fresh)
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
        return target


def _sqlite(database: Database, fresh: Path) -> None:
    fresh.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(str(database.url.database), timeout=30)) as source,
            closing(sqlite3.connect(fresh)) as copy,
        ):
            source.backup(copy, pages=PAGES)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except (sqlite3.Error, OSError) as why:
        raise WhipcountError(f"The backup could not be made: {why}.") from None
    if found != "ok":
        raise WhipcountError(f"The backup is not sound ({found}). Run `whipcount store check`.")


def _postgres(database: Database, fresh: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise UsageError(
            "pg_dump is not on the path. Install PostgreSQL's client programs, or ask for a backup on the server."
        )
    url = database.url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(database.url.password)} if database.url.password else {}
    done = subprocess.run(  # noqa: S603
        [program, "--format=custom", "--no-password", f"--file={fresh}", f"--dbname={url}"],
        env=os.environ | secret,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise WhipcountError(f"pg_dump could not make the backup: {done.stderr.strip()[:500]}")


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
