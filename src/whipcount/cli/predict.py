"""`whipcount predict`: whipcount's own predictions, shown or put on record."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from whipcount.cli.report import as_of_option, seed_option

if TYPE_CHECKING:
    from whipcount.contest import Contest
    from whipcount.score import Prediction

LEDGER = Path("predictions.jsonl")


@click.command("predict")
@click.argument("contest")
@as_of_option
@seed_option
@click.option(
    "--draws", type=click.IntRange(1_000, 1_000_000), default=20_000, show_default=True, help="Simulated contests."
)
@click.option("--shares", is_flag=True, help="Also predict first votes by section.")
@click.option("--publish", is_flag=True, help="Append the predictions to the ledger, for good.")
@click.option(
    "--ledger", type=click.Path(dir_okay=False, path_type=Path), default=LEDGER, show_default=True, help="The ledger."
)
@click.option("--json", "as_json", is_flag=True, help="Print the entries as JSON lines.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def command(
    contest: str, as_of: date | None, seed: int, draws: int, ledger: Path, *, shares: bool, publish: bool, as_json: bool, as_csv: bool
) -> None:  # fmt: skip
    """What whipcount predicts of CONTEST (an id or a folder); with --publish, on record in a ledger that nobody can improve.

    Without --as-of it is as of today, or of the eve of the last decision where all are settled.
    """
    from whipcount.contest import load
    from whipcount.errors import UsageError
    from whipcount.score import append, predict, read_ledger

    if as_of is not None and as_of > date.today():
        raise UsageError(f"{as_of} is in the future; nothing is known as of then. Give a date up to {date.today()}.")
    found = load(contest)
    made = predict(found, as_of or _day(found), seed=seed, draws=draws, shares=shares)
    if publish:
        append(ledger, made)
        head = read_ledger(ledger).head
        past = {q.id for q in found.identity.questions if q.decided is not None and q.decided <= date.today()}
        if any(one.question in past for one in made):
            click.echo(
                "Some are on questions that are settled already: the scoreboard will mark them as hindcasts.", err=True
            )
        click.echo(f"Recorded {len(made)} predictions in {ledger}. Head, to be published elsewhere: {head}", err=True)
    _print(made, as_json=as_json, as_csv=as_csv)


def _day(contest: Contest) -> date:
    settled = [q.decided for q in contest.identity.questions if q.decided is not None]
    if len(settled) < sum(q.follows is None for q in contest.identity.questions):
        return date.today()
    return max(settled) - timedelta(days=1)


def _print(made: tuple[Prediction, ...], *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        import json

        from whipcount.score import plain

        for one in made:
            click.echo(json.dumps(plain(one), ensure_ascii=False))
        return
    rows = [row for one in made for row in _rows(one)]
    if as_csv:
        import csv
        import sys

        writer = csv.DictWriter(
            sys.stdout, ["id", "made", "question", "says", "outcome", "p", "condition"], lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("made", "question", "outcome", "", box=None, header_style="dim")
    for row in rows:
        one_day = str(row["made"])
        shown = f"{row['p']:.1%}" if isinstance(row["p"], float) else str(row["p"])
        condition = f" (if {row['condition']})" if row["condition"] else ""
        table.add_row(one_day, escape(f"{row['says']}{condition}"), escape(str(row["outcome"])), shown)
    Console().print(table)


def _rows(one: Prediction) -> list[dict[str, Any]]:
    base = {
        "id": one.id,
        "made": one.made.isoformat(),
        "question": one.question,
        "says": one.says,
        "condition": one.condition,
    }
    if one.outcomes is not None:
        return [base | {"outcome": name, "p": p} for name, p in one.outcomes.items()]
    if one.quantiles:
        text = ", ".join(f"{q.level:.0%}: {q.value:.1f}" for q in one.quantiles)
        return [base | {"outcome": one.unit or "", "p": text}]
    return [base | {"outcome": "yes", "p": one.probability}]
