"""The scoreboard on one screen.

In: a scoreboard. Out: rich tables and sentences on a console.
"""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from whipcount.score.board import VERDICTS, Row, Scoreboard
from whipcount.score.entry import Prediction
from whipcount.score.odds import Yield
from whipcount.score.scored import Scored
from whipcount.score.words import tables


def show(board: Scoreboard, console: Console, *, everybody: bool = False) -> None:
    """Print the board: kinds of forecasters first, then each forecaster, then calibration and what to bear in mind."""
    if not board.scored:
        console.print("There are no predictions.")
        return
    console.print(_rows("Who called it", board.kinds))
    rows = board.rows if everybody else tuple(r for r in board.rows if r.questions > 1)
    console.print(_rows("Forecasters on two or more questions" if not everybody else "Forecasters", rows))
    hidden = len(board.rows) - len(rows)
    if hidden:
        console.print(f"[dim]{hidden} more with one question or none (`--all` shows them).[/dim]\n")
    _calibrations(board, console)
    _versus(board, console)
    _notes(board, console)


def _rows(title: str, rows: tuple[Row, ...]) -> Table:
    out = Table(
        title=title, title_justify="left", title_style="bold", box=None, header_style="dim", padding=(0, 1, 0, 0)
    )
    out.add_column("", overflow="fold", min_width=16)
    for name in ("quest.", "called", "Brier", "90 %", "log", "skill", "T/F/partly/void/open"):
        out.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        ends = "/".join(str(row.verdicts[k]) for k in VERDICTS)
        out.add_row(escape(_name(row)), str(row.questions), _called(row), *_scores(row), ends)
    return out


def _name(row: Row) -> str:
    return row.by + (" (hindcast)" if row.late and row.late == row.predictions else "")


def _called(row: Row) -> str:
    return f"{row.called:g} of {row.scored}" if row.scored else "–"


def _scores(row: Row) -> list[str]:
    if row.brier is None or row.log is None:
        return ["–", "", "–", "–"]
    low, high = row.brier.low, row.brier.high
    band = f"{low:.2f}–{high:.2f}" if low is not None and high is not None else ""
    return [f"{row.brier.value:.3f}", band, f"{row.log.value:.2f}", f"{row.skill.value:+.2f}" if row.skill else "–"]


def _calibrations(board: Scoreboard, console: Console) -> None:
    if not board.calibrations:
        return
    out = Table(title="Calibration", title_justify="left", title_style="bold", box=None, header_style="dim")
    out.add_column("")
    for name in ("events", "Brier", "= misc.", "− discr.", "+ unc.", "sharpness", "out of band"):
        out.add_column(name, justify="right")
    for kind, one in board.calibrations.items():
        parts = (one.brier, one.miscalibration, one.discrimination, one.uncertainty, one.sharpness)
        out.add_row(kind, str(one.events), *(f"{x:.3f}" for x in parts), f"{one.outside:.0%}")
    console.print(out)


def _versus(board: Scoreboard, console: Console) -> None:
    for one in board.versus("whipcount"):
        if not one.other.startswith("all "):
            continue
        gap = one.difference
        better = "better" if gap.value < 0 else "worse"
        sure = f" (90 %: {gap.low:+.2f} to {gap.high:+.2f})" if gap.low is not None and gap.high is not None else ""
        console.print(
            f"whipcount against {one.other} on {one.questions} common question{'s' if one.questions > 1 else ''}, last words: "
            f"{one.brier:.3f} to {one.other_brier:.3f}, {abs(gap.value):.3f} {better}{sure}."
        )


def _notes(board: Scoreboard, console: Console) -> None:
    rows = board.rows
    words, late, reports = (sum(getattr(r, name) for r in rows) for name in ("from_words", "late", "reports"))
    notes = (
        "Each question weighs the same; a skill of 0 is that of even chances; misc. = miscalibration (what restating each "
        "probability would gain), discr. = discrimination.",
        f"{words} predictions were scored at a probability read out of words or a poll's lead (docs/score.md)."
        if words
        else "",
        f"{late} were made or recorded after the event (hindcasts)." if late else "",
        _conditional(board),
        f"{reports} were reports of what was already settled, and are not scored." if reports else "",
        f"{len(board.passed_over)} were passed over (`--json` says which and why)." if board.passed_over else "",
        f"The log score takes no probability for less than {tables().log_floor}.",
    )
    console.print("\n" + " ".join(note for note in notes if note), style="dim")


def _conditional(board: Scoreboard) -> str:
    made = [s for s in board.scored if s.prediction.condition is not None]
    void = sum(s.verdict == "void" for s in made)
    dated = sum(s.prediction.not_after is not None for s in board.scored)
    told = f"{len(made)} were conditional; of {void} the condition did not come about." if made else ""
    return f"{told} {dated} had to come true by a date." if dated else told


def show_detail(board: Scoreboard, console: Console) -> None:
    """Print every prediction: who said it when, on what condition and by when it had to happen, and what became of it."""
    out = Table(box=None, header_style="dim", padding=(0, 1, 0, 0))
    out.add_column("said", no_wrap=True)
    out.add_column("by", max_width=18)
    out.add_column("prediction", ratio=1)
    for name in ("p", "Brier"):
        out.add_column(name, justify="right", no_wrap=True)
    out.add_column("became", no_wrap=True)
    for one in sorted(board.scored, key=lambda s: (s.prediction.made, s.prediction.id)):
        made = one.prediction
        p = made.outcomes[made.top or ""] if made.outcomes else made.probability
        figures = [f"{v:.2f}" if v is not None else "–" for v in (p, one.loss.brier if one.loss else None)]
        out.add_row(str(made.made), escape(made.by), escape(claim(made)), *figures, _became(one))
    console.print(out)


def claim(made: Prediction) -> str:
    """The claim with its condition and its time: "the deputy takes over, if the vote is lost, by 31 May 2031"."""
    parts = [f"{made.says.rstrip('?')}: {made.top}" if made.top else made.says]
    if made.condition:
        parts.append(f"[counts only if: {made.condition}]")
    if made.not_after:
        span = f"{made.not_before} to {made.not_after}" if made.not_before else f"by {made.not_after}"
        parts.append(f"[{span}{f', “{made.wording}”' if made.wording else ''}]")
    return " ".join(parts)


def _became(one: Scored) -> str:
    if not one.prediction.forward:
        return "a report"
    return "open" if one.verdict == "unresolved" else one.verdict + (" *" if one.late else "")


def show_yield(offered: Yield, staked: Yield, console: Console) -> None:
    """Print what bets came to, at flat stakes and with half of Kelly's."""
    if offered.rate is None:
        console.print(f"\nAgainst the odds: {offered.offers} prices, none that whipcount would have taken.")
        return
    console.print(
        f"\nAgainst the odds: {offered.bets} bets on {offered.offers} prices, {offered.rate:+.0%} of the stakes at one unit "
        f"each; half of Kelly's stakes leave a bank of 1 at {staked.bank:.2f}."
    )
