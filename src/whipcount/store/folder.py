"""A contest folder as bytes: from the disk, to the disk, and whether it is a contest.

In: a path, or file names with their bytes. Out: the same the other way round, or a `Contest`. Files in subfolders belong
to the folder (`ballots/first.blt`); hidden folders (`.git`) and links do not.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from whipcount.contest import Contest, load
from whipcount.errors import ContestError, Problem, UsageError

MAX_FILE = 20_000_000
MAX_FOLDER = 200_000_000
_NAME = re.compile(r"[^\x00-\x1f\x7f\\:/][^\x00-\x1f\x7f\\:]{0,199}")


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name, sorted. Raises `ContestError` for one that is missing or too large."""
    if not folder.is_dir():
        raise ContestError(Problem(str(folder), 0, "there is no such folder", "Check the path."))
    out: dict[str, bytes] = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in inside.parts[:-1]):
            continue
        size = path.stat().st_size
        total += size
        if size > MAX_FILE or total > MAX_FOLDER:
            what = f"is too large: a file may have {MAX_FILE // 10**6} MB and a folder {MAX_FOLDER // 10**6} MB"
            raise ContestError(Problem(inside.as_posix(), 0, what, "Keep it elsewhere, and name it as a source."))
        out[safe_name(inside.as_posix())] = path.read_bytes()
    return out


def safe_name(name: str) -> str:
    """A file's name within a folder. Raises `UsageError` for one that leads out of it."""
    path = PurePosixPath(name)
    if not _NAME.fullmatch(name) or path.as_posix() != name or ".." in path.parts or path.is_absolute():
        raise UsageError(
            f"'{name[:80]}' cannot be the name of a file in a contest folder. Use letters, digits and hyphens."
        )
    return name


def write_folder(folder: Path, files: Mapping[str, bytes], *, over: bool = False) -> None:
    """Write files to a new or empty folder; with `over`, over those of the same name. Each is whole or not there.

    Raises `UsageError` if the folder holds anything.
    """
    if not over and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"'{folder}' is not empty. Name a new folder, so that nothing is written over.")
    for name, content in files.items():
        path = folder / safe_name(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".whipcount-", delete=False) as fresh:
            fresh.write(content)
            fresh.flush()
            os.fsync(fresh.fileno())
        Path(fresh.name).chmod(0o644)
        Path(fresh.name).replace(path)


def contest_of(files: Mapping[str, bytes], called: str) -> Contest:
    """The contest that files make up, as `contest.load` gives it. Raises `ContestError` with every problem."""
    with tempfile.TemporaryDirectory(prefix="whipcount-") as made:
        folder = Path(made) / called
        for name, content in files.items():
            if "/" not in name:
                folder.mkdir(exist_ok=True)
                (folder / name).write_bytes(content)
        return load(folder)
