"""The tables. What a contest folder holds to the byte is in `files` and `lines`; one table for each CSV shows the cells.

The journal (`journal`, `journal_changes`) holds every change of contests, files, lines, documents, claims, users, feeds and
the ledger. Jobs, counts of ballots, sessions and the state of feeds change nothing of those and are not journaled. Times are text
in UTC (ISO 8601), which sorts, reads and hashes the same on every database; days in tables are as the file writes them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from whipcount.contest import TABLES
from whipcount.rules.language import Model

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# An id that was given once is never given again (`sqlite_autoincrement`), so that the journal stays unambiguous.


def _key() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _contest(*, null: bool = False, key: bool = False) -> Column[str]:
    return Column("contest_id", Text, ForeignKey("contests.id"), nullable=null, primary_key=key)


contests = Table(
    "contests",
    METADATA,
    Column("id", Text, primary_key=True),
    *(_text(n) for n in ("title", "party", "country", "office", "rulebook", "question")),
    *(_text(n, null=True) for n in ("due", "decided")),
    Column("version", Integer, nullable=False),
    Column("folder_version", Integer, nullable=False),
    _text("updated"),
)
questions = Table(
    "questions",
    METADATA,
    _contest(key=True),
    Column("id", Text, primary_key=True),
    *(_text(n) for n in ("asks", "kind")),
    *(_text(n, null=True) for n in ("section", "leader", "opens", "due", "decided", "outcome")),
)
files = Table(
    "files",
    METADATA,
    _key(),
    _contest(),
    _text("name"),
    Column("content", LargeBinary, nullable=True),
    Column("version", Integer, nullable=False),
    UniqueConstraint("contest_id", "name"),
    sqlite_autoincrement=True,
)
lines = Table(
    "lines",
    METADATA,
    _key(),
    Column("file_id", Integer, ForeignKey("files.id"), nullable=False),
    Column("position", BigInteger, nullable=False),
    _text("kind"),
    _text("raw"),
    _text("ending"),
    Column("version", Integer, nullable=False),
    Index("ix_lines_file_id_position", "file_id", "position"),
    sqlite_autoincrement=True,
)

NUMBERS = {"share": Float, "sample": Integer, "nominations": Integer}


def fields(record: type[Model]) -> dict[str, str]:
    """Column of the CSV -> column of the table (they differ where SQL has a meaning of its own for the word)."""
    return {(info.alias or name): name for name, info in record.model_fields.items()}


def _cells(name: str, record: type[Model]) -> Table:
    return Table(
        name,
        METADATA,
        Column("row_id", Integer, ForeignKey("lines.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        _contest(),
        *(Column(field, NUMBERS.get(field, Text), nullable=True) for field in fields(record).values()),
        Index(f"ix_{name}_contest_id", "contest_id"),
    )


CELLS: dict[str, Table] = {file: _cells(name, record) for file, (name, record) in TABLES.items()}
"""File name -> the table that shows its cells."""

# A text that came in once stays, whatever becomes of the documents that have it.
texts = Table(
    "texts",
    METADATA,
    Column("hash", Text, primary_key=True),
    _text("text"),
    Column("original", LargeBinary, nullable=True),
)
documents = Table(
    "documents",
    METADATA,
    _key(),
    _contest(null=True),
    Column("hash", Text, ForeignKey("texts.hash"), nullable=False),
    _text("source"),
    *(_text(n, null=True) for n in ("title", "author", "outlet", "published", "country")),
    _text("status"),
    _text("added"),
    _text("added_by"),
    Column("version", Integer, nullable=False),
    Index("ix_documents_hash", "hash"),
    Index("ix_documents_contest_id", "contest_id"),
    sqlite_autoincrement=True,
)
claims = Table(
    "claims",
    METADATA,
    _key(),
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False, index=True),
    _text("fingerprint"),
    _text("kind"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    *(_text(n) for n in ("quote", "speaker", "modality", "own")),
    Column("confidence", Float, nullable=False),
    _text("rule"),
    _text("status"),
    Column("row_id", Integer, ForeignKey("lines.id"), nullable=True, index=True),
    Column("wrote", Boolean, nullable=False),
    _text("note"),
    Column("version", Integer, nullable=False),
    sqlite_autoincrement=True,
)
journal = Table(
    "journal",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("at"),
    _text("who"),
    _text("action"),
    Column("contest_id", Text, nullable=True, index=True),
    _text("summary"),
    Column("undoes", Integer, ForeignKey("journal.id"), nullable=True, index=True),
    _text("previous"),
    _text("hash"),
)
changes = Table(
    "journal_changes",
    METADATA,
    Column("event_id", Integer, ForeignKey("journal.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("entity"),
    _text("key"),
    *(_text(n, null=True) for n in ("before", "after")),
    Index("ix_journal_changes_entity_key", "entity", "key"),
)
ledger = Table(
    "ledger",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", Text, nullable=False, unique=True),
    _text("kind"),
    Column("contest", Text, nullable=True, index=True),
    *(_text(n, null=True) for n in ("by", "says", "made", "resolves", "verdict")),
    Column("probability", Float, nullable=True),
    *(_text(n) for n in ("recorded", "previous", "hash", "entry")),
)
users = Table(
    "users",
    METADATA,
    _key(),
    Column("name", Text, nullable=False, unique=True),
    _text("role"),
    _text("password_hash"),
    _text("created"),
    sqlite_autoincrement=True,
)
sessions = Table(
    "sessions",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    _text("created"),
    _text("expires"),
)
jobs = Table(
    "jobs",
    METADATA,
    _key(),
    *(_text(n) for n in ("kind", "arguments", "who", "state")),
    _text("worker", null=True),
    *(Column(n, Integer, nullable=False) for n in ("done", "of", "attempts")),
    *(_text(n) for n in ("note", "error", "created")),
    *(_text(n, null=True) for n in ("result", "started", "beat", "finished")),
    Index("ix_jobs_state", "state", "id"),
    sqlite_autoincrement=True,
)
feeds = Table(
    "feeds",
    METADATA,
    _key(),
    _text("url"),
    _contest(null=True),
    *(_text(n) for n in ("title", "outlet")),
    Column("active", Boolean, nullable=False),
    *(_text(n) for n in ("etag", "modified")),
    *(_text(n, null=True) for n in ("next_poll", "last_poll")),
    Column("failures", Integer, nullable=False),
    _text("note"),
    Column("version", Integer, nullable=False),
    sqlite_autoincrement=True,
)

# What was uploaded is kept once, under its SHA-256, for as long as a count or a job has it.
uploads = Table(
    "uploads",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
job_files = Table(
    "job_files",
    METADATA,
    Column("job_id", Integer, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("name"),
    Column("hash", Text, ForeignKey("uploads.hash"), nullable=False, index=True),
)
counts = Table(
    "counts",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    *(_text(n) for n in ("rulebook", "options", "basis", "asked", "who")),
    Column("job_id", Integer, ForeignKey("jobs.id"), nullable=True, index=True),
    *(_text(n, null=True) for n in ("winner", "says", "record", "tally", "problem", "finished")),
)
count_files = Table(
    "count_files",
    METADATA,
    Column("count_key", Text, ForeignKey("counts.key", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("name"),
    Column("hash", Text, ForeignKey("uploads.hash"), nullable=False, index=True),
)
count_askers = Table(
    "count_askers",
    METADATA,
    Column("count_key", Text, ForeignKey("counts.key", ondelete="CASCADE"), primary_key=True),
    Column("who", Text, primary_key=True),
    _text("at"),
    Index("ix_count_askers_who", "who"),
)
