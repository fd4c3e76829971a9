"""`whipcount rules`: list, show, check, what they need, how they differ.

Data goes to standard output (a table, or JSON or CSV where asked), talk to standard error.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

    from whipcount.errors import Problem
    from whipcount.forecast import WhatIf
    from whipcount.rules import Change, Difference, InForce, Needs, Paragraph

F = TypeVar("F", bound=Callable[..., Any])
SCREEN = 40
"""Lines that a difference is told in, unless all of it is asked for."""
NAMED = 4
"""So many of the changes that are left out are named."""

as_json = click.option("--json", "form", flag_value="json", default=None, help="Write JSON.")
as_csv = click.option("--csv", "form", flag_value="csv", help="Write CSV.")
electors_option = click.option(
    "--electors",
    multiple=True,
    metavar="N or BODY=N",
    help="How many electors: N for the body known by name, or BODY=N for each body (may be given several times).",
)


@click.group()
def command() -> None:
    """Rulebooks: list, show, check, what they need, how they differ.

    ID is a rulebook that ships (see `whipcount rules list`) or the path of a YAML file; ID@DATE picks the version that
    was in force on a date.
    """


@command.command("list")
@as_json
@as_csv
def list_rulebooks(form: str | None) -> None:
    """List the rulebooks that ship, with their versions and the contests that each governed."""
    from whipcount.rules import load, names

    rows = [
        {
            "id": name,
            "from": str(version.since or ""),
            "until": str(load(name).until(version) or ""),
            "label": version.label,
            "governed": "; ".join(version.governed),
            "name": load(name).name,
        }
        for name in names()
        for version in load(name).versions
    ]
    if form:
        _write(form, rows)
        return
    table = _table("rulebook", "from", "version", "governed")
    for before, row in zip([None, *rows], rows, strict=False):
        first = before is None or before["id"] != row["id"]
        _add(table, row["id"] if first else "", row["from"] or "-", row["label"], row["governed"].replace(";", ","))
    _console().print(table)
    click.echo("`whipcount rules show ID@DATE` explains one.", err=True)


@command.command("show")
@click.argument("ref", metavar="ID[@DATE]")
@as_json
def show(ref: str, form: str | None) -> None:
    """Explain a version in plain English, clause by clause, with its sources."""
    from whipcount.rules import explain, find

    found = find(ref)
    paragraphs = explain(found.version)
    if form:
        _write(form, {**_head(found), "paragraphs": [p.to_json() for p in paragraphs]})
        return
    console = _console()
    console.print(_bold(f"{found.rulebook.name}, {found.rulebook.office} ({_in_force(found)})"))
    for paragraph in paragraphs:
        _print_paragraph(console, paragraph)


@command.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
def check(files: tuple[Path, ...], form: str | None) -> None:
    """Check rulebook files; every problem with its file, line and how to mend it. Exit status 1 if there is one."""
    from whipcount.errors import RulebookError
    from whipcount.rules import load_file

    problems: list[Problem] = []
    for path in files:
        try:
            book = load_file(path)
        except RulebookError as wrong:
            problems += wrong.problems
        else:
            versions, clauses = len(book.versions), sum(len(v.clauses) for v in book.versions)
            click.echo(f"{path.name}: fine ({versions} version{'s' * (versions > 1)}, {clauses} clauses).", err=True)
    if form:
        _write(form, [{"file": p.file, "line": p.line, "what": p.what, "mend": p.mend} for p in problems])
    if problems:
        for problem in problems if not form else ():
            click.echo(str(problem), err=True)
        click.echo(f"{len(problems)} problem{'s' * (len(problems) > 1)}.", err=True)
        sys.exit(1)


@command.command("needs")
@click.argument("ref", metavar="ID[@DATE]")
@electors_option
@as_json
@as_csv
def needs(ref: str, electors: tuple[str, ...], form: str | None) -> None:
    """Every threshold as a number of people: to keep the leader, to force a contest, to get on the paper, to win."""
    from whipcount.rules import find
    from whipcount.rules import needs as worked_out
    from whipcount.rules.electors import parse

    found = find(ref)
    given = parse(electors)
    result = worked_out(found.version, given)
    if form:
        rows = [{**row.to_json(), "text": row.text} for row in result.rows]
        _write(form, {**_head(found), **result.to_json()} if form == "json" else rows)
        return
    _print_needs(found, result)
    _say_who(found, result, bare=isinstance(given, int))


@command.command("diff")
@click.argument("a", metavar="ID[@DATE]")
@click.argument("b", metavar="ID[@DATE]")
@electors_option
@click.option("--all", "everything", is_flag=True, help="Show every change in full, not only what fits a screen.")
@click.option(
    "--replay", metavar="CONTEST", help="Also: would the second rules have changed who was to be expected in CONTEST?"
)
@as_json
@as_csv
def diff(a: str, b: str, electors: tuple[str, ...], everything: bool, replay: str | None, form: str | None) -> None:
    """What changed from one version (or rulebook) to another, and for whom it matters, the weightiest first."""
    from whipcount.rules import difference, find
    from whipcount.rules.electors import parse

    old, new = find(a), find(b)
    result = difference(old.version, new.version, parse(electors))
    again = _under(replay, b) if replay is not None else None
    if form:
        sides = {"a": _head(old), "b": _head(new)}
        if again is not None:
            sides["replay"] = again.to_json()
        rows = [change.to_json() for change in result.changes]
        _write(form, {**result.to_json(), **sides} if form == "json" else rows)
        return
    _print_difference(old, new, result, everything)
    if again is not None:
        from whipcount.cli.what_if import show_change

        click.echo(f"\nUnder {new.ref} instead of the rules of the day:")
        show_change(again)


def _under(contest: str, ref: str) -> WhatIf:
    from whipcount.contest import load
    from whipcount.forecast.replay import replay_under

    return replay_under(load(contest), ref)


def _head(found: InForce) -> dict[str, Any]:
    version = found.version
    until = found.rulebook.until(version)
    return {
        "ref": found.ref,
        "name": found.rulebook.name,
        "label": version.label,
        "from": version.since.isoformat() if version.since else None,
        "until": until.isoformat() if until else None,
    }


def _in_force(found: InForce) -> str:
    since, until = found.version.since, found.rulebook.until(found.version)
    told = [f"from {since}" if since else "", f"until {until}" if until else ""]
    return f"{found.rulebook.id} {' '.join(t for t in told if t)}".strip()


def _write(form: str, data: Any) -> None:
    """Plain data on standard output. In CSV, a list is joined by '; ' and a cell that a spreadsheet would run is quoted."""
    if form == "json":
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    rows: Sequence[Mapping[str, Any]] = data
    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = "; ".join(str(item) for item in value)
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def _console() -> Console:
    from rich.console import Console

    plain = Console(highlight=False, markup=False, emoji=False)
    return plain if plain.is_terminal else Console(highlight=False, markup=False, emoji=False, width=100)


def _bold(text: str) -> Text:
    from rich.text import Text

    return Text(text, style="bold")


def _table(*columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"rulebook", "from"})
    return table


def _add(table: Table, *cells: str) -> None:
    """A row of plain text: what a file says is never read as markup."""
    from rich.text import Text

    table.add_row(*(Text(cell) for cell in cells))


def _cited(sources: Iterable[str]) -> Text:
    """Where it is from: on a terminal the publisher, linked to the address; else the address."""
    from rich.style import Style
    from rich.text import Text

    from whipcount.rules.words import host

    text = Text(style="dim")
    shown: set[str] = set()
    for source in sources:
        name = host(source) if _console().is_terminal else source
        if name in shown:
            continue
        text.append(", " if shown else "")
        link = Style(link=source) if source.startswith(("https://", "http://")) else Style()
        text.append(name, style=link)
        shown.add(name)
    return text


def _print_paragraph(console: Console, paragraph: Paragraph) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console.print()
    name = f"  [{paragraph.clause}]" if paragraph.clause else ""
    console.print(_bold(paragraph.heading).append(name, style="not bold dim"))
    console.print(Padding(Text(paragraph.text), (0, 0, 0, 2)))
    if paragraph.sources:
        cited = _cited(paragraph.sources).append(f" ({paragraph.confidence} confidence)")
        console.print(Padding(cited, (0, 0, 0, 2)))


def _print_needs(found: InForce, result: Needs) -> None:
    from rich.table import Table

    console = _console()
    console.print(_bold(f"{found.rulebook.name}: {result.label} ({_in_force(found)})"))
    for group in result.clauses:
        console.print()
        console.print(_bold(group.heading))
        table = Table.grid(padding=(0, 2), pad_edge=True)
        table.add_column(max_width=38, overflow="fold")
        table.add_column(overflow="fold")
        for row in group.rows:
            _add(table, row.text, f"{row.purpose}{f' ({row.note})' if row.note else ''}")
        for label, rows in group.readings:
            _add(table, " / ".join(row.text for row in rows), f"by another reading: {label}")
        console.print(table)


def _say_who(found: InForce, result: Needs, *, bare: bool) -> None:
    bodies = found.version.bodies
    for body, count in result.electors if bare else ():
        click.echo(f"{count:,} is taken to be the number of: {bodies[body].name} ({body}).", err=True)
    unknown = [body for body in bodies if body not in dict(result.electors)]
    if unknown:
        options = " ".join(f"--electors {body}=N" for body in unknown)
        click.echo(f"For numbers of people elsewhere, add {options}.", err=True)


def _print_difference(old: InForce, new: InForce, result: Difference, everything: bool) -> None:
    console = _console()
    for found, name in ((old, "from"), (new, "to  ")):
        console.print(_bold(f"{name} {found.rulebook.name}: {found.version.label} ({_in_force(found)})"))
    if not result.changes:
        console.print("Nothing changed.")
        return
    kept = result.changes if everything else _on_one_screen(console, result)
    topic = ""
    for change in [c for c in result.changes if c in kept]:
        if change.topic != topic:
            console.print()
        console.print(*_told(change, opens=change.topic != topic), sep="\n")
        topic = change.topic
    left = [change for change in result.ranked if change not in kept]
    if left:
        console.print()
        console.print(_left_out(left), style="dim")


def _on_one_screen(console: Console, result: Difference) -> list[Change]:
    """The weightiest changes that fit in the lines of a screen, beside a line on those that do not; one at the least."""
    from rich.console import Group

    def lines(*told: Any) -> int:
        return len(console.render_lines(Group(*told)))

    kept: list[Change] = []
    room = SCREEN - 3
    for change in result.ranked:
        topics = {c.topic for c in kept} | {change.topic}
        used = len(topics) + sum(lines(*_told(c, opens=True)) for c in [*kept, change])
        left = [c for c in result.changes if c not in kept and c is not change]
        footer = 1 + lines(_left_out(left)) if left else 0
        if kept and (change.minor or used + footer > room):
            break
        kept.append(change)
    return kept


def _left_out(left: Sequence[Change]) -> Text:
    from rich.text import Text

    named = "; ".join(f"{change.what} ({change.kind})" for change in left[:NAMED])
    more = f"; and {len(left) - NAMED} more" if len(left) > NAMED else ""
    them = "change: " if len(left) == 1 else "changes: "
    return Text(
        f"Also {len(left)} smaller {them}{named}{more}. --all shows {'it' if len(left) == 1 else 'them'} in full."
    )


def _told(change: Change, *, opens: bool) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    topic = f"{change.topic.upper()}: " if opens else ""
    kind = "" if change.kind == "changed" else f" ({change.kind})"
    yield _bold(topic).append(f"{change.what}{kind}", style="cyan")
    for name, text, sources in (("was", change.was, change.sources_was), ("now", change.now, change.sources_now)):
        if text is not None:
            told = Text(f"{name}: ", style="bold").append(text, style="not bold")
            yield Padding(told.append(" ").append_text(_publishers(sources)), (0, 0, 0, 2), expand=False)
    if change.matters_for and not all(change.what.endswith(f": {who}") for who in change.matters_for):
        yield Padding(Text(f"matters for {'; '.join(change.matters_for)}", style="italic"), (0, 0, 0, 2), expand=False)


def _publishers(sources: Iterable[str]) -> Text:
    from rich.text import Text

    from whipcount.rules.words import hosts

    return Text(f"({hosts(sources)})" if sources else "", style="not bold dim")
