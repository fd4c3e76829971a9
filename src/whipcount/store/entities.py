"""What the journal follows: the tables, their keys, and how a record is written down before and after a change."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from whipcount.store import schema

Record = dict[str, Any]


@dataclass(frozen=True)
class Entity:
    """A table under the journal: its key, and the columns that are written down."""

    name: str
    table: Table
    key: str
    columns: tuple[str, ...]
    versioned: bool = True
    blank: Mapping[str, Any] = field(default_factory=dict)
    """What the columns that are not written down have where an undo brings the record back."""


def _all(table: Table, *left_out: str) -> tuple[str, ...]:
    return tuple(c.name for c in table.columns if c.name not in left_out)


# What a contest's row shows comes from its folder; how a feed's last poll went is no change by anybody.
_CONTEST = dict.fromkeys(_all(schema.contests, "id", "due", "decided", "version", "folder_version"), "") | {
    "version": 0,
    "folder_version": 0,
}
_FEED = {"etag": "", "modified": "", "next_poll": None, "last_poll": None, "failures": 0, "note": ""}

ENTITIES: dict[str, Entity] = {
    e.name: e
    for e in (
        Entity("contest", schema.contests, "id", ("id",), versioned=False, blank=_CONTEST),
        Entity("file", schema.files, "id", _all(schema.files)),
        Entity("line", schema.lines, "id", _all(schema.lines)),
        Entity("document", schema.documents, "id", _all(schema.documents)),
        Entity("claim", schema.claims, "id", _all(schema.claims)),
        # A password's hash is nobody's business and does not stay in a journal that keeps everything.
        Entity("user", schema.users, "id", ("id", "name", "role"), versioned=False),
        Entity("feed", schema.feeds, "id", _all(schema.feeds, *_FEED), blank=_FEED),
        Entity("ledger", schema.ledger, "number", ("number", "entry", "hash"), versioned=False),
    )
}


def canonical(data: Any) -> str:
    """Canonical JSON: keys sorted, no blanks. Raises `ValueError` for NaN and infinities."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    """The SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def written(record: Mapping[str, Any]) -> str:
    """A record as the journal writes it down: canonical JSON, bytes as text where they are text."""
    return canonical({name: _plain(value) for name, value in record.items()})


def _plain(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    try:
        return {"text": value.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


def restored(text: str) -> Record:
    """The record that the journal wrote down."""
    return {name: _bytes(value) if isinstance(value, dict) else value for name, value in json.loads(text).items()}


def _bytes(value: Mapping[str, str]) -> bytes:
    return base64.b64decode(value["base64"]) if "base64" in value else value["text"].encode("utf-8")
