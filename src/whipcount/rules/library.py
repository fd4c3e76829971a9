"""Finding and loading rulebooks: those that ship, and files of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from whipcount.errors import NotFound, RulebookError, UsageError
from whipcount.plaintext import parse_yaml, read_text, validate
from whipcount.rules.rulebook import Rulebook, Version


def _shelf() -> Path:
    return Path(str(files("whipcount.library") / "rulebooks"))


def names() -> tuple[str, ...]:
    """The ids of the rulebooks that ship, sorted."""
    return tuple(sorted(path.stem for path in _shelf().glob("*.yaml")))


def load_file(path: Path) -> Rulebook:
    """A rulebook from a YAML file. Raises `RulebookError` with every problem, its line and how to mend it."""
    data, lines = parse_yaml(read_text(path, RulebookError), path.name, RulebookError)
    return validate(Rulebook, data, lines, RulebookError)


@cache
def load(name: str) -> Rulebook:
    """The rulebook of the library with this id. Raises `NotFound` with the nearest ids."""
    if name not in names():
        raise NotFound("rulebook", name, names())
    return load_file(_shelf() / f"{name}.yaml")


@dataclass(frozen=True)
class InForce:
    """A rulebook and the version of it that a reference picks. `when` is the date asked for, if any."""

    rulebook: Rulebook
    version: Version
    when: date | None

    @property
    def ref(self) -> str:
        """`ID@DATE`, with the date from which the version was in force (`ID` alone for one with no date)."""
        since = self.version.since
        return f"{self.rulebook.id}@{since}" if since else self.rulebook.id


def find(ref: str) -> InForce:
    """What `ID`, `ID@DATE`, or a path to a rulebook file (with `@DATE` too) stands for.

    Raises `NotFound` for an unknown id, `UsageError` for a date that is none or is before the first version.
    """
    name, at, day = ref.rpartition("@") if "@" in ref else (ref, "", "")
    try:
        when = date.fromisoformat(day) if at else None
    except ValueError:
        raise UsageError(f"'{day}' in '{ref}' is no date. Write ID@YYYY-MM-DD.") from None
    looks_like_file = name.endswith((".yaml", ".yml")) or "/" in name
    book = load_file(Path(name)) if looks_like_file else load(name)
    return InForce(book, book.at(when), when)
