"""The compiled loops and their NumPy twins give the same numbers."""

import builtins

import numpy as np
import pytest

from whipcount.power import Game, fast


@pytest.fixture(scope="module")
def weights():
    rng = np.random.default_rng(11)
    return np.maximum(1, rng.lognormal(1.5, 1, 70).round()).astype(int).tolist()


def results(weights, quota):
    game = Game(quota, weights)
    return game.shapley_shubik(exact=False), game.shapley_shubik()


@pytest.mark.parametrize("share", [0.5, 0.75, 0.1])
def test_both_paths_agree(monkeypatch, weights, share):
    quota = int(sum(weights) * share) + 1
    pytest.importorskip("numba")
    plain_float, plain = results(weights, quota)
    monkeypatch.setattr(fast, "_WORTH_COMPILING", 0)
    quick_float, quick = results(weights, quota)
    assert quick == plain
    assert sum(quick) == 1
    assert quick_float == pytest.approx([float(value) for value in plain], rel=1e-12)
    assert plain_float == pytest.approx([float(value) for value in plain], rel=1e-12)


def test_numba_is_not_needed(monkeypatch, weights):
    real = builtins.__import__

    def without_numba(name, *args, **kwargs):
        if name.startswith("numba"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_numba)
    assert fast._load.__wrapped__() is None


def test_equal_players_past_a_thousand():
    # 1 / (1 - p) to the power of the players is more than a floating-point number holds.
    players = 1501
    assert Game.majority([1] * players).shapley_shubik(exact=False) == pytest.approx([1 / players] * players, rel=1e-12)
