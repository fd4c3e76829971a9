"""Is the store sound? The database itself, the journal's chain, its replay, the tables, the quotes, the folders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, text

from whipcount.contest import TABLES
from whipcount.errors import ContestError
from whipcount.store.counts import ROLES, digest_of
from whipcount.store.csvtext import cells_of, split
from whipcount.store.entities import ENTITIES, digest, written
from whipcount.store.folder import contest_of
from whipcount.store.part import Part
from whipcount.store.predictions import line_hash
from whipcount.store.schema import (
    CELLS,
    changes,
    claims,
    contests,
    count_files,
    counts,
    documents,
    files,
    journal,
    ledger,
    lines,
    texts,
    uploads,
)
from whipcount.store.settle import cells_row, folder_files, identity_row
from whipcount.store.transaction import GENESIS, event_hash


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: which check found it, and what."""

    check: str
    what: str


@dataclass(frozen=True)
class Findings:
    """What a check of the store found. `looked_at` is how many things each check looked at; `head` the end of the journal."""

    store: str
    head: str
    looked_at: dict[str, int]
    found: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.found

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain data."""
        wrong = [{"check": f.check, "what": f.what} for f in self.found]
        return {"store": self.store, "sound": self.sound, "head": self.head, "checked": self.looked_at, "found": wrong}


class Checks(Part):
    """Checks of a store."""

    def check(self) -> Findings:
        """Check everything, in one transaction that sees one state and stops nobody."""
        return self.database.read(lambda c: _check(c, self.database.name))


def _check(connection: Connection, name: str) -> Findings:
    found: list[Finding] = []
    looked_at: dict[str, int] = {}
    for check, look in CHECKS.items():
        looked_at[check] = 0
        for wrong in look(connection):
            looked_at[check] += 1
            if wrong:
                found.append(Finding(check, wrong))
    last = connection.execute(select(journal.c.id, journal.c.hash).order_by(journal.c.id.desc()).limit(1)).first()
    return Findings(name, f"{last[0]}:{last[1]}" if last else f"0:{GENESIS}", looked_at, tuple(found))


# Each check yields one text for each thing it looks at: "" where it is sound.


def _database(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            yield "" if said == "ok" else str(said)
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield f"a row of '{row[0]}' points to nothing in '{row[2]}'"
        return
    # PostgreSQL checks its pages as it reads them, where it was set up with checksums; amcheck looks into the indexes.
    if connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'")).first():
        indexes = text(
            "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE a.amname = 'btree' AND n.nspname = current_schema() AND i.indisvalid"
        )
        for index in connection.execute(indexes).scalars().all():
            connection.execute(text("SELECT bt_index_check(CAST(:name AS regclass))"), {"name": index})
            yield ""
    for entity in ENTITIES.values():
        connection.execute(select(entity.table)).all()
        yield ""


def _chain(connection: Connection) -> Iterator[str]:
    previous, expected = GENESIS, 1
    for event in connection.execute(select(journal).order_by(journal.c.id)).mappings().all():
        number = event["id"]
        if number != expected:
            yield f"event {expected} is gone: event {number} stands in its place"
        elif event["previous"] != previous:
            yield f"event {number} does not follow the event before it"
        else:
            changed = connection.execute(
                select(changes.c.entity, changes.c.key, changes.c.before, changes.c.after)
                .where(changes.c.event_id == number)
                .order_by(changes.c.position)
            )
            same = event_hash(event, [tuple(row) for row in changed]) == event["hash"]
            yield "" if same else f"event {number} ({event['action']} by {event['who']}) is not as it was written"
        previous, expected = event["hash"], number + 1


def _replay(connection: Connection) -> Iterator[str]:
    """What the journal says of each thing is what the tables hold, and nothing else is there."""
    said: dict[tuple[str, str], str | None] = {}
    wanted = select(changes.c.entity, changes.c.key, changes.c.before, changes.c.after)
    for entity, key, before, after in connection.execute(wanted.order_by(changes.c.event_id, changes.c.position)):
        here = said.get((entity, key))
        now = None if after is None else digest(after)
        if here != (None if before is None else digest(before)):
            yield f"{entity} {key}: a change in the journal does not begin where the one before it ended"
        said[(entity, key)] = now
    for name, entity in ENTITIES.items():
        columns = [entity.table.c[c] for c in entity.columns]
        for row in connection.execute(select(*columns)).mappings():
            key = (name, str(row[entity.key]))
            if key not in said or said[key] is None:
                yield f"{name} {key[1]} is in the tables and not in the journal"
            else:
                same = said[key] == digest(written({c: row[c] for c in entity.columns}))
                yield "" if same else f"{name} {key[1]} is not as the journal says"
            said.pop(key, None)
    for (name, number), value in said.items():
        if value is not None:
            yield f"{name} {number} is in the journal and gone from the tables"


def _folders(connection: Connection) -> Iterator[str]:
    for row in connection.execute(select(contests)).mappings().all():
        try:
            contest = contest_of(folder_files(connection, row["id"]), row["id"])
        except ContestError as why:
            yield f"{row['id']}: {why.problems[0]}"
            continue
        shown = identity_row(contest)
        stale = [k for k, v in shown.items() if row[k] != v]
        yield f"{row['id']}: '{stale[0]}' is not as its folder says" if stale else ""


def _tables(connection: Connection) -> Iterator[str]:
    """The tables of cells show what the lines say."""
    names = {f["id"]: f for f in connection.execute(select(files)).mappings()}
    rows = connection.execute(select(lines).order_by(lines.c.file_id, lines.c.position)).mappings().all()
    headers = {r["file_id"]: cells_of(r["raw"]) for r in rows if r["kind"] == "header"}
    expected: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in TABLES}
    for row in rows:
        if row["kind"] == "row":
            file = names[row["file_id"]]
            made = cells_row(file["contest_id"], file["name"], row["id"], headers[row["file_id"]], row["raw"])
            expected[file["name"]][row["id"]] = made
    for name, table in CELLS.items():
        shown = {row["row_id"]: dict(row) for row in connection.execute(select(table)).mappings()}
        for key in {*shown, *expected[name]}:
            same = shown.get(key) == expected[name].get(key)
            yield "" if same else f"line {key} of {name} is not shown as it stands"


def _lines(connection: Connection) -> Iterator[str]:
    """Each table's text, taken apart again, gives the lines that are kept."""
    kept: dict[tuple[str, str], list[tuple[str, str]]] = {}
    wanted = select(files.c.contest_id, files.c.name, lines.c.kind, lines.c.raw).join(
        lines, lines.c.file_id == files.c.id
    )
    for contest_id, name, kind, raw in connection.execute(wanted.order_by(files.c.id, lines.c.position)):
        kept.setdefault((contest_id, name), []).append((kind, raw))
    for contest_id in connection.execute(select(contests.c.id)).scalars().all():
        for name, content in folder_files(connection, contest_id).items():
            if name in TABLES:
                apart = [(line.kind, line.raw) for line in split(content.decode("utf-8"))]
                same = kept.get((contest_id, name), []) == apart
                yield "" if same else f"{name} of {contest_id} does not fall into the lines that are kept"


def _quotes(connection: Connection) -> Iterator[str]:
    said = {}
    given = select(documents.c.id, documents.c.hash, texts.c.text).join(texts, texts.c.hash == documents.c.hash)
    for key, value, whole in connection.execute(given):
        said[key] = whole
        yield "" if digest(whole) == value else f"the text of document {key} is not the one that was added"
    for row in connection.execute(select(claims)).mappings():
        same = said.get(row["document_id"], "")[row["start"] : row["end"]] == row["quote"]
        yield "" if same else f"the quote of claim {row['id']} does not stand in document {row['document_id']}"


def _ledger(connection: Connection) -> Iterator[str]:
    previous, expected = GENESIS, 1
    for row in connection.execute(select(ledger).order_by(ledger.c.number)).mappings():
        value = line_hash(row["number"], row["previous"], row["recorded"], json.loads(row["entry"]))
        sound = (row["number"], row["previous"], row["hash"]) == (expected, previous, value)
        yield "" if sound else f"entry {row['number']} of the ledger is not as it was recorded"
        previous, expected = row["hash"], row["number"] + 1


def _counts(connection: Connection) -> Iterator[str]:
    """Each upload is the one that was sent, and each count stands at the address of what was asked and sent."""
    for value in connection.execute(select(uploads.c.hash).order_by(uploads.c.hash)).scalars().all():
        content = connection.execute(select(uploads.c.content).where(uploads.c.hash == value)).scalar_one()
        same = hashlib.sha256(content).hexdigest() == value
        yield "" if same else f"the upload {value} is not the one that was sent"
    sent: dict[str, list[tuple[str, str, str]]] = {}
    wanted = select(count_files).where(count_files.c.role != "rejected")
    for one in connection.execute(wanted.order_by(count_files.c.position)).mappings():
        sent.setdefault(one["count_key"], []).append((one["role"], one["name"], one["hash"]))
    for row in connection.execute(select(counts)).mappings():
        options, basis = json.loads(row["options"]), json.loads(row["basis"])
        theirs = sorted(sent.get(row["key"], []), key=lambda f: ROLES.index(f[0]))
        value = digest_of(row["rulebook"], options, basis, theirs)
        if (value, value[: len(row["key"])]) != (row["digest"], row["key"]):
            yield f"count {row['key']} is not the one that was asked for"
        elif row["record"] is not None and json.loads(row["record"]).get("winner") != row["winner"]:
            yield f"count {row['key']} does not show what its record says"
        else:
            yield ""


CHECKS: dict[str, Callable[[Connection], Iterator[str]]] = {
    "database": _database,
    "journal": _chain,
    "replay": _replay,
    "folders": _folders,
    "lines": _lines,
    "tables": _tables,
    "quotes": _quotes,
    "ledger": _ledger,
    "counts": _counts,
}
"""Name -> check, in the order in which they are made."""
