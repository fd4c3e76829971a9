"""Strategic entry: does somebody's running split a rival's vote, or add a transfer?

Every draw of an election is counted twice on the same papers and the same random numbers, with the candidate and without. Who wins more
often without gains from the absence: the candidate splits that vote. Who wins more often with has transfers (or an opponent
split) to thank for. It holds what electors think of the others fixed; to see what another field would have done to who stands and
to the polls, suppose it with `what-if --add` or `--drop`, which makes the evidence anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from whipcount.contest import Contest
from whipcount.errors import UsageError
from whipcount.forecast.election import winners_with_and_without
from whipcount.forecast.outlook import DRAWS, due_day, open_questions, rules_for
from whipcount.headcount import options_of


@dataclass(frozen=True)
class EntryEffect:
    """What somebody's running does to a rival: the chance to win with and without, and the simulation error of the difference."""

    rival: str
    p_with: float
    p_without: float
    error: float

    @property
    def effect(self) -> float:
        """Positive: the running helps the rival; negative: it splits the rival's vote."""
        return self.p_with - self.p_without


def entry_effects(contest: Contest, candidate: str, *, seed: int = 1, draws: int = DRAWS) -> tuple[EntryEffect, ...]:
    """What the running of a candidate does to each of the others in the election at hand, the largest effect first.

    contest  cut to a date; counted are the draws in which he or she is on the paper with somebody else.
    Raises `UsageError` where no election is in view, or for somebody who is in no draw of it.
    """
    day = contest.seen_on
    elections = [q for q in open_questions(contest, day) if q.kind == "election"] if day is not None else []
    if day is None or not elections:
        raise UsageError(
            "What a candidate's running does needs a contest as of a date on which an election is in view."
        )
    question = elections[0]
    names = options_of(contest, question)
    if candidate not in names:
        raise UsageError(f"'{candidate}' is not in view. Those in view: {', '.join(names)}.")
    rules, due = rules_for(contest, question, day), due_day(question, day)
    names, with_, without = winners_with_and_without(contest, question, rules, due, seed, draws, candidate)
    if not len(with_):
        raise UsageError(f"'{candidate}' is on the paper in no draw with anybody else.")
    out = []
    for k, rival in enumerate(names):
        if rival != candidate:
            gap = (with_ == k).astype(float) - (without == k)
            error = float(gap.std() / sqrt(len(gap)))
            out.append(EntryEffect(rival, float((with_ == k).mean()), float((without == k).mean()), error))
    return tuple(sorted(out, key=lambda e: (-abs(e.effect), e.rival)))
