"""Many documents at once: files, a feed, a ZIP of cuttings. A job reads them, with progress; what it cannot read is told at its end.

What was read when it is cancelled, or the desk is killed, stays; the job passes over it when it is taken up again.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from whipcount.desk.ballots import Upload
from whipcount.desk.writing.taking import Given, is_zip, take
from whipcount.errors import InputError, UsageError, WhipcountError

if TYPE_CHECKING:
    from whipcount.desk.worker import Step
    from whipcount.desk.working import Desk
    from whipcount.read import Document
    from whipcount.store import Job, Store

KIND = "read"
MOST, BYTES, TOLD = 2_000, 100_000_000, 20
"""Documents that one job reads, bytes that a ZIP may unpack to, and problems that are told."""
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OSError)


def queue(store: Store, files: Sequence[Upload], given: Given, who: str) -> Job:
    """Have files read by a job. They are kept when this returns."""
    known = {k: str(v) for k, v in asdict(given).items() if v is not None}
    return store.add_job(KIND, known | {"files": len(files)}, who, [(one.name, one.content) for one in files])


def read_files(desk: Desk, arguments: Mapping[str, Any], who: str, step: Step) -> dict[str, Any]:
    """Open the files of a job and read each document in them: how many, how many new, and what could not be read."""
    files = [Upload(name, content) for name, content in desk.store.job_files(int(arguments["job"]))]
    given = _given(arguments)
    problems: list[str] = []
    found: list[Document] = []
    for n, one in enumerate(files):
        step(0, 0, f"opening {n + 1} of {len(files)}: {one.name}")
        found += _opened(one, given.published, problems, step)
    new = 0
    for n, document in enumerate(found[:MOST]):
        step(n, min(len(found), MOST), document.title or document.source)
        try:
            new += not take(desk.store, [document], given, who)[0].already
        except (InputError, UsageError) as why:
            problems.append(_short(why))
    if len(found) > MOST:
        problems.append(f"{len(found) - MOST} documents were left: {MOST} are the most of one job.")
    return {
        "documents": min(len(found), MOST),
        "new": new,
        "problems": problems[:TOLD],
        "more": max(0, len(problems) - TOLD),
    }


def _given(arguments: Mapping[str, Any]) -> Given:
    day = arguments.get("published")
    known = {k: arguments.get(k) for k in ("contest", "outlet", "author", "source")}
    return Given(published=date.fromisoformat(day) if day else None, **known)


def _opened(one: Upload, day: date | None, problems: list[str], step: Step) -> Iterator[Document]:
    """The documents of a file, or of those in a ZIP; what cannot be opened is added to the problems."""
    from whipcount.desk.apart import opened

    for part in _unpacked(one, problems) if is_zip(one) else [one]:
        step(0, 0, f"opening {part.name}")
        try:
            yield from opened(part.content, part.name, day)
        except WhipcountError as why:
            problems.append(_short(why))


def _unpacked(one: Upload, problems: list[str]) -> Iterator[Upload]:
    """The files in a ZIP that can hold a text, one after the other."""
    from whipcount.read.formats import SUFFIXES

    try:
        packed = zipfile.ZipFile(io.BytesIO(one.content))
        members = [m for m in packed.infolist() if not m.is_dir() and not _of_the_system(m.filename)]
        wanted = [m for m in members if PurePosixPath(m.filename).suffix.casefold() in SUFFIXES]
        if len(wanted) < len(members):
            problems.append(f"{one.name}: {len(members) - len(wanted)} files in it are no texts and were passed over.")
        if len(wanted) > MOST or sum(m.file_size for m in wanted) > BYTES:
            problems.append(
                f"{one.name}: it holds more than {MOST} texts or {BYTES // 1_000_000} MB. Send it in parts."
            )
            return
        for member in wanted:
            yield Upload(f"{one.name}/{member.filename}", packed.read(member))
    except _BROKEN:
        problems.append(f"{one.name}: it is no ZIP that can be unpacked to its end. Pack it again, without a password.")


def _of_the_system(name: str) -> bool:
    """Whether a member is what an operating system puts beside the files of its own accord (`__MACOSX/`, `.DS_Store`)."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _short(why: WhipcountError) -> str:
    return str(why.problems[0] if isinstance(why, InputError) else why)[:300]
