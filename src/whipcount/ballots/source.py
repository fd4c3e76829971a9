"""A ballot file on disk as bytes and lines: mapped or expanded, within limits, with its digest.

The digest is of the file as it lies on disk (compressed, if it is), so that `sha256sum FILE` confirms it.
"""

from __future__ import annotations

import hashlib
import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from whipcount.ballots.faults import Faults, LineError
from whipcount.ballots.limits import MIB, Limits
from whipcount.errors import BallotError, MissingExtra, Problem

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_STEP = 1 * MIB
_ZSTD_STEP = 4096
_RATIO_FROM = 64 * MIB
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Source:
    """An open file. `raw` is what lies on disk, mapped; `packing` is "gzip", "zstd" or ""."""

    name: str
    raw: mmap.mmap | bytes
    packing: str
    limits: Limits

    def sha256(self) -> str:
        """The digest of the file as it lies on disk."""
        return hashlib.sha256(self.raw).hexdigest()

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the file, expanded, piece by piece. Raises BallotError beyond the limits."""
        if self.packing:
            yield from self._expanded()
            return
        for start in range(0, len(self.raw), 4 * _STEP):
            yield self.raw[start : start + 4 * _STEP]

    def head(self, size: int = 64 * 1024) -> bytes:
        """The first bytes of the file, expanded."""
        got = bytearray()
        chunks = self.chunks()
        for chunk in chunks:
            got += chunk[: size - len(got)]
            if len(got) >= size:
                break
        return bytes(got)

    def whole(self) -> bytes:
        """All bytes of the file, expanded. Raises BallotError beyond `limits.document`."""
        got = bytearray()
        for chunk in self.chunks():
            got += chunk
            if len(got) > self.limits.document:
                self.refuse(f"the document is larger than {self.limits.document:,} bytes", "Split it up.")
        return bytes(got)

    def blocks(self) -> Iterator[bytes]:
        """The bytes of the file in blocks of whole lines; only the last may lack its line end."""
        rest, line = b"", 1
        for chunk in self.chunks():
            cut = chunk.rfind(b"\n") + 1
            if cut:
                block = rest + chunk[:cut]
                rest = chunk[cut:]
                line += block.count(b"\n")
                yield block
            else:
                rest += chunk
            if len(rest) > self.limits.line:
                self.refuse(*too_long(self.limits), line=line)
        if rest:
            yield rest

    def lines(self, faults: Faults) -> Iterator[tuple[int, str]]:
        """Numbered lines as text, without their ends. What is not UTF-8 or too long goes to `faults`."""
        number = 0
        for block in self.blocks():
            for raw in block.splitlines() if b"\r" in block else block.removesuffix(b"\n").split(b"\n"):
                number += 1
                if len(raw) > self.limits.line:
                    faults.stop(number, *too_long(self.limits))
                try:
                    text = decode(raw.removeprefix(_BOM) if number == 1 else raw)
                except LineError as error:
                    faults.line(number, str(error), error.mend, text=shown(raw))
                else:
                    yield number, text

    def refuse(self, what: str, mend: str = "", line: int = 0) -> NoReturn:
        """Raise BallotError for something wrong with the file as a whole."""
        raise BallotError(Problem(self.name, line, what, mend))

    def _expanded(self) -> Iterator[bytes]:
        total = 0
        pieces = _gunzip(self.raw) if self.packing == "gzip" else _unzstd(self.raw)
        try:
            for piece in pieces:
                total += len(piece)
                self._check_expansion(total)
                yield piece
        except (zlib.error, EOFError) as error:
            self.refuse(f"the compressed file is damaged or cut off ({error})", "Fetch it again.")

    def _check_expansion(self, total: int) -> None:
        if total > self.limits.expanded:
            self.refuse(f"the file expands to more than {self.limits.expanded:,} bytes", "Raise the limit.")
        if total > max(_RATIO_FROM, len(self.raw) * self.limits.ratio):
            what = f"the file expands to more than {self.limits.ratio} times its size"
            self.refuse(what, "No ballots are so alike; expand it by hand if you trust it.")


def shown(raw: bytes) -> str:
    """The start of a line that may be no text, to be shown or written to a file."""
    return raw[:2000].decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def too_long(limits: Limits) -> tuple[str, str]:
    """What is wrong with an overlong line, and how to mend it. It is never set aside: this is no ballot file."""
    what = f"the line is longer than {limits.line:,} bytes"
    return what, "Check that this is a ballot file with one record on each line."


def decode(raw: bytes) -> str:
    """One line as text. Raises LineError where it is not UTF-8."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"byte {error.start + 1} of the line is not UTF-8"
        raise LineError(what, "Save the file as UTF-8, all of it.") from None
    if "\0" in text:
        raise LineError("the line has a zero byte", "Save the file as UTF-8 text.")
    return text


def open_source(path: Path, limits: Limits | None = None) -> Source:
    """Open and map a ballot file. Raises BallotError where there is none, or it is empty or no text."""
    try:
        with path.open("rb") as file:
            if path.is_dir() or file.seek(0, 2) == 0:
                raise BallotError(Problem(str(path), 0, "the file is empty", "Check that it was copied whole."))
            raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        what = f"the file cannot be read: {error.strerror or error}"
        raise BallotError(Problem(str(path), 0, what, "Check the path.")) from None
    # The map is not closed by hand: arrays that a reader made of it may still be alive in its threads.
    return _checked(Source(str(path), raw, _packing(raw[:4]), limits or Limits()))


def from_bytes(data: bytes, name: str = "-", limits: Limits | None = None) -> Source:
    """A source for bytes in memory (standard input, tests)."""
    if not data:
        raise BallotError(Problem(name, 0, "the file is empty", "Check that it was copied whole."))
    return _checked(Source(name, data, _packing(data[:4]), limits or Limits()))


def _checked(source: Source) -> Source:
    start = source.head(4)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        source.refuse("the file is UTF-16 text", "Save it as UTF-8.", line=1)
    return source


def _packing(magic: bytes) -> str:
    if magic[:2] == _GZIP:
        return "gzip"
    return "zstd" if magic == _ZSTD else ""


def _gunzip(raw: mmap.mmap | bytes) -> Iterator[bytes]:
    """Expand gzip members one after another, never more than a megabyte at a time."""
    start = 0
    while start < len(raw):
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            piece = raw[start : start + _STEP]
            if not piece:
                raise EOFError("the end is missing")
            yield from _inflate(member, piece)
            start += len(piece) - len(member.unused_data)
        while raw[start : start + 1] == b"\0":
            start += 1


def _inflate(member: Any, piece: bytes) -> Iterator[bytes]:
    waiting = piece
    while waiting:
        yield member.decompress(waiting, _STEP)
        waiting = member.unconsumed_tail
    while not member.eof and (more := member.decompress(b"", _STEP)):
        yield more


def _unzstd(raw: mmap.mmap | bytes) -> Iterator[bytes]:
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("Reading .zst files", "zstd") from None
    expander = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    start = 0
    try:
        while start < len(raw):
            frame = expander.decompressobj()
            while not frame.eof:
                # What comes out of one call has no limit of its own, so little goes in at a time.
                piece = raw[start : start + _ZSTD_STEP]
                if not piece:
                    raise EOFError("the end is missing")
                yield frame.decompress(piece)
                start += len(piece) - len(frame.unused_data)
    except zstandard.ZstdError as error:
        raise EOFError(str(error)) from None
