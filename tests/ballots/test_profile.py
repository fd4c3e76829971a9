"""Laws of the profile: votes are kept whatever is done to names, groups and order."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.ballots import SKIPPED, Group, Profile
from whipcount.errors import UsageError

NAMES = ("Ash", "Birch", "Cedar", "Elm")
mark = st.one_of(st.none(), st.sampled_from(NAMES), st.frozensets(st.sampled_from(NAMES), min_size=2, max_size=3))
row = st.tuples(
    st.lists(mark, max_size=5),
    st.fractions(min_value=Fraction(1, 8), max_value=40, max_denominator=8),
    st.sampled_from(["", "caucus", "members"]),
    st.sampled_from(["", "North", "South"]),
)
rows = st.lists(row, max_size=12)


def build(items):
    return Profile.from_rankings(items, candidates=NAMES)


@given(rows)
def test_votes_are_kept(items):
    assert build(items).total() == sum((weight for _, weight, *_ in items), Fraction(0))


@given(rows, st.randoms(use_true_random=False))
def test_order_of_ballots_does_not_matter(items, rng):
    shuffled = list(items)
    rng.shuffle(shuffled)
    one, two = build(items), build(shuffled)
    assert one.same_votes(two)
    assert one.ranks.tobytes() == two.ranks.tobytes()


@given(rows)
def test_rows_and_back(items):
    profile = build(items)
    assert build(profile.to_rows()).same_votes(profile)


@given(rows)
def test_equal_ballots_are_one_row(items):
    profile = build(items + items)
    seen = [(r.ranking, r.section, r.unit) for r in profile.to_rows()]
    assert len(seen) == len(set(seen))


@given(rows, rows)
def test_combining_adds(first, second):
    both = Profile.combine(build(first), build(second))
    assert both.same_votes(build(first + second))


@given(rows)
def test_groups_partition_the_votes(items):
    profile = build(items)
    parts = profile.by_group()
    assert sum(part.total() for part in parts.values()) == profile.total()
    assert {group: part.total() for group, part in parts.items()} == profile.totals()
    assert Profile.combine(*parts.values()).same_votes(profile)


@given(rows)
def test_relabel_there_and_back(items):
    profile = build(items)
    there = profile.relabel(dict(zip(NAMES, reversed(NAMES), strict=True)))
    back = there.relabel(dict(zip(NAMES, reversed(NAMES), strict=True)))
    assert back.same_votes(profile)


@given(rows)
def test_without_closes_up(items):
    profile = build(items).without(["Ash"])
    assert "Ash" not in profile.candidates
    expected = [
        ([m if not isinstance(m, frozenset) else m - {"Ash"} for m in marks if m not in ("Ash",)], w, s, u)
        for marks, w, s, u in items
    ]
    assert profile.same_votes(Profile.from_rankings(expected, candidates=NAMES[1:]))


def test_aliases_merge_and_an_overvote_of_aliases_is_one_vote():
    profile = Profile.from_rankings(
        [(["J. Ash", "Elm"], 2), (["Ash", "Elm"], 3), ([{"Ash", "J. Ash"}, "Elm"], 1)]
    ).relabel({"J. Ash": "Ash"})
    assert [(r.ranking, r.weight) for r in profile.to_rows()] == [(("Ash", "Elm"), 6)]


def test_blank_ballot_is_a_row_of_skipped():
    profile = Profile.from_rankings([([], 4), (["Ash"], 1)])
    assert profile.ranks.tolist() == [[SKIPPED], [0]]
    assert profile.weight.tolist() == [4, 1]


def test_no_ballots_at_all():
    profile = Profile.from_rankings([], candidates=NAMES)
    assert profile.total() == 0
    assert profile.groups == (Group(),)
    assert profile.ranks.shape == (0, 1)


def test_fractions_share_a_scale_in_lowest_terms():
    profile = Profile.from_rankings([(["Ash"], Fraction(1, 6)), (["Elm"], Fraction(1, 2))])
    assert (profile.scale, profile.weight.tolist()) == (6, [1, 3])
    assert Profile.of(("Ash",), np.array([[0]], np.int16), np.zeros(1, np.int32), np.array([4]), scale=2).scale == 1


def test_long_rankings_take_the_wide_order():
    names = [f"N{i:03}" for i in range(200)]
    ballots = [(names[::-1], 1), (names, 2), (names[::-1], 3)]
    profile = Profile.from_rankings(ballots)
    assert profile.weight.tolist() == [2, 4]


def test_arrays_are_read_only():
    profile = Profile.from_rankings([(["Ash"], 1)])
    with pytest.raises(ValueError, match="read-only"):
        profile.weight[0] = 5


@pytest.mark.parametrize(
    ("ballots", "message"),
    [([(["Oak"], 1)], "Not among the candidates: Oak"), ([(["Ash"], -1)], "cannot be below 0")],
)
def test_nonsense_is_refused(ballots, message):
    with pytest.raises(UsageError, match=message):
        build(ballots)


def test_too_many_votes_for_64_bits():
    with pytest.raises(UsageError, match="64-bit"):
        build([(["Ash"], 2**64)])
    with pytest.raises(UsageError, match="2\\^63"):
        build([(["Ash"], 2**62), (["Elm"], 2**62)])
