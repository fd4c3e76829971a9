"""The store's face: one object for everything that is kept, safe to use from many threads at once."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

from whipcount.store.backup import Backups
from whipcount.store.check import Checks
from whipcount.store.claims import Claims
from whipcount.store.connect import Database
from whipcount.store.contests import Contests
from whipcount.store.counts import Counts
from whipcount.store.documents import Documents
from whipcount.store.feeds import Feeds
from whipcount.store.history import History
from whipcount.store.jobs import Jobs
from whipcount.store.migrate import upgrade
from whipcount.store.predictions import Predictions
from whipcount.store.rows import Rows
from whipcount.store.users import Users


class Store(Contests, Rows, Documents, Claims, History, Users, Jobs, Counts, Feeds, Predictions, Checks, Backups):
    """A store. Each call is one transaction: when a call that changes something returns, the change is on the disk."""

    def __init__(self, where: str | Path | None = None) -> None:
        self.database = Database(where)
        self._cache = {}
        self._cache_lock = threading.Lock()
        upgrade(self.database)

    @property
    def name(self) -> str:
        """Where it is kept, without a password."""
        return self.database.name

    def close(self) -> None:
        """Let go of every connection."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
