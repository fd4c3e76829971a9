"""Documents of the inbox, and the claims that were read in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from whipcount.errors import InputError, NotFound, Problem, UsageError
from whipcount.read.claim import Claim
from whipcount.read.document import Document
from whipcount.store.entities import canonical
from whipcount.store.errors import changed_meanwhile
from whipcount.store.part import Part
from whipcount.store.records import DOCUMENT_STATUSES, DocumentStatus, StoredDocument
from whipcount.store.schema import contests, documents, texts
from whipcount.store.transaction import Transaction, now

CHANGEABLE = ("contest_id", "source", "title", "author", "outlet", "published", "country", "status")


class Documents(Part):
    """The documents of a store."""

    def add_document(
        self,
        text: str | bytes,
        *,
        who: str,
        source: str = "text",
        outlet: str | None = None,
        author: str | None = None,
        published: date | None = None,
        contest_id: str | None = None,
        title: str | None = None,
        country: str | None = None,
    ) -> StoredDocument:
        """Add a document; the same text for the same contest is one document, which comes back with `already` set.

        Bytes are read as `whipcount.read.read_bytes` reads a file (HTML, PDF, mail, text) and kept beside their text; where
        they hold several documents, the first is taken (`read_bytes` yourself and add each, for a feed).
        Raises `InputError` for what is no text.
        """
        original = text if isinstance(text, bytes) else None
        document = _read(text, source, published, country) if isinstance(text, bytes) else Document(text)
        given: dict[str, Any] = {
            "source": source,
            "outlet": outlet,
            "author": author,
            "date": published,
            "title": title,
            "country": country,
        }
        document = replace(document, **{k: v for k, v in given.items() if v is not None})
        _storable(document)
        key, already = self.database.write(lambda c: _add(Transaction(c), document, original, contest_id, who))
        return replace(self.document(key), already=already)

    def documents(
        self, contest_id: str | None = None, status: DocumentStatus | None = None, *, limit: int = 500
    ) -> list[StoredDocument]:
        """Documents, newest first: of one contest, with one status. Without a contest: all."""
        wanted = _wanted().order_by(documents.c.id.desc()).limit(limit)
        if contest_id is not None:
            wanted = wanted.where(documents.c.contest_id == contest_id)
        if status is not None:
            wanted = wanted.where(documents.c.status == status)
        return self.database.read(lambda c: [stored(row) for row in c.execute(wanted).mappings()])

    def document(self, document_id: int) -> StoredDocument:
        """One document. Raises `NotFound`."""
        return self.database.read(lambda c: document_of(c, document_id))

    def change_document(self, document_id: int, version: int, who: str, **changed: Any) -> StoredDocument:
        """Change what is known about a document (`contest_id`, `source`, `title`, `author`, `outlet`, `published`, `country`) or its `status`.

        Raises `Conflict` if `version` is not the latest.
        """
        self.database.write(lambda c: _change(Transaction(c), document_id, version, who, changed))
        return self.document(document_id)


def _wanted() -> Select[Any]:
    return select(documents, texts.c.text).join(texts, texts.c.hash == documents.c.hash)


def _read(raw: bytes, source: str, day: date | None, country: str | None) -> Document:
    from whipcount.read import read_bytes

    return read_bytes(raw, source, day, country)[0]


def _storable(document: Document) -> None:
    for text in (document.text, document.source, document.title, document.author, document.outlet, document.country):
        if text is not None and ("\0" in text or any(0xD800 <= ord(c) < 0xE000 for c in text)):
            what = "holds a character that no text can hold (NUL, or half of a pair)"
            raise InputError(Problem(document.source[:80], 0, what, "Give it as UTF-8 text."))
    if not document.text.strip():
        raise InputError(Problem(document.source[:80], 0, "the document is empty", "Paste its text."))


def _add(
    tx: Transaction, document: Document, original: bytes | None, contest_id: str | None, who: str
) -> tuple[int, bool]:
    if contest_id is not None and tx.get("contest", contest_id) is None:
        raise NotFound("contest in the store", contest_id, tx.connection.execute(select(contests.c.id)).scalars())
    value = hashlib.sha256(document.text.encode("utf-8")).hexdigest()
    same = select(documents.c.id).where(
        documents.c.hash == value, documents.c.contest_id.is_not_distinct_from(contest_id)
    )
    there = tx.connection.execute(same).scalar()
    if there is not None:
        return int(there), True
    if tx.connection.execute(select(texts.c.hash).where(texts.c.hash == value)).first() is None:
        tx.connection.execute(insert(texts), {"hash": value, "text": document.text, "original": original})
    row = {
        "contest_id": contest_id, "hash": value, "source": document.source,
        "title": document.title, "author": document.author, "outlet": document.outlet, "country": document.country,
        "published": document.date.isoformat() if document.date else None,
        "status": "new", "added": now(), "added_by": who.strip(),
    }  # fmt: skip
    key = tx.insert("document", row)
    tx.record(who, "document", contest_id, document.title or document.source)
    return int(key), False


def stored(row: Mapping[Any, Any]) -> StoredDocument:
    """A document from its row."""
    day = date.fromisoformat(row["published"]) if row["published"] else None
    document = Document(row["text"], row["source"], row["title"], row["author"], row["outlet"], day, row["country"])
    added = datetime.fromisoformat(row["added"])
    head = (row["id"], row["version"], row["contest_id"], row["status"], row["hash"])
    return StoredDocument(*head, document, added, row["added_by"])


def document_of(connection: Connection, document_id: int) -> StoredDocument:
    """A document as it stands in a transaction. Raises `NotFound`."""
    row = connection.execute(_wanted().where(documents.c.id == document_id)).mappings().first()
    if row is None:
        raise NotFound("document", str(document_id), ())
    return stored(row)


def _change(tx: Transaction, document_id: int, version: int, who: str, changed: dict[str, Any]) -> None:
    theirs = document_of(tx.connection, document_id)
    if theirs.version != version:
        raise changed_meanwhile(f"Document {document_id}", changed, theirs)
    unknown = sorted(set(changed) - set(CHANGEABLE))
    if unknown:
        raise NotFound("field of a document", unknown[0], CHANGEABLE)
    if changed.get("status", "new") not in DOCUMENT_STATUSES:
        raise UsageError(f"A document's status is one of {', '.join(DOCUMENT_STATUSES)}.")
    contest_id = changed.get("contest_id")
    if contest_id is not None and tx.get("contest", contest_id) is None:
        raise NotFound("contest in the store", contest_id, ())
    plain: dict[str, Any] = {k: v.isoformat() if isinstance(v, date) else v for k, v in changed.items()}
    tx.update("document", document_id, **plain)
    tx.record(who, "document", contest_id or theirs.contest_id, f"document {document_id}: {', '.join(sorted(changed))}")


def claim_row(document: StoredDocument, claim: Claim) -> dict[str, Any]:
    """A claim as the table has it. Raises `InputError` for one whose quote is not in its document to the letter."""
    if document.document.text[claim.start : claim.end] != claim.quote or not claim.quote:
        what = f"a claim's quote does not stand in the document at {claim.start} to {claim.end}"
        raise InputError(Problem(document.document.source, 0, what, "Read the document again."))
    own = dict(claim.own)
    return {
        "document_id": document.id, "fingerprint": claim.fingerprint(document.document.fingerprint), "kind": claim.kind,
        "start": claim.start, "end": claim.end, "quote": claim.quote, "speaker": claim.speaker, "modality": claim.modality,
        "own": canonical(own), "confidence": float(claim.confidence), "rule": claim.by,
    }  # fmt: skip


def claims_of(rows: Iterable[Claim]) -> tuple[Claim, ...]:
    """Claims, in the order of their document."""
    return tuple(sorted(rows, key=lambda c: (c.start, c.end)))
