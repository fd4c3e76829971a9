"""`--accept ask` in a pseudo-terminal, as a person meets it: the real command, real keys, narrow and wide, and what ends it early."""

import fcntl
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from whipcount.contest import load, locate
from whipcount.read import accept, read_file

PROMPT = "[y/n/a/e/q] "
DAY = "2011-09-30"
WAIT = 60.0
"""Seconds after which a terminal that says nothing is a failure: no test waits for it to pass."""


class Terminal:
    """The command in a terminal of its own: `expect` reads what it shows, `press` sends keys."""

    def __init__(self, *args, columns=80, stdin=None):
        self.outer, inner = os.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        self.inner, self.before, self.shown = inner, termios.tcgetattr(inner), ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CONTROLLED, *map(str, args)],
            stdin=stdin or inner,
            stdout=subprocess.DEVNULL,
            stderr=inner,
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "COLUMNS": "",
                "NO_COLOR": "1",
                "WHIPCOUNT_TTY": os.ttyname(inner),
            },
            start_new_session=True,
        )

    def expect(self, words):
        """Read on until these words are shown; what is shown up to and with them."""
        until = time.monotonic() + WAIT
        while words not in self.shown:
            ready, _, _ = select.select([self.outer], [], [], 1.0)
            if ready:
                self.shown += os.read(self.outer, 65536).decode("utf-8", "replace")
            assert ready or self.process.poll() is None, f"ended without {words!r}: {self.shown}"
            assert time.monotonic() < until, f"no {words!r} in {self.shown!r}"
        said, found, self.shown = self.shown.partition(words)
        return said + found

    def press(self, keys):
        """Press keys at the prompt for one, once they are read one by one: what is typed before is thrown away."""
        until = time.monotonic() + WAIT
        while termios.tcgetattr(self.inner)[3] & termios.ICANON:
            assert time.monotonic() < until, "keys are never read one by one"
            time.sleep(0.01)
        os.write(self.outer, keys.encode())

    def type(self, line):
        """Type into a field, whose line is edited by the terminal."""
        os.write(self.outer, line.encode())

    def interrupt(self):
        """Press Ctrl-C, as a person does until it is heeded: one that comes while the terminal is being set is a character like others."""
        until = time.monotonic() + WAIT
        while self.process.poll() is None:
            assert time.monotonic() < until, "Ctrl-C is never heeded"
            os.write(self.outer, b"\x03")
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(2)

    def ended(self):
        """The exit status and what was shown last."""
        status = self.process.wait(WAIT)
        rest = self.shown
        while select.select([self.outer], [], [], 0.05)[0]:
            rest += os.read(self.outer, 65536).decode("utf-8", "replace")
        return status, rest

    def usable(self):
        """Whether the terminal is set as it was found: lines, echo, signals."""
        return termios.tcgetattr(self.inner) == self.before

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.outer)
        os.close(self.inner)


# The child makes the terminal its own, as a login does; then it is the command.
_CONTROLLED = """
import fcntl, os, sys, termios
fd = os.open(os.environ["WHIPCOUNT_TTY"], os.O_RDWR)
fcntl.ioctl(fd, termios.TIOCSCTTY, 0)
os.close(fd)
sys.argv[0] = "whipcount"
from whipcount.cli.main import main
main()
"""


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(locate("nz-labour-2011"), tmp_path / "contest"))


@pytest.fixture
def column(folder, tmp_path):
    contest = load(folder)
    leader = next(q.leader for q in contest.identity.questions if q.leader)
    others = [e.name for e in contest.roll("caucus", date.fromisoformat(DAY)) if e.name != leader]
    path = tmp_path / "column.txt"
    path.write_text(" ".join(f"{name} opposes {leader}." for name in others[:5]) + "\n", "utf-8")
    return path


@pytest.fixture
def terminal(folder):
    opened = []

    def start(source, **kwargs):
        args = ("read", source, "--contest", folder, "--date", DAY, "--threshold", "0.4", "--jsonl", "--accept", "ask")
        opened.append(Terminal(*args, **kwargs))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def written(folder, column):
    """The rows that came of the column; the folder must load, and hold nothing twice."""
    contest = load(folder)
    assert len({e.id for e in contest.evidence}) == len(contest.evidence)
    return [e for e in contest.evidence if str(column) in e.source or "standard input" in e.source]


@pytest.mark.parametrize("columns", [80, 40])
def test_keys_one_by_one(terminal, folder, column, columns):
    screen = terminal(column, columns=columns)
    said = screen.expect(PROMPT)
    count = int(re.search(r"(\d+) claims to decide", said)[1])
    assert count == 5
    plain = re.sub("\x1b\\[[0-9;]*m", "", said)
    lines = plain.split("claims to decide", 1)[1].splitlines()[1:]
    assert max(len(line) for line in lines) <= columns
    whole = " ".join(" ".join(lines).split())
    assert "opposes" in whole
    assert column.read_text("utf-8").split(".")[0] in whole, "no word is broken"
    for nothing in ("x", "\x1b[A", " ", "\r", "é", "yy"):
        screen.press(nothing)
        assert "y yes" in screen.expect(PROMPT)
        assert written(folder, column) == []
    screen.press("n")
    assert "2 of 5" in screen.expect(PROMPT)
    screen.press("Y")
    assert "3 of 5" in screen.expect(PROMPT)
    assert len(written(folder, column)) == 1, "written as soon as it is accepted"
    screen.press("e")
    screen.expect("holder")
    screen.type("\r")
    screen.expect("stance")
    screen.type("adores\r")
    screen.expect("target")
    screen.type("\r")
    assert "stance is one of" in screen.expect("holder")
    for then in ("stance", "target", PROMPT):
        screen.type("\r")
        screen.expect(then)
    assert len(written(folder, column)) == 2
    screen.press("a")
    status, rest = screen.ended()
    assert status == 0
    assert "4 rows of evidence and 0 predictions" in " ".join(rest.split())
    assert len(written(folder, column)) == 4
    assert screen.usable()


def test_ctrl_c_loses_nothing_that_was_accepted(terminal, folder, column):
    screen = terminal(column)
    screen.expect(PROMPT)
    screen.press("y")
    screen.expect("2 of 5")
    screen.expect(PROMPT)
    screen.press("\x03")
    status, rest = screen.ended()
    assert status == 128 + signal.SIGINT
    assert "1 rows of evidence" in rest
    assert "Traceback" not in rest
    assert len(written(folder, column)) == 1
    assert screen.usable()
    again = terminal(column)
    assert "4 claims to decide" in again.expect(PROMPT)
    again.press("e")
    again.expect("holder")
    again.interrupt()
    status, rest = again.ended()
    assert status == 128 + signal.SIGINT
    assert "Traceback" not in rest
    assert len(written(folder, column)) == 1
    assert again.usable()


def test_a_kill_leaves_the_folder_whole_and_being_told_to_end_the_terminal_too(terminal, folder, column):
    screen = terminal(column)
    for _ in range(2):
        screen.expect(PROMPT)
        screen.press("y")
    screen.expect("3 of 5")
    screen.process.kill()
    assert screen.ended()[0] == -signal.SIGKILL
    assert len(written(folder, column)) == 2
    with column.open("rb") as text:
        piped = terminal("-", stdin=text)
        said = piped.expect(PROMPT)
    assert re.search(r"[1-5] of [1-5]", said), "keys come from the terminal though the text does not"
    piped.process.terminate()
    status, rest = piped.ended()
    assert status == 128 + signal.SIGTERM
    assert "Traceback" not in rest
    assert len(written(folder, column)) == 2
    assert piped.usable()


def test_a_kill_while_a_table_is_written_leaves_the_old_one_or_the_new_one(folder, column, monkeypatch):
    from whipcount.read import Claim, leader_of

    (document,) = read_file(column, date.fromisoformat(DAY))
    contest = load(folder)
    holder = next(e.name for e in contest.electors if document.text.startswith(e.name))
    quote = document.text.split(".")[0]
    own = {"holder": holder, "stance": "opposes", "target": leader_of(contest)}
    claim = Claim("position", 0, len(quote), quote, own, "author", "asserted", 0.9, "test")
    before = (folder / "evidence.csv").read_bytes()

    class Killed(BaseException):
        """What nothing that is on its way out may wait for."""

    def torn(self, text, *_):
        self.write_bytes(text.encode()[: len(text) // 2])
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", torn)
        with pytest.raises(Killed):
            accept(folder, [(document, claim)])
    assert (folder / "evidence.csv").read_bytes() == before
    assert written(folder, column) == []
    assert len(accept(folder, [(document, claim)]).evidence) == 1
    assert accept(folder, [(document, claim)]).already == 1
    assert len(written(folder, column)) == 1


def test_two_who_accept_at_once_take_nothing_from_each_other(folder, column):
    from whipcount.read import Claim, leader_of

    (document,) = read_file(column, date.fromisoformat(DAY))
    contest = load(folder)
    leader = leader_of(contest)
    names = [part.removesuffix(f" opposes {leader}") for part in document.text.strip().rstrip(".").split(". ")]
    assert len(names) == 5

    def claim(name):
        quote = f"{name} opposes {leader}"
        start = document.text.index(quote)
        own = {"holder": name, "stance": "opposes", "target": leader}
        return Claim("position", start, start + len(quote), quote, own, "author", "asserted", 0.9, "test")

    with ThreadPoolExecutor(5) as at_once:
        done = list(at_once.map(lambda name: accept(folder, [(document, claim(name))]), names))
    assert [len(d.evidence) for d in done] == [1] * 5
    assert len(written(folder, column)) == 5
