"""The store's page: what it is, whether it is sound, and a copy of it while people go on working."""

from __future__ import annotations

import re
import time
import tracemalloc
from html import unescape
from threading import Event, Thread

import pytest
from desk_client import TestClient
from test_desk_doors import SECRET, WORDS, log_in, token

from whipcount.contest import locate
from whipcount.desk import Settings, create_app
from whipcount.desk.doors.passwords import hashed
from whipcount.desk.tools import keeping
from whipcount.desk.tools.keeping import copied, pieces
from whipcount.store import open_store


@pytest.fixture
def app(tmp_path):
    return create_app(Settings(store=str(tmp_path / "w.db"), draws=200))


@pytest.fixture
def client(app):
    app.state.desk.store.import_folder(locate("nz-labour-2012"), "test")
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def words(page) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


def press(client, path):
    return client.post(path, data={"_token": token(client.get("/store"))})


def checked(client):
    """Ask for a check, and wait for what it says."""
    assert press(client, "/store/check").headers["location"] == "/store#sound"
    until = time.monotonic() + 60
    while "It is being checked" in client.get("/store").text:
        assert time.monotonic() < until
        time.sleep(0.1)
    return client.get("/store")


def test_the_page_says_what_the_store_is(client, tmp_path) -> None:
    told = words(client.get("/store"))
    assert str(tmp_path / "w.db") in told
    assert "SQLite" in told
    assert "the newest" in told
    data = client.get("/store.json").json()
    assert data["form"] == data["newest"]
    assert data["bytes"] >= data["journal_bytes"] > 0
    assert data["bytes"] > 100_000
    assert data["rows"]["contests"] == 1
    assert f"contests,{data['rows']['contests']}\n" in client.get("/store.csv").text


def test_a_sound_store_is_said_to_be_and_one_that_was_written_past_it_is_not(client, app) -> None:
    got = checked(client)
    assert "Sound." in words(got)
    assert client.get("/store.json").json()["check"]["sound"] is True
    app.state.desk.store.database.write(
        lambda c: c.exec_driver_sql("UPDATE journal SET who = 'nobody' WHERE id = 1") and None
    )
    got = checked(client)
    assert "not as it should be" in words(got)
    assert "event 1 (import by nobody) is not as it was written" in words(got)


def test_a_check_that_is_under_way_is_not_doubled(client, app, monkeypatch) -> None:
    store = app.state.desk.store
    monkeypatch.setattr(store, "claim_job", lambda *a, **k: None)
    for _ in range(3):
        press(client, "/store/check")
    assert len([job for job in store.jobs() if job.kind == keeping.CHECK]) == 1
    assert 'hx-get="/store"' in client.get("/store").text
    part = client.get("/store", headers={"hx-request": "true"})
    assert "<html" not in part.text


def test_a_copy_opens_as_a_store_with_everything_in_it(client, app, tmp_path) -> None:
    got = press(client, "/store/backup")
    assert re.search(r'filename="whipcount-[\dT-]+Z\.db"', got.headers["content-disposition"])
    assert int(got.headers["content-length"]) == len(got.content)
    (tmp_path / "copy.db").write_bytes(got.content)
    with open_store(tmp_path / "copy.db") as copy:
        assert copy.check().sound
        assert copy.files("nz-labour-2012") == app.state.desk.store.files("nz-labour-2012")


def test_a_copy_made_while_others_write_is_of_one_moment(app, client, tmp_path) -> None:
    store, stop = app.state.desk.store, Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            store.add_document(f"text {n}", who="writer", contest_id="nz-labour-2012")

    writer = Thread(target=write)
    writer.start()
    try:
        copies = [press(client, "/store/backup").content for _ in range(4)]
    finally:
        stop.set()
        writer.join()
    heads = []
    for n, content in enumerate(copies):
        (tmp_path / f"c{n}.db").write_bytes(content)
        with open_store(tmp_path / f"c{n}.db") as copy:
            found = copy.check()
            assert found.sound
            heads.append(int(found.head.partition(":")[0]))
    assert heads == sorted(heads)
    assert heads[0] < heads[-1]


def test_a_copy_is_never_whole_in_memory_and_leaves_nothing(app, client, tmp_path, monkeypatch) -> None:
    store = app.state.desk.store
    for n in range(12):
        store.add_document(f"{n} " + "word " * 400_000, who="test")
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    file, size = copied(store)
    assert size > 20_000_000
    assert list(place.iterdir()) == []
    tracemalloc.start()
    assert sum(map(len, pieces(file))) == size
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()
    assert file.closed


def test_one_copy_at_a_time(client, monkeypatch) -> None:
    with keeping._ONE_AT_A_TIME:
        got = press(client, "/store/backup")
    assert got.status_code == 503
    assert "Another copy is being made" in words(got)
    assert press(client, "/store/backup").status_code == 200


def test_it_is_for_owners_and_takes_the_token(tmp_path) -> None:
    made = create_app(Settings(store=str(tmp_path / "p.db"), public=True, secret=SECRET, draws=200))
    for name, role in (("Edda", "editor"), ("Olga", "owner")):
        made.state.doors.store.add_user(name, role, hashed(WORDS))
    asked = ("/store", "/store.json", "/store.csv")
    with TestClient(
        made, base_url="https://desk.invalid", raise_server_exceptions=False, follow_redirects=False
    ) as client:
        log_in(client, "Edda")
        assert {client.get(path).status_code for path in asked} == {403}
        given = token(client.get("/inbox"))
        assert client.post("/store/backup", data={"_token": given}).status_code == 403
        assert client.post("/store/check", data={"_token": given}).status_code == 403
        assert 'href="/store"' not in client.get("/tools").text
        client.cookies.clear()
        log_in(client, "Olga")
        assert client.post("/store/backup", data={"_token": "0" * 64}).status_code == 403
        assert {client.get(path).status_code for path in asked} == {200}
        assert 'href="/store"' in client.get("/tools").text
