"""Archives: nothing lost and nothing read twice, also after a kill; the same claims with one worker and with two."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from whipcount.errors import UsageError
from whipcount.read import Document, Journal, documents, read_archive

LINE = "Report {n}. Tom Hale{n} is backing Ada Quill. Ada Quill has the numbers.\n"


def fill(folder: Path, count: int):
    folder.mkdir()
    for n in range(count):
        (folder / f"{n:05}.txt").write_text(LINE.format(n=n), "utf-8")


def test_an_archive_is_read_once(tmp_path):
    fill(tmp_path / "in", 12)
    (tmp_path / "in" / "copy.txt").write_text(LINE.format(n=3), "utf-8")
    journal = Journal(tmp_path / "j.db")
    assert read_archive(documents([str(tmp_path / "in")], print), journal, engine="here", batch=4) == 12
    assert read_archive(documents([str(tmp_path / "in")], print), journal, engine="here", batch=4) == 0
    lines = list(journal.lines())
    assert journal.count() == 12
    assert len(lines) == len(set(lines)) >= 12


def test_another_reader_needs_another_journal(tmp_path):
    Journal(tmp_path / "j.db", "one").close()
    with pytest.raises(UsageError, match="other people"):
        Journal(tmp_path / "j.db", "two")


def test_a_batch_is_written_whole_or_not(tmp_path):
    journal = Journal(tmp_path / "j.db")
    with pytest.raises(AttributeError):
        journal.add([(Document("one"), []), (Document("two"), [None])])
    assert journal.count() == 0


@pytest.mark.long
def test_a_killed_run_goes_on_where_it_stopped(tmp_path):
    fill(tmp_path / "in", 300)
    code = "import sys\nfrom whipcount.read import *\nif __name__ == '__main__':\n read_archive(documents([sys.argv[1]], print), Journal(__import__('pathlib').Path(sys.argv[2])), workers=2, batch=4)\n"
    script = tmp_path / "run.py"
    script.write_text(code)
    once = [sys.executable, str(script), str(tmp_path / "in"), str(tmp_path / "once.db")]
    subprocess.run(once, check=True)
    cut = [sys.executable, str(script), str(tmp_path / "in"), str(tmp_path / "cut.db")]
    run = subprocess.Popen(cut, start_new_session=True)
    while run.poll() is None and not ((tmp_path / "cut.db").exists() and Journal(tmp_path / "cut.db").count() > 20):
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    partial = Journal(tmp_path / "cut.db").count()
    assert 20 < partial < 300
    subprocess.run(cut, check=True)
    assert list(Journal(tmp_path / "cut.db").lines()) == list(Journal(tmp_path / "once.db").lines())
    assert Journal(tmp_path / "cut.db").count() == 300
