"""What the store raises besides the errors of the tree.

WhipcountError
├── StoreAway      the database does not answer; it is asked again at the next call
└── UsageError
    └── Conflict   somebody else changed it in the meantime; carries yours and theirs
"""

from __future__ import annotations

from typing import Any

from whipcount.errors import MissingExtra, UsageError, WhipcountError


class Conflict(UsageError):
    """A change was made on a version that is no longer the latest, or would take away what later changes stand on.

    yours    what you wanted to write (values by column; None for a removal or an undo)
    theirs   what stands now (a `Row`, `StoredClaim`, ...; None where it was removed)
    """

    def __init__(self, message: str, yours: Any = None, theirs: Any = None) -> None:
        self.yours, self.theirs = yours, theirs
        super().__init__(message)


class StoreAway(WhipcountError):
    """The database does not answer, or went away in the middle of a call. What was acknowledged before is kept; whether the call
    that was under way was done is known only to the database. Nothing needs to be opened anew: the next call asks again.

    The message may be shown to whoever asked, and so does not say where the database is; `detail` does.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        self.detail = detail
        super().__init__(message)


def changed_meanwhile(what: str, yours: Any, theirs: Any) -> Conflict:
    """The conflict of an edit made on an old version."""
    if theirs is None:
        return Conflict(f"{what} was removed by somebody else in the meantime. Look at the journal.", yours, None)
    hint = f"{what} was changed by somebody else in the meantime (it is at version {theirs.version} now)."
    return Conflict(f"{hint} Compare yours with theirs, and save again.", yours, theirs)


def needs_extra() -> None:
    """Raise `MissingExtra` unless what the store is built on is installed."""
    from importlib.util import find_spec

    if find_spec("sqlalchemy") is None or find_spec("alembic") is None:
        raise MissingExtra("The store", "store")
