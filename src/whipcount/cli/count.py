"""`whipcount count`: count ballots under a rulebook."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from whipcount.rules.language import TieRule

if TYPE_CHECKING:
    from whipcount.count import Tally, TiePlan
    from whipcount.count.gather import Gathered

FILE = click.Path(path_type=Path, dir_okay=False)
READABLE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.argument("ballots", nargs=-1, required=True, metavar="BALLOTS...")
@click.option("--rules", "ref", required=True, metavar="ID[@DATE]", help="Rulebook, or a rulebook file.")
@click.option(
    "--opening", metavar="ID", help="How the contest opened; the first way that leads to a ballot by default."
)
@click.option("--ballot", metavar="ID", help="Count this ballot alone, not the path that follows the opening.")
@click.option("--section", metavar="NAME", help="The whole file is this section.")
@click.option("--format", "form", metavar="FORMAT", help="Format of the ballot files; by default the content tells.")
@click.option("--contest", metavar="NAME", help="Which contest of a file with several.")
@click.option(
    "--tie",
    "tie",
    multiple=True,
    type=click.Choice(get_args(TieRule)),
    help="After the rulebook's own; may be repeated.",
)
@click.option("--seed", metavar="TEXT", help="Of the public seeded lot (implies --tie 'seeded lot').")
@click.option("--lots", type=READABLE, help="Official draws, YAML (implies --tie lot).")
@click.option(
    "--order", type=READABLE, help="Fixed order, one name a line, the most favoured first (implies --tie order)."
)
@click.option(
    "--withdraw",
    multiple=True,
    metavar="R:NAME",
    help="NAME withdrew after round R (0: before the first); BALLOT:R:NAME for a later ballot.",
)
@click.option("--entitled", multiple=True, metavar="BODY=N", help="Electors of a body.")
@click.option("--cast", multiple=True, metavar="BODY=N", help="Papers cast in a body, spoilt ones included.")
@click.option("--tallies", type=READABLE, help="Published votes of sections without ballots.")
@click.option("--skip-bad", type=FILE, help="Write ballots that cannot be read to this file, with reasons, and go on.")
@click.option("--pairwise", "pairs", is_flag=True, help="Also every two candidates against each other.")
@click.option("--margin", "close", is_flag=True, help="Also how few papers could have changed the winner.")
@click.option("--html", type=FILE, help="Write a page with the rounds and the flow of transfers.")
@click.option("--json", "as_json", is_flag=True, help="The record, to be checked with `whipcount verify`.")
@click.option("--csv", "as_csv", is_flag=True, help="A row for each round, section and candidate.")
def command(ballots: tuple[str, ...], ref: str, **chosen: Any) -> None:
    """Count BALLOTS under a rulebook, round by round, and say why.

    Each of BALLOTS is a FILE, or SECTION=FILE where sections have files of their own, or BALLOT=FILE where several
    ballots follow one another. Several plain files under a rulebook with fresh votes are its rounds, in order.
    """
    from whipcount import rules
    from whipcount.count.gather import gather

    found = rules.find(ref)
    if chosen["as_json"] and chosen["as_csv"]:
        raise click.UsageError("Choose one of --json and --csv.")
    gathered = gather(ballots, found.version, chosen["opening"], chosen["ballot"], _reader(chosen))
    tally = _count(gathered, found.version, found.ref, chosen)
    extras = _extras(gathered, chosen)
    if chosen["html"]:
        chosen["html"].write_text(tally.to_html(), encoding="utf-8")
        click.echo(f"Written: {chosen['html']}", err=True)
    _tell(tally, extras, chosen)


def _reader(chosen: dict[str, Any]) -> Any:
    from whipcount.ballots import read_ballots

    aside: Path | None = chosen["skip_bad"]
    files: list[Path] = []

    def read(path: Path) -> Any:
        # The bad lines of a second file go to FILE.2, and so on, so that none are written over.
        files.append(path)
        bad = aside.with_name(f"{aside.name}.{len(files)}") if aside and len(files) > 1 else aside
        return read_ballots(path, chosen["form"], skip_bad=bad, contest=chosen["contest"])

    return read


def _count(gathered: Gathered, version: Any, ref: str, chosen: dict[str, Any]) -> Tally:
    from whipcount.count import Given, count, count_path, read_tallies
    from whipcount.count.files import parse_numbers, parse_withdrawals

    given = Given(
        parse_numbers(chosen["entitled"], "electors"),
        parse_numbers(chosen["cast"], "papers"),
        parse_withdrawals(chosen["withdraw"]),
        _ties(chosen),
        read_tallies(chosen["tallies"]) if chosen["tallies"] else None,
        chosen["section"],
    )
    if gathered.ballot is None:
        assert not isinstance(gathered.papers, tuple)
        return count_path(gathered.papers, version, chosen["opening"], given=given, rulebook=ref)
    assert not isinstance(gathered.papers, dict)
    away = {r: n for ballot in ("", gathered.ballot.id) for r, n in given.withdrawals.get(ballot, {}).items()}
    return count(
        gathered.papers, gathered.ballot, entitled=given.entitled, cast=given.cast, withdrawals=away, ties=given.ties,
        tallies=given.tallies, section=given.section, rulebook=ref,
    )  # fmt: skip


def _ties(chosen: dict[str, Any]) -> TiePlan:
    from whipcount.count import TiePlan
    from whipcount.count.files import read_lots, read_order

    implied = {"order": chosen["order"], "lot": chosen["lots"], "seeded lot": chosen["seed"]}
    for rule, option in (("order", "--order FILE"), ("lot", "--lots FILE"), ("seeded lot", "--seed TEXT")):
        if rule in chosen["tie"] and implied[rule] is None:
            raise click.UsageError(f"--tie '{rule}' needs {option}.")
    rules = dict.fromkeys((*chosen["tie"], *(rule for rule, value in implied.items() if value is not None)))
    return TiePlan(
        tuple(rules),
        read_order(chosen["order"]) if chosen["order"] else (),
        read_lots(chosen["lots"]) if chosen["lots"] else (),
        chosen["seed"],
        _ask if sys.stdin.isatty() else None,
    )


def _ask(question: str, tied: tuple[str, ...]) -> str:
    choice: str = click.prompt(question, type=click.Choice(list(tied)), err=True)
    return choice


def _extras(gathered: Gathered, chosen: dict[str, Any]) -> dict[str, Any]:
    """What a journalist asks for beside the count; only for a single ballot with one set of papers."""
    from whipcount.ballots import Profile
    from whipcount.count.margin import margin
    from whipcount.count.pairwise import pairwise

    if not (chosen["pairs"] or chosen["close"]):
        return {}
    if gathered.ballot is None or not isinstance(gathered.papers, Profile):
        raise click.UsageError("--pairwise and --margin look at one ballot with one file; choose it with --ballot.")
    found: dict[str, Any] = {}
    if chosen["pairs"]:
        found["pairwise"] = pairwise(gathered.papers, gathered.ballot, chosen["section"])
    if chosen["close"]:
        found["margin"] = margin(gathered.papers, gathered.ballot, chosen["section"], _ties(chosen))
    return found


def _tell(tally: Tally, extras: dict[str, Any], chosen: dict[str, Any]) -> None:
    from whipcount.count.terminal import show, show_margin, show_pairwise

    if chosen["as_csv"]:
        click.echo(tally.to_csv(), nl=False)
    elif chosen["as_json"] and not extras:
        click.echo(tally.to_json(), nl=False)
    elif chosen["as_json"]:
        record = {**tally.to_dict(), **{key: value.to_dict() for key, value in extras.items()}}
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        show(tally)
        if "pairwise" in extras:
            show_pairwise(extras["pairwise"])
        if "margin" in extras:
            show_margin(extras["margin"])
