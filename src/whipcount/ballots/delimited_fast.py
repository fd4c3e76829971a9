"""CSV files of many ballots: the compiled loop of `kernels`, fed by two threads.

Cells are learnt: a line with a cell not seen before is read by the careful reader of `delimited`, which knows
every rule and words every complaint, and what its cells mean is added to the vocabulary. From then on the loop
knows them. What the loop cannot know (names with a delimiter in them, fractions, overvotes across columns)
it leaves to the careful reader for good, so both readers give the same profile for every file.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.ballots.codes import Group
from whipcount.ballots.compact import compact
from whipcount.ballots.delimited import Layout, TableDraft
from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.limits import MIB
from whipcount.ballots.profile import Profile
from whipcount.ballots.source import Source, too_long
from whipcount.ballots.vocabulary import Snapshot, Vocabulary

FIRST_BLOCK, BLOCK = MIB // 8, 8 * MIB
_SLACK = 8
ROWS = 1 << 20
ODD = 1 << 14

_FIRST_RUN = "whipcount: compiling the ballot reader, once after an install (about two seconds)\n"

Lines = Callable[[], int]


@dataclass
class _Block:
    """Whole lines in memory that stays put: `data[begin:end]`, eight more bytes readable behind them."""

    data: NDArray[np.uint8]
    begin: int
    end: int
    number: Lines
    """The number of the first line; worked out only when somebody asks."""


def kernel() -> Any:
    """The compiled loop, or None without Numba. The first run after an install compiles it, and says so."""
    try:
        from whipcount.ballots import kernels
    except ImportError:
        return None
    return kernels.prepare(partial(sys.stderr.write, _FIRST_RUN))


def read(source: Source, plan: Layout, options: Options, count_rows: Any) -> Draft:
    """Read a CSV with a row for each ballot. Raises BallotError."""
    reader = _Reader(plan, options, count_rows)
    blocks = reader.mapped(source) if not source.packing else reader.streamed(source)
    workers = min(2, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        tables = list(pool.map(lambda _: reader.work(blocks), range(workers)))
    return reader.finish(tables)


class _Starts:
    """Where the blocks of a mapped file start, from which the numbers of their lines can be found."""

    def __init__(self, raw: mmap.mmap | bytes) -> None:
        self._raw = raw
        self.offsets: list[int] = []

    def add(self, offset: int) -> Lines:
        """Note the next block; returns what finds the number of its first line (the header is line 1)."""
        self.offsets.append(offset)
        return partial(self._number, len(self.offsets) - 1)

    def _number(self, index: int) -> int:
        pieces = (self._raw[self.offsets[i] : self.offsets[i + 1]] for i in range(index))
        return 2 + sum(piece.count(b"\n") for piece in pieces)


class _Table:
    """Distinct rows of one thread, and how many there are of each; full tables are merged into `done`."""

    def __init__(self, width: int) -> None:
        self.slots = np.full(2 * ROWS, -1, np.int32)
        self.rows = np.empty((ROWS, width), np.int16)
        self.weights = np.empty(ROWS, np.int64)
        self.scratch = np.empty(width + 1, np.int64)
        self.used = 0
        self.done: list[tuple[NDArray[np.int16], NDArray[np.int64]]] = []

    def flush(self) -> None:
        """Put the rows aside and start again; what was put aside is merged as it doubles."""
        self.done.append((self.rows[: self.used].copy(), self.weights[: self.used].copy()))
        self.slots.fill(-1)
        self.used = 0
        while len(self.done) > 1 and len(self.done[-2][1]) <= 2 * len(self.done[-1][1]):
            last, before = self.done.pop(), self.done.pop()
            self.done.append(_merged([before, last]))


def _merged(
    parts: list[tuple[NDArray[np.int16], NDArray[np.int64]]],
) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    rows = np.concatenate([rows for rows, _ in parts])
    weights = np.concatenate([weights for _, weights in parts])
    nowhere = np.zeros(len(rows), np.int32)
    # `compact` trims empty last columns, but the last two here are section and unit, which are never -1.
    rows, _, weights = compact(rows, nowhere, weights)
    return rows, weights


class _Reader:
    """What the threads share."""

    def __init__(self, plan: Layout, options: Options, count_rows: Any) -> None:
        self.plan = plan
        self.options = options
        self.count_rows = count_rows
        self.careful = TableDraft(plan, options)
        self.vocabulary = Vocabulary(plan, self.careful.reader)
        self.snapshot: Snapshot = self.vocabulary.snapshot()
        self.lock = Lock()
        self.failed = False

    def mapped(self, source: Source) -> Iterator[_Block]:
        """Blocks of a mapped file, in place; its end, behind which nothing may be read, as a copy."""
        raw, at, starts = source.raw, self.plan.body, _Starts(source.raw)
        data = np.frombuffer(raw, np.uint8)
        last = raw.rfind(b"\n", at, max(at, len(raw) - _SLACK)) + 1 or at
        while at < last:
            size = FIRST_BLOCK if len(starts.offsets) < 4 else BLOCK
            end = raw.rfind(b"\n", at, min(at + size, last)) + 1
            if not end:
                end = raw.find(b"\n", at, min(at + self.options.limits.line + 1, last)) + 1
            if not end:
                self.options.faults.stop(starts.add(at)(), *too_long(source.limits))
            yield _Block(data, at, end, starts.add(at))
            at = end
        if at < len(raw):
            yield _copied(raw[at:], starts.add(at))

    def streamed(self, source: Source) -> Iterator[_Block]:
        """Blocks of a file that is expanded as it is read."""
        number, skip = 2, self.plan.body
        for block in source.blocks():
            body, skip = block[skip:], max(0, skip - len(block))
            if body:
                yield _copied(body, partial(int, number))
                number += body.count(b"\n")

    def work(self, blocks: Iterator[_Block]) -> _Table:
        """Take block after block until there is none."""
        table = _Table(self.vocabulary.ranks + 2)
        try:
            while True:
                with self.lock:
                    block = None if self.failed else next(blocks, None)
                if block is None:
                    return table
                self._count(block, table)
        except BaseException:
            self.failed = True
            raise

    def _count(self, block: _Block, table: _Table) -> None:
        at, before = block.begin, 0
        while at < block.end:
            room = np.empty((ODD, 2), np.int64)
            at, odds, lines = self._run(block, at, table, room)
            if odds:
                odd = [(_line_at(block, int(start)), before + int(index)) for start, index in room[:odds]]
                self._read_odd(odd, block.number, table)
            before += lines

    def _run(self, block: _Block, at: int, table: _Table, odd: NDArray[np.int64]) -> tuple[int, int, int]:
        """Run the compiled loop; returns where it stopped, how many lines were odd, how many were read."""
        if table.used >= ROWS - 1:
            table.flush()
        known, place = self.snapshot, self.vocabulary
        at, table.used, odds, lines = self.count_rows(
            block.data.ctypes.data, at, block.end, self.options.limits.line, ord(self.plan.delimiter),
            place.classes, place.targets, place.by_candidate, known.slots, known.entries, known.words,
            table.slots, table.rows, table.weights, table.used, ROWS - 1, odd, table.scratch,
        )  # fmt: skip
        return at, odds, lines

    def _read_odd(self, odd: list[tuple[bytes, int]], number: Lines, table: _Table) -> None:
        """Learn from odd lines, count those that are odd no longer, and read the others carefully."""
        with self.lock:
            if self.vocabulary.learn([line for line, _ in odd]):
                self.snapshot = self.vocabulary.snapshot()
        again = _copied(b"\n".join(line for line, _ in odd), int)
        room = np.empty((ODD, 2), np.int64)
        at = lines = 0
        still: list[tuple[bytes, int]] = []
        while at < again.end:
            at, odds, read_now = self._run(again, at, table, room)
            still += [odd[lines + int(index)] for _, index in room[:odds]]
            lines += read_now
        if still:
            with self.lock:
                self.careful.add_lines([line for line, _ in still], lambda i: number() + still[i][1])

    def finish(self, tables: list[_Table]) -> Draft:
        """All that the threads counted, and what was read carefully, in one draft."""
        for table in tables:
            table.flush()
        rows = np.concatenate([rows for table in tables for rows, _ in table.done])
        weights = np.concatenate([weights for table in tables for _, weights in table.done])
        tables.clear()
        draft = self.careful.finish()
        if len(rows):
            draft.base = self._profile(rows, weights)
        return draft

    def _profile(self, rows: NDArray[np.int16], weights: NDArray[np.int64]) -> Profile:
        place = self.vocabulary
        names, ranks, overvotes = place.named(rows[:, :-2])
        group = rows[:, -2].astype(np.int32) * np.int32(len(place.units)) + rows[:, -1]
        used, group = np.unique(group, return_inverse=True) if group.any() else (np.zeros(1), group)
        groups = [
            Group(place.sections[int(one) // len(place.units)], place.units[int(one) % len(place.units)])
            for one in used
        ]
        return Profile.of(names, ranks, group.astype(np.int32), weights, groups, overvotes=overvotes)


def _copied(body: bytes, number: Lines) -> _Block:
    ended = body if body.endswith(b"\n") else body + b"\n"
    return _Block(np.frombuffer(ended + bytes(_SLACK), np.uint8), 0, len(ended), number)


def _line_at(block: _Block, start: int) -> bytes:
    """The line that starts here, without its end."""
    size = 256
    while True:
        piece = block.data[start : min(start + size, block.end)].tobytes()
        line, end, _ = piece.partition(b"\n")
        if end or start + size >= block.end:
            return line
        size *= 16
