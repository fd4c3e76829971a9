"""Everything that the command line can say of a contest: the desk says the same, to the last figure, and draws it."""

from __future__ import annotations

import csv
import io
import json
import re
import time

import pytest

AT = "/contests/nz-labour-2011"
DAY = "2011-09-30"
LATER = "2011-11-30"


def settled(desk, address, **asked):
    """The answer, once it is worked out."""
    for _ in range(600):
        got = desk.get(address, params=asked or None)
        if got.status_code != 202:
            return got
        time.sleep(0.2)
    raise AssertionError(f"{address} is never worked out")


@pytest.mark.parametrize(
    ("page", "field", "says"),
    [
        ("path?as_of=2011-11-30&to=Nobody+At+All", "to", "There is no option"),
        ("path?as_of=2011-11-30&need=5000", "need", "electors"),
        ("camps?as_of=2011-09-30&quota=5000", "quota", "cannot be had"),
        ("camps?as_of=2011-09-30&quota=0", "quota", ""),
        ("camps?as_of=2011-09-30&together=Nobody,Else", "together", "There is no camp"),
        ("camps?as_of=2011-09-30&together=David+Cunliffe", "together", "one camp"),
        ("calls?as_of=2011-11-30&most=0", "most", ""),
        ("headcount?as_of=2011-11-30&draws=10", "draws", ""),
        ("headcount?as_of=2011-11-30&draws=1000000", "draws", ""),
        ("headcount?as_of=2011-11-30&seed=-1", "seed", ""),
        ("headcount?as_of=2011-11-30&section=lords", "section", "There is no section"),
        ("replay?as_of=2011-11-30&draws=0", "draws", ""),
    ],
)
def test_a_wrong_option_is_told_beside_its_field(desk, page, field, says) -> None:
    got = desk.get(f"{AT}/{page}")
    assert got.status_code == 422, got.text[:300]
    assert says in got.text.replace("&#39;", "'")
    assert f'name="{field}"' in got.text
    assert 'aria-invalid="true"' in got.text


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/headcount",
        "/electors",
        "/why",
        "/camps",
        "/calls",
        "/path",
        "/what-if?assume=Maryan+Street+backs+David+Cunliffe",
    ],
)
def test_other_draws_and_seeds_are_asked_for_and_stay_in_the_address(desk, page) -> None:
    mark = "&" if "?" in page else "?"
    got = desk.get(f"{AT}{page}{mark}as_of={DAY}&draws=2000&seed=7")
    assert got.status_code == 200, got.text[:300]
    permanent = re.search(r'rel="canonical" href="([^"]+)"', got.text)
    assert permanent
    assert "draws=2000" in permanent[1]
    assert "seed=7" in permanent[1]
    again = desk.get(permanent[1].replace("&amp;", "&"))
    assert again.status_code == 200
    assert again.text.partition("<main")[0].count("draws=2000") >= 3, "the tabs and the days keep them"


def test_other_draws_are_those_of_the_room(desk) -> None:
    import datetime as dt

    from whipcount.report import build

    made = build("nz-labour-2011", dt.date(2011, 11, 30), draws=2_000, seed=7).at_hand.headcounts[0]
    got = desk.get(f"{AT}/headcount.json", params={"as_of": LATER, "draws": 2000, "seed": 7}).json()
    assert got == json.loads(json.dumps(made.to_json(), default=str))
    usual = desk.get(f"{AT}/headcount.json", params={"as_of": LATER}).json()
    assert usual["seed"] != got["seed"]


def test_a_headcount_has_three_columns_and_its_electors(desk) -> None:
    page = desk.get(f"{AT}/headcount?as_of={LATER}").text
    for column in ("named", "claimed", "inferred"):
        assert f">{column}</th>" in page
    options = list(csv.DictReader(io.StringIO(desk.get(f"{AT}/headcount.csv?as_of={LATER}").text)))
    assert {"option", "named", "claimed", "mean", "p_majority"} <= set(options[0])
    electors = list(csv.DictReader(io.StringIO(desk.get(f"{AT}/headcount.csv?as_of={LATER}&electors=true").text)))
    assert len(electors) == desk.get(f"{AT}/headcount.json?as_of={LATER}").json()["electors"]


def test_camps_answer_what_people_ask_with_reasons(desk) -> None:
    got = desk.get(f"{AT}/camps.json?as_of={DAY}").json()
    kinds = {a["kind"] for a in got["answers"]}
    assert {"lost", "win", "balance", "block"} <= kinds
    page = desk.get(f"{AT}/camps?as_of={DAY}").text
    assert "What people ask" in page
    for one in got["answers"]:
        assert one["question"] in page.replace("&#39;", "'")
    two = desk.get(
        f"{AT}/camps.json", params={"as_of": DAY, "together": "David Cunliffe, Shane Jones", "quota": 20}
    ).json()
    assert [c["camps"] for c in two["coalitions"]] == [["David Cunliffe", "Shane Jones"]]


def test_groups_move_as_one(desk) -> None:
    asked = {"as_of": "2011-11-30", "to": "David Cunliffe"}
    alone, together = (desk.get(f"{AT}/path.json", params=asked | {"groups": g}).json() for g in ("false", "true"))
    assert alone != together


@pytest.mark.parametrize(
    "chart",
    [
        "headcount",
        "why",
        "why?for=David+Cunliffe&most=5",
        "calls?most=5",
        "path?to=David+Cunliffe",
        "camps?as_of=2011-09-30",
        "camps?as_of=2011-09-30&quota=20",
    ],
)
def test_charts_follow_what_their_page_is_asked_and_the_dark(desk, chart) -> None:
    name, _, asked = chart.partition("?")
    asked = asked if "as_of" in asked else f"as_of={LATER}{'&' if asked else ''}{asked}"
    got = desk.get(f"{AT}/charts/{name}.svg?{asked}")
    assert got.status_code == 200, got.text[:300]
    assert "prefers-color-scheme:dark" in got.text
    assert "#000" not in re.sub(r"<style>.*?</style>", "", got.text)
    assert desk.get(f"{AT}/charts/{name}.png?{asked}").content.startswith(b"\x89PNG")


def test_a_chart_is_of_what_was_asked(desk) -> None:
    few, more = (desk.get(f"{AT}/charts/calls.svg?as_of={LATER}&most={n}").text for n in (3, 9))
    assert few.count("<text") < more.count("<text")


def test_a_report_is_taken_away_as_one_page(desk) -> None:
    got = desk.get(f"{AT}/report.html?as_of={LATER}")
    assert got.headers["content-disposition"] == 'attachment; filename="nz-labour-2011-2011-11-30.html"'
    assert "script-src" not in got.headers["content-security-policy"]
    assert "Who has the numbers" in got.text or "<title>" in got.text


def test_a_replay_with_every_days_news(desk) -> None:
    got = settled(desk, f"{AT}/replay.json", as_of="2011-10-20", news="true", draws=1000).json()
    import datetime as dt

    from whipcount.contest import load
    from whipcount.forecast import replay

    day = dt.date(2011, 10, 20)
    assert got == json.loads(
        json.dumps(replay(load("nz-labour-2011").as_of(day), draws=1_000, until=day).to_json(), default=str)
    )
