"""The replay: the days it visits, that each is the outlook of that day, and what it says of 2010."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from whipcount.cli.replay import command
from whipcount.contest import load
from whipcount.errors import UsageError
from whipcount.forecast import ElectionOutlook, Replay, moved, moved_by_market, outlook, replay, replay_under, seen
from whipcount.forecast.replay_chart import save

DRAWS = 1_000


@pytest.fixture(scope="module")
def thirds() -> Replay:
    return replay(load("uk-labour-2010"), draws=DRAWS)


def test_the_elder_brother_leads_until_the_last_week_and_the_younger_lives(thirds: Replay) -> None:
    days = [d for d in thirds.days if d.day >= date(2010, 5, 12)]
    last = [d for d in days if d.day >= date(2010, 9, 18)]
    assert {d.leading[0] for d in days if d not in last} == {"David Miliband wins"}
    # In the last week it is too close for so few draws to say who is ahead.
    assert min(d.p["Ed Miliband wins"] for d in last) > 0.25
    assert min(d.p["David Miliband wins"] for d in last) > 0.45
    poll = next(d for d in days if d.day == date(2010, 9, 11))
    assert poll.moved < -0.1
    assert any("YouGov" in word for word in poll.news)


def test_a_day_is_the_outlook_of_that_day(thirds: Replay) -> None:
    day = thirds.days[-1]
    one = outlook(load("uk-labour-2010").as_of(day.day), draws=DRAWS).at_hand
    assert isinstance(one, ElectionOutlook)
    assert {n: one.p_wins[n] for n in one.candidates} == pytest.approx(
        {e.removesuffix(" wins"): p for e, p in day.p.items()}
    )


def test_the_market_has_a_share_in_the_number() -> None:
    made = outlook(load("uk-labour-2010").as_of(date(2010, 9, 22)), draws=DRAWS)
    market = moved_by_market(made, made.at_hand)
    assert market is not None
    assert market.effect > 0
    assert moved_by_market(made, outlook(load("nz-labour-2012").as_of(date(2012, 11, 20)), draws=DRAWS).at_hand) is None


def test_days(thirds: Replay) -> None:
    days = [d.day for d in thirds.days]
    assert days == sorted(set(days))
    assert max(days) == date(2010, 9, 24) < thirds.decided["leader"]
    weekly = replay(load("uk-labour-2016"), every=21, draws=DRAWS)
    gaps = {(b.day - a.day).days for a, b in zip(weekly.days, weekly.days[1:-1], strict=False)}
    assert gaps == {21}
    with pytest.raises(UsageError):
        replay(load("uk-labour-2016"), every=0)


def test_under_other_rules() -> None:
    made = replay_under(load("nz-labour-2013"), "nz-labour@2011-11-01", draws=DRAWS)
    change = next(c for c in made.changes if c.event == "Grant Robertson wins")
    assert change.after > change.before + 0.2
    assert made.as_of == date(2013, 9, 14)


def test_a_date_before_the_evidence_or_to_come_is_refused() -> None:
    with pytest.raises(UsageError, match="first evidence"):
        seen("uk-labour-2010", date(2001, 1, 1))
    with pytest.raises(UsageError, match="future"):
        seen("uk-labour-2010", date(2110, 1, 1))
    assert seen("uk-labour-2010").seen_on == date(2010, 9, 24)


def test_chart(thirds: Replay, tmp_path: Path) -> None:
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    save(thirds, tmp_path / "a.svg")
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "David Miliband" in drawn
    assert "decided" in drawn
    with pytest.raises(UsageError, match="is written as"):
        save(thirds, tmp_path / "a.doc")


def test_the_command() -> None:
    args = ["nz-labour-2013", "--every", "30", "--draws", "1000"]
    out = json.loads(CliRunner().invoke(command, [*args, "--json"]).output)
    assert out["days"]
    assert CliRunner().invoke(command, [*args, "--csv"]).output.startswith("day,question,event,p,at_hand\n")
    assert "%" in CliRunner().invoke(command, args).output


def test_a_long_list_is_left_out_in_a_run_of_its_own() -> None:
    """Reweighting the draws without forty rows rests on a handful of them; it told half of all chances, of either sign."""
    whole = load("uk-labour-2010").as_of(date(2010, 9, 23))
    made = outlook(whole, draws=DRAWS)
    found = next(m for m in moved(made, made.at_hand) if isinstance(m.evidence, tuple) and len(m.evidence) == 40)
    rows = {row.id for row in found.evidence}  # type: ignore[union-attr]
    without = replace(whole, evidence=tuple(r for r in whole.evidence if r.id not in rows))
    top = next(iter(made.at_hand.p_wins))  # type: ignore[union-attr]
    assert not found.rough
    assert found.without_it == outlook(without, draws=4_000).at_hand.p_wins[top]  # type: ignore[union-attr]
