"""Rows of a contest's tables: read, add, change, remove; each change is checked as the folder is before it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from whipcount.contest import TABLES, columns
from whipcount.errors import ContestError, NotFound, Problem, UsageError
from whipcount.store import csvtext
from whipcount.store.diff import GAP, release_claims
from whipcount.store.errors import changed_meanwhile
from whipcount.store.part import Part
from whipcount.store.records import Row
from whipcount.store.schema import changes, contests, files, lines
from whipcount.store.settle import settle
from whipcount.store.transaction import Transaction

Values = Mapping[str, str]


class Rows(Part):
    """The rows of the tables of a contest folder."""

    def rows(self, contest_id: str, file: str) -> list[Row]:
        """The rows of one table (`evidence.csv`), in the order of the file. Raises `NotFound`."""
        known_table(file)
        found = self.database.read(lambda c: _table_lines(c, contest_id, file))
        header = next((r["raw"] for r in found if r["kind"] == "header"), "")
        return [_row(r, contest_id, file, header) for r in found if r["kind"] == "row"]

    def row(self, row_id: int) -> Row:
        """One row, by the id that the store gave it. Raises `NotFound`."""
        made = self.database.read(lambda c: current(Transaction(c), row_id))
        if made is None:
            raise NotFound("row", str(row_id), ())
        return made

    def add_row(self, contest_id: str, file: str, values: Values, who: str) -> Row:
        """Add a row at the end of a table. Raises `ContestError` with what would be wrong, `NotFound`."""
        key = self.database.write(lambda c: _add(Transaction(c), contest_id, file, values, who))
        return self.row(key)

    def change_row(self, row_id: int, values: Values, version: int, who: str) -> Row:
        """Set cells of a row; columns that `values` does not name stay as they are.

        `version` is that of the row you started from. Raises `Conflict` with `yours` (your values) and `theirs` (the `Row`
        as it stands) if it is no longer the latest, `ContestError` with what would be wrong, `NotFound`.
        """
        self.database.write(lambda c: _change(Transaction(c), row_id, values, version, who))
        return self.row(row_id)

    def remove_row(self, row_id: int, version: int, who: str) -> None:
        """Take a row away; the journal keeps it. Raises as `change_row`."""
        self.database.write(lambda c: _remove(Transaction(c), row_id, version, who))


def _table_lines(connection: Connection, contest_id: str, file: str) -> Sequence[Mapping[Any, Any]]:
    _known(connection, contest_id)
    wanted = (
        select(lines)
        .join(files, files.c.id == lines.c.file_id)
        .where(files.c.contest_id == contest_id, files.c.name == file, lines.c.kind != "other")
        .order_by(lines.c.position)
    )
    return connection.execute(wanted).mappings().all()


def _known(connection: Connection, contest_id: str) -> None:
    """Raise `NotFound` for a contest that is not in the store."""
    there = list(connection.execute(select(contests.c.id)).scalars())
    if contest_id not in there:
        raise NotFound("contest in the store", contest_id, there)


def known_table(file: str) -> None:
    """Raise `NotFound` for a file that is none of the tables."""
    if file not in TABLES:
        raise NotFound("table", file, TABLES)


def _row(line: Mapping[Any, Any], contest_id: str, file: str, header: str) -> Row:
    return Row(line["id"], line["version"], contest_id, file, csvtext.values_of(header, line["raw"]))


def current(tx: Transaction, row_id: int) -> Row | None:
    """A row as it stands in a transaction."""
    line = tx.get("line", row_id)
    if line is None or line["kind"] != "row":
        return None
    file = tx.find("file", line["file_id"])
    return _row(line, file["contest_id"], file["name"], _header(tx, line["file_id"])["raw"])


def _header(tx: Transaction, file_id: int) -> dict[str, Any]:
    found = select(lines).where(lines.c.file_id == file_id, lines.c.kind == "header")
    return dict(tx.connection.execute(found).mappings().one())


def clean(file: str, values: Values) -> dict[str, str]:
    """Values as a cell can hold them. Raises `ContestError` for an unknown column or what no text file can hold."""
    _, known = columns(TABLES[file][1])
    out: dict[str, str] = {}
    for name, value in values.items():
        if name not in known:
            what = f"there is no column '{name[:60]}' in this file's format"
            raise ContestError(Problem(file, 0, what, f"The columns are: {','.join(known)}"))
        out[name] = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if "\0" in value or any(0xD800 <= ord(c) < 0xE000 for c in value):
            raise ContestError(Problem(file, 0, f"'{name}' holds a character that no text can hold", "Remove it."))
    return out


def _table(tx: Transaction, contest_id: str, file: str) -> int:
    """The id of a table's file, which is made with its full header where there is none."""
    known_table(file)
    _known(tx.connection, contest_id)
    key = tx.connection.execute(
        select(files.c.id).where(files.c.contest_id == contest_id, files.c.name == file)
    ).scalar()
    if key is not None:
        return int(key)
    made = int(tx.insert("file", {"contest_id": contest_id, "name": file, "content": None}))
    raw = ",".join(columns(TABLES[file][1])[1])
    tx.insert("line", {"file_id": made, "position": GAP, "kind": "header", "raw": raw, "ending": "\n"})
    return made


def append(tx: Transaction, contest_id: str, file: str, values: Values) -> int:
    """Add a row within a transaction; returns its id. The folder is not checked here."""
    file_id = _table(tx, contest_id, file)
    wanted = {k: v for k, v in clean(file, values).items() if v}
    shape = _widened(tx, file_id, file, wanted)
    last = tx.connection.execute(
        select(lines.c.position).where(lines.c.file_id == file_id).order_by(lines.c.position.desc()).limit(1)
    ).scalar_one()
    raw = shape.text(file, wanted)
    line = {"file_id": file_id, "position": last + GAP, "kind": "row", "raw": raw, "ending": shape.ending}
    return int(tx.insert("line", line))


class _Shape:
    """How a table is written: its columns, its quotes, its line end."""

    def __init__(self, header: str, raws: list[str], ending: str) -> None:
        self.columns = csvtext.cells_of(header)
        self.quote_all = csvtext.quotes_all([header, *raws])
        self.ending = ending

    def text(self, file: str, values: Values) -> str:
        raw = csvtext.row_text(self.columns, values, quote_all=self.quote_all, ending=self.ending)
        if not csvtext.reads_back(self.columns, values, raw):
            what = "the row would be read as a comment or a blank line"
            raise ContestError(Problem(file, 0, what, "Fill its first cell with something that does not begin with #."))
        return raw


def _widened(tx: Transaction, file_id: int, file: str, values: Values) -> _Shape:
    """How a file writes its rows, after its header has got the columns that `values` needs."""
    found = tx.connection.execute(
        select(lines.c.kind, lines.c.raw, lines.c.ending).where(lines.c.file_id == file_id).order_by(lines.c.position)
    ).all()
    header = _header(tx, file_id)
    shape = _Shape(
        header["raw"], [r.raw for r in found if r.kind == "row"][:200], csvtext.usual_ending(r.ending for r in found)
    )
    order = columns(TABLES[file][1])[1]
    lacking = [name for name in order if name in values and name not in shape.columns]
    if lacking:
        more = csvtext.write(lacking, quote_all=shape.quote_all, ending=shape.ending)
        tx.update("line", header["id"], header, raw=f"{header['raw']},{more}")
        shape.columns += lacking
    return shape


def _add(tx: Transaction, contest_id: str, file: str, values: Values, who: str) -> int:
    key = append(tx, contest_id, file, values)
    settle(tx, contest_id)
    tx.record(who, "add", contest_id, f"{file}: {_called(values)}", folder=True)
    return key


def _called(values: Values) -> str:
    return next((v for v in values.values() if v), "a row")[:80]


def _checked(tx: Transaction, row_id: int, version: int, yours: Values | None) -> Row:
    found = current(tx, row_id)
    if found is None and not _was_there(tx, row_id):
        raise NotFound("row", str(row_id), ())
    if found is None or found.version != version:
        raise changed_meanwhile(f"Row {row_id}", yours, found)
    return found


def _was_there(tx: Transaction, row_id: int) -> bool:
    found = select(changes.c.event_id).where(changes.c.entity == "line", changes.c.key == str(row_id)).limit(1)
    return tx.connection.execute(found).first() is not None


def _change(tx: Transaction, row_id: int, values: Values, version: int, who: str) -> None:
    row = _checked(tx, row_id, version, values)
    wanted = clean(row.file, values)
    after = dict(row.values) | wanted
    if {k: v for k, v in after.items() if v} == {k: v for k, v in row.values.items() if v}:
        return
    line = tx.find("line", row_id)
    shape = _widened(tx, line["file_id"], row.file, {k: v for k, v in after.items() if v})
    tx.update("line", row_id, line, raw=shape.text(row.file, after))
    settle(tx, row.contest_id)
    names = ", ".join(k for k, v in wanted.items() if row.values.get(k, "") != v)
    tx.record(who, "change", row.contest_id, f"{row.file}: {_called(row.values)}: {names}", folder=True)


def _remove(tx: Transaction, row_id: int, version: int, who: str) -> None:
    row = _checked(tx, row_id, version, None)
    take_away(tx, row_id)
    settle(tx, row.contest_id)
    tx.record(who, "remove", row.contest_id, f"{row.file}: {_called(row.values)}", folder=True)


def take_away(tx: Transaction, row_id: int) -> None:
    """Remove a row within a transaction; claims no longer point to it. The folder is not checked here."""
    if tx.get("line", row_id) is None:
        raise UsageError(f"Row {row_id} is gone already.")
    release_claims(tx, row_id)
    tx.delete("line", row_id)
