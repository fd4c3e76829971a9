"""kill -9 at any moment loses nothing that was acknowledged, and leaves nothing half done."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from store_making import new_database

from whipcount.store import open_store

CHILD = Path(__file__).with_name("crash_child.py")


def killed(where: str, home: Path, seed: int, lines: int, after: float) -> list[tuple[int, str]]:
    """What a child got acknowledged before it was killed, `after` seconds from its start or from its last of so many lines."""
    with subprocess.Popen(
        [sys.executable, str(CHILD), where, str(home), str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        said = "".join(child.stdout.readline() for _ in range(lines))
        time.sleep(after)
        child.kill()
        said += child.stdout.read()
        complaint = child.stderr.read()
    assert "Error" not in complaint, complaint
    whole = [line.split() for line in said.splitlines(keepends=True) if line.endswith("\n") and line != "open\n"]
    return [(int(number), value) for number, value in whole]


def rounds(where: str, home: Path, number: int, seed: int) -> int:
    """Kill that many children on one store, and look at it after each; gives how many events were acknowledged."""
    draw = random.Random(seed)
    acknowledged: dict[int, str] = {}
    for turn in range(number):
        # One in eight is killed while it starts up: makes the database, upgrades it, or opens it.
        lines = draw.randint(1, 12) if turn % 8 else 0
        after = draw.uniform(0, 0.15) if lines else draw.uniform(0.3, 2.5)
        acknowledged |= dict(killed(where, home, seed * 1000 + turn, lines, after))
        with open_store(where) as store:
            found = store.check()
            events = {e.id: e.hash for e in store.events(limit=100_000, with_changes=False)}
        assert found.sound, found.found[:5]
        assert acknowledged.items() <= events.items()
    return len(acknowledged)


def address(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return str(tmp_path / "crash.db") if database == "sqlite" else new_database(request.getfixturevalue("server"))


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_kill_loses_nothing_acknowledged(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert rounds(address(database, tmp_path, request), tmp_path / "folders", 2, seed=7) > 0


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_fifty_kills_lose_nothing_acknowledged(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    number = rounds(address(database, tmp_path, request), tmp_path / "folders", 50, seed=1)
    print(f"{database}: 50 kills, {number} events acknowledged")
    assert number > 50
