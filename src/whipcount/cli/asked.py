"""What commands about a headcount share: which contest, on which date, which question and section."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from whipcount.cli.report import as_of_option, seed_option

if TYPE_CHECKING:
    from whipcount.contest import Contest
    from whipcount.forecast import AnyOutlook
    from whipcount.headcount import Headcount

F = TypeVar("F", bound=Callable[..., Any])


def asking(command: F) -> F:
    """The argument CONTEST, and the options --as-of, --question, --section, --seed and --draws."""
    for part in (
        click.option(
            "--draws",
            type=click.IntRange(1_000, 1_000_000),
            default=20_000,
            show_default=True,
            help="Of the headcount.",
        ),
        seed_option,
        click.option("--section", help="The section, if the question has more than one known by name."),
        click.option("--question", help="The question, if not the one at hand (see `whipcount contests`)."),
        as_of_option,
        click.argument("contest"),
    ):
        command = part(command)
    return command


def cut(name: str, as_of: date | None) -> Contest:
    """The contest as of a date (by default the day on which its last question was settled, or today)."""
    from whipcount.contest import load
    from whipcount.errors import UsageError

    today = date.today()
    whole = load(name, today)
    day = as_of or whole.last_day(today)
    if day > today:
        raise UsageError(f"{day} is in the future; nothing is known as of then. Give a date up to {today}.")
    if day < whole.first_known():
        raise UsageError(
            f"Nothing is known about '{whole.id}' as of {day}; the first evidence is of {whole.first_known()}."
        )
    return whole.as_of(day)


def counted(
    name: str, as_of: date | None, question: str | None, section: str | None, seed: int, draws: int
) -> Headcount:
    """The headcount asked for: of the question at hand, or of the one named."""
    from whipcount.errors import UsageError
    from whipcount.forecast.outlook import open_questions
    from whipcount.headcount import headcount

    contest = cut(name, as_of)
    day = contest.seen_on or date.min
    asked = contest.question(question) if question else next(iter(open_questions(contest, day)), None)
    if asked is None:
        raise UsageError(f"No question of '{contest.id}' is open on {day}. Name one with --question.")
    named = [n for n, s in contest.identity.sections.items() if s.by == "name" and contest.roll(n, day)]
    where = section or asked.section or next(iter(named), None)
    if where is None:
        raise UsageError(f"'{contest.id}' has no section known by name on {day}; there is nobody to count.")
    return headcount(contest, asked, where, seed=seed, draws=draws)


def result_of(name: str, as_of: date | None, question: str | None, seed: int, draws: int) -> AnyOutlook:
    """The outlook on one question."""
    from whipcount.errors import NotFound
    from whipcount.forecast import outlook

    made = outlook(cut(name, as_of), seed=seed, draws=draws)
    for one in made.questions:
        if question is None or one.question.id == question:
            return one
    raise NotFound("open question", question or "", (one.question.id for one in made.questions))


def option_of(count: Headcount, wanted: str | None) -> str:
    """The option that a name stands for; see `whipcount.report.options`."""
    from whipcount.report.options import option_of as named

    return named(count, wanted)
