"""What whipcount would have made or lost at the prices of a contest.

In: a contest. Out: a `Bet` for every price on who wins that was on offer while whipcount had an outlook: its probability on
what was known on that day, against the price as quoted, margin and all. Prices of several firms on one day are one wager
many times over, so that the yield of few contests says little, whatever it is.
"""

from __future__ import annotations

import re
from datetime import date

from whipcount.contest import Contest
from whipcount.errors import UsageError
from whipcount.score.entry import Prediction
from whipcount.score.gather import asked, raw_probability
from whipcount.score.odds import Bet
from whipcount.score.ours import HINDCAST_DRAWS, predict
from whipcount.score.results import answer
from whipcount.score.words import tables


def offers(contest: Contest, *, seed: int = 1, draws: int = HINDCAST_DRAWS) -> tuple[Bet, ...]:
    """The bets that prices offered, in order of time; on elections of the folder that somebody won."""
    out: list[Bet] = []
    outlooks: dict[date, dict[str | None, Prediction]] = {}
    for row in sorted(contest.odds, key=lambda r: (r.known, r.id)):
        question = (
            asked(contest, row.known) if any(re.fullmatch(p, row.asks) for p in tables().winner_markets) else None
        )
        settled = answer(contest, question) if question else None
        if question is None or settled is None or settled.winner is None or row.known < question.opens:
            continue
        if row.known not in outlooks:
            outlooks[row.known] = _on(contest, row.known, seed, draws)
        ours = outlooks[row.known].get(question.id)
        if ours is not None and ours.outcomes is not None:
            p, price = ours.outcomes.get(row.option, 0.0), 1 / raw_probability(row)
            out.append(
                Bet(p, price, row.option == settled.winner, f"{row.known} {row.market}: {row.option} {row.price}")
            )
    return tuple(out)


def _on(contest: Contest, day: date, seed: int, draws: int) -> dict[str | None, Prediction]:
    try:
        return {p.question: p for p in predict(contest, day, seed=seed, draws=draws)}
    except UsageError:  # nobody in view yet
        return {}
