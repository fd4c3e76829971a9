"""`whipcount score`: who called it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from whipcount.cli.report import seed_option

if TYPE_CHECKING:
    from whipcount.score import Scoreboard, Yield

    Yields = tuple[Yield, Yield]

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("score")
@click.argument("contests", nargs=-1)
@click.option("--ledger", type=FILE, help="Score the predictions in this ledger instead of contest folders.")
@click.option("--verify", "check", is_flag=True, help="Only check that the ledger is as it was written.")
@click.option("--head", help="With --verify: a NUMBER:HASH that was published; the ledger must still hold it.")
@click.option("--resolve", is_flag=True, help="Append what became of whipcount's own predictions, by contest folders.")
@click.option("--record", type=FILE, help="Append the entries in this file (JSON lines) to the ledger.")
@click.option("--last", is_flag=True, help="Only each forecaster's last word on each question.")
@click.option(
    "--days", default="60,30,14,7,1", show_default=True, help="Days before a decision for whipcount; '' for none."
)
@click.option(
    "--overround", type=click.Choice(["proportional", "shin"]), default="proportional", show_default=True,
    help="How the margin is taken out of prices.",
)  # fmt: skip
@click.option("--bets", is_flag=True, help="Also say what whipcount would have made at the prices.")
@click.option("--all", "everybody", is_flag=True, help="Show forecasters with only one question too.")
@click.option("--detail", is_flag=True, help="One row for each prediction, not each forecaster.")
@seed_option
@click.option(
    "--draws", type=click.IntRange(1_000, 1_000_000), default=4_000, show_default=True,
    help="Simulated contests for each of whipcount's outlooks.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--chart", type=FILE, help="Also draw the board to this file (.svg, .png, .html or .json).")
def command(
    contests: tuple[str, ...], ledger: Path | None, head: str | None, record: Path | None, days: str, overround: str, seed: int, draws: int,
    chart: Path | None, *, check: bool, resolve: bool, last: bool, bets: bool, everybody: bool, detail: bool, as_json: bool, as_csv: bool,
) -> None:  # fmt: skip
    """Who called it: commentators, bookmakers, polls and whipcount, held to what happened.

    Scores the CONTESTS (ids or folders; all that ship, where none is named), or a ledger of predictions.
    """
    from whipcount.errors import UsageError

    if ledger is None and (check or head or resolve or record):
        raise UsageError("There is no ledger to work on. Name one with --ledger FILE.")
    if ledger is not None and (contests or bets):
        raise UsageError("A ledger is scored by itself. Leave out the contests and --bets, or --ledger.")
    if ledger is not None and (check or head):
        _verify(ledger, head, as_json=as_json)
        return
    if ledger is not None:
        board = _from_ledger(ledger, record, seed, resolve=resolve, last=last)
    else:
        board = _from_contests(contests, _days(days), overround, seed, draws, last=last)
    if chart is not None:
        from whipcount.score import save_chart

        save_chart(board.chart(), chart)
        click.echo(f"Wrote {chart}.", err=True)
    yields = _bets(contests, seed, draws) if bets else None
    if as_json:
        _print_json(board, yields)
    elif as_csv:
        _print_csv(board, detail=detail)
    else:
        _show(board, yields, everybody=everybody, detail=detail)


def _days(text: str) -> tuple[int, ...]:
    from whipcount.errors import UsageError

    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(p.isascii() and p.isdigit() and 0 < int(p[:6]) < 10_000 and len(p) < 5 for p in parts):
        raise UsageError(f"'{text[:40]}' are no numbers of days. Write them as 30,7,1.")
    return tuple(int(p) for p in parts)


def _from_contests(
    contests: tuple[str, ...], days: tuple[int, ...], overround: str, seed: int, draws: int, *, last: bool
) -> Scoreboard:
    from whipcount.contest import load, names
    from whipcount.score import of_contests

    loaded = [load(name) for name in dict.fromkeys(contests or names())]
    return of_contests(loaded, days=days, method=overround, last=last, seed=seed, draws=draws)  # type: ignore[arg-type]


def _from_ledger(path: Path, record: Path | None, seed: int, *, resolve: bool, last: bool) -> Scoreboard:
    from whipcount.score import append, of_ledger, outstanding, overdue, read_entries, read_ledger

    if record is not None:
        made = append(path, read_entries(record))
        click.echo(f"Recorded {len(made)} entries.", err=True)
    if resolve:
        made = append(path, outstanding(read_ledger(path)))
        click.echo(f"Recorded {len(made)} resolutions.", err=True)
    ledger = read_ledger(path)
    waiting = overdue(ledger, date.today())
    if waiting:
        click.echo(f"{len(waiting)} predictions are due and not resolved: {', '.join(waiting[:5])} ...", err=True)
    click.echo(f"Head of the ledger: {ledger.head}", err=True)
    return of_ledger(ledger, last=last, seed=seed)


def _verify(path: Path, head: str | None, *, as_json: bool) -> None:
    from whipcount.score import verify

    found = verify(path, head=head)
    if as_json:
        import json

        click.echo(json.dumps(found.to_json(), indent=1))
    elif found.sound:
        click.echo(f"{found.path}: {found.entries} entries, as they were written. Head: {found.head}")
    else:
        click.echo(
            f"{found.path}:{found.line}: {found.what}. The {found.entries} entries before it are sound.", err=True
        )
    if not found.sound:
        raise click.exceptions.Exit(1)


def _print_json(board: Scoreboard, yields: Yields | None) -> None:
    import json
    from dataclasses import asdict

    out = board.to_json()
    if yields is not None:
        flat, kelly = yields
        out["bets"] = {"flat": asdict(flat) | {"rate": flat.rate}, "half_kelly": asdict(kelly) | {"rate": kelly.rate}}
    click.echo(json.dumps(out, indent=1, ensure_ascii=False, allow_nan=False))


def _print_csv(board: Scoreboard, *, detail: bool) -> None:
    import csv
    import sys

    from whipcount.score import COLUMNS

    rows = board.detail() if detail else [row.flat() for row in board.rows]
    writer = csv.DictWriter(sys.stdout, list(rows[0]) if rows else COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _show(board: Scoreboard, yields: Yields | None, *, everybody: bool, detail: bool) -> None:
    from rich.console import Console

    from whipcount.score.terminal import show, show_detail, show_yield

    if detail:
        show_detail(board, Console())
    else:
        show(board, Console(), everybody=everybody)
    if yields is not None:
        show_yield(*yields, Console())


def _bets(contests: tuple[str, ...], seed: int, draws: int) -> Yields:
    from whipcount.contest import load, names
    from whipcount.score import flat, kelly, offers

    found = [bet for name in dict.fromkeys(contests or names()) for bet in offers(load(name), seed=seed, draws=draws)]
    return flat(found), kelly(found, fraction=0.5)
