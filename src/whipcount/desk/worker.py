"""Long work: jobs of the store, done one after the other in a thread of the desk's, with progress, cancel, and over a restart.

A job is plain data (kind and arguments), so whoever starts the desk again takes up what was left. Feeds that are due become jobs.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Mapping
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from whipcount.errors import WhipcountError

if TYPE_CHECKING:
    from whipcount.desk.working import Desk
    from whipcount.store import Job

log = logging.getLogger("whipcount.desk")
PAUSE, LOOK = 0.5, 30.0
"""Seconds between looks for a job, and between looks for feeds that are due."""


class Stopped(Exception):
    """The job was cancelled, or the desk is stopping."""


Step = Callable[[int, int, str], None]
Handler = Callable[["Desk", Mapping[str, Any], str, Step], Any]


class Worker:
    """The thread that does jobs."""

    def __init__(self, desk: Desk, handlers: Mapping[str, Handler], *, look: float = LOOK) -> None:
        self.desk, self.handlers, self.look = desk, handlers, look
        self.name = f"{socket.gethostname()}:{desk.settings.port}"
        self._stop = Event()
        self._thread = Thread(target=self._run, name="desk-worker", daemon=True)

    def start(self) -> None:
        """Take up what an earlier desk at this address left, and go on with what is queued."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the step that is under way; its job stays to be taken up."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _run(self) -> None:
        store, waited = self.desk.store, self.look
        store.requeue_jobs(worker=self.name)
        while not self._stop.is_set():
            try:
                if waited >= self.look:
                    waited = 0.0
                    self._due()
                done = self.once()
            except WhipcountError as why:
                log.warning("jobs: %s", why)
                done = False
            except Exception:
                log.exception("jobs failed")
                done = False
            if not done:
                self._stop.wait(PAUSE)
                waited += PAUSE

    def _due(self) -> None:
        store = self.desk.store
        queued = {
            job.arguments.get("feed")
            for state in ("queued", "running")
            for job in store.jobs(state)
            if job.kind == "poll"
        }
        for feed in store.due_feeds():
            if feed.id not in queued:
                store.add_job("poll", {"feed": feed.id}, "whipcount")

    def once(self) -> bool:
        """Do the next job, if there is one. Returns whether there was."""
        job = self.desk.store.claim_job(self.name, tuple(self.handlers))
        if job is None:
            return False
        self._do(job)
        return True

    def _do(self, job: Job) -> None:
        store = self.desk.store

        def step(done: int, of: int, note: str = "") -> None:
            if self._stop.is_set() or not store.progress(job.id, done, of, note):
                raise Stopped

        try:
            step(0, 0, "")
            store.finish_job(job.id, self.handlers[job.kind](self.desk, job.arguments, job.who, step))
        except Stopped:
            if self._stop.is_set():
                store.requeue_jobs(worker=self.name)
        except WhipcountError as why:
            store.fail_job(job.id, str(why))
        except Exception:
            log.exception("job %s (%s) failed", job.id, job.kind)
            store.fail_job(job.id, "Something went wrong at our end. It is noted in the log.")
