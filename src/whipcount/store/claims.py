"""Claims of the inbox, and what is decided on them: the row that one becomes is written in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, select

from whipcount.errors import NotFound, UsageError
from whipcount.read.claim import FIELDS, Claim, from_row
from whipcount.store.documents import claim_row, claims_of, document_of
from whipcount.store.errors import changed_meanwhile
from whipcount.store.folder import contest_of
from whipcount.store.part import Part
from whipcount.store.records import ClaimStatus, StoredClaim, StoredDocument
from whipcount.store.rows import append, take_away
from whipcount.store.schema import CELLS, claims, documents
from whipcount.store.settle import folder_files, settle
from whipcount.store.transaction import Transaction

SAID = ("speaker", "modality", "start", "end", "kind")


class Claims(Part):
    """The claims of a store."""

    def add_claims(self, document_id: int, found: Iterable[Claim], who: str) -> list[StoredClaim]:
        """Add what was read in a document, as one event; a claim that is there already stays as it is. Returns all of them.

        Raises `InputError` for a claim whose quote is not in the document to the letter.
        """
        made = claims_of(found)
        self.database.write(lambda c: _add(Transaction(c), document_id, made, who))
        return self.claims(document_id=document_id)

    def claims(
        self, *, document_id: int | None = None, contest_id: str | None = None, status: ClaimStatus | None = None
    ) -> list[StoredClaim]:
        """Claims of a document or of a contest's documents, in the order of documents and of their text."""
        wanted = _wanted().order_by(claims.c.document_id, claims.c.start, claims.c.id)
        if document_id is not None:
            wanted = wanted.where(claims.c.document_id == document_id)
        if contest_id is not None:
            wanted = wanted.where(documents.c.contest_id == contest_id)
        if status is not None:
            wanted = wanted.where(claims.c.status == status)
        return self.database.read(lambda c: [stored(row) for row in c.execute(wanted).mappings()])

    def claim(self, claim_id: int) -> StoredClaim:
        """One claim. Raises `NotFound`."""
        return self.database.read(lambda c: _claim(c, claim_id))

    def decide(
        self, claim_id: int, verdict: ClaimStatus, version: int, who: str, mended: Mapping[str, Any] | None = None
    ) -> StoredClaim:
        """Accept, reject or mend a claim, or open it again; the row that it becomes is written, or taken back, with it.

        `mended` gives new values for the claim's own fields, `speaker`, `modality`, `kind`, or `start` and `end` (the
        quote follows). Where the tables have no row for the claim, it is accepted all the same and `note` says why.
        Raises `Conflict` if `version` is not the latest, `ContestError` if the contest would not be valid, `UsageError` for a
        document without a contest or a day.
        """
        self.database.write(lambda c: _decide(Transaction(c), claim_id, verdict, version, who, dict(mended or {})))
        return self.claim(claim_id)


def _wanted() -> Select[Any]:
    return select(claims, documents.c.contest_id).join(documents, documents.c.id == claims.c.document_id)


def _claim(connection: Connection, claim_id: int) -> StoredClaim:
    row = connection.execute(_wanted().where(claims.c.id == claim_id)).mappings().first()
    if row is None:
        raise NotFound("claim", str(claim_id), ())
    return stored(row)


def stored(row: Mapping[Any, Any]) -> StoredClaim:
    """A claim from its row."""
    said = {k: row[k] for k in ("kind", "start", "end", "quote", "speaker", "modality", "confidence")}
    claim = Claim(**said, own=json.loads(row["own"]), by=row["rule"])
    head = {k: row[k] for k in ("id", "version", "document_id", "contest_id", "status", "row_id", "note")}
    return StoredClaim(**head, claim=claim)


def _add(tx: Transaction, document_id: int, found: tuple[Claim, ...], who: str) -> None:
    document = document_of(tx.connection, document_id)
    there = set(
        tx.connection.execute(select(claims.c.fingerprint).where(claims.c.document_id == document_id)).scalars()
    )
    fresh: dict[str, dict[str, Any]] = {}
    for claim in found:
        row = claim_row(document, claim)
        if row["fingerprint"] not in there:
            fresh.setdefault(row["fingerprint"], row | {"status": "open", "row_id": None, "wrote": False, "note": ""})
    tx.insert_many("claim", list(fresh.values()))
    if document.status == "new":
        tx.update("document", document_id, status="read")
    if tx.changes:
        tx.record(who, "claims", document.contest_id, f"{len(fresh)} claims of document {document_id}")


def _decide(
    tx: Transaction, claim_id: int, verdict: ClaimStatus, version: int, who: str, mended: dict[str, Any]
) -> None:
    theirs = _claim(tx.connection, claim_id)
    if theirs.version != version:
        raise changed_meanwhile(f"Claim {claim_id}", {"verdict": verdict} | mended, theirs)
    if verdict not in {"accepted", "rejected", "mended", "open"} or (mended and verdict != "mended"):
        raise UsageError("A claim is accepted, rejected, mended (then say what is mended) or open again.")
    row = tx.find("claim", claim_id)
    took = row["row_id"] if row["wrote"] else None
    if took is not None:
        take_away(tx, took)
        row = tx.find("claim", claim_id)
    document = document_of(tx.connection, theirs.document_id)
    claim = _mended(document, theirs.claim, mended)
    outcome: dict[str, Any] = {"row_id": None, "wrote": False, "note": ""}
    if verdict in {"accepted", "mended"}:
        outcome = _written(tx, document, claim)
    tx.update("claim", claim_id, row, status=verdict, **claim_row(document, claim), **outcome)
    _closed(tx, document.id)
    folder = took is not None or outcome["wrote"]
    if folder and document.contest_id is not None:
        settle(tx, document.contest_id)
    tx.record(who, verdict, document.contest_id, f"claim {claim_id}: {claim.quote[:80]}", folder=folder)


def _mended(document: StoredDocument, claim: Claim, mended: dict[str, Any]) -> Claim:
    if not mended:
        return claim
    kind = str(mended.get("kind", claim.kind))
    own = {f: claim.own.get(f) for f in FIELDS.get(kind, ())}
    for name, value in mended.items():
        if name in FIELDS.get(kind, ()):
            own[name] = None if value in {None, ""} else str(value)
        elif name not in SAID:
            raise NotFound(f"field of a claim of kind '{kind}'", name, (*FIELDS.get(kind, ()), *SAID))
    start, end = int(mended.get("start", claim.start)), int(mended.get("end", claim.end))
    said = {k: str(mended.get(k, getattr(claim, k))) for k in ("speaker", "modality")}
    row = {"kind": kind, "start": start, "end": end, "quote": document.document.text[start:end]} | said | own
    return replace(from_row(row, "the mended claim"), confidence=1.0, by="by hand")


def _written(tx: Transaction, document: StoredDocument, claim: Claim) -> dict[str, Any]:
    """Write the row that a claim becomes; what the claim then says about it."""
    contest_id = document.contest_id
    if contest_id is None:
        raise UsageError(f"Document {document.id} belongs to no contest yet. Say which, then accept its claims.")
    from whipcount.read.rows import Maker

    maker = Maker(contest_of(folder_files(tx.connection, contest_id), contest_id))
    key = maker.key(document.document, claim)
    if key in maker.known:
        return {"row_id": _row_of(tx, contest_id, key), "wrote": False, "note": "was there already"}
    row = maker.row(document.document, claim)
    if isinstance(row, str):
        return {"row_id": None, "wrote": False, "note": row}
    file = "predictions.csv" if claim.kind == "prediction" else "evidence.csv"
    return {"row_id": append(tx, contest_id, file, {"id": key} | row), "wrote": True, "note": ""}


def _row_of(tx: Transaction, contest_id: str, key: str) -> int | None:
    for file in ("evidence.csv", "predictions.csv"):
        table = CELLS[file]
        wanted = select(table.c.row_id).where(table.c.contest_id == contest_id, table.c.id == key)
        found = tx.connection.execute(wanted).scalar()
        if found is not None:
            return int(found)
    return None


def _closed(tx: Transaction, document_id: int) -> None:
    """A document is done when none of its claims is open, and read again when one is."""
    open_ones = select(claims.c.id).where(claims.c.document_id == document_id, claims.c.status == "open").limit(1)
    status = "read" if tx.connection.execute(open_ones).first() else "done"
    document = tx.find("document", document_id)
    if document["status"] in {"read", "done"} and document["status"] != status:
        tx.update("document", document_id, document, status=status)
