"""After a change of a contest's folder, in the same transaction: is it still a contest? Then show it in the tables.

In: a transaction. Out: the `Contest`, with `contests`, `questions` and the tables of cells as the folder has them now; or
`ContestError` with every problem, and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from whipcount.contest import TABLES, Contest
from whipcount.errors import ContestError, Problem
from whipcount.store.csvtext import cells_of, join
from whipcount.store.entities import Record, restored
from whipcount.store.folder import contest_of
from whipcount.store.schema import CELLS, NUMBERS, contests, fields, files, lines, questions
from whipcount.store.transaction import Transaction

AT_ONCE = 500
"""How many keys go into one statement."""


def folder_files(connection: Connection, contest_id: str) -> dict[str, bytes]:
    """The files of a contest's folder, to the byte."""
    found = connection.execute(
        select(files.c.name, files.c.content, files.c.id).where(files.c.contest_id == contest_id)
    )
    named = {name: (content, key) for name, content, key in found}
    texts: dict[int, list[tuple[str, str]]] = {}
    wanted = (
        select(lines.c.file_id, lines.c.raw, lines.c.ending)
        .join(files, files.c.id == lines.c.file_id)
        .where(files.c.contest_id == contest_id)
        .order_by(lines.c.file_id, lines.c.position)
    )
    for file_id, raw, ending in connection.execute(wanted):
        texts.setdefault(file_id, []).append((raw, ending))
    return {
        name: bytes(content) if content is not None else join(texts.get(key, [])).encode("utf-8")
        for name, (content, key) in sorted(named.items())
    }


def touched_contests(tx: Transaction) -> list[str]:
    """The contests that are still there and whose folder the changes of a transaction touch."""
    keys: dict[str, None] = {}
    for entity, _, before, after in tx.changes:
        record = restored(after or before or "{}")
        if entity == "file":
            keys[record["contest_id"]] = None
        elif entity == "line" and (file := tx.get("file", record["file_id"])):
            keys[file["contest_id"]] = None
    return [key for key in keys if tx.get("contest", key)]


def settle(tx: Transaction, contest_id: str, checked: Contest | None = None) -> Contest:
    """Check the folder as it stands in the transaction and bring the tables up to it. Raises `ContestError`.

    `checked` is the contest of just these files, where they were checked before.
    """
    contest = checked or contest_of(folder_files(tx.connection, contest_id), contest_id)
    if contest.id != contest_id:
        what = f"the contest is called '{contest_id}' here, and its folder says '{contest.id}'"
        raise ContestError(Problem("contest.yaml", 1, what, "Keep 'id', or import it as a contest of its own."))
    _identity(tx.connection, contest)
    _cells(tx, contest_id)
    return contest


def identity_row(contest: Contest) -> Record:
    """What `contests` shows of a contest."""
    identity = contest.identity
    leading = next((q for q in identity.questions if q.follows is None), identity.questions[0])
    return {
        "title": identity.title,
        "party": identity.party,
        "country": identity.country,
        "office": identity.office,
        "rulebook": identity.rulebook,
        "question": leading.asks,
        "due": leading.due.isoformat() if leading.due else None,
        "decided": leading.decided.isoformat() if leading.decided else None,
    }


def _identity(connection: Connection, contest: Contest) -> None:
    connection.execute(update(contests).where(contests.c.id == contest.id).values(identity_row(contest)))
    connection.execute(delete(questions).where(questions.c.contest_id == contest.id))
    names = [c.name for c in questions.columns if c.name != "contest_id"]
    here: Record = {"contest_id": contest.id}
    rows = [here | {n: _text(getattr(question, n)) for n in names} for question in contest.identity.questions]
    connection.execute(insert(questions), rows)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _cells(tx: Transaction, contest_id: str) -> None:
    """Show anew the cells of each line that changed, and of every line of a file whose header changed."""
    lines_changed: dict[int, set[int]] = {}
    whole: set[int] = set()
    for entity, key, before, after in tx.changes:
        if entity != "line":
            continue
        record = restored(after or before or "{}")
        lines_changed.setdefault(record["file_id"], set()).add(int(key))
        if record["kind"] == "header":
            whole.add(record["file_id"])
    for file_id, keys in lines_changed.items():
        file = tx.get("file", file_id)
        if file is not None and file["contest_id"] == contest_id and file["name"] in CELLS:
            show_cells(tx.connection, contest_id, file_id, file["name"], None if file_id in whole else keys)


def show_cells(connection: Connection, contest_id: str, file_id: int, name: str, keys: Iterable[int] | None) -> None:
    """Fill the table of cells of one file, for these lines or all of them."""
    found = (
        connection.execute(select(lines).where(lines.c.file_id == file_id).order_by(lines.c.position)).mappings().all()
    )
    header = next((row["raw"] for row in found if row["kind"] == "header"), "")
    table = CELLS[name]
    wanted = {row["id"] for row in found} if keys is None else set(keys)
    ordered = sorted(wanted)
    for start in range(0, len(ordered), AT_ONCE):
        connection.execute(delete(table).where(table.c.row_id.in_(ordered[start : start + AT_ONCE])))
    columns = cells_of(header)
    rows = [
        cells_row(contest_id, name, row["id"], columns, row["raw"])
        for row in found
        if row["kind"] == "row" and row["id"] in wanted
    ]
    if rows:
        connection.execute(insert(table), rows)


def cells_row(contest_id: str, file: str, line_id: int, columns: Sequence[str], raw: str) -> Record:
    """What the table of cells shows of a line: text as the file has it, numbers as numbers, blank as NULL."""
    spelled = fields(TABLES[file][1])
    row: Record = {"row_id": line_id, "contest_id": contest_id} | dict.fromkeys(spelled.values())
    for name, value in zip(columns, cells_of(raw), strict=False):
        column = spelled[name]
        row[column] = _number(column, value) if column in NUMBERS else value or None
    return row


def _number(column: str, value: str) -> float | int | None:
    if not value:
        return None
    return float(value) if column == "share" else int(float(value))
