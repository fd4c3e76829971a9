"""How the numbers of a contest move while its inbox is worked through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from whipcount.errors import UsageError

if TYPE_CHECKING:
    from whipcount.desk.working import Desk
    from whipcount.report import Report


@dataclass(frozen=True)
class Moved:
    """A number of the outlook: what it says, now, and before (None where that is no longer known)."""

    asks: str
    says: str
    now: float
    before: float | None


def numbers(desk: Desk, contest: str, read: date | None, since: int) -> tuple[list[Moved], date]:
    """The chances of what is asked as of the day of a document, now and at the version `since` of the contest's folder.

    Where nothing can be asked on that day: on the last on which it can. Raises `UsageError` where there is none.
    """
    day = _day(desk, contest, read)
    now = desk.report(contest, day)
    before = cast("Report | None", desk.things.peek(("report", contest, str(since), day)))
    then = {(p.result.question.id, c.event): c.p for p in before.parts for c in p.chances} if before else {}
    rows = [
        Moved(part.result.question.asks, chance.says, chance.p, then.get((part.result.question.id, chance.event)))
        for part in now.parts
        for chance in part.chances
    ]
    return rows, day


def _day(desk: Desk, contest: str, read: date | None) -> date:
    """The day after the document's, on which all that it says was known, if the contest can be asked about then."""
    if read is not None:
        for day in (read + timedelta(days=1), read):
            try:
                return desk.day(contest, day)
            except UsageError:
                continue
    return desk.day(contest, None)
