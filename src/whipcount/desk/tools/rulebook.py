"""A rulebook file: what is wrong with it, line by line; else what it says, and what it takes."""

from __future__ import annotations

from collections.abc import Sequence

from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import Upload
from whipcount.desk.tools.answers import TOLD, RulebookSeen
from whipcount.desk.tools.places import blame, held
from whipcount.errors import RulebookError
from whipcount.rules import InForce, Rulebook, Version, explain, load_file, needs
from whipcount.rules.electors import parse

MOST = 1_000_000
"""Bytes of a rulebook that are read: the largest that ships has a tenth of that."""


def checked(file: Upload, since: str, electors: Sequence[str]) -> RulebookSeen:
    """A rulebook's problems, or the version that was in force from `since` (its newest where that is ""), explained."""
    if len(file.content) > MOST:
        raise Wrong("file", f"The rulebook has {len(file.content):,} bytes; {MOST:,} are the most that are read here.")
    with held([file]) as (path,):
        try:
            book = load_file(path)
        except RulebookError as why:
            return RulebookSeen(tuple(why.problems[:TOLD]))
    version = _version(book, since)
    given = blame("electors", lambda: parse(tuple(electors)))
    takes = blame("electors", lambda: needs(version, given))
    found = InForce(book, version, version.since)
    listed = tuple((str(v.since or ""), v.label) for v in book.versions)
    return RulebookSeen((), found, listed, tuple(explain(version)), takes)


def _version(book: Rulebook, since: str) -> Version:
    if not since:
        return book.versions[-1]
    for version in book.versions:
        if str(version.since or "") == since:
            return version
    dates = ", ".join(str(v.since) for v in book.versions if v.since)
    raise Wrong("version", f"No version of this rulebook begins on '{since[:40]}'. There are: {dates or 'one with no date'}.")  # fmt: skip
