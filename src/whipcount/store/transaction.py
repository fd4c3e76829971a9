"""A transaction: changes of entities, each written down before and after, closed by one event of the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy import delete as sql_delete

from whipcount.errors import UsageError
from whipcount.store.entities import ENTITIES, Entity, Record, canonical, digest, written
from whipcount.store.schema import changes, contests, journal

GENESIS = "0" * 64
"""What the first event has for the hash of the event before."""


def now() -> str:
    """The time in UTC, as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass
class Transaction:
    """Changes that are made together. Nothing is journaled until `record`, which must come last."""

    connection: Connection
    changes: list[tuple[str, str, str | None, str | None]] = field(default_factory=list)

    def get(self, name: str, key: int | str) -> Record | None:
        """An entity as the journal sees it; None if it is not there."""
        return self.find(name, key) or None

    def find(self, name: str, key: int | str) -> Record:
        """As `get`, with an empty record for what is not there."""
        entity = ENTITIES[name]
        columns = [entity.table.c[c] for c in entity.columns]
        row = self.connection.execute(select(*columns).where(entity.table.c[entity.key] == key)).mappings().first()
        return dict(row) if row else {}

    def insert(self, name: str, values: Mapping[str, Any]) -> Any:
        """Add an entity; returns its key."""
        return self.insert_many(name, [values])[0]

    def insert_many(self, name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Add entities of one kind in one go; returns their keys, in their order."""
        if not rows:
            return []
        entity = ENTITIES[name]
        first = dict(entity.blank) | ({"version": 1} if entity.versioned else {})
        full = [first | dict(row) for row in rows]
        key = entity.table.c[entity.key]
        made = self.connection.execute(insert(entity.table).returning(key, sort_by_parameter_order=True), full)
        keys = [row[0] for row in made]
        for one, row in zip(keys, full, strict=True):
            self._note(entity, one, None, row | {entity.key: one})
        return keys

    def update(self, name: str, key: int | str, before: Record | None = None, **values: Any) -> Record:
        """Change an entity, which gets its next version; returns it as it stands afterwards."""
        entity = ENTITIES[name]
        old = before or self.find(name, key)
        new = old | values | ({"version": old["version"] + 1} if entity.versioned else {})
        found = update(entity.table).where(entity.table.c[entity.key] == key)
        self.connection.execute(found.values({c: new[c] for c in entity.columns if c != entity.key}))
        self._note(entity, key, old, new)
        return new

    def delete(self, name: str, key: int | str, before: Record | None = None) -> Record:
        """Take an entity away; the journal keeps it. Returns it as it stood."""
        entity = ENTITIES[name]
        old = before or self.find(name, key)
        self.connection.execute(sql_delete(entity.table).where(entity.table.c[entity.key] == key))
        self._note(entity, key, old, None)
        return old

    def _note(
        self, entity: Entity, key: Any, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        texts = [None if r is None else written({c: r.get(c) for c in entity.columns}) for r in (before, after)]
        self.changes.append((entity.name, str(key), texts[0], texts[1]))

    def record(
        self,
        who: str,
        action: str,
        contest_id: str | None,
        summary: str = "",
        *,
        undoes: int | None = None,
        folder: bool = False,
    ) -> int:
        """Close the transaction with an event; returns its number. `folder`: the contest's folder changed with it."""
        who = named(who)
        last = self.connection.execute(
            select(journal.c.id, journal.c.hash).order_by(journal.c.id.desc()).limit(1)
        ).first()
        event: Record = {
            "id": last[0] + 1 if last else 1,
            "at": now(),
            "who": who,
            "action": action,
            "contest_id": contest_id,
        }
        event |= {"summary": summary, "undoes": undoes, "previous": last[1] if last else GENESIS}
        self.connection.execute(insert(journal), event | {"hash": event_hash(event, self.changes)})
        if self.changes:
            names = ("entity", "key", "before", "after")
            rows = [
                {"event_id": event["id"], "position": i} | dict(zip(names, change, strict=True))
                for i, change in enumerate(self.changes)
            ]
            self.connection.execute(insert(changes), rows)
        if contest_id is not None:
            stamp = {"version": event["id"], "updated": event["at"]} | (
                {"folder_version": event["id"]} if folder else {}
            )
            self.connection.execute(update(contests).where(contests.c.id == contest_id).values(stamp))
        return int(event["id"])


def event_hash(event: Mapping[Any, Any], changed: Sequence[tuple[str, str, str | None, str | None]]) -> str:
    """The hash of an event: all of it, the hash of the event before, and everything it changed, before and after."""
    body = {name: event[name] for name in ("id", "at", "who", "action", "contest_id", "summary", "undoes", "previous")}
    return digest(canonical(body | {"changes": [list(change) for change in changed]}))


def named(who: str) -> str:
    """Who makes a change. Raises `UsageError` for nobody."""
    if not who.strip() or "\0" in who:
        raise UsageError("A change needs a name: say who makes it.")
    return who.strip()


def count(connection: Connection, entity: str) -> int:
    """How many there are of an entity."""
    return int(connection.execute(select(func.count()).select_from(ENTITIES[entity].table)).scalar_one())
