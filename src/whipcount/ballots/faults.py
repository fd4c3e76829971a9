"""What is wrong in a ballot file: gathered line by line, then raised at once or set aside to a file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NoReturn

from whipcount.errors import BallotError, Problem, UsageError

SHOWN = 20
_MANY = 2_000


@dataclass(frozen=True, slots=True, order=True)
class Rejected:
    """A line that could not be read: its first number, how often it stands in the file, why, and its text."""

    line: int
    times: int
    reason: str
    text: str


class LineError(ValueError):
    """What is wrong with one line: its message, and how to mend it."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.mend = mend


class Faults:
    """The problems of one file.

    Bad lines are noted, equal ones together, and counted in `rejected`; in the end the caller raises them (`check`) or writes
    them to a file (`write`). Something wrong with the file as a whole raises at once (`stop`). Unless
    `patient`, thousands of bad lines do too: this is no ballot file.
    """

    def __init__(self, file: str, *, patient: bool = False) -> None:
        self.file = file
        self.patient = patient
        self.rejected = 0
        self._lines: dict[tuple[str, str], Rejected] = {}
        self._mends: dict[str, str] = {}
        self._lock = Lock()

    def line(self, number: int, what: str, mend: str = "", *, text: str = "", times: int = 1) -> None:
        """Note a line that cannot be read, standing `times` times in the file, first at `number`."""
        with self._lock:
            self.rejected += times
            before = self._lines.get((what, text), Rejected(number, 0, what, text))
            self._lines[what, text] = Rejected(min(number, before.line), before.times + times, what, text)
            self._mends[what] = mend
        if not self.patient and len(self._lines) >= _MANY:
            self.check()

    def stop(self, number: int, what: str, mend: str = "") -> NoReturn:
        """Refuse the file for something that no skipping of lines can mend."""
        raise BallotError([*self.problems(), Problem(self.file, number, what, mend)])

    def check(self) -> None:
        """Raise BallotError if any line was bad."""
        if self._lines:
            raise BallotError(self.problems())

    def write(self, path: Path) -> None:
        """Write the bad lines with their reasons as a CSV. Raises UsageError where that is not possible."""
        try:
            self._write(path)
        except OSError as error:
            raise UsageError(f"Rejected lines cannot be written to {path}: {error.strerror}.") from None

    def problems(self) -> list[Problem]:
        """The first bad lines as problems, and how many more there are."""
        found = sorted(self._lines.values())
        shown = [
            Problem(self.file, bad.line, bad.reason + _repeated(bad.times), self._mends[bad.reason])
            for bad in found[:SHOWN]
        ]
        if len(found) > SHOWN:
            mend = "Set bad lines aside with --skip-bad FILE to see them all."
            shown.append(Problem(self.file, 0, f"and at least {len(found) - SHOWN} more bad lines", mend))
        return shown

    def _write(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as out:
            table = csv.writer(out, lineterminator="\n")
            table.writerow(["line", "times", "reason", "text"])
            table.writerows((bad.line, bad.times, bad.reason, bad.text) for bad in sorted(self._lines.values()))


def _repeated(times: int) -> str:
    return f" (and {times - 1} more lines like it)" if times > 1 else ""
