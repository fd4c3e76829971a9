"""Polled sections: what polls do to shares, and what is set aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from whipcount.contest import Contest, load
from whipcount.forecast.polled import draw_polled, polls
from whipcount.forecast.settings import links
from whipcount.forecast.transfers import appeal

FIELD = ("Jeremy Corbyn", "Owen Smith")
SECTIONS = ("members", "registered-supporters", "affiliated-supporters")


@pytest.fixture(scope="module")
def contest() -> Contest:
    return load("uk-labour-2016").as_of(date(2016, 9, 20))


def shares(contest: Contest, section: str = "members", draws: int = 4000) -> np.ndarray:
    rng = np.random.default_rng(3)
    return draw_polled(contest, SECTIONS, FIELD, date(2016, 9, 24), (), draws, rng).shares(section)


def test_shares_sum_to_one(contest: Contest) -> None:
    assert np.allclose(shares(contest).sum(axis=1), 1)


def test_without_polls_candidates_are_level_and_wide(contest: Contest) -> None:
    p = shares(replace(contest, polls=(), odds=()))[:, 0]
    assert abs(p.mean() - 0.5) < 0.02
    assert np.percentile(p, 90) - np.percentile(p, 10) > 0.4


def test_a_poll_of_the_public_moves_nothing_and_is_set_aside(contest: Contest) -> None:
    electors_only = replace(contest, polls=tuple(p for p in contest.polls if p.link in {"electors", "nominations"}))
    assert (shares(contest) == shares(electors_only)).all()
    made = draw_polled(contest, SECTIONS, FIELD, date(2016, 9, 24), (), 10, np.random.default_rng(0))
    assert {"BMG Research"} <= {p.head.pollster for p in made.set_aside}
    assert all(p.head.link not in {"electors", "nominations"} for p in made.set_aside)


def test_a_higher_share_in_a_poll_never_lowers_the_mean(contest: Contest) -> None:
    def raised(by: float) -> float:
        rows = tuple(
            p.model_copy(update={"share": min(99.0, p.share + by)})
            if p.option == FIELD[0] and p.section == "members"
            else p
            for p in contest.polls
        )
        return float(shares(replace(contest, polls=rows))[:, 0].mean())

    means = [raised(by) for by in (0, 5, 10, 15)]
    assert means == sorted(means)


def test_the_interval_holds_more_than_sampling(contest: Contest) -> None:
    only = replace(
        contest,
        odds=(),
        polls=tuple(p for p in contest.polls if p.poll == "yougov-times-2016-08" and p.section == "members"),
    )
    p = shares(only)[:, 0]
    sampling = np.sqrt(0.57 * 0.43 / 1236)
    assert p.std() > 2 * sampling
    assert abs(p.mean() - 0.57) < 0.03


def test_head_to_head_polls_decide_where_votes_go() -> None:
    contest = load("uk-labour-2010").as_of(date(2010, 9, 24))
    names = ("David Miliband", "Ed Miliband", "Ed Balls", "Andy Burnham", "Diane Abbott")
    first = np.tile([0.38, 0.31, 0.09, 0.10, 0.12], (4000, 1))
    mended = appeal(contest, "members", names, first, np.random.default_rng(1))
    to_david = (mended[:, 0] / (mended[:, 0] + mended[:, 1])).mean()
    assert to_david < 0.45 < 0.38 / 0.69
    assert (mended > 0).all()


def test_each_question_of_a_poll_is_one_poll(contest: Contest) -> None:
    for poll in polls(contest):
        assert len({(r.measure, r.section, r.population) for r in poll.rows}) == 1


def test_settings_say_what_they_rest_on() -> None:
    assert 0.1 < links().poll_common < 0.5
    assert links("uk-con-2005") != links() == links("a contest that is not among them")
