"""Every index against going through all coalitions and all orders, and the laws that hold between indices."""

from fractions import Fraction
from itertools import combinations
from math import factorial

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from whipcount.power import Game, VotingGame
from whipcount.power import diagram as diagrams

HALF = Fraction(1, 2)

BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine draws examples slowly; that is no failure."""


@st.composite
def weighted(draw, largest=8, heaviest=12):
    weights = draw(st.lists(st.integers(0, heaviest), min_size=1, max_size=largest).filter(any))
    return Game(draw(st.integers(1, sum(weights))), weights)


@st.composite
def named(draw, names="ABCDEFG"):
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=6, unique=True))
    weights = {name: draw(st.integers(0, 6)) for name in chosen}
    assume(any(weights.values()))
    return Game(draw(st.integers(1, sum(weights.values()))), weights)


games = st.recursive(
    named(),
    lambda part: st.tuples(part, part, st.booleans()).map(lambda t: t[0] & t[1] if t[2] else t[0] | t[1]),
    max_leaves=4,
)


def winners(game):
    """Whether a coalition wins, straight from the definition and not by way of the library."""
    if isinstance(game, Game):
        weights = dict(zip(game.players, game.weights, strict=True))
        return lambda coalition: sum(weights.get(player, 0) for player in coalition) >= game.quota
    parts = [winners(part) for part in game.parts]
    return (lambda c: all(wins(c) for wins in parts)) if game.every else (lambda c: any(wins(c) for wins in parts))


def subsets(players):
    return [frozenset(c) for size in range(len(players) + 1) for c in combinations(players, size)]


def brute(players, wins):
    """All indices by definition, as lists in the order of the players."""
    n, every = len(players), subsets(players)
    winning = [c for c in every if wins(c)]
    minimal = [c for c in winning if not any(wins(c - {p}) for p in c)]
    critical = {c: [p for p in c if not wins(c - {p})] for c in winning}
    swings = [sum(p in critical[c] for c in winning) for p in players]
    shapley = [
        sum(Fraction(factorial(len(c) - 1) * factorial(n - len(c)), factorial(n)) for c in winning if p in critical[c])
        for p in players
    ]
    points = [sum(Fraction(1, len(critical[c])) for c in winning if p in critical[c]) for p in players]
    holler = [sum(p in c for c in minimal) for p in players]
    return {
        "swings": swings,
        "shapley_shubik": shapley,
        "banzhaf": [Fraction(s, sum(swings)) for s in swings],
        "coleman_prevent": [Fraction(s, len(winning)) for s in swings],
        "coleman_initiate": [Fraction(s, len(every) - len(winning)) for s in swings],
        "deegan_packel": [sum(Fraction(1, len(c)) for c in minimal if p in c) / len(minimal) for p in players],
        "holler_packel": [Fraction(h, sum(holler)) for h in holler],
        "johnston": [p / sum(points) for p in points],
        "minimal": {frozenset(c) for c in minimal},
        "act": Fraction(len(winning), len(every)),
    }


def values(answer):
    return list(answer.values()) if isinstance(answer, dict) else answer


def agree(game, truth):
    for index in set(truth) - {"minimal", "act"}:
        assert values(getattr(game, index)()) == truth[index], index
    assert {frozenset(c) for c in game.minimal_winning_coalitions()} == truth["minimal"]
    assert game.coleman_act() == truth["act"]


@settings(max_examples=150, deadline=None)
@given(weighted())
def test_weighted_games_agree_with_going_through_all_coalitions(game):
    agree(game, brute(game.players, winners(game)))


@settings(max_examples=100, deadline=None)
@given(games)
def test_games_of_several_bodies_agree_with_going_through_all_coalitions(game):
    agree(game, brute(game.players, winners(game)))


@settings(max_examples=60, deadline=None)
@given(games, st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.sampled_from("ABCDEFG")), min_size=1, max_size=4))
def test_quarrels_agree_with_looking_for_a_peaceful_winning_part(game, pairs):
    pairs = [(a, b) for a, b in pairs if a != b and {a, b} <= set(game.players)]
    wins = winners(game)

    def peaceful(coalition):
        return any(wins(c) and not any({a, b} <= c for a, b in pairs) for c in subsets(sorted(coalition)))

    assume(peaceful(game.players))
    after = game.quarrel(pairs)
    truth = brute(game.players, peaceful)
    assert set(after.players) == set(game.players)
    assert after.swings() == dict(zip(game.players, truth["swings"], strict=True))
    assert after.shapley_shubik() == dict(zip(game.players, truth["shapley_shubik"], strict=True))


@settings(max_examples=60, deadline=None)
@given(weighted(largest=12, heaviest=40))
def test_diagram_and_generating_function_are_two_ways_to_the_same_counts(game):
    order = sorted(game._units, reverse=True)
    counts = diagrams.swings(diagrams.weighted(order, game._needed), 0)
    by_weight = dict(zip(order, counts, strict=True))
    assert game.swings() == [by_weight[unit] for unit in game._units]


@settings(max_examples=40, deadline=None)
@given(weighted(), st.integers(10**9, 10**12))
def test_weights_too_heavy_for_an_array_give_the_same_indices(game, scale):
    # One more than a multiple in every weight cannot matter while the excess stays below the unit.
    weights = [int(w) * scale + 1 if w else 0 for w in game.weights]
    heavy = Game(int(game.quota) * scale, weights)
    assert heavy.swings() == game.swings()
    assert heavy.shapley_shubik() == game.shapley_shubik()
    assert heavy.coleman_act() == game.coleman_act()


@settings(max_examples=60, deadline=None)
@given(weighted(largest=14, heaviest=60))
def test_quadrature_has_twelve_digits_and_exact_zeros(game):
    for rough, exact in zip(
        game.shapley_shubik(exact=False), Game(game.quota, game.weights).shapley_shubik(), strict=True
    ):
        assert rough == pytest.approx(float(exact), rel=1e-12, abs=0)


@BUSY
@given(weighted())
def test_shares_sum_to_one_and_all_swings_are_winning_minus_losing_members(game):
    for share in (game.shapley_shubik(), game.banzhaf(), game.deegan_packel(), game.holler_packel(), game.johnston()):
        assert sum(share) == 1
        assert min(share) >= 0


@BUSY
@given(weighted())
def test_banzhaf_kinds_are_one_count_on_three_scales(game):
    raw = game.banzhaf("raw")
    assert game.banzhaf("absolute") == [Fraction(count, 2 ** (len(raw) - 1)) for count in raw]
    assert game.banzhaf("normalised") == [Fraction(count, sum(raw)) for count in raw]


@BUSY
@given(games)
def test_absolute_banzhaf_is_the_harmonic_mean_of_preventing_and_initiating(game):
    for absolute, prevent, initiate in zip(
        *(values(a) for a in (game.banzhaf("absolute"), game.coleman_prevent(), game.coleman_initiate())), strict=True
    ):
        if absolute:
            assert absolute == 2 / (1 / prevent + 1 / initiate)


@settings(max_examples=60, deadline=None)
@given(games)
def test_the_dual_swaps_preventing_with_initiating_and_keeps_the_rest(game):
    dual = game.dual()
    assert dual.swings() == game.swings()
    assert dual.shapley_shubik() == game.shapley_shubik()
    assert dual.coleman_prevent() == game.coleman_initiate()
    assert dual.coleman_act() == 1 - game.coleman_act()
    assert dual.dual().minimal_winning_coalitions() == game.minimal_winning_coalitions()


@settings(max_examples=60, deadline=None)
@given(games, games)
def test_transfer(v, w):
    both, either = v & w, v | w
    for index in ("shapley_shubik", "swings"):
        for player in both.players:
            # A body in which the player has no seat gives him nothing, but doubles every coalition with its absentees.
            parts = []
            for body in (v, w):
                missing = len(both.players) - len(body.players)
                value = getattr(body, index)().get(player, 0)
                parts.append(value << missing if index == "swings" else value)
            assert getattr(both, index)()[player] + getattr(either, index)()[player] == sum(parts)


@BUSY
@given(weighted(), st.randoms())
def test_relabelling_players_relabels_every_index(game, random):
    order = list(range(len(game.weights)))
    random.shuffle(order)
    moved = Game(game.quota, [game.weights[i] for i in order])
    for index in ("shapley_shubik", "swings", "johnston", "holler_packel", "deegan_packel"):
        assert getattr(moved, index)() == [getattr(game, index)()[i] for i in order]


@BUSY
@given(weighted(), st.fractions(Fraction(1, 50), 50))
def test_the_unit_of_the_weights_does_not_matter(game, unit):
    scaled = Game(game.quota * unit, [weight * unit for weight in game.weights])
    assert scaled.swings() == game.swings()
    assert scaled.dual().swings() == game.dual().swings()
    assert scaled.minimal_blocking_coalitions() == game.minimal_blocking_coalitions()


@BUSY
@given(weighted())
def test_heavier_players_have_no_less_power(game):
    for index in (game.shapley_shubik(), game.swings(), game.johnston()):
        for i, j in combinations(range(len(game.weights)), 2):
            if game.weights[i] >= game.weights[j]:
                assert index[i] >= index[j]


@BUSY
@given(games)
def test_who_matters(game):
    swings = game.swings()
    assert set(game.dummies()) == {player for player in game.players if not swings[player]}
    assert set(game.dummies()) | set(game.pivotal()) == set(game.players)
    dictator = game.dictator()
    if dictator is not None:
        assert game.shapley_shubik()[dictator] == 1
    else:
        assert max(game.shapley_shubik().values()) < 1
    common = set(game.players).intersection(*game.minimal_winning_coalitions())
    assert set(game.vetoers()) == common


@BUSY
@given(games, st.sets(st.sampled_from("ABCDEFG")))
def test_winning_blocking_and_stopping_fit_together(game, coalition):
    coalition &= set(game.players)
    rest = set(game.players) - coalition
    assert game.is_blocking(coalition) != game.is_winning(rest)
    assert game.dual().is_winning(coalition) == game.is_blocking(coalition)
    stoppers = game.who_can_stop(coalition)
    assert bool(stoppers) != game.is_winning(coalition)
    for stopper in stoppers:
        assert set(stopper) <= rest
        assert not game.is_winning(set(game.players) - set(stopper))


@BUSY
@given(weighted(), st.randoms())
def test_the_pivot_of_an_order_is_critical_when_he_joins(game, random):
    order = list(game.players)
    random.shuffle(order)
    pivot = game.pivot(order)
    before = order[: order.index(pivot)]
    assert not game.is_winning(before)
    assert pivot in game.critical([*before, pivot])


def test_games_are_values():
    assert Game(3, [2, 2, 1]) == Game("3", [2, Fraction(2), "1"])
    assert isinstance(Game(3, [2, 2, 1]) & Game(2, [1, 1, 1]), VotingGame)
    assert Game.majority([1, 1, 1, 1]).quota == 3
    assert Game.majority(["1/2", "1/2", "1/2"]).quota == 1
    assert HALF + Game.majority({"A": HALF}).quota == 1
