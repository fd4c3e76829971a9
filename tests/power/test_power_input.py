"""What people write by mistake, and what strangers write on purpose, gets a clear answer."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from whipcount.errors import NotFound, UsageError
from whipcount.power import Game
from whipcount.power import diagram as diagrams


@pytest.mark.parametrize(
    ("quota", "weights", "says"),
    [
        (3, [], "no weights"),
        (3, {}, "no weights"),
        (3, [2, -1, 5], "negative"),
        (3, {"A": 4, "B": -1}, "'B' is -1"),
        (6, [2, 2, 1], "above the total weight 5"),
        (1, [0, 0], "above the total"),
        (0, [1, 1], "above 0"),
        (-2, [1, 1], "above 0"),
        (1.5, [1, 1], "not an exact number"),
        (2, [1.1, 1], "not an exact number"),
        (2, [float("nan"), 3], "not an exact number"),
        (2, [float("inf"), 3], "not an exact number"),
        (2, [True, 3], "not an exact number"),
        (2, [None, 3], "not an exact number"),
        (2, ["1e999999999", 3], "not an exact number"),
        (2, [Decimal("1e999999"), 3], "not an exact number"),
        (2, ["1/0", 3], "divided by zero"),
        (2, ["9" * 5000, 3], "not an exact number"),
        (2, "312", "Give a list"),
        (2, 5, "Give a list"),
        (2, {1: 3, 2: 4}, "not called by a string"),
        ("many", [1, 1], "not an exact number"),
    ],
)
def test_bad_games(quota, weights, says):
    with pytest.raises(UsageError, match=says):
        Game(quota, weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 3]])
def test_bad_majorities(weights):
    with pytest.raises(UsageError):
        Game.majority(weights)


def test_exact_numbers_of_every_kind():
    game = Game(np.int64(2), ["1/3", "0.5", Fraction(1, 6), Decimal("0.25"), 1.0, np.int32(1), " 2 "])
    assert sum(game.weights) == Fraction(21, 4)


def test_names():
    game = Game(3, {"Ann": 2, "Bob": 1, "Cy": 1})
    with pytest.raises(NotFound, match="Did you mean Ann"):
        game.is_winning(["Anne"])
    with pytest.raises(NotFound):
        game.quarrel([("Ann", "Dee")])
    with pytest.raises(UsageError, match="itself"):
        game.quarrel([("Ann", "Ann")])
    with pytest.raises(NotFound):
        Game(3, [2, 1, 1]).is_winning([3])
    with pytest.raises(NotFound):
        Game(3, [2, 1, 1]).is_winning([True])
    assert not game.is_winning("Ann")
    assert game.is_winning(["Ann", "Bob", "Bob"])


def test_quarrels_that_nobody_can_win():
    with pytest.raises(UsageError, match="nobody can win"):
        Game(2, {"A": 1, "B": 1}).quarrel([("A", "B")])


def test_no_quarrel_is_no_change():
    game = Game(2, {"A": 1, "B": 1})
    assert game.quarrel([]) is game


def test_games_that_cannot_be_joined():
    with pytest.raises(UsageError, match="names"):
        Game(2, [1, 1]) & Game(2, {"A": 1, "B": 1})
    with pytest.raises(UsageError, match="2 and 3"):
        Game(2, [1, 1]) | Game(2, [1, 1, 1])
    with pytest.raises(TypeError):
        Game(2, [1, 1]) & 3


def test_orders_must_be_complete():
    with pytest.raises(UsageError, match="exactly once"):
        Game(2, [1, 1, 1]).pivot([0, 1])


def test_unknown_kind_of_banzhaf():
    with pytest.raises(UsageError, match="'normalised', 'absolute' or 'raw'"):
        Game(2, [1, 1, 1]).banzhaf("relative")


def test_limits_are_named():
    many = Game(20, [1] * 40)
    with pytest.raises(UsageError, match="minimal winning coalitions"):
        many.minimal_winning_coalitions(limit=1000)
    with pytest.raises(UsageError, match="largest sets of camps"):
        many.quarrel([(i, i + 1) for i in range(0, 40, 2)])
    with pytest.raises(UsageError, match="20 players"):
        (many & Game(1, [1] * 40)).johnston()
    rng = np.random.default_rng(5)
    with pytest.raises(UsageError, match="more than 1,000 nodes"):
        diagrams.weighted([int(w) for w in rng.integers(10**14, 10**15, 60)], 10**16, limit=1000)
    with pytest.raises(UsageError, match="states"):
        Game.majority([int(w) for w in rng.integers(1, 10**5, 300)]).holler_packel()


def test_counts_past_the_width_of_any_machine_word():
    players = 301
    game = Game.majority([1] * players)
    from math import comb

    assert game.swings() == [comb(300, 150)] * players
    assert game.shapley_shubik() == [Fraction(1, players)] * players
    assert game.holler_packel()[0] == Fraction(1, players)
    assert game.coleman_act() == Fraction(1, 2)


def test_one_player_and_everybody():
    assert Game(1, [1]).shapley_shubik() == [1]
    assert Game(1, [1]).dictator() == 0
    unanimous = Game(6, [3, 2, 1])
    assert unanimous.shapley_shubik() == [Fraction(1, 3)] * 3
    assert unanimous.vetoers() == (0, 1, 2)
    assert unanimous.shapley_shubik(exact=False) == pytest.approx([1 / 3] * 3, rel=1e-13)
