"""`whipcount replay`: what the outlook said on every day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from whipcount.cli.report import seed_option

if TYPE_CHECKING:
    from whipcount.forecast import Replay

BAR = 12


@click.command("replay")
@click.argument("contest")
@click.option(
    "--every",
    type=click.IntRange(1, 1_000),
    metavar="DAYS",
    help="Every so many days; by default whenever something became known.",
)
@click.option(
    "--chart",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a chart: .svg, .png or .html.",
)
@seed_option
@click.option(
    "--draws", type=click.IntRange(1_000, 200_000), default=4_000, show_default=True, help="Simulated contests a day."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, a row for each day and event.")
def command(
    contest: str, every: int | None, chart: Path | None, seed: int, draws: int, *, as_json: bool, as_csv: bool
) -> None:
    """The outlook of CONTEST on every day from the first evidence to the eve of the result, and what moved it."""
    from whipcount.contest import load
    from whipcount.forecast import replay

    made = replay(load(contest), every=every, seed=seed, draws=draws)
    if chart is not None:
        from whipcount.forecast.replay_chart import save

        save(made, chart)
        click.echo(f"Wrote {chart}.", err=True)
    if as_json:
        import json

        click.echo(json.dumps(made.to_json(), indent=1, ensure_ascii=False))
    elif as_csv:
        import csv
        import sys

        rows = made.table()
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    elif chart is None:
        _show(made)


def _show(made: Replay) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(made.title)
    table = Table(box=None, header_style="dim", padding=(0, 1))
    for name, side in (("day", "left"), ("", "left"), ("most likely", "left"), ("", "right"), ("moved", "right")):
        table.add_column(name, justify=side, no_wrap=True)  # type: ignore[arg-type]
    longest = max(len(d.leading[0]) for d in made.days)
    table.add_column("became known", no_wrap=True, overflow="ellipsis", max_width=max(console.width - longest - 45, 12))
    for d in made.days:
        event, p = d.leading
        moved = f"{100 * d.moved:+.0f}" if abs(d.moved) >= 0.005 else ""
        table.add_row(d.day.isoformat(), _bar(p), event, f"{100 * p:.0f} %", moved, "; ".join(d.news))
    console.print(table)


def _bar(p: float) -> str:
    """A probability as a bar of eighths of a character."""
    eighths = round(p * BAR * 8)
    whole, part = divmod(eighths, 8)
    return ("█" * whole + ("▏▎▍▌▋▊▉"[part - 1] if part else "")).ljust(BAR, "·")
