"""Long work that survives a restart: queued, taken by one worker, with progress and cancel."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from whipcount.errors import NotFound
from whipcount.store.entities import canonical
from whipcount.store.history import stamp
from whipcount.store.part import Part
from whipcount.store.records import Job, JobState
from whipcount.store.schema import job_files, jobs
from whipcount.store.transaction import named, now
from whipcount.store.uploads import add_job_files, content_of, drop_job_files

ENDED = ("done", "failed", "cancelled")


class Jobs(Part):
    """The jobs of a store."""

    def add_job(
        self, kind: str, arguments: Mapping[str, Any], who: str, files: Sequence[tuple[str, bytes]] = ()
    ) -> Job:
        """Queue a job. `arguments` is plain data (JSON); `files` (name, content) are kept until it has ended."""

        def work(connection: Connection) -> int:
            key = queue(connection, kind, arguments, who)
            add_job_files(connection, key, files)
            return key

        return self.job((self.database.write if files else self.database.alone)(work))

    def job_files(self, job_id: int) -> list[tuple[str, bytes]]:
        """The files of a job that has not ended: name and content of each, in their order."""
        wanted = select(job_files.c.name, job_files.c.hash).where(job_files.c.job_id == job_id)

        def work(connection: Connection) -> list[tuple[str, bytes]]:
            found = connection.execute(wanted.order_by(job_files.c.position)).all()
            return [(name, content_of(connection, value)) for name, value in found]

        return self.database.read(work)

    def claim_job(self, worker: str, kinds: Collection[str] | None = None) -> Job | None:
        """Take the oldest queued job, for this worker alone; None where there is none."""
        if not self.database.read(lambda c: c.execute(_queued(kinds)).first()):
            return None  # most of the time: looking takes no lock
        key = self.database.alone(lambda c: _claim(c, worker, kinds))
        return None if key is None else self.job(key)

    def progress(self, job_id: int, done: int, of: int, note: str = "") -> bool:
        """Say how far a running job is (and that its worker lives). False: it was cancelled, stop."""
        values = {"done": done, "of": of, "note": note, "beat": now()}
        wanted = update(jobs).where(jobs.c.id == job_id, jobs.c.state == "running").values(values)
        return int(self.database.alone(lambda c: c.execute(wanted).rowcount)) == 1

    def beat_jobs(self, worker: str) -> None:
        """Say that a worker lives, so that its running jobs stay its own."""
        theirs = update(jobs).where(jobs.c.state == "running", jobs.c.worker == worker)
        self.database.alone(lambda c: c.execute(theirs.values(beat=now())))

    def jobs_ahead(self, job: Job) -> int:
        """How many jobs of its kind a queued job waits for."""
        before = select(func.count()).where(
            jobs.c.kind == job.kind, jobs.c.id < job.id, jobs.c.state.in_(("queued", "running"))
        )
        return int(self.database.read(lambda c: c.execute(before).scalar_one()))

    def finish_job(self, job_id: int, result: Any = None) -> bool:
        """A running job is done, with its result as plain data. False: it was cancelled meanwhile, and stays so."""
        return self._end(job_id, "done", {"result": canonical(result)})

    def fail_job(self, job_id: int, error: str) -> bool:
        """A running job failed, and why. False: it was cancelled meanwhile."""
        return self._end(job_id, "failed", {"error": error})

    def cancel_job(self, job_id: int) -> bool:
        """Cancel a job that is queued or running; its worker learns of it at its next `progress`."""
        return self._end(job_id, "cancelled", {}, ("queued", "running"))

    def requeue_jobs(self, silent: timedelta = timedelta(0), worker: str | None = None) -> int:
        """Queue again the running jobs whose worker has been silent for so long (on a restart: all, or one worker's)."""
        limit = stamp(datetime.now(UTC) - silent)
        wanted = update(jobs).where(jobs.c.state == "running", jobs.c.beat <= limit)
        if worker is not None:
            wanted = wanted.where(jobs.c.worker == worker)
        return int(self.database.alone(lambda c: c.execute(wanted.values(state="queued", worker=None)).rowcount))

    def job(self, job_id: int) -> Job:
        """One job. Raises `NotFound`."""
        row = self.database.read(lambda c: c.execute(select(jobs).where(jobs.c.id == job_id)).mappings().first())
        if row is None:
            raise NotFound("job", str(job_id), ())
        return job_from(row)

    def jobs(self, state: JobState | None = None, *, limit: int = 200) -> list[Job]:
        """Jobs, newest first, in one state or all."""
        wanted = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        if state is not None:
            wanted = wanted.where(jobs.c.state == state)
        return self.database.read(lambda c: [job_from(row) for row in c.execute(wanted).mappings()])

    def _end(self, job_id: int, state: JobState, values: dict[str, Any], among: tuple[str, ...] = ("running",)) -> bool:
        wanted = update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(among))
        wanted = wanted.values({"state": state, "finished": now()} | values)
        ended = int(self.database.alone(lambda c: c.execute(wanted).rowcount)) == 1
        if ended and self._has_files(job_id):
            self.database.write(lambda c: drop_job_files(c, [job_id]))
        return ended

    def _has_files(self, job_id: int) -> bool:
        wanted = select(job_files.c.job_id).where(job_files.c.job_id == job_id).limit(1)
        return self.database.read(lambda c: c.execute(wanted).first()) is not None

    def sweep_job_files(self) -> None:
        """Forget files of jobs that ended while nobody was left to let go of them."""
        wanted = select(job_files.c.job_id).join(jobs, jobs.c.id == job_files.c.job_id).where(jobs.c.state.in_(ENDED))
        self.database.write(lambda c: drop_job_files(c, list(c.execute(wanted).scalars())))


def queue(connection: Connection, kind: str, arguments: Mapping[str, Any], who: str) -> int:
    """Queue a job in a transaction; returns its number."""
    row = {
        "kind": kind, "arguments": canonical(dict(arguments)), "who": named(who), "state": "queued", "done": 0, "of": 0,
        "attempts": 0, "note": "", "error": "", "created": now(),
    }  # fmt: skip
    return int(connection.execute(insert(jobs).returning(jobs.c.id), row).scalar_one())


def _queued(kinds: Collection[str] | None) -> Select[Any]:
    wanted = select(jobs.c.id).where(jobs.c.state == "queued").order_by(jobs.c.id).limit(1)
    return wanted if kinds is None else wanted.where(jobs.c.kind.in_(kinds))


def _claim(connection: Connection, worker: str, kinds: Collection[str] | None) -> int | None:
    key = connection.execute(_queued(kinds).with_for_update(skip_locked=True)).scalar()
    if key is None:
        return None
    started = now()
    values = {
        "state": "running",
        "worker": worker,
        "started": started,
        "beat": started,
        "attempts": jobs.c.attempts + 1,
    }
    connection.execute(update(jobs).where(jobs.c.id == key).values(values))
    return int(key)


def job_from(row: Mapping[Any, Any]) -> Job:
    """A job from its row."""
    made: dict[str, Any] = {
        k: datetime.fromisoformat(row[k]) if row[k] else None for k in ("started", "beat", "finished")
    }
    made |= {k: row[k] for k in ("id", "kind", "who", "state", "worker", "done", "of", "note", "error", "attempts")}
    made |= {"arguments": json.loads(row["arguments"]), "result": json.loads(row["result"]) if row["result"] else None}
    return Job(created=datetime.fromisoformat(row["created"]), **made)
