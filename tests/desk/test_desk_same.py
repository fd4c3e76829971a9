"""What a page gives as data is what the room behind it says, to the last figure."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path

import pytest

import whipcount
from whipcount.contest import load
from whipcount.count import count
from whipcount.forecast import replay, what_if
from whipcount.forecast.as_written import written
from whipcount.headcount import calls, path
from whipcount.power import power_over_draws
from whipcount.report import build, to_json
from whipcount.rules import difference, explain, find, needs

DAY = dt.date(2011, 11, 30)
ONE = "/contests/nz-labour-2011"
DRAWS = 1_000


def plain(data):
    return json.loads(json.dumps(data, default=str))


@pytest.fixture(scope="module")
def report():
    return build("nz-labour-2011", DAY, draws=DRAWS)


def test_a_contest_is_the_report(desk, report) -> None:
    assert desk.get(f"{ONE}.json?as_of={DAY}").json() == plain(to_json(report))


def test_electors_are_the_headcount(desk, report) -> None:
    count_ = report.at_hand.headcounts[0]
    assert desk.get(f"{ONE}/electors.json?as_of={DAY}").json() == plain(count_.to_json())


def test_an_elector_is_a_line_of_the_headcount(desk, report) -> None:
    got = desk.get(f"{ONE}/electors/phil-goff.json?as_of={DAY}").json()
    mine = next(r for r in plain(report.at_hand.headcounts[0].to_json())["roll"] if r["id"] == "phil-goff")
    assert {k: got["stands"][0][k] for k in mine} == mine
    rows = [r.id for r in report.contest.evidence if r.elector == "phil-goff"]
    assert sorted(e["id"] for e in got["known"] if e["id"]) == sorted(rows)


def test_calls_and_paths_are_those_of_the_headcount(desk, report) -> None:
    count_ = report.at_hand.headcounts[0]
    got = desk.get(f"{ONE}/calls.json?as_of={DAY}&most=5").json()
    option = got["outcome"].partition(":")[0]
    happens = count_.for_option(option) >= count_.majority
    assert got == plain(calls(count_, happens, name=got["outcome"], most=5).to_json())
    carried = desk.get(f"{ONE}/path.json", params={"as_of": str(DAY), "to": option}).json()
    assert carried == plain(path(count_, option).to_json())


def test_camps_are_the_power_of_the_draws(desk) -> None:
    got = desk.get(f"{ONE}/camps.json?as_of=2011-09-30").json()
    made = build("nz-labour-2011", dt.date(2011, 9, 30), draws=DRAWS)
    count_ = next(p for p in made.parts if p.result.question.id == got["question"]).headcounts[0]
    names = [row["camp"] for row in got["camps"]]
    sizes = count_.draws.totals[:, [count_.options.index(n) for n in names if n in count_.options]]
    sides = [n for n in names if n in count_.options]
    groups = {" + ".join(c["camps"]): c["camps"] for c in got["coalitions"]}
    expected = power_over_draws(sizes, count_.majority, camps=sides, coalitions=groups, electors=len(count_.roll))
    assert {k: got[k] for k in ("camps", "coalitions")} == {
        k: plain(json.loads(expected.to_json()))[k] for k in ("camps", "coalitions")
    }


def test_a_what_if_is_the_rooms_own_and_its_address_is_all_of_it(desk) -> None:
    seen = load("nz-labour-2011").as_of(DAY)
    name = next(n for n in seen.standing(seen.identity.questions[-1].id))
    made = what_if(seen, written({"drop": [name]}), seed=1, draws=DRAWS)
    got = desk.get(f"{ONE}/what-if.json", params={"as_of": str(DAY), "drop": name})
    assert got.json() == plain(made.to_json())
    page = desk.get(f"{ONE}/what-if", params={"as_of": str(DAY), "drop": name}).text
    assert 'name="drop" value="' + name + '" checked' in page
    assert "Before and after" in page


def test_a_replay_is_the_rooms_own_and_looks_at_nothing_later(desk) -> None:
    for _ in range(100):
        got = desk.get(f"{ONE}/replay.json?as_of={DAY}&every=40")
        if got.status_code != 202:
            break
        assert got.headers["retry-after"] == "3"
        time.sleep(0.3)
    expected = replay(load("nz-labour-2011").as_of(DAY), every=40, until=DAY)
    assert got.json() == plain(expected.to_json())
    assert all(dt.date.fromisoformat(d["day"]) <= DAY for d in got.json()["days"])


def test_rulebooks_are_explained_as_the_room_does(desk) -> None:
    found = find("nz-labour@2012-12-01")
    got = desk.get("/rulebooks/nz-labour@2012-12-01.json?electors=34").json()
    assert got["paragraphs"] == plain([p.to_json() for p in explain(found.version)])
    assert got["needs"] == plain(needs(found.version, 34).to_json())
    old = find("nz-labour@2012-11-01")
    both = desk.get("/rulebooks/compare.json?a=nz-labour@2012-11-01&b=nz-labour@2012-12-01").json()
    assert both["changes"] == plain(difference(old.version, found.version).to_json()["changes"])


def test_a_count_gives_the_record_to_the_byte(desk, send) -> None:
    ballots = Path(whipcount.__file__).parent / "library" / "ballots" / "uk-labour-2010-mps.soi"
    got = send("/count", files={"ballots": (ballots.name, ballots.read_bytes())}, data={"rules": "av"})
    assert got.status_code == 303, got.text
    where = got.headers["location"]
    from whipcount.ballots import read_ballots

    found = find("av")
    made = count(read_ballots(ballots), found.version.ballots[0], rulebook=found.ref)
    record = desk.get(f"{where}.json")
    assert record.json()["rounds"] == json.loads(made.to_json())["rounds"]
    assert desk.get(f"{where}.csv").text == made.to_csv()
    page = desk.get(where).text
    assert page.count("<li>D.Abbott is last (7)") == 1
    assert page.count('scope="col" class="num">round') == 4
    assert desk.get(f"{where}/flow.png").content.startswith(b"\x89PNG")
