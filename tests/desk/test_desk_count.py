"""Counts on the desk: all that `whipcount count` can do, kept, told beside the field, and not in the way of other work."""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk_client import TestClient

import whipcount
from whipcount.ballots import FORMATS
from whipcount.cli.count import command as count_command
from whipcount.cli.verify import command as verify_command
from whipcount.desk import Settings, create_app, pages
from whipcount.desk import ballots as asking
from whipcount.desk.counted import KINDS
from whipcount.desk.doors.passwords import hashed
from whipcount.desk.writing.chores import HANDLERS
from whipcount.store import open_store

LIBRARY = Path(whipcount.__file__).parent / "library" / "ballots"
MPS = LIBRARY / "uk-labour-2010-mps.soi"
TIED = b'4 1\n2 1 0\n1 1 0\n2 2 0\n1 3 0\n0\n"Ann"\n"Bo"\n"Cy"\n"Di"\n"t"\n'
"""Three papers for Ann, two for Bo, one for Cy, none for Di; in BLT."""
EVEN = b'2 1\n3 1 0\n3 2 0\n0\n"Ann"\n"Bo"\n"tied"\n'
SECRET = "kJ3vR8-qLx0pW5zTn2bYd7Hs4gMf9CuA1eGi6oNr"
WORDS = "plum harbour seven lantern"


@pytest.fixture
def app(tmp_path):
    return create_app(Settings(store=str(tmp_path / "w.db"), draws=200))


@pytest.fixture
def client(app):
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        made.store = app.state.desk.store
        yield made


def token(page) -> str:
    return re.search(r'name="_token" value="([0-9a-f]{64})"', page.text).group(1)


def ask(client, files=(), **typed):
    """Send the form: files are (field, name, content)."""
    form = {"_token": token(client.get("/count"))} | typed
    return client.post("/count", data=form, files=[(field, (name, content)) for field, name, content in files])


def counted(client, files=(), **typed):
    answer = ask(client, files, **typed)
    assert answer.status_code == 303, re.findall(r'class="message[^>]*>([^<]*)', answer.text)
    return answer.headers["location"]


def until(done, seconds=90):
    for _ in range(int(seconds / 0.05)):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_the_formats_of_the_form_are_those_that_can_be_read():
    assert sorted(KINDS) == sorted(FORMATS)


# -- what the command can do --------------------------------------------------------------------------------------------

SECTIONS = "uk-labour@2010-09-25"
TALLIES = LIBRARY / "uk-labour-2010-tallies.yaml"
SPOILT = b"A>B\nB>A\nA>>\x01,,=\nA\n"
CASES = {
    "pairwise and margin": ([("ballots", MPS.name, MPS.read_bytes())], {"rules": "av", "pairwise": "on", "margin": "on"}),
    "published votes": (
        [("ballots", MPS.name, MPS.read_bytes()), ("tallies", TALLIES.name, TALLIES.read_bytes())],
        {"rules": SECTIONS, "section": "mps"},
    ),
    "a seed": ([("ballots", "t.blt", EVEN)], {"rules": "av", "seed": "five dice: 3 1 4 1 5"}),
    "every outcome": ([("ballots", "t.blt", EVEN)], {"rules": "av", "tie": "all"}),
    "a lot": (
        [("ballots", "t.blt", EVEN), ("lots", "l.yaml", b"- {round: 1, order: [Bo, Ann], note: drawn}\n")], {"rules": "av"},
    ),
    "an order": ([("ballots", "t.blt", EVEN), ("order", "o.txt", b"Bo\nAnn\n")], {"rules": "av"}),
    "a withdrawal": ([("ballots", "t.blt", TIED)], {"rules": "av", "withdraw": "0:Ann", "tie": ["latest difference", "all"]}),
    "electors and papers": (
        [("ballots", "t.blt", TIED)], {"rules": "av", "entitled": "voters=20", "cast": "voters=9", "tie": "all"},
    ),
    "fresh votes": (
        [("ballots", "1.blt", TIED), ("ballots", "2.blt", TIED)], {"rules": "exhaustive", "tie": "all", "withdraw": "1:Ann"},
    ),
    "sections": (
        [("ballots", "c.blt", TIED), ("ballots", "m.blt", TIED)],
        {"rules": "au-labor@2013-10-13", "holds": "caucus, members", "tie": "all", "entitled": "caucus=20, members=50"},
    ),
    "a ballot": (
        [("ballots", "c.blt", TIED)], {"rules": "uk-conservatives@2022-07-13", "ballot": "mps", "tie": "all", "entitled": "mps=9"},
    ),
}  # fmt: skip
REPEATED = {"tie", "withdraw", "entitled", "cast"}
FILES = {"tallies", "lots", "order"}


def commanded(folder, files, typed):
    """The same on the command line: the record, and the ballot files."""
    given, ballots = [], []
    holds = [part.strip() for part in typed.get("holds", "").split(",")]
    for field, name, content in files:
        (folder / name).write_bytes(content)
        if field == "ballots":
            hold = holds[len(ballots)] if len(holds) > 1 else ""
            ballots.append(f"{hold}={folder / name}" if hold else str(folder / name))
        else:
            given += [f"--{field}", str(folder / name)]
    for name, value in typed.items():
        if value == "on":
            given.append(f"--{name}")
        elif name != "holds":
            several = value if isinstance(value, list) else value.split(",") if name in REPEATED else [value]
            given += [part for one in several for part in (f"--{name}", one.strip())]
    made = CliRunner().invoke(count_command, [*ballots, *given, "--json"])
    assert made.exit_code == 0, made.output
    return made.stdout, ballots


@pytest.mark.parametrize("name", CASES)
def test_the_record_is_the_commands_to_the_byte_and_verify_accepts_it(client, tmp_path, name):
    files, typed = CASES[name]
    where = counted(client, files, **typed)
    record = client.get(f"{where}.json")
    said, ballots = commanded(tmp_path, files, typed)
    assert record.text == said
    (tmp_path / "record.json").write_bytes(record.content)
    given = [part for one in ballots for part in ("--ballots", one)]
    checked = CliRunner().invoke(verify_command, [str(tmp_path / "record.json"), *given])
    assert checked.exit_code == 0, checked.output
    page = client.get(where)
    assert page.status_code == 200
    assert record.json()["rulebook"] in page.text
    assert client.get(f"{where}.csv").text.startswith("ballot,round,section,candidate")
    assert client.get(f"{where}/page.html").headers["content-disposition"].startswith("attachment")


def test_pairs_and_the_margin_are_shown(client):
    files, typed = CASES["pairwise and margin"]
    page = client.get(counted(client, files, **typed)).text
    assert "D.Milbnd beats everybody else." in page
    assert "No change of fewer than 9 papers" in page
    assert page.count('<th scope="col" class="num">') == 4 + 5


def test_what_cannot_be_read_is_set_aside_with_its_reasons(client):
    bad = b'3 1\n2 1 2 0\n1 9 0\n1 2 0\n0\n"A"\n"B"\n"C"\n"t"\n'
    refused = ask(client, [("ballots", "b.blt", bad)], rules="av")
    assert refused.status_code == 422
    assert "b.blt:3" in refused.text
    where = counted(client, [("ballots", "b.blt", bad)], rules="av", skip_bad="on")
    page = client.get(where)
    aside = re.search(rf'href="({where}/files/rejected/1)"', page.text)[1]
    got = client.get(aside)
    assert got.text.splitlines()[0] == "line,times,reason,text"
    assert len(got.text.splitlines()) == 2
    assert got.headers["content-disposition"].startswith("attachment")
    assert client.get(f"{where}.json").json()["rejected"] == 1
    assert client.get(f"{where}/files/ballots/1").content == bad
    for wrong in ("ballots/2", "ballots/0", "tallies/1", "nothing/1"):
        assert client.get(f"{where}/files/{wrong}").status_code == 404


def test_the_same_papers_and_rules_lead_to_one_address(client):
    first = counted(client, [("ballots", "t.blt", TIED)], rules="av", tie="all")
    assert counted(client, [("ballots", "t.blt", TIED)], rules="av", tie="all") == first
    assert counted(client, [("ballots", "t.blt", TIED)], rules="av", seed="x") != first
    assert len(client.store.jobs()) == 2
    assert client.store.check().sound


# -- what is wrong ------------------------------------------------------------------------------------------------------

WRONG = [
    ({}, {"rules": "av", "cast": "many"}, "cast"),
    ({}, {"rules": "av", "tie": "lot"}, "lots"),
    ({}, {"rules": "av", "tie": "order"}, "order"),
    ({}, {"rules": "av", "tie": "seeded lot"}, "seed"),
    ({}, {"rules": "av", "holds": "caucus, members"}, "holds"),
    ({}, {"rules": "av", "format": "nothing"}, "format"),
    ({}, {"rules": "av"}, "tie"),
    ({}, {"rules": "uk-conservatives@2022-07-13", "pairwise": "on", "tie": "all", "entitled": "mps=9"}, "pairwise"),
    ({"lots": b"- ["}, {"rules": "av"}, "lots"),
    ({"lots": b"x" * 1_000_001}, {"rules": "av"}, "lots"),
    ({"order": b"Ann\nAnn\n"}, {"rules": "av"}, "order"),
    ({"order": b""}, {"rules": "av"}, "order"),
    ({"tallies": b"\xff\xfe\x00"}, {"rules": "av"}, "tallies"),
    ({}, {"rules": SECTIONS, "seed": "x"}, "section"),
]


@pytest.mark.parametrize(("more", "typed", "field"), WRONG)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_need_be_uploaded_again(client, more, typed, field):
    content = EVEN if field == "tie" else TIED
    files = [("ballots", "<i>t</i>.blt", content), *((role, f"{role}.x", data) for role, data in more.items())]
    refused = ask(client, files, **typed)
    assert refused.status_code == 422
    assert f'id="w-{field}"' in refused.text
    assert re.search(rf'aria-describedby="[^"]*\bw-{field}\b', refused.text)
    assert "<details open>" in refused.text or field == "pairwise"
    assert "--" not in re.search(rf'id="w-{field}">([^<]*)', refused.text)[1]
    assert "/tmp" not in refused.text
    assert "i_.blt" in refused.text
    assert "<i>t" not in refused.text
    for name, value in typed.items():
        assert f'value="{value}"' in refused.text or f"selected>{value}<" in refused.text or name == "format", name
    key = re.search(r'name="from" value="([0-9a-f]+)"', refused.text)[1]
    assert client.get(f"/count/{key}").status_code == 422
    assert field in client.get(f"/count/{key}.json").json()["fields"]
    mended = counted(client, rules="av", tie="all", drop=list(more), **{"from": key})
    assert client.get(mended).status_code == 200
    assert client.get(f"/count/{key}").status_code == 404
    assert [one.key for one in client.store.counts()] == [mended.rpartition("/")[2]]
    assert client.store.check().sound


def test_a_kept_file_is_replaced_by_one_that_is_sent(client):
    refused = ask(client, [("ballots", "a.blt", EVEN)], rules="av")
    key = re.search(r'name="from" value="([0-9a-f]+)"', refused.text)[1]
    where = counted(client, [("ballots", "b.blt", TIED)], rules="av", tie="all", **{"from": key})
    assert [f.name for f in client.store.count(where.rpartition("/")[2]).files] == ["b.blt"]
    again = client.get(f"/count?from={where.rpartition('/')[2]}")
    assert "<b>b.blt</b>" in again.text
    assert "selected>all<" in again.text


def test_a_file_that_takes_too_long_is_stopped(client, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.01)
    long = TIED.replace(b"2 1 0\n", b"2 1 0\n" * 400_000)
    refused = ask(client, [("ballots", "t.blt", long)], rules="av")
    assert refused.status_code == 422
    assert "within 0.01 seconds" in refused.text
    monkeypatch.setattr(asking, "SECONDS", 120.0)
    counted(client, [("ballots", "t.blt", TIED)], rules="av", tie="all")


# -- over time ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def slow(monkeypatch):
    """Counts that go on until nobody wants them, or `slow` is set."""
    over, real = threading.Event(), asking.COUNTER.do

    def do(task, given, seconds, *, wanted, heard):
        heard(1, 3, "reading t.blt")
        while not over.wait(0.05):
            if not wanted():
                return "unwanted", None
        return real(task, given, seconds, wanted=wanted, heard=heard)

    monkeypatch.setattr(asking.COUNTER, "do", do)
    monkeypatch.setattr(pages.count, "PATIENCE", 0.2)
    yield over
    over.set()


def test_a_long_count_shows_how_far_it_is_and_is_cancelled(client, slow):
    where = counted(client, [("ballots", "t.blt", TIED)], rules="av", tie="all")
    page = client.get(where)
    assert page.status_code == 202
    assert "Being counted" in page.text
    assert 'http-equiv="refresh"' in page.text
    assert client.get(f"{where}.json").status_code == 202
    until(lambda: "reading t.blt" in client.get(f"{where}/progress").text)
    other = counted(client, [("ballots", "u.blt", TIED)], rules="av", tie="all")
    assert "waits for 1 other." in client.get(other).text
    assert client.post(f"{where}/cancel", data={"_token": token(page)}).headers["location"] == where
    until(lambda: client.store.count(other.rpartition("/")[2]).state == "running")
    cancelled = client.get(where)
    assert "This count was cancelled" in cancelled.text
    assert client.get(f"{where}/progress").headers["hx-refresh"] == "true"
    assert client.get(f"{where}.json").status_code == 422
    slow.set()
    until(lambda: client.get(f"{other}.json").status_code == 200)
    key = re.search(r'name="from" value="([0-9a-f]+)"', cancelled.text)[1]
    again = counted(client, rules="av", tie="all", **{"from": key})
    assert again == where
    until(lambda: client.get(f"{where}.json").status_code == 200)


def test_a_count_that_was_under_way_is_taken_up_after_a_restart(tmp_path, slow):
    settings = Settings(store=str(tmp_path / "w.db"), draws=200, port=4322)
    with TestClient(create_app(settings), follow_redirects=False) as first:
        where = counted(first, [("ballots", "t.blt", TIED)], rules="av", tie="all")
        until(lambda: "reading" in first.get(f"{where}/progress").text)
    with open_store(settings.store) as store:
        assert store.count(where.rpartition("/")[2]).state == "queued"
    slow.set()
    with TestClient(create_app(settings), follow_redirects=False) as second:
        until(lambda: second.get(f"{where}.json").status_code == 200)
        assert second.get(where).status_code == 200
        assert second.app.state.desk.store.jobs("done")[0].attempts == 2
    with TestClient(create_app(settings), follow_redirects=False) as third:
        assert third.get(f"{where}.json").status_code == 200


def test_a_count_does_not_wait_behind_long_work(client, monkeypatch):
    begun, over = threading.Event(), threading.Event()

    def long(desk, arguments, who, step):
        begun.set()
        over.wait(60)

    monkeypatch.setitem(HANDLERS, "backtest", long)
    client.store.add_job("backtest", {}, "test")
    try:
        assert begun.wait(30)
        where = counted(client, [("ballots", "t.blt", TIED)], rules="av", tie="all")
        assert client.get(f"{where}.json").status_code == 200
        assert [j.kind for j in client.store.jobs("running")] == ["backtest"]
    finally:
        over.set()


# -- whose --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    settings = Settings(store=str(tmp_path_factory.mktemp("counts") / "w.db"), public=True, secret=SECRET, draws=200)
    app = create_app(settings)
    for name, role in (("Rhona", "reader"), ("Rory", "reader"), ("Edda", "editor"), ("Olga", "owner")):
        app.state.doors.store.add_user(name, role, hashed(WORDS))
    with TestClient(
        app, base_url="https://desk.invalid", raise_server_exceptions=False, follow_redirects=False
    ) as made:
        made.store = app.state.desk.store
        yield made


def as_(client, name):
    client.cookies.clear()
    client.app.state.doors.logins = type(client.app.state.doors.logins)(client.app.state.doors.logins.rate)
    form = {"_token": token(client.get("/login")), "name": name, "password": WORDS, "next": "/count"}
    assert client.post("/login", data=form).headers["location"] == "/count"
    return client


def names(client, path="/count.json"):
    return [(one["files"], one["by"]) for one in client.get(path).json()]


def test_readers_see_their_counts_and_editors_all(public):
    hers = counted(as_(public, "Rhona"), [("ballots", "hers.blt", TIED)], rules="av", tie="all")
    assert names(public) == [(["hers.blt"], ["Rhona"])]
    his = counted(as_(public, "Rory"), [("ballots", "his.blt", TIED)], rules="av", tie="all")
    assert names(public) == [(["his.blt"], ["Rory"])]
    assert "hers.blt" not in public.get("/count").text
    assert public.get(hers).status_code == 200
    for refused in (f"{hers}/files/ballots/1",):
        assert public.get(refused).status_code == 403
    form = {"_token": token(public.get("/count"))}
    for action in ("cancel", "remove"):
        assert public.post(f"{hers}/{action}", data=form).status_code == 403
    assert "hers.blt" not in public.get(f"/count?from={hers.rpartition('/')[2]}").text
    stolen = ask(public, rules="av", tie="all", **{"from": hers.rpartition("/")[2]})
    assert 'id="w-ballots"' in stolen.text
    as_(public, "Edda")
    assert {one[0][0] for one in names(public)} == {"hers.blt", "his.blt"}
    assert names(public, "/count.json?whose=mine") == []
    assert public.get("/count.csv").text.startswith("key,rulebook,files,by,asked")
    assert public.get(f"{hers}/files/ballots/1").content == TIED
    assert public.post(f"{hers}/remove", data={"_token": token(public.get("/count"))}).status_code == 403
    counted(public, rules="av", tie="all", **{"from": his.rpartition("/")[2]})
    assert public.store.count(his.rpartition("/")[2]).askers == ("Rory", "Edda")
    as_(public, "Rory")
    assert public.post(f"{his}/remove", data={"_token": token(public.get("/count"))}).headers["location"] == "/count"
    assert names(public) == []
    assert public.get(his).status_code == 200
    as_(public, "Olga")
    for one in (hers, his):
        public.post(f"{one}/remove", data={"_token": token(public.get("/count"))})
        assert public.get(one).status_code == 404
        assert public.get(f"{one}.json").status_code == 404
    assert public.store.kept_bytes("Rhona") == 0
    assert public.store.check().sound


def test_there_is_a_limit_to_what_is_kept_for_an_account(public, monkeypatch):
    monkeypatch.setattr(pages.count, "KEPT", 400)
    as_(public, "Rhona")
    where = counted(public, [("ballots", "a.blt", TIED)], rules="av", tie="all")
    refused = ask(public, [("ballots", "b.blt", TIED + b"#" * 400)], rules="av", tie="all")
    assert refused.status_code == 422
    assert "which is the most" in refused.text
    public.post(f"{where}/remove", data={"_token": token(public.get("/count"))})


def test_the_list_goes_on_in_pages(client, monkeypatch):
    monkeypatch.setattr(pages.count, "LIST", 2)
    for n in range(3):
        client.store.add_count(
            "av", {"rules": "av"}, {}, [("ballots", f"{n}.blt", TIED)], "owner", problem=("tie", "x")
        )
    assert [one["files"] for one in client.get("/count.json").json()] == [["2.blt"], ["1.blt"]]
    older = re.search(r'href="(/count\?after=2)"', client.get("/count").text)[1]
    assert "0.blt" in client.get(older).text
    assert json.loads(client.get("/count.json?after=2").text)[0]["files"] == ["0.blt"]
