"""`whipcount report`: who has the numbers."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from whipcount.report import Report


def _date(_: click.Context, param: click.Parameter, value: datetime | None) -> date | None:
    del param
    return value.date() if value is not None else None


as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_date,
    help="Use only what was known on this date (YYYY-MM-DD). Default: the day on which the contest was settled.",
)
seed_option = click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the random draws.")


@click.command("report")
@click.argument("contest")
@as_of_option
@seed_option
@click.option(
    "--draws", type=click.IntRange(1_000, 1_000_000), default=20_000, show_default=True, help="Simulated contests."
)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Also write one HTML page to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of the screen.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: a row for each need, chance and reason.")
def command(
    contest: str, as_of: date | None, seed: int, draws: int, html: Path | None, *, as_json: bool, as_csv: bool
) -> None:
    """Who has the numbers in CONTEST (an id, see `whipcount contests`, or a folder), what the rules need, and why."""
    from whipcount.report import build

    made = build(contest, as_of, seed=seed, draws=draws)
    if html is not None:
        from whipcount.report.html import page

        html.write_text(page(made), encoding="utf-8")
        click.echo(f"Wrote {html}.", err=True)
    if as_json:
        import json

        from whipcount.report import to_json

        click.echo(json.dumps(to_json(made), indent=1, ensure_ascii=False))
    elif as_csv:
        _csv(made)
    elif html is None:
        from rich.console import Console

        from whipcount.report.terminal import show

        show(made, Console())


def _csv(made: Report) -> None:
    import csv
    import sys

    from whipcount.report.as_csv import COLUMNS, rows

    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(made))
