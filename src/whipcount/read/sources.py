"""What the user names, as documents: files, folders, standard input, and web addresses when they are asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from whipcount.errors import InputError, Problem
from whipcount.read.decoding import LARGEST
from whipcount.read.document import Document
from whipcount.read.formats import SUFFIXES, bytes_of, kind_of, read_bytes


def files_of(names: Iterable[str]) -> Iterator[str]:
    """Every file that the names stand for, folders walked in order; `-` and addresses as they are.

    Of a folder only the names of its own entries are held at a time (some 100 bytes each). Links to folders are not followed.
    """
    for name in names:
        if name != "-" and "://" not in name and Path(name).is_dir():
            yield from _walk(name)
        else:
            yield name


def _walk(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as found:
            entries = sorted((e.name, e.is_dir(follow_symlinks=False)) for e in found)
    except OSError:
        yield folder  # it is told of when it is opened
        return
    for name, inner in entries:
        path = Path(folder) / name
        if inner:
            yield from _walk(str(path))
        elif path.suffix.lower() in SUFFIXES and path.is_file():
            yield str(path)


def documents(
    names: Iterable[str],
    tell: Callable[[Problem], Any],
    *,
    day: date | None = None,
    country: str | None = None,
    web: bool = False,
    skip: Callable[[Path], bool] = lambda _: False,
    skipped: Callable[[], Any] = lambda: None,
) -> Iterator[Document]:
    """The documents, in order. What can't be read is told, one problem each, and the rest go on.

    day, country  where the file does not say
    web           addresses may be fetched
    skip          files that need not be opened; `skipped` is called for each
    """
    for name in files_of(names):
        if name != "-" and "://" not in name and skip(Path(name)):
            skipped()
            continue
        try:
            yield from _one(name, day, country, web=web)
        except InputError as why:
            for problem in why.problems:
                tell(problem)


def _one(name: str, day: date | None, country: str | None, *, web: bool) -> list[Document]:
    if name == "-":
        return within_limits(sys.stdin.buffer.read(LARGEST + 1), "standard input", day, country)
    if "://" in name:
        if not web:
            raise InputError(
                Problem(name, 0, "addresses are fetched only when asked", "Add --fetch, or save the page to a file.")
            )
        from whipcount.read.pages import documents_at

        return documents_at(name, day, country)
    return within_limits(bytes_of(Path(name)), name, day, country)


def within_limits(
    raw: bytes, source: str, day: date | None, country: str | None, charset: str | None = None
) -> list[Document]:
    """As `read_bytes`; but whatever needs a parser (PDF, HTML, mail, feeds) is opened apart, within limits of time and memory.

    Plain text takes time in proportion to its length, and is opened here.
    """
    if len(raw) > LARGEST or kind_of(raw, source) == "text":
        return read_bytes(raw, source, day, country, charset)
    from whipcount.read.apart import opened

    return opened(raw, source, day, country=country, charset=charset)
