"""What happened: the published rounds of a contest, in the units in which they were published.

The same form serves as the `result.yaml` of a contest folder and for past contests that a rulebook governed
(`library/past`), so that a rulebook can be replayed on what really happened.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from whipcount.rules.language import Cited, Model, Words

Unit = Literal["votes", "percent", "points", "points of the whole"]


def _number(value: Any) -> Any:
    """A published figure, exactly as it is printed: 111, 37.78, '50.65'."""
    if isinstance(value, Fraction) or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        try:
            return Fraction(str(value))
        except ValueError:
            pass
    raise ValueError("is no number -> Write a number such as 111 or 37.78.")


Figure = Annotated[Fraction, BeforeValidator(_number), PlainSerializer(float, return_type=float)]


class Round(Model):
    """One round as published.

    votes      section -> candidate -> figure
    unit       of the figures: `votes`, `percent` of the section, `points`, or `points of the whole` (what the section adds
               to a total of 100); one word, or one for each section
    total      candidate -> published percent of the whole, where sections are weighted
    others     section -> votes that are for nobody (spoilt, abstained, exhausted), where published
    out        who went out by the rules after this round; `withdrew`, who left of their own will
    """

    votes: dict[str, dict[str, Figure]]
    unit: Unit | dict[str, Unit] = "votes"
    total: dict[str, Figure] = Field(default_factory=dict)
    others: dict[str, Figure] = Field(default_factory=dict)
    out: tuple[str, ...] = ()
    withdrew: tuple[str, ...] = ()
    date: dt.date | None = None
    note: str | None = None

    def unit_of(self, section: str) -> Unit:
        """The unit of one section's figures."""
        return self.unit if isinstance(self.unit, str) else self.unit[section]


class BallotResult(Model):
    """A ballot of the rulebook as it went: its rounds, and either who was elected, who went on, or nobody.

    Rounds that were not published stand as an empty list. `unopposed`: the ballot was not needed.
    """

    ballot: str
    rounds: tuple[Round, ...] = ()
    elected: str | None = None
    went_on: tuple[str, ...] = ()
    unopposed: bool = False
    note: str | None = None


class Vote(Cited):
    """A vote on the leader as it went. `kept`: whether the leader stayed. Figures may be unpublished."""

    clause: str
    date: dt.date
    entitled: int | None = None
    for_leader: int | None = None
    against: int | None = None
    others: int | None = None
    kept: bool


class Result(Cited):
    """How a contest ended, under which rules, with the numbers that were published.

    rules     `ID@DATE` of the rulebook that governed it; `opening` the clause by which it opened
    entitled  electors of a body, where known
    tolerance largest difference, in percentage points, between a published total and one recomputed from published parts that
              rounding in the source explains; `differences` says where and why
    """

    id: str
    title: str
    rules: str
    opening: str | None = None
    decided: dt.date
    winner: str | None = None
    candidates: tuple[str, ...] = ()
    entitled: dict[str, int] = Field(default_factory=dict)
    votes_on_leader: tuple[Vote, ...] = ()
    ballots: tuple[BallotResult, ...] = ()
    tolerance: Figure = Fraction(1, 100)
    differences: Words = ()

    @model_validator(mode="after")
    def _names_agree(self) -> Result:
        if not self.candidates:
            return self
        for ballot in self.ballots:
            for i, one in enumerate(ballot.rounds, 1):
                named = {n for figures in one.votes.values() for n in figures} | set(one.out) | set(one.withdrew)
                for name in sorted(named - set(self.candidates)):
                    raise ValueError(
                        f"round {i} of '{ballot.ballot}' names '{name}', who is not under 'candidates' -> Mend the name."
                    )
        return self
