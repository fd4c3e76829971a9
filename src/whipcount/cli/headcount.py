"""`whipcount headcount`: how a section divides."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from whipcount.cli.asked import asking, counted
from whipcount.cli.show import draw, output_options, show

COLUMNS = {
    "option": "",
    "named": "named",
    "claimed": "claimed",
    "mean": "inferred",
    "low": "10 %",
    "high": "90 %",
    "p_majority": "P(majority)",
}


@click.command("headcount")
@asking
@click.option("--electors", is_flag=True, help="One row for each elector instead.")
@output_options
def command(
    contest: str,
    as_of: date | None,
    question: str | None,
    section: str | None,
    seed: int,
    draws: int,
    chart: Path | None,
    *,
    electors: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """How a section of CONTEST known by name divides on a question: named, claimed and inferred support."""
    count = counted(contest, as_of, question, section, seed, draws)
    rows = count.table()
    if electors:
        p = count.probabilities
        rows = [
            {"elector": e.name, "on record": count.named.get(e.id)}
            | {o: round(float(p[i, k]), 3) for k, o in enumerate(count.options)}
            for i, e in enumerate(count.roll)
        ]
    worst = max((c.rhat for c in count.convergence), default=1.0)
    title = (
        f"{count.question.asks}\n{count.section}: {len(count.roll)} electors on {count.as_of}; a majority is {count.majority}. "
        f"R-hat at most {worst:.3f}, {count.effective:.0f} effective draws.\n"
    )
    if count.prices:
        quoted = ", ".join(f"{name} {100 * p:.0f} %" for name, p in count.prices.items())
        title += f"Those of whom nothing is known lean to the market's prices on the winner: {quoted}.\n"
    if not count.converged:
        click.echo("The chains have not settled: take these numbers with care, or ask for more --draws.", err=True)
    show(rows, count.to_json(), as_json=as_json, as_csv=as_csv, title=title, columns=None if electors else COLUMNS)
    if chart is not None:
        draw(count.chart(), chart)
