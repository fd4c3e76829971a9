"""`whipcount power`: which camps can win, block and decide."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import click

from whipcount.cli.asked import asking, counted, cut
from whipcount.cli.show import draw, output_options, show

if TYPE_CHECKING:
    from whipcount.contest import Evidence
    from whipcount.headcount import Headcount
    from whipcount.power import DrawnPower
    from whipcount.power.questions import Answered, Answers

COLUMNS = {
    "camp": "camp",
    "size": "size",
    "wins_alone": "wins alone",
    "blocks_alone": "blocks alone",
    "pivotal": "pivotal",
    "shapley_shubik": "Shapley-Shubik",
    "banzhaf": "Banzhaf",
}
PAIRS = {"camps": "together", "wins": "can win", "blocks": "can block"}
SHOWN, LEAST = 2, 0.01
"""Reasons shown under an answer, and the least movement of its probability that is worth a line."""
LEGEND = """
Under each answer: the rows that move it most, by how many points, compared with leaving them out (~: roughly).
Holds the balance: nobody wins alone, and joining the largest of the others wins. Kingmaker: a smaller camp that does.
"""


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
    """Which camps of CONTEST can win together, which can block, who holds the balance and who decides, over the headcount.

    Without --question, of the question about camps where one is open. Each answer comes with the evidence that moves it most.
    """
    from whipcount.headcount import UNALIGNED
    from whipcount.power import power_over_draws
    from whipcount.power.questions import ask

    asked, leading = _questions(contest, as_of, question)
    count = counted(contest, as_of, asked, section, seed, draws)
    lost = (
        counted(contest, as_of, leading, count.section, seed, draws)
        if leading and leading != count.question.id
        else None
    )
    camps = [o for o in count.options if o != UNALIGNED]
    groups = [tuple(part.strip() for part in names.split(",")) for names in together]
    sizes = count.draws.totals[:, [count.options.index(c) for c in camps]]
    found = power_over_draws(
        sizes,
        quota or count.majority,
        camps=camps,
        coalitions={" + ".join(g): g for g in groups or list(combinations(camps, 2))},
        electors=len(count.roll),
    )
    answers = ask(count, quota or count.majority, groups, lost) if len(camps) > 2 else None
    data = {"contest": contest, "as_of": count.as_of, "question": count.question.id, **json.loads(found.to_json())}
    data["answers"] = answers.to_json() if answers else []
    if as_json or as_csv:
        show(found.rows(), data, as_json=as_json, as_csv=as_csv)
    else:
        _tell(count, found, answers, quota or count.majority)
    if chart is not None:
        draw(answers.chart() & found.chart() if answers else found.chart(), chart)


def _questions(name: str, as_of: date | None, question: str | None) -> tuple[str | None, str | None]:
    """The question about camps, if none is named and one is open, and the one about the leader that is open beside it."""
    from whipcount.forecast.outlook import open_questions

    seen = cut(name, as_of)
    live = open_questions(seen, seen.seen_on or date.min)
    camps = question or next((q.id for q in live if q.kind == "camps"), None)
    return camps, next((q.id for q in live if q.kind == "confidence"), None)


def _tell(count: Headcount, found: DrawnPower, answers: Answers | None, quota: int) -> None:
    title = f"{count.question.asks}\n{quota} of {len(count.roll)} win; known on {count.as_of}.\n"
    click.echo(title)
    if answers is not None:
        for one in answers.answers:
            _answer(one)
        click.echo(LEGEND)
    show(found.rows(), None, as_json=False, as_csv=False, title="Probabilities, and mean indices.\n", columns=COLUMNS)
    click.echo()
    rows = sorted(found.coalition_rows(), key=lambda r: -r["wins"])[:10]
    show(rows, None, as_json=False, as_csv=False, title="", columns=PAIRS)


def _answer(one: Answered) -> None:
    """The question, its probability in words and as a number, and the rows that move it most."""
    from whipcount.report.words import odds, percent, points

    click.echo(f"{one.asks} {odds(one.p).capitalize()} ({percent(one.p)}).")
    for reason in one.reasons[:SHOWN]:
        if abs(reason.effect) >= LEAST:
            rough = "~" if reason.rough else " "
            row = reason.row
            said = f"\u201c{row.quote}\u201d" if row.quote else _said(one.count, row)
            click.echo(f"   {rough}{points(reason.effect):>4}  {row.id}: {said} ({row.by}, {row.known})")


def _said(count: Headcount, row: Evidence) -> str:
    """What a row says, with what its maker added where it is about a total."""
    from whipcount.report.build import describe

    text = describe(count.roll, row).removesuffix(" (total)").replace(" belongs to ", " is in the camp ")
    added = (row.note or "").split(";")[0]
    stated = row.amount.text if row.amount is not None else ""
    if row.kind != "total" or not added or added.startswith("the day"):
        return text
    return f"{text.removesuffix(stated)}{added}" if added.startswith(stated) else f"{text}, {added}"
