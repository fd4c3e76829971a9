"""Whether the files of a contest folder agree with each other: names that mean nobody, people entered twice, dates ahead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import Any

from whipcount.contest.model import Contest
from whipcount.contest.records import CandidateRow, EventRow, Evidence, OddsRow, PollRow, Question
from whipcount.errors import UsageError
from whipcount.rules import find

Dated = Evidence | PollRow | OddsRow | EventRow | CandidateRow
Fault = tuple[Any, str, str, str]
"""(the record, its file, what is wrong, how to mend it)"""


def cross_check(contest: Contest, today: date) -> Iterator[Fault]:
    """Every fault that shows only when the files are read together."""
    yield from _twice(contest)
    yield from _ahead(contest, today)
    yield from _electors(contest)
    yield from _questions(contest)
    yield from _evidence(contest)
    yield from _polls(contest)
    yield from _candidates(contest)


def _near(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=2, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else f"Known: {', '.join(sorted(known)[:12]) or 'none'}."


def _twice(contest: Contest) -> Iterator[Fault]:
    tables = (("electors.csv", contest.electors), ("evidence.csv", contest.evidence), ("odds.csv", contest.odds))
    for file, rows in tables:
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            section = getattr(row, "section", "") if file == "electors.csv" else ""
            if (row.id, section) in seen:
                yield (
                    row,
                    file,
                    f"'{row.id}' is entered twice",
                    "Remove one of the two rows, or give it an id of its own.",
                )
            seen.add((row.id, section))
    by_name: set[tuple[str, str, str | None]] = set()
    for elector in contest.electors:
        key = (elector.name.casefold(), elector.section, elector.seat)
        if key in by_name:
            yield (
                elector,
                "electors.csv",
                f"{elector.name} stands twice in '{elector.section}'",
                "Remove one row (or tell them apart by seat).",
            )
        by_name.add(key)


def _ahead(contest: Contest, today: date) -> Iterator[Fault]:
    tables: dict[str, tuple[Dated, ...]] = {
        "evidence.csv": contest.evidence,
        "polls.csv": contest.polls,
        "odds.csv": contest.odds,
        "events.csv": contest.events,
        "candidates.csv": contest.candidates,
    }
    for file, rows in tables.items():
        for row in rows:
            if row.known > today:
                yield (
                    row,
                    file,
                    f"is known only from {row.known}, which is in the future",
                    "Mend 'known': the day it became public.",
                )


def _electors(contest: Contest) -> Iterator[Fault]:
    sections = contest.identity.sections
    for elector in contest.electors:
        if elector.section not in sections:
            yield (
                elector,
                "electors.csv",
                f"there is no section '{elector.section}'",
                _near(elector.section, list(sections)),
            )
        if elector.since and elector.until and elector.since > elector.until:
            yield elector, "electors.csv", f"'from' {elector.since} is after 'until' {elector.until}", "Swap them."
    ids = [e.id for e in contest.electors]
    for row in contest.groupings:
        if row.elector not in ids:
            yield row, "groups.csv", f"there is no elector '{row.elector}'", _near(row.elector, ids)


def _questions(contest: Contest) -> Iterator[Fault]:
    ids = [q.id for q in contest.identity.questions]
    sections = contest.identity.sections
    for question in contest.identity.questions:
        for other in [link.question for link in question.bears] + ([question.follows] if question.follows else []):
            if other not in ids:
                yield (
                    question,
                    "contest.yaml",
                    f"question '{question.id}' names a question '{other}' that there is not",
                    _near(other, ids),
                )
        if question.section is not None and question.section not in sections:
            yield (
                question,
                "contest.yaml",
                f"there is no section '{question.section}'",
                _near(question.section, list(sections)),
            )
        yield from _rules(contest, question)


def _rules(contest: Contest, question: Question) -> Iterator[Fault]:
    day = question.decided or question.due or question.opens
    try:
        version = find(question.rules or f"{contest.identity.rulebook}@{day}").version
        if question.clause is not None:
            version.clause(question.clause)
    except UsageError as why:
        yield question, "contest.yaml", f"question '{question.id}': {why}", "Mend 'rules', 'rulebook' or 'clause'."
        return
    bodies = list(version.bodies)
    for name, section in contest.identity.sections.items():
        if question.kind == "election" and section.body is not None and section.body not in bodies:
            what = f"section '{name}' votes in a body '{section.body}' that the rulebook does not have"
            yield contest.identity, "contest.yaml", what, _near(section.body, bodies)


def _evidence(contest: Contest) -> Iterator[Fault]:
    ids = [e.id for e in contest.electors]
    questions = {q.id: q for q in contest.identity.questions}
    for row in contest.evidence:
        if row.question not in questions:
            yield row, "evidence.csv", f"there is no question '{row.question}'", _near(row.question, list(questions))
            continue
        if row.section not in contest.identity.sections:
            yield (
                row,
                "evidence.csv",
                f"there is no section '{row.section}'",
                _near(row.section, list(contest.identity.sections)),
            )
        if row.elector is not None and row.elector not in ids:
            yield row, "evidence.csv", f"there is no elector '{row.elector}' in electors.csv", _near(row.elector, ids)
        allowed = options_named(contest, questions[row.question])
        for name in row.option:
            if name not in allowed:
                yield (
                    row,
                    "evidence.csv",
                    f"'{name}' is no candidate or camp of question '{row.question}'",
                    _near(name, allowed),
                )


def options_named(contest: Contest, question: Question) -> list[str]:
    """Every name that evidence on a question may support or oppose, whether or not still in the field."""
    if question.kind == "confidence":
        return [question.leader or "", f"against {question.leader}"]
    if question.kind == "camps":
        return [*question.options, *(f"against {name}" for name in question.options)]
    return list(dict.fromkeys(r.name for r in contest.candidates if r.question in {None, question.id}))


def _polls(contest: Contest) -> Iterator[Fault]:
    sections = contest.identity.sections
    names = {r.name for r in contest.candidates} | {o for q in contest.identity.questions for o in q.options}
    totals: dict[tuple[str, str, str, str | None], float] = {}
    for row in contest.polls:
        if row.link == "electors" and row.section is None:
            yield (
                row,
                "polls.csv",
                f"poll '{row.poll}' is of electors but names no section",
                f"Write one of: {', '.join(sections)}.",
            )
        if row.section is not None and row.section not in sections:
            yield row, "polls.csv", f"there is no section '{row.section}'", _near(row.section, list(sections))
        if row.option not in names:
            yield row, "polls.csv", f"'{row.option}' is no candidate of this contest", _near(row.option, sorted(names))
        key = (row.poll, row.population, row.measure, row.contest_of)
        totals[key] = totals.get(key, 0.0) + row.share
        if totals[key] > 102:
            yield (
                row,
                "polls.csv",
                f"the shares of poll '{row.poll}' sum to {totals[key]:.0f} %",
                "Mend the shares, or tell two questions apart under 'contest_of'.",
            )
            totals[key] = float("-inf")


def _candidates(contest: Contest) -> Iterator[Fault]:
    questions = [q.id for q in contest.identity.questions]
    names = [r.name for r in contest.candidates]
    for row in contest.candidates:
        if row.question is not None and row.question not in questions:
            yield row, "candidates.csv", f"there is no question '{row.question}'", _near(row.question, questions)
        if row.backs is not None and row.backs not in names:
            yield (
                row,
                "candidates.csv",
                f"'{row.backs}' (backed by {row.name}) is no candidate",
                _near(row.backs, names),
            )
    if (
        contest.result is not None
        and contest.result.winner is not None
        and names
        and contest.result.winner not in names
    ):
        yield (
            contest.result,
            "result.yaml",
            f"the winner '{contest.result.winner}' is no candidate",
            _near(contest.result.winner, names),
        )
