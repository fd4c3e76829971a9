"""One writer at a time: a file opened for appending, under a lock that other processes respect."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whipcount.errors import InputError, Problem


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """The file (made if there is none), open for appending, with nobody else writing. Waits for the writer before.

    Yields the file's descriptor. Raises `InputError` if it cannot be opened or written.
    """
    fresh = not path.exists()
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError as why:
        raise InputError(Problem(str(path), 0, f"cannot be written ({why.strerror})", "Check the path.")) from None
    try:
        _lock(file)
        yield file
        if fresh:
            _sync_folder(path.parent)
    except OSError as why:
        raise InputError(Problem(str(path), 0, f"could not be written ({why.strerror})", "Try again.")) from None
    finally:
        os.close(file)  # and with it goes the lock


def _sync_folder(folder: Path) -> None:
    """A new file is only on the disk once its folder is."""
    if sys.platform != "win32":
        here = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(here)
        finally:
            os.close(here)


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
