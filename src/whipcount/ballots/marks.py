"""How marks on a ballot are read, by rule: from raw marks to rankings that a count can follow.

The rules are those in use for ranked ballots in the United States and their words too (overvote, undervote,
skipped rank, duplicate); a ballot is read rank by rank and the first rule that stops it says why it will be
inactive once its earlier choices are gone. The order of the checks at each rank is: ranks skipped before it,
candidate already ranked, overvote. Ranks left empty after the last mark stop nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from whipcount.ballots.codes import OVERVOTE_BASE, SKIPPED
from whipcount.ballots.compact import compact
from whipcount.ballots.profile import Profile

_CELLS_AT_ONCE = 4_000_000


class Cause(IntEnum):
    """Why a ballot is inactive when no choice on it is left."""

    EXHAUSTED = 0
    """Its choices are used up: nobody whom it ranks is still in."""
    UNDERVOTE = 1
    """It was blank from the start. It counts in no round, not even as exhausted."""
    OVERVOTE = 2
    """It reached a rank at which several candidates are marked."""
    SKIPPED = 3
    """It left out more ranks in a row than allowed before its next mark."""
    DUPLICATE = 4
    """It ranks a candidate a second time."""


@dataclass(frozen=True, slots=True)
class MarkRules:
    """How marks are read.

    overvote       "exhaust": the ballot is out from that rank on; "skip": the rank is passed over; "exhaust
                   if multiple": if one of those marked is still in, it counts for that one; if none, the
                   rank is passed over; if several, the ballot is out for good. Which of these it is depends on the
                   round, so the overvote stays in the ranking for the count to decide.
    skipped_limit  how many ranks in a row may be left empty before a mark; None: any number
    duplicate      a candidate ranked again: "skip" the later mark, or "exhaust" the ballot there
    """

    overvote: Literal["exhaust", "exhaust if multiple", "skip"] = "exhaust if multiple"
    skipped_limit: int | None = None
    duplicate: Literal["skip", "exhaust"] = "skip"


@dataclass(frozen=True, eq=False)
class Reading:
    """Ballots as a rule reads them.

    `profile` has rankings without gaps and without a candidate's second mark; overvotes are left in it only
    under "exhaust if multiple". `end` (R,) holds for each row the `Cause` for which its ballots become
    inactive once the last rank in the row is passed. Rows are distinct in (ranking, group, end).
    """

    profile: Profile
    end: NDArray[np.int8]

    def votes_by_end(self) -> dict[Cause, Fraction]:
        """The number of votes that would end for each cause, were every choice used up."""
        sums = [int(self.profile.weight[self.end == cause].sum()) for cause in Cause]
        return {cause: Fraction(votes, self.profile.scale) for cause, votes in zip(Cause, sums, strict=True)}


def interpret(profile: Profile, rules: MarkRules | None = None) -> Reading:
    """Read the marks of every ballot by `rules`; no vote is gained or lost."""
    rules = rules or MarkRules()
    end = np.where((profile.ranks == SKIPPED).all(axis=1), Cause.UNDERVOTE, Cause.EXHAUSTED).astype(np.int8)
    messy = np.flatnonzero(_messy(profile.ranks))
    if len(messy) == 0:
        return Reading(profile, end)
    ranks = profile.ranks.copy()
    for rows in _portions(messy, len(profile.candidates)):
        ranks[rows], end[rows] = _read(profile, rows, rules)
    return _merged(profile, ranks, end)


def _messy(ranks: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Which rows have a gap, an overvote or a candidate twice."""
    messy = repeats(ranks) | has_gap(ranks)
    for column in range(ranks.shape[1]):
        messy |= ranks[:, column] <= OVERVOTE_BASE
    return messy


def has_gap(ranks: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Which ballots leave a rank out before a mark."""
    gap = np.zeros(len(ranks), np.bool_)
    for column in range(1, ranks.shape[1]):
        gap |= (ranks[:, column - 1] == SKIPPED) & (ranks[:, column] != SKIPPED)
    return gap


def repeats(ranks: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Which ballots have a candidate at two ranks; overvotes apart."""
    twice = np.zeros(len(ranks), np.bool_)
    if ranks.max(initial=0) > 62:
        ordered = np.sort(ranks, axis=1)
        for column in range(1, ranks.shape[1]):
            twice |= (ordered[:, column] == ordered[:, column - 1]) & (ordered[:, column] >= 0)
        return twice
    seen = np.zeros(len(ranks), np.int64)
    bit = np.append(np.int64(1) << np.arange(63, dtype=np.int64), np.int64(0))
    for column in range(ranks.shape[1]):
        bits = bit[np.maximum(ranks[:, column], SKIPPED)]
        twice |= (seen & bits) != 0
        seen |= bits
    return twice


def _portions(rows: NDArray[np.intp], candidates: int) -> Iterator[NDArray[np.intp]]:
    step = max(1, _CELLS_AT_ONCE // max(candidates, 1))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def _read(profile: Profile, rows: NDArray[np.intp], rules: MarkRules) -> tuple[NDArray[np.int16], NDArray[np.int8]]:
    """The rankings of some rows as read, and why each ends."""
    raw = profile.ranks[rows]
    state = _State.fresh(raw, len(profile.candidates))
    for column in range(raw.shape[1]):
        codes = raw[:, column]
        marked = state.active & (codes != SKIPPED)
        if rules.skipped_limit is not None:
            state.stop(marked & (state.gap > rules.skipped_limit), Cause.SKIPPED)
        state.gap = np.where(codes == SKIPPED, state.gap + 1, 0)
        _plain_marks(state, codes, rules)
        _overvotes(state, codes, rules, profile.overvotes)
    return state.out, state.end


def _plain_marks(state: _State, codes: NDArray[np.int16], rules: MarkRules) -> None:
    plain = np.flatnonzero(state.active & (codes >= 0))
    again = state.seen[plain, codes[plain]]
    if rules.duplicate == "exhaust":
        state.stop(plain[again], Cause.DUPLICATE)
    fresh = plain[~again]
    state.seen[fresh, codes[fresh]] = True
    state.put(fresh, codes)


def _overvotes(
    state: _State, codes: NDArray[np.int16], rules: MarkRules, overvotes: tuple[frozenset[int], ...]
) -> None:
    for code in np.unique(codes[state.active & (codes <= OVERVOTE_BASE)]):
        marked = np.array(sorted(overvotes[OVERVOTE_BASE - int(code)]))
        rows = np.flatnonzero(state.active & (codes == code))
        if rules.duplicate == "exhaust":
            again = state.seen[np.ix_(rows, marked)].any(axis=1)
            state.stop(rows[again], Cause.DUPLICATE)
            rows = rows[~again]
            state.seen[np.ix_(rows, marked)] = True
        if rules.overvote == "exhaust":
            state.stop(rows, Cause.OVERVOTE)
        elif rules.overvote == "exhaust if multiple":
            state.put(rows, codes)


@dataclass
class _State:
    """Where the reading of each row stands."""

    out: NDArray[np.int16]
    end: NDArray[np.int8]
    active: NDArray[np.bool_]
    gap: NDArray[np.intp]
    filled: NDArray[np.intp]
    seen: NDArray[np.bool_]

    @classmethod
    def fresh(cls, raw: NDArray[np.int16], candidates: int) -> _State:
        rows = len(raw)
        return cls(
            np.full_like(raw, SKIPPED), np.full(rows, Cause.EXHAUSTED, np.int8), np.ones(rows, np.bool_),
            np.zeros(rows, np.intp), np.zeros(rows, np.intp), np.zeros((rows, candidates), np.bool_),
        )  # fmt: skip

    def stop(self, which: NDArray[np.bool_] | NDArray[np.intp], cause: Cause) -> None:
        self.end[which] = cause
        self.active[which] = False

    def put(self, rows: NDArray[np.intp], codes: NDArray[np.int16]) -> None:
        self.out[rows, self.filled[rows]] = codes[rows]
        self.filled[rows] += 1


def _merged(profile: Profile, ranks: NDArray[np.int16], end: NDArray[np.int8]) -> Reading:
    """Merge rows that came to be equal, keeping the causes apart."""
    kinds = np.int32(len(Cause))
    ranks, keys, weight = compact(ranks, profile.group * kinds + end.astype(np.int32), profile.weight)
    group, causes = np.divmod(keys, kinds)
    return Reading(replace(profile, ranks=ranks, group=group, weight=weight), causes.astype(np.int8))
