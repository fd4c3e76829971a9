"""The outlook on every day of a contest, from the first evidence to the eve of the result, with no hindsight.

In: a whole contest. Out: a `Replay`: for each day on which something became known (or every so many days) the probabilities of
each open question, what became known since the day before it, and how far the leading number moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from whipcount.contest import CandidateRow, Contest, load
from whipcount.errors import UsageError
from whipcount.forecast.outlook import CampsOutlook, Outlook, open_questions, outlook
from whipcount.forecast.suppose import Suppose
from whipcount.forecast.whatif import WhatIf, events, what_if

DRAWS_A_DAY = 4_000
_KINDS = {"canvass": "names in a canvass", "total": "statements on totals", "past vote": "past votes told"}
_KINDS |= {k: f"{k}s" for k in ("declaration", "nomination", "report", "membership")}
LONGEST = 3_000
"""Days of a replay at the most."""


@dataclass(frozen=True)
class ReplayDay:
    """One day: probabilities of the question at hand, most likely first, and what became known since the last day."""

    day: date
    question: str
    p: dict[str, float]
    all: dict[str, dict[str, float]]
    news: tuple[str, ...]
    moved: float

    @property
    def leading(self) -> tuple[str, float]:
        """The most likely event and its probability."""
        return next(iter(self.p.items()))


@dataclass(frozen=True)
class Replay:
    """A contest day by day. `decided`: when each question was settled."""

    contest: str
    title: str
    days: tuple[ReplayDay, ...]
    decided: dict[str, date]

    def table(self) -> list[dict[str, object]]:
        """One row for each day, question and event."""
        return [
            {"day": d.day.isoformat(), "question": question, "event": event, "p": round(p, 4), "at_hand": question == d.question}
            for d in self.days
            for question, values in d.all.items()
            for event, p in values.items()
        ]  # fmt: skip

    def to_json(self) -> dict[str, object]:
        """The days with their probabilities and what became known."""
        return {
            "contest": self.contest,
            "decided": {q: d.isoformat() for q, d in self.decided.items()},
            "days": [
                {
                    "day": d.day.isoformat(),
                    "question": d.question,
                    "p": {q: {e: round(p, 4) for e, p in values.items()} for q, values in d.all.items()},
                    "moved": round(d.moved, 4),
                    "news": list(d.news),
                }
                for d in self.days
            ],
        }

    def chart(self) -> Any:
        """An Altair chart of the question that is asked the longest. Raises `MissingExtra` without the extra 'charts'."""
        from whipcount.forecast.replay_chart import chart

        return chart(self)


def seen(name: str, as_of: date | None = None, today: date | None = None) -> Contest:
    """A contest (an id of the library or a folder) cut to a date.

    Without a date: the eve of the day on which the last leading question was settled, or today where one is open. Raises `UsageError` for a date
    in the future or before anything was known.
    """
    today = today or date.today()
    whole = load(name, today)
    last = whole.last_day(today)
    settled = any(q.decided == last for q in whole.identity.questions)
    day = as_of or (max(last - timedelta(days=1), whole.first_known()) if settled else today)
    if day > today:
        raise UsageError(f"{day} is in the future; nothing is known as of then. Give a date up to {today}.")
    if day < whole.first_known():
        raise UsageError(
            f"Nothing is known about '{whole.id}' as of {day}; the first evidence is of {whole.first_known()}."
        )
    return whole.as_of(day)


def replay(
    contest: Contest, *, every: int | None = None, seed: int = 1, draws: int = DRAWS_A_DAY, until: date | None = None
) -> Replay:
    """The outlook of a whole contest (not cut to a date) on its days.

    every  days between two outlooks; None: each day on which something became known. Days on which nothing can be asked yet
           (no question open, fewer than two candidates) are passed over.
    """
    if every is not None and every < 1:
        raise UsageError("There is at least one day between two outlooks.")
    out: list[ReplayDay] = []
    why = ""
    for day in _days(contest, every, until):
        made = _look(contest.as_of(day), seed, draws)
        if isinstance(made, Outlook):
            since = out[-1].day if out else None
            out.append(_one(contest, made, since, out))
        else:
            why = made
    if not out:
        raise UsageError(f"There is no day on which '{contest.id}' asks something that has an answer. {why}".rstrip())
    decided = {q.id: q.decided for q in contest.identity.questions if q.decided is not None}
    return Replay(contest.id, contest.identity.title, tuple(out), decided)


def _days(contest: Contest, every: int | None, until: date | None) -> Sequence[date]:
    questions = contest.identity.questions
    first = max(contest.first_known(), min(q.opens for q in questions))
    settled = [q.decided for q in questions if q.decided is not None]
    last = until or (max(settled) - timedelta(days=1) if settled else max(_dated(contest), default=first))
    if last < first:
        raise UsageError(f"The replay would end on {last}, before anything was known ({first}).")
    if every is None:
        return sorted({d for d in _dated(contest) if first <= d <= last} | {first, last})
    number = min((last - first).days // every, LONGEST)
    return sorted({first + timedelta(days=i * every) for i in range(number + 1)} | {last})


def _dated(contest: Contest) -> Iterator[date]:
    for rows in (contest.evidence, contest.polls, contest.odds, contest.candidates):
        for row in rows:
            yield row.known


def _look(contest: Contest, seed: int, draws: int) -> Outlook | str:
    """The outlook of a contest cut to a day, or why there is none yet."""
    day = contest.seen_on
    assert day is not None
    if not open_questions(contest, day):
        return ""
    try:
        return outlook(contest, seed=seed, draws=draws)
    except UsageError as why:  # fewer than two candidates in view yet, or nobody to count
        return str(why)


def _one(contest: Contest, made: Outlook, since: date | None, before: Sequence[ReplayDay]) -> ReplayDay:
    every = {}
    for one in made.questions:
        happens = {event: float(draws.mean()) for event, draws in events(one)}
        if isinstance(one, CampsOutlook):
            happens = {e: p for e, p in happens.items() if " + " in e}
        every[one.question.id] = dict(sorted(happens.items(), key=lambda i: -i[1]))
    at_hand = made.at_hand.question.id
    p = every[at_hand]
    moved = 0.0
    if before and at_hand in before[-1].all:
        event = next(iter(p))
        moved = p[event] - before[-1].all[at_hand].get(event, 0.0)
    return ReplayDay(made.as_of, at_hand, p, every, tuple(news(contest, since, made.as_of)), moved)


def news(contest: Contest, since: date | None, day: date) -> Iterator[str]:
    """What became known after `since` and up to a day, in a few words each."""

    def new(known: date) -> bool:
        return (since is None or known > since) and known <= day

    for poll, who in dict.fromkeys(
        (r.pollster, r.population) for r in contest.polls if new(r.known) and r.link == "electors"
    ):
        yield f"poll of {who} by {poll}"
    for who in dict.fromkeys(r.population for r in contest.polls if new(r.known) and r.link == "nominations"):
        yield f"nominations: {who}"
    firms = list(dict.fromkeys(r.market for r in contest.odds if new(r.known)))
    if firms:
        yield f"prices: {', '.join(firms[:3])}{' and others' if len(firms) > 3 else ''}"
    rows = _turns(contest, new)
    for row in rows[:4]:
        yield f"{row.name}: {row.status}" + (f", backs {row.backs}" if row.backs else "")
    if len(rows) > 4:
        yield f"{len(rows) - 4} more on who stands"
    for kind, count in Counter(r.kind for r in contest.evidence if new(r.known)).most_common():
        yield f"{_KINDS.get(kind, kind)}: {count}"


def _turns(contest: Contest, new: Callable[[date], bool]) -> list[CandidateRow]:
    """Rows on candidates that say something else than the row before them."""
    last: dict[str, tuple[str, str | None]] = {}
    out = []
    for row in sorted(contest.candidates, key=lambda r: r.known):
        says = (row.status, row.backs)
        if new(row.known) and last.get(row.name) != says:
            out.append(row)
        last[row.name] = says
    return list({row.name: row for row in out}.values())


def replay_under(
    contest: Contest, ref: str, *, as_of: date | None = None, seed: int = 1, draws: int = DRAWS_A_DAY
) -> WhatIf:
    """A contest under other rules (`ID@DATE`), with what was known on a day: by default the eve of its last decision.

    It answers whether those rules would have changed who was to be expected; where votes were recorded, an exact
    count of them under both rules says more.
    """
    settled = [q.decided for q in contest.identity.questions if q.decided is not None]
    day = as_of or (max(settled) - timedelta(days=1) if settled else contest.seen_on)
    if day is None:
        raise UsageError("A contest that is not settled needs a date.")
    return what_if(contest.as_of(day), Suppose(rules=ref), seed=seed, draws=draws)
