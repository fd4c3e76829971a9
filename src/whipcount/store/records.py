"""What the store hands out: frozen records, each with the version that an edit of it must name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from whipcount.read.claim import Claim
from whipcount.read.document import Document

ClaimStatus = Literal["open", "accepted", "rejected", "mended"]
DocumentStatus = Literal["new", "read", "done", "dismissed"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
CountRole = Literal["ballots", "tallies", "lots", "order", "rejected"]
Role = Literal["reader", "editor", "owner"]

CLAIM_STATUSES: tuple[ClaimStatus, ...] = ("open", "accepted", "rejected", "mended")
DOCUMENT_STATUSES: tuple[DocumentStatus, ...] = ("new", "read", "done", "dismissed")
ROLES: tuple[Role, ...] = ("reader", "editor", "owner")


@dataclass(frozen=True)
class StoredContest:
    """A contest in the store.

    question        what its leading question asks
    version         rises with every event on the contest: rows, files, documents, claims
    folder_version  rises only where its folder changed: the cache key for what is computed from the folder
    rows            how many rows each of its tables has
    """

    id: str
    name: str
    party: str
    country: str
    rulebook: str
    question: str
    due: date | None
    decided: date | None
    version: int
    folder_version: int
    updated: datetime
    rows: Mapping[str, int]


@dataclass(frozen=True)
class Row:
    """One row of a table of a contest folder: its values by column of the file ("" where blank)."""

    id: int
    version: int
    contest_id: str
    file: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class StoredFile:
    """A file of a contest folder: name, version (of its content), size in bytes, and whether it is one of the tables."""

    name: str
    version: str
    size: int
    table: bool


@dataclass(frozen=True)
class StoredDocument:
    """A document of the inbox. `document` is what the reader takes; `already`: it was there when it was added."""

    id: int
    version: int
    contest_id: str | None
    status: DocumentStatus
    hash: str
    document: Document
    added: datetime
    added_by: str
    already: bool = False


@dataclass(frozen=True)
class StoredClaim:
    """A claim of a document, and what was decided on it.

    row_id   the row of the folder that says it, once accepted or mended (None where the tables have no row for it)
    note     why no row was written, where none was
    """

    id: int
    version: int
    document_id: int
    contest_id: str | None
    status: ClaimStatus
    claim: Claim
    row_id: int | None
    note: str


@dataclass(frozen=True)
class Change:
    """One thing that an event changed: what it is, its key, and all of it before and after (None: it was not there)."""

    entity: str
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True)
class Event:
    """One entry of the journal. `undoes` is the event that it took back, `undone_by` the one that took it back."""

    id: int
    at: datetime
    who: str
    action: str
    contest_id: str | None
    summary: str
    undoes: int | None
    undone_by: int | None
    hash: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class User:
    """An account. `password_hash` is as it was handed in; the store hashes nothing."""

    id: int
    name: str
    role: Role
    password_hash: str
    created: datetime


@dataclass(frozen=True)
class LoginSession:
    """A session of a user, known by the hash of its token."""

    token_hash: str
    user: User
    created: datetime
    expires: datetime


@dataclass(frozen=True)
class Job:
    """Long work. `done` of `of` steps; `of` 0 where unknown; `beat` is when its worker was last heard of."""

    id: int
    kind: str
    arguments: Mapping[str, Any]
    who: str
    state: JobState
    worker: str | None
    done: int
    of: int
    note: str
    result: Any
    error: str
    attempts: int
    created: datetime
    started: datetime | None
    beat: datetime | None
    finished: datetime | None


@dataclass(frozen=True)
class CountFile:
    """A file of a count: what it is in it, its name as it was sent, SHA-256 and bytes. `rejected`: what could not be read, with reasons."""

    role: CountRole
    name: str
    hash: str
    size: int


@dataclass(frozen=True)
class StoredCount:
    """A count of ballots that was asked for.

    key       its permanent address: the beginning of a SHA-256 of its files, options and rules
    options   as they were typed, by field
    askers    everybody who asked for it, the first one first (`who`)
    state     of its job; `failed` also where it could not even be begun
    says      the result in a sentence; `winner` None where nobody is elected or nothing is counted yet
    problem   (field, message) where it could not be counted
    """

    key: str
    rulebook: str
    options: Mapping[str, str]
    who: str
    askers: tuple[str, ...]
    asked: datetime
    state: JobState
    job: Job | None
    winner: str | None
    says: str | None
    problem: tuple[str, str] | None
    finished: datetime | None
    files: tuple[CountFile, ...]

    def having(self, role: CountRole) -> tuple[CountFile, ...]:
        """Its files of one role, in order."""
        return tuple(one for one in self.files if one.role == role)


@dataclass(frozen=True)
class Feed:
    """An address that is polled. `etag` and `modified` are what its server last said, `failures` those in a row."""

    id: int
    version: int
    url: str
    contest_id: str | None
    title: str
    outlet: str
    active: bool
    etag: str
    modified: str
    next_poll: datetime | None
    last_poll: datetime | None
    failures: int
    note: str


@dataclass(frozen=True)
class LedgerEntry:
    """One line of the ledger of predictions and resolutions: the entry as plain data, and its place in the chain."""

    number: int
    recorded: str
    previous: str
    hash: str
    entry: Mapping[str, Any]
