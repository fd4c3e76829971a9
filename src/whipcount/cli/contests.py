"""`whipcount contests`: what ships."""

from __future__ import annotations

import click


@click.command("contests")
@click.option("--past", is_flag=True, help="List the past contests of the backtest instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def command(*, past: bool, as_json: bool, as_csv: bool) -> None:
    """List the contests that ship, with their questions and the dates between which they were open."""
    from whipcount.contest import load, names, past_names

    rows = []
    for name in past_names() if past else names():
        contest = load(name)
        for q in contest.identity.questions:
            rows.append(
                {
                    "contest": name,
                    "question": q.id,
                    "kind": q.kind,
                    "asks": q.asks,
                    "first_evidence": contest.first_known().isoformat(),
                    "opens": q.opens.isoformat(),
                    "decided": q.decided.isoformat() if q.decided else "",
                }
            )
    if as_json:
        import json

        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    elif as_csv:
        import csv
        import sys

        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table("contest", "question", "asks", "opens", "decided", box=None, header_style="dim")
        for row in rows:
            table.add_row(row["contest"], row["question"], row["asks"], row["opens"], row["decided"])
        Console().print(table)
        if not past:
            click.echo(f"{len(past_names())} past contests of the backtest: whipcount contests --past", err=True)
