"""`whipcount backtest`: past contests forecast again with no hindsight, and scored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from whipcount.cli.spreading import engine_options

if TYPE_CHECKING:
    from whipcount.score.backtest import Backtest
    from whipcount.spread import Engine


def _days(_: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...]:
    del param
    if not value:
        return ()
    parts = [p.strip() for p in value.split(",")]
    if not all(p.isdigit() and 1 <= int(p) <= 3650 for p in parts):
        raise click.BadParameter("write days before the decision, such as 60,30,14,7,1")
    return tuple(int(p) for p in parts)


@click.command("backtest")
@click.argument("folder", type=click.Path(path_type=Path, exists=True), required=False)
@click.option("--at", callback=_days, metavar="DAYS", help="Also so many days before each decision: 60,30,14,7,1.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the random draws.")
@click.option(
    "--draws", type=click.IntRange(500, 1_000_000), default=4_000, show_default=True, help="For each contest."
)
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, a row for each contest and day.")
def command(
    folder: Path | None, at: tuple[int, ...], seed: int, draws: int, engine: Engine, scheduler: str | None, *, as_json: bool, as_csv: bool
) -> None:  # fmt: skip
    """Forecast every past contest of FOLDER on the last day before its decision, with what was known then, and score it.

    FOLDER holds a contest folder or a YAML file for each contest; by default those that ship (see `whipcount contests --past`).
    A contest among those on which the links were fitted is forecast with links that were fitted without it.
    """
    from whipcount.forecast.past import read_shelf, shipped
    from whipcount.score.backtest import backtest

    shelf = read_shelf(folder or shipped())
    for problem in shelf.problems:
        click.echo(f"Passed over: {problem}", err=True)
    made = backtest(shelf, at, seed=seed, draws=draws, engine=engine, scheduler=scheduler)
    if as_json:
        import json

        out = made.to_json() | {"passed_over": [str(p) for p in shelf.problems]}
        click.echo(json.dumps(out, indent=1, ensure_ascii=False))
    elif as_csv:
        _csv(made)
    else:
        _show(made)


def _csv(made: Backtest) -> None:
    import csv
    import sys

    rows = [{k: v for k, v in row.items() if k != "p"} for row in made.table()]
    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _show(made: Backtest) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(box=None, header_style="dim")
    for name in ("contest", "favourite", "winner"):
        table.add_column(name, no_wrap=True, overflow="ellipsis", max_width=24)
    for name in ("chance given", "Brier", "log"):
        table.add_column(name, justify="right", no_wrap=True, min_width=5)
    for s in made.last:
        numbers = [f"{v:.2f}" if v is not None else "" for v in (s.p_winner, s.brier, s.log)]
        favourite = s.favourite if s.hit in {None, 0.0, 1.0} else "(level)"
        table.add_row(s.id, favourite, s.winner or "not known", *numbers)
    console.print(table)
    console.print()
    scores = Table(box=None, header_style="dim")
    for name in ("days ahead", "where there is", "forecast by"):
        scores.add_column(name, no_wrap=True)
    for name in ("contests", "right", "Brier", "log", "80 % covers"):
        scores.add_column(name, justify="right")
    for days, sides in made.baselines.items():
        rows = [("any contest", "whipcount", made.summary(days))]
        for name, beside in sides.items():
            label = name.replace("_", " ")
            rows += [(label, "whipcount", beside.ours), ("", label, beside.baseline)]
        for where, by, one in rows:
            cover = f"{100 * one.coverage80:.0f} %" if one.coverage80 is not None else ""
            means = [f"{v:.3f}" if v is not None else "" for v in (one.brier, one.log)]
            scores.add_row(str(days), where, by, str(one.n), f"{one.hits:.1f}", *means, cover)
    console.print(scores)
