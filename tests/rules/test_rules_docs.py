"""The page on rulebooks: every key and every command is on it, and its example is a rulebook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_rules_explain import KINDS, PIECES, WORDS

from whipcount.cli.rules import command
from whipcount.errors import RulebookError
from whipcount.plaintext import parse_yaml, validate
from whipcount.rules import Body, Rulebook, Version, explain, needs

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", [*KINDS, *PIECES, Body, Version, Rulebook], ids=lambda m: m.__name__)
def test_every_key_is_documented(model: type) -> None:
    for name, info in model.model_fields.items():  # type: ignore[attr-defined]
        assert f"`{info.alias or name}" in PAGE, name


@pytest.mark.parametrize("word", sorted(map(str, WORDS)))
def test_every_word_of_a_closed_list_is_documented(word: str) -> None:
    assert f"`{word}`" in PAGE or f": {word}`" in PAGE or f": {word}," in PAGE, word


def test_every_command_and_option_is_documented() -> None:
    for name, sub in command.commands.items():  # type: ignore[attr-defined]
        assert f"`whipcount rules {name}" in PAGE
        for option in (o for p in sub.params for o in p.opts if o.startswith("--")):
            assert option in PAGE, (name, option)


def test_the_example_is_a_rulebook() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    data, lines = parse_yaml(text, "example", RulebookError)
    version = validate(Rulebook, data, lines, RulebookError).at()
    assert len(explain(version)) == 6
    assert [r.number for r in needs(version, 34).of_clause("no-confidence")] == [17, 18]
