"""The same model in NumPyro and in PyMC, positions summed out exactly, against our sampler on a small world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from simulated import World, simulate

from whipcount.headcount.sampler import sample

SHAPE = World(
    options=3, heard=4, silent=2, source_prior=((6.0, 3.0), (3.0, 3.0)), totals=((4, (0,), 1.5, 0.7),), kappa=4.0
)


@pytest.mark.long
@pytest.mark.parametrize("peer", ["numpyro", "pymc"])
def test_a_peer_expects_the_same_totals(peer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip(peer, reason=f"{peer} is not installed (requirements/peers.lock, `make bench-headcount`)")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "bench"))
    peers = __import__("headcount_peers")
    data = simulate(SHAPE, np.random.default_rng(8))[0].posterior()
    ours = sample(data, 40_000, np.random.default_rng(1)).totals.mean(axis=0)
    draw = peers.numpyro_draws if peer == "numpyro" else peers.pymc_draws
    theirs = draw(data, 500, 1_500, exact=True, chains=2).totals.reshape(-1, SHAPE.options).mean(axis=0)
    # Expected totals given the rest vary by less than one from draw to draw: 500 effective draws give a tenth at most.
    assert np.abs(ours - theirs).max() < 0.1
