"""Accounts, sessions, jobs, feeds, the ledger of predictions, and the steps from one form of the store to the next."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from whipcount.errors import NotFound, UsageError, WhipcountError
from whipcount.score.ledger import verify
from whipcount.store import Conflict, Store, open_store
from whipcount.store.migrate import HEAD, config
from whipcount.store.schema import METADATA

LATER = datetime.now(UTC) + timedelta(hours=1)


def test_accounts_and_sessions(store: Store) -> None:
    store.add_user("ada", "owner", "hash-1")
    with pytest.raises(UsageError, match="already"):
        store.add_user("ada", "reader", "hash-2")
    with pytest.raises(NotFound):
        store.add_user("ben", "king", "h")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        store.user("nobody")
    assert store.find_user("no\0body") is None
    store.add_session("t1", "ada", LATER)
    assert store.set_role("ada", "editor", "ada").role == "editor"
    found = store.session("t1")
    assert found is not None
    assert found.user == store.user("ada")
    assert store.session("t1", LATER + timedelta(seconds=1)) is None
    assert store.session("t2") is None
    store.set_password_hash("ada", "hash-3", "ada")
    assert store.session("t1") is None
    store.add_session("t3", "ada", datetime.now(UTC) - timedelta(seconds=1))
    assert store.sweep_sessions() == 1
    store.add_session("t4", "ada", LATER)
    store.remove_user("ada", "ada")
    assert store.session("t4") is None
    assert not any("hash-" in str(e) for e in store.events())
    assert store.check().sound


def test_a_job_from_start_to_end_and_over_a_restart(where: str) -> None:
    with open_store(where) as store:
        job = store.add_job("read", {"files": ["a"]}, "ada")
        assert store.claim_job("w1", ["count"]) is None
        taken = store.claim_job("w1")
        assert taken is not None
        assert (taken.id, taken.state, taken.worker, taken.attempts) == (job.id, "running", "w1", 1)
        assert taken.arguments == {"files": ["a"]}
        assert store.claim_job("w2") is None
        assert store.progress(job.id, 3, 10, "reading")
    with open_store(where) as store:
        assert store.requeue_jobs(timedelta(hours=1)) == 0
        assert store.requeue_jobs() == 1
        again = store.claim_job("w2")
        assert again is not None
        assert (again.attempts, again.done, again.of) == (2, 3, 10)
        assert store.finish_job(job.id, {"claims": 4})
        assert not store.finish_job(job.id)
        assert store.job(job.id).result == {"claims": 4}
        other = store.add_job("count", {}, "ada")
        store.claim_job("w2")
        assert store.cancel_job(other.id)
        assert not store.progress(other.id, 1, 2)
        assert not store.fail_job(other.id, "late")
        assert [j.state for j in store.jobs()] == ["cancelled", "done"]


def test_each_job_goes_to_one_worker(store: Store) -> None:
    made = {store.add_job("read", {"n": n}, "ada").id for n in range(12)}
    taken: list[int] = []

    def work(name: str) -> None:
        while (job := store.claim_job(name)) is not None:
            taken.append(job.id)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(made)


def test_feeds(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    feed = store.add_feed("https://example.org/feed", "small", "ada", title="The feed")
    assert store.add_feed("https://example.org/feed", "small", "ada") == feed
    assert store.due_feeds() == [feed]
    polled = store.feed_polled(feed.id, LATER, etag='"x"')
    assert (polled.etag, polled.failures, store.due_feeds()) == ('"x"', 0, [])
    store.feed_polled(feed.id, LATER, failed="no answer")
    failed = store.feed_polled(feed.id, datetime.now(UTC) - timedelta(seconds=1), failed="no answer")
    assert (failed.etag, failed.failures, failed.note) == ('"x"', 2, "no answer")
    changed = store.change_feed(feed.id, feed.version, "ben", title="Another")
    with pytest.raises(Conflict):
        store.change_feed(feed.id, feed.version, "ada", title="Mine")
    store.remove_feed(feed.id, changed.version, "ada")
    assert store.due_feeds() == []
    store.undo(store.events()[0].id, "ada")
    assert len(store.due_feeds()) == 1
    assert store.check().sound


def test_the_ledger_is_one_that_score_verifies(store: Store, tmp_path: Path) -> None:
    made = {
        "entry": "prediction",
        "id": "p1",
        "by": "A Pundit",
        "kind": "commentator",
        "contest": "small",
        "says": "she stays",
    }
    made |= {"probability": 0.7, "basis": "stated", "made": "2024-03-02", "source": ["https://example.org/p"]}  # type: ignore[dict-item]
    after = {"entry": "resolution", "id": "r1", "of": "p1", "verdict": "came true", "why": "é", "source": ["x"]}
    store.record_predictions([made], "ada")
    store.record_predictions([after], "ada")
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(store.ledger_lines())
    assert verify(path).sound
    assert [one.entry["id"] for one in store.predictions("small")] == ["p1", "r1"]
    assert store.predictions("other") == []
    for wrong in (made, {"entry": "resolution", "id": "r2", "of": "p9"}, {"entry": "x", "id": "y"}, {}):
        with pytest.raises(UsageError):
            store.record_predictions([wrong], "ada")
    with pytest.raises(Conflict, match="only ever added to"):
        store.undo(store.events()[0].id, "ada")
    assert store.check().sound


def test_the_steps_lead_to_the_tables_of_the_schema(store: Store) -> None:
    def difference(connection: object) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))  # type: ignore[arg-type]

    assert store.database.read(difference) == []
    assert store.database.read(lambda c: ScriptDirectory.from_config(config(c)).get_current_head()) == HEAD


def test_a_store_of_a_newer_whipcount_is_left_alone(where: str) -> None:
    with open_store(where) as store:
        store.database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(WhipcountError, match="newer whipcount"):
        open_store(where)


def test_many_open_a_new_store_at_once(where: str) -> None:
    wrong: list[BaseException] = []

    def opens() -> None:
        try:
            with open_store(where) as store:
                store.contests()
        except BaseException as why:  # whatever it is, it is shown below
            wrong.append(why)

    threads = [threading.Thread(target=opens) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
