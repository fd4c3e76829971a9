"""A contest's folder as it was sent: a ZIP of it, or its files one by one.

In: uploads. Out: the files by name, within limits; what is no contest's folder raises `Wrong`. A rulebook in it must be one that
ships: a path would be a file of this machine's, of whoever serves the desk.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import Upload
from whipcount.errors import InputError
from whipcount.plaintext import parse_yaml

FILES, BYTES = 200, 50_000_000
"""The most files, and bytes when unpacked, that a folder may bring."""
MAIN = "contest.yaml"
NAMED = re.compile(r"[a-z0-9][a-z0-9-]*(@\d{4}(-\d\d){0,2})?")
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OSError)


def folder_of(files: Sequence[Upload]) -> dict[str, bytes]:
    """The files of a contest's folder by name. Raises `Wrong` for what is none."""
    if not files:
        raise Wrong("file", "Choose a ZIP of the contest's folder, or its files.")
    if len(files) == 1 and (files[0].content[:2] == b"PK" or files[0].safe.casefold().endswith(".zip")):
        found = unpacked(files[0].content)
    else:
        found = {one.safe: one.content for one in files}
        if len(found) < len(files):
            raise Wrong("file", "Two of the files have one name. Send the files of one folder.")
        if MAIN not in found:
            raise Wrong("file", f"There is no {MAIN} among the files. Send it with the tables.")
    by_name(found)
    return found


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files in a ZIP of a contest's folder by name."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
        members = [one for one in packed.infolist() if not one.is_dir() and not _of_the_system(one.filename)]
        _bearable(members)
        return {PurePosixPath(one.filename).name: packed.read(one) for one in members}
    except _BROKEN:
        raise Wrong(
            "file", "This is no ZIP of a contest's folder. Pack the folder with its contest.yaml and tables."
        ) from None


def _of_the_system(name: str) -> bool:
    """Whether a member is what an operating system puts beside the files of its own accord (`__MACOSX/`, `.DS_Store`)."""
    return any(part == "__MACOSX" or part.startswith(".") for part in PurePosixPath(name).parts)


def _bearable(members: Sequence[zipfile.ZipInfo]) -> None:
    if len(members) > FILES or sum(one.file_size for one in members) > BYTES:
        raise Wrong("file", f"The ZIP holds more than {FILES} files or {BYTES / 1e6:.0f} MB.")
    names = [PurePosixPath(one.filename).name for one in members]
    if len({PurePosixPath(one.filename).parent for one in members}) > 1 or len(set(names)) < len(names):
        raise Wrong("file", "The ZIP holds more than one folder. Pack the folder of one contest.")
    if MAIN not in names:
        raise Wrong("file", "The ZIP holds no contest.yaml. Pack the whole folder of the contest.")


def by_name(files: Mapping[str, bytes]) -> None:
    """Refuse a contest with a rulebook that is not named by the id of one."""
    for file, ref in _refs(files):
        if not NAMED.fullmatch(str(ref)):
            raise Wrong(
                "file",
                f"{file} names the rulebook {str(ref)[:80]!r}. On a desk only rulebooks that ship can be used, by their id.",
            )


def _refs(files: Mapping[str, bytes]) -> Iterator[tuple[str, Any]]:
    """(file, rulebook that it names). A file that cannot be read names none: the folder's own check says where it is wrong."""
    identity, result = _mapping(files, MAIN), _mapping(files, "result.yaml")
    questions = identity.get("questions")
    asked = [one for one in questions if isinstance(one, dict)] if isinstance(questions, list) else []
    named = [(MAIN, identity.get("rulebook")), *((MAIN, q.get("rules")) for q in asked), ("result.yaml", result.get("rules"))]  # fmt: skip
    yield from ((file, ref) for file, ref in named if ref is not None)


def _mapping(files: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    try:
        held, _ = parse_yaml(files.get(name, b"").decode("utf-8-sig"), name)
    except (InputError, UnicodeDecodeError):
        return {}
    return held if isinstance(held, dict) else {}
