"""Everything the command line can do can be done at the desk: the guide says where, command by command, and is held to it."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from whipcount.cli.main import cli
from whipcount.desk.pages import ROUTERS as READING
from whipcount.desk.writing import ROUTERS as WRITING

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "desk.md"
EVERYWHERE = {
    "--json",
    "--csv",
    "--chart",
    "--seed",
    "--draws",
    "--as-of",
    "--question",
    "--section",
    "--engine",
    "--scheduler",
}
"""Options that are said once, above the table."""
WHOLE = ("report", "headcount", "why", "calls", "path", "power", "record", "what-if", "replay", "opens", "backtest", "score", "predict")  # fmt: skip
"""Commands about contests: of these each option has its place in the table."""


def commands(group: click.Group, path: str = "") -> dict[str, click.Command]:
    out = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        out |= commands(found, f"{path}{name} ") if isinstance(found, click.Group) else {f"{path}{name}": found}
    return out


COMMANDS = commands(cli)


def rows() -> dict[str, tuple[str, str]]:
    """Command -> (where it is at the desk, its options), from the guide."""
    part = GUIDE.read_text(encoding="utf-8").partition("## What each command is here")[2].partition("\n## ")[0]
    out = {}
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 3:
            out |= dict.fromkeys(re.findall(r"`([^`]+)`", cells[0]), (cells[1], cells[2]))
    return out


ROWS = rows()


ROUTES = [route for router in (*READING, *WRITING) for route in router.routes]


@pytest.fixture(scope="module")
def patterns():
    """What addresses the desk answers."""
    return [re.compile(re.sub(r"\\\{[^}]+\}", "[^/]+", re.escape(route.path))) for route in ROUTES]


def addresses(text: str) -> list[str]:
    return [one.partition("?")[0] for one in re.findall(r"`(/[^`]*)`", text)]


def test_every_command_is_in_the_table_and_nothing_else_is() -> None:
    assert set(ROWS) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_a_page_or_a_reason_why_not(patterns, command) -> None:
    where, options = ROWS[command]
    found = addresses(where)
    assert found or len(where.removeprefix("not here: ")) < len(where), f"{command}: neither an address nor a reason"
    for address in found + addresses(options):
        assert any(p.fullmatch(address) for p in patterns), f"{command}: the desk has no {address}"


@pytest.mark.parametrize("command", WHOLE)
def test_every_option_of_a_command_about_contests_has_its_place(patterns, command) -> None:
    where, options = ROWS[command]
    given = {
        opt for p in COMMANDS[command].params if isinstance(p, click.Option) for opt in p.opts if opt.startswith("--")
    }
    for option in given - EVERYWHERE:
        assert f"`{option}`" in options, f"{command} {option} has no place at the desk"
    forms = {f".{option[2:]}" for option in given & {"--json", "--csv"}}
    for form in forms:
        assert any(p.fullmatch(f"{address}{form}") for address in addresses(where)[:1] for p in patterns), form
    if "--chart" in given:
        assert any(address.endswith(".svg") for address in addresses(where)), f"{command} is drawn, and not here"


def test_what_is_said_once_is_said() -> None:
    part = GUIDE.read_text(encoding="utf-8").partition("## What each command is here")[2].partition("| command")[0]
    for option in EVERYWHERE:
        assert f"`{option}" in part, option


def test_every_field_of_a_command_is_one_of_its_page() -> None:
    """What an address is asked has the name that its option has, so that who knows one knows the other."""
    asked = {r.path: {p.alias for p in r.dependant.query_params} for r in ROUTES}
    pages = {
        "headcount": "headcount", "why": "why", "calls": "calls", "path": "path", "power": "camps", "opens": "opens", "replay": "replay",
        "what-if": "what-if", "predict": "predictions",
    }  # fmt: skip
    elsewhere = {"json", "csv", "chart", "engine", "scheduler", "grid", "publish", "ledger", "most"}
    for command, page in pages.items():
        fields = asked[f"/contests/{{contest}}/{page}"]
        given = {p.opts[-1][2:].replace("-", "_") for p in COMMANDS[command].params if isinstance(p, click.Option)}
        assert given - elsewhere <= fields, f"{command}: {sorted(given - elsewhere - fields)}"
