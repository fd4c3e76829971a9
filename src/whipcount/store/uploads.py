"""What was uploaded, kept once under its SHA-256 for as long as a count or a job has it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, insert, select

from whipcount.store.schema import count_files, job_files, uploads


def keep(connection: Connection, content: bytes) -> str:
    """Keep some bytes; returns their SHA-256 in hex. The same bytes are kept once."""
    value = hashlib.sha256(content).hexdigest()
    if connection.execute(select(uploads.c.hash).where(uploads.c.hash == value)).first() is None:
        connection.execute(insert(uploads), {"hash": value, "size": len(content), "content": content})
    return value


def content_of(connection: Connection, value: str) -> bytes:
    """The bytes with this SHA-256, which must be there."""
    return bytes(connection.execute(select(uploads.c.content).where(uploads.c.hash == value)).scalar_one())


def let_go(connection: Connection, values: Collection[str]) -> None:
    """Forget those of the uploads that neither a count nor a job has any more. Call it as the only writer."""
    for value in sorted(set(values)):
        held = [
            connection.execute(select(one.c.hash).where(one.c.hash == value).limit(1)).first()
            for one in (count_files, job_files)
        ]
        if not any(held):
            connection.execute(delete(uploads).where(uploads.c.hash == value))


def add_job_files(connection: Connection, job_id: int, files: Sequence[tuple[str, bytes]]) -> None:
    """Keep the files of a job: (name, content) of each, in their order."""
    for i, (name, content) in enumerate(files):
        row = {"job_id": job_id, "position": i, "name": name, "hash": keep(connection, content)}
        connection.execute(insert(job_files), row)


def drop_job_files(connection: Connection, job_ids: Collection[int]) -> None:
    """Forget the files of jobs that have ended. Call it as the only writer."""
    theirs = job_files.c.job_id.in_(list(job_ids))
    values = list(connection.execute(select(job_files.c.hash).where(theirs)).scalars())
    connection.execute(delete(job_files).where(theirs))
    let_go(connection, values)
