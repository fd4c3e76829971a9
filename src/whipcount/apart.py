"""Work on what strangers send is done in a process apart, which is stopped when it takes too long.

A PDF of a few kilobytes can keep a parser busy for hours, and a thread cannot be stopped. The process is started when it is
first needed, and anew after it was stopped; one thing is done in it at a time. What it can do is said by the module that it
runs, which hands its tasks to `main`.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any, BinaryIO

from whipcount.errors import InputError, MissingExtra

MEMORY = 4_000_000_000
"""Bytes of memory that the process may have."""
WATCH = 0.25
"""Seconds between looks at whether a task is still wanted."""


class Apart:
    """The process. Safe to use from several threads, which wait for each other."""

    def __init__(self, module: str) -> None:
        self.module = module  # it calls `main` where it is run
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def do(
        self,
        task: str,
        given: Any,
        seconds: float,
        *,
        wanted: Callable[[], bool] | None = None,
        heard: Callable[[int, int, str], None] | None = None,
    ) -> tuple[str, Any]:
        """What a task of the module made: ("made", it), or why not: ("problems", ...), ("missing", ...), ("stopped", seconds)
        where its time was up, and ("failed", None) where the process broke down.

        `wanted` is asked now and then, from another thread: once it says no, the process is stopped ("unwanted", None). `heard` is
        told how far a task is that says so (`tell`).
        """
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            watch = _Watch(process, seconds, wanted)
            watch.start()
            try:
                pickle.dump((task, given, seconds), process.stdin)
                process.stdin.flush()
                while True:
                    kind, told = pickle.load(process.stdout)  # noqa: S301 - from our own process
                    if kind != "at":
                        return kind, told
                    if heard is not None:
                        heard(*told)
            except (OSError, EOFError, pickle.UnpicklingError):
                self._end()
                return (
                    ("unwanted", None) if watch.unwanted else ("stopped", seconds) if watch.late else ("failed", None)
                )
            except BaseException:  # an interrupt: its answer, still to come, would be taken for that of the next task
                self._end()
                raise
            finally:
                watch.over.set()

    def ready(self) -> None:
        """Start the process if it is not there, so that the next task need not wait for it."""
        if self._lock.acquire(blocking=False):
            try:
                self._running()
            finally:
                self._lock.release()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", self.module]
            self._process = subprocess.Popen(  # noqa: S603 - a module of ours, by this Python
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError):
                process.communicate()

    def close(self) -> None:
        """Stop the process."""
        with self._lock:
            self._end()


class _Watch(Thread):
    """Stops a process whose task takes too long, or is wanted no more."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float, wanted: Callable[[], bool] | None) -> None:
        super().__init__(name="watch-apart", daemon=True)
        self.process, self.seconds, self.wanted = process, seconds, wanted
        self.over, self.unwanted, self.late = Event(), False, False

    def run(self) -> None:
        """Look until the task is done."""
        until = time.monotonic() + self.seconds
        while not self.over.wait(WATCH if self.wanted else self.seconds):
            self.unwanted = self.wanted is not None and not self.wanted()
            self.late = time.monotonic() >= until
            if self.unwanted or self.late:
                self.process.kill()
                return


# -- in the process -----------------------------------------------------------------------------------------------------


def _answer(tasks: Mapping[str, Callable[..., Any]], task: str, given: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "made", tasks[task](*given)
    except InputError as why:
        return "problems", [(p.file, p.line, p.what, p.mend) for p in why.problems]
    except MissingExtra as why:
        return "missing", str(why)
    except Exception:  # whatever a stranger's text does to a parser, one thing is said
        return "failed", None


_OUT: list[BinaryIO] = []
"""Where the process's answers go; empty in any other process."""


def tell(done: int, of: int, note: str) -> None:
    """Say how far a task is, from within it; to nobody where it does not run in a process apart."""
    for out in _OUT:
        pickle.dump(("at", (done, of, note)), out)
        out.flush()


def _serve(tasks: Mapping[str, Callable[..., Any]], incoming: BinaryIO, out: BinaryIO) -> None:
    """Do what is asked until nobody is there to ask; a task that goes on after its time ends the process."""
    while True:
        try:
            task, given, seconds = pickle.load(incoming)  # noqa: S301 - from whoever started it
        except EOFError:
            return
        if hasattr(signal, "alarm"):
            signal.alarm(int(seconds) + 5)
        answer = _answer(tasks, task, given)
        if hasattr(signal, "alarm"):
            signal.alarm(0)
        pickle.dump(answer, out)
        out.flush()


def _limited() -> None:
    try:
        import resource
    except ImportError:  # no such limits on Windows; the time holds there too
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    with suppress(ValueError, OSError):  # systems that do not let a process limit itself
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main(tasks: Mapping[str, Callable[..., Any]]) -> None:
    """Be the process: do these tasks by name until nobody is there to ask."""
    _limited()
    # What a parser prints must not stand between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _OUT[:] = [answers]
    _serve(tasks, sys.stdin.buffer, answers)
