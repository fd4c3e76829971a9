"""`whipcount opens`: whether a contest for the leadership opens, and what that rests on."""

from __future__ import annotations

from datetime import date

import click

from whipcount.cli.asked import cut
from whipcount.cli.report import as_of_option, seed_option
from whipcount.cli.show import show


@click.command("opens")
@click.argument("contest")
@as_of_option
@seed_option
@click.option(
    "--draws", type=click.IntRange(1_000, 1_000_000), default=20_000, show_default=True, help="Of the headcount."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def command(contest: str, as_of: date | None, seed: int, draws: int, *, as_json: bool, as_csv: bool) -> None:
    """How likely it is that a contest for the leadership opens in CONTEST, until when, and why."""
    from whipcount.errors import UsageError
    from whipcount.forecast import outlook

    made = outlook(cut(contest, as_of), seed=seed, draws=draws)
    found = made.opening
    if found is None:
        raise UsageError(
            f"On {made.as_of} nobody's leadership is in question in '{contest}', or a contest is open. Give --as-of another day."
        )
    rows = [{"what": r.what, "p": round(r.p, 4), "why": r.why} for r in found.reasons]
    data = {
        "contest": made.contest.id, "as_of": str(made.as_of), "leader": found.leader, "side": found.side, "until": str(found.until),
        "p": round(found.p, 4), "reasons": rows,
    }  # fmt: skip
    title = f"{found.leader} ({found.side}): a contest opens after {found.since} and by {found.until}: {100 * found.p:.0f} %"
    columns = {"what": "what could open it", "p": "chance", "why": "why"}
    show(rows, data, as_json=as_json, as_csv=as_csv, title=title, columns=columns)
