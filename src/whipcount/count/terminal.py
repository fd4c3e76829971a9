"""A count as tables in a terminal: a row for each candidate, a column for each round."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from whipcount.count.margin import Margin
from whipcount.count.pairwise import Pairwise
from whipcount.count.tally import BallotTally, RoundTally, Tally
from whipcount.count.words import decimal, names, number

ROUNDS_ABREAST = 6
"""Rounds in one table; more go into further tables, so that lines stay readable."""


def show(tally: Tally, console: Console | None = None) -> None:
    """Print a count: a sentence, the rounds of each ballot, the reasons, the notes."""
    console = console or Console(highlight=False)
    console.print(f"[bold]{escape(tally.sentence())}[/bold]")
    for ballot in tally.ballots:
        console.print()
        title = f"{ballot.title} ({ballot.id})" if len(tally.ballots) > 1 else ballot.title
        console.print(f"[italic]{escape(title)}[/italic]")
        for start in range(0, len(ballot.rounds), ROUNDS_ABREAST):
            console.print(_table(ballot, ballot.rounds[start : start + ROUNDS_ABREAST]))
        for one in ballot.rounds:
            console.print(f"Round {one.number}: {escape(one.reason)}{escape(_also(one))}")
            for tie in one.ties:
                console.print(f"  Tie over {escape(tie.tie.words())}: {escape(tie.rule)} ({escape(tie.evidence)}).")
    console.print()
    for note in tally.notes:
        console.print(f"Note: {escape(note)}")
    source = f"{tally.source}  " if tally.source else ""
    console.print(
        f"[dim]{escape(source)}sha256 {tally.sha256 or 'none'}  rulebook {escape(tally.rulebook or 'none')}[/dim]"
    )


def _also(one: RoundTally) -> str:
    withdrew = f" {names(one.withdrew)} withdrew." if one.withdrew else ""
    on = f" {names(one.goes_on)} go on." if one.goes_on and "go on" not in one.reason else ""
    return withdrew + on


def _table(ballot: BallotTally, rounds: Iterable[RoundTally]) -> Table:
    rounds = tuple(rounds)
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("")
    for one in rounds:
        table.add_column(f"round {one.number}", justify="right")
        if ballot.measure != "share":
            table.add_column("%", justify="right", style="dim")
    for name in order(ballot):
        table.add_row(escape(name), *(cell for one in rounds for cell in _cells(ballot, one, name)))
    causes = [c for c in rounds[-1].inactive_in_all if any(r.inactive_in_all.get(c) for r in ballot.rounds)]
    for cause in causes:
        cells = [
            cell
            for one in rounds
            for cell in ([number(one.inactive_in_all.get(cause, Fraction(0)))] + [""] * (ballot.measure != "share"))
        ]
        table.add_row(cause, *cells, style="dim")
    return table


def _cells(ballot: BallotTally, one: RoundTally, name: str) -> list[str]:
    if name not in one.totals:
        return [""] if ballot.measure == "share" else ["", ""]
    mark = "bold green" if name == one.elected else "red" if name in (*one.eliminated, *one.withdrew) else ""
    text = number(one.totals[name], ballot.measure)
    shown = f"[{mark}]{text}[/{mark}]" if mark else text
    return [shown] if ballot.measure == "share" else [shown, decimal(one.shares[name] * 100, 2)]


def order(ballot: BallotTally) -> tuple[str, ...]:
    """Candidates as a reader wants them: who stayed longest first, then by the last tally, then by the paper."""
    last: dict[str, tuple[int, Fraction]] = {n: (0, Fraction(0)) for n in ballot.candidates}
    for one in ballot.rounds:
        last.update({n: (one.number, t) for n, t in one.totals.items()})
    return tuple(sorted(last, key=lambda n: (-last[n][0], -last[n][1])))


def show_pairwise(found: Pairwise, console: Console | None = None) -> None:
    """Print the matrix: each row against each column."""
    console = console or Console(highlight=False)
    console.print()
    table = Table(title="Preferred to ...", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("")
    for name in found.candidates:
        table.add_column(escape(name), justify="right")
    for one in found.candidates:
        cells = []
        for other in found.candidates:
            text = "" if one == other else number(found.prefer[one, other], found.measure)
            cells.append(f"[bold]{text}[/bold]" if one != other and found.beats(one, other) else text)
        table.add_row(escape(one), *cells)
    console.print(table)
    winner = found.condorcet_winner
    told = (
        f"{winner} beats everybody else." if winner else f"Nobody beats everybody; Smith set: {names(found.smith_set)}."
    )
    console.print(escape(told))


def show_margin(found: Margin, console: Console | None = None) -> None:
    """Print the bounds on the margin of victory."""
    console = console or Console(highlight=False)
    console.print()
    console.print(escape(found.sentence()))
