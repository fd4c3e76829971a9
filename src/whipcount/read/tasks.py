"""What is done in the process in which files of strangers are opened and read; run as a module, this is that process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from whipcount.apart import main

if TYPE_CHECKING:
    from datetime import date

    from whipcount.read import Document, Person


def _open(data: bytes, name: str, day: date | None, country: str | None, charset: str | None) -> Any:
    from whipcount.read.formats import read_bytes

    return read_bytes(data, name, day, country, charset)


def _claims(document: Document, roster: Sequence[Person], leader: str | None) -> Any:
    from whipcount.read import Reader

    return list(Reader(roster, leader).read(document))


TASKS: dict[str, Callable[..., Any]] = {"open": _open, "claims": _claims}

if __name__ == "__main__":
    main(TASKS)
