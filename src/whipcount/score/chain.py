"""The lines of a ledger and how each hangs on the one before: canonical JSON and SHA-256.

In: bytes of a line, or the parts of one. Out: a `Link`, or the line. No meaning of an entry is known here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whipcount.errors import InputError, Problem

GENESIS = "0" * 64
"""What the first line has for the hash of the line before."""
MAX_LINE = 64_000
MAX_LINES = 1_000_000
_KEYS = {"entry", "hash", "n", "previous", "recorded"}


@dataclass(frozen=True)
class Link:
    """One line. `whole`: it is canonical and has the hash that it states."""

    whole: bool
    number: int = 0
    previous: str = ""
    hash: str = ""
    recorded: str = ""
    entry: Any = None


def canonical(data: Any) -> bytes:
    """Canonical JSON: keys sorted, no blanks, UTF-8. Raises `ValueError` for NaN and infinities."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sealed(number: int, previous: str, recorded: str, entry: Any) -> tuple[bytes, str]:
    """(line, hash) of the next link of a chain."""
    body = {"entry": entry, "n": number, "previous": previous, "recorded": recorded}
    value = hashlib.sha256(canonical(body)).hexdigest()
    line = canonical(body | {"hash": value}) + b"\n"
    if len(line) > MAX_LINE:
        raise InputError(Problem(f"entry {number}", 0, f"is longer than {MAX_LINE:,} bytes", "Shorten its texts."))
    return line, value


def parse_link(raw: bytes) -> Link:
    """The link that a line holds; not `whole` for anything that is not to the byte what `sealed` writes."""
    try:
        data = json.loads(raw)
        if not isinstance(data, dict) or set(data) != _KEYS or canonical(data) + b"\n" != raw:
            return Link(False)
        stated = data.pop("hash")
        if type(data["n"]) is not int or hashlib.sha256(canonical(data)).hexdigest() != stated:
            return Link(False)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, not a number, too deep
        return Link(False)
    texts = (data["previous"], data["recorded"])
    if not all(isinstance(text, str) for text in texts):
        return Link(False)
    return Link(True, data["n"], data["previous"], stated, data["recorded"], data["entry"])


def links(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a ledger, with their numbers in the file, as bytes with their ends.

    Raises `InputError` for a file that is missing, cannot be read, or has a line beyond all limits.
    """
    try:
        with path.open("rb") as file:
            for number in range(1, MAX_LINES + 2):
                raw = file.readline(MAX_LINE + 1)
                if not raw:
                    return
                if len(raw) > MAX_LINE or number > MAX_LINES:
                    what = f"is too large: at most {MAX_LINES:,} lines of {MAX_LINE:,} bytes are read"
                    raise InputError(Problem(path.name, number, what, "This is no ledger of whipcount's."))
                yield number, raw
    except FileNotFoundError:
        raise InputError(Problem(str(path), 0, "there is no such file", "Check the path.")) from None
    except OSError as why:
        raise InputError(Problem(str(path), 0, f"cannot be read ({why.strerror})", "Check the path.")) from None
