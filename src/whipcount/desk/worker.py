"""Long work: jobs of the store, done in threads of the desk's, with progress, cancel, and over a restart.

A job is plain data (kind and arguments), so whoever starts the desk again takes up what was left. There is a lane for each sort of
work, with a thread of its own: counts do not wait for reads, and neither for a backtest. Feeds that are due become jobs.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from whipcount.errors import WhipcountError
from whipcount.store.errors import StoreAway

if TYPE_CHECKING:
    from whipcount.desk.working import Desk
    from whipcount.store import Job

log = logging.getLogger("whipcount.desk")
PAUSE, LOOK, DAY = 0.5, 30.0, 86_400.0
"""Seconds between looks for a job, between rounds of housekeeping (feeds that are due, beats), and between sweeps."""
SILENT = timedelta(minutes=5)
"""After so long without a beat a worker is taken to be gone, and its jobs are anybody's."""
FORGOTTEN = timedelta(days=30)
"""Attempts at a count that failed or were cancelled are kept for so long."""
LANES = {"count": frozenset({"count"}), "read": frozenset({"poll", "read", "read again"})}
"""Kinds of work that have a lane of their own; all others share one."""


class Stopped(Exception):
    """The job was cancelled, or the desk is stopping."""


Step = Callable[[int, int, str], None]
Handler = Callable[["Desk", Mapping[str, Any], str, Step], Any]
"""What does a kind of job: for a desk, with the arguments (and `job`, its number), in somebody's name."""
_WORKERS: WeakKeyDictionary[Desk, Worker] = WeakKeyDictionary()


def nudge(desk: Desk) -> None:
    """Say that a job was queued, so that it is looked for at once."""
    worker = _WORKERS.get(desk)
    if worker is not None:
        worker.nudge()


class Worker:
    """The threads that do jobs, and one that looks after them."""

    def __init__(self, desk: Desk, handlers: Mapping[str, Handler], *, look: float = LOOK) -> None:
        self.desk, self.handlers, self.look = desk, handlers, look
        name = f"{socket.gethostname()}:{desk.settings.port}"
        self.stopping = Event()
        kinds = {lane: tuple(k for k in handlers if k in own) for lane, own in LANES.items()}
        kinds["long"] = tuple(k for k in handlers if not any(k in own for own in LANES.values()))
        self.lanes = tuple(Lane(self, f"{name}/{lane}", of) for lane, of in kinds.items() if of)
        self._left = (name, *(lane.name for lane in self.lanes))
        self._keeper = Thread(target=self._keep, name="desk-worker", daemon=True)
        _WORKERS[desk] = self

    def start(self) -> None:
        """Take up what an earlier desk at this address left, and go on with what is queued."""
        self._keeper.start()

    def nudge(self) -> None:
        """Look for a job at once."""
        for lane in self.lanes:
            lane.nudged.set()

    def stop(self) -> None:
        """Stop after the step that is under way; its job stays to be taken up."""
        self.stopping.set()
        self.nudge()
        if self._keeper.is_alive():
            self._keeper.join(timeout=30)
        for lane in self.lanes:
            lane.stop()

    def _keep(self) -> None:
        swept = -DAY
        for name in self._left:
            _guarded(lambda name=name: self.desk.store.requeue_jobs(worker=name))  # type: ignore[misc]
        for lane in self.lanes:
            lane.start()
        while not self.stopping.is_set():
            _guarded(self._due)
            _guarded(self._beat)
            if time.monotonic() - swept >= DAY:
                swept = time.monotonic()
                _guarded(self._sweep)
            self.stopping.wait(self.look)

    def _beat(self) -> None:
        for lane in self.lanes:
            self.desk.store.beat_jobs(lane.name)
        if self.desk.store.requeue_jobs(SILENT):
            self.nudge()

    def _sweep(self) -> None:
        self.desk.store.sweep_counts(FORGOTTEN)
        self.desk.store.sweep_job_files()

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


class Lane:
    """A thread that does jobs of some kinds, one after the other."""

    def __init__(self, worker: Worker, name: str, kinds: tuple[str, ...]) -> None:
        self.worker, self.name, self.kinds = worker, name, kinds
        self.nudged, self._away = Event(), False
        self._thread = Thread(target=self._run, name=f"desk-{name.rpartition('/')[2]}", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Wait for the step that is under way."""
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self.worker.stopping.is_set():
            self.nudged.clear()
            if not _guarded(self._once):
                self.nudged.wait(PAUSE)

    def _once(self) -> bool:
        """Do the next job, if there is one. Returns whether there was."""
        store = self.worker.desk.store
        try:
            if self._away:  # what was under way when the database went is begun anew
                store.requeue_jobs(worker=self.name)
                self._away = False
            job = store.claim_job(self.name, self.kinds)
            if job is not None:
                self._do(job)
        except StoreAway as why:
            if not self._away:
                log.warning("jobs wait, the database does not answer: %s", why.detail or why)
            self._away = True
            return False
        return job is not None

    def _do(self, job: Job) -> None:
        desk, stopping = self.worker.desk, self.worker.stopping
        store = desk.store

        def step(done: int, of: int, note: str = "") -> None:
            if stopping.is_set() or not store.progress(job.id, done, of, note):
                raise Stopped

        try:
            step(0, 0, "")
            given = {**job.arguments, "job": job.id}
            store.finish_job(job.id, self.worker.handlers[job.kind](desk, given, job.who, step))
        except Stopped:
            if stopping.is_set():
                store.requeue_jobs(worker=self.name)
        except StoreAway:
            raise
        except WhipcountError as why:
            store.fail_job(job.id, str(why))
        except Exception:
            log.exception("job %s (%s) failed", job.id, job.kind)
            store.fail_job(job.id, "Something went wrong at our end. It is noted in the log.")


def _guarded(work: Callable[[], Any]) -> Any:
    """What some work gives; None where it fails, which is noted, for the thread must go on."""
    try:
        return work()
    except WhipcountError as why:
        log.warning("jobs: %s", why)
    except Exception:
        log.exception("jobs failed")
    return None
