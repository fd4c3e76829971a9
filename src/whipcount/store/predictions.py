"""The ledger of predictions and resolutions in the store: only ever added to, each entry chained to the one before.

The chain is that of `whipcount score`: the lines that `ledger_lines` gives are a ledger that it verifies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from whipcount.errors import UsageError
from whipcount.store.entities import canonical, digest
from whipcount.store.part import Part
from whipcount.store.records import LedgerEntry
from whipcount.store.schema import ledger
from whipcount.store.transaction import GENESIS, Transaction


class Predictions(Part):
    """The ledger of a store."""

    def record_predictions(self, entries: Iterable[Mapping[str, Any]], who: str) -> list[LedgerEntry]:
        """Put entries on record (plain data, as `whipcount.score` writes them: `entry`, `id`, ...), all or none.

        Raises `UsageError` for an id that is on record, or a resolution of a prediction that is not.
        """
        made = [dict(entry) for entry in entries]
        numbers = self.database.write(lambda c: _record(Transaction(c), made, who))
        return [one for one in self.predictions() if one.number in numbers]

    def predictions(self, contest_id: str | None = None) -> list[LedgerEntry]:
        """What is on record, in order; with a contest, its predictions and their resolutions."""
        rows = self.database.read(lambda c: c.execute(select(ledger).order_by(ledger.c.number)).mappings().all())
        about = {row["entry_id"] for row in rows if row["contest"] == contest_id}
        return [
            _entry(row) for row in rows if contest_id is None or row["entry_id"] in about or row["resolves"] in about
        ]

    def ledger_lines(self) -> bytes:
        """The ledger as a file that `whipcount score --verify` takes."""
        return b"".join((canonical(sealed(one)) + "\n").encode("utf-8") for one in self.predictions())


def sealed(one: LedgerEntry) -> dict[str, Any]:
    """One line of a ledger, as data."""
    body = {"entry": one.entry, "n": one.number, "previous": one.previous, "recorded": one.recorded}
    return body | {"hash": one.hash}


def line_hash(number: int, previous: str, recorded: str, entry: Any) -> str:
    """The hash of a line of a ledger, as `whipcount.score.chain` defines it."""
    return digest(canonical({"entry": entry, "n": number, "previous": previous, "recorded": recorded}))


def _entry(row: Mapping[Any, Any]) -> LedgerEntry:
    return LedgerEntry(row["number"], row["recorded"], row["previous"], row["hash"], json.loads(row["entry"]))


def _record(tx: Transaction, entries: list[dict[str, Any]], who: str) -> set[int]:
    last = tx.connection.execute(
        select(ledger.c.number, ledger.c.hash).order_by(ledger.c.number.desc()).limit(1)
    ).first()
    number, previous = (last[0], last[1]) if last else (0, GENESIS)
    kinds = {row[0]: row[1] for row in tx.connection.execute(select(ledger.c.entry_id, ledger.c.kind))}
    recorded = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = []
    for entry in entries:
        _fits(entry, kinds)
        number += 1
        value = line_hash(number, previous, recorded, entry)
        rows.append(_row(entry) | {"number": number, "previous": previous, "recorded": recorded, "hash": value})
        kinds[entry["id"]] = entry["entry"]
        previous = value
    if rows:
        tx.insert_many("ledger", rows)
        tx.record(who, "predict", None, f"{len(rows)} entries of the ledger")
    return {row["number"] for row in rows}


def _fits(entry: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    if entry.get("entry") not in {"prediction", "resolution"} or not isinstance(entry.get("id"), str):
        raise UsageError("An entry of the ledger has an 'id', and 'entry' is prediction or resolution.")
    if entry["id"] in kinds:
        raise UsageError(f"The id '{entry['id']}' is on record already. Give each entry an id of its own.")
    if entry["entry"] == "resolution" and kinds.get(str(entry.get("of"))) != "prediction":
        raise UsageError(f"'{entry.get('of')}' is no prediction on record. Write the id of the prediction under 'of'.")


def _row(entry: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: entry.get(name) for name in ("contest", "by", "says", "made", "verdict", "probability")}
    named = {"entry_id": entry["id"], "kind": entry["entry"], "resolves": entry.get("of")}
    return shown | named | {"entry": canonical(dict(entry))}
