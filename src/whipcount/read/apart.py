"""Files and texts of strangers are opened and read in a process of their own, which is stopped when it takes too long."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from datetime import date
from typing import Any

from whipcount.apart import Apart
from whipcount.errors import InputError, Problem, WhipcountError
from whipcount.read.cast import Person
from whipcount.read.claim import Claim
from whipcount.read.document import Document

SECONDS = 60.0
"""Time that one file or text may take, where nothing else is said."""
APART = Apart("whipcount.read.tasks")
atexit.register(APART.close)


def opened(
    data: bytes,
    name: str,
    day: date | None = None,
    seconds: float | None = None,
    *,
    country: str | None = None,
    charset: str | None = None,
) -> list[Document]:
    """The documents in a file, as `read_bytes` gives them.

    Raises what it raises, and `InputError` where it takes too long, or brings its parser down.
    """
    found: list[Document] = _made(
        name, "open", (data, name, day, country, charset), seconds, "Give the part that matters as text."
    )
    return found


def claims_of(
    document: Document, roster: Sequence[Person], leader: str | None, seconds: float | None = None
) -> list[Claim]:
    """What the reader finds in a document. Raises `InputError` where it takes too long, or fails."""
    found: list[Claim] = _made(
        document.source, "claims", (document, roster, leader), seconds, "Paste the part that matters."
    )
    return found


def _made(name: str, task: str, given: Any, seconds: float | None, mend: str) -> Any:
    kind, told = APART.do(task, given, SECONDS if seconds is None else seconds)
    if kind == "made":
        return told
    if kind == "missing":
        raise WhipcountError(told)
    if kind == "problems":
        raise InputError(tuple(Problem(*one) for one in told))
    what = "it could not be read" + (f" within {told:g} seconds" if kind == "stopped" else "")
    raise InputError(Problem(name, 0, what, mend))
