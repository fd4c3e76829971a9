"""`whipcount why`: what each piece of evidence does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from whipcount.cli.asked import asking, counted, option_of
from whipcount.cli.show import draw, output_options, show


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
    data = {"contest": contest, "as_of": count.as_of, "question": count.question.id, "option": wanted, "evidence": rows}
    if as_json or as_csv:
        show(rows, data, as_json=as_json, as_csv=as_csv)
    else:
        _say(rows[:most], title, len(rows) - most)
    if chart is not None:
        draw(_chart(rows[:most]), chart)


def _say(rows: list[dict[str, Any]], title: str, rest: int) -> None:
    """Some lines for each row, whatever the terminal's width: what it moved and what it says, its words, who and where."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console()
    console.print(Text(title))
    for row in rows:
        rough = "~" if row["rough"] else " "
        moved = (f"{rough}{row['people']:+.1f} people {row['points']:+.1f} points  ", "bold")
        console.print(Text.assemble(moved, row["what"]))
        if row["quote"]:
            console.print(Padding(Text(f"\u201c{row['quote']}\u201d", style="italic"), (0, 0, 0, 4)))
        said = Text(f"{row['by']}, {row['known']}  [{row['id']}]", style="dim")
        console.print(Padding(said, (0, 0, 0, 4)))
        for source in row["source"].split(" ; "):
            console.print(Padding(Text(source, style="dim", overflow="fold"), (0, 0, 0, 4)))
    if any(row["rough"] for row in rows):
        console.print(
            Text("~ roughly: the estimate of this effect has an error of more than a tenth of it", style="dim")
        )
    if rest > 0:
        console.print(Text(f"{rest} more rows move it less; --most {rest + len(rows)} shows them.", style="dim"))


def _chart(rows: list[dict[str, Any]]) -> Any:
    from whipcount.report.plots import influence_chart

    return influence_chart(rows)
