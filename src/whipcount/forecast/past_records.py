"""The records of a past contest: what was known of it with the day of each thing, apart from what became of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from whipcount.errors import Problem

Body = Literal["parliament", "affiliates", "members"]
FIRST = re.compile(r"first|intention|^$", re.I)


@dataclass(frozen=True)
class PastSection:
    """Electors whose votes are counted together: the kind of body they are, and their weight."""

    name: str
    body: Body
    weight: float


@dataclass(frozen=True)
class PastStage:
    """One ballot, or run of ballots, of the same electors."""

    sections: tuple[PastSection, ...]
    method: str


@dataclass(frozen=True)
class PastCandidate:
    """A candidate, and the day from which it was known that he or she was out of the contest before its decision."""

    name: str
    out: date | None


@dataclass(frozen=True)
class PastPoll:
    """One question of a poll: name -> percent. `electors`: those asked could vote in the contest; `undecided`: share of one."""

    known: date
    pollster: str
    shares: dict[str, float]
    electors: bool
    measure: str
    sample: int | None
    volunteers: bool
    undecided: float = 0.0

    @property
    def first(self) -> bool:
        """Whether it asked for first choices among the field rather than for one of a few."""
        return bool(FIRST.search(self.measure))


@dataclass(frozen=True)
class PastPrices:
    """Prices at one time: name -> implied probability, margin included; or only who was the favourite."""

    known: date
    implied: dict[str, float]
    favourite: str | None


@dataclass(frozen=True)
class PastSupport:
    """Declarations or nominations: name -> how many, or only who had the most."""

    known: date
    by: Literal["parliament", "local parties", "others"]
    counts: dict[str, float]
    leaders: tuple[str, ...]


@dataclass(frozen=True)
class PastContest:
    """What was known of a contest, with the day on which each thing became known. It holds nothing of its result."""

    id: str
    kind: str
    opened: date | None
    decided: date
    stages: tuple[PastStage, ...]
    candidates: tuple[PastCandidate, ...]
    polls: tuple[PastPoll, ...]
    prices: tuple[PastPrices, ...]
    support: tuple[PastSupport, ...]

    @property
    def eve(self) -> date:
        """The last day before the decision."""
        return self.decided - timedelta(days=1)

    def as_of(self, day: date) -> PastContest:
        """The contest as it was known on a day."""
        return replace(
            self,
            candidates=tuple(c for c in self.candidates if c.out is None or c.out > day),
            polls=tuple(p for p in self.polls if p.known <= day),
            prices=tuple(p for p in self.prices if p.known <= day),
            support=tuple(s for s in self.support if s.known <= day),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The candidates by the alphabet: the order of a file may tell who won."""
        return tuple(sorted(c.name for c in self.candidates))


@dataclass(frozen=True)
class PastRound:
    """Votes recorded for one body (None: all of them together) in one round: name -> votes, points or per cent, and share.

    `paper`: the figures are votes, or per cent of all that were cast, so that papers which ran out can be told.
    """

    body: Body | None
    round: int
    day: date
    votes: dict[str, float]
    paper: bool

    @property
    def shares(self) -> dict[str, float]:
        """Name -> share of the votes for anybody."""
        whole = sum(self.votes.values())
        return {n: v / whole for n, v in self.votes.items()}


@dataclass(frozen=True)
class PastResult:
    """What became of a contest."""

    winner: str
    rounds: tuple[PastRound, ...]


@dataclass(frozen=True)
class Shelf:
    """The contests of a folder, their results, and what is wrong with the files that could not be read."""

    contests: tuple[PastContest, ...]
    results: Mapping[str, PastResult]
    problems: tuple[Problem, ...] = ()
