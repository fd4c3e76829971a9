"""Archives: nothing lost and nothing read twice, also after kills; the same claims here, on two cores and on a cluster."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from whipcount.errors import UsageError
from whipcount.read import Document, Journal, Person, Reader, Settings, documents, files_of, read_archive, read_each

LINE = "Report {n}. Tom Hale{n} is backing Ada Quill. Ada Quill has the numbers.\n"


def fill(folder: Path, count: int):
    folder.mkdir()
    for n in range(count):
        (folder / f"{n:05}.txt").write_text(LINE.format(n=n), "utf-8")


def told(problem):
    pytest.fail(str(problem))


def read(folder, journal, **how):
    found = documents([str(folder)], told, skip=journal.has_file)
    return read_archive(found, journal, **({"engine": "here", "batch": 4} | how), tell=told)


def test_an_archive_is_read_once(tmp_path):
    fill(tmp_path / "in", 12)
    (tmp_path / "in" / "copy.txt").write_text(LINE.format(n=3), "utf-8")
    journal = Journal(tmp_path / "j.db")
    assert read(tmp_path / "in", journal) == 12
    assert read(tmp_path / "in", journal) == 0
    lines = list(journal.lines())
    assert journal.count() == 12
    assert len(lines) == len(set(lines)) >= 12


def test_files_that_were_read_are_not_opened_again_unless_they_changed(tmp_path):
    fill(tmp_path / "in", 5)
    journal = Journal(tmp_path / "j.db")
    read(tmp_path / "in", journal)
    assert all(journal.has_file(Path(name)) for name in files_of([str(tmp_path / "in")]))
    (tmp_path / "in" / "00002.txt").write_text(LINE.format(n=99), "utf-8")
    (tmp_path / "in" / "copy.txt").write_text(LINE.format(n=3), "utf-8")
    opened = [d.source for d in documents([str(tmp_path / "in")], told, skip=journal.has_file)]
    assert [Path(name).name for name in opened] == ["00002.txt", "copy.txt"]
    assert read(tmp_path / "in", journal) == 1
    assert journal.has_file(tmp_path / "in" / "copy.txt")
    assert read(tmp_path / "in", journal) == 0


def test_entries_of_a_feed_do_not_mark_its_file_as_read(tmp_path):
    item = "<item><link>{}</link><description>{}</description></item>"
    local = tmp_path / "in" / "a.txt"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.rss").write_text(f"<rss>{item.format(local, LINE)}{item.format('', LINE.format(n=2))}</rss>")
    journal = Journal(tmp_path / "j.db")
    assert read(tmp_path / "in", journal) == 2
    local.write_text("Joan Moss is backing Ada Quill.")
    assert not journal.has_file(local)
    assert read(tmp_path / "in", journal) == 1


def test_another_reader_needs_another_journal(tmp_path):
    Journal(tmp_path / "j.db", Settings().key).close()
    with pytest.raises(UsageError, match="other people"):
        Journal(tmp_path / "j.db", Settings((Person("Ada Quill"),)).key)
    (tmp_path / "no.db").write_text("no database, but a text of some length " * 50)
    with pytest.raises(UsageError, match="can't be used"):
        Journal(tmp_path / "no.db")


def test_a_batch_is_written_whole_or_not(tmp_path):
    journal = Journal(tmp_path / "j.db")
    with pytest.raises(AttributeError):
        journal.add([(Document("one"), []), (Document("two"), [None])])
    assert journal.count() == 0


def test_a_text_over_which_the_reader_breaks_down_is_told_and_the_rest_go_on(tmp_path, monkeypatch):
    whole = Reader.read_many

    def frail(self, given, *rest):
        given = list(given)
        if any("ford" in d.text for d in given):
            raise RecursionError
        return whole(self, given, *rest)

    monkeypatch.setattr(Reader, "read_many", frail)
    given = [Document(LINE.format(n=n), f"{n}") for n in range(5)] + [Document("Fallen at the ford.", "bad")]
    wrong = []
    journal = Journal(tmp_path / "j.db")
    assert read_archive(given, journal, engine="here", tell=wrong.append) == 5
    assert [p.file for p in wrong] == ["bad"]
    assert [d.source for d, _ in read_each(given, Settings(), wrong.append)] == ["0", "1", "2", "3", "4"]


def test_forgetting_words_changes_no_claim():
    given = [Document(LINE.format(n=n)) for n in range(40)]
    plain = list(Reader().read_many(given))
    assert [claims for _, claims in read_each(given)] == plain
    assert sum(map(len, plain)) >= 40


def test_batches_are_bounded_by_their_characters(tmp_path):
    from whipcount.read.archive import _batches

    given = [Document("a" * size) for size in (300_000, 200_000, 5, 900_000, 5, 5)]
    assert [len(group) for group in _batches(given, 2)] == [1, 2, 1, 2]


def command(folder, out, *more):
    return [sys.executable, "-m", "whipcount", "read", str(folder), "--journal", str(out), *more]


@pytest.mark.long
def test_what_was_under_way_comes_out_the_same_after_three_kills(tmp_path):
    fill(tmp_path / "in", 260)
    (tmp_path / "in" / "copy.txt").write_text(LINE.format(n=3), "utf-8")
    whole = subprocess.run(
        command(tmp_path / "in", tmp_path / "whole.db", "--engine", "here"), capture_output=True, check=True
    )
    journal = tmp_path / "cut.db"
    for least in (1, 60, 130):
        run = subprocess.Popen(
            command(tmp_path / "in", journal),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while run.poll() is None and not (journal.exists() and count(journal) >= least):
            time.sleep(0.02)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        assert least <= count(journal) < 260
    last = subprocess.run(command(tmp_path / "in", journal), capture_output=True, check=True)
    assert last.stdout == whole.stdout
    assert count(journal) == 260
    rows = [json.loads(line) for line in last.stdout.splitlines()]
    assert {Path(r["document"]).name for r in rows} == {f"{n:05}.txt" for n in range(260)}


def count(path):
    import sqlite3

    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30) as db:
            return db.execute("select count(*) from documents").fetchone()[0]
    except sqlite3.OperationalError:  # the tables are not made yet
        return 0


def test_a_cluster_gives_the_same_claims(tmp_path):
    pytest.importorskip("distributed")
    from distributed import LocalCluster

    fill(tmp_path / "in", 20)
    settings = Settings((Person("Ada Quill", ("the bosun",)),), threshold=0.2)
    here = Journal(tmp_path / "here.db", settings.key)
    read(tmp_path / "in", here, settings=settings)
    assert here.count() == 20
    with LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=":0", silence_logs=50
    ) as cluster:
        there = Journal(tmp_path / "there.db", settings.key)
        done = read(tmp_path / "in", there, settings=settings, engine="dask", scheduler=cluster.scheduler_address)
        run = subprocess.run(
            [
                *command(tmp_path / "in", tmp_path / "c.db", "--threshold", "0.2"),
                "--engine",
                "dask",
                "--scheduler",
                cluster.scheduler_address,
            ],
            capture_output=True,
            check=True,
        )
    assert done == 20
    assert list(there.lines()) == list(here.lines())
    assert len(run.stdout.splitlines()) >= 20


def test_a_scheduler_that_does_not_answer(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("whipcount.spread.WAIT", 0.5)
    fill(tmp_path / "in", 1)
    with pytest.raises(UsageError, match=r"tcp://127.0.0.1:9"):
        read(tmp_path / "in", Journal(tmp_path / "j.db"), engine="dask", scheduler="tcp://127.0.0.1:9")
