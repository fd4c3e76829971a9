"""The outlook on the shipped contests: what must hold on dates that history knows, and that nothing later leaks in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from whipcount.contest import Contest, load
from whipcount.errors import UsageError
from whipcount.forecast import CampsOutlook, ConfidenceOutlook, ElectionOutlook, outlook

DATES = {
    "nz-labour-2011": ("2011-09-30", "2011-11-30", "2011-12-12"),
    "nz-labour-2012": ("2012-11-18", "2012-11-20", "2013-02-03"),
    "nz-labour-2013": ("2013-08-27", "2013-09-05", "2013-09-14"),
    "nz-labour-2014": ("2014-09-25", "2014-10-15", "2014-11-17"),
    "uk-labour-2010": ("2010-05-13", "2010-07-30", "2010-09-24"),
    "uk-labour-2016": ("2016-06-27", "2016-08-17", "2016-09-23"),
}
CASES = [(contest, day) for contest, days in DATES.items() for day in days]


def at(contest: str, day: str) -> Contest:
    return load(contest).as_of(date.fromisoformat(day))


def summary(contest: Contest) -> list[object]:
    out: list[object] = []
    made = outlook(contest, seed=4, draws=2000)
    for one in made.questions:
        if isinstance(one, ElectionOutlook):
            out += [one.p_wins, one.p_round, one.shares]
        elif isinstance(one, ConfidenceOutlook):
            out += [one.p_survives, one.headcount.support]
        else:
            out += [one.coalitions]
    return [*out, made.leader_after, made.opens]


def cut(contest: Contest, day: date) -> Contest:
    """The folder with every row that became known after the day deleted from it."""
    keep = {
        name: tuple(r for r in getattr(contest, name) if r.known <= day)
        for name in ("evidence", "polls", "odds", "events", "candidates", "predictions")
    }
    return replace(contest, **keep)


@pytest.mark.parametrize(("name", "day"), CASES)
def test_deleting_what_became_known_later_changes_nothing(name: str, day: str) -> None:
    when = date.fromisoformat(day)
    whole = load(name)
    assert summary(whole.as_of(when)) == summary(cut(whole, when).as_of(when))


@pytest.mark.parametrize(("name", "day"), CASES)
def test_probabilities_are_whole(name: str, day: str) -> None:
    made = outlook(at(name, day), draws=1000)
    for one in made.questions:
        if isinstance(one, ElectionOutlook):
            assert sum(one.p_wins.values()) == pytest.approx(1)
            assert sum(one.p_round.values()) == pytest.approx(1)
    if made.leader_after:
        assert sum(made.leader_after.values()) == pytest.approx(1)


def test_shearer_keeps_his_caucus_on_the_evidence() -> None:
    one = outlook(at("nz-labour-2012", "2012-11-20")).at_hand
    assert isinstance(one, ConfidenceOutlook)
    assert one.question.id == "endorsement"
    assert {t.leader_needs for t in one.thresholds} == {18, 21, 22}
    assert len(one.headcount.roll) == 34
    assert one.p_survives >= 0.9
    bare = replace(at("nz-labour-2012", "2012-11-20"), evidence=())
    nothing_known = outlook(bare).at_hand
    assert isinstance(nothing_known, ConfidenceOutlook)
    assert nothing_known.p_survives < 0.75


def test_corbyn_is_ahead_on_polls_of_electors() -> None:
    one = outlook(at("uk-labour-2016", "2016-08-17")).at_hand
    assert isinstance(one, ElectionOutlook)
    assert one.p_wins["Jeremy Corbyn"] >= 0.85
    assert any(p.head.pollster == "BMG Research" for p in one.set_aside)


def test_goff_has_lost_his_caucus_and_two_camps_together_win() -> None:
    made = outlook(at("nz-labour-2011", "2011-09-30"))
    goff = next(q for q in made.questions if isinstance(q, ConfidenceOutlook))
    camps = next(q for q in made.questions if isinstance(q, CampsOutlook))
    assert goff.p_survives < 0.3
    wins = {c.camps: c.p_wins for c in camps.coalitions}
    pair = ("David Cunliffe", "Shane Jones")
    assert wins[pair] > 0.5
    assert wins[pair] == max(p for camps_, p in wins.items() if camps.would_join(camps_))
    assert not camps.would_join(("David Cunliffe", "rear-guard"))
    assert wins[("rear-guard",)] < 0.2


def test_the_thirds_college_is_open_in_the_last_week() -> None:
    one = outlook(at("uk-labour-2010", "2010-09-24")).at_hand
    assert isinstance(one, ElectionOutlook)
    assert set(one.p_wins) >= {"David Miliband", "Ed Miliband"}
    assert 0.1 < one.p_wins["Ed Miliband"] < 0.9
    assert one.p_wins["David Miliband"] + one.p_wins["Ed Miliband"] > 0.95


def test_same_seed_same_numbers_and_another_seed_nearly_so() -> None:
    contest = at("nz-labour-2013", "2013-09-14")
    first, again = outlook(contest, seed=2, draws=4000), outlook(contest, seed=2, draws=4000)
    other = outlook(contest, seed=3, draws=4000)
    assert first.leader_after == again.leader_after
    gaps = [abs(first.leader_after[n] - other.leader_after.get(n, 0)) for n in first.leader_after]
    assert max(gaps) < 0.06


def test_a_contest_must_be_cut_to_a_date_with_an_open_question() -> None:
    whole = load("nz-labour-2012")
    with pytest.raises(UsageError, match="as of a date"):
        outlook(whole)
    with pytest.raises(UsageError, match="No question"):
        outlook(whole.as_of(date(2012, 1, 1)))


def test_votes_count_once_in_a_body_of_several_sections() -> None:
    one = outlook(at("uk-labour-2016", "2016-09-23"), draws=1000).at_hand
    assert isinstance(one, ElectionOutlook)
    assert one.ballots[0].first.shape[1] == 1
    assert np.allclose(one.ballots[0].first.sum(axis=2), 1)
