"""What the user names, as documents: files, folders, standard input, and web addresses when they are asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from whipcount.errors import InputError, Problem
from whipcount.read.document import Document
from whipcount.read.formats import LARGEST, SUFFIXES, read_bytes, read_file


def files_of(names: Iterable[str]) -> Iterator[str]:
    """Every file that the names stand for, folders walked in order; `-` and addresses as they are."""
    for name in names:
        path = Path(name)
        if name != "-" and "://" not in name and path.is_dir():
            yield from (str(p) for p in sorted(path.rglob("*")) if p.is_file() and p.suffix.lower() in SUFFIXES)
        else:
            yield name


def documents(
    names: Iterable[str],
    wrong: list[Problem],
    *,
    day: date | None = None,
    country: str | None = None,
    web: bool = False,
) -> Iterator[Document]:
    """The documents, in order. What can't be read is added to `wrong`, and the rest go on."""
    for name in files_of(names):
        try:
            yield from _one(name, day, country, web=web)
        except InputError as why:
            wrong += why.problems


def _one(name: str, day: date | None, country: str | None, *, web: bool) -> list[Document]:
    if name == "-":
        return read_bytes(sys.stdin.buffer.read(LARGEST + 1), "standard input", day, country)
    if "://" in name:
        if not web:
            raise InputError(
                Problem(name, 0, "addresses are fetched only when asked", "Add --fetch, or save the page to a file.")
            )
        from whipcount.read.fetch import fetch

        return fetch(name, day, country)
    return read_file(Path(name), day, country)
