"""`whipcount what-if`: the outlook before and after a supposition."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from whipcount.cli.report import as_of_option, seed_option

if TYPE_CHECKING:
    from whipcount.forecast import Suppose, WhatIf


@click.command("what-if")
@click.argument("contest")
@as_of_option
@click.option("--join", multiple=True, metavar="A,B", help="These camps vote as one, for the first of them.")
@click.option("--drop", multiple=True, metavar="X", help="X is no longer a candidate.")
@click.option("--add", multiple=True, metavar="X", help="X is a candidate too.")
@click.option("--rules", metavar="ID@DATE", help="Under another rulebook, or the same one on another day.")
@click.option("--weights", default="", metavar="BODY=1/3,...", help="With other weights in the electoral college.")
@click.option("--electorate", multiple=True, metavar="SECTION=N", help="With N electors; 0 leaves the section out.")
@click.option(
    "--poll", "polls", multiple=True, metavar="SECTION:A=52,B=48", help="If such a poll of its electors came out."
)
@click.option("--assume", multiple=True, metavar='"X backs Y"', help="If an elector or candidate declared for Y.")
@seed_option
@click.option(
    "--draws", type=click.IntRange(1_000, 1_000_000), default=20_000, show_default=True, help="Simulated contests."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def command(
    contest: str, as_of: date | None, seed: int, draws: int, *, as_json: bool, as_csv: bool, **chosen: Any
) -> None:
    """What changes in CONTEST if something else does: before, after, and the difference with its simulation error.

    Options may be combined and repeated. Both runs take the same random numbers.
    """
    from whipcount.forecast import seen, what_if

    made = what_if(seen(contest, as_of), _suppose(**chosen), seed=seed, draws=draws)
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
    else:
        show_change(made)


def _suppose(
    *, join: tuple[str, ...], drop: tuple[str, ...], add: tuple[str, ...], rules: str | None, weights: str,
    electorate: tuple[str, ...], polls: tuple[str, ...], assume: tuple[str, ...],
) -> Suppose:  # fmt: skip
    from whipcount.forecast import Suppose
    from whipcount.forecast.suppose import parse_assume, parse_poll, parse_size, parse_weights

    return Suppose(
        join=tuple(tuple(n.strip() for n in group.split(",") if n.strip()) for group in join),
        drop=drop,
        add=add,
        rules=rules,
        weights=parse_weights(weights),
        electorate=tuple(map(parse_size, electorate)),
        polls=tuple(map(parse_poll, polls)),
        assume=tuple(map(parse_assume, assume)),
    )


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
