"""`whipcount verify`: recount a record."""

from __future__ import annotations

from pathlib import Path

import click

READABLE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.argument("record", type=READABLE)
@click.option(
    "--ballots", multiple=True, required=True, metavar="FILE", help="As given to `whipcount count`; may be repeated."
)
@click.option("--format", "form", metavar="FORMAT", help="Format of the ballot files; by default the content tells.")
@click.option("--rules", "ref", metavar="ID[@DATE]", help="A rulebook in place of the one that the record names.")
@click.option("--contest", metavar="NAME", help="Which contest of a file with several.")
@click.option("--skip-bad", type=click.Path(path_type=Path, dir_okay=False), help="As given to `whipcount count`.")
@click.pass_context
def command(
    ctx: click.Context,
    record: Path,
    ballots: tuple[str, ...],
    form: str | None,
    ref: str | None,
    contest: str | None,
    skip_bad: Path | None,
) -> None:
    """Recount RECORD (from `whipcount count --json`) and tell every difference.

    Exit status 0: the recount gives the same record. 1: it does not.
    """
    from whipcount import rules
    from whipcount.ballots import Profile, read_ballots
    from whipcount.count.gather import gather
    from whipcount.count.record import read_record, verify

    data = read_record(record.read_bytes(), record.name)
    known = data.get("options")
    options = known if isinstance(known, dict) else {}

    def read(path: Path) -> Profile:
        return read_ballots(path, form, skip_bad=skip_bad, contest=contest)

    version = rules.find(ref or str(data.get("rulebook", ""))).version
    gathered = gather(ballots, version, options.get("opening"), options.get("ballot"), read)
    differences = verify(data, gathered.papers, ref)
    for line in differences:
        click.echo(line)
    if differences:
        click.echo(f"{len(differences)} differences: the recount does not give this record.", err=True)
        ctx.exit(1)
    click.echo(
        f"The recount gives the same: {data['winner'] or data['status']}, {len(data['rounds'])} rounds.", err=True
    )
