"""Whether a contest for the leadership opens within a window: base rates, the calendar, and the headcount.

    P(no contest) = exp(-m * rate * years)  *  prod over elections (1 - P(lost) * P(goes | lost))  *  P(survives votes that are due)

`rate` is how often leaders on that side of the house ceased to lead otherwise than after losing an election, from tenures that were
known on the date, with a gamma prior (the posterior mean: ends and years added). `m` runs from `safe` to `sure_to_lose` as the
chance of losing a vote of one's own electors today goes from 0 to 1, on a logarithmic scale:  m = safe * (sure_to_lose / safe)^q.
`P(goes | lost)` is the share of leaders who announced within 90 days of losing a general election that they would go. The numbers
ship with their sources in `library/models/tenures.yaml`. This is the weakest link of the forecast: few leaders, whom the rate
holds to be alike, a multiplier that is a judgement, and no account of resignations for other reasons than these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import exp
from typing import Literal

from pydantic import Field

from whipcount.contest import Contest, Question
from whipcount.forecast.settings import load_model
from whipcount.rules.language import Model

Side = Literal["government", "opposition"]
YEAR = 365.25


class Tenure(Model):
    """One leader's time in office, in spans on one side of the house; `lost`: the days of general elections that the party lost."""

    party: str
    leader: str
    spans: tuple[tuple[Side, date, date], ...] = Field(min_length=1)
    lost: tuple[date, ...] = ()
    ended: Literal["lost", "removed", "left"]
    recall: tuple[date, ...] = ()

    @property
    def end(self) -> date:
        """The day on which a successor was elected, or the office fell vacant."""
        return self.spans[-1][2]


class ElectionDay(Model):
    """A general election, and the day from which its date was public."""

    country: str
    day: date
    known: date


class _Prior(Model):
    ends: float = Field(gt=0)
    years: float = Field(gt=0)


class _AfterLoss(Model):
    fell: float = Field(gt=0)
    lost: float = Field(gt=0)


class _Loses(Model):
    opposition: float = Field(ge=0, le=1)
    government: float = Field(ge=0, le=1)


class _Multiplier(Model):
    safe: float = Field(gt=0)
    sure_to_lose: float = Field(gt=0)


class Tenures(Model):
    """The base rates' data; see `library/models/tenures.yaml`."""

    prior: _Prior
    after_loss: _AfterLoss
    loses: _Loses
    headcount: _Multiplier
    window: int = Field(gt=0)
    elections: tuple[ElectionDay, ...] = ()
    tenures: tuple[Tenure, ...]


@cache
def tenures() -> Tenures:
    """The tenures that ship."""
    return load_model("tenures", Tenures)


@dataclass(frozen=True)
class Rate:
    """Ends a year of leaders on one side: `ends` in `years` of `leaders`, and the posterior mean."""

    side: Side
    ends: int
    years: float
    leaders: int
    rate: float


@dataclass(frozen=True)
class Reason:
    """One thing that could open a contest: the probability that it does by itself, and why; `vote`: a vote on the leader that is due."""

    what: str
    p: float
    why: str
    vote: bool = False


@dataclass(frozen=True)
class Opening:
    """Whether a contest opens from a day (not counted) to `until`; `reasons` are the parts, most likely first."""

    leader: str
    side: Side
    since: date
    until: date
    p: float
    reasons: tuple[Reason, ...]


def base_rate(side: Side, day: date) -> Rate:
    """How often leaders on a side ceased to lead, with what was known on a day. Those who went after losing an election are left to that."""
    data = tenures()
    ends, years, leaders = 0, 0.0, 0
    for one in data.tenures:
        mine = [(a, min(b, day)) for where, a, b in one.spans if where == side and a < day]
        years += sum((b - a).days for a, b in mine) / YEAR
        leaders += bool(mine)
        ends += one.end <= day and one.spans[-1][0] == side and one.ended != "lost"
    rate = (ends + data.prior.ends) / (years + data.prior.years)
    return Rate(side, int(ends), years, leaders, rate)


def after_loss(day: date) -> tuple[float, int, int]:
    """(chance that a leader goes after losing a general election, how many went, of how many), as known 90 days after each."""
    data = tenures()
    lost = fell = 0
    for one in data.tenures:
        known = [d for d in one.lost if d + timedelta(days=90) <= day]
        lost += len(known)
        fell += one.ended == "lost" and bool(known) and known[-1] == one.lost[-1]
    prior = data.after_loss
    return (fell + prior.fell) / (lost + prior.lost), fell, lost


def side_of(leader: str, day: date) -> Side:
    """The side on which a leader sat on a day; opposition where the data does not say."""
    for one in tenures().tenures:
        for side, first, last in one.spans:
            if one.leader == leader and first <= day <= last:
                return side
    return "opposition"


def opening(
    contest: Contest, question: Question, day: date, until: date | None = None, losing: float | None = None,
    votes: tuple[tuple[str, date | None, float], ...] = (),
) -> Opening:  # fmt: skip
    """The hazard that a contest opens after `day` and up to `until` (the window of the data, where None).

    question  the question about the leader; losing: the chance of losing a vote of his electors today (None: not known)
    votes     (what, the day it is due, chance that the leader loses it): those due within the window are counted; one without a day
              is a question that nobody has called a vote on, and only moves the rate
    """
    data, leader = tenures(), question.leader or ""
    until = until or day + timedelta(days=data.window)
    side = side_of(leader, day)
    reasons = [_base(side, day, until, losing)]
    reasons += [
        Reason(f"the vote '{what}' due on {due}", p, "the chance of losing it, by the headcount", vote=True)
        for what, due, p in votes
        if due is not None and day <= due <= until
    ]
    reasons += _elections(contest, side, day, until)
    stays = 1.0
    for reason in reasons:
        stays *= 1 - reason.p
    return Opening(leader, side, day, until, 1 - stays, tuple(sorted(reasons, key=lambda r: -r.p)))


def _base(side: Side, day: date, until: date, losing: float | None) -> Reason:
    found, bounds = base_rate(side, day), tenures().headcount
    m = 1.0 if losing is None else bounds.safe * (bounds.sure_to_lose / bounds.safe) ** losing
    p = 1 - exp(-found.rate * m * max((until - day).days, 0) / YEAR)
    why = (
        f"{found.ends} of {found.leaders} leaders in {side} went so in {found.years:.0f} years: {found.rate:.2f} a year"
    )
    if losing is not None:
        why += f", times {m:.1f} as a vote today would be lost with {100 * losing:.0f} %"
    return Reason("the leader goes, or is challenged", p, why)


def _elections(contest: Contest, side: Side, day: date, until: date) -> list[Reason]:
    country = contest.identity.country
    ahead = [e for e in tenures().elections if e.country == country and e.known <= day < e.day <= until]
    goes, fell, lost = after_loss(day)
    loses = getattr(tenures().loses, side)
    why = f"lost with {100 * loses:.0f} % (a judgement); {fell} of {lost} leaders who lost one went within 90 days"
    return [Reason(f"the general election of {e.day}", loses * goes, why) for e in ahead]
