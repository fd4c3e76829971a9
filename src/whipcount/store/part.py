"""What every part of the store's face stands on."""

from __future__ import annotations

from whipcount.store.connect import Database


class Part:
    """A part of the store: the methods about one kind of thing, on the shared database."""

    database: Database
