"""Everything that the command line can say of a contest: the desk says the same, to the last figure, and draws it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import time

import pytest

from whipcount.contest import load

AT = "/contests/nz-labour-2011"
DAY = "2011-09-30"
LATER = "2011-11-30"


def plain(data):
    return json.loads(json.dumps(data, default=str))


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

    from whipcount.forecast import replay

    day = dt.date(2011, 10, 20)
    assert got == json.loads(
        json.dumps(replay(load("nz-labour-2011").as_of(day), draws=1_000, until=day).to_json(), default=str)
    )


GRID = {
    "as_of": LATER, "down": "drop", "down_value": ["-", "David Parker"], "across": "assume",
    "across_value": "-\nMaryan Street backs David Cunliffe", "draws": 1000,
}  # fmt: skip


def test_a_grid_is_the_rooms_own_and_its_address_is_all_of_it(desk) -> None:
    from whipcount.forecast import parse_axis, what_if_grid

    axes = [parse_axis("drop=- | David Parker"), parse_axis("assume=- | Maryan Street backs David Cunliffe")]
    made = what_if_grid(load("nz-labour-2011").as_of(dt.date(2011, 11, 30)), axes, draws=1_000)
    got = settled(desk, f"{AT}/what-if/grid.json", **GRID)
    assert got.json() == plain(made.to_json())
    page = settled(desk, f"{AT}/what-if/grid", **GRID).text
    assert "4 combinations" in page
    permanent = re.search(r'rel="canonical" href="([^"]+)"', page)
    assert permanent
    again = desk.get(permanent[1].replace("&amp;", "&")).text
    assert re.findall(r'<td class="num heat[^>]*>.*?</td>', again) == re.findall(
        r'<td class="num heat[^>]*>.*?</td>', page
    )
    rows = list(csv.DictReader(io.StringIO(settled(desk, f"{AT}/what-if/grid.csv", **GRID).text)))
    assert len(rows) == len(made.table())
    assert settled(desk, f"{AT}/what-if/grid.png", **GRID).content.startswith(b"\x89PNG")
    assert "prefers-color-scheme:dark" in settled(desk, f"{AT}/what-if/grid.svg", **GRID).text


def test_a_grid_of_one_switch_has_its_events_side_by_side(desk) -> None:
    page = settled(desk, f"{AT}/what-if/grid", as_of=LATER, down="drop", down_value="-|David Parker", draws=1000).text
    assert page.count("<tbody>") == 1
    assert "David Cunliffe wins" in page


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"down": "weather", "down_value": "x"}, "down"),
        ({"down_value": "x"}, "down"),
        ({"down": "drop"}, "down_value"),
        ({"down": "drop", "down_value": "Nobody"}, "down_value"),
        ({"down": "drop", "down_value": ["-", "-"]}, "down_value"),
        ({"down": "rules", "down_value": "../../x.yaml"}, "down_value"),
        ({"down": "rules", "down_value": "/etc/passwd"}, "down_value"),
        ({"down": "drop", "down_value": "-", "across": "poll", "across_value": "everybody"}, "across_value"),
        ({"down": "drop", "down_value": "-", "across_value": "x"}, "across"),
        ({"down": "drop", "down_value": "-", "rules": "nothing@2012-01-01"}, "rules"),
        ({"down": "drop", "down_value": "-", "electorate": "caucus"}, "electorate"),
    ],
)
def test_a_grid_that_cannot_be_is_told_beside_its_field(desk, asked, field) -> None:
    got = desk.get(f"{AT}/what-if/grid", params={"as_of": LATER} | asked)
    assert got.status_code == 422
    assert f'id="m-{field}"' in got.text
    assert f'aria-describedby="m-{field}"' in got.text
    data = desk.get(f"{AT}/what-if/grid.json", params={"as_of": LATER} | asked)
    assert field in data.json()["fields"]
    assert desk.get(f"{AT}/what-if/grid.svg", params={"as_of": LATER} | asked).status_code == 422


def test_combinations_that_contradict_themselves_and_too_many_are_told(desk) -> None:
    asked = {"as_of": LATER, "down": "drop", "down_value": "David Parker", "across": "assume"}
    got = desk.get(f"{AT}/what-if/grid", params=asked | {"across_value": "Clare Curran backs David Parker"})
    assert got.status_code == 422
    assert "David Parker would be backed and dropped" in got.text
    many = {
        "down": "add",
        "down_value": [f"A {n}" for n in range(11)],
        "across": "drop",
        "across_value": [f"B {n}" for n in range(10)],
    }
    got = desk.get(f"{AT}/what-if/grid", params={"as_of": LATER} | many)
    assert got.status_code == 422
    assert "110 combinations" in got.text


def test_ready_made_grids_make_sense(desk) -> None:
    from whipcount.desk.gridding import ready_made, taken_grid, typed_grid
    from whipcount.desk.supposing import Typed

    seen = load("nz-labour-2011").as_of(dt.date(2011, 11, 30))
    found = ready_made(seen)
    assert len(found) >= 2
    for words, fields in found:
        said = typed_grid(
            fields["down"], fields["down_value"], fields.get("across"), fields.get("across_value", ()), Typed()
        )
        assert taken_grid(seen, said).wrong == {}, words


NEW = [
    f"{AT}/headcount?as_of={LATER}",
    f"{AT}/what-if/grid?as_of={LATER}",
    f"{AT}/predictions?as_of={LATER}",
    "/ledger",
]


@pytest.mark.parametrize("page", NEW)
def test_a_new_page_is_whole_and_carries_nothing_inline(desk, page) -> None:
    got = settled(desk, page)
    assert got.status_code == 200
    assert not re.search(r"<[^>]*\s(style|on\w+)=|<style|<script(?! src=)|javascript:", got.text)
    assert got.text.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', got.text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<label for="([^"]+)"', got.text)) <= set(ids)
    path, mark, asked = page.partition("?")
    for form in ("json", "csv"):
        assert desk.get(f"{path}.{form}{mark}{asked}").status_code == 200


def test_a_what_if_is_drawn(desk) -> None:
    asked = {"as_of": LATER, "drop": "David Parker"}
    assert "prefers-color-scheme:dark" in desk.get(f"{AT}/what-if.svg", params=asked).text
    assert desk.get(f"{AT}/what-if.svg", params={"as_of": LATER}).status_code == 422
    assert desk.get(f"{AT}/what-if.svg", params={"as_of": LATER, "drop": "Nobody"}).status_code == 422
