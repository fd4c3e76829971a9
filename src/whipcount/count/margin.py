"""How close it was: bounds on the smallest number of papers whose change would have altered the winner.

After D. Cary, "Estimating the Margin of Victory for Instant-Runoff Voting" (EVT/WOTE 2011). The lower bound is his for a single path of
eliminations: changing a paper moves the gap between two candidates by at most 2, so that fewer changes than half of the smallest gap leave
every decision as it was. The upper bound is a change that was made and recounted: papers of somebody in a round get
the candidate who went out in that round as their first choice (in the last round: the runner-up). The true
margin is between the two; finding it exactly is another matter (Magrino, Rivest, Shen and Wagner 2011).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from whipcount.ballots import SKIPPED, Profile
from whipcount.count.decide import plain_majority
from whipcount.count.run import count
from whipcount.count.sections import assign
from whipcount.count.tally import RoundTally, Tally
from whipcount.count.ties import TiePlan
from whipcount.count.transfer import Papers, read
from whipcount.errors import UsageError, WhipcountError
from whipcount.rules import Ballot


@dataclass(frozen=True)
class Change:
    """`papers` that counted for `taken_from` in round `round`, with `given_to` put first instead: then `winner` wins."""

    round: int
    papers: int
    taken_from: str
    given_to: str
    winner: str | None


@dataclass(frozen=True)
class Margin:
    """No change of fewer than `at_least` papers alters the winner; `change` does, where one was found.

    `closest`: the round with the smallest gap, `gap` votes.
    """

    winner: str
    at_least: int
    closest: int
    gap: Fraction
    change: Change | None

    def sentence(self) -> str:
        """The bounds in words."""
        first = f"No change of fewer than {self.at_least:,} papers could have kept {self.winner} from winning"
        if self.change is None:
            return f"{first}; no small change that does was found."
        c = self.change
        return (
            f"{first}. {c.papers:,} would have been enough: papers that counted for {c.taken_from} in round {c.round}, with "
            f"{c.given_to} first instead, and {c.winner or 'nobody'} would have won."
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        change = None if self.change is None else self.change.__dict__.copy()
        return {"at_least": self.at_least, "closest_round": self.closest, "gap": str(self.gap), "change": change}


def margin(profile: Profile, ballot: Ballot, section: str | None = None, ties: TiePlan | None = None) -> Margin:
    """Bound the margin of victory of a plain preferential count.

    Raises `UsageError` for another kind of ballot, for fractional votes, and where nobody won.
    """
    papers = assign(profile, ballot, section)
    _check(papers, ballot)
    tally = count(papers, ballot, ties=ties)
    if tally.winner is None:
        raise UsageError("Nobody won, so that there is no margin of victory.")
    gaps = [(_gap(one, tally.winner), one.number) for one in tally.rounds]
    gap, closest = min(gaps)
    at_least = max(1, -(-gap.numerator // (2 * gap.denominator)))
    return Margin(tally.winner, at_least, closest, gap, _smallest_change(papers, ballot, tally, ties))


def _check(papers: Profile, ballot: Ballot) -> None:
    rounds = ballot.rounds
    plain = not ballot.weighted and rounds.out == "lowest" and not rounds.floors and rounds.at_most is None
    if not plain or ballot.leaves > 1 or not plain_majority(ballot) or papers.scale != 1:
        raise UsageError("The margin of victory is worked out for plain preferential counts of whole papers only.")


def _gap(one: RoundTally, winner: str) -> Fraction:
    """By how much the round's decision was made."""
    if one.elected:
        return 2 * one.totals[winner] - one.bases.continuing
    if not one.eliminated:
        return Fraction(one.bases.continuing)
    stay = min(t for n, t in one.totals.items() if n not in one.eliminated)
    return stay - sum((one.totals[n] for n in one.eliminated), Fraction(0))


def _smallest_change(papers: Profile, ballot: Ballot, tally: Tally, ties: TiePlan | None) -> Change | None:
    """Try the changes that could turn a decision, the fewest papers first, and recount."""
    for size, number, source, target in sorted(_candidates(tally)):
        changed = _changed(papers, ballot, tally, (size, number, source, target))
        try:
            winner = count(changed, ballot, ties=ties).winner
        except WhipcountError:
            continue
        if winner != tally.winner:
            return Change(number, size, source, target, winner)
    return None


def _candidates(tally: Tally) -> Iterator[tuple[int, int, str, str]]:
    """(papers, round, from whom, to whom): just enough to put one of two below the other."""
    for one in tally.rounds:
        low = one.eliminated or tuple(n for n in one.totals if n != tally.winner)
        for target in low:
            for source, have in one.totals.items():
                if source not in low:
                    yield int(have - one.totals[target]) // 2 + 1, one.number, source, target


def _changed(papers: Profile, ballot: Ballot, tally: Tally, change: tuple[int, int, str, str]) -> Profile:
    """The papers with some of them changed: those that counted for one in a round get another as first choice."""
    size, number, source, target = change
    state = Papers(read(papers, ballot.marks))
    for one in tally.rounds[:number]:
        state.advance(one.continuing)
    profile = state.profile
    rows = np.flatnonzero(state.holder == profile.candidates.index(source))
    before = np.concatenate([[0], np.cumsum(profile.weight[rows])])
    taken = np.clip(size - before[:-1], 0, profile.weight[rows])
    ranks = np.pad(profile.ranks, ((0, 0), (0, 1)), constant_values=SKIPPED)
    moved = np.roll(ranks[rows], 1, axis=1)
    later = moved == profile.candidates.index(target)
    moved[:, 0] = profile.candidates.index(target)
    moved[:, 1:][later[:, 1:]] = SKIPPED
    weight = profile.weight.copy()
    weight[rows] -= taken
    return Profile.of(
        profile.candidates,
        np.concatenate([ranks, moved]).astype(np.int16),
        np.concatenate([profile.group, profile.group[rows]]),
        np.concatenate([weight, taken]),
        profile.groups,
        overvotes=profile.overvotes,
        write_ins=profile.write_ins,
    )
