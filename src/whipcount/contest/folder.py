"""Reading a contest folder, and saying everything that is wrong with it.

contest.yaml       identity, rulebook, sections, questions          (required)
electors.csv       the roster of the named sections
groups.csv         who belongs to which group
candidates.csv     who is in, might be, or is out, and since when
evidence.csv       what was said about where electors stand
polls.csv odds.csv events.csv predictions.csv facts.csv disagreements.csv
result.yaml        what happened
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from whipcount.contest.model import Contest
from whipcount.contest.records import (
    CandidateRow,
    Disagreement,
    Elector,
    EventRow,
    Evidence,
    FactRow,
    Grouping,
    Identity,
    OddsRow,
    PollRow,
    PredictionRow,
)
from whipcount.contest.result import Result
from whipcount.contest.sense import cross_check
from whipcount.errors import ContestError, NotFound, Problem
from whipcount.plaintext import Lines, Row, problems_of, read_csv, read_yaml, validate
from whipcount.rules.language import Model

T = TypeVar("T", bound=Model)

TABLES: dict[str, tuple[str, type[Model]]] = {
    "electors.csv": ("electors", Elector),
    "groups.csv": ("groupings", Grouping),
    "candidates.csv": ("candidates", CandidateRow),
    "evidence.csv": ("evidence", Evidence),
    "polls.csv": ("polls", PollRow),
    "odds.csv": ("odds", OddsRow),
    "events.csv": ("events", EventRow),
    "predictions.csv": ("predictions", PredictionRow),
    "facts.csv": ("facts", FactRow),
    "disagreements.csv": ("disagreements", Disagreement),
}
"""File name -> (field of `Contest`, record of one row)."""


def columns(record: type[Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(required columns, all columns) of a table, in the order of the record with its own fields first."""
    own = [n for n in record.model_fields if n not in {"source", "confidence", "note"}]
    order = own + [n for n in ("source", "confidence", "note") if n in record.model_fields]
    spelled = {name: record.model_fields[name].alias or name for name in order}
    required = tuple(spelled[n] for n in order if record.model_fields[n].is_required())
    return required, tuple(spelled.values())


def _shelf(name: str = "contests") -> Path:
    return Path(str(files("whipcount.library") / name))


def names() -> tuple[str, ...]:
    """The ids of the contests that ship, sorted; those of the past are apart (`past_names`)."""
    return tuple(sorted(p.parent.name for p in _shelf().glob("*/contest.yaml")))


def past_names() -> tuple[str, ...]:
    """The ids of the past contests that ship for the backtest, sorted."""
    return tuple(sorted(p.parent.name for p in _shelf("backtest").glob("*/contest.yaml")))


def locate(name: str) -> Path:
    """The folder that a name stands for: a path, or the id of a contest that ships, past ones included. Raises `NotFound`."""
    path = Path(name)
    if path.is_dir() or "/" in name:
        return path
    if name in names():
        return _shelf() / name
    if name in past_names():
        return _shelf("backtest") / name
    raise NotFound("contest", name, (*names(), *past_names()))


def load(name: str | Path, today: date | None = None) -> Contest:
    """The contest in a folder, or of the library.

    `today` is the clock's date; rows known later than that are errors. Raises `ContestError` with every problem found.
    """
    folder = locate(name) if isinstance(name, str) else name
    reader = _Reader(folder, today or date.today())
    return reader.contest()


class _Reader:
    def __init__(self, folder: Path, today: date) -> None:
        self.folder, self.today = folder, today
        self.problems: list[Problem] = []
        self.lines: dict[int, tuple[str, int]] = {}

    def contest(self) -> Contest:
        identity = self._identity()
        fields: dict[str, Any] = {}
        for file, (name, record) in TABLES.items():
            fields[name] = tuple(self._gather(self._table, file, record))
        result = next(self._gather(self._result), None)
        if self.problems:
            raise ContestError(sorted(self.problems))
        contest = Contest(identity=identity, result=result, **fields)
        self.problems += [
            Problem(*self.lines.get(id(record), (file, 0)), what, mend)
            for record, file, what, mend in cross_check(contest, self.today)
        ]
        if self.problems:
            raise ContestError(sorted(self.problems))
        return contest

    def _identity(self) -> Identity:
        path = self.folder / "contest.yaml"
        if not path.is_file():
            what = "the folder holds no contest.yaml" if self.folder.is_dir() else "there is no such folder"
            raise ContestError(
                Problem(self.folder.resolve().name, 0, what, "Make a skeleton with `whipcount new FOLDER`.")
            )
        data, lines = read_yaml(path, ContestError)
        identity = validate(Identity, data, lines, ContestError)
        self.lines[id(identity)] = ("contest.yaml", 1)
        for i, question in enumerate(identity.questions):
            self.lines[id(question)] = ("contest.yaml", lines.line(("questions", i)))
        return identity

    def _gather(self, read: Callable[..., Iterator[T]], *args: Any) -> Iterator[T]:
        try:
            yield from read(*args)
        except ContestError as why:
            self.problems += why.problems

    def _table(self, file: str, record: type[T]) -> Iterator[T]:
        path = self.folder / file
        if not path.exists():
            return
        required, known = columns(record)
        for row in read_csv(path, required, known, ContestError):
            made = self._record(row, record)
            if made is not None:
                yield made

    def _record(self, row: Row, record: type[T]) -> T | None:
        try:
            made = record.model_validate(dict(row.cells))
        except ValidationError as why:
            self.problems += problems_of(why, Lines(row.file, {(): row.line}))
            return None
        self.lines[id(made)] = (row.file, row.line)
        return made

    def _result(self) -> Iterator[Result]:
        path = self.folder / "result.yaml"
        if path.exists():
            data, lines = read_yaml(path, ContestError)
            result = validate(Result, data, lines, ContestError)
            self.lines[id(result)] = ("result.yaml", 1)
            yield result
