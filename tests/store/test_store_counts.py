"""Counts of ballots in the store: by content, for everybody who asks, by a job that is queued with them, gone when nobody wants them."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from store_making import new_database

from whipcount.errors import NotFound
from whipcount.store import Store, StoredCount, open_store
from whipcount.store.schema import jobs, uploads

BALLOTS = b"A,B\nB,A\nA,B\n"
BASIS = {"rules": "f" * 64}


def ask(store: Store, who: str = "ada", content: bytes = BALLOTS, **more: Any) -> StoredCount:
    options = more.pop("options", {"rules": "av"})
    return store.add_count("av", options, BASIS, [("ballots", "b.csv", content)], who, **more)


def made(store: Store, key: str, winner: str | None = "A") -> None:
    job = store.claim_job("w", ["count"])
    assert job is not None
    assert job.arguments == {"count": key}
    record = json.dumps({"winner": winner, "rounds": []})
    assert store.finish_count(
        key, job.id, winner=winner, says="A is elected.", record=record, tally="{}", rejected=[("bad.csv", b"line\n")]
    )


def hashes(store: Store) -> set[str]:
    return set(store.database.read(lambda c: c.execute(select(uploads.c.hash)).scalars().all()))


def test_a_count_from_question_to_record(store: Store) -> None:
    one = ask(store)
    assert (one.state, one.who, one.askers, one.winner) == ("queued", "ada", ("ada",), None)
    assert len(one.key) == 16
    assert [(f.role, f.name, f.size) for f in one.files] == [("ballots", "b.csv", len(BALLOTS))]
    assert store.upload(one.files[0].hash) == BALLOTS
    assert one.job is not None
    assert store.jobs_ahead(one.job) == 0
    made(store, one.key)
    done = store.count(one.key)
    assert (done.state, done.winner, done.says) == ("done", "A", "A is elected.")
    assert [f.name for f in done.having("rejected")] == ["bad.csv"]
    assert json.loads(store.count_record(one.key))["winner"] == "A"
    assert store.count_tally(one.key) == "{}"
    assert [j.state for j in store.jobs()] == ["done"]
    assert store.check().sound


def test_the_same_papers_under_the_same_rules_are_one_count_for_all_who_ask(store: Store) -> None:
    one, again = ask(store), ask(store, "ben")
    assert again.key == one.key
    assert again.askers == ("ada", "ben")
    assert len(store.jobs()) == 1
    others = [
        ask(store, options={"rules": "av", "seed": "x"}),
        ask(store, content=BALLOTS + b"B\n"),
        store.add_count("av", {"rules": "av"}, {"rules": "0" * 64}, [("ballots", "b.csv", BALLOTS)], "ada"),
        store.add_count("av", {"rules": "av"}, BASIS, [("ballots", "c.csv", BALLOTS)], "ada"),
    ]
    assert len({one.key, *(o.key for o in others)}) == 5
    assert len(hashes(store)) == 2
    assert [c.key for c in store.counts("ben")] == [one.key]
    assert len(store.counts()) == 5
    assert store.kept_bytes("ada") == 2 * len(BALLOTS) + 2
    assert store.kept_bytes("nobody") == 0
    assert store.check().sound


def test_a_count_that_fails_says_why_and_is_mended(store: Store) -> None:
    one = ask(store)
    job = store.claim_job("w")
    assert job is not None
    assert store.fail_count(one.key, job.id, "seed", "A tie.")
    assert not store.finish_count(one.key, job.id, winner=None, says="", record="{}", tally="{}")
    failed = store.count(one.key)
    assert (failed.state, failed.problem) == ("failed", ("seed", "A tie."))
    with pytest.raises(NotFound):
        store.count_record(one.key)
    mended = ask(store, options={"rules": "av", "seed": "x"}, instead_of=one.key)
    assert mended.state == "queued"
    with pytest.raises(NotFound):
        store.count(one.key)
    assert hashes(store) == {hashlib.sha256(BALLOTS).hexdigest()}
    assert store.check().sound


def test_an_attempt_that_somebody_else_made_too_is_not_forgotten_nor_one_that_was_counted(store: Store) -> None:
    one = ask(store, problem=("rules", "Choose a rulebook."))
    assert (one.state, one.job) == ("failed", None)
    ask(store, "ben", problem=("rules", "Choose a rulebook."))
    ask(store, options={"rules": "irv"}, instead_of=one.key)
    assert store.count(one.key).askers == ("ada", "ben")
    two = ask(store, content=b"x")
    store.cancel_job(store.jobs()[-1].id)
    made(store, two.key, None)
    ask(store, content=b"y", instead_of=two.key)
    assert store.count(two.key).state == "done"


def test_what_was_cancelled_is_queued_again_when_it_is_asked_for_again(store: Store) -> None:
    one = ask(store)
    job = store.claim_job("w")
    assert job is not None
    store.cancel_job(job.id)
    assert store.count(one.key).state == "cancelled"
    assert not store.finish_count(one.key, job.id, winner="A", says="", record="{}", tally="{}")
    again = ask(store)
    assert (again.key, again.state) == (one.key, "queued")
    made(store, one.key)
    assert ask(store).state == "done"


def test_a_count_and_its_files_go_with_the_last_who_wants_it(store: Store) -> None:
    one, other = ask(store), ask(store, options={"rules": "irv"})
    ask(store, "ben")
    assert not store.remove_count(one.key, "ada")
    assert store.count(one.key).askers == ("ben",)
    assert store.remove_count(one.key, "ben")
    assert hashes(store)
    assert store.remove_count(other.key)
    assert hashes(store) == set()
    assert {j.state for j in store.jobs()} == {"cancelled"}
    assert store.check().sound


def test_old_attempts_are_swept_and_counts_are_not(store: Store) -> None:
    kept = ask(store)
    made(store, kept.key)
    ask(store, content=b"1", problem=("rules", "no"))
    cancelled = ask(store, content=b"2")
    store.cancel_job(store.jobs()[0].id)
    waiting = ask(store, content=b"3")
    assert store.sweep_counts(timedelta(days=1)) == 0
    assert store.sweep_counts(timedelta(0)) == 2
    assert {c.key for c in store.counts()} == {kept.key, waiting.key}
    with pytest.raises(NotFound):
        store.count(cancelled.key)


def test_files_of_a_job_are_kept_until_it_has_ended(store: Store) -> None:
    files = [("a.txt", b"one"), ("b.txt", b"two"), ("again.txt", b"one")]
    job = store.add_job("read", {}, "ada", files)
    count = ask(store, content=b"two")
    assert store.job_files(job.id) == files
    assert store.kept_bytes("ada") == 6
    store.claim_job("w", ["read"])
    assert store.finish_job(job.id)
    assert store.job_files(job.id) == []
    assert hashes(store) == {count.files[0].hash}
    lost = store.add_job("read", {}, "ada", files)
    store.database.write(lambda c: c.execute(jobs.update().where(jobs.c.id == lost.id).values(state="failed")))
    store.sweep_job_files()
    assert hashes(store) == {count.files[0].hash}


def test_a_beat_keeps_a_job_with_its_worker(store: Store) -> None:
    job = store.add_job("count", {}, "ada")
    store.claim_job("w")
    first = store.job(job.id).beat
    assert first is not None
    store.beat_jobs("somebody else")
    assert store.job(job.id).beat == first
    store.beat_jobs("w")
    assert store.job(job.id).beat > first  # type: ignore[operator]
    assert store.requeue_jobs(timedelta(minutes=1)) == 0


def test_check_finds_a_count_that_was_meddled_with(store: Store) -> None:
    one = ask(store)
    made(store, one.key)
    assert store.check().sound
    for meddle in (
        "UPDATE uploads SET hash = hash, content = (SELECT content FROM uploads ORDER BY size LIMIT 1)",
        "UPDATE counts SET winner = 'B'",
        """UPDATE counts SET options = '{"rules":"other"}'""",
        "UPDATE count_files SET name = 'other' WHERE role = 'ballots'",
    ):
        before = store.check().found
        store.database.write(lambda c, sql=meddle: c.execute(text(sql)))  # type: ignore[misc]
        assert len(store.check().found) >= max(1, len(before)), meddle
        assert {f.check for f in store.check().found} == {"counts"}


def test_the_view_tells_the_state(store: Store) -> None:
    def states() -> list[tuple[str, int]]:
        return [tuple(r) for r in store.database.read(lambda c: c.execute(text("SELECT state, files FROM counts_now")).all())]  # fmt: skip

    one = ask(store)
    assert states() == [("queued", 1)]
    made(store, one.key)
    assert states() == [("done", 1)]


def test_a_store_of_the_first_form_is_brought_on(tmp_path: Path) -> None:
    from alembic import command

    from whipcount.store.connect import Database
    from whipcount.store.migrate import config

    where = tmp_path / "old.db"
    database = Database(where)
    database.write(lambda c: command.upgrade(config(c), "0001"))
    database.close()
    with open_store(where) as store:
        assert ask(store).state == "queued"
        assert store.check().sound


def test_a_backup_has_the_counts(lite: Store, tmp_path: Path) -> None:
    one = ask(lite)
    made(lite, one.key)
    with open_store(lite.backup(tmp_path / "copy.db")) as copy:
        assert copy.count_record(one.key) == lite.count_record(one.key)
        assert copy.upload(one.files[0].hash) == BALLOTS


CHILD = """
import sys
from whipcount.store import open_store
with open_store(sys.argv[1]) as store:
    for n in range(10_000):
        sent = f"A,B{n}".encode() * 200
        one = store.add_count("av", {"rules": "av"}, {}, [("ballots", f"b{n}.csv", sent)], "child")
        print(one.key, one.files[0].hash, flush=True)
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_kill_loses_no_upload_that_was_acknowledged(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where = str(tmp_path / "k.db") if database == "sqlite" else new_database(request.getfixturevalue("server"))
    open_store(where).close()
    told: list[list[str]] = []
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", CHILD, where], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        told.append(child.stdout.readline().split())
        time.sleep(0.05)
        os.kill(child.pid, signal.SIGKILL)
        told += [line.split() for line in child.communicate()[0].splitlines() if len(line.split()) == 2]
    with open_store(where) as store:
        assert store.check().sound
        waiting = {j.arguments["count"] for j in store.jobs("queued", limit=100_000)}
        for key, value in told:
            if len(value) == 64:
                assert store.count(key).state == "queued"
                assert key in waiting
                assert hashlib.sha256(store.upload(value)).hexdigest() == value
