"""`whipcount check`: is a contest folder in order?"""

from __future__ import annotations

import click


@click.command("check")
@click.argument("folder")
@click.option("--json", "as_json", is_flag=True, help="Print the counts, or the problems, as JSON.")
def command(folder: str, *, as_json: bool) -> None:
    """Check FOLDER (or a contest that ships): every problem with its file, its line and how to mend it.

    Exit status 1 if there is any.
    """
    from whipcount.contest import TABLES, load
    from whipcount.errors import ContestError

    try:
        contest = load(folder)
    except ContestError as wrong:
        if not as_json:
            raise
        import json

        fields = ("file", "line", "what", "mend")
        click.echo(json.dumps({"problems": [{f: getattr(p, f) for f in fields} for p in wrong.problems]}, indent=1))
        raise click.exceptions.Exit(1) from None
    counts = {file: len(getattr(contest, field)) for file, (field, _) in TABLES.items()}
    if as_json:
        import json

        click.echo(json.dumps({"contest": contest.id, "rows": counts, "problems": []}, indent=1))
        return
    rows = ", ".join(f"{file.removesuffix('.csv')} {count}" for file, count in counts.items() if count)
    click.echo(f"{contest.id}: no problems. {rows or 'No rows yet'}.")
