"""The report: on every contest, at three dates each; what its JSON carries; what its screen says."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from whipcount.errors import UsageError
from whipcount.report import Report, build, to_json
from whipcount.report.terminal import show
from whipcount.report.words import names, odds, percent

DATES = {
    "nz-labour-2011": ("2011-09-30", "2011-11-30", "2011-12-13"),
    "nz-labour-2012": ("2012-11-18", "2012-11-20", "2013-02-04"),
    "nz-labour-2013": ("2013-08-27", "2013-09-05", "2013-09-15"),
    "nz-labour-2014": ("2014-09-25", "2014-10-15", "2014-11-18"),
    "uk-labour-2010": ("2010-05-13", "2010-07-30", "2010-09-24"),
    "uk-labour-2016": ("2016-06-27", "2016-08-17", "2016-09-23"),
}
CASES = [(contest, day) for contest, days in DATES.items() for day in days]


def screen(report: Report, width: int = 120) -> str:
    out = StringIO()
    show(report, Console(file=out, width=width, force_terminal=False))
    return out.getvalue()


@pytest.mark.parametrize(("contest", "day"), CASES)
def test_every_contest_at_three_dates(contest: str, day: str) -> None:
    report = build(contest, date.fromisoformat(day), draws=2000)
    data = json.loads(json.dumps(to_json(report)))
    assert (data["contest"], data["as_of"], data["seed"]) == (contest, day, 1)
    assert data["rulebook"]
    assert data["headcount"]
    for section in data["headcount"].values():
        for option in section.values():
            assert {"named", "claimed", "mean", "low", "high", "p_majority"} <= set(option)
            assert option["low"] <= option["mean"] <= option["high"] or option["mean"] < 1
    assert data["outlook"]
    assert all(0 <= event["p"] <= 1 for event in data["outlook"].values())
    assert isinstance(data["thresholds"], list)
    text = screen(report)
    assert data["question"] in " ".join(text.split())
    assert all(len(line) <= 120 for line in text.splitlines())


def test_the_screen_of_the_demo() -> None:
    text = screen(build("nz-labour-2012", date(2012, 11, 20)))
    for needed in ("18 of 34", "21 of 34", "22 of 34", "3 News", "named", "claimed", "inferred", "What happened"):
        assert needed in text


def test_a_poll_of_the_public_is_visibly_set_aside() -> None:
    report = build("uk-labour-2016", date(2016, 8, 17), draws=2000)
    text = screen(report)
    assert "Set aside" in text
    assert "BMG Research, 2016-08-16" in text
    assert any("general public" in p["population"] for p in to_json(report)["set_aside"])


def test_what_happened_is_told_only_once_it_has() -> None:
    assert build("nz-labour-2013", date(2013, 9, 14), draws=1000).happened == ()
    assert "elected" in build("nz-labour-2013", date(2013, 9, 15), draws=1000).happened[0]


def test_every_reason_leads_to_rows_with_sources() -> None:
    report = build("nz-labour-2012", date(2012, 11, 20), draws=2000)
    rows = {row.id for row in report.contest.evidence}
    assert report.at_hand.reasons
    for reason in report.at_hand.reasons:
        assert set(reason.ids) <= rows
        assert reason.source
        assert reason.known <= date(2012, 11, 20)


def test_the_market_is_one_reason_of_an_election() -> None:
    report = build("uk-labour-2010", date(2010, 9, 20), draws=2000)
    market = [r for r in report.at_hand.reasons if r.source_kind == "market"]
    assert len(market) == 1
    assert {i[0] for i in market[0].ids} == {"o"}
    assert set(market[0].ids) <= {row.id for row in report.contest.odds}
    assert market[0].effect > 0
    assert "implied by prices" in market[0].what
    assert market[0].source
    told = to_json(report)["evidence"]
    assert market[0].what in {r["what"] for r in told}
    before = build("uk-labour-2010", date(2010, 5, 20), draws=2000).contest
    assert not any(row.known > date(2010, 5, 20) for row in before.odds)


def test_without_a_date_the_day_on_which_it_was_settled() -> None:
    assert build("nz-labour-2013", draws=1000).as_of == date(2013, 9, 15)
    # A contest that only a lost vote would have opened does not keep it open.
    assert build("nz-labour-2012", draws=1000).as_of == date(2013, 2, 4)


def test_dates_that_make_no_sense() -> None:
    with pytest.raises(UsageError, match="future"):
        build("nz-labour-2013", date(2199, 1, 1))
    with pytest.raises(UsageError, match="first evidence"):
        build("nz-labour-2013", date(2001, 1, 1))


def test_words_for_numbers() -> None:
    assert odds(0.61) == "about 3 in 5"
    assert odds(0.999) == "almost certain"
    assert odds(0.0) == "almost no chance"
    assert percent(1.0) == "over 99 %"
    assert percent(0.0) == "under 1 %"
    assert names(("A", "B", "C")) == "A, B and C"


def test_the_csv_has_every_need_chance_and_reason() -> None:
    from click.testing import CliRunner

    from whipcount.cli.report import command

    args = ["nz-labour-2012", "--as-of", "2012-11-20", "--draws", "2000"]
    table = list(csv.DictReader(StringIO(CliRunner().invoke(command, [*args, "--csv"]).stdout)))
    report = build("nz-labour-2012", date(2012, 11, 20), draws=2000)
    reasons = [row for row in table if row["kind"] == "reason"]
    assert [float(row["value"]) for row in reasons] == pytest.approx(
        [r.effect for r in report.at_hand.reasons], abs=1e-5
    )
    assert all(row["source"] and row["ids"] for row in reasons)
    chances = [row for row in table if row["kind"] == "chance" and row["question"]]
    assert len(chances) == sum(len(part.chances) for part in report.parts)
    assert {row["kind"] for row in table} == {"need", "chance", "reason"}
