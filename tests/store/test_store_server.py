"""The database server is killed in the middle of work and started again: nothing acknowledged is lost, and nobody starts anew."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_child import one_change
from store_making import bytes_of, make_folder, new_database, row_of
from store_server import PATIENCE, Server, lacking

from whipcount.errors import UsageError, WhipcountError
from whipcount.store import Store, StoreAway, open_store

pytestmark = pytest.mark.skipif(bool(lacking()), reason=f"PostgreSQL's {' and '.join(lacking())} is not on the path")


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server to be killed. What it wrote outlives its processes without waiting for the disk, and it is up again sooner."""
    yield from started(careful=False)


@pytest.fixture
def careful() -> Iterator[Server]:
    """A server that waits for the disk, as one in use does."""
    yield from started(careful=True)


def started(*, careful: bool) -> Iterator[Server]:
    made = Server(careful=careful)
    made.start()
    yield made
    made.close()


def backend_killed(server: Server) -> None:
    """Kill the process of one connection: the server ends all others, and recovers by itself."""
    import psycopg

    with psycopg.connect(host=str(server.home), user="tester", dbname="postgres", autocommit=True) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
    os.kill(random.choice(found)[0], signal.SIGKILL)


def postmaster_killed(how: signal.Signals):
    """Kill the server, and start it again."""

    def kill(server: Server) -> None:
        server.kill(how)
        time.sleep(random.uniform(0, 0.3))
        server.start()

    return kill


WAYS = {
    "kill -9 of the postmaster": postmaster_killed(signal.SIGKILL),
    "SIGQUIT to the postmaster": postmaster_killed(signal.SIGQUIT),
    "kill -9 of a connection's process": backend_killed,
}


class Writer(threading.Thread):
    """Somebody who edits and accepts, and does not give up while the database is away. It keeps its one `Store` throughout."""

    def __init__(self, store: Store, contest: str, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.store, self.contest, self.seed, self.stop = store, contest, seed, stop
        self.acknowledged: dict[int, str] = {}
        self.away = 0
        self.wrong: list[BaseException] = []

    def run(self) -> None:
        draw = random.Random(self.seed)
        turn = 0
        while not self.stop.is_set():
            turn += 1
            try:
                one_change(self.store, self.contest, draw, f"{self.seed}-{turn}")
                last = self.store.events(limit=1, with_changes=False)[0]
                self.acknowledged[last.id] = last.hash
            except StoreAway:
                self.away += 1
                time.sleep(0.05)
            except UsageError:
                continue  # somebody was quicker, or what was in doubt had been done
            except BaseException as why:
                self.wrong.append(why)
                return


def rounds(server: Server, home: Path, way: str, number: int, seed: int) -> tuple[int, int]:
    """Kill the server that many times under three writers: (events acknowledged, calls that were told that it is away)."""
    draw = random.Random(seed)
    stop = threading.Event()
    with open_store(new_database(str(server.home))) as store:
        contests = [store.import_folder(make_folder(home / f"c{n}"), "test").id for n in range(2)]
        writers = [Writer(store, contests[n % 2], seed * 100 + n, stop) for n in range(3)]
        for writer in writers:
            writer.start()
        for _ in range(number):
            grown(writers, 4)
            time.sleep(draw.uniform(0, 0.15))
            WAYS[way](server)
        grown(writers, 4)
        stop.set()
        for writer in writers:
            writer.join(timeout=PATIENCE)
        assert [w.wrong for w in writers] == [[], [], []]
        found = store.check()
        events = {e.id: e.hash for e in store.events(limit=100_000, with_changes=False)}
    acknowledged = {number: value for w in writers for number, value in w.acknowledged.items()}
    assert found.sound, found.found[:5]
    assert acknowledged.items() <= events.items()
    return len(acknowledged), sum(w.away for w in writers)


def grown(writers: list[Writer], by: int) -> None:
    """Wait until so many more events were acknowledged: with the `Store` that each has had from the first."""
    goal = [len(w.acknowledged) + by for w in writers]
    until = time.monotonic() + PATIENCE
    while any(len(w.acknowledged) < g for w, g in zip(writers, goal, strict=True)):
        assert not any(w.wrong for w in writers), [w.wrong for w in writers]
        assert time.monotonic() < until, "the writers do not go on"
        time.sleep(0.02)


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_is_killed_loses_nothing_acknowledged(own: Server, tmp_path: Path, way: str) -> None:
    acknowledged, away = rounds(own, tmp_path, way, 1, seed=3)
    assert acknowledged >= 24
    assert away > 0


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_is_killed_twenty_times_loses_nothing_acknowledged(
    careful: Server, tmp_path: Path, way: str
) -> None:
    acknowledged, away = rounds(careful, tmp_path, way, 20, seed=11)
    print(f"{way}: 20 times, {acknowledged} events acknowledged, {away} calls told that the database was away")
    assert away >= 20


# -- what it says -------------------------------------------------------------------------------------------------------


def command(*given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "whipcount", *given], capture_output=True, text=True, check=False)


def test_the_command_says_in_one_message_that_the_database_is_away(own: Server, tmp_path: Path) -> None:
    where = new_database(str(own.home)).replace("tester@", "tester:hunter2@")
    with open_store(where) as store:
        store.import_folder(make_folder(tmp_path / "small"), "test")
    own.kill(signal.SIGKILL)
    try:
        done = command("store", "log", "--store", where)
        assert done.returncode == 1
        assert len(done.stderr.strip().splitlines()) == 1
        assert "does not answer" in done.stderr
        assert "hunter2" not in done.stderr
        assert str(own.home) not in done.stderr
        assert done.stdout == ""
    finally:
        own.start()
    assert "import small" in command("store", "log", "--store", where).stdout


@pytest.mark.parametrize("who", ["tester@/none", "nobody-at-all@/postgres"])
def test_a_server_that_is_there_and_refuses_is_not_away(own: Server, who: str) -> None:
    with pytest.raises(WhipcountError, match="cannot be used") as told:
        open_store(f"postgresql://{who}?host={own.home}")
    assert not isinstance(told.value, StoreAway)


def test_a_call_in_the_middle_is_told_and_the_next_one_is_answered(own: Server, tmp_path: Path) -> None:
    with open_store(new_database(str(own.home))) as store:
        store.import_folder(make_folder(tmp_path / "small"), "test")
        before = store.version("small")

        def interrupted(connection: object) -> None:
            own.kill(signal.SIGQUIT)
            time.sleep(0.3)
            connection.exec_driver_sql("UPDATE contests SET version = version + 1")  # type: ignore[attr-defined]

        with pytest.raises(StoreAway, match="does not answer"):
            store.database.write(interrupted)
        with pytest.raises(StoreAway):
            store.version("small")
        own.start()
        assert store.version("small") == before
        store.add_row("small", "evidence.csv", row_of("e9", "eve-umber"), "test")
        assert store.check().sound


# -- the desk -----------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::pydantic.warnings.UnsupportedFieldAttributeWarning", "ignore::DeprecationWarning")
def test_the_desk_says_so_and_goes_on_by_itself_with_sessions_and_jobs(
    own: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fastapi")
    client, store, job = desk_of(own, tmp_path, monkeypatch)
    here = {"origin": "https://desk.invalid"}
    with client:
        assert client.get("/contests").status_code == 200
        key = job()
        own.kill(signal.SIGKILL)
        try:
            for path in ("/contests", "/contests.json", "/inbox", "/login"):
                told = client.get(path)
                assert told.status_code == 503, path
                assert "The database does not answer" in told.text
                assert "tester" not in told.text
                assert told.headers["retry-after"] == "10"
                assert "Traceback" not in told.text
            told = client.post("/inbox", data={"text": "typed in vain?"}, headers=here)
            assert told.status_code == 503
            assert "typed in vain?" in told.text
            assert client.post("/login", data={"name": "Edda", "password": "x"}, headers=here).status_code in (403, 503)
            assert client.get("/static/desk.css").status_code == 200
            planted = client.post("/inbox", data={"text": "planted"}, headers={"origin": "https://elsewhere.invalid"})
            assert "planted" not in planted.text
        finally:
            own.start()
        until = time.monotonic() + PATIENCE
        while client.get("/contests").status_code != 200 or store.job(key).state != "done":
            assert time.monotonic() < until
            time.sleep(0.1)
        assert store.job(key).result == {"found": 5}
        assert client.get("/inbox").status_code == 200


def desk_of(own: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A public desk on the server with somebody logged in, its store, and what queues a job that takes some time."""
    import warnings
    from datetime import UTC, datetime, timedelta

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

    from whipcount.desk import Settings, create_app
    from whipcount.desk.doors.keeper import digest
    from whipcount.desk.writing.chores import HANDLERS

    def slow(desk, arguments, who, step) -> dict[str, int]:
        for n in range(5):
            step(n, 5)
            time.sleep(0.2)
        return {"found": 5}

    secret = "kJ3vR8-qLx0pW5zTn2bYd7Hs4gMf9CuA1eGi6oNr"
    monkeypatch.setitem(HANDLERS, "slow", slow)
    app = create_app(Settings(store=new_database(str(own.home)), public=True, secret=secret, draws=200))
    client = TestClient(app, base_url="https://desk.invalid", raise_server_exceptions=False, follow_redirects=False)
    store = app.state.desk.store
    store.import_folder(make_folder(tmp_path / "small"), "test")
    store.add_user("Edda", "editor", "x", "test")
    store.add_session(digest("token"), "Edda", datetime.now(UTC) + timedelta(days=1))
    client.cookies.set("__Host-whipcount", "token", domain="desk.invalid")

    def job() -> int:
        key = store.add_job("slow", {}, "Edda").id
        until = time.monotonic() + PATIENCE
        while store.job(key).done < 1:
            assert time.monotonic() < until
            time.sleep(0.02)
        return key

    return client, store, job


@pytest.mark.filterwarnings("ignore::pydantic.warnings.UnsupportedFieldAttributeWarning", "ignore::DeprecationWarning")
@pytest.mark.skipif(not shutil.which("pg_dump"), reason="pg_dump is not on the path")
def test_the_desks_page_of_a_store_in_postgresql(own: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fastapi")
    client, store, _ = desk_of(own, tmp_path, monkeypatch)
    store.set_role("Edda", "owner", "test")
    with client:
        page = client.get("/store").text
        assert "PostgreSQL" in page
        assert "pg_restore" in page
        assert client.get("/store.json").json()["bytes"] > 1_000_000
        token = re.search(r'name="_token" value="([0-9a-f]{64})"', page)[1]
        copy = client.post("/store/backup", data={"_token": token}, headers={"origin": "https://desk.invalid"})
        assert copy.headers["content-disposition"].endswith('.pgdump"')
        (tmp_path / "copy.pgdump").write_bytes(copy.content)
        fresh = new_database(str(own.home))
        subprocess.run(["pg_restore", f"--dbname={fresh}", str(tmp_path / "copy.pgdump")], check=True)
        with open_store(fresh) as restored:
            assert restored.check().sound
            assert restored.files("small") == store.files("small")
        monkeypatch.setattr("shutil.which", lambda name: None)
        told = client.post("/store/backup", data={"_token": token}, headers={"origin": "https://desk.invalid"})
        assert told.status_code == 503
        assert "pg_dump is not on the path" in told.text


# -- pg_dump ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not (shutil.which("pg_dump") and shutil.which("pg_restore")), reason="pg_dump is not on the path")
@pytest.mark.parametrize("own_way", [True, False], ids=["whipcount store backup", "pg_dump | psql"])
def test_a_dump_restored_into_a_fresh_database_is_the_same_store(own: Server, tmp_path: Path, own_way: bool) -> None:
    if not own_way and not shutil.which("psql"):
        pytest.skip("psql is not on the path")
    where, fresh = new_database(str(own.home)), new_database(str(own.home))
    with open_store(where) as store:
        store.import_folder(make_folder(tmp_path / "small"), "test")
        draw = random.Random(5)
        for turn in range(25):
            try:
                one_change(store, "small", draw, f"d{turn}")
            except UsageError:
                continue
        store.add_user("Ona", "owner", "hash of hers", "test")
        if own_way:
            archive = store.backup(tmp_path / "copy.pgdump")
            restored = subprocess.run(
                ["pg_restore", f"--dbname={fresh}", str(archive)], capture_output=True, text=True, check=False
            )
        else:
            dump = subprocess.run(["pg_dump", f"--dbname={where}"], capture_output=True, text=True, check=True)
            restored = subprocess.run(
                ["psql", "--quiet", "-v", "ON_ERROR_STOP=1", fresh],
                input=dump.stdout,
                capture_output=True,
                text=True,
                check=False,
            )
        assert restored.returncode == 0, restored.stderr
        with open_store(fresh) as copy:
            found = copy.check()
            assert found.sound, found.found[:5]
            assert found.head == store.check().head
            assert copy.find_user("Ona").password_hash == "hash of hers"
            store.export_folder("small", tmp_path / "one")
            copy.export_folder("small", tmp_path / "two")
            assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
            assert [e.hash for e in copy.events(limit=1_000)] == [e.hash for e in store.events(limit=1_000)]
            copy.add_row("small", "evidence.csv", row_of("after", "eve-umber"), "test")
            assert copy.check().sound
