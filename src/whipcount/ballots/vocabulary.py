"""What the cells of a CSV of ballots mean, learnt line by line, in the form in which the compiled loop looks them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whipcount.ballots.codes import MOST_CODES, OVERVOTE_BASE, REMOVED, SKIPPED, overvote_code, recode
from whipcount.ballots.delimited import Layout, cells
from whipcount.ballots.faults import LineError
from whipcount.ballots.table import RowReader

MARKS, SECTION, UNIT, WEIGHT = range(4)
NO_LOOKUP = -1
_MOST = 200_000
_MIX, _ALL = 0x9E3779B97F4A7C15, 2**64 - 1


@dataclass(frozen=True)
class Snapshot:
    """A vocabulary as arrays: a hash table into entries of (class, size, first word, value), and the words."""

    slots: NDArray[np.int32]
    entries: NDArray[np.uint64]
    words: NDArray[np.uint64]


class Vocabulary:
    """Cells by class and bytes. Values are codes, ranks, weights, or numbers of sections and units."""

    def __init__(self, plan: Layout, reader: RowReader) -> None:
        shape = plan.shape
        self._plan, self._reader = plan, reader
        self._values: dict[tuple[int, bytes], int] = {}
        self._overvotes: dict[frozenset[int], int] = {}
        self._names: dict[str, int] = {}
        self._sections, self._units = {"": 0}, {"": 0}
        self.by_candidate = shape.kind == "candidates"
        self.ranks = len(shape.candidates) if self.by_candidate else len(shape.ranks)
        self.classes = np.full(shape.columns, NO_LOOKUP, np.int64)
        self.targets = np.zeros(shape.columns, np.int64)
        for column, name in shape.candidates.items():
            self._place(column, MARKS, self._number(reader.candidate(name)))
        for rank, column in enumerate(shape.ranks):
            self._place(column, MARKS, rank)
        for column, kind in ((shape.section, SECTION), (shape.unit, UNIT), (shape.weight, WEIGHT)):
            if column >= 0:
                self._place(column, kind, self.ranks + kind - 1)

        self._kinds = self.classes.tolist()

    @property
    def sections(self) -> list[str]:
        """The sections, by number."""
        return list(self._sections)

    @property
    def units(self) -> list[str]:
        """The units, by number."""
        return list(self._units)

    def learn(self, lines: Sequence[bytes]) -> bool:
        """Add the cells of these lines that can be understood one by one; whether any was new."""
        before = len(self._values)
        delimiter = self._plan.delimiter.encode()
        found: set[tuple[int, bytes]] = set()
        for line in set(lines):
            pieces = line.split(delimiter)
            if len(pieces) == len(self.classes):
                found.update(zip(self._kinds, pieces, strict=True))
        for kind, piece in sorted(found):  # in order: candidates learnt at once need no new numbers in the end
            if len(self._values) < _MOST:
                self._learn(kind, piece)
        return len(self._values) > before

    def snapshot(self) -> Snapshot:
        """The vocabulary as it is now."""
        size = 1 << max(8, (4 * len(self._values)).bit_length())
        slots = np.full(size, -1, np.int32)
        entries = np.zeros((len(self._values) + 1, 4), np.uint64)
        words: list[int] = [0]
        for index, ((kind, piece), value) in enumerate(self._values.items()):
            spelt = _words(piece)
            slot = (_hash(spelt) + kind) % size
            while slots[slot] >= 0:
                slot = (slot + 1) % size
            slots[slot] = index
            entries[index] = (kind, len(piece), len(words), value % 2**64)
            words += spelt
        return Snapshot(slots, entries, np.array(words, np.uint64))

    def named(self, ranks: NDArray[np.int16]) -> tuple[list[str], NDArray[np.int16], list[frozenset[int]]]:
        """The candidates marked (sorted; or all, in the header's order), ranks and overvotes in their numbers."""
        names = list(self._names) if self.by_candidate else sorted(self._marked(ranks))
        if names == list(self._names):
            return names, ranks, list(self._overvotes)
        place = {name: index for index, name in enumerate(names)}
        new_index = [place.get(name, REMOVED) for name in self._names]
        ranks, overvotes = recode(ranks, list(self._overvotes), new_index)
        return names, ranks, overvotes

    def _marked(self, ranks: NDArray[np.int16]) -> set[str]:
        """The names in use: some that were learnt stand only on lines that turned out bad."""
        offset = MOST_CODES + 2
        seen = np.zeros(2 * offset, np.bool_)
        for column in range(ranks.shape[1]):
            seen[ranks[:, column].astype(np.intp) + offset] = True
        codes = np.flatnonzero(seen) - offset
        overvotes, names = list(self._overvotes), list(self._names)
        tied = {index for code in codes if code <= OVERVOTE_BASE for index in overvotes[OVERVOTE_BASE - code]}
        return {names[index] for index in tied.union(int(code) for code in codes if code >= 0)}

    def _place(self, column: int, kind: int, target: int) -> None:
        self.classes[column] = kind
        self.targets[column] = target

    def _number(self, name: str) -> int:
        if len(self._names) >= MOST_CODES and name not in self._names:
            raise LineError(f"there are more than {MOST_CODES} candidates")
        return self._names.setdefault(name, len(self._names))

    def _learn(self, kind: int, piece: bytes) -> None:
        key = (kind, piece)
        if kind == NO_LOOKUP or key in self._values or (kind == MARKS and not piece):
            return
        try:
            text = piece.decode("utf-8")
            parts = cells(text, self._plan.delimiter)
            if "\0" not in text and len(parts) == 1:
                self._values[key] = self._value(kind, parts[0])
        except (LineError, UnicodeDecodeError):
            return

    def _value(self, kind: int, cell: str) -> int:
        if kind == WEIGHT:
            weight = self._reader.weight(cell)
            if not isinstance(weight, int) or not 0 < weight < 2**31:
                raise LineError("left to the careful reader")
            return weight
        if kind in (SECTION, UNIT):
            known = self._sections if kind == SECTION else self._units
            if len(known) >= MOST_CODES:
                raise LineError("left to the careful reader")
            return known.setdefault(cell.strip(), len(known))
        if self.by_candidate:
            return self._reader.rank(cell.strip(), self.ranks) if cell.strip() else 0
        mark = self._reader.mark(cell)
        if mark is None:
            return SKIPPED
        if isinstance(mark, str):
            return self._number(mark)
        return overvote_code(frozenset(self._number(name) for name in sorted(mark)), self._overvotes)


def _words(piece: bytes) -> list[int]:
    """The bytes eight at a time; the last word holds fewer than eight, padded with zeros."""
    return [int.from_bytes(piece[at : at + 8], "little") for at in range(0, len(piece) + 1, 8)]


def _hash(words: Sequence[int]) -> int:
    """The same as in `kernels.count_rows`."""
    key = 0
    for word in words:
        key = ((key ^ word) * _MIX) & _ALL
        key ^= key >> 32
    return key
