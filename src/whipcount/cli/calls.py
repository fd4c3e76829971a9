"""`whipcount calls`: whom to ring next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from whipcount.cli.asked import asking, counted, option_of
from whipcount.cli.show import draw, output_options, show


@click.command("calls")
@asking
@click.option(
    "--for", "option", help="The option whose success is the outcome; by default the leader, or the leading candidate."
)
@click.option("--need", type=click.IntRange(1), help="Electors it needs; a majority by default.")
@click.option("--most", type=click.IntRange(1), default=10, show_default=True, help="How many electors.")
@output_options
def command(
    contest: str,
    as_of: date | None,
    question: str | None,
    section: str | None,
    seed: int,
    draws: int,
    option: str | None,
    need: int | None,
    most: int,
    chart: Path | None,
    *,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Whom to ring next in CONTEST: electors by what a truthful answer would tell about the outcome, in bits."""
    from whipcount.headcount import calls

    count = counted(contest, as_of, question, section, seed, draws)
    wanted = option_of(count, option)
    bar = need or count.majority
    name = f"{wanted}: {bar} of {len(count.roll)} or more"
    found = calls(count, count.for_option(wanted) >= bar, name=name, most=most)
    title = f"{count.question.asks}\nThe outcome: {name}. Its chance now {found.p_outcome:.3f}; {found.entropy:.3f} bits are open.\n"
    columns = {
        "rank": "",
        "elector": "elector",
        "information": "bits",
        "answer": "answer",
        "p_answer": "chance of it",
        "p_outcome": "then the outcome",
        "change": "change",
    }
    show(found.table(), found.to_json(), as_json=as_json, as_csv=as_csv, title=title, columns=columns)
    if chart is not None:
        draw(found.chart(), chart)
