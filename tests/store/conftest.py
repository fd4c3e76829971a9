"""Stores to test with: SQLite in a file, PostgreSQL on a server of our own; and a small contest."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_making import drop_database, make_folder, new_database

from whipcount.store import Store, open_store

PROGRAMS = ("initdb", "pg_ctl")


def as_nobody() -> list[str]:
    """What to put before a command so that it does not run as root, which initdb refuses."""
    if os.geteuid():
        return []
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in names)
    if shutil.which("setpriv"):
        entry = pwd.getpwnam(user)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    return ["runuser", "-u", user, "--"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server on a socket of its own; gives the folder of the socket."""
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    if lacking:
        pytest.skip(f"PostgreSQL's {' and '.join(lacking)} is not on the path")
    home = Path(tempfile.mkdtemp(prefix="wc-pg-"))
    run = as_nobody()
    if run:
        import pwd

        user = "postgres" if "postgres" in {e.pw_name for e in pwd.getpwall()} else "nobody"
        shutil.chown(home, user)
    home.chmod(0o755)
    data = home / "data"

    def quietly(*command: str | Path) -> None:
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*run, *command], check=True, cwd=home, **streams)

    quietly("initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    # Clients are killed, the server is not: it need not wait for the disk.
    options = f"-c listen_addresses= -c unix_socket_directories={home} -c max_connections=200 -c fsync=off"
    quietly("pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "log", "start")
    try:
        yield str(home)
    finally:
        quietly("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


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
