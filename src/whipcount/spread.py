"""A pure function over many items: in this process, over the cores of this machine, or over a Dask cluster.

In: a function that a module defines (or a `functools.partial` of one), items, and where to run. Out: its results in the order
of the items, one by one; only some items are under way at a time, so that neither items nor results need fit in memory. What comes
out does not depend on where it ran, as long as the function depends on its item alone (seeds belong into the item).

    here        one item after another, in this process
    processes   one process for each core
    dask        the workers of the scheduler at an address, or two workers on this machine where none is given (extra `cluster`)
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol, TypeVar

import whipcount
from whipcount.errors import MissingExtra, UsageError, WhipcountError
from whipcount.problems import shorten

Engine = Literal["here", "processes", "dask"]
ENGINES: tuple[Engine, ...] = ("here", "processes", "dask")
LOCAL_WORKERS = 2
AT_MOST = 48
"""So many items are under way at once at the most, however many workers there are."""
WAIT = 15
"""Seconds to wait for a scheduler and its first worker."""
_QUIET, _EVERY = 3.0, 10.0

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Failed:
    """What went wrong with one item, as text: exceptions of ours do not all survive the way between processes.

    meant  it is a message for whoever asked, rather than a fault of the program
    """

    why: str
    meant: bool
    trace: str


class Future(Protocol):
    """What `concurrent.futures` and `distributed` have in common."""

    def result(self) -> Any:
        """The result, waiting for it."""

    def cancel(self) -> Any:
        """Give it up if it has not begun."""


def spread(
    function: Callable[[T], R],
    items: Iterable[T],
    *,
    what: str,
    engine: Engine = "here",
    scheduler: str | None = None,
    workers: int | None = None,
    name: Callable[[T], str] = str,
    tell: bool = True,
) -> Iterator[R]:
    """`function(item)` for every item, in their order.

    what       what is being done, for the progress told on standard error: "forecasting past contests"
    scheduler  address of a Dask scheduler, such as tcp://10.0.0.5:8786; only with the engine `dask`
    workers    how many processes to start here: by default one for each core, and two for a local cluster
    name       item -> what a message calls it
    tell       false where the caller shows progress of its own

    The first item that fails, in the order of the items, ends it: `UsageError` with its name and message if the function raised
    an error of whipcount's, `WhipcountError` if it broke down or its worker died. Raises `MissingExtra` without Dask, `UsageError`
    for a scheduler that does not answer, has no workers, or has workers with another whipcount.
    """
    if scheduler is not None and engine != "dask":
        raise UsageError(f"--scheduler {scheduler} names a Dask scheduler; it goes with --engine dask.")
    if engine not in ENGINES:
        raise UsageError(f"There is no engine '{engine}'. Use one of: {', '.join(ENGINES)}.")
    if engine != "here" and isinstance(items, Sized) and len(items) == 0:
        return iter(())
    return _running(function, items, _Told(what, items, tell=tell), engine, scheduler, workers, name)


def _running(
    function: Callable[[T], R],
    items: Iterable[T],
    told: _Told,
    engine: Engine,
    scheduler: str | None,
    workers: int | None,
    name: Callable[[T], str],
) -> Iterator[R]:
    with ExitStack() as held, told:
        if engine == "here":
            results: Iterator[tuple[T, Any]] = ((item, caught(function, item)) for item in items)
        else:
            pool = _processes(workers) if engine == "processes" else _cluster(scheduler, workers)
            submit, many = held.enter_context(pool)
            window = min(max(4, 4 * many), AT_MOST)
            results = held.enter_context(closing(_ordered(submit, partial(caught, function), items, window)))
        for item, result in results:
            if isinstance(result, Failed):
                raise _error(result, name(item), told.what)
            told.one()
            yield result


def caught(function: Callable[[T], R], item: T) -> R | Failed:
    """The result, or what went wrong."""
    try:
        return function(item)
    except WhipcountError as why:
        return Failed(str(why), True, "")
    except Exception as why:
        return Failed(f"{type(why).__name__}: {why}", False, traceback.format_exc())


def _error(failed: Failed, item: str, what: str) -> WhipcountError:
    if failed.meant:
        return UsageError(f"{shorten(item)}: {failed.why}")
    error = WhipcountError(f"{shorten(item)}: {what} broke down ({failed.why}). This is a fault of whipcount's.")
    if failed.trace:
        error.add_note(failed.trace)
    return error


Submit = Callable[[Callable[[T], Any], T], Future]


def _ordered(
    submit: Submit[T], task: Callable[[T], Any], items: Iterable[T], window: int
) -> Generator[tuple[T, Any], None, None]:
    """(item, result) in the order of the items, `window` of them under way."""
    under_way: deque[tuple[T, Future]] = deque()
    try:
        for item in items:
            under_way.append((item, submit(task, item)))
            if len(under_way) >= window:
                yield _next(under_way)
        while under_way:
            yield _next(under_way)
    finally:
        for _, future in under_way:
            future.cancel()


def _next(under_way: deque[tuple[T, Future]]) -> tuple[T, Any]:
    item, future = under_way.popleft()
    try:
        return item, future.result()
    except Exception as why:  # the worker died, or the result could not be sent
        return item, Failed(f"{type(why).__name__}: {why}", False, "")


# -- where it runs ----------------------------------------------------------------------------------------------------


def cores() -> int:
    """The cores that this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


@contextmanager
def _processes(workers: int | None) -> Iterator[tuple[Submit[Any], int]]:
    """Processes started anew: compiled loops and their threads do not survive a fork."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    many = workers or cores()
    pool = ProcessPoolExecutor(many, mp_context=get_context("spawn"))
    try:
        yield pool.submit, many
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _cluster(scheduler: str | None, workers: int | None) -> Iterator[tuple[Submit[Any], int]]:
    try:
        from distributed import Client
    except ImportError as why:
        raise MissingExtra("Spreading over a Dask cluster", "cluster") from why
    with ExitStack() as held:
        address = held.enter_context(_local(workers or LOCAL_WORKERS)) if scheduler is None else scheduler
        try:
            client = held.enter_context(Client(address, timeout=WAIT, set_as_default=False))
        except (OSError, ValueError, TimeoutError) as why:
            raise UsageError(
                f"No Dask scheduler answers at '{scheduler}'. Give its address as tcp://HOST:PORT."
            ) from why
        many = _ready(client, scheduler)
        yield partial(client.submit, pure=False), many


@contextmanager
def _local(workers: int) -> Iterator[Any]:
    """Workers in processes of their own, one thread each; its pages, if any, at a port that is free."""
    from distributed import LocalCluster

    cluster = LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    )
    with cluster:
        yield cluster


def _ready(client: Any, scheduler: str | None) -> int:
    """How many threads the cluster's workers have, each with the same whipcount as here."""
    where = f"the scheduler at '{scheduler}'" if scheduler else "the local cluster"
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError as why:
        raise UsageError(f"No worker is with {where}. Start one: dask worker {scheduler or 'ADDRESS'}") from why
    versions = client.run(_version, on_error="return")
    for worker, version in versions.items():
        if version != whipcount.__version__:
            has = f"has whipcount {version}" if isinstance(version, str) else "has no whipcount"
            raise UsageError(f"The worker {worker} {has}; here it is {whipcount.__version__}. Install the same on all.")
    return sum(client.nthreads().values())


def _version() -> str:
    return whipcount.__version__


# -- what is told while it runs ---------------------------------------------------------------------------------------


class _Told:
    """Progress on standard error, for what takes longer than a few seconds: one line rewritten on a terminal, else few lines."""

    def __init__(self, what: str, items: Iterable[object], *, tell: bool = True) -> None:
        self.what = what
        self._of = f" of {len(items)}" if isinstance(items, Sized) else ""
        self._done, self._wrote = 0, False
        self._quiet, self._next = _QUIET if tell else float("inf"), 0.0

    def __enter__(self) -> _Told:
        self._next = time.monotonic() + self._quiet
        return self

    def one(self) -> None:
        """One more item is done."""
        self._done += 1
        now = time.monotonic()
        if now < self._next:
            return
        terminal = sys.stderr.isatty()
        self._next = now + (0.2 if terminal else _EVERY)
        text = f"whipcount: {self.what}: {self._done}{self._of}"
        print(f"\r{text} " if terminal else text, end="" if terminal else "\n", file=sys.stderr, flush=True)
        self._wrote = terminal

    def __exit__(self, *_: object) -> None:
        if self._wrote:
            print(file=sys.stderr)
