"""Published votes of sections whose papers are not at hand, so that they take part in a count of papers.

The file (`--tallies`) is YAML: `source`, `confidence`, `note`, `rounds` in the form of a contest's result (`contest.result.Round`,
figures in votes), `names` where the ballot file spells candidates otherwise (spelling there -> name here), and `ballot`
where a path has several. The `result.yaml` of a contest does as well; sections that have papers are then passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from pydantic import Field

from whipcount.contest.result import Result, Round
from whipcount.errors import BallotError, Problem
from whipcount.plaintext import parse_yaml, read_text, validate
from whipcount.rules.language import Cited


class _Tallies(Cited):
    """The file as it is written."""

    ballot: str | None = None
    names: dict[str, str] = Field(default_factory=dict)
    rounds: tuple[Round, ...] = Field(min_length=1)


@dataclass(frozen=True)
class PublishedTallies:
    """Published votes by round: section -> candidate -> votes. `names` renames the candidates of ballot files."""

    rounds: tuple[Mapping[str, Mapping[str, Fraction]], ...]
    names: Mapping[str, str] = field(default_factory=dict)
    ballot: str | None = None
    file: str = ""

    def sections(self) -> tuple[str, ...]:
        """Every section with votes in the first round."""
        return tuple(self.rounds[0]) if self.rounds else ()

    def of(self, section: str, number: int, continuing: tuple[str, ...]) -> dict[str, Fraction]:
        """The votes of a section in a round. Raises `BallotError` where they are not published for who continues."""
        figures = self.rounds[number - 1].get(section, {}) if number <= len(self.rounds) else {}
        if missing := [n for n in continuing if n not in figures]:
            what = f"round {number} has no votes of '{section}' for {', '.join(missing)}, who take part in it"
            names = "Spell names as the ballots do, or add 'names: {spelling in the ballots: name here}'."
            mend = names if number == 1 else "Add them, or check who goes out in the rounds before."
            raise BallotError(Problem(self.file, 0, what, mend))
        if strange := [n for n in figures if n not in continuing]:
            what = f"round {number} has votes of '{section}' for {', '.join(strange)}, who are out by then"
            raise BallotError(Problem(self.file, 0, what, "Check the names, and who goes out in the rounds before."))
        return {n: figures[n] for n in continuing}


def read_tallies(path: Path) -> PublishedTallies:
    """Published votes from a file. Raises `BallotError` with every problem and its line."""
    data, lines = parse_yaml(read_text(path, BallotError), path.name, BallotError)
    if isinstance(data, dict) and "ballots" in data:
        result = validate(Result, data, lines, BallotError)
        if len(result.ballots) != 1:
            what = f"holds {len(result.ballots)} ballots"
            raise BallotError(Problem(path.name, 1, what, "Give a file with the rounds of one ballot ('rounds')."))
        return PublishedTallies(_votes(result.ballots[0].rounds, path.name), {}, result.ballots[0].ballot, path.name)
    found = validate(_Tallies, data, lines, BallotError)
    return PublishedTallies(_votes(found.rounds, path.name), found.names, found.ballot, path.name)


def _votes(rounds: tuple[Round, ...], file: str) -> tuple[Mapping[str, Mapping[str, Fraction]], ...]:
    for number, one in enumerate(rounds, 1):
        for section in one.votes:
            if one.unit_of(section) != "votes":
                what = f"round {number}: the figures of '{section}' are {one.unit_of(section)}, not votes"
                raise BallotError(Problem(file, 0, what, "Only votes can take part in a count."))
    return tuple(one.votes for one in rounds)
