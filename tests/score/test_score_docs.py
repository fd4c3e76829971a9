"""Everything public has a word on the page; the page's example entries are valid; the page's table is the data's."""

from __future__ import annotations

import doctest
import json
import re
from importlib import import_module
from pathlib import Path

import pytest

import whipcount.score as room
from whipcount.cli.predict import command as predict
from whipcount.cli.score import command as score
from whipcount.score.words import tables

PAGE = (Path(__file__).parents[2] / "docs" / "score.md").read_text(encoding="utf-8")


def test_every_public_function_and_option_is_on_the_page() -> None:
    functions = [n for n in room.__all__ if n[0].islower() and n != "backtest"]
    options = [p.opts[-1] for p in score.params if p.opts[-1].startswith("--")]
    skip = {"--seed", "--json", "--detail"}
    missing = [n for n in functions if f"`{n}`" not in PAGE and f"{n}(" not in PAGE]
    missing += [o for o in options if o not in PAGE and o not in skip]
    assert not missing
    assert "--publish" in PAGE
    assert any("--publish" in p.opts for p in predict.params)


def test_the_entries_on_the_page_are_valid(tmp_path: Path) -> None:
    found = re.findall(r"^    (\{\"entry\": \"(?:prediction|resolution)\".*?\})$", PAGE, re.MULTILINE | re.DOTALL)
    path = tmp_path / "entries.jsonl"
    path.write_text("".join(json.dumps(json.loads(text)) + "\n" for text in found), encoding="utf-8")
    entries = room.read_entries(path)
    assert [e.entry for e in entries] == ["prediction", "resolution"]
    assert str(getattr(entries[0], "not_after", "")) == "2031-05-31"


def test_the_table_of_words_is_that_of_the_data() -> None:
    for name, strength in tables().strengths.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| {name}"))
        assert f"| {strength.p:g} |" in row
        assert ("our convention" in row) == (strength.basis == "convention")
    for rate in tables().polls.values():
        assert f"{rate.p:.3g}" in PAGE


@pytest.mark.parametrize("module", ["rules", "distributions", "calibration", "odds", "when", "words"])
def test_the_examples_in_docstrings_run(module: str) -> None:
    found = doctest.testmod(import_module(f"whipcount.score.{module}"))
    assert found.attempted > 0
    assert found.failed == 0
