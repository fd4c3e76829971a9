"""CSV: delimiter, header, and rows read line by line. `delimited_fast` does the same for large files."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from whipcount.ballots.codes import Mark
from whipcount.ballots.draft import WRITE_IN, Draft, Options
from whipcount.ballots.faults import LineError
from whipcount.ballots.limits import MIB
from whipcount.ballots.source import Source, decode, shown, too_long
from whipcount.ballots.table import Ballot, RowReader, Shape, by_rank, shape_of

FAST_FROM = 2 * MIB
"""From this size on, loading the compiled reader pays."""

_BOM = b"\xef\xbb\xbf"
_REMEMBERED = 200_000


@dataclass(frozen=True)
class Layout:
    """How a CSV is written: what separates cells, what the columns are, where the rows start."""

    delimiter: str
    shape: Shape
    body: int
    """The number of bytes before the first row."""


def layout(source: Source, options: Options) -> Layout:
    """Read the header. Raises BallotError where there is none."""
    start = source.head(source.limits.line + 8)
    line, end, _ = start.partition(b"\n")
    if len(line) > source.limits.line:
        options.faults.stop(1, *too_long(source.limits))
    try:
        header = line.removeprefix(_BOM).decode("utf-8").removesuffix("\r")
    except UnicodeDecodeError:
        options.faults.stop(1, "the header is not UTF-8", "Save the file as UTF-8.")
    if "\r" in header or "\0" in header:
        options.faults.stop(1, "the header has a stray line end or zero byte", "Save the file as UTF-8 text.")
    delimiter = max(",;\t", key=header.count)
    try:
        names = [name.strip() for name in cells(header, delimiter)]
        known = () if options.candidates is None else (*options.candidates, *options.aliases)
        if len(names) > options.limits.cells:
            raise LineError(f"the header has more than {options.limits.cells} columns", "Check the file.")
        return Layout(delimiter, shape_of(names, known), len(line) + len(end))
    except LineError as error:
        options.faults.stop(1, str(error), error.mend)


def cells(text: str, delimiter: str) -> list[str]:
    """The cells of one line; a stray carriage return is a blank. Raises LineError for unclosed quotation marks."""
    text = text.replace("\r", " ")
    if '"' not in text:
        return text.split(delimiter)
    try:
        (row,) = csv.reader([text], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        raise LineError("the quotation marks are not closed on this line", "Check the quoting.") from None
    return row


def read(source: Source, options: Options) -> Draft:
    """Read a CSV: a large one by compiled code, if Numba is installed. Raises BallotError."""
    plan = layout(source, options)
    if plan.shape.kind == "long":
        return read_long(_rows(source, plan, options), RowReader(plan.shape, options), options)
    if len(source.raw) >= (FAST_FROM if not source.packing else FAST_FROM // 8):
        from whipcount.ballots import delimited_fast

        count_rows = delimited_fast.kernel()
        if count_rows is not None:
            return delimited_fast.read(source, plan, options, count_rows)
    return read_carefully(source, plan, options)


def read_carefully(source: Source, plan: Layout, options: Options) -> Draft:
    """Read a CSV with a row for each ballot without compiled code."""
    table = TableDraft(plan, options)
    for number, block in _bodies(source, plan):
        table.add_lines(block.removesuffix(b"\n").split(b"\n"), number.__add__)
    return table.finish()


@dataclass
class TableDraft:
    """Ballots of a CSV with a row for each ballot; each different line is read once."""

    plan: Layout
    options: Options
    draft: Draft = field(default_factory=Draft)

    def __post_init__(self) -> None:
        self.reader = RowReader(self.plan.shape, self.options)
        self._read: dict[bytes, Ballot | None] = {}

    def add_lines(self, lines: Sequence[bytes], number: Callable[[int], int]) -> None:
        """Add lines; `number` tells the number of the n-th of them, and is asked only where one is bad."""
        for line, times in Counter(lines).items():
            ballot = self._read[line] if line in self._read else self._parse(line, lines, number, times)
            if ballot is not None:
                self.draft.add(ballot.ranking, ballot.weight * times, ballot.section, ballot.unit)

    def _parse(self, line: bytes, lines: Sequence[bytes], number: Callable[[int], int], times: int) -> Ballot | None:
        """Read one different line; None where it is empty, or after noting what is wrong with it."""
        bare, ballot = line.removesuffix(b"\r"), None
        if len(line) > self.options.limits.line:
            self.options.faults.stop(number(lines.index(line)), *too_long(self.options.limits))
        if bare:
            try:
                text = decode(bare)
                ballot = self.reader.ballot(cells(text, self.plan.delimiter))
            except LineError as error:
                first = number(lines.index(line))
                self.options.faults.line(first, str(error), error.mend, text=shown(bare), times=times)
                return None
        if len(self._read) > _REMEMBERED:
            self._read.clear()
        self._read[line] = ballot
        return ballot

    def finish(self) -> Draft:
        """The draft of all lines."""
        return finished(self.draft, self.plan.shape, self.options)


def finished(draft: Draft, shape: Shape, options: Options) -> Draft:
    """Fill in what the shape says of the candidates."""
    draft.candidates = [options.aliases.get(name, name) for name in shape.candidates.values()]
    draft.candidates = list(dict.fromkeys(draft.candidates))
    draft.write_ins = {WRITE_IN}
    return draft


def _bodies(source: Source, plan: Layout) -> Iterator[tuple[int, bytes]]:
    """Blocks of whole lines after the header, with the number of their first line."""
    number, skip = 2, plan.body
    for block in source.blocks():
        body, skip = block[skip:], max(0, skip - len(block))
        if body:
            yield number, body
            number += body.count(b"\n")


def _rows(source: Source, plan: Layout, options: Options) -> Iterator[tuple[int, str, list[str]]]:
    lines = source.lines(options.faults)
    next(lines, None)
    for number, text in lines:
        if text:
            try:
                yield number, text, cells(text, plan.delimiter)
            except LineError as error:
                options.faults.line(number, str(error), error.mend, text=text)


def read_long(rows: Iterator[tuple[int, str, list[str]]], reader: RowReader, options: Options) -> Draft:
    """Put together the ballots of a table with a row for each mark."""
    marks: dict[str, dict[int, list[str]]] = {}
    rest: dict[str, Ballot] = {}
    for number, text, row in rows:
        try:
            ballot, rank, mark, place = reader.single(row)
            if rest.setdefault(ballot, place) != place:
                raise LineError(f"ballot '{ballot[:80]}' has another section, unit or weight above", "Correct one.")
        except LineError as error:
            options.faults.line(number, str(error), error.mend, text=text)
            continue
        at = marks.setdefault(ballot, {})
        if mark is not None:
            at.setdefault(rank, []).extend(_spread(mark))
    draft = Draft()
    for ballot, place in rest.items():
        draft.add(by_rank(marks[ballot]), place.weight, place.section, place.unit)
    return finished(draft, reader.shape, options)


def _spread(mark: Mark) -> list[str]:
    return [mark] if isinstance(mark, str) else sorted(mark or ())
