"""The headcount that a page of a contest is about: of the question at hand, or of the one that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from whipcount.desk.asked import Wrong
from whipcount.desk.working import Desk
from whipcount.errors import NotFound
from whipcount.headcount import Headcount
from whipcount.report import Part, Report
from whipcount.report.options import option_of


@dataclass(frozen=True)
class Asked:
    """A report, one of its questions, and (where a section of it is known by name) one headcount."""

    report: Report
    part: Part
    count: Headcount | None

    @property
    def counted(self) -> Headcount:
        """The headcount. Raises `Wrong` where nobody is known by name."""
        if self.count is None:
            raise Wrong(
                "question", f"'{self.part.result.question.id}' has no section known by name; there is nobody to count."
            )
        return self.count

    def option(self, wanted: str | None) -> str:
        """The option that a name stands for. Raises `Wrong`."""
        try:
            return option_of(self.counted, wanted)
        except NotFound as why:
            raise Wrong("for", str(why)) from None

    def label(self, option: str) -> str:
        """An option in words."""
        asked = self.part.result.question
        if asked.kind != "confidence":
            return option
        return {"for": f"with {asked.leader}", "against": f"against {asked.leader}"}.get(option, option)


def asked_about(desk: Desk, contest: str, as_of: date | None, question: str | None, section: str | None) -> Asked:
    """What is asked about. Raises `Wrong` for a question that is not open on the day, or a section that it has not."""
    report = desk.report(contest, as_of)
    parts = {p.result.question.id: p for p in report.parts}
    if question is not None and question not in parts:
        raise Wrong("question", str(NotFound("open question", question, parts)))
    part = parts[question] if question else report.at_hand
    counts = {c.section: c for c in part.headcounts}
    if section is not None and section not in counts:
        raise Wrong("section", str(NotFound("section known by name", section, counts)))
    return Asked(report, part, counts[section] if section else next(iter(counts.values()), None))
