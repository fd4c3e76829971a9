"""The compiled plain ballot does what the general kernel does, draw for draw; blocks and threads change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from whipcount.forecast import BallotDraws, LucePapers, compiled, kernel, run_ballot
from whipcount.forecast.pastcast import ballot_for

pytest.importorskip("numba")


def case(seed: int, sections: int, *, ties: bool = False):
    rng = np.random.default_rng(seed)
    n, c = 3_000, 5
    kinds = rng.integers(0, 4, (n, sections, c)).astype(float) if ties else rng.dirichlet(np.ones(c), (n, sections))
    kinds[:, :, 0] += 0.5 if ties else 0.0
    field = rng.random((n, c)) < 0.8
    field[:, 0] = True
    order = rng.permuted(np.tile(np.arange(c), (n, 1)), axis=1)
    papers = LucePapers(kinds, rng.random((n, sections, c)) + 0.01, np.ones((c, c)), tuple(range(sections)), 0.1)
    return ballot_for([1 / sections] * sections), papers, field, order


def same(one: BallotDraws, other: BallotDraws) -> None:
    for name in ("winner", "left", "rounds"):
        assert (getattr(one, name) == getattr(other, name)).all(), name
    for name in ("first", "last", "final"):
        assert np.allclose(getattr(one, name), getattr(other, name), atol=1e-9), name


@pytest.mark.parametrize("sections", [1, 3])
@pytest.mark.parametrize("ties", [False, True])
def test_compiled_and_general_agree(sections: int, ties: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    given = case(sections, sections, ties=ties)
    fast = run_ballot(*given)
    monkeypatch.setattr(compiled, "fits", lambda *_: False)
    same(fast, run_ballot(*given))


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "fits", lambda *_: False)
    given = case(9, 3)
    whole = run_ballot(*given)
    monkeypatch.setattr(kernel, "BLOCK", 257)
    same(whole, run_ballot(*given))
