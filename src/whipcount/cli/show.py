"""How results are printed: a table for people, JSON or CSV for programs, a chart to a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from whipcount.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


def output_options(command: F) -> F:
    """`--json`, `--csv` and `--chart FILE` for a command."""
    for option in (
        click.option(
            "--chart", type=click.Path(dir_okay=False, path_type=Path), help="Draw it to a .svg, .png or .html file."
        ),
        click.option("--csv", "as_csv", is_flag=True, help="Print CSV."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    ):
        command = option(command)
    return command


def show(
    rows: Sequence[Mapping[str, Any]],
    data: Any,
    *,
    as_json: bool,
    as_csv: bool,
    title: str = "",
    columns: Mapping[str, str] | None = None,
) -> None:
    """Print `data` as JSON, or `rows` as CSV, or the columns named (key -> heading) as a table under a title."""
    if as_json:
        import json

        click.echo(json.dumps(data, indent=1, ensure_ascii=False, default=str))
    elif as_csv:
        import csv
        import sys

        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        _table(rows, title, columns or {key: key for key in (rows[0] if rows else {})})


def _table(rows: Sequence[Mapping[str, Any]], title: str, columns: Mapping[str, str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if title:
        console.print(Text(title))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    for key, heading in columns.items():
        numbers = bool(rows) and all(isinstance(row.get(key), int | float | None) for row in rows)
        table.add_column(heading, justify="right" if numbers else "left")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(key))) for key in columns))
    console.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def draw(chart: Any, path: Path) -> None:
    """Write an Altair chart to a file, by its ending. Raises `UsageError` for another ending."""
    if path.suffix not in {".svg", ".png", ".html"}:
        raise UsageError(f"'{path}' ends in none of .svg, .png and .html; name the chart's file so that it does.")
    chart.save(str(path))
    click.echo(f"Wrote {path}.", err=True)
