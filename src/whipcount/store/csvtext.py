"""The lines of a CSV file, kept to the letter: text in, lines out, and back.

In: the text of a table as the folder holds it. Out: one `Line` for each record, comment or blank line, with its raw text
and its line end apart; `join(split(text)) == text` for every text. What counts as header, row and comment is as
`whipcount.plaintext.read_csv` has it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BOM = "\ufeff"
_PHYSICAL = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")
_END = re.compile(r"(?:\r\n|\n|\r)\Z")


@dataclass(frozen=True)
class Line:
    """One record (which may run over several physical lines), or a comment or blank line (`other`)."""

    kind: str
    raw: str
    ending: str


def split(text: str) -> list[Line]:
    """The lines of a table. Raises `csv.Error` for text that is not CSV."""
    physical = _PHYSICAL.findall(text)
    reader = csv.reader(
        (_END.sub("\n", p).removeprefix(BOM if i == 0 else "") for i, p in enumerate(physical)), strict=True
    )
    out: list[Line] = []
    seen_header, start = False, 0
    for cells in reader:
        raw = "".join(physical[start : reader.line_num])
        start = reader.line_num
        kind = "other" if _passed_over(cells) else "row" if seen_header else "header"
        seen_header = seen_header or kind == "header"
        found = _END.search(raw)
        ending = found[0] if found else ""
        out.append(Line(kind, raw[: len(raw) - len(ending)], ending))
    return out


def join(lines: Iterable[tuple[str, str]]) -> str:
    """The text of (raw, ending) pairs; a line end that is missing before the last line is filled in."""
    pairs = list(lines)
    default = usual_ending(ending for _, ending in pairs)
    last = len(pairs) - 1
    return "".join(raw + (ending or (default if i < last else "")) for i, (raw, ending) in enumerate(pairs))


def usual_ending(endings: Iterable[str]) -> str:
    """The first line end of a file; a new line where it has none."""
    return next((e for e in endings if e), "\n")


def cells_of(raw: str) -> list[str]:
    """The cells of one record, blanks round them taken off."""
    plain = raw.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n")
    return [cell.strip() for cell in next(csv.reader(io.StringIO(plain), strict=True), [])]


def values_of(header: str, raw: str) -> dict[str, str]:
    """The values of a row by the columns of its header, "" where blank."""
    names, cells = cells_of(header), cells_of(raw)
    return {name: cells[i] if i < len(cells) else "" for i, name in enumerate(names)}


def write(cells: Sequence[str], *, quote_all: bool, ending: str) -> str:
    """One record as text without its line end. A line break inside a cell is written as the file ends its lines."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, lineterminator="\r\n").writerow(cells)
    raw = out.getvalue().removesuffix("\r\n")
    return raw.replace("\n", ending) if ending in {"\r\n", "\r"} else raw


def row_text(columns: Sequence[str], values: Mapping[str, str], *, quote_all: bool, ending: str) -> str:
    """The row that holds these values, as the file would write it."""
    return write([values.get(name, "") for name in columns], quote_all=quote_all, ending=ending)


def quotes_all(raws: Iterable[str]) -> bool:
    """Whether a file puts quotes round every cell, judged by its header and rows."""
    found = False
    for raw in raws:
        plain = raw.removeprefix(BOM)
        found = True
        if not plain.startswith('"') or write(cells_of(raw), quote_all=True, ending="\n") != plain:
            return False
    return found


def reads_back(columns: Sequence[str], values: Mapping[str, str], raw: str) -> bool:
    """Whether a row's text will be read as a row with these values (one that begins with '#' would be a comment)."""
    cells = cells_of(raw)
    return not _passed_over(cells) and cells == [values.get(name, "") for name in columns]


def _passed_over(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells) or cells[0].startswith("#")
