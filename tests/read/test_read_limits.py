"""Files that take for ever: they are given up, in one message each, and the rest is read."""

import os
import sys
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from whipcount.apart import Apart
from whipcount.cli.read import command
from whipcount.errors import InputError
from whipcount.read import apart as reading
from whipcount.read import documents
from whipcount.read.formats import kind_of

STORY = "Tom Hale is backing Ada Quill, and the bakers of the old town are with her too. "
PAGE = f"<html><body><article><p>{STORY * 5}</p></article></body></html>".encode()


def pdf_bomb(times=1_000_000):
    """A PDF of some kilobytes that writes one letter a few million times."""
    stream = zlib.compress(b"BT /F1 12 Tf 1 0 0 1 40 700 Tm (a) Tj ET\n" * times, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % p for p in places)
    end = b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return out + end % len(out)


@pytest.fixture
def hurried(monkeypatch):
    """PDFs get a second; everything else the time that it always has."""
    real = reading.APART.do
    reading.opened(PAGE, "warm.html")
    monkeypatch.setattr(
        reading.APART, "do", lambda task, given, seconds: real(task, given, 1 if given[1].endswith(".pdf") else seconds)
    )


def test_a_bomb_is_given_up_and_the_rest_goes_on(tmp_path, hurried):
    (tmp_path / "a.pdf").write_bytes(pdf_bomb())
    (tmp_path / "b.html").write_bytes(PAGE)
    (tmp_path / "c.txt").write_text(STORY, "utf-8")
    assert (tmp_path / "a.pdf").stat().st_size < 1_000_000
    done = CliRunner().invoke(command, [str(tmp_path), "--csv"])
    assert done.exit_code == 1
    assert done.stderr.count("it could not be read within 1 seconds") == 1
    assert "a.pdf" in done.stderr
    assert "Give the part that matters as text." in done.stderr
    assert "b.html" in done.stdout
    assert "c.txt" in done.stdout


def test_plain_text_is_opened_here_and_all_else_apart(tmp_path, monkeypatch):
    asked = []

    def do(task, given, seconds):
        asked.append(Path(given[1]).name)
        return "failed", None

    monkeypatch.setattr(reading.APART, "do", do)
    forms = {
        "a.txt": STORY.encode(), "b.md": b"# " + STORY.encode(), "c.html": PAGE, "d.pdf": b"%PDF-1.7 x",
        "e.eml": b"Subject: x\n\n" + STORY.encode(), "f.rss": b"<rss><channel/></rss>", "g.txt": PAGE, "h.html": b"\xff\xfe<\0h\0",
    }  # fmt: skip
    for name, raw in forms.items():
        (tmp_path / name).write_bytes(raw)
    wrong = []
    assert [Path(d.source).name for d in documents([str(tmp_path)], wrong.append)] == ["a.txt", "b.md"]
    assert asked == ["c.html", "d.pdf", "e.eml", "f.rss", "g.txt", "h.html"]
    assert len(wrong) == 6
    assert all("could not be read" in str(w) for w in wrong)


@pytest.mark.parametrize(
    ("raw", "name", "kind"),
    [
        (b"%PDF-1.4", "a.txt", "pdf"),
        (b"From: a@b.example\n\nx", "a", "mail"),
        (b"x", "a.EML", "mail"),
        ("<rss>".encode("utf-16"), "a", "feed"),
        (b"<!DOCTYPE html>", "a.txt", "html"),
        (b"x", "a.htm", "html"),
        (b"x", "a.rss", "text"),
    ],
)
def test_a_file_is_what_it_holds(raw, name, kind):
    assert kind_of(raw, name) == kind


TASKS = """
import os, signal, sys, time
from whipcount.apart import main, tell
def count(n):
    for k in range(n):
        tell(k, n, "counting")
    return n
def memory(size):
    return len(bytearray(size))
if __name__ == "__main__":
    main({"wait": time.sleep, "count": count, "die": lambda: os._exit(3), "memory": memory, "shout": lambda: print("loud" * 99)})
"""


@pytest.fixture
def apart(tmp_path, monkeypatch):
    (tmp_path / "tasks_apart.py").write_text(TASKS, "utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    process = Apart("tasks_apart")
    yield process
    process.close()


def test_what_takes_too_long_is_stopped_and_the_next_task_is_done(apart):
    assert apart.do("wait", (3600,), 0.5) == ("stopped", 0.5)
    assert apart.do("count", (3,), 60) == ("made", 3)


def test_what_breaks_down_is_no_matter_of_time(apart):
    assert apart.do("die", (), 60) == ("failed", None)
    assert apart.do("memory", (8_000_000_000,), 60) == ("failed", None)
    assert apart.do("shout", (), 60) == ("made", None)


def test_a_narrower_limit_of_the_system_holds_and_the_process_starts_all_the_same(apart, monkeypatch):
    limits = pytest.importorskip("resource")
    real = Apart._running

    def narrow(self):
        process = real(self)
        limits.prlimit(process.pid, limits.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
        return process

    if not hasattr(limits, "prlimit"):
        pytest.skip("limits of other processes are set on Linux only")
    monkeypatch.setattr(Apart, "_running", narrow)
    assert apart.do("count", (1,), 60) == ("made", 1)
    assert apart.do("memory", (3_000_000_000,), 60) == ("failed", None)
    assert apart.do("count", (1,), 60) == ("made", 1)


def test_an_interrupt_leaves_no_answer_for_the_next_task(apart):
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apart.do("count", (5,), 60, heard=stop)
    assert apart.do("count", (2,), 60) == ("made", 2)


def test_a_file_that_brings_its_parser_down_is_told(monkeypatch):
    monkeypatch.setattr(reading.APART, "do", lambda *_: ("failed", None))
    with pytest.raises(InputError, match="could not be read") as why:
        reading.opened(PAGE, "a.html")
    assert "seconds" not in str(why.value)
