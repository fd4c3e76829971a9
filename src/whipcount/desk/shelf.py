"""Where the desk finds contests: what pages that only read need of the store.

In: an id. Out: a whole contest, and a version that changes whenever anything in its folder does.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from whipcount.contest import Contest, load, locate, names
from whipcount.desk.settings import Settings

if TYPE_CHECKING:
    from whipcount.store import Store


class Shelf:
    """The contests of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def contests(self) -> tuple[str, ...]:
        """The ids of all contests, sorted."""
        return tuple(sorted(one.id for one in self.store.contests()))

    def contest(self, contest_id: str) -> Contest:
        """The whole contest. Raises `NotFound`."""
        return self.store.contest(contest_id)

    def version(self, contest_id: str) -> str:
        """Changes whenever the contest does. Raises `NotFound`."""
        return str(self.store.folder_version(contest_id))

    def fill(self) -> None:
        """Nothing is missing on this shelf."""

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()


class Demo(Shelf):
    """The contests that ship, in a store of their own which is gone when the desk stops.

    Until `fill` has put one of them into the store, it is read from where it ships, so that the desk answers at once.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="whipcount-demo-"))
        self._there: set[str] = set()
        self._closed = False

    @cached_property
    def store(self) -> Store:  # type: ignore[override]
        """The store, made when it is first needed."""
        from whipcount.store import open_store

        return open_store(self.folder / "demo.db")

    def contests(self) -> tuple[str, ...]:
        """The ids of all contests, sorted."""
        return tuple(sorted({*names(), *(super().contests() if self._there else ())}))

    def contest(self, contest_id: str) -> Contest:
        """The whole contest. Raises `NotFound`."""
        return load(contest_id) if self._shipped(contest_id) else super().contest(contest_id)

    def version(self, contest_id: str) -> str:
        """Changes whenever the contest does. Raises `NotFound`."""
        return "shipped" if self._shipped(contest_id) else super().version(contest_id)

    def _shipped(self, contest_id: str) -> bool:
        return contest_id in names() and contest_id not in self._there

    def fill(self) -> None:
        """Put the contests that ship into the store."""
        for name in names():
            if self._closed:
                return
            self.store.import_folder(locate(name), "whipcount")
            self._there.add(name)

    def close(self) -> None:
        """Let go of the store, and remove it. What is being filled ends first."""
        self._closed = True
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)


def open_shelf(settings: Settings) -> Shelf:
    """The contests that a desk shows. Raises what `open_store` raises."""
    if settings.demo:
        return Demo()
    from whipcount.store import open_store

    return Shelf(open_store(settings.store))
