"""Connections: SQLite with its settings, PostgreSQL with its writer's lock, and transactions that are tried again.

In: a URL or a path. Out: `Database.read(work)` and `Database.write(work)`, each of which runs `work(connection)` in one
transaction. There is one writer at a time on either database (`BEGIN IMMEDIATE`; an advisory lock), so the journal
is one chain; readers see one state throughout and wait for nobody.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, InternalError, OperationalError

from whipcount.errors import MissingExtra, UsageError, WhipcountError
from whipcount.store.errors import StoreAway

T = TypeVar("T")
DEFAULT = "whipcount.db"
BUSY_MS = 30_000
TRIES = 12
WRITER_LOCK = 0x77686970
"""Key of the advisory lock of the one writer on PostgreSQL."""
_AGAIN = {"40001", "40P01", "55P03"}
_AWAY = {"57P01", "57P02", "57P03"}
"""States of a PostgreSQL server that stops, has crashed, or is starting; those of class 08 are broken connections."""
ANSWERS = 10
"""Seconds in which a PostgreSQL server must take a connection, unless its URL says otherwise."""


def url_of(where: str | Path | None) -> URL:
    """The URL of a store: a path is a SQLite file. Raises `UsageError` for one that no store can have."""
    given = DEFAULT if where is None else where
    if isinstance(given, Path) or "://" not in given:
        return URL.create("sqlite", database=str(Path(given).absolute()))
    try:
        url = make_url(given)
    except ArgumentError:
        raise UsageError(
            "That is no address of a store. Write a path, sqlite:///FILE or postgresql://HOST/DATABASE."
        ) from None
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite":
        if not url.database or url.database == ":memory:":
            raise UsageError("A store in memory would be gone with its process. Name a file.")
        return URL.create("sqlite", database=str(Path(url.database).absolute()))
    if kind in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    raise UsageError(f"A store cannot be kept in {kind}. Write a path, sqlite:///FILE or postgresql://HOST/DATABASE.")


class Database:
    """One database, with a pool of connections that threads share."""

    def __init__(self, where: str | Path | None) -> None:
        self.url = url_of(where)
        self.sqlite = self.url.drivername == "sqlite"
        self.engine = self._sqlite() if self.sqlite else self._postgres()
        self._writer = self.engine.execution_options(writer=True)

    @property
    def name(self) -> str:
        """The database in words, without a password."""
        return str(self.url.database) if self.sqlite else self.url.render_as_string(hide_password=True)

    def _sqlite(self) -> Engine:
        path = Path(str(self.url.database))
        if not path.parent.is_dir():
            raise UsageError(f"There is no folder '{path.parent}' to keep the store in. Make it first.")
        engine = create_engine(self.url, pool_size=20, max_overflow=60, connect_args={"timeout": BUSY_MS / 1000})
        event.listen(engine, "connect", _settings)
        event.listen(engine, "begin", _begin)
        return engine

    def _postgres(self) -> Engine:
        from importlib.util import find_spec

        if find_spec("psycopg") is None:
            raise MissingExtra("A store in PostgreSQL", "store")
        patience = {} if "connect_timeout" in self.url.query else {"connect_timeout": ANSWERS}
        engine = create_engine(self.url, pool_size=20, max_overflow=60, pool_pre_ping=True, connect_args=patience)
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", _one_writer)
        return engine

    def read(self, work: Callable[[Connection], T]) -> T:
        """`work` in a transaction that sees one state of the database throughout."""
        return self._run(self._reader(), work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """`work` as the only writer; durable when this returns, and without effect if it raises."""
        return self._run(self._writer, work)

    def alone(self, work: Callable[[Connection], T]) -> T:
        """`work` in a transaction without the writer's lock, where rows are locked one by one (jobs)."""
        return self._run(self._writer if self.sqlite else self.engine, work)

    def _reader(self) -> Engine:
        return self.engine if self.sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")

    def _run(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        for attempt in range(TRIES):
            try:
                with engine.connect() as connection, connection.begin():
                    return work(connection)
            except DBAPIError as why:
                if attempt + 1 == TRIES or not _worth_trying_again(why):
                    raise self._told(why) from why
            time.sleep(random.uniform(0.2, 1) * 0.01 * 2 ** min(attempt, 6))
        raise AssertionError("unreachable")

    def _told(self, why: DBAPIError) -> Exception:
        if not self.sqlite and _is_away(why):
            return StoreAway(
                f"The database '{self.url.database}' does not answer{_in_short(why)}. What was acknowledged before is kept; look "
                "whether the last change is there, and try again when the database is back.",
                f"{self.name}: {_reason(why)}",
            )
        if type(why) in {OperationalError, DatabaseError, InternalError, InterfaceError}:
            return WhipcountError(f"The store {self.name} cannot be used: {_reason(why)}.")
        return why

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _settings(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`, not by the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    for attempt in range(TRIES):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            break
        except Exception as why:  # switching does not wait for other connections by itself
            if attempt + 1 == TRIES or "locked" not in str(why):
                raise
            time.sleep(0.02 * (attempt + 1))
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writer = connection.get_execution_options().get("writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")


def _durable(connection: Any, _record: Any) -> None:
    """What is acknowledged is on the server's disk, whatever the server's own setting is."""
    connection.execute("SET synchronous_commit TO on")
    connection.commit()


def _one_writer(connection: Connection) -> None:
    if connection.get_execution_options().get("writer", False):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})


def _reason(why: DBAPIError) -> str:
    said = str(why.orig).strip()
    return said.splitlines()[0] if said else "no reason given"


def _in_short(why: DBAPIError) -> str:
    """Why there is no connection, in brackets, where that names no place."""
    last = _reason(why).rpartition("failed: ")[2].removeprefix("FATAL:").strip()
    return f" ({last})" if len(last) < 80 and not set(last) & set("\"'/") else ""


def _is_away(why: DBAPIError) -> bool:
    """Whether the server is gone, rather than that it refuses what it is asked."""
    state = getattr(why.orig, "sqlstate", None)
    if state is not None:
        return state in _AWAY or state.startswith("08")
    # Without a state it is the client's library that speaks: there is no connection, or it broke. A server that was reached and
    # refuses (no such database, a wrong password) says so in a FATAL of its own, as does one that is starting or stopping.
    said = str(why.orig)
    gone = "FATAL" not in said or "the database system is" in said
    return why.connection_invalidated or (type(why) is OperationalError and gone)


def _worth_trying_again(why: DBAPIError) -> bool:
    state = getattr(why.orig, "sqlstate", None)
    said = str(why.orig)
    return state in _AGAIN or "database is locked" in said or "database table is locked" in said
