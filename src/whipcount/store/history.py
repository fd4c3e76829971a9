"""The journal: what changed, when, by whom, from what to what; and taking an event back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, select
from sqlalchemy.exc import IntegrityError

from whipcount.errors import NotFound
from whipcount.store.entities import ENTITIES, restored, written
from whipcount.store.errors import Conflict
from whipcount.store.part import Part
from whipcount.store.records import Change, Event
from whipcount.store.rows import current as current_row
from whipcount.store.schema import changes, journal, questions
from whipcount.store.settle import settle, touched_contests
from whipcount.store.transaction import Transaction


class History(Part):
    """The journal of a store."""

    def events(
        self,
        contest_id: str | None = None,
        since: datetime | None = None,
        limit: int = 100,
        *,
        before: int | None = None,
        with_changes: bool = True,
    ) -> list[Event]:
        """The latest events, newest first: of one contest, not older than `since`, below the number `before` (for pages)."""
        found = select(journal).order_by(journal.c.id.desc()).limit(limit)
        if contest_id is not None:
            found = found.where(journal.c.contest_id == contest_id)
        if since is not None:
            found = found.where(journal.c.at >= stamp(since))
        if before is not None:
            found = found.where(journal.c.id < before)
        return self.database.read(lambda c: _events(c, found, with_changes=with_changes))

    def event(self, event_id: int) -> Event:
        """One event. Raises `NotFound`."""
        made = self.database.read(lambda c: _events(c, select(journal).where(journal.c.id == event_id)))
        if not made:
            raise NotFound("event", str(event_id), ())
        return made[0]

    def undo(self, event_id: int, who: str) -> Event:
        """Take an event back, as an event of its own; returns that one.

        Raises `Conflict` where later changes stand on what it changed, `ContestError` where the contest's folder would no
        longer be valid without it, `NotFound` for no such event.
        """
        number = self.database.write(lambda c: _undo(c, event_id, who))
        return self.event(number)


def stamp(moment: datetime) -> str:
    """A time as the store writes it. A time without a zone is UTC."""
    from datetime import UTC

    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def _events(connection: Connection, found: Select[Any], *, with_changes: bool = True) -> list[Event]:
    rows = connection.execute(found).mappings().all()
    ids = [row["id"] for row in rows]
    takers = select(journal.c.undoes, journal.c.id).where(journal.c.undoes.in_(ids))
    undone = {row[0]: row[1] for row in connection.execute(takers)}
    by_event: dict[int, list[Change]] = {}
    if with_changes:
        wanted = select(changes).where(changes.c.event_id.in_(ids)).order_by(changes.c.event_id, changes.c.position)
        for one in connection.execute(wanted).mappings():
            before, after = (None if one[k] is None else restored(one[k]) for k in ("before", "after"))
            by_event.setdefault(one["event_id"], []).append(Change(one["entity"], one["key"], before, after))
    return [
        Event(
            row["id"], datetime.fromisoformat(row["at"]), row["who"], row["action"], row["contest_id"], row["summary"],
            row["undoes"], undone.get(row["id"]), row["hash"], tuple(by_event.get(row["id"], ())),
        )
        for row in rows
    ]  # fmt: skip


def _undo(connection: Connection, event_id: int, who: str) -> int:
    event = next(iter(_events(connection, select(journal).where(journal.c.id == event_id))), None)
    if event is None:
        raise NotFound("event", str(event_id), ())
    if event.undone_by is not None:
        raise Conflict(f"Event {event_id} was undone already, by event {event.undone_by}.")
    fixed = next((c.entity for c in event.changes if c.entity in {"ledger", "user"}), None)
    if fixed is not None:
        raise Conflict(f"Event {event_id} cannot be undone: what goes into the {fixed} table is only ever added to.")
    tx = Transaction(connection)
    for change in reversed(event.changes):
        try:
            with connection.begin_nested():
                _take_back(tx, change, event_id)
        except IntegrityError:
            raise _stands(tx, change, event_id) from None
    contests = touched_contests(tx)
    for contest_id in contests:
        settle(tx, contest_id)
    summary = f"undo of event {event_id} ({event.action} by {event.who})"
    return tx.record(who, "undo", event.contest_id, summary, undoes=event_id, folder=bool(contests))


def _key(change: Change) -> int | str:
    return change.key if change.entity == "contest" else int(change.key)


def _content(record: Mapping[str, Any] | None) -> str | None:
    """What a record says, whatever its version: steps can be taken back one after the other."""
    return None if record is None else written({k: v for k, v in record.items() if k != "version"})


def _take_back(tx: Transaction, change: Change, event_id: int) -> None:
    key = _key(change)
    current = tx.get(change.entity, key)
    if _content(current) != _content(change.after):
        raise _stands(tx, change, event_id)
    versioned = ENTITIES[change.entity].versioned
    if change.after is None and change.before is not None:
        tx.insert(change.entity, dict(change.before) | ({"version": change.before["version"] + 1} if versioned else {}))
    elif change.before is None:
        if change.entity == "contest":
            tx.connection.execute(delete(questions).where(questions.c.contest_id == key))
        tx.delete(change.entity, key, current)
    else:
        old = {k: v for k, v in change.before.items() if k != "version"}
        tx.update(change.entity, key, current, **old)


def _stands(tx: Transaction, change: Change, event_id: int) -> Conflict:
    key = _key(change)
    theirs = current_row(tx, int(key)) if change.entity == "line" else tx.get(change.entity, key)
    what = f"{change.entity} {change.key}"
    told = f"Event {event_id} cannot be undone: later changes stand on the {what}. Undo those first."
    return Conflict(told, change.before, theirs)
