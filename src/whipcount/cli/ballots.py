"""`whipcount ballots`: look into ballot files and convert them, before anything is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from whipcount.ballots import BallotFileInfo

READABLE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group()
def command() -> None:
    """Ballot files: what is in one, and conversion between formats."""


@command.command("info")
@click.argument("file", type=READABLE)
@click.option("--format", "form", metavar="FORMAT", help="Format of the file; by default the content tells.")
@click.option("--contest", metavar="NAME", help="Which contest of a file with several.")
@click.option("--json", "as_json", is_flag=True, help="The same as data.")
@click.pass_context
def info_command(ctx: click.Context, file: Path, form: str | None, contest: str | None, as_json: bool) -> None:
    """Say what is in FILE before anything is counted. Exit status 1 if it cannot be counted as it is."""
    from whipcount.ballots import info

    found = info(file, form, contest=contest)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        for name, value in _lines(found):
            click.echo(f"{name:<12}{value}")
    for problem in found.problems[:50]:
        click.echo(str(problem), err=True)
    if found.problems:
        ctx.exit(1)


def _lines(found: BallotFileInfo) -> list[tuple[str, str]]:
    from whipcount.count.words import number

    packed = f", {found.packing}" if found.packing and found.packing != "none" else ""
    lines = [("file", f"{found.path} ({found.format}{packed}, {found.bytes:,} bytes)"), ("sha256", found.sha256)]
    lines += [("title", found.title)] if found.title else []
    lines += [("contests", "; ".join(found.contests))] if len(found.contests) > 1 else []
    lines += [
        ("candidates", f"{len(found.candidates)}: {', '.join(found.candidates)}"),
        ("votes", f"{number(found.votes)}, {found.distinct:,} different, up to {found.ranks} ranks"),
    ]
    lines += [("write-ins", ", ".join(found.write_ins))] if found.write_ins else []
    named = [(g, n) for g, n in found.groups.items() if g.section or g.unit]
    lines += [("group", f"{' / '.join(filter(None, (g.section, g.unit)))}: {number(n)}") for g, n in named[:40]]
    lines += [("", f"and {len(named) - 40:,} more groups")] if len(named) > 40 else []
    for what in ("blank", "overvoted", "gapped", "repeated"):
        votes = getattr(found, what)
        lines += [(what, number(votes))] if votes else []
    lines += [("rejected", f"{found.rejected:,}")] if found.rejected else []
    return lines


@command.command("convert")
@click.argument("source", type=READABLE)
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "form", metavar="FORMAT", help="Format of SOURCE; by default the content tells.")
@click.option("--to", "to", metavar="FORMAT", help="Format of TARGET; by default the ending of its name tells.")
@click.option("--contest", metavar="NAME", help="Which contest of a file with several.")
@click.option(
    "--skip-bad", type=click.Path(path_type=Path, dir_okay=False), help="Write bad ballots to this file and go on."
)
def convert_command(
    source: Path, target: Path, form: str | None, to: str | None, contest: str | None, skip_bad: Path | None
) -> None:
    """Convert SOURCE to TARGET (csv, blt, preflib, abif). What the format cannot hold is refused, never dropped."""
    from whipcount.ballots import read_ballots, write_ballots
    from whipcount.count.words import number

    profile = read_ballots(source, form, skip_bad=skip_bad, contest=contest)
    write_ballots(profile, target, to or target.suffix.removeprefix(".").lower())
    click.echo(f"{number(profile.total())} votes for {len(profile.candidates)} candidates: {target}", err=True)
