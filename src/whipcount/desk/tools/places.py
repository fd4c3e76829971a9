"""A folder for files while they are read. Names in it are the files' own, so that messages call them as their owner does."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import Upload
from whipcount.errors import InputError, WhipcountError

T = TypeVar("T")
LINES = 5
"""Problems that stand beside a field; a page of its own has more."""


@contextlib.contextmanager
def held(files: Sequence[Upload]) -> Iterator[list[Path]]:
    """Files in a folder that is the current one meanwhile: their names in it, which are no paths elsewhere.

    Only for the process apart, which does one thing at a time.
    """
    with tempfile.TemporaryDirectory(prefix="whipcount-tool-") as folder, contextlib.chdir(folder):
        names: list[Path] = []
        for one in files:
            name = Path(free(one.safe, {p.name for p in names}))
            name.write_bytes(one.content)
            names.append(name)
        yield names


def free(name: str, taken: set[str]) -> str:
    """A name that is not taken: the name, or one like it with a number."""
    stem, dot, end = name.rpartition(".")
    tries = (name, *(f"{stem or end} ({n}){dot if stem else ''}{end if stem else ''}" for n in range(2, 100)))
    return next(one for one in tries if one.casefold() not in {t.casefold() for t in taken})


def blame(field: str, make: Callable[[], T]) -> T:
    """What `make` makes. Raises `Wrong` with the field where it cannot."""
    try:
        return make()
    except Wrong:
        raise
    except InputError as why:
        more = f"\n... and {len(why.problems) - LINES} more." if len(why.problems) > LINES else ""
        raise Wrong(field, "\n".join(map(str, why.problems[:LINES])) + more) from None
    except WhipcountError as why:
        raise Wrong(field, str(why)) from None


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Files as a ZIP with one folder in it; the same files give the same bytes."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(f"{folder}/{name}"), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
