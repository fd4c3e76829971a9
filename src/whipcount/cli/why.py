"""`whipcount why`: what each piece of evidence does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from whipcount.cli.asked import asking, counted, option_of
from whipcount.cli.show import draw, output_options, show

COLUMNS = {
    "id": "row",
    "people": "people",
    "points": "points",
    "what": "evidence",
    "by": "who says so",
    "known": "known",
    "source": "where",
    "quote": "quote",
}


@click.command("why")
@asking
@click.option("--for", "option", help="The option to explain: a candidate, a camp, the leader, for or against.")
@click.option(
    "--most", type=click.IntRange(1), default=15, show_default=True, help="Rows shown; --json and --csv have all."
)
@output_options
def command(
    contest: str,
    as_of: date | None,
    question: str | None,
    section: str | None,
    seed: int,
    draws: int,
    option: str | None,
    most: int,
    chart: Path | None,
    *,
    as_csv: bool,
    as_json: bool,
) -> None:
    """How far each piece of evidence moves the mean of an option's support in CONTEST, and its chance of a majority."""
    from whipcount.headcount import influences
    from whipcount.report.build import describe

    count = counted(contest, as_of, question, section, seed, draws)
    wanted = option_of(count, option)
    support = count.for_option(wanted)
    moved = {i.row.id: i for i in influences(count, "p_majority", (support >= count.majority).astype(float))}
    rows: list[dict[str, Any]] = []
    for i in influences(count, "mean", support.astype(float)):
        chance = moved[i.row.id]
        rows.append(
            {
                "id": i.row.id,
                "people": round(i.effect, 3),
                "points": round(100 * chance.effect, 2),
                "rough": i.rough or chance.rough,
                "what": describe(count.roll, i.row),
                "by": f"{i.row.by} ({i.row.source_kind})",
                "known": i.row.known.isoformat(),
                "source": " ; ".join(i.row.source),
                "quote": i.row.quote or "",
            }
        )
    rows.sort(key=lambda r: -(abs(r["people"]) / len(count.roll) + abs(r["points"]) / 100))
    now = next(s for s in count.support if s.option == wanted)
    title = (
        f"{count.question.asks} Support for: {wanted}.\nMean {now.mean:.1f} of {len(count.roll)}, chance of a majority "
        f"{now.p_majority:.3f}. Each row: what it adds, compared with leaving it out.\n"
    )
    columns = {k: v for k, v in COLUMNS.items() if k != "quote" or any(r["quote"] for r in rows[:most])}
    data = {"contest": contest, "as_of": count.as_of, "question": count.question.id, "option": wanted, "evidence": rows}
    show(rows if as_csv else rows[:most], data, as_json=as_json, as_csv=as_csv, title=title, columns=columns)
    if chart is not None:
        draw(_chart(rows[:most]), chart)


def _chart(rows: list[dict[str, Any]]) -> Any:
    from whipcount.report.plots import influence_chart

    return influence_chart(rows)
