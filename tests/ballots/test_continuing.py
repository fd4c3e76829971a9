"""The first continuing preference of all ballots at once is that of each ballot by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from whipcount.ballots import Profile, first_continuing

NAMES = ("A", "B", "C", "D")
mark = st.one_of(st.none(), st.sampled_from(NAMES), st.frozensets(st.sampled_from(NAMES), min_size=2))
profiles = st.lists(st.tuples(st.lists(mark, max_size=6), st.integers(1, 9)), max_size=10).map(
    lambda rows: Profile.from_rankings(rows, candidates=NAMES)
)
lives = st.lists(st.booleans(), min_size=4, max_size=4).map(np.array)


def by_hand(profile, alive, row, start=0):
    for column, code in enumerate(profile.ranks[row]):
        marked = {code} if code >= 0 else set() if code == -1 else profile.overvotes[-2 - code]
        if column >= start and any(alive[index] for index in marked):
            return column
    return profile.ranks.shape[1]


@given(profiles, lives)
def test_all_at_once(profile, alive):
    found = first_continuing(profile.ranks, alive, profile.overvotes)
    assert found.tolist() == [by_hand(profile, alive, row) for row in range(len(profile.weight))]


@given(profiles, lives, lives)
def test_moving_on_gives_what_a_fresh_look_gives(profile, alive, others):
    fewer = alive & others
    column = first_continuing(profile.ranks, alive, profile.overvotes)
    rows = np.arange(len(profile.weight))[::2]
    moved = first_continuing(profile.ranks, fewer, profile.overvotes, rows=rows, start=column[rows])
    assert moved.tolist() == first_continuing(profile.ranks, fewer, profile.overvotes)[rows].tolist()
