"""Marks are read by rule: worked ballots, and laws that hold under every rule."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.ballots import Cause, MarkRules, Profile, interpret

NAMES = ("A", "B", "C", "D")
AB = frozenset("AB")
RULES = [
    MarkRules(over, limit, again)
    for over, limit, again in product(("exhaust", "exhaust if multiple", "skip"), (None, 0, 1, 2), ("skip", "exhaust"))
]
mark = st.one_of(st.none(), st.sampled_from(NAMES), st.frozensets(st.sampled_from(NAMES), min_size=2))
ballots = st.lists(st.tuples(st.lists(mark, max_size=6), st.integers(1, 9)), min_size=1, max_size=10)


def read(ranking, **rules):
    reading = interpret(Profile.from_rankings([(ranking, 1)], candidates=NAMES), MarkRules(**rules))
    (row,) = reading.profile.to_rows()
    return list(row.ranking), Cause(reading.end[0])


def by_hand(ranking, rules):
    """The rules once more, one mark at a time."""
    kept, seen, gap = [], set(), 0
    if not any(ranking):
        return [], Cause.UNDERVOTE
    for marked in ranking:
        if marked is None:
            gap += 1
            continue
        if rules.skipped_limit is not None and gap > rules.skipped_limit:
            return kept, Cause.SKIPPED
        gap = 0
        names = {marked} if isinstance(marked, str) else set(marked)
        if rules.duplicate == "exhaust" and names & seen:
            return kept, Cause.DUPLICATE
        if len(names) > 1:
            if rules.duplicate == "exhaust":
                seen |= names
            if rules.overvote == "exhaust":
                return kept, Cause.OVERVOTE
            if rules.overvote == "exhaust if multiple":
                kept.append(marked)
        elif marked not in seen:
            seen.add(marked)
            kept.append(marked)
    return kept, Cause.EXHAUSTED


@pytest.mark.parametrize(
    ("ranking", "rules", "kept", "end"),
    [
        ([], {}, [], Cause.UNDERVOTE),
        ([None, None], {"skipped_limit": 0}, [], Cause.UNDERVOTE),
        (["A", "B"], {}, ["A", "B"], Cause.EXHAUSTED),
        (["A", None, "B"], {}, ["A", "B"], Cause.EXHAUSTED),
        (["A", None, "B"], {"skipped_limit": 0}, ["A"], Cause.SKIPPED),
        (["A", None, "B"], {"skipped_limit": 1}, ["A", "B"], Cause.EXHAUSTED),
        (["A", None, None, "B"], {"skipped_limit": 1}, ["A"], Cause.SKIPPED),
        ([None, "A", None, "B"], {"skipped_limit": 1}, ["A", "B"], Cause.EXHAUSTED),
        (["A", None, None], {"skipped_limit": 0}, ["A"], Cause.EXHAUSTED),
        (["A", "A", "B"], {}, ["A", "B"], Cause.EXHAUSTED),
        (["A", "A", "B"], {"duplicate": "exhaust"}, ["A"], Cause.DUPLICATE),
        (["C", AB, "D"], {"overvote": "exhaust"}, ["C"], Cause.OVERVOTE),
        (["C", AB, "D"], {"overvote": "skip"}, ["C", "D"], Cause.EXHAUSTED),
        (["C", AB, "D"], {"overvote": "exhaust if multiple"}, ["C", AB, "D"], Cause.EXHAUSTED),
        ([AB], {"overvote": "skip"}, [], Cause.EXHAUSTED),
        ([AB, "A"], {"overvote": "skip"}, ["A"], Cause.EXHAUSTED),
        ([AB, "A"], {"overvote": "skip", "duplicate": "exhaust"}, [], Cause.DUPLICATE),
        (["A", AB], {"overvote": "exhaust", "duplicate": "exhaust"}, ["A"], Cause.DUPLICATE),
        ([None, AB], {"overvote": "exhaust", "skipped_limit": 0}, [], Cause.SKIPPED),
    ],
)
def test_worked_ballots(ranking, rules, kept, end):
    assert read(ranking, **rules) == (kept, end)


@given(ballots, st.sampled_from(RULES))
def test_no_vote_is_gained_or_lost(items, rules):
    profile = Profile.from_rankings(items, candidates=NAMES)
    reading = interpret(profile, rules)
    assert reading.profile.total() == profile.total() == sum(reading.votes_by_end().values())


@given(ballots, st.sampled_from(RULES))
def test_as_read_by_hand(items, rules):
    reading = interpret(Profile.from_rankings(items, candidates=NAMES), rules)
    expected = {}
    for ranking, weight in items:
        kept, end = by_hand(ranking, rules)
        key = (tuple(kept), end)
        expected[key] = expected.get(key, 0) + weight
    got = {
        (row.ranking, Cause(end)): row.weight for row, end in zip(reading.profile.to_rows(), reading.end, strict=True)
    }
    assert got == expected


@given(ballots, st.sampled_from(RULES))
def test_reading_twice_changes_no_ranking(items, rules):
    once = interpret(Profile.from_rankings(items, candidates=NAMES), rules)
    twice = interpret(once.profile, rules if rules.duplicate == "skip" else MarkRules(rules.overvote))
    assert Profile.combine(once.profile, once.profile).same_votes(Profile.combine(twice.profile, twice.profile))


def test_causes_stay_apart_for_equal_rankings():
    profile = Profile.from_rankings([(["A", None, "B"], 2), (["A", AB], 3), (["A"], 5)])
    reading = interpret(profile, MarkRules("exhaust", 0))
    assert {Cause(e): int(w) for e, w in zip(reading.end, reading.profile.weight, strict=True)} == {
        Cause.SKIPPED: 2, Cause.OVERVOTE: 3, Cause.EXHAUSTED: 5,
    }  # fmt: skip


def test_many_candidates():
    names = [f"N{i:02}" for i in range(70)]
    profile = Profile.from_rankings([([*names, names[-1]], 1), (names, 1)])
    assert interpret(profile).profile.weight.tolist() == [2]
    assert interpret(profile, MarkRules(duplicate="exhaust")).end.tolist() == [Cause.EXHAUSTED, Cause.DUPLICATE]
