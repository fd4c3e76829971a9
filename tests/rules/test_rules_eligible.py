"""Who may vote, nominate and stand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulebook_trees import version

from whipcount.errors import NotFound
from whipcount.rules import Version, find, may_nominate, may_stand, may_vote
from whipcount.rules.eligible import months_before

TREE = Version.model_validate(version())
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


def test_six_months_before_12_july_is_12_january() -> None:
    # Evangelou v McNicol [2016] EWHC 2058 (QB): six months on 12 July 2016, so joined on or before 12 January 2016
    opened = date(2016, 7, 12)
    assert may_vote(TREE, "members", joined=date(2016, 1, 12), opened=opened).answer == "yes"
    late = may_vote(TREE, "members", joined=date(2016, 1, 13), opened=opened)
    assert late.answer == "no"
    assert "12 January 2016" in late.why
    assert late.source


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2016, 3, 31), 1, date(2016, 2, 29)),
        (date(2015, 3, 31), 1, date(2015, 2, 28)),
        (date(2016, 1, 15), 1, date(2015, 12, 15)),
        (date(2016, 1, 15), 0, date(2016, 1, 15)),
        (date(2016, 1, 15), 24, date(2014, 1, 15)),
    ],
)
def test_months_before(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


@given(days, st.integers(0, 240))
def test_more_months_are_never_later(day: date, months: int) -> None:
    assert months_before(day, months + 1) < months_before(day, months) <= day


@given(days, days)
def test_who_joined_earlier_is_never_worse_off(joined: date, opened: date) -> None:
    order = {"no": 0, "unknown": 1, "yes": 2}
    later = may_vote(TREE, "members", joined=joined, opened=opened).answer
    earlier = may_vote(TREE, "members", joined=date(1850, 1, 1), opened=opened).answer
    assert order[earlier] >= order[later]


def test_what_is_not_known_is_not_guessed() -> None:
    assert may_vote(TREE, "members").answer == "unknown"
    assert may_vote(TREE, "members", joined=date(2016, 1, 1)).answer == "unknown"
    assert may_vote(TREE, "members", joined=date(1, 1, 1), opened=date(1, 3, 1)).answer == "no"
    assert may_vote(find("nz-labour").version, "members").answer == "yes"
    assert may_vote(TREE, "branches").answer == "no"
    with pytest.raises(NotFound, match="member"):
        may_vote(TREE, "member")


def test_supporters_within_one_count_are_unknown() -> None:
    verdict = may_vote(
        find("uk-labour@2016-07-12").version, "members", joined=date(2010, 1, 1), opened=date(2016, 7, 12)
    )
    assert verdict.answer in {"unknown", "yes"}


def test_nominations() -> None:
    assert may_nominate(TREE, "caucus", "vacancy").answer == "yes"
    assert may_nominate(TREE, "branches", "vacancy").answer == "yes"
    assert may_nominate(find("uk-labour@2010-06-01").version, "members", "vacancy").answer == "no"
    assert may_nominate(find("majority").version, "body").answer == "unknown"
    with pytest.raises(NotFound):
        may_nominate(TREE, "caucus", "vacancies")


def test_the_leader_in_2016_needed_no_nominations() -> None:
    # Foster v McNicol [2016] EWHC 1966 (QB)
    verdict = may_stand(find("uk-labour@2016-07-12").version, is_leader=True, opening="challenge")
    assert verdict.answer == "yes"
    assert may_stand(TREE).answer == "unknown"
