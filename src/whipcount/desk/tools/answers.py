"""What the tools find, as records that can be shown, sent as JSON, and passed from one process to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from whipcount.errors import Problem

if TYPE_CHECKING:
    from whipcount.ballots import BallotFileInfo
    from whipcount.rules import InForce, Needs, Paragraph

TOLD = 300
"""Problems that are told at the most."""


def as_data(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """Problems as `whipcount check --json` writes them."""
    return [asdict(one) for one in problems]


@dataclass(frozen=True)
class BallotsSeen:
    """What is in a file of ballots, and the formats that can hold it: format -> why not, "" where it can."""

    info: BallotFileInfo
    formats: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """As `whipcount ballots info --json` writes it."""
        return self.info.to_json()


@dataclass(frozen=True)
class Recounted:
    """A record beside its recount: the differences in words, none where it stands; and what the record says."""

    differences: tuple[str, ...]
    rulebook: str
    outcome: str
    rounds: int

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {"same": not self.differences, **asdict(self)}


@dataclass(frozen=True)
class RulebookSeen:
    """A rulebook file: its problems; where there are none, the version that was asked for, explained.

    versions   (date from which it was in force or "", label) of each
    """

    problems: tuple[Problem, ...]
    found: InForce | None = None
    versions: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    takes: Needs | None = None


@dataclass(frozen=True)
class FolderSeen:
    """A contest's folder: its problems; where there are none, what it is and how many rows each table has."""

    problems: tuple[Problem, ...]
    id: str = ""
    title: str = ""
    rows: Mapping[str, int] | None = None
    questions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As `whipcount check --json` writes it."""
        if self.problems:
            return {"problems": as_data(self.problems)}
        return {"contest": self.id, "rows": dict(self.rows or {}), "problems": []}
