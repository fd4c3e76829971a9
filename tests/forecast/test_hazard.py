"""Whether a contest opens: base rates from what was known, the calendar, and the headcount."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from whipcount.cli.opens import command
from whipcount.contest import load
from whipcount.forecast import outlook
from whipcount.forecast.hazard import after_loss, base_rate, opening, side_of, tenures

AUTUMN = date(2011, 9, 30)
GOFF = load("nz-labour-2011").as_of(AUTUMN)
QUESTION = GOFF.question("goff")
DAYS = st.dates(min_value=date(1966, 1, 1), max_value=date(2026, 1, 1))


def test_spans_follow_each_other_and_elections_lie_within() -> None:
    for one in tenures().tenures:
        days = [d for _, a, b in one.spans for d in (a, b)]
        assert days == sorted(days)
        assert all(b == c for (_, _, b), (_, c, _) in zip(one.spans, one.spans[1:], strict=False))
        assert all(days[0] < d < one.end for d in one.lost)
        assert one.lost or one.ended != "lost"
    by_party: dict[str, list[tuple[date, date]]] = {}
    for one in tenures().tenures:
        by_party.setdefault(one.party, []).append((one.spans[0][1], one.end))
    for times in by_party.values():
        assert all(b <= c for (_, b), (c, _) in zip(sorted(times), sorted(times)[1:], strict=False))


@given(DAYS, st.integers(0, 4000))
def test_what_comes_later_changes_no_rate(day: date, more: int) -> None:
    early, late = (
        base_rate("opposition", day),
        base_rate("opposition", min(day + timedelta(days=more), date(2026, 2, 1))),
    )
    assert early.ends <= late.ends
    assert early.years <= late.years
    assert all(0.02 < r.rate < 0.6 for r in (early, late))
    assert 0.1 < after_loss(day)[0] < 0.9


def test_a_rate_by_hand() -> None:
    # Until the summer of 1970 the file has one leader, for 4.9 years, who did not go: (0 + 2) / (4.9 + 8).
    found = base_rate("opposition", date(1970, 6, 19))
    assert (found.ends, found.leaders) == (0, 1)
    assert found.years == pytest.approx((date(1970, 6, 19) - date(1965, 7, 27)).days / 365.25)
    assert found.rate == pytest.approx(2 / (found.years + 8))


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 700), st.integers(0, 700))
def test_a_weaker_leader_and_a_longer_window_mean_more(q: float, r: float, a: int, b: int) -> None:
    def p(days: int, losing: float) -> float:
        return opening(GOFF, QUESTION, AUTUMN, AUTUMN + timedelta(days=days), losing).p

    assert 0 <= p(min(a, b), min(q, r)) <= p(max(a, b), max(q, r)) + 1e-12 < 1 + 1e-9


def test_an_election_ahead_is_a_reason_and_one_not_yet_called_is_none() -> None:
    made = outlook(GOFF, draws=2000)
    assert made.opens == pytest.approx(made.opening.p if made.opening else None)
    assert made.opening is not None
    assert made.opening.reasons[0].what == "the general election of 2011-11-26"
    assert made.opening.p > 0.25
    early = opening(GOFF, QUESTION, date(2011, 1, 15), date(2011, 12, 31))
    assert all("election" not in r.what for r in early.reasons)


def test_once_a_contest_is_open_there_is_nothing_to_ask() -> None:
    assert outlook(load("uk-labour-2010").as_of(date(2010, 9, 1)), draws=1000).opening is None
    late = outlook(load("nz-labour-2012").as_of(date(2012, 11, 19)), draws=2000)
    assert late.opening is not None
    votes = [r for r in late.opening.reasons if r.vote]
    assert {r.what for r in votes} >= {"the vote 'february' due on 2013-02-04"}
    assert late.leader_after["David Shearer"] >= 1 - late.opening.p


def test_sides() -> None:
    assert side_of("Phil Goff", AUTUMN) == "opposition"
    assert side_of("nobody we know of", AUTUMN) == "opposition"


def test_the_command() -> None:
    ran = CliRunner().invoke(command, ["nz-labour-2011", "--as-of", "2011-09-30", "--draws", "2000", "--json"])
    assert ran.exit_code == 0, ran.output
    out = json.loads(ran.output)
    assert out["leader"] == "Phil Goff"
    assert out["p"] <= sum(r["p"] for r in out["reasons"])
    assert CliRunner().invoke(command, ["uk-labour-2010"]).exit_code != 0
