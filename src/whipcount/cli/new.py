"""`whipcount new`: a skeleton of a contest folder."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a commented skeleton of a contest in FOLDER, which must be new or empty. It passes `whipcount check`."""
    from whipcount.contest import make_skeleton

    for path in make_skeleton(folder):
        click.echo(str(path))
    click.echo(f"Next: edit contest.yaml and electors.csv, then run: whipcount check {folder}", err=True)
