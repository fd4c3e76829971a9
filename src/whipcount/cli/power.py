"""`whipcount power`: which camps can win, block and decide."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path

import click

from whipcount.cli.asked import asking, counted
from whipcount.cli.show import draw, output_options, show

COLUMNS = {
    "camp": "camp",
    "size": "size",
    "wins_alone": "wins alone",
    "blocks_alone": "blocks alone",
    "pivotal": "pivotal",
    "kingmaker": "kingmaker",
    "shapley_shubik": "Shapley-Shubik",
    "banzhaf": "Banzhaf",
}


@click.command("power")
@asking
@click.option("--quota", type=click.IntRange(1), help="Electors that win; a majority by default.")
@click.option(
    "--together", multiple=True, metavar="A,B", help="Camps asked about as a coalition; every pair by default."
)
@output_options
def command(
    contest: str,
    as_of: date | None,
    question: str | None,
    section: str | None,
    seed: int,
    draws: int,
    quota: int | None,
    together: tuple[str, ...],
    chart: Path | None,
    *,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Which camps of CONTEST can win together, which can block, who is pivotal and who decides, over the headcount."""
    import json

    from whipcount.headcount import UNALIGNED
    from whipcount.power import power_over_draws

    count = counted(contest, as_of, question, section, seed, draws)
    camps = [o for o in count.options if o != UNALIGNED]
    groups = [tuple(part.strip() for part in names.split(",")) for names in together] or list(combinations(camps, 2))
    sizes = count.draws.totals[:, [count.options.index(c) for c in camps]]
    found = power_over_draws(
        sizes,
        quota or count.majority,
        camps=camps,
        coalitions={" + ".join(g): g for g in groups},
        electors=len(count.roll),
    )
    title = (
        f"{count.question.asks}\n{quota or count.majority} of {len(count.roll)} win. Probabilities, and mean indices.\n"
    )
    data = {"contest": contest, "as_of": count.as_of, "question": count.question.id, **json.loads(found.to_json())}
    show(found.rows(), data, as_json=as_json, as_csv=as_csv, title=title, columns=COLUMNS)
    if not (as_json or as_csv):
        rows = sorted(found.coalition_rows(), key=lambda r: -r["wins"])[:10]
        show(
            rows,
            None,
            as_json=False,
            as_csv=False,
            title="",
            columns={"camps": "together", "wins": "can win", "blocks": "can block"},
        )
    if chart is not None:
        draw(found.chart(), chart)
