"""Every error that whipcount raises on purpose.

    WhipcountError                 the root: catch this to catch them all
    ├── InputError                 something that was handed in is wrong; says what, where, why, what to do
    │   ├── RulebookError          a rulebook file
    │   ├── ContestError           a contest folder
    │   └── BallotError            a ballot file
    ├── UsageError                 a question that makes no sense as asked (a date before any evidence, ...)
    │   └── NotFound               a name that is not in the library, with the nearest ones
    ├── TieUnresolved              a tie that the rulebook's rules do not break
    └── MissingExtra               an optional dependency is not installed; says which extra to install

`InputError` carries a list of `Problem`, so that one run reports everything that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class WhipcountError(Exception):
    """The root of the tree. `str()` of it is a message fit to be shown to a user."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in an input.

    `file` and `line` (counted from 1, 0 where a line makes no sense) say where, `what` says what is
    wrong and why, `mend` says what to do next.
    """

    file: str
    line: int
    what: str
    mend: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.what}" + (f"\n    -> {self.mend}" if self.mend else "")


class InputError(WhipcountError):
    """One or more problems in something that was handed in."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class RulebookError(InputError):
    """Problems in a rulebook file."""


class ContestError(InputError):
    """Problems in a contest folder."""


class BallotError(InputError):
    """Problems in a ballot file."""


class UsageError(WhipcountError):
    """A question that cannot be answered as it was asked."""


class NotFound(UsageError):
    """A name that stands for nothing known; `near` holds the closest known names."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        from difflib import get_close_matches

        choices = sorted(known)
        self.near = tuple(get_close_matches(name, choices, n=3, cutoff=0.5))
        hint = f"Did you mean {' or '.join(self.near)}?" if self.near else f"Known: {', '.join(choices) or 'none'}."
        super().__init__(f"There is no {what} called '{name}'. {hint}")


class TieUnresolved(WhipcountError):
    """A tie decides the count and no rule that was given breaks it."""


class MissingExtra(WhipcountError):
    """A feature needs an optional dependency that is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs the '{extra}' extra. Install it with: pip install 'whipcount[{extra}]'")
