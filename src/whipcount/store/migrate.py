"""Bringing a database to the newest form, all of it or nothing, one process at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from whipcount.errors import WhipcountError
from whipcount.store.connect import Database

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0002"
"""The newest step. A test holds it against the steps that ship."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration: there is no alembic.ini, the steps lie beside this module."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def revision(connection: Connection) -> str | None:
    """The step that a database is at; None for a new one."""
    # Not by Alembic, which takes longer to import than a store takes to open.
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def upgrade(database: Database) -> None:
    """Bring a database to the newest step. Raises `WhipcountError` for one that a newer whipcount has made."""
    if database.read(revision) != HEAD:
        database.write(_upgrade)


def _upgrade(connection: Connection) -> None:
    now = revision(connection)  # again, under the writer's lock: another process may have been first
    if now == HEAD:
        return
    from alembic import command
    from alembic.script import ScriptDirectory

    made = config(connection)
    steps: Any = {step.revision for step in ScriptDirectory.from_config(made).walk_revisions()}
    if now is not None and now not in steps:
        raise WhipcountError(f"This store was made by a newer whipcount (its form is '{now}'). Install that one.")
    command.upgrade(made, "head")
