"""Where votes go between rounds: affinities, deals, ballots that are held again, and what an entry does to rivals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.contest import Contest, load
from whipcount.errors import UsageError
from whipcount.forecast import entry_effects
from whipcount.forecast.papers import LucePapers, RepeatedPapers, shakes
from whipcount.forecast.rounds_fit import fit_affinity, fit_both, fit_repeated, shipped_results, steps, surprises
from whipcount.forecast.settings import links, rounds
from whipcount.forecast.transfers import appeals

NAMES = ("David Miliband", "Ed Miliband", "Ed Balls", "Andy Burnham", "Diane Abbott")
FIRST = np.tile([0.38, 0.31, 0.09, 0.10, 0.12], (4000, 1))
EVE = load("uk-labour-2010").as_of(date(2010, 9, 24))
STEPS = steps(shipped_results())


def appeal_of(contest: Contest) -> tuple[np.ndarray, np.ndarray]:
    made = appeals(contest, "members", NAMES, FIRST, np.random.default_rng(1))
    return made.strengths, made.affinity


def plain() -> Contest:
    return replace(EVE, polls=tuple(p for p in EVE.polls if p.measure == "first"))


def test_without_such_polls_all_appeal_alike_to_all() -> None:
    assert (appeal_of(plain())[1] == 1).all()
    assert not (appeal_of(EVE)[1] == 1).all()


def test_a_backing_takes_voters_along() -> None:
    rows = tuple(r.model_copy(update={"backs": "Ed Miliband"}) if r.name == "Ed Balls" else r for r in EVE.candidates)
    affinity = appeal_of(replace(plain(), candidates=rows))[1]
    assert affinity[2, 1] == pytest.approx(np.exp(rounds().deal))
    affinity[2, 1] = 1
    assert (affinity == 1).all()


def second(of: str | None, shares: dict[str, float]) -> Contest:
    like = next(p for p in EVE.polls if p.section == "members" and p.measure == "first" and p.link == "electors")
    rows = [
        like.model_copy(update={"poll": "seconds", "measure": "second", "option": n, "share": s, "contest_of": of})
        for n, s in shares.items()
    ]
    return replace(EVE, polls=(*plain().polls, *rows))


def test_second_choices_of_one_candidates_voters_move_their_affinity_and_nobody_elses() -> None:
    affinity = appeal_of(second("Ed Balls", {"David Miliband": 20, "Ed Miliband": 60, "Andy Burnham": 20}))[1]
    assert affinity[2, 1] > 1.1 > 1 > affinity[2, 0]
    assert np.allclose(np.delete(affinity, 2, axis=0), 1)


@given(st.floats(5, 45), st.floats(5, 45))
def test_more_second_choices_never_mean_fewer_votes(a: float, more: float) -> None:
    def goes(share: float) -> float:
        made = second(None, {"David Miliband": share, "Ed Miliband": 40, "Diane Abbott": 10})
        strengths = appeals(made, "members", NAMES, FIRST[:200], np.random.default_rng(1)).strengths
        return float(np.log(strengths[:, 0] / strengths[:, 1]).mean())

    assert goes(a + more) > goes(a)


@given(st.integers(2, 6), st.integers(0, 2**31), st.floats(0, 0.5), st.floats(-0.5, 0.5))
def test_ballots_held_again_keep_their_voters(c: int, seed: int, step: float, momentum: float) -> None:
    rng = np.random.default_rng(seed)
    kinds, strengths = rng.random((50, 2, c)) + 0.01, rng.random((50, 2, c)) + 0.01
    standing = rng.random((50, c)) < 0.8
    standing[:, :2] = True
    shake = shakes(standing, step, momentum, rng)
    one = RepeatedPapers(kinds, strengths, np.ones((c, c)), (0, 1), 0.0, shake)
    # Before anybody is gone, and with nothing that shakes them, they are as any other papers.
    assert np.allclose(one.first(standing), LucePapers(kinds, strengths, np.ones((c, c)), (0, 1)).first(standing))
    fewer = standing.copy()
    fewer[:, -1] &= c == 2
    votes = one.first(fewer)
    assert np.allclose(votes.sum(axis=2), kinds.sum(axis=2))
    assert (votes[~np.broadcast_to(fewer[:, None], votes.shape)] == 0).all()
    still = replace(one, shake=np.zeros_like(shake))
    assert np.allclose(still.first(fewer), LucePapers(kinds, strengths, np.ones((c, c)), (0, 1)).first(fewer))


def test_what_ships_is_what_past_counts_give() -> None:
    for name, value in fit_both(STEPS).items():
        assert getattr(rounds(), name) == pytest.approx(value, abs=0.002)
    assert abs(rounds().momentum) < 0.5
    assert rounds("uk-con-2019") != rounds() == rounds("a contest of somebody else")
    assert {s.paper for s in STEPS} == {"single", "ranked"}


def test_nothing_seen_gives_back_the_priors() -> None:
    assert fit_repeated([]) == pytest.approx({"slope": 0.7, "step": 0.12, "momentum": 0.0})
    assert fit_affinity([], links().transfer_slope) == pytest.approx({"general": 0.4, "affinity": 0.4})


def test_surprises_sum_to_nothing_and_there_are_none_where_gains_follow_votes() -> None:
    for step in STEPS:
        assert surprises(step, 0.8).sum() == pytest.approx(0, abs=1e-9)
        even = replace(step, after=step.before * 1.2)
        assert np.allclose(surprises(even, 1.0), 0)


def test_a_candidate_who_shares_a_rivals_voters_splits_them() -> None:
    effects = {e.rival: e for e in entry_effects(EVE, "Ed Balls", draws=2000)}
    assert set(effects) == set(NAMES) - {"Ed Balls"}
    assert sum(e.p_without for e in effects.values()) == pytest.approx(1)
    assert sum(e.p_with for e in effects.values()) <= 1
    # Under the alternative vote a minor candidate's voters are not lost to the others.
    assert all(abs(e.effect) < 0.05 for e in effects.values())
    brother = entry_effects(EVE, "Ed Miliband", draws=2000)[0]
    assert brother.rival == "David Miliband"
    assert brother.effect < -0.3
    with pytest.raises(UsageError, match="not in view"):
        entry_effects(EVE, "Somebody Else", draws=1000)
