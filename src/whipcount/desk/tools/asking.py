"""The process in which files of strangers are read for the tools, and how to ask it.

It is one process, apart from the one in which the inbox reads, so that neither waits for the other.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

from whipcount.desk.apart import Apart
from whipcount.desk.asked import Wrong
from whipcount.errors import WhipcountError

SECONDS = 60.0
"""Time that one file may take."""
WAITING = 4
"""Files that are read or wait for it at the most: a few that take their time must not hold up whoever asks for something else."""
PROCESS = Apart("whipcount.desk.tools.tasks")
_PLACES = BoundedSemaphore(WAITING)
atexit.register(PROCESS.close)


def ask(task: str, *given: Any, field: str = "", seconds: float = SECONDS) -> Any:
    """What a task of `tasks.TASKS` makes of what it is given.

    Raises `Wrong` with the field at fault; `field` is the one to blame where the file took too long or brought its reader down.
    """
    if not _PLACES.acquire(blocking=False):
        raise Wrong(
            "", "The files of others are being read just now. Nothing is wrong with yours: send it again in a moment."
        )
    try:
        kind, told = PROCESS.do(task, given, seconds)
    finally:
        _PLACES.release()
    if kind == "missing":
        raise WhipcountError(told)
    if kind != "made":
        late = f" within {seconds:g} seconds" if kind == "stopped" else ""
        raise Wrong(field, f"The file could not be read{late}. The command line takes larger ones.")
    blamed, made = told
    if blamed is not None:
        raise Wrong(blamed, made)
    return made


def guarded(make: Callable[..., Any]) -> Callable[..., tuple[str | None, Any]]:
    """A task that tells a field at fault as (field, message), for an exception of two parts does not travel; else (None, made)."""

    def told(*given: Any) -> tuple[str | None, Any]:
        try:
            return None, make(*given)
        except Wrong as why:
            return why.field, str(why)

    return told
