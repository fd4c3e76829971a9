"""`whipcount convert`: past contests' YAML files as contest folders."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("convert")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
def command(source: Path, out: Path) -> None:
    """Turn the YAML file SOURCE, a past contest of the backtest's form, into the contest folder OUT.

    Where SOURCE is a directory, every YAML file in it becomes a folder in OUT. Each folder is checked, and read again by
    `whipcount backtest` exactly as the file is. Exit status 1 if a file could not be turned; the others are.
    """
    from whipcount.errors import InputError, UsageError
    from whipcount.forecast import write_folder

    if source.is_file():
        write_folder(source, out)
        click.echo(str(out))
        return
    paths = sorted(p for p in source.iterdir() if p.is_file() and p.suffix in {".yaml", ".yml"})
    if not paths:
        raise UsageError(f"'{source}' holds no YAML file. Name a file, or a directory with one contest in each file.")
    wrong = 0
    for path in paths:
        try:
            write_folder(path, out / path.stem)
            click.echo(str(out / path.stem))
        except InputError as why:
            wrong += 1
            click.echo(f"Passed over: {why}", err=True)
    if wrong:
        raise click.exceptions.Exit(1)
