"""Making a stored table what a text says, with as few changed lines as can be: what is the same keeps its id.

Lines stand at positions with gaps between them, so that a line put in between moves no other.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import select

from whipcount.store.csvtext import Line, split
from whipcount.store.schema import claims, lines
from whipcount.store.transaction import Transaction

GAP = 1024


def merge_lines(tx: Transaction, file_id: int, text: str) -> bool:
    """Bring the lines of a file to a text; says whether anything changed."""
    wanted = split(text)
    found = select(lines).where(lines.c.file_id == file_id).order_by(lines.c.position)
    stored = [dict(row) for row in tx.connection.execute(found).mappings()]
    match = SequenceMatcher(None, [_of(row) for row in stored], wanted, autojunk=False)
    fresh: list[dict[str, Any]] = []
    steps = [step for step in match.get_opcodes() if step[0] != "equal"]
    for _, i1, i2, j1, j2 in steps:
        for row in stored[i1:i2]:
            release_claims(tx, row["id"])
            tx.delete("line", row["id"], row)
        low = stored[i1 - 1]["position"] if i1 else 0
        high = stored[i2]["position"] if i2 < len(stored) else low + (j2 - j1 + 1) * GAP
        if high - low <= j2 - j1:
            return _afresh(tx, file_id, wanted)
        step = (high - low) // (j2 - j1 + 1)
        fresh += [_row(file_id, line, low + (k + 1) * step) for k, line in enumerate(wanted[j1:j2])]
    tx.insert_many("line", fresh)
    return bool(steps)


def _afresh(tx: Transaction, file_id: int, wanted: list[Line]) -> bool:
    """Where the gaps are used up: all lines anew."""
    for row in tx.connection.execute(select(lines).where(lines.c.file_id == file_id)).mappings().all():
        release_claims(tx, row["id"])
        tx.delete("line", row["id"], dict(row))
    tx.insert_many("line", [_row(file_id, line, (i + 1) * GAP) for i, line in enumerate(wanted)])
    return True


def release_claims(tx: Transaction, line_id: int) -> None:
    """A claim whose row goes away no longer points to it."""
    for key in tx.connection.execute(select(claims.c.id).where(claims.c.row_id == line_id)).scalars().all():
        tx.update("claim", key, row_id=None, wrote=False, note="its row was removed")


def _of(row: dict[str, Any]) -> Line:
    return Line(row["kind"], row["raw"], row["ending"])


def _row(file_id: int, line: Line, position: int) -> dict[str, Any]:
    return {"file_id": file_id, "position": position, "kind": line.kind, "raw": line.raw, "ending": line.ending}
