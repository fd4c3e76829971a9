"""Scoreboards of contest folders and of ledgers, and resolutions that folders hold for a ledger's predictions.

In: contests, or a ledger. Out: a `Scoreboard`, or resolutions to append.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from whipcount.contest import Contest, load, names
from whipcount.score.board import Scoreboard, scoreboard
from whipcount.score.entry import Resolution
from whipcount.score.gather import Gathered, gather, settle
from whipcount.score.ledger import Ledger
from whipcount.score.odds import Method
from whipcount.score.ours import DAYS_BEFORE, HINDCAST_DRAWS, hindcasts
from whipcount.score.results import answer


def of_contests(
    contests: Iterable[Contest],
    *,
    days: Iterable[int] = DAYS_BEFORE,
    method: Method = "proportional",
    last: bool = False,
    seed: int = 1,
    draws: int = HINDCAST_DRAWS,
) -> Scoreboard:
    """The scoreboard of contest folders: commentators, prices, polls, and whipcount's hindcasts so many `days` before.

    No days: without whipcount. `method` takes the overround out of prices; with `last` only last words count.

    Raises `ContestError` for a row that cannot be read.
    """
    found = Gathered()
    late: set[str] = set()
    ahead = tuple(days)
    for contest in contests:
        own = hindcasts(contest, days=ahead, seed=seed, draws=draws) if ahead else Gathered()
        late |= {p.id for p in own.predictions}
        found += gather(contest, method=method) + own
    return scoreboard(
        found.predictions, found.resolutions, late=late, last=last, passed_over=found.passed_over, seed=seed
    )


def of_ledger(ledger: Ledger, *, last: bool = False, seed: int = 1) -> Scoreboard:
    """The scoreboard of a ledger. A prediction that was recorded only after it was settled is marked as late."""
    settled = {r.of: r.on for r in ledger.resolutions if r.on is not None}
    recorded = ledger.recorded
    late = {one for one, day in settled.items() if recorded[one].date() > day}
    return scoreboard(ledger.predictions, ledger.resolutions, late=late, last=last, seed=seed)


def outstanding(ledger: Ledger, folders: Mapping[str, Contest] | None = None) -> tuple[Resolution, ...]:
    """Resolutions of whipcount's own predictions that the ledger has not resolved yet.

    folders  id -> whole contest, which say how they were settled; by default those that ship
    """
    done = {r.of for r in ledger.resolutions}
    known = set(names() if folders is None else folders)
    out: list[Resolution] = []
    contests: dict[str, Contest] = dict(folders or {})
    for one in ledger.predictions:
        if (
            one.id in done
            or one.kind != "whipcount"
            or one.contest not in known
            or one.question is None
            or one.quantiles
        ):
            continue
        if one.contest not in contests:
            contests[one.contest] = load(one.contest)
        contest = contests[one.contest]
        if one.question not in {q.id for q in contest.identity.questions}:
            continue
        end = settle(one, answer(contest, contest.question(one.question)))
        if end.verdict != "unresolved":
            out.append(end)
    return tuple(out)


def overdue(ledger: Ledger, today: date) -> tuple[str, ...]:
    """Ids of predictions whose time is over and whose fate nobody has recorded."""
    done = {r.of for r in ledger.resolutions}
    return tuple(
        p.id for p in ledger.predictions if p.id not in done and p.not_after is not None and p.not_after < today
    )
