"""The sampler against what it should sample: exact enumeration, worlds made from the model, and a second implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import World, exact, simulate

from whipcount.headcount.sampler import sample

SHAPE = World(
    options=3, heard=6, grouped=2, silent=6, source_prior=((6.0, 3.0), (3.0, 3.0)), totals=((5, (0,), 1.5, 0.7),)
)


@st.composite
def tiny_worlds(draw: st.DrawFn) -> World:
    heard, grouped, silent = draw(st.integers(1, 3)), draw(st.integers(0, 2)), draw(st.integers(0, 3))
    n = heard + grouped + silent
    said = st.tuples(st.integers(0, heard - 1), st.integers(0, 1), st.booleans(), st.floats(0.05, 0.9))
    total = st.tuples(st.integers(0, n), st.sampled_from([(0,), (1,)]), st.floats(0.7, 3), st.floats(0.1, 0.9))
    return World(
        options=2, heard=heard, grouped=grouped, silent=silent,
        said=tuple(draw(st.lists(said, max_size=4))), totals=tuple(draw(st.lists(total, max_size=2))),
        gamma=draw(st.floats(0.8, 1.6)), kappa=draw(st.floats(1, 8)), shift=draw(st.floats(-1, 1)),
        alpha=draw(st.floats(1, 3)),
    )  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True)
@given(tiny_worlds())
def test_agrees_with_enumeration(world: World) -> None:
    trace = sample(world.posterior(), 20_000, np.random.default_rng(5))
    found = np.stack([(trace.positions == k).mean(axis=0) for k in range(2)], axis=1)
    assert np.abs(found - exact(world)).max() < 0.025


@settings(max_examples=5, deadline=None, derandomize=True)
@given(tiny_worlds())
def test_numpy_alone_agrees_with_enumeration(world: World) -> None:
    trace = sample(world.posterior(), 12_000, np.random.default_rng(5), fast=False)
    found = np.stack([(trace.positions == k).mean(axis=0) for k in range(2)], axis=1)
    assert np.abs(found - exact(world)).max() < 0.035


def ranks(worlds: int, draws: int, seed: int, *, fast: bool = True) -> np.ndarray:
    """(worlds, options) the rank of what is true among independent draws, ties broken by lot."""
    rng = np.random.default_rng(seed)
    out = np.zeros((worlds, SHAPE.options), int)
    for w in range(worlds):
        world, truth = simulate(SHAPE, rng)
        totals = sample(world.posterior(), draws, rng, thin=12, fast=fast).totals
        below, same = (totals < truth).sum(axis=0), (totals == truth).sum(axis=0)
        out[w] = below + rng.integers(0, same + 1)
    return out


def unevenness(ranks_: np.ndarray, draws: int, bins: int) -> float:
    """Chi-squared per degree of freedom of ranks in bins."""
    seen = np.bincount(ranks_ * bins // (draws + 1), minlength=bins)
    expected = len(ranks_) / bins
    return float(((seen - expected) ** 2 / expected).sum() / (bins - 1))


def test_ranks_are_even_over_a_few_worlds() -> None:
    found = ranks(120, 99, 1)
    # The 99.9th percentile of chi-squared with 4 degrees of freedom is 18.5.
    assert all(unevenness(found[:, k], 99, 5) < 18.5 / 4 for k in range(3))


@pytest.mark.long
def test_ranks_are_even_over_a_thousand_worlds() -> None:
    found = ranks(1000, 199, 2)
    # The 99.9th percentile of chi-squared with 19 degrees of freedom is 43.8.
    assert all(unevenness(found[:, k], 199, 20) < 43.8 / 19 for k in range(3))


def test_both_samplers_agree_where_sources_are_learned() -> None:
    world, _ = simulate(SHAPE, np.random.default_rng(8))
    one = sample(world.posterior(), 40_000, np.random.default_rng(1))
    two = sample(world.posterior(), 12_000, np.random.default_rng(1), fast=False)
    assert np.abs(one.totals.mean(axis=0) - two.totals.mean(axis=0)).max() < 0.15
    assert np.abs(one.totals.std(axis=0) - two.totals.std(axis=0)).max() < 0.15
    assert np.abs(one.q.mean(axis=0) - two.q.mean(axis=0)).max() < 0.02


def test_silence_says_nothing_where_the_silent_lean_as_the_others() -> None:
    world = World(options=2, heard=3, silent=2, said=((0, 0, True, 0.8), (1, 0, True, 0.8)), gamma=1.0, kappa=50.0)
    trace = sample(world.posterior(), 40_000, np.random.default_rng(2))
    silent = float((trace.positions[:, 3:] == 0).mean())
    assert silent == pytest.approx(float(trace.overall[:, 0].mean()), abs=0.015)


def test_the_same_seed_gives_the_same_draws() -> None:
    data = simulate(SHAPE, np.random.default_rng(3))[0].posterior()
    for fast in (True, False):
        one, two, other = (sample(data, 200, np.random.default_rng(s), fast=fast) for s in (4, 4, 5))
        assert (one.positions == two.positions).all()
        assert (one.q == two.q).all()
        assert (one.positions != other.positions).any()


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(1, 400))
def test_totals_are_those_of_the_positions(seed: int, draws: int) -> None:
    world, _ = simulate(SHAPE, np.random.default_rng(seed))
    trace = sample(world.posterior(), draws, np.random.default_rng(seed))
    assert trace.positions.shape == (draws, world.electors)
    counted = np.stack([(trace.positions == k).sum(axis=1) for k in range(3)], axis=1)
    assert (counted == trace.totals).all()
    assert (trace.totals.sum(axis=1) == world.electors).all()
