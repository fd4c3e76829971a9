"""How the numbers of a contest move while its inbox is worked through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from whipcount.errors import UsageError

if TYPE_CHECKING:
    from whipcount.desk.working import Desk
    from whipcount.report import Report


LABELS = {"for": "with", "against": "against"}


@dataclass(frozen=True)
class Moved:
    """A number: what it says, now, and before (None where that is no longer known). `people`: electors, else a chance."""

    asks: str
    says: str
    now: float
    before: float | None
    people: bool = False

    @property
    def has_moved(self) -> bool:
        """Whether it differs from before by as much as is shown of it."""
        return self.before is not None and abs(self.now - self.before) >= (0.05 if self.people else 0.0005)


def numbers(desk: Desk, contest: str, read: date | None, since: int) -> tuple[list[Moved], date]:
    """The headcount and the chances as of the day of a document, now and at the version `since` of the contest's folder.

    Where nothing can be asked on that day: on the last on which it can. Raises `UsageError` where there is none.
    """
    day = _day(desk, contest, read)
    now = _told(desk.report(contest, day))
    before = cast("Report | None", desk.things.peek(("report", contest, str(since), day)))
    then = {key: value for key, (_, _, value) in _told(before).items()} if before else {}
    return [Moved(*said, then.get(key), people=bool(key[0])) for key, said in now.items()], day


def _told(report: Report) -> dict[tuple[str, str, str], tuple[str, str, float]]:
    """(section, question, event) -> what is asked, what it says, the number; section "" for a chance."""
    out = {}
    for part in report.parts:
        asked = part.result.question
        for count in part.headcounts:
            for option in count.options:
                says = f"{LABELS.get(option, option)} {asked.leader}" if asked.kind == "confidence" else option
                mean = float(count.for_option(option).mean())
                out[count.section, asked.id, option] = (
                    asked.asks,
                    f"{says}, of {len(count.roll)} in {count.section}",
                    mean,
                )
        for chance in part.chances:
            out["", asked.id, chance.event] = (asked.asks, chance.says, chance.p)
    return out


def _day(desk: Desk, contest: str, read: date | None) -> date:
    """The day after the document's, on which all that it says was known, if the contest can be asked about then."""
    if read is not None:
        for day in (read + timedelta(days=1), read):
            try:
                return desk.day(contest, day)
            except UsageError:
                continue
    return desk.day(contest, None)
