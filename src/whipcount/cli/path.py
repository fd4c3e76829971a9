"""`whipcount path`: what it would take."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from whipcount.cli.asked import asking, counted, option_of
from whipcount.cli.show import draw, output_options, show


@click.command("path")
@asking
@click.option(
    "--to", "option", required=True, help="The option to carry: a candidate, a camp, the leader, for or against."
)
@click.option("--need", type=click.IntRange(1), help="Electors it needs; a majority by default.")
@click.option("--block", is_flag=True, help="What it takes to keep it below that instead.")
@click.option("--groups", is_flag=True, help="Groups of electors move as one.")
@output_options
def command(
    contest: str,
    as_of: date | None,
    question: str | None,
    section: str | None,
    seed: int,
    draws: int,
    option: str,
    need: int | None,
    chart: Path | None,
    *,
    block: bool,
    groups: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """The cheapest sets of electors in CONTEST whose change would carry an option, or block it."""
    from whipcount.headcount import path

    count = counted(contest, as_of, question, section, seed, draws)
    wanted = option_of(count, option)
    blocs = _blocs(contest, count.as_of, [e.id for e in count.roll]) if groups else None
    found = path(count, wanted, need, blocks=block, blocs=blocs)
    aim = f"keep '{wanted}' below {found.need}" if block else f"bring '{wanted}' to {found.need}"
    title = (
        f"{count.question.asks}\nTo {aim} of {len(count.roll)}: {found.have} are more likely than not there already; "
        f"chance as things stand {found.p_now:.3f}.\n"
    )
    columns = {
        "route": "route",
        "mover": "who",
        "electors": "electors",
        "p": "chance already",
        "cost": "cost",
        "p_then": "chance once they are",
    }
    show(found.table(), found.to_json(), as_json=as_json, as_csv=as_csv, title=title, columns=columns)
    if not found.routes:
        click.echo("Nobody more is needed, or no set is enough.", err=True)
    if chart is not None:
        draw(found.chart(), chart)


def _blocs(name: str, day: date, roll: list[str]) -> dict[str, list[str]]:
    from whipcount.cli.asked import cut

    out: dict[str, list[str]] = {}
    taken: set[str] = set()
    for row in cut(name, day).groupings:
        if row.elector in roll and row.elector not in taken:
            out.setdefault(row.group, []).append(row.elector)
            taken.add(row.elector)
    return {group: members for group, members in out.items() if len(members) > 1}
