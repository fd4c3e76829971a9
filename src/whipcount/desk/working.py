"""What pages ask for: contests as of a date, and what the rooms make of them, each computed once and kept.

In: the settings and a shelf of contests. Out: a `Desk`, which every page function is given. Nothing of a page is in here, and
nothing of the rooms is imported before it is asked for, so that the desk answers as soon as it is started.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

from whipcount.desk.asked import Wrong
from whipcount.desk.caching import Answers, Flights, Things
from whipcount.desk.settings import Settings
from whipcount.desk.shelf import Shelf
from whipcount.errors import UsageError

if TYPE_CHECKING:
    from whipcount.contest import Contest
    from whipcount.report import Report
    from whipcount.report.html import Page
    from whipcount.store import Store

T = TypeVar("T")
FRESH = 0.5
"""Seconds for which a version that was looked up is taken to hold; a write at this desk is seen at once (`changed`)."""


class StillWorking(Exception):
    """What was asked for takes long and is being made; `what` says what it is."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Desk:
    """Contests, and what is computed of them. Safe to use from several threads."""

    def __init__(self, settings: Settings, shelf: Shelf) -> None:
        self.settings, self.shelf = settings, shelf
        self.closed = False
        self.answers = Answers(settings.page_bytes)
        self.things = Things(settings.things)
        self.flights = Flights()
        self.workers = ThreadPoolExecutor(settings.workers, thread_name_prefix="desk")
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="desk-slow")
        self._slowest = ThreadPoolExecutor(1, thread_name_prefix="desk-slowest")
        self.run: Mapping[str, int] = {}
        self._running: dict[Hashable, Future[object]] = {}
        self._versions: dict[str, tuple[float, str]] = {}
        self._lock = Lock()

    @property
    def store(self) -> Store:
        """The store behind the shelf, for pages that change something."""
        return self.shelf.store

    def close(self) -> None:
        """Let what is running end, and start nothing more."""
        self.closed = True
        self.workers.shutdown(wait=False, cancel_futures=True)
        self._slow.shutdown(wait=False, cancel_futures=True)
        self._slowest.shutdown(wait=False, cancel_futures=True)

    def drawn(self, seed: int | None, draws: int | None) -> Desk:
        """The same desk, for which `seed` and `draws` are others than usual; None is as usual. What is kept is shared.

        `run` of it has those that were asked for, as an address has them.
        """
        run = {k: v for k, v in (("seed", seed), ("draws", draws)) if v is not None}
        if not run:
            return self
        other = copy(self)
        other.settings, other.run = replace(self.settings, **run), run  # type: ignore[arg-type]
        return other

    def _named(self, *key: Hashable) -> tuple[Hashable, ...]:
        """A key of what is kept, that tells other draws apart."""
        return (*key, *sorted(self.run.items()))

    # -- contests ---------------------------------------------------------------------------------------------------

    def known_version(self, contest: str) -> str | None:
        """The version of a contest if it was looked up just now."""
        at, version = self._versions.get(contest, (0.0, ""))
        return version if time.monotonic() - at < FRESH else None

    def version(self, contest: str) -> str:
        """Changes whenever the contest does, or any of them for an empty id. Raises `NotFound`."""
        known = self.known_version(contest)
        if known is None:
            known = self.shelf.version(contest) if contest else " ".join(map(self.shelf.version, self.shelf.contests()))
            self._versions[contest] = (time.monotonic(), known)
        return known

    def changed(self, contest: str) -> None:
        """Say that a contest was changed, so that the next page shows it."""
        self._versions.pop(contest, None)
        self._versions.pop("", None)

    def contest(self, contest: str) -> Contest:
        """The whole contest. Raises `NotFound`."""
        key = ("contest", contest, self.version(contest))
        return self.things.get(key, lambda: self.shelf.contest(contest))

    def day(self, contest: str, as_of: date | None) -> date:
        """The day to show: the one asked for, or the last. Raises `Wrong` for one on which nothing can be said."""
        from whipcount.report.build import day_asked

        whole = self.contest(contest)
        try:
            return day_asked(whole, as_of, self.settings.today())
        except UsageError as why:
            raise Wrong("as_of", str(why)) from None

    def seen(self, contest: str, as_of: date | None) -> Contest:
        """The contest as it was known on the day."""
        day = self.day(contest, as_of)
        key = ("seen", contest, self.version(contest), day)
        return self.things.get(key, lambda: self.contest(contest).as_of(day))

    # -- what the rooms make of them --------------------------------------------------------------------------------

    def report(self, contest: str, as_of: date | None) -> Report:
        """The report, as `whipcount report` has it."""
        from whipcount.report import build_from

        day, s = self.day(contest, as_of), self.settings
        whole = self.contest(contest)
        key = self._named("report", contest, self.version(contest), day)
        return self.things.get(key, lambda: build_from(whole, day, seed=s.seed, draws=s.draws, today=s.today()))

    def layout(self, contest: str, as_of: date | None) -> Page:
        """The report laid out: chambers, figures, bars."""
        from whipcount.report.html import lay_out

        report = self.report(contest, as_of)
        key = self._named("layout", contest, self.version(contest), report.as_of)
        return self.things.get(key, lambda: lay_out(report))

    def before(self, contest: str, as_of: date | None) -> Report | None:
        """The report of the day before; None where nothing was known then, or nothing could be asked."""
        try:
            return self.report(contest, self.day(contest, as_of) - timedelta(days=1))
        except UsageError:
            return None

    def kept(self, what: str, contest: str, rest: Hashable, make: Callable[[], T]) -> T:
        """Anything else that is computed of a contest at its present version, made once for the same `rest`."""
        return self.things.get(self._named(what, contest, self.version(contest), rest), make)

    # -- what takes long --------------------------------------------------------------------------------------------

    def soon(
        self, key: Hashable, what: str, make: Callable[[], T], patience: float = 1.5, *, minutes: bool = False
    ) -> T:
        """What takes long: made once in the background, and waited for so many seconds. Raises `StillWorking`.

        minutes  it takes so long that what takes seconds must not wait behind it
        """
        key = self._named(key)
        found = self.things.peek(key)
        if found is not None:
            return cast("T", found)
        with self._lock:
            running = self._running.get(key)
            if running is None:
                running = self._running[key] = (self._slowest if minutes else self._slow).submit(self._make, key, make)
        try:
            return cast("T", running.result(timeout=patience))
        except TimeoutError:
            if not running.done():
                raise StillWorking(what) from None
            self._forget(key)
            raise
        except BaseException:
            self._forget(key)
            raise

    def _make(self, key: Hashable, make: Callable[[], object]) -> object:
        """What failed stays, so that who looks again is told why; told, it is forgotten, and may be tried again."""
        made = self.things.get(key, make)
        self._forget(key)
        return made

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            self._running.pop(key, None)
