"""Counts of ballots: what was uploaded and asked, and what came of it, at an address made of its content.

The same files, options and rules are one count, whoever asks; it is made by a job of kind 'count', queued in the transaction in
which the files are kept. A count is in the state of its job until it has a record or a problem.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from whipcount.errors import NotFound
from whipcount.store.entities import canonical, digest
from whipcount.store.history import stamp
from whipcount.store.jobs import job_from, queue
from whipcount.store.part import Part
from whipcount.store.records import CountFile, CountRole, JobState, StoredCount
from whipcount.store.schema import count_askers, count_files, counts, job_files, jobs, uploads
from whipcount.store.transaction import named, now
from whipcount.store.uploads import keep, let_go

KIND = "count"
SHORT = 16
"""Characters of the digest that make a key; more where two counts begin alike."""
ROLES: tuple[CountRole, ...] = ("ballots", "tallies", "lots", "order", "rejected")
"""The order in which files enter the digest."""
Files = Sequence[tuple[CountRole, str, bytes]]
_HEAD = (
    *(c for c in counts.columns if c.name not in {"record", "tally"}),
    counts.c.record.is_not(None).label("counted"),
)


class Counts(Part):
    """The counts of a store."""

    def add_count(
        self,
        rulebook: str,
        options: Mapping[str, str],
        basis: Mapping[str, str],
        files: Files,
        who: str,
        *,
        problem: tuple[str, str] | None = None,
        instead_of: str | None = None,
    ) -> StoredCount:
        """Ask for a count: its files are kept and its job is queued when this returns.

        `basis` is what else the result rests on (a digest of the rules). One that is there already is asked for by one more; one that
        failed or was cancelled is queued anew. With a `problem` (field, message) nothing is queued: the files wait to be
        used again. `instead_of` is the failed attempt that this one mends; it is forgotten if nobody else asked for it.
        """
        who = named(who)

        def work(connection: Connection) -> str:
            key = _added(connection, rulebook, options, basis, files, who)
            _begun(connection, key, who, problem)
            if instead_of and instead_of != key:
                _forget_failed(connection, instead_of, who)
            return key

        return self.count(self.database.write(work))

    def count(self, key: str) -> StoredCount:
        """One count. Raises `NotFound`."""
        found = self.database.read(lambda c: _counts(c, select(*_HEAD).where(counts.c.key == key)))
        if not found:
            raise NotFound("count", key, ())
        return found[0]

    def counts(self, who: str | None = None, *, limit: int = 100, after: int = 0) -> list[StoredCount]:
        """Counts, newest first: those that somebody asked for, or all; `after` so many (for pages)."""
        wanted = select(*_HEAD).order_by(counts.c.asked.desc(), counts.c.key).limit(limit).offset(after)
        if who is not None:
            mine = select(count_askers.c.count_key).where(count_askers.c.who == who)
            wanted = wanted.where(counts.c.key.in_(mine))
        return self.database.read(lambda c: _counts(c, wanted))

    def count_record(self, key: str) -> str:
        """The record of a count that was made (JSON), to the byte. Raises `NotFound`."""
        return self._text(key, "record")

    def count_tally(self, key: str) -> str:
        """What its rounds are drawn from, as `finish_count` was given it. Raises `NotFound`."""
        return self._text(key, "tally")

    def _text(self, key: str, column: str) -> str:
        wanted = select(counts.c[column]).where(counts.c.key == key)
        found = self.database.read(lambda c: c.execute(wanted).scalar())
        if found is None:
            raise NotFound("record of a count", key, ())
        return str(found)

    def upload(self, value: str) -> bytes:
        """What was uploaded, by its SHA-256. Raises `NotFound`."""
        wanted = select(uploads.c.content).where(uploads.c.hash == value)
        found = self.database.read(lambda c: c.execute(wanted).scalar())
        if found is None:
            raise NotFound("upload", value, ())
        return bytes(found)

    def kept_bytes(self, who: str) -> int:
        """How many bytes are kept of what somebody had counted, or read by jobs that have not ended."""
        theirs = select(count_files.c.hash).join(count_askers, count_askers.c.count_key == count_files.c.count_key)
        waiting = select(job_files.c.hash).join(jobs, jobs.c.id == job_files.c.job_id)
        both = theirs.where(count_askers.c.who == who).union(waiting.where(jobs.c.who == who))
        wanted = select(func.coalesce(func.sum(uploads.c.size), 0)).where(uploads.c.hash.in_(both))
        return int(self.database.read(lambda c: c.execute(wanted).scalar_one()))

    def finish_count(
        self, key: str, job_id: int, *, winner: str | None, says: str, record: str, tally: str, rejected: Sequence[tuple[str, bytes]] = ()
    ) -> bool:  # fmt: skip
        """A count is made: its record and its job's end are one. False: it was cancelled meanwhile, and stays so."""

        def work(connection: Connection) -> bool:
            if not _ended(connection, job_id, "done", ""):
                return False
            _set(connection, key, winner=winner, says=says, record=record, tally=tally, problem=None, finished=now())
            _put_files(connection, key, [("rejected", name, content) for name, content in rejected])
            return True

        return self.database.write(work)

    def fail_count(self, key: str, job_id: int, field: str, message: str) -> bool:
        """A count cannot be made, and which field is at fault. False: it was cancelled meanwhile."""

        def work(connection: Connection) -> bool:
            if not _ended(connection, job_id, "failed", message):
                return False
            _set(connection, key, problem=canonical([field, message]), finished=now())
            return True

        return self.database.write(work)

    def remove_count(self, key: str, who: str | None = None) -> bool:
        """Somebody wants a count no more (None: nobody does). With the last one it goes, and its files. Says whether it is gone."""

        def work(connection: Connection) -> bool:
            asked = delete(count_askers).where(count_askers.c.count_key == key)
            connection.execute(asked.where(count_askers.c.who == who) if who is not None else asked)
            left = select(count_askers.c.who).where(count_askers.c.count_key == key).limit(1)
            if connection.execute(left).first() is not None:
                return False
            _forget(connection, key)
            return True

        return self.database.write(work)

    def sweep_counts(self, older: timedelta) -> int:
        """Forget attempts that failed or were cancelled so long ago; says how many."""
        limit = stamp(datetime.now(UTC) - older)
        stale = select(counts.c.key).outerjoin(jobs, jobs.c.id == counts.c.job_id)
        stale = stale.where(counts.c.record.is_(None), counts.c.asked <= limit)
        stale = stale.where(jobs.c.id.is_(None) | jobs.c.state.in_(("failed", "cancelled")))

        def work(connection: Connection) -> int:
            keys = list(connection.execute(stale).scalars())
            for key in keys:
                _forget(connection, key)
            return len(keys)

        return self.database.write(work)


def digest_of(
    rulebook: str, options: Mapping[str, str], basis: Mapping[str, str], files: Sequence[tuple[str, str, str]]
) -> str:
    """The digest of a count: of its rulebook, options and basis, and of (role, name, SHA-256) of each of its files in order."""
    whole = {"rulebook": rulebook, "options": dict(options), "basis": dict(basis), "files": [list(f) for f in files]}
    return digest(canonical(whole))


def _added(
    connection: Connection, rulebook: str, options: Mapping[str, str], basis: Mapping[str, str], files: Files, who: str
) -> str:
    files = sorted(files, key=lambda f: ROLES.index(f[0]))
    hashes = [(role, name, keep(connection, content)) for role, name, content in files]
    value = digest_of(rulebook, options, basis, hashes)
    there = connection.execute(select(counts.c.key).where(counts.c.digest == value)).scalar()
    if there is not None:
        return str(there)
    key = next(value[:n] for n in range(SHORT, len(value) + 1) if not _taken(connection, value[:n]))
    row = {"key": key, "digest": value, "rulebook": rulebook, "options": canonical(dict(options))}
    connection.execute(insert(counts), row | {"basis": canonical(dict(basis)), "asked": now(), "who": who})
    _put_files(connection, key, files)
    return key


def _taken(connection: Connection, key: str) -> bool:
    return connection.execute(select(counts.c.key).where(counts.c.key == key)).first() is not None


def _begun(connection: Connection, key: str, who: str, problem: tuple[str, str] | None) -> None:
    """One more asks for it; unless it is made or under way, its job is queued, or its problem noted."""
    mine = (count_askers.c.count_key == key, count_askers.c.who == who)
    if connection.execute(select(count_askers.c.who).where(*mine)).first() is None:
        connection.execute(insert(count_askers), {"count_key": key, "who": who, "at": now()})
    found = _counts(connection, select(*_HEAD).where(counts.c.key == key))[0]
    if found.state in {"done", "running", "queued"}:
        return
    if problem is not None:
        _set(connection, key, job_id=None, problem=canonical(list(problem)), finished=now())
    else:
        job = queue(connection, KIND, {"count": key}, who)
        _set(connection, key, job_id=job, problem=None, finished=None)


def _put_files(connection: Connection, key: str, files: Files) -> None:
    seen: dict[str, int] = {}
    for role, name, content in files:
        seen[role] = at = seen.get(role, -1) + 1
        row = {"count_key": key, "role": role, "position": at, "name": name, "hash": keep(connection, content)}
        connection.execute(insert(count_files), row)


def _set(connection: Connection, key: str, **values: Any) -> None:
    connection.execute(update(counts).where(counts.c.key == key).values(values))


def _ended(connection: Connection, job_id: int, state: JobState, error: str) -> bool:
    wanted = update(jobs).where(jobs.c.id == job_id, jobs.c.state == "running")
    return connection.execute(wanted.values(state=state, error=error, finished=now())).rowcount == 1


def _forget_failed(connection: Connection, key: str, who: str) -> None:
    found = _counts(connection, select(*_HEAD).where(counts.c.key == key))
    if found and found[0].state in {"failed", "cancelled"} and found[0].askers == (who,):
        _forget(connection, key)


def _forget(connection: Connection, key: str) -> None:
    job = connection.execute(select(counts.c.job_id).where(counts.c.key == key)).scalar()
    values = list(connection.execute(select(count_files.c.hash).where(count_files.c.count_key == key)).scalars())
    connection.execute(delete(counts).where(counts.c.key == key))
    waiting = update(jobs).where(jobs.c.id == job, jobs.c.state.in_(("queued", "running")))
    connection.execute(waiting.values(state="cancelled", finished=now()))
    let_go(connection, values)


def _counts(connection: Connection, wanted: Select[Any]) -> list[StoredCount]:
    rows = connection.execute(wanted).mappings().all()
    keys = [row["key"] for row in rows]
    asked: dict[str, list[str]] = {}
    who = select(count_askers.c.count_key, count_askers.c.who).where(count_askers.c.count_key.in_(keys))
    for key, name in connection.execute(who.order_by(count_askers.c.at, count_askers.c.who)):
        asked.setdefault(key, []).append(name)
    files: dict[str, list[CountFile]] = {}
    theirs = select(count_files, uploads.c.size).join(uploads, uploads.c.hash == count_files.c.hash)
    theirs = theirs.where(count_files.c.count_key.in_(keys)).order_by(count_files.c.role, count_files.c.position)
    for one in connection.execute(theirs).mappings():
        made = CountFile(one["role"], one["name"], one["hash"], one["size"])
        files.setdefault(one["count_key"], []).append(made)
    which = select(jobs).where(jobs.c.id.in_([row["job_id"] for row in rows if row["job_id"] is not None]))
    work = {row["id"]: row for row in connection.execute(which).mappings()}
    return [
        _count(row, work.get(row["job_id"]), tuple(asked.get(row["key"], ())), tuple(files.get(row["key"], ())))
        for row in rows
    ]


def _count(
    row: Mapping[Any, Any], work: Mapping[Any, Any] | None, askers: tuple[str, ...], files: tuple[CountFile, ...]
) -> StoredCount:
    job = job_from(work) if work is not None else None
    problem = tuple(json.loads(row["problem"])) if row["problem"] else None
    if problem is None and job is not None and job.state == "failed":
        problem = ("", job.error)
    state: JobState = "done" if row["counted"] else "failed" if problem is not None or job is None else job.state
    finished = datetime.fromisoformat(row["finished"]) if row["finished"] else None
    return StoredCount(
        row["key"], row["rulebook"], json.loads(row["options"]), row["who"], askers, datetime.fromisoformat(row["asked"]),
        state, job, row["winner"], row["says"], problem, finished, files,
    )  # fmt: skip
