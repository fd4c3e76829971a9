"""Predictions put on record at the desk: once, for good, under a name, and held to what happened."""

from __future__ import annotations

import json
import re

import pytest
from desk_client import TestClient

from whipcount.contest import locate
from whipcount.desk import Settings, create_app
from whipcount.score import read_ledger, verify

CONTEST = "nz-labour-2012"
AT = f"/contests/{CONTEST}/predictions"
DAY = "2012-11-19"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    app = create_app(Settings(store=str(tmp_path_factory.mktemp("ledger") / "w.db"), draws=1_000))
    app.state.desk.store.import_folder(locate(CONTEST), "test")
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        made.store = app.state.desk.store
        yield made


def fields(page: str) -> dict[str, str]:
    form = page[page.index('<form method="post"') :].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_predictions_are_shown_before_they_go_on_record_and_go_once(client, tmp_path) -> None:
    page = client.get(f"{AT}?as_of={DAY}").text
    assert "Nothing of this contest is on record yet" in page
    form = fields(client.get(f"{AT}/publish?as_of={DAY}").text)
    assert form["as_of"] == DAY
    sent = client.post(f"{AT}/publish", data=form)
    assert sent.status_code == 303, sent.text
    made = client.get(f"{AT}.json?as_of={DAY}").json()
    kept = client.store.predictions(CONTEST)
    assert [one.entry for one in kept] == made
    again = client.post(f"{AT}/publish", data=form)
    assert again.status_code == 303
    assert len(client.store.predictions(CONTEST)) == len(made), "the same day goes on record once"
    assert "There is nothing to add" in client.get(f"{AT}/publish?as_of={DAY}").text
    assert "All of these are on record" in client.get(f"{AT}?as_of={DAY}").text
    event = client.store.events(limit=1)[0]
    assert (event.action, event.who) == ("predict", "owner")
    assert "predict" in client.get("/journal").text
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(client.get("/ledger.jsonl").content)
    assert verify(path).sound
    assert len(read_ledger(path).predictions) == len(made)


def test_shares_are_added_to_what_is_on_record(client) -> None:
    asked = f"{AT}?as_of=2012-11-18&shares=true"
    made = client.get(asked.replace("predictions?", "predictions.json?")).json()
    assert len(made) >= len(client.get(f"{AT}.json?as_of=2012-11-18").json())
    form = fields(client.get(f"{AT}/publish?as_of=2012-11-18&shares=true&draws=2000&seed=3").text)
    assert (form["shares"], form["draws"], form["seed"]) == ("true", "2000", "3")


def test_what_is_settled_is_told_right_or_wrong_and_can_be_put_on_record(client) -> None:
    page = client.get(f"{AT}?as_of={DAY}").text
    record = page[page.index('id="on-record"') :]
    assert re.search(r'<b class="(right|wrong)">', record)
    assert "a hindcast" in record
    due = client.get("/ledger/add").text
    assert client.post("/ledger/resolve", data=fields(due[due.index("What became") :])).status_code == 303
    ends = [one.entry for one in client.store.predictions() if one.entry["entry"] == "resolution"]
    assert ends
    assert "What became of whipcount" not in client.get("/ledger/add").text
    rows = client.get("/ledger.json").json()
    assert rows["verification"]["sound"]
    assert all(row["brier"] is not None for row in rows["predictions"] if row["verdict"].startswith("came"))


def test_a_contest_that_was_changed_is_shown_again_before_anything_goes_on_record(client) -> None:
    form = fields(client.get(f"{AT}/publish?as_of=2012-11-17").text)
    before = len(client.store.predictions())
    old = client.post(f"{AT}/publish", data=form | {"version": "0"})
    assert old.status_code == 409
    assert "changed in the meantime" in old.text
    assert len(client.store.predictions()) == before


@pytest.mark.parametrize(
    ("change", "field"), [({"as_of": "soon"}, "as_of"), ({"seed": "x"}, "seed"), ({"draws": "1"}, "draws")]
)
def test_wrong_fields_are_told(client, change, field) -> None:
    form = fields(client.get(f"{AT}/publish?as_of=2012-11-17").text)
    got = client.post(f"{AT}/publish", data=form | change, headers={"accept": "application/json"})
    assert got.status_code == 422
    assert list(got.json()["fields"]) == [field]


OTHER = {
    "entry": "prediction", "id": "x/1", "by": "A Columnist", "kind": "commentator", "contest": CONTEST, "says": "he stays",
    "probability": 0.7, "basis": "stated", "made": "2012-11-01", "source": ["a column"],
}  # fmt: skip


def test_others_predictions_go_on_record_all_or_none(client) -> None:
    form = fields(client.get("/ledger/add").text)
    before = len(client.store.predictions())
    for lines, says in [
        ("", "Paste entries"),
        ("no json", "JSON"),
        (json.dumps(OTHER) + "\n" + json.dumps(OTHER), "taken"),
        (json.dumps(OTHER | {"probability": 7}), ""),
    ]:
        got = client.post("/ledger/add", data=form | {"lines": lines})
        assert got.status_code == 422, lines
        assert says in got.text
        assert 'id="w-lines"' in got.text
        assert len(client.store.predictions()) == before
    assert client.post("/ledger/add", data=form | {"lines": json.dumps(OTHER)}).status_code == 303
    assert "A Columnist" in client.get("/ledger").text
    outcomes = {k: v for k, v in OTHER.items() if k != "probability"} | {"id": "x/2", "outcomes": {"A": 0.5, "B": 0.5}}
    end = {
        "entry": "resolution",
        "id": "x/2/r",
        "of": "x/2",
        "verdict": "came true",
        "why": "it did",
        "source": ["a column"],
    }
    got = client.post("/ledger/add", data=form | {"lines": json.dumps(outcomes) + "\n" + json.dumps(end)})
    assert got.status_code == 422, "a ledger that could not be read again is never made"
    assert client.get("/ledger").status_code == 200


def test_a_published_head_must_still_be_held(client) -> None:
    head = client.get("/ledger.json").json()["verification"]["head"]
    assert client.get("/ledger.json", params={"head": head}).json()["verification"]["sound"]
    other = head.partition(":")[0] + ":" + "0" * 64
    assert not client.get("/ledger.json", params={"head": other}).json()["verification"]["sound"]
    wrong = client.get("/ledger", params={"head": "nonsense"})
    assert wrong.status_code == 422
    assert 'name="head"' in wrong.text
