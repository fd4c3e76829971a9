"""Ballots in a table: which column is what, and what one row says.

Three shapes, told apart by the header:
- ranks:      columns "rank 1", "2nd choice", "3" ...; a cell is a candidate's name;
- candidates: a column for each candidate; a cell is the rank given;
- long:       columns for ballot, rank and candidate; a row is one mark.
Columns for section, unit and weight are found by their names in every shape; a ballot's identity is passed over
but for the long shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from whipcount.ballots.codes import Mark
from whipcount.ballots.draft import OVERVOTE, WRITE_IN, Options
from whipcount.ballots.faults import LineError

_ROLES = {
    "section": {"section", "college", "body"},
    "unit": {"unit", "riding", "constituency", "branch", "precinct", "ward", "district"},
    "weight": {"weight", "count", "votes", "ballots", "number", "n"},
    "ballot": {"ballot", "ballot id", "ballotid", "cvr", "cvr id", "voter", "voter id", "id", "cast vote record"},
    "rank": {"rank", "preference", "position"},
    "candidate": {"candidate", "choice", "name", "option"},
}
_RANK = re.compile(
    r"(?:(?:rank|choice|preference|pref|vote)[ _.-]?)?(\d{1,4})(?:st|nd|rd|th)?(?:[ _.-]?(?:rank|choice|preference|pref))?$"
)
_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NOTHING = {"", "undervote", "skipped", "blank"}
_OVERVOTE = {"overvote"}
_WRITE_INS = {"uwi", "write-in", "writein", "write in", "undeclared write-in", "undeclared write-ins"}
SPECIAL_CELLS = _NOTHING | _OVERVOTE | _WRITE_INS
"""What a cell may hold that is no candidate's name, in lower case."""

_REMEMBERED = 100_000
_WEIGHT = re.compile(r"(\d{1,18})(?:\.(\d{1,9})|/(\d{1,9}))?$")


@dataclass(frozen=True)
class Shape:
    """What the columns of a table are. Column numbers count from 0; -1 is no such column.

    `ranks` are the columns of the 1st, 2nd, ... rank; `candidates` maps columns to names.
    """

    kind: Literal["ranks", "candidates", "long"]
    columns: int
    ranks: tuple[int, ...] = ()
    candidates: Mapping[int, str] = field(default_factory=dict)
    section: int = -1
    unit: int = -1
    weight: int = -1
    ballot: int = -1
    rank: int = -1
    candidate: int = -1


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one row says."""

    ranking: tuple[Mark, ...]
    weight: int | Fraction = 1
    section: str = ""
    unit: str = ""


def shape_of(header: Sequence[str], known: Sequence[str] = ()) -> Shape:
    """What the columns under this header are; a heading in `known` is a candidate's.

    Raises LineError where no shape fits.
    """
    roles: dict[str, int] = {}
    ranks: dict[int, int] = {}
    others: dict[int, str] = {}
    for column, heading in enumerate(header):
        plain = " ".join(heading.casefold().replace("_", " ").split())
        role = next((role for role, names in _ROLES.items() if plain in names and role not in roles), None)
        if heading in known or (role is None and _rank_number(plain) is None):
            others[column] = heading
        elif role is not None:
            roles[role] = column
        else:
            ranks.setdefault(_rank_number(plain) or 0, column)
    return _shape(header, roles, ranks, others)


def _shape(header: Sequence[str], roles: dict[str, int], ranks: dict[int, int], others: dict[int, str]) -> Shape:
    shape = Shape(
        "ranks", len(header),
        section=roles.pop("section", -1),
        unit=roles.pop("unit", -1),
        weight=roles.pop("weight", -1),
        ballot=roles.pop("ballot", -1),
    )  # fmt: skip
    if shape.ballot >= 0 and roles.keys() == {"rank", "candidate"}:
        return replace(shape, kind="long", rank=roles["rank"], candidate=roles["candidate"])
    if roles.keys() == {"candidate"} and not ranks and not others:
        return replace(shape, ranks=(roles["candidate"],))
    if roles:
        column = header[min(roles.values())]
        raise LineError(f"the column '{column[:80]}' fits none of the three shapes", "Rename or remove it.")
    if ranks:
        if sorted(ranks) != list(range(1, len(ranks) + 1)):
            raise LineError("the rank columns are not numbered 1, 2, 3, ... once each", "Correct the header.")
        return replace(shape, ranks=tuple(ranks[rank] for rank in sorted(ranks)))
    return replace(shape, kind="candidates", candidates=_candidate_columns(others))


def _candidate_columns(others: dict[int, str]) -> dict[int, str]:
    names = {column: name for column, name in others.items() if name}
    if not names or len(set(names.values())) < len(names):
        what = "two columns have the same heading" if names else "the header names no rank and no candidate"
        raise LineError(what, "Head the columns 'rank1,rank2,...', or with the candidates' names.")
    return names


def _rank_number(plain: str) -> int | None:
    first = plain.split(" ", maxsplit=1)[0]
    if first in _WORDS and plain in (first, f"{first} choice", f"{first} preference", f"{first} rank"):
        return _WORDS.index(first) + 1
    match = _RANK.match(plain)
    return int(match[1]) if match else None


class RowReader:
    """Reads the rows of one table; holds the shape and the names that are allowed."""

    def __init__(self, shape: Shape, options: Options) -> None:
        self.shape = shape
        self._aliases = options.aliases
        self._allowed = frozenset(options.candidates) if options.candidates is not None else None
        self._limit = options.limits.cells
        self._marks: dict[str, Mark] = {}

    def ballot(self, cells: Sequence[str]) -> Ballot:
        """The ballot of one row (shapes "ranks" and "candidates"). Raises LineError."""
        self._check_width(cells)
        if self.shape.kind == "ranks":
            ranking = tuple(self.mark(cells[column]) for column in self.shape.ranks)
        else:
            ranking = self._by_candidate(cells)
        return Ballot(ranking, self._weight(cells), self._cell(cells, "section"), self._cell(cells, "unit"))

    def single(self, cells: Sequence[str]) -> tuple[str, int, Mark, Ballot]:
        """Ballot identity, rank, mark and the rest of one row of the shape "long". Raises LineError."""
        self._check_width(cells)
        mark = self.mark(cells[self.shape.candidate])
        text = cells[self.shape.rank].strip()
        rank = self.rank(text, self._limit) if text or mark is not None else 1
        rest = Ballot((), self._weight(cells), self._cell(cells, "section"), self._cell(cells, "unit"))
        return cells[self.shape.ballot], rank, mark, rest

    def mark(self, cell: str) -> Mark:
        """What a cell with names marks: a name, several joined by '=', OVERVOTE, or None. Raises LineError."""
        if cell in self._marks:
            return self._marks[cell]
        mark = self._mark(cell.strip())
        if len(self._marks) < _REMEMBERED:
            self._marks[cell] = mark
        return mark

    def _mark(self, cell: str) -> Mark:
        if cell.casefold() in _NOTHING:
            return None
        if self._allowed is not None and cell in self._allowed:
            return cell
        if cell.casefold() in _OVERVOTE:
            return OVERVOTE
        if "=" in cell:
            names = frozenset(self._name(part.strip()) for part in cell.split("="))
            return names if len(names) > 1 else next(iter(names))
        return self._name(cell)

    def rank(self, text: str, most: int) -> int:
        """A rank in digits, from 1 to `most`. Raises LineError."""
        if not (text.isdecimal() and text.isascii()):
            raise LineError(f"'{text[:80]}' is not a rank", "Ranks are whole numbers from 1.")
        if len(text) > 6 or not 1 <= int(text) <= most:
            raise LineError(f"the rank {text[:12]} is beyond 1 to {most}", "Correct the rank.")
        return int(text)

    def candidate(self, heading: str) -> str:
        """The candidate of a column with this heading. Raises LineError."""
        return self._name(heading)

    def _name(self, cell: str) -> str:
        name = self._aliases.get(cell, cell)
        if not name:
            raise LineError("a name is empty", "Write the names on both sides of '='.")
        if name.casefold() in _WRITE_INS:
            return WRITE_IN
        if self._allowed is not None and name not in self._allowed:
            raise LineError(f"'{cell[:80]}' is not among the candidates", "Correct it, or give an alias for it.")
        return name

    def _by_candidate(self, cells: Sequence[str]) -> tuple[Mark, ...]:
        most = len(self.shape.candidates)
        marks: dict[int, list[str]] = {}
        for column, name in self.shape.candidates.items():
            if text := cells[column].strip():
                marks.setdefault(self.rank(text, most), []).append(self._name(name))
        return by_rank(marks)

    def _check_width(self, cells: Sequence[str]) -> None:
        if len(cells) != self.shape.columns:
            what = f"the row has {len(cells)} columns, the header {self.shape.columns}"
            raise LineError(what, "Check that the row is whole.")

    def _cell(self, cells: Sequence[str], role: Literal["section", "unit"]) -> str:
        column = self.shape.section if role == "section" else self.shape.unit
        return cells[column].strip() if column >= 0 else ""

    def _weight(self, cells: Sequence[str]) -> int | Fraction:
        return self.weight(cells[self.shape.weight]) if self.shape.weight >= 0 else 1

    def weight(self, cell: str) -> int | Fraction:
        """A weight: a whole number, a decimal or a fraction. Raises LineError."""
        text = cell.strip()
        match = _WEIGHT.match(text)
        if match is None or (match[3] and not int(match[3])):
            raise LineError(f"'{text[:80]}' is not a weight", "Weights are numbers from 0, as 3, 0.5 or 2/3.")
        return int(text) if not (match[2] or match[3]) else Fraction(text)


def by_rank(marks: Mapping[int, Sequence[str]]) -> tuple[Mark, ...]:
    """A ranking from the names marked at each rank, counted from 1."""
    ranking: list[Mark] = []
    for rank in range(1, max(marks, default=0) + 1):
        names = frozenset(marks.get(rank, ()))
        ranking.append(OVERVOTE if OVERVOTE in names else names if len(names) > 1 else next(iter(names), None))
    return tuple(ranking)
