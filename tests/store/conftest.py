"""Stores to test with: SQLite in a file, PostgreSQL on a server of our own; and a small contest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_making import drop_database, make_folder, new_database
from store_server import Server, lacking

from whipcount.store import Store, open_store


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server on a socket of its own; gives the folder of the socket."""
    if lacking():
        pytest.skip(f"PostgreSQL's {' and '.join(lacking())} is not on the path")
    made = Server(careful=False)  # clients are killed, the server is not: it need not wait for the disk
    made.start()
    yield str(made.home)
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new, empty store, on each database."""
    if request.param == "sqlite":
        yield str(tmp_path / "store.db")
        return
    made = new_database(request.getfixturevalue("server"))
    yield made
    drop_database(made)


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    with open_store(where) as made:
        yield made


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Store]:
    """A store in SQLite, for what has nothing to do with the database."""
    with open_store(tmp_path / "lite.db") as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "small")
