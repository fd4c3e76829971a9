"""Votes of the past that a headcount can be held to: what was known before each, and how it went."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from whipcount.contest import Contest, Elector, Evidence, Question, load
from whipcount.headcount.market import implied
from whipcount.headcount.model import headcount, infer, options_of
from whipcount.headcount.result import Headcount
from whipcount.headcount.sources import Reliability, reliability
from whipcount.headcount.statements import AGAINST, FOR
from whipcount.plaintext import read_yaml, validate
from whipcount.rules.language import Cited, Model


class FolderCase(Model):
    """A question of a contest folder that ships, as of a date before it was decided."""

    contest: str
    question: str
    section: str
    as_of: dt.date
    note: str | None = None

    @property
    def id(self) -> str:
        """What the vote is called in the record."""
        return f"{self.contest}: {self.question}"


class CountsCase(Cited):
    """A vote of which only the numbers declared for each candidate are known, not the names.

    leader  whom a vote of confidence was about; then `declared` and `actual` are of `for` and `against`
    fresh   whether it came in when the numbers of the model had been chosen, none of them on it
    """

    id: str
    title: str
    electors: int
    known: dt.date
    decided: dt.date
    said: Literal["own words", "press canvass"]
    by: str
    declared: dict[str, int]
    actual: dict[str, int]
    odds: dict[str, str] = Field(default_factory=dict)
    odds_known: dt.date | None = None
    odds_source: str | None = None
    leader: str | None = None
    fresh: bool = False

    @property
    def prices(self) -> dict[str, float]:
        """What the market gave each candidate, as probabilities."""
        read = {name: implied(price) for name, price in self.odds.items()}
        return {name: p for name, p in read.items() if p is not None}


class Cases(Model):
    """`library/models/headcount-cases.yaml`."""

    folders: tuple[FolderCase, ...]
    counts: tuple[CountsCase, ...]


@dataclass(frozen=True)
class Case:
    """One vote with its headcount and how it went: `actual` in the order of `count.options`; `fresh` as in `CountsCase`."""

    id: str
    title: str
    count: Headcount
    actual: tuple[int, ...]
    note: str | None
    fresh: bool = False


def load_cases() -> Cases:
    """The cases that ship."""
    path = Path(str(files("whipcount.library") / "models" / "headcount-cases.yaml"))
    data, lines = read_yaml(path)
    return validate(Cases, data, lines)


def run_cases(*, seed: int = 1, draws: int = 20_000, table: Reliability | None = None) -> tuple[Case, ...]:
    """Every case with its headcount, each from nothing but what was known on its day."""
    cases, table = load_cases(), table or reliability()
    return tuple(folder_case(c, seed, draws, table) for c in cases.folders) + tuple(
        counts_case(c, seed, draws, table) for c in cases.counts
    )


def folder_case(case: FolderCase, seed: int, draws: int, table: Reliability) -> Case:
    """A case from a contest folder."""
    contest = load(Path(str(files("whipcount.library") / "contests" / case.contest)))
    seen = contest.as_of(case.as_of)
    question = seen.question(case.question)
    count = headcount(seen, question, case.section, seed=seed, draws=draws, table=table)
    actual = outcome(contest, question, case.section, options_of(seen, question))
    return Case(case.id, question.asks, count, actual, case.note)


def outcome(contest: Contest, question: Question, section: str, options: tuple[str, ...]) -> tuple[int, ...]:
    """How a section voted in the end, first preferences in the case of an election."""
    assert contest.result is not None
    if question.kind == "confidence":
        vote = next(v for v in contest.result.votes_on_leader if v.clause == question.clause)
        votes = {FOR: vote.for_leader or 0, AGAINST: vote.against or 0}
        return tuple(int(votes[o]) for o in options)
    first = contest.result.ballots[-1].rounds[0].votes[section]
    return tuple(int(first.get(o, 0)) for o in options)


def counts_case(case: CountsCase, seed: int, draws: int, table: Reliability) -> Case:
    """A case of numbers alone: so many electors of whom something was said, and the others."""
    options = tuple(case.declared)
    question = Question(
        id="leader", asks=case.title, kind="confidence" if case.leader else "election", section="mps",
        leader=case.leader, opens=case.known, due=case.decided,
    )  # fmt: skip
    cited: dict[str, Any] = {"source": ("recall",), "confidence": case.confidence}
    roll = tuple(Elector(id=f"elector-{i}", name=f"elector {i}", section="mps", **cited) for i in range(case.electors))
    for_whom = [name for name, n in case.declared.items() for _ in range(n)]
    rows = [(_row(case, i, name, cited), 1.0) for i, name in enumerate(for_whom)]
    groups: list[tuple[str, ...]] = [()] * case.electors
    count = infer(
        question,
        "mps",
        case.known,
        options,
        roll,
        rows,
        groups,
        seed=seed,
        draws=draws,
        table=table,
        prices=case.prices,
    )
    return Case(case.id, case.title, count, tuple(case.actual[o] for o in options), case.note, case.fresh)


def _row(case: CountsCase, number: int, name: str, cited: dict[str, Any]) -> Evidence:
    against = case.leader is not None and name == AGAINST
    return Evidence.model_validate(
        {
            "id": f"e{number}", "known": case.known, "question": "leader", "section": "mps",
            "kind": "declaration" if case.said == "own words" else "canvass", "by": case.by, "source_kind": case.said,
            "elector": f"elector-{number}", "stance": "opposes" if against else "supports", "option": (case.leader or name,), **cited,
        }
    )  # fmt: skip
