"""Power over draws of camp sizes, against asking a `Game` in every draw, and the words as they are defined."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whipcount.errors import NotFound, UsageError
from whipcount.power import Game, draw_indices, power_over_draws

CAMPS = ["Ashby", "Birch", "Cole", "Dunn"]


@st.composite
def drawn(draw):
    camps, many = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    sizes = draw(
        st.lists(st.lists(st.integers(0, 9), min_size=camps, max_size=camps).filter(any), min_size=many, max_size=many)
    )
    return np.array(sizes), draw(st.integers(1, min(sum(row) for row in sizes)))


@settings(max_examples=80, deadline=None)
@given(drawn())
def test_every_figure_is_the_average_of_the_games(case):
    sizes, quota = case
    games = [Game(quota, row) for row in sizes.tolist()]
    found = power_over_draws(sizes, quota, quantiles=(0.5,))
    for i, row in enumerate(found.camps):
        assert row.wins_alone == np.mean([game.is_winning(i) for game in games])
        assert row.blocks_alone == np.mean([game.is_blocking(i) for game in games])
        assert row.pivotal == np.mean([i in game.pivotal() for game in games])
        assert row.shapley_shubik == pytest.approx(
            np.mean([float(game.shapley_shubik()[i]) for game in games]), abs=1e-12
        )
        assert row.banzhaf == pytest.approx(np.mean([float(game.banzhaf()[i]) for game in games]), abs=1e-12)
        assert row.shapley_shubik_quantiles[0] == pytest.approx(
            np.median([float(game.shapley_shubik()[i]) for game in games]), abs=1e-12
        )


@settings(max_examples=30, deadline=None)
@given(drawn())
def test_many_camps_are_solved_one_game_at_a_time_with_the_same_result(case):
    sizes, quota = case
    quotas = np.full(len(sizes), quota)
    for slow, quick in zip(
        draw_indices._one_by_one(sizes, quotas), draw_indices._by_enumeration(sizes, quotas), strict=True
    ):
        np.testing.assert_allclose(slow, quick, rtol=0, atol=1e-12)


def one(sizes, quota, **more):
    return power_over_draws([sizes], quota, camps=CAMPS[: len(sizes)], **more)


def test_the_kingmaker_is_the_small_camp_between_two_large_ones():
    found = one([45, 30, 25], 51)
    assert [row.kingmaker for row in found.camps] == [0, 0, 1]
    assert found.camp("Cole").sole_kingmaker == 1


def test_there_is_no_kingmaker_where_somebody_wins_alone():
    assert [row.kingmaker for row in one([60, 20, 20], 51).camps] == [0, 0, 0]


def test_equal_camps_are_all_kingmakers_and_nobody_the_only_one():
    found = one([10, 10, 10], 16)
    assert [row.kingmaker for row in found.camps] == [1, 1, 1]
    assert [row.sole_kingmaker for row in found.camps] == [0, 0, 0]


def test_named_contenders_are_the_only_kings():
    found = one([14, 13, 12, 5], 18, contenders=["Ashby", "Birch"])
    assert [row.kingmaker for row in found.camps] == [0, 0, 1, 1]
    assert one([14, 13, 12, 3], 18, contenders=["Ashby", "Birch"]).camp("Dunn").kingmaker == 0


def test_coalitions_and_blocking():
    found = one([10, 9, 8, 7], 18, coalitions={"first two": ["Ashby", "Birch"], "last two": ["Cole", "Dunn"]})
    assert (found.coalition("first two").wins, found.coalition("last two").wins) == (1, 0)
    assert found.coalition("first two").blocks == 1
    assert found.coalition("last two").blocks == 0
    assert one([10, 9, 8, 7], 28).camp("Dunn").blocks_alone == 1


def test_electors_in_no_camp_can_help_the_others():
    alone = power_over_draws([[17, 10]], 18, camps=["Ashby", "Birch"])
    assert alone.camp("Ashby").blocks_alone == 1
    among_34 = power_over_draws([[16, 10]], 18, camps=["Ashby", "Birch"], electors=34)
    assert among_34.camp("unattached").size == 8
    assert among_34.camp("Ashby").blocks_alone == 0


def test_a_quota_for_every_draw():
    found = power_over_draws([[5, 4], [5, 4]], [5, 6])
    assert found.camps[0].wins_alone == 0.5


def test_the_order_of_draws_and_their_repetition_do_not_matter():
    sizes = np.random.default_rng(3).multinomial(34, [0.4, 0.3, 0.2, 0.1], size=50)
    once, again = power_over_draws(sizes, 18), power_over_draws(np.vstack([sizes[::-1], sizes]), 18)
    for a, b in zip(once.camps, again.camps, strict=True):
        assert a.shapley_shubik == pytest.approx(b.shapley_shubik)
        assert a.kingmaker == b.kingmaker


def test_ways_out():
    found = one([10, 9, 8, 7], 18, coalitions={"first two": ["Ashby", "Birch"]})
    assert json.loads(found.to_json())["camps"][0]["camp"] == "Ashby"
    assert found.rows()[0]["shapley_shubik_q90"] == found.camps[0].shapley_shubik_quantiles[2]
    assert len(found.table()) == 4
    assert found.coalition_rows()[0]["camps"] == "Ashby + Birch"
    pytest.importorskip("altair")
    assert "Ashby" in json.dumps(found.chart().to_dict())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([], 1), "shape"),
        (([[]], 1), "shape"),
        (([1, 2], 1), "shape"),
        (([[1.5, 2]], 1), "integer array"),
        (([[1, -2]], 1), "fewer than 0"),
        (([[2**60, 2]], 1), r"2\*\*40"),
        (([[1, 2]], 0), "above 0"),
        (([[1, 2]], 4), "above everybody"),
        (([[1, 2]], [1, 2]), "one for every draw"),
        (([[1, 2]], 1.5), "whole number"),
    ],
)
def test_bad_draws(arguments, says):
    with pytest.raises(UsageError, match=says):
        power_over_draws(*arguments)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"camps": ["A"]}, "Name each column once"),
        ({"camps": ["A", "A"]}, "Name each column once"),
        ({"camps": ["A", "unattached"], "electors": 9}, "Rename"),
        ({"electors": 2}, "more members than there are electors"),
        ({"quantiles": [1.5]}, "from 0 to 1"),
        ({"quantiles": []}, "from 0 to 1"),
        ({"coalitions": {"x": "camp 1"}}, "not a list"),
        ({"coalitions": {"x": ["camp 1", "camp 1"]}}, "different camps"),
    ],
)
def test_bad_settings(more, says):
    with pytest.raises(UsageError, match=says):
        power_over_draws([[1, 2]], 2, **more)


def test_unknown_camps():
    with pytest.raises(NotFound):
        power_over_draws([[1, 2]], 2, coalitions={"x": ["camp 7"]})
    with pytest.raises(NotFound):
        power_over_draws([[1, 2]], 2, contenders=["camp 7"])
    with pytest.raises(NotFound):
        power_over_draws([[1, 2]], 2).camp("camp 7")
