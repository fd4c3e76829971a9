"""Files and texts of strangers are opened and read in a process of their own, which is stopped when it takes too long.

A PDF of a few kilobytes can keep a parser busy for hours, brackets within brackets can keep the reader, and a thread cannot be stopped. The
process is started when it is first needed, and anew after it was stopped; one thing is done in it at a time.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, BinaryIO

from whipcount.errors import InputError, MissingExtra, Problem, WhipcountError

if TYPE_CHECKING:
    from whipcount.read import Claim, Document, Person

SECONDS, MEMORY = 60.0, 4_000_000_000
"""Time that one file or text may take, and bytes of memory that the process may have."""


class Apart:
    """The process. Safe to use from several threads, which wait for each other."""

    def __init__(self, module: str = "whipcount.desk.apart") -> None:
        self.module = module  # it calls `main` where it is run
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def do(self, task: str, given: Any, seconds: float) -> tuple[str, Any]:
        """What a task of `TASKS` made: ("made", it), or why not: ("problems", ...), ("missing", ...), ("stopped", seconds)."""
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            late = Timer(seconds, process.kill)
            late.start()
            try:
                pickle.dump((task, given, seconds), process.stdin)
                process.stdin.flush()
                found: tuple[str, Any] = pickle.load(process.stdout)  # noqa: S301 - from our own process
            except (OSError, EOFError, pickle.UnpicklingError):
                self._end()
                return "stopped", seconds
            finally:
                late.cancel()
            return found

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


APART = Apart()
atexit.register(APART.close)


def opened(data: bytes, name: str, day: date | None = None, seconds: float = SECONDS) -> list[Document]:
    """The documents in a file, as `read_bytes` gives them. Raises what it raises,
    and `InputError` where it takes too long."""
    found: list[Document] = _made(name, "open", (data, name, day), seconds)
    return found


def claims_of(
    document: Document, roster: Sequence[Person], leader: str | None, seconds: float = SECONDS
) -> list[Claim]:
    """What the reader finds in a document. Raises `InputError` where it takes too long, or fails."""
    found: list[Claim] = _made(document.source, "claims", (document, roster, leader), seconds)
    return found


def _made(name: str, task: str, given: Any, seconds: float) -> Any:
    kind, told = APART.do(task, given, seconds)
    if kind == "made":
        return told
    if kind == "missing":
        raise WhipcountError(told)
    if kind == "problems":
        raise InputError(tuple(Problem(*one) for one in told))
    what = "it could not be read" + (f" within {told:g} seconds" if kind == "stopped" else "")
    raise InputError(Problem(name, 0, what, "Paste the part that matters."))


# -- in the process -----------------------------------------------------------------------------------------------------


def _open(data: bytes, name: str, day: date | None) -> Any:
    from whipcount.read import read_bytes

    return read_bytes(data, name, day)


def _claims(document: Document, roster: Sequence[Person], leader: str | None) -> Any:
    from whipcount.read import Reader

    return list(Reader(roster, leader).read(document))


TASKS: dict[str, Callable[..., Any]] = {"open": _open, "claims": _claims}


def _answer(tasks: Mapping[str, Callable[..., Any]], task: str, given: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "made", tasks[task](*given)
    except InputError as why:
        return "problems", [(p.file, p.line, p.what, p.mend) for p in why.problems]
    except MissingExtra as why:
        return "missing", str(why)
    except Exception:  # whatever a stranger's text does to a parser, the desk says one thing
        return "failed", None


def _serve(tasks: Mapping[str, Callable[..., Any]], incoming: BinaryIO, out: BinaryIO) -> None:
    """Do what is asked until nobody is there to ask; a task that goes on after its time ends the process."""
    while True:
        try:
            task, given, seconds = pickle.load(incoming)  # noqa: S301 - from the desk itself
        except EOFError:
            return
        if hasattr(signal, "alarm"):
            signal.alarm(int(seconds) + 5)
        pickle.dump(_answer(tasks, task, given), out)
        out.flush()


def _limited() -> None:
    try:
        import resource
    except ImportError:  # no such limits on Windows; the time holds there too
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main(tasks: Mapping[str, Callable[..., Any]]) -> None:
    """Be the process: do these tasks by name until nobody is there to ask."""
    _limited()
    # What a parser prints must not stand between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(tasks, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main(TASKS)
