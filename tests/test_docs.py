"""What README and docs say is true now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import click
import pytest

from whipcount.cli.main import COMMANDS, cli
from whipcount.contest import TABLES, columns
from whipcount.contest import names as contests
from whipcount.rules import names as rulebooks

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}


def regenerate():
    spec = importlib.util.spec_from_file_location("regenerate", ROOT / "tools" / "regenerate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = regenerate()
PARTS = [
    (page.name, match["command"], match.group(0))
    for page in TOOL.pages()
    for match in TOOL.PART.finditer(page.read_text(encoding="utf-8"))
]


# The whole scoreboard takes most of a minute.
SLOW = {"whipcount score"}


@pytest.mark.parametrize(
    ("page", "command", "part"),
    [
        pytest.param(*part, marks=pytest.mark.long if part[1] in SLOW else (), id=f"{part[0]}: {part[1]}")
        for part in PARTS
    ],
)
def test_what_commands_print_is_what_the_pages_show(page: str, command: str, part: str) -> None:
    assert TOOL.fresh(part) == part, f"{page} is out of date: run `make docs`"


def test_the_readme_opens_with_the_two_commands() -> None:
    assert re.search(r"make demo.*\n\s+make test", README[:900])


def commands(group: click.Group, path: str) -> list[tuple[str, click.Command]]:
    out = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        out.append((f"{path} {name}", command))
        if isinstance(command, click.Group):
            out += commands(command, f"{path} {name}")
    return out


def test_every_command_and_option_is_on_a_page() -> None:
    text = README + "".join(DOCS.values())
    missing = []
    for path, command in commands(cli, "whipcount"):
        if path not in text:
            missing.append(path)
        for option in command.params:
            long = next((o for o in option.opts if o.startswith("--")), None)
            if long and long not in text:
                missing.append(f"{path} {long}")
    assert not missing


def test_every_column_of_a_contest_is_on_its_page() -> None:
    page = DOCS["contests.md"] + DOCS.get("columns.md", "")
    for file, (_, record) in TABLES.items():
        assert file in page
        for column in columns(record)[1]:
            assert f"`{column}`" in page or column in page, f"{file}: {column}"


def test_the_counts_in_the_readme() -> None:
    words = {6: "Six", 19: "Nineteen"}
    assert f"{words[len(contests())]} contests ship" in README
    assert f"{words[len(rulebooks())]} rulebooks ship" in README


def test_links_lead_somewhere() -> None:
    pages = {"README.md": README} | {f"docs/{name}": text for name, text in DOCS.items()}
    for name, text in pages.items():
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


def test_commands_are_listed_with_their_help() -> None:
    assert set(COMMANDS) == {name.split()[1] for name, _ in commands(cli, "whipcount") if len(name.split()) == 2}
