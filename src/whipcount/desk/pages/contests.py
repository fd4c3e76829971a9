"""The contests: what is open, the next dates, the outlook of each, and what moved since the day before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from whipcount.contest import Contest
from whipcount.desk.asked import AsOf, Wrong
from whipcount.desk.sheets import Sheet, finished, give, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk, StillWorking
from whipcount.errors import UsageError
from whipcount.forecast import AnyOutlook, CampsOutlook

router = APIRouter(tags=["contests"])


@dataclass(frozen=True)
class Outlook:
    """The leading number of a contest on a day: what it is about, how likely, the day before, and what became known."""

    asks: str
    number: str
    p: float
    before: float | None
    news: tuple[str, ...]

    @property
    def moved(self) -> float | None:
        """How far the number moved since the day before; None where there was none."""
        return None if self.before is None else self.p - self.before


@dataclass(frozen=True)
class Card:
    """A contest in the list. `outlook` is None while it is being worked out, or where nothing can be said yet (`why`)."""

    contest: Contest
    day: date
    is_open: bool
    dates: tuple[tuple[date, str], ...]
    outlook: Outlook | None = None
    why: str = ""

    @property
    def happened(self) -> str | None:
        """How the question was settled that was settled last, where none is open any more."""
        ends = [(q.decided, q.outcome) for q in self.contest.identity.questions if q.decided is not None and q.outcome]
        return max(ends)[1] if ends and not self.is_open else None

    def row(self) -> dict[str, Any]:
        """As data."""
        o = self.outlook
        return {
            "contest": self.contest.id,
            "title": self.contest.identity.title,
            "country": self.contest.identity.country,
            "as_of": self.day.isoformat(),
            "open": self.is_open,
            "question": o.asks if o else None,
            "number": o.number if o else None,
            "p": round(o.p, 5) if o else None,
            "moved": None if o is None or o.moved is None else round(o.moved, 5),
            "news": list(o.news) if o else [],
            "next": [f"{day}: {what}" for day, what in self.dates],
            "happened": self.happened,
            "working": o is None and not self.why,
        }


@sheet(
    router,
    "/contests",
    "The contests: which are open, the next dates, the outlook, and what moved since the day before.",
)
def contests(request: Request, as_of: AsOf = None) -> Sheet:
    """The list. An outlook that was not worked out yet is loaded later."""
    desk: Desk = request.app.state.desk
    if as_of is not None and as_of > desk.settings.today():
        raise Wrong("as_of", f"{as_of} is in the future; nothing is known as of then.")
    cards = [card(desk, one, as_of, patience=0.0) for one in desk.shelf.contests()]
    cards.sort(key=lambda c: (not c.is_open, -c.day.toordinal(), c.contest.id))
    rows = [c.row() for c in cards]
    shown = {"cards": cards, "as_of": as_of, "working": any(r["working"] for r in rows)}
    return Sheet("contests.html", shown, rows, rows, link("contests", as_of=as_of), keep=not shown["working"])


@router.get("/contests/{contest}/card", include_in_schema=False)
async def contest_card(request: Request, contest: str, as_of: AsOf = None) -> Response:
    """One contest of the list, as a piece of a page that is put in its place when it is ready."""

    def make() -> Any:
        desk: Desk = request.app.state.desk
        one = card(desk, contest, as_of, patience=1.0)
        page = Sheet("card.html", {"card": one, "as_of": as_of}, None, (), keep=one.outlook is not None)
        return finished(page, "html", request)

    return await give(request, make)


def card(desk: Desk, contest: str, as_of: date | None, patience: float) -> Card:
    """What the list shows of a contest on a day."""
    whole = desk.contest(contest)
    try:
        day = desk.day(contest, as_of)
    except UsageError as why:
        return Card(
            whole.as_of(as_of or desk.settings.today()), as_of or desk.settings.today(), False, (), None, str(why)
        )
    seen = desk.seen(contest, day)
    leading = [q for q in seen.identity.questions if q.follows is None]
    is_open = any(q.decided is None or q.decided > day for q in leading)
    open_now = [q for q in seen.identity.questions if q.decided is None or q.decided > day]
    dates = tuple((q.due, q.asks) for q in open_now if q.due is not None and q.due >= day)
    key = ("outlook", contest, desk.version(contest), day)
    try:
        found = desk.soon(key, "the outlook", lambda: _outlook(desk, contest, day), patience)
    except StillWorking:
        return Card(seen, day, is_open, dates)
    except UsageError as why:
        return Card(seen, day, is_open, dates, None, str(why))
    return Card(seen, day, is_open, dates, found)


def _outlook(desk: Desk, contest: str, day: date) -> Outlook:
    from whipcount.forecast.reasons import leading_number
    from whipcount.forecast.replay import news

    hand = desk.report(contest, day).at_hand
    earlier = desk.before(contest, day)
    found = [p.result for p in earlier.parts if p.result.question.id == hand.result.question.id] if earlier else []
    p = float(leading_number(hand.result)[1].mean())
    before = _chance_then(hand.result, found[0]) if found else None
    since = day - timedelta(days=1)
    return Outlook(hand.asks, hand.number, p, before, tuple(news(desk.seen(contest, day), since, day)))


def _chance_then(now: AnyOutlook, then: AnyOutlook) -> float | None:
    """The chance that an earlier outlook gave to what leads now."""
    from whipcount.forecast.reasons import best_pair, leading_number
    from whipcount.forecast.whatif import events

    event = f"{' + '.join(best_pair(now))} can win" if isinstance(now, CampsOutlook) else leading_number(now)[0]
    draws = dict(events(then)).get(event)
    return None if draws is None else float(draws.mean())
