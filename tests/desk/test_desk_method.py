"""The pages that hold the method to the past: record, backtest, scoreboard, with everything that their commands take."""

from __future__ import annotations

import csv
import io
import json
import re
import time

import pytest
from desk_client import TestClient

from whipcount.contest import locate
from whipcount.desk import Settings, create_app


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A desk of two contests, and past contests of which there are three."""
    app = create_app(Settings(store=str(tmp_path_factory.mktemp("method") / "w.db"), draws=1_000))
    for name in ("nz-labour-2011", "nz-labour-2014"):
        app.state.desk.store.import_folder(locate(name), "test")
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        made.desk = app.state.desk
        yield made


def settled(client, address, **asked):
    for _ in range(900):
        got = client.get(address, params=asked or None)
        if got.status_code != 202:
            return got
        time.sleep(0.2)
    raise AssertionError(f"{address} is never worked out")


@pytest.fixture
def few(monkeypatch):
    """Three past contests in place of all, which would take a minute."""
    from whipcount.forecast import past

    whole = past.read_shelf(past.shipped())
    from dataclasses import replace

    monkeypatch.setattr(past, "read_shelf", lambda _: replace(whole, contests=whole.contests[:3]))


def test_a_backtest_on_the_days_that_are_chosen(client, few) -> None:
    got = settled(client, "/backtest.json", at=["30,7", "60"], draws=1000)
    assert set(got.json()["looks"]) == {"60", "30", "7"}
    page = client.get("/backtest", params={"at": ["30,7", "60"], "draws": 1000}).text
    assert re.search(r'value="30" checked', page)
    assert "at=60%2C30%2C7" in page
    rows = list(csv.DictReader(io.StringIO(client.get("/backtest.csv", params={"at": "60,30,7", "draws": 1000}).text)))
    assert {r["days"] for r in rows} == {"60", "30", "7", "1"}


@pytest.mark.parametrize("at", ["soon", "0", "99999", "-3", "1,2,3,4,5,6,7,8,9,10"])
def test_days_that_are_none_are_told_beside_their_field(client, at) -> None:
    got = client.get("/backtest", params={"at": at})
    assert got.status_code == 422
    assert 'name="at"' in got.text
    assert 'aria-invalid="true"' in got.text


def test_the_record_with_each_vote_left_out_says_how_far_it_is(client, monkeypatch) -> None:
    import threading

    import whipcount.headcount as room

    started, go_on = threading.Event(), threading.Event()
    made = room.record(draws=1_000)

    class Left:
        record = made

        def table(self):
            return [{"case": r["case"], "gamma": 0.5} | r for r in made.by_case()]

        def to_json(self):
            return {"best": {"gamma": 0.5}, "cases": self.table()}

    def slow(*, seed, draws, told):
        told(1, 2)
        started.set()
        assert go_on.wait(60)
        return Left()

    monkeypatch.setattr(room, "left_out", slow)
    assert client.get("/record?leave_one_out=true").status_code == 202
    assert started.wait(60)
    assert "1 of 2 choices are done" in client.get("/record?leave_one_out=true").text
    go_on.set()
    got = settled(client, "/record", leave_one_out="true")
    assert "Chosen on all votes: gamma 0.5" in got.text
    assert "best" in client.get("/record.json?leave_one_out=true").json()


def test_the_record_is_drawn(client) -> None:
    got = settled(client, "/record/chart.svg", draws=1000)
    assert got.status_code == 200
    assert "prefers-color-scheme:dark" in got.text
    votes = list(csv.DictReader(io.StringIO(client.get("/record.csv?draws=1000&options=false").text)))
    each = list(csv.DictReader(io.StringIO(client.get("/record.csv?draws=1000").text)))
    assert len(votes) < len(each)


def test_a_scoreboard_of_some_contests_on_some_days(client) -> None:
    asked = {"contest": "nz-labour-2011", "days": "30,7", "last": "true", "overround": "shin", "draws": 1000}
    got = settled(client, "/scoreboard.json", **asked).json()
    from whipcount.contest import load
    from whipcount.score import of_contests

    made = of_contests([load("nz-labour-2011")], days=(30, 7), method="shin", last=True, draws=1_000)
    assert got["rows"] == json.loads(json.dumps(made.to_json()["rows"]))
    detail = settled(client, "/scoreboard.csv", **asked, detail="true").text
    assert len(list(csv.DictReader(io.StringIO(detail)))) == len(made.scored)
    chart = client.get("/scoreboard/chart.svg", params=asked)
    assert chart.status_code == 200
    assert "prefers-color-scheme:dark" in chart.text
    assert "#ffffff" not in re.sub(r"<style>.*?</style>", "", chart.text)


def test_what_it_would_have_made_at_the_prices(client) -> None:
    got = settled(client, "/scoreboard.json", contest="nz-labour-2014", days="none", bets="true", draws=1000).json()
    assert set(got["bets"]) == {"flat", "half_kelly"}
    assert not [r for r in got["rows"] if r["kind"] == "whipcount"]
    assert "At the prices" in client.get("/scoreboard?contest=nz-labour-2014&days=none&bets=true&draws=1000").text


@pytest.mark.parametrize(
    ("field", "value"), [("contest", "nothing"), ("days", "soon"), ("overround", "odd"), ("draws", "3")]
)
def test_a_wrong_board_is_told_beside_its_field(client, field, value) -> None:
    got = client.get("/scoreboard", params={field: value})
    assert got.status_code == 422
    assert f'name="{field}"' in got.text
