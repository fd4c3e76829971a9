"""`whipcount record`: what the headcount said before votes of the past, and how they went."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from whipcount.cli.report import seed_option
from whipcount.cli.show import draw, output_options, show

VOTES = {
    "case": "vote",
    "mean": "ours",
    "declared": "declared",
    "scaled": "scaled up",
    "canvass": "canvass",
    "best": "canvass or scaled",
    "inside": "in 80 %",
}
OPTIONS = {"option": "", "mean": "said", "interval": "80 %", "actual": "was", "error": "error", "covered": "in"}
CHOSEN = {"case": "vote", "gamma": "gamma", "kappa": "kappa", "delta": "delta", "mean": "ours", "best": "canvass or scaled", "inside": "in 80 %"}  # fmt: skip


@click.command("record")
@click.option("--options", "each", is_flag=True, help="Also each option of each vote, with its interval.")
@click.option("--leave-one-out", is_flag=True, help="Each vote with the model chosen on the others. Takes minutes.")
@seed_option
@click.option(
    "--draws", type=click.IntRange(1_000, 1_000_000), default=20_000, show_default=True, help="Of each headcount."
)
@output_options
def command(
    seed: int, draws: int, chart: Path | None, *, each: bool, leave_one_out: bool, as_csv: bool, as_json: bool
) -> None:
    """The headcount held to votes of the past, each from what was known before it, beside simpler methods.

    Errors are sums over options of how far the number said was from the votes cast. declared: those on record alone; scaled up:
    the same in proportion to all; best canvass: the press, blog or commentator's count that came closest, with hindsight.
    """
    from whipcount.headcount import left_out, record

    if leave_one_out:
        found = left_out(seed=seed, draws=min(draws, 4_000), told=_tell)
        kept, rows, columns = found.record, found.table(), CHOSEN
        data: Any = found.to_json()
        best = ", ".join(f"{value:g}" for value in found.best)
        title = f"Each vote with gamma, kappa and delta chosen on the others; chosen on all: {best}.\n"
    else:
        kept = record(seed=seed, draws=draws)
        rows, columns, data = kept.by_case(), VOTES, kept.to_json()
        title = "Sum of |said - votes| over the options.\n"
    if as_json or as_csv:
        show(kept.table() if each else rows, data, as_json=as_json, as_csv=as_csv)
    else:
        shown = [_plain(r) for r in rows + kept.sums()]
        show(shown, None, as_json=False, as_csv=False, title=title, columns=columns)
        if each:
            _options(kept)
    if chart is not None:
        draw(kept.chart(), chart)


def _options(kept: Any) -> None:
    lines = kept.table()
    for case in dict.fromkeys(line["case"] for line in lines):
        rows = [
            line | {"mean": f"{line['mean']:.1f}", "interval": f"{line['low']} to {line['high']}",
                    "error": f"{line['error'] + 0.0:+.1f}".replace("-0.0", "+0.0"), "covered": "yes" if line["covered"] else "no"}
            for line in lines
            if line["case"] == case
        ]  # fmt: skip
        note = f" ({kept.notes[case]})" if case in kept.notes else ""
        show(rows, None, as_json=False, as_csv=False, title=f"\n{case}{note}\n", columns=OPTIONS)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Errors with one decimal, as text: three figures would hide the tenths of the larger ones."""
    errors = {k: f"{v:6.1f}" for k, v in row.items() if isinstance(v, float) and k not in {"gamma", "kappa", "delta"}}
    return row | errors | {"inside": f"{row['covered']} of {row['options']}"}


def _tell(done: int, of: int) -> None:
    click.echo(f"{done} of {of} settings.", err=True)
