"""Contests in the store: folders in and out to the byte, and their contents as objects."""

from __future__ import annotations

import csv
import hashlib
import threading
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from whipcount.contest import Contest
from whipcount.errors import ContestError, NotFound, Problem, UsageError, WhipcountError
from whipcount.store.csvtext import split
from whipcount.store.diff import merge_lines
from whipcount.store.errors import changed_meanwhile
from whipcount.store.folder import contest_of, read_folder, safe_name, write_folder
from whipcount.store.part import Part
from whipcount.store.records import StoredContest, StoredFile
from whipcount.store.schema import CELLS, contests, files, lines
from whipcount.store.settle import folder_files, identity_row, settle
from whipcount.store.transaction import Transaction


class Contests(Part):
    """The contests of a store."""

    _cache: dict[str, tuple[int, date, Contest]]
    _cache_lock: threading.Lock

    def contests(self) -> list[StoredContest]:
        """Every contest, those changed last first."""
        return self.database.read(lambda c: _stored(c, None))

    def stored_contest(self, contest_id: str) -> StoredContest:
        """One contest. Raises `NotFound`."""
        found = self.database.read(lambda c: _stored(c, contest_id))
        return found[0] if found else self._unknown(contest_id)

    def version(self, contest_id: str) -> int:
        """A number that rises with every event on a contest. Raises `NotFound`."""
        return self._number(contest_id, contests.c.version)

    def folder_version(self, contest_id: str) -> int:
        """A number that rises whenever a contest's folder changes: what is computed from it holds until then."""
        return self._number(contest_id, contests.c.folder_version)

    def contest(self, contest_id: str) -> Contest:
        """The contest, as `contest.load` gives it from its folder; kept until the folder changes. Raises `NotFound`."""
        wanted, today = self.folder_version(contest_id), date.today()
        with self._cache_lock:
            kept = self._cache.get(contest_id)
        if kept is not None and kept[0] >= wanted and kept[1] == today:
            return kept[2]
        version, found = self.database.read(lambda c: (_folder_version(c, contest_id), folder_files(c, contest_id)))
        made = contest_of(found, contest_id)
        with self._cache_lock:
            kept = self._cache.get(contest_id)
            if kept is None or kept[0] <= version:
                self._cache[contest_id] = (version, today, made)
        return made

    def files(self, contest_id: str) -> dict[str, bytes]:
        """The files of a contest's folder by name, to the byte. Raises `NotFound`."""
        found = self.database.read(lambda c: folder_files(c, contest_id))
        return found or self._unknown(contest_id)

    def file_list(self, contest_id: str) -> list[StoredFile]:
        """The files of a contest's folder, with their versions."""
        return [_listed(name, content) for name, content in self.files(contest_id).items()]

    def import_folder(self, path: str | Path, who: str, *, replace: bool = False) -> StoredContest:
        """Take a contest folder in, as one event. A folder that is there already to the byte changes nothing.

        With `replace`, a stored contest becomes what the folder is: rows that are the same keep their ids and versions.
        Raises `ContestError` for a folder with problems, `UsageError` for a contest that is there and differs.
        """
        found = read_folder(Path(path))
        contest = contest_of(found, Path(path).resolve().name)
        self.database.write(lambda c: _take_in(Transaction(c), contest, found, who, replace=replace))
        return self.stored_contest(contest.id)

    def export_folder(self, contest_id: str, path: str | Path, *, over: bool = False) -> tuple[str, ...]:
        """Write a contest's folder to a new or empty folder; returns the names of the files.

        With `over` files of the same names are written over. Raises `UsageError` for a folder that holds anything else.
        """
        found = self.files(contest_id)
        write_folder(Path(path), found, over=over)
        return tuple(found)

    def put_file(
        self, contest_id: str, name: str, content: bytes, who: str, *, version: str | None = None
    ) -> StoredFile:
        """Write a file of a contest's folder; `version` is that of the file you started from, None for a new one.

        Lines of a table that are the same keep their ids. Raises `Conflict` carrying (your bytes, their `StoredFile`),
        `ContestError` where the folder would not be valid.
        """
        self.database.write(lambda c: self._put(Transaction(c), contest_id, safe_name(name), content, who, version))
        return next(f for f in self.file_list(contest_id) if f.name == name)

    def _put(self, tx: Transaction, contest_id: str, name: str, content: bytes, who: str, version: str | None) -> None:
        _folder_version(tx.connection, contest_id)
        found = folder_files(tx.connection, contest_id).get(name)
        theirs = None if found is None else _listed(name, found)
        if (theirs.version if theirs else None) != version:
            raise changed_meanwhile(f"The file '{name}'", content, theirs)
        if found == content:
            return
        _readable(name, content)
        write_file(tx, contest_id, name, content)
        settle(tx, contest_id)
        tx.record(who, "file", contest_id, f"{name} written", folder=True)

    def _number(self, contest_id: str, column: Any) -> int:
        found = self.database.read(lambda c: c.execute(select(column).where(contests.c.id == contest_id)).scalar())
        return self._unknown(contest_id) if found is None else int(found)

    def _unknown(self, contest_id: str) -> Any:
        raise NotFound("contest in the store", contest_id, (c.id for c in self.contests()))


def _listed(name: str, content: bytes) -> StoredFile:
    return StoredFile(name, hashlib.sha256(content).hexdigest()[:16], len(content), name in CELLS)


def _folder_version(connection: Any, contest_id: str) -> int:
    found = connection.execute(select(contests.c.folder_version).where(contests.c.id == contest_id)).scalar()
    if found is None:
        raise NotFound("contest in the store", contest_id, connection.execute(select(contests.c.id)).scalars())
    return int(found)


def _stored(connection: Any, contest_id: str | None) -> list[StoredContest]:
    wanted = select(contests).order_by(contests.c.updated.desc(), contests.c.id)
    counted = (
        select(files.c.contest_id, files.c.name, func.count())
        .join(lines, lines.c.file_id == files.c.id)
        .where(lines.c.kind == "row")
        .group_by(files.c.contest_id, files.c.name)
        .order_by(files.c.name)
    )
    if contest_id is not None:
        wanted = wanted.where(contests.c.id == contest_id)
        counted = counted.where(files.c.contest_id == contest_id)
    rows: dict[str, dict[str, int]] = {}
    for contest, file, number in connection.execute(counted):
        rows.setdefault(contest, {})[file] = number
    return [_contest(row, rows.get(row["id"], {})) for row in connection.execute(wanted).mappings()]


def _contest(row: Mapping[Any, Any], rows: Mapping[str, int]) -> StoredContest:
    days: dict[str, Any] = {k: date.fromisoformat(row[k]) if row[k] else None for k in ("due", "decided")}
    plain: dict[str, Any] = {
        k: row[k] for k in ("id", "party", "country", "rulebook", "question", "version", "folder_version")
    }
    return StoredContest(name=row["title"], updated=datetime.fromisoformat(row["updated"]), rows=rows, **plain, **days)


def _file(tx: Transaction, contest_id: str, name: str) -> dict[str, Any] | None:
    wanted = select(files.c.id).where(files.c.contest_id == contest_id, files.c.name == name)
    key = tx.connection.execute(wanted).scalar()
    return None if key is None else tx.get("file", key)


def _readable(name: str, content: bytes) -> None:
    """Raise `ContestError` for a table that is not text or not CSV, before it is taken apart into lines."""
    if name not in CELLS:
        return
    try:
        text = content.decode("utf-8")
        if "\0" in text:
            raise ValueError("it holds a NUL")
        split(text)
    except (ValueError, csv.Error) as why:
        mend = "Save it as 'CSV UTF-8', and check the double quotes."
        raise ContestError(Problem(name, 0, f"cannot be read as a table ({why})", mend)) from None


def write_file(tx: Transaction, contest_id: str, name: str, content: bytes | None) -> None:
    """Make a file what `content` is (None: gone), changing no more lines than differ."""
    found = _file(tx, contest_id, name)
    if content is None:
        if found:
            merge_lines(tx, found["id"], "")
            tx.delete("file", found["id"])
        return
    if name not in CELLS:
        if found is None:
            tx.insert("file", {"contest_id": contest_id, "name": name, "content": content})
        elif bytes(found["content"]) != content:
            tx.update("file", found["id"], content=content)
        return
    key = found["id"] if found else tx.insert("file", {"contest_id": contest_id, "name": name, "content": None})
    merge_lines(tx, key, content.decode("utf-8"))


def _take_in(tx: Transaction, contest: Contest, found: Mapping[str, bytes], who: str, *, replace: bool) -> None:
    there = tx.get("contest", contest.id) is not None
    stored = folder_files(tx.connection, contest.id) if there else {}
    if there and stored == dict(found):
        return
    if there and not replace:
        differ = sorted(n for n in {*stored, *found} if stored.get(n) != found.get(n))
        raise UsageError(
            f"'{contest.id}' is in the store already and differs in {', '.join(differ)}. "
            "Export it and compare, or take the folder's form with --replace (the journal keeps what was)."
        )
    if not there:
        tx.insert("contest", {"id": contest.id} | identity_row(contest))
    for name in sorted({*stored, *found}):
        write_file(tx, contest.id, name, found.get(name))
    if folder_files(tx.connection, contest.id) != dict(found):
        raise WhipcountError(
            f"The folder of '{contest.id}' does not come out of the store as it went in; nothing was kept."
        )
    settle(tx, contest.id, contest)
    rows = sum(1 for entity, *_ in tx.changes if entity == "line")
    what = f"{len(found)} files, {rows} lines" if not there else f"replaced from a folder, {rows} lines changed"
    tx.record(who, "import", contest.id, what, folder=True)
