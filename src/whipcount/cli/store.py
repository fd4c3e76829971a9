"""`whipcount store`: the durable, shared form of contest folders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from whipcount.store import Event

F = TypeVar("F", bound=Callable[..., Any])


def store_option(command: F) -> F:
    """`--store` for a command."""
    return click.option(
        "--store",
        "where",
        envvar="WHIPCOUNT_STORE",
        show_envvar=True,
        default="whipcount.db",
        show_default=True,
        help="The store: a file, or postgresql://HOST/DATABASE.",
    )(command)


def who_option(command: F) -> F:
    """`--who` for a command that changes something."""
    return click.option("--who", help="Who makes the change [default: the name you are logged in under].")(command)


def json_option(command: F) -> F:
    """`--json` for a command that prints something."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def _me(who: str | None) -> str:
    import getpass

    if who:
        return who
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def _print(data: Any) -> None:
    click.echo(json.dumps(data, indent=1, ensure_ascii=False, default=str))


@click.group("store")
def command() -> None:
    """Contests in a database: shared by several people, with a journal of every change and undo."""


@command.command("import")
@click.argument("folders", nargs=-1, required=True, metavar="DIR...")
@click.option("--replace", is_flag=True, help="Take the folder's form where the store has the contest and differs.")
@who_option
@json_option
@store_option
def import_folders(folders: tuple[str, ...], *, replace: bool, who: str | None, as_json: bool, where: str) -> None:
    """Take contest folders (or contests that ship) into the store, each as one event.

    Exports give back the same bytes.
    """
    from whipcount.contest import locate
    from whipcount.store import open_store

    made = []
    with open_store(where) as store:
        for folder in folders:
            contest = store.import_folder(locate(folder), _me(who), replace=replace)
            made.append({"contest": contest.id, "version": contest.version, "rows": dict(contest.rows)})
            if not as_json:
                click.echo(f"{contest.id}: {sum(contest.rows.values())} rows, version {contest.version}.")
    if as_json:
        _print(made)


@command.command("export")
@click.argument("contest")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--over", is_flag=True, help="Write over files of the same names in a folder that is not empty.")
@json_option
@store_option
def export(contest: str, folder: Path, *, over: bool, as_json: bool, where: str) -> None:
    """Write CONTEST to a folder: what was not changed in the store has the bytes that it came with."""
    from whipcount.store import open_store

    with open_store(where) as store:
        names = store.export_folder(contest, folder, over=over)
    if as_json:
        _print({"contest": contest, "folder": str(folder), "files": names})
    else:
        click.echo(f"{folder}: {len(names)} files.")


@command.command("check")
@json_option
@store_option
def check(*, as_json: bool, where: str) -> None:
    """Is the store sound: the database, the journal's chain and its replay, the folders, the quotes?

    Exit status 1 if anything is not.
    """
    from whipcount.store import open_store

    with open_store(where) as store:
        found = store.check()
    if as_json:
        _print(found.to_json())
    else:
        looked = ", ".join(f"{check} {number}" for check, number in found.looked_at.items())
        click.echo(f"{found.store}: looked at {looked}.")
        for one in found.found[:50]:
            click.echo(f"{one.check}: {one.what}")
        click.echo(f"{len(found.found)} things are not as they should be." if found.found else "Sound.")
        click.echo(f"End of the journal: {found.head}")
    if not found.sound:
        raise click.exceptions.Exit(1)


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@store_option
def backup(file: Path, *, as_json: bool, where: str) -> None:
    """Copy the store to FILE, also while it is in use: a database like it, or for PostgreSQL an archive by pg_dump."""
    from whipcount.store import open_store

    with open_store(where) as store:
        made = store.backup(file)
    size = made.stat().st_size
    if as_json:
        _print({"file": str(made), "bytes": size})
    else:
        click.echo(f"{made}: {size:,} bytes.")


@command.command("log")
@click.argument("contest", required=False)
@click.option("--limit", type=click.IntRange(1, 100_000), default=30, show_default=True, help="How many events.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="Not those before this (UTC).")
@click.option("--changes", is_flag=True, help="Each change, before and after.")
@json_option
@store_option
def log(contest: str | None, *, limit: int, since: Any, changes: bool, as_json: bool, where: str) -> None:
    """What changed, when and by whom, newest first; of CONTEST or of everything."""
    from whipcount.store import open_store

    with open_store(where) as store:
        if contest is not None:
            store.version(contest)
        events = store.events(contest, since, limit, with_changes=changes or as_json)
    if as_json:
        _print([_plain(event) for event in events])
        return
    for event in events:
        click.echo(_line(event))
        for change in event.changes:
            click.echo(f"      {change.entity} {change.key}")
            for sign, record in (("-", change.before), ("+", change.after)):
                if record is not None:
                    click.echo(f"    {sign} {_shown(record)}")


@command.command("undo")
@click.argument("event", type=click.IntRange(1))
@who_option
@json_option
@store_option
def undo(event: int, *, who: str | None, as_json: bool, where: str) -> None:
    """Take EVENT (its number in the log) back, as an event of its own; refused where later changes stand on it."""
    from whipcount.store import open_store

    with open_store(where) as store:
        made = store.undo(event, _me(who))
    if as_json:
        _print(_plain(made))
    else:
        click.echo(_line(made))


def _line(event: Event) -> str:
    where = f" {event.contest_id}" if event.contest_id else ""
    undone = f" [undone by {event.undone_by}]" if event.undone_by else ""
    when = f"{event.at:%Y-%m-%d %H:%M:%S}"
    return f"{event.id:>5}  {when}  {event.who}: {event.action}{where}: {event.summary}{undone}"


def _shown(record: Any) -> str:
    return json.dumps(_text(record.get("raw", record)), ensure_ascii=False)[:300]


def _plain(event: Event) -> dict[str, Any]:
    changed = [
        {"entity": c.entity, "key": c.key, "before": _text(c.before), "after": _text(c.after)} for c in event.changes
    ]
    head = {k: getattr(event, k) for k in ("id", "at", "who", "action", "contest_id", "summary", "undoes", "undone_by")}
    return head | {"hash": event.hash, "changes": changed}


def _text(value: Any) -> Any:
    """Plain data: bytes as text where they are text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return {k: _text(v) for k, v in value.items()} if isinstance(value, dict) else value
