"""The ledger: an append-only file of predictions and resolutions, chained by hashes, so that nobody can improve the past.

In: entries, and a path. Out: a file of JSON lines, and a `Verification` of it. Each line is

    {"entry": {...}, "hash": H, "n": 1, "previous": P, "recorded": "2031-05-01T12:00:00Z"}

in canonical JSON (keys sorted, no blanks, UTF-8, numbers as Python writes them). H is the SHA-256, in hex, of the
canonical JSON of the line without its `hash`; P is the H of the line before, and 64 zeros on the first. A change to any
byte of a line breaks its own hash; taking lines out, putting lines in or changing their order breaks the chain at that
place. Two things no chain can show by itself: lines taken off the *end*, and a file rewritten whole by somebody who
computes every hash anew. Both show against a `head` (number and hash of the last line) that was published elsewhere:
`verify(path, head=...)`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whipcount.errors import InputError, Problem, UsageError
from whipcount.score.chain import GENESIS, Link, links, parse_link, sealed
from whipcount.score.dated import with_days
from whipcount.score.entry import Entry, Prediction, Resolution, parse, plain
from whipcount.score.locking import locked

HEAD_SHAPE = "NUMBER:HASH"


class LedgerError(InputError):
    """A ledger that cannot be read, or whose chain is broken."""


@dataclass(frozen=True)
class Verification:
    """Whether a ledger is as it was written. `head` is `NUMBER:HASH` of the last line that is sound.

    `fault` is what happened to the first entry that is not as it was: `changed`, `removed`, `reordered`, `inserted`,
    `cut short` (a line without its end), or `rewritten` (it does not lead to the head that was given).
    """

    path: str
    entries: int
    head: str
    fault: str | None = None
    line: int = 0
    what: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return {"path": self.path, "sound": self.sound, "entries": self.entries, "head": self.head} | {
            "fault": self.fault, "line": self.line or None, "what": self.what or None
        }  # fmt: skip


@dataclass(frozen=True)
class Record:
    """An entry, with its number in the ledger, its hash and when it was recorded."""

    number: int
    recorded: datetime
    hash: str
    entry: Entry


@dataclass(frozen=True)
class Ledger:
    """A ledger in memory, as it was read from a sound file."""

    records: tuple[Record, ...] = ()

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        """The predictions, in the order in which they were recorded."""
        return tuple(r.entry for r in self.records if isinstance(r.entry, Prediction))

    @property
    def resolutions(self) -> tuple[Resolution, ...]:
        """The resolutions, in the order in which they were recorded."""
        return tuple(r.entry for r in self.records if isinstance(r.entry, Resolution))

    @property
    def recorded(self) -> dict[str, datetime]:
        """When each entry was recorded, by its id."""
        return {r.entry.id: r.recorded for r in self.records}

    @property
    def head(self) -> str:
        """`NUMBER:HASH` of the last line: publish it, and nobody can shorten or rewrite the ledger unseen."""
        return f"{self.records[-1].number}:{self.records[-1].hash}" if self.records else f"0:{GENESIS}"


def verify(path: Path, *, head: str | None = None) -> Verification:
    """Whether a ledger is as it was written; if not, the first entry that was changed, removed or reordered.

    `head` is a `NUMBER:HASH` that was published earlier: the ledger must still hold that line.

    Raises `LedgerError` for a file that cannot be read, `UsageError` for a head of another shape.
    """
    wanted = _head(head)
    sound: list[Link] = []
    for line, raw in links(path):
        fault = _fault(raw, line, sound, path)
        if fault is not None:
            return _verdict(path, sound, *fault)
        sound.append(parse_link(raw))
    if wanted is not None and (wanted[0] > len(sound) or _hash_at(sound, wanted[0]) != wanted[1]):
        if wanted[0] > len(sound):
            what = f"the published head is entry {wanted[0]}, and the ledger ends at {len(sound)}: later entries were removed"
            return _verdict(path, sound, "removed", len(sound), what)
        what = f"entry {wanted[0]} does not have the published hash: the ledger was rewritten at or before it"
        return _verdict(path, sound, "rewritten", wanted[0], what)
    return _verdict(path, sound, None, 0, "")


def _verdict(path: Path, sound: list[Link], fault: str | None, line: int, what: str) -> Verification:
    head = f"{len(sound)}:{sound[-1].hash}" if sound else f"0:{GENESIS}"
    return Verification(path.name, len(sound), head, fault, line, what)


def _head(head: str | None) -> tuple[int, str] | None:
    if head is None:
        return None
    number, _, value = head.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10 and len(value) == 64):
        raise UsageError(
            f"'{head[:80]}' is no head of a ledger. It has the form {HEAD_SHAPE}, as `--verify` prints it."
        )
    return int(number), value.lower()


def _hash_at(sound: list[Link], number: int) -> str:
    return sound[number - 1].hash if number else GENESIS


def _fault(raw: bytes, line: int, sound: list[Link], path: Path) -> tuple[str, int, str] | None:
    """(fault, line, what it means) of one line after those that are sound."""
    expected = len(sound) + 1
    if not raw.endswith(b"\n"):
        return "cut short", line, f"entry {expected} was cut short: its line has no end"
    link = parse_link(raw)
    if not link.whole:
        return "changed", line, f"entry {expected} was changed: its line does not have the hash that it states"
    if link.previous == (sound[-1].hash if sound else GENESIS):
        if link.number != expected:
            return "changed", line, f"entry {expected} was changed: it calls itself number {link.number}"
        return None
    return _broken(link, line, expected, sound, path)


def _broken(link: Link, line: int, expected: int, sound: list[Link], path: Path) -> tuple[str, int, str]:
    """What broke the chain before a line that is whole in itself."""
    later = {one.number for _, raw in links(path) if (one := parse_link(raw)).whole} - {s.number for s in sound}
    if link.number == expected:
        what = f"entry {expected} does not follow the entry before it: entry {max(expected - 1, 1)} was replaced, or this one was"
        return "changed", line, what
    if link.number > expected and expected not in later:
        last = f" to {link.number - 1}" if link.number - 1 > expected else ""
        return "removed", line, f"entry {expected}{last} was removed: entry {link.number} stands in its place"
    if link.number < expected and any(s.hash == link.hash for s in sound):
        return "inserted", line, f"a second copy of entry {link.number} stands where entry {expected} was"
    return "reordered", line, f"entry {expected} was moved: entry {link.number} stands in its place"


def read(path: Path) -> Ledger:
    """The entries of a ledger.

    Raises `LedgerError` for a file that cannot be read, whose chain is broken, or whose entries make no sense.
    """
    found = verify(path)
    if not found.sound:
        mend = "The entries before it are sound. Restore the file from a copy; a ledger is never mended by hand."
        raise LedgerError(Problem(path.name, found.line, found.what, mend))
    records: list[Record] = []
    problems: list[Problem] = []
    known = _Known()
    for line, raw in links(path):
        link = parse_link(raw)
        try:
            entry = parse(link.entry, path.name, line)
            known.take(entry, path.name, line)
            records.append(Record(link.number, _instant(link.recorded, path, line), link.hash, entry))
        except InputError as wrong:
            problems += wrong.problems
    if problems:
        raise LedgerError(problems)
    return Ledger(tuple(records))


def append(
    path: Path, entries: Iterable[Entry], *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[Record, ...]:
    """Add entries at the end of a ledger, which is made if there is none; all of them or none.

    The file is locked while this runs, the whole chain is checked first, and the new lines are on the disk (fsync) when it
    returns. `clock` gives the time that goes on record, in UTC.

    Raises `LedgerError` for a ledger that is not sound, an id that it holds already, or a resolution of a prediction that it
    does not hold.
    """
    made = tuple(entries)
    with locked(path) as file:
        ledger = read(path)
        known = _Known()
        for record in ledger.records:
            known.take(record.entry, path.name, record.number)
        number, previous = len(ledger.records), ledger.head.partition(":")[2]
        now = clock().astimezone(UTC).replace(microsecond=0)
        lines: list[bytes] = []
        records: list[Record] = []
        for entry in made:
            number += 1
            entry = parse(plain(entry), f"entry {entry.id}")
            known.take(entry, f"entry {entry.id}", 0)
            line, previous = sealed(number, previous, now.strftime(_STAMP), plain(entry))
            lines.append(line)
            records.append(Record(number, now, previous, entry))
        _write(file, b"".join(lines))
    return tuple(records)


_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def _write(file: int, data: bytes) -> None:
    """Write all of it and wait until it is on the disk; take it back if the disk is full halfway."""
    start = os.lseek(file, 0, os.SEEK_END)
    try:
        done = 0
        while done < len(data):
            done += os.write(file, data[done:])
        os.fsync(file)
    except OSError:
        os.ftruncate(file, start)
        raise


def _instant(text: str, path: Path, line: int) -> datetime:
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise LedgerError(Problem(path.name, line, "'recorded' is no time", "Restore the file from a copy.")) from None


class _Known:
    """Ids that a ledger holds so far, to see that each is new and that resolutions resolve something."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.predictions: dict[str, Prediction] = {}

    def take(self, entry: Entry, file: str, line: int) -> None:
        """Take one more entry in. Raises `LedgerError`."""
        if entry.id in self.ids:
            raise LedgerError(Problem(file, line, f"the id '{entry.id}' is taken", "Give each entry an id of its own."))
        if isinstance(entry, Resolution):
            self._fits(entry, file, line)
        else:
            self.predictions[entry.id] = entry
        self.ids.add(entry.id)

    def _fits(self, entry: Resolution, file: str, line: int) -> None:
        about = self.predictions.get(entry.of)
        if about is None:
            what = f"'{entry.of}' is no prediction that was recorded before"
            raise LedgerError(Problem(file, line, what, "Write the id of the prediction under 'of'."))
        settled = entry.verdict == "came true"
        if about.outcomes is not None and settled and entry.outcome is None:
            raise LedgerError(Problem(file, line, "the 'outcome' that came about is missing", "Write its name."))
        if about.quantiles and settled and entry.value is None:
            raise LedgerError(Problem(file, line, "the 'value' that came about is missing", "Write the number."))


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Entries as people hand them in, one on each line as JSON, without a chain; times may be in words (see `dated`).

    Raises `InputError` with every problem.
    """
    out: list[Entry] = []
    problems: list[Problem] = []
    for line, raw in links(path):
        if not raw.strip():
            continue
        try:
            out.append(parse(with_days(json.loads(raw), path.name, line), path.name, line))
        except (ValueError, RecursionError):
            problems.append(Problem(path.name, line, "is not JSON", "Write one entry on each line, as the docs show."))
        except InputError as wrong:
            problems += wrong.problems
    if problems:
        raise InputError(problems)
    return tuple(out)
