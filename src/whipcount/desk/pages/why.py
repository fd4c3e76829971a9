"""Why: what each piece of evidence does to a number, with its quotes, sources and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator

from whipcount.desk.asked import AsOf, Draws, QuestionId, SectionId, Seed, Short, blank
from whipcount.desk.counting import Asked, asked_about
from whipcount.desk.pages.contest import around
from whipcount.desk.pages.entries import Entry, of_evidence, of_polls
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

router = APIRouter(tags=["why"])
Whose = Annotated[
    Short | None,
    BeforeValidator(blank),
    Query(alias="for", description="Explain the support for this option instead: a candidate, a camp, `for`, `against`."),
]  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """A piece of evidence and what it does: to the chance (`effect`), and to the mean of the support in `people`."""

    ids: tuple[str, ...]
    effect: float
    people: float | None
    rough: bool
    what: str
    entries: tuple[Entry, ...]

    def row(self) -> dict[str, Any]:
        """As data."""
        return {
            "ids": list(self.ids),
            "effect": round(self.effect, 5),
            "people": None if self.people is None else round(self.people, 3),
            "rough": self.rough,
            "what": self.what,
            "evidence": [e.row() for e in self.entries],
        }


@dataclass(frozen=True)
class Explained:
    """A number and its causes, the weightiest first. `bare`: with no evidence at all."""

    number: str
    p: float
    bare: float | None
    causes: tuple[Cause, ...]


@sheet(
    router, "/contests/{contest}/why", "What each piece of evidence does to a number, with quotes, sources and dates."
)
def why(
    request: Request, contest: str, as_of: AsOf = None, question: QuestionId = None, section: SectionId = None, whose: Whose = None,
    seed: Seed = None, draws: Draws = None,
) -> Sheet:  # fmt: skip
    """The reasons behind the leading number of a question, or behind the support for an option."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    asked, option, found = explained(desk, contest, as_of, question, section, whose)
    day, key = asked.report.as_of, asked.part.result.question.id
    causes = [c.row() for c in found.causes]
    data = {
        "contest": contest, "as_of": day.isoformat(), "question": key, "option": option, "number": found.number,
        "p": round(found.p, 5), "without_evidence": found.bare, "evidence": causes,
    }  # fmt: skip
    rows = [
        {k: v for k, v in c.items() if k != "evidence"}
        | {"source": [s for e in c["evidence"] for s in e["source"]][:5]}
        for c in causes
    ]
    shown = {"asked_": asked, "found": found, "option": option, **around(desk, asked.report.contest, day, "why")}
    said = {"as_of": day, "question": key, "section": section, "for_": whose, **desk.run}
    shown["said"] = said
    here = link("contests", contest, "why", **said)
    return Sheet("why.html", shown, data, rows, here)


def explained(
    desk: Desk, contest: str, as_of: date | None, question: str | None, section: str | None, whose: str | None
) -> tuple[Asked, str | None, Explained]:
    """(what is asked about, the option whose support is explained if one is, the number with its causes)."""
    asked = asked_about(desk, contest, as_of, question, section)
    option = asked.option(whose) if whose else None
    key = (asked.report.as_of, asked.part.result.question.id, section, option)
    return asked, option, desk.kept("why", contest, key, lambda: explain(asked, option))


def explain(asked: Asked, option: str | None) -> Explained:
    """The leading number of a question, or the chance that an option has a majority, and what makes it."""
    return _leading(asked) if option is None else _support(asked, option)


def _leading(asked: Asked) -> Explained:
    from whipcount.forecast.reasons import leading_number, without_evidence
    from whipcount.report.build import reasons_of

    report, one = asked.report, asked.part.result
    first = asked.part is report.at_hand
    reasons = asked.part.reasons if first else reasons_of(report.contest, report.outlook, one)
    bare = asked.part.bare if first else without_evidence(report.outlook, one)
    entries = _entries(asked)
    causes = tuple(
        Cause(r.ids, r.effect, r.people, r.rough, r.what, tuple(entries[i] for i in r.ids if i in entries))
        for r in reasons
    )
    return Explained(asked.part.number, float(leading_number(one)[1].mean()), bare, causes)


def _support(asked: Asked, option: str) -> Explained:
    from whipcount.headcount import influences

    count = asked.counted
    support = count.for_option(option)
    enough = (support >= count.majority).astype(float)
    chance = {i.row.id: i for i in influences(count, "p_majority", enough)}
    entries, causes = _entries(asked), []
    for i in influences(count, "mean", support.astype(float)):
        other = chance[i.row.id]
        entry = entries[i.row.id]
        causes.append(Cause((i.row.id,), other.effect, i.effect, i.rough or other.rough, entry.what, (entry,)))
    causes.sort(key=lambda c: -(abs(c.people or 0) / len(count.roll) + abs(c.effect)))
    number = f"{asked.label(option)}: {count.majority} or more of {len(count.roll)}"
    return Explained(number, float(enough.mean()), None, tuple(causes))


def _entries(asked: Asked) -> dict[str, Entry]:
    seen = asked.report.contest
    found = {r.id: of_evidence(seen.electors, r) for r in seen.evidence}
    return found | {e.id: e for e in of_polls(seen.polls)}
