"""What each column of a contest's tables means, for the forms in which rows are typed.

In: the name of a table. Out: its columns in order, each with whether it is needed, a hint, and what it may say where that is a closed list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from whipcount.contest import TABLES, columns

HINTS = {
    "id": "Its name in this file, as e012 or a name in small letters.",
    "known": "When it became public: 2012-11-19, or 2012-11 where the day is not known.",
    "date": "The day, as 2012-11-19.",
    "from": "Since when, as 2012-11-19.",
    "until": "Until when, as 2012-11-19.",
    "question": "The question that it bears on, by its id in contest.yaml.",
    "section": "Which electors, by the section's id in contest.yaml: caucus, members.",
    "kind": "What kind of evidence.",
    "by": "Who says so.",
    "source_kind": "How whoever says so can know.",
    "elector": "Whom it is about, by the id in electors.csv.",
    "stance": "What they do; whom, is in the next field.",
    "option": "Whom or what they are for or against: a full name.",
    "amount": "A number as it was said: 14, at least 10, 8 to 9, a majority.",
    "firmness": "Leaning where it may still change.",
    "story": "The same word in all rows of one article or list: together they are one voice.",
    "quote": "Their words, to the letter.",
    "source": "Where it is published: a public address, several with a semicolon between.",
    "confidence": "How sure that it is so.",
    "note": "What else there is to say.",
    "name": "The full name.",
    "aliases": "Other names in use, with semicolons between.",
    "group": "The camp or list that they belong to.",
    "pollster": "Who asked.",
    "sample": "How many were asked.",
    "share": "Per cent.",
}


@dataclass(frozen=True)
class Column:
    """A column of a table; `options` is what it may say, empty where it may say anything."""

    name: str
    needed: bool
    hint: str
    options: tuple[str, ...]


@cache
def columns_of(file: str) -> tuple[Column, ...]:
    """The columns of a table. Raises `KeyError` for a file that is none."""
    record = TABLES[file][1]
    required, names = columns(record)
    kinds = {info.alias or name: info.annotation for name, info in record.model_fields.items()}
    return tuple(Column(n, n in required, HINTS.get(n, ""), _options(kinds.get(n))) for n in names)


def _options(kind: Any) -> tuple[str, ...]:
    """The values of a closed list of words, which may also be left out."""
    if get_origin(kind) is Literal:
        return tuple(str(v) for v in get_args(kind))
    if get_origin(kind) in (Union, UnionType):
        return next((found for found in map(_options, get_args(kind)) if found), ())
    return ()
