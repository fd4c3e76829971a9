"""A room imports nothing from a room to its right, and nobody's name stands in code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import whipcount

ROOT = Path(whipcount.__file__).parent
ROOMS = (
    "rules",
    "contest",
    "ballots",
    "count",
    "read",
    "store",
    "headcount",
    "power",
    "forecast",
    "score",
    "report",
    "desk",
    "cli",
)
PARTS = [p for p in ROOMS if (ROOT / p).is_dir()]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in found if name.startswith("whipcount.")}


@pytest.mark.parametrize("room", PARTS)
def test_data_goes_one_way(room: str) -> None:
    right = set(ROOMS[ROOMS.index(room) + 1 :])
    for path in (ROOT / room).rglob("*.py"):
        wrong = imports(path) & right
        assert not wrong, f"{path.relative_to(ROOT)} imports from {sorted(wrong)}"


def test_each_room_says_what_it_shows() -> None:
    for room in PARTS:
        tree = ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), room


def surnames() -> set[str]:
    from whipcount.contest import load, names

    people = {c.name for n in names() for c in load(n).candidates}
    return {name.split()[-1] for name in people if len(name.split()[-1]) > 4}


PARTY = re.compile(
    r"\b(labou?r party|conservative party|liberal democrats?|fine gael|snp|tory|tories)\b", re.IGNORECASE
)


# Authors of papers and algorithms may be named: "Flegal & Jones 2010", "Meeus, Jones and Butcher's algorithm", "the Smith set".
CITED = re.compile(
    r"\b[A-Z]\w+(?:, [A-Z]\w+)*,?(?: &| and) [A-Z]\w+(?:'s)? (?:\(?\d{4}|algorithm)|\bSmith(?= set|, J| 1973)"
)


def test_no_party_and_no_person_is_named_in_code() -> None:
    people = re.compile(rf"\b({'|'.join(sorted(surnames()))})\b")
    for path in ROOT.rglob("*.py"):
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            line = CITED.sub("", text)
            found = people.search(line) or PARTY.search(line)
            assert not found, f"{path.relative_to(ROOT)}:{number} names {found.group()}"


def test_no_machine_is_named_anywhere() -> None:
    top = ROOT.parent.parent
    told = re.compile(r"(?<![\w.])/(?:work|farm|root|home)/\w")
    for path in [*ROOT.rglob("*.py"), *(top / "docs").rglob("*.md"), *top.glob("*.md"), top / "Makefile"]:
        assert not told.search(path.read_text(encoding="utf-8")), path
