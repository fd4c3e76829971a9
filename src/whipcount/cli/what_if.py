"""`whipcount what-if`: the outlook before and after a supposition."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from whipcount.cli.report import as_of_option, seed_option
from whipcount.cli.show import draw, output_options, show
from whipcount.cli.spreading import engine_options

if TYPE_CHECKING:
    from rich.console import Console

    from whipcount.forecast import Change, Grid, WhatIf
    from whipcount.spread import Engine


@click.command("what-if")
@click.argument("contest")
@as_of_option
@click.option("--join", multiple=True, metavar="A,B", help="These camps vote as one, for the first of them.")
@click.option("--drop", multiple=True, metavar="X", help="X is no longer a candidate.")
@click.option("--add", multiple=True, metavar="X", help="X is a candidate too.")
@click.option("--rules", metavar="ID@DATE", help="Under another rulebook, or the same one on another day.")
@click.option("--weights", default="", metavar="BODY=1/3,...", help="With other weights in the electoral college.")
@click.option("--electorate", multiple=True, metavar="SECTION=N", help="With N electors; 0 leaves the section out.")
@click.option("--poll", multiple=True, metavar="SECTION:A=52,B=48", help="If such a poll of its electors came out.")
@click.option("--assume", multiple=True, metavar='"X backs Y"', help="If an elector or candidate declared for Y.")
@click.option(
    "--grid",
    "axes",
    multiple=True,
    metavar='SWITCH="V | V"',
    help="Every value of a switch above, - for as it is; with several grids every combination.",
)
@engine_options
@seed_option
@click.option(
    "--draws", type=click.IntRange(1_000, 1_000_000), default=20_000, show_default=True, help="Simulated contests."
)
@output_options
def command(
    contest: str, as_of: date | None, seed: int, draws: int, axes: tuple[str, ...], engine: Engine, scheduler: str | None,
    chart: Path | None, *, as_json: bool, as_csv: bool, **chosen: Any,
) -> None:  # fmt: skip
    """What changes in CONTEST if something else does: before, after, and the difference with its simulation error.

    Options may be combined and repeated. All runs take the same random numbers. --engine spreads the combinations of --grid:

        whipcount what-if uk-labour-2010 --grid "rules=- | uk-labour@2016-07-01" --grid "drop=- | X | Y"
    """
    from whipcount.errors import UsageError
    from whipcount.forecast import parse_axis, seen, what_if, what_if_grid, written

    if not axes and engine != "here":
        raise UsageError(f"A single what-if is not spread. --engine {engine} goes with --grid.")
    texts = {switch: (given,) if isinstance(given, str) else given for switch, given in chosen.items() if given}
    made: WhatIf | Grid
    if axes:
        grid = tuple(map(parse_axis, axes))
        whole = seen(contest, as_of)
        made = what_if_grid(whole, grid, texts, seed=seed, draws=draws, engine=engine, scheduler=scheduler)
    else:
        made = what_if(seen(contest, as_of), written(texts), seed=seed, draws=draws)
    if as_json or as_csv:
        show(made.table(), made.to_json(), as_json=as_json, as_csv=as_csv)
    elif axes:
        show_grid(made)  # type: ignore[arg-type]
    else:
        show_change(made)  # type: ignore[arg-type]
    if chart is not None:
        draw(made.chart(), chart)


def show_change(made: WhatIf) -> None:
    """Print before and after, with the difference and its simulation error."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(f"{made.contest} as of {made.as_of}")
    table = Table("question", "what happens", box=None, header_style="dim")
    for column in ("before", "after", "difference", "simulation error"):
        table.add_column(column, justify="right")
    for c in made.changes:
        if max(c.before, c.after) >= 0.005:
            figures = (
                f"{100 * c.before:.1f} %",
                f"{100 * c.after:.1f} %",
                f"{100 * c.difference:+.1f}",
                f"± {100 * c.error:.1f}",
            )
            table.add_row(c.question, c.event, *figures)
    console.print(table)


def show_grid(made: Grid) -> None:
    """Print a table for each question: a row for each combination, with what happens and by how much it changes."""
    from rich.console import Console

    console = Console()
    console.print(f"{made.contest} as of {made.as_of}, {len(made.cells)} combinations")
    for question in made.questions:
        _show_question(console, made, question)


def _show_question(console: Console, made: Grid, question: str) -> None:
    from rich.table import Table
    from rich.text import Text

    cells = [(cell.values, made.changes_of(cell, question)) for cell in made.cells]
    every = [c for _, found in cells for c in found.values()]
    ranked, shown = made.events(question, len(every)), made.events(question)
    table = Table(box=None, header_style="dim", title=Text(question), title_justify="left")
    for name, axis in zip(made.columns, made.axes, strict=True):
        table.add_column(name, overflow="fold", min_width=min(max(len(v) for v in axis.values), 24))
    for event in shown:
        table.add_column(Text(event), justify="right")
    first = made.before(question)
    nothing = "(as it is)"
    table.add_row(nothing, *[""] * (len(made.columns) - 1), *(f"{100 * first[e]:.1f} %" for e in shown), style="dim")
    above: tuple[str, ...] = ()
    for values, found in cells:
        new = next((i for i, pair in enumerate(zip(values, above, strict=False)) if pair[0] != pair[1]), 0)
        names = [Text(v if i >= new else "") for i, v in enumerate(values)]
        table.add_row(*names, *(_figure(found.get(e)) for e in shown))
        above = values
    console.print()
    console.print(table)
    rest = len(ranked) - len(shown)
    left = f" {rest} less likely events are in --csv." if rest else ""
    error = max((c.error for c in every), default=0.0)
    console.print(f"In brackets the difference, ± {100 * error:.1f} at the most by simulation.{left}", style="dim")


def _figure(change: Change | None) -> str:
    return f"{100 * change.after:.1f} % ({100 * change.difference:+.1f})" if change is not None else "–"
