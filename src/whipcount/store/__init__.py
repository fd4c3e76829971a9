"""The `store` room: contests, documents, claims, accounts and jobs in; the same out, durable, shared, with their history.

`open_store(where)` opens SQLite (a path) or PostgreSQL (a URL), makes or upgrades its tables, and returns a `Store`. Every
change is checked as the contest's folder is, is one event of a journal chained by hashes, and can be undone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from whipcount.store.errors import Conflict, StoreAway, needs_extra
from whipcount.store.records import (
    Change,
    CountFile,
    Event,
    Feed,
    Job,
    LedgerEntry,
    LoginSession,
    Row,
    StoredClaim,
    StoredContest,
    StoredCount,
    StoredDocument,
    StoredFile,
    User,
)

if TYPE_CHECKING:
    from whipcount.store.check import Finding, Findings
    from whipcount.store.store import Store

__all__ = [
    "Change",
    "Conflict",
    "CountFile",
    "Event",
    "Feed",
    "Finding",
    "Findings",
    "Job",
    "LedgerEntry",
    "LoginSession",
    "Row",
    "Store",
    "StoreAway",
    "StoredClaim",
    "StoredContest",
    "StoredCount",
    "StoredDocument",
    "StoredFile",
    "User",
    "open_store",
]


def open_store(where: str | Path | None = None) -> Store:
    """The store at a path or URL, made if there is none; None is `whipcount.db` in the current folder.

    Raises `MissingExtra` without the 'store' extra, `UsageError` for an address that no store can have, `WhipcountError` for
    a database that cannot be reached or was made by a newer whipcount.
    """
    needs_extra()
    from whipcount.store.store import Store

    return Store(where)


def __getattr__(name: str) -> Any:
    """What needs the extra is imported when it is asked for."""
    if name == "Store":
        needs_extra()
        from whipcount.store.store import Store

        return Store
    if name in {"Finding", "Findings"}:
        needs_extra()
        from whipcount.store import check

        return getattr(check, name)
    raise AttributeError(name)
