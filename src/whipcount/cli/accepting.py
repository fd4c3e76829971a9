"""`--accept` of `whipcount read`: claims into a contest's folder, all, by confidence, or one by one with keys.

One by one, each claim is written as soon as it is accepted: whatever ends the session, what was accepted stays, and is not asked
for again.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from whipcount.errors import UsageError

if TYPE_CHECKING:
    from rich.text import Text

    from whipcount.read import Accepted, Claim, Document

    Pair = tuple[Document, Claim]

KEYS = "y yes, n no, a yes to all that are left, e edit, q stop here"


def least_of(how: str) -> float | None:
    """The confidence from which claims are accepted: 0 for `all`, None for `ask`. Raises `UsageError` for anything else."""
    if how in {"all", "ask"}:
        return 0.0 if how == "all" else None
    try:
        least = float(how)
    except ValueError:
        least = -1.0
    if not 0 <= least <= 1:
        raise UsageError("--accept takes all, ask, or a confidence between 0 and 1.")
    return least


def accept_claims(contest: str, read: Sequence[tuple[Document, Sequence[Claim]]], least: float | None) -> None:
    """Write claims to the folder of a contest and tell what came of it."""
    from whipcount.contest import locate
    from whipcount.read import accept

    folder = locate(contest)
    pairs = [(d, c) for d, claims in read for c in claims]
    if least is None:
        _one_by_one(folder, pairs)
    else:
        _tell(folder, accept(folder, [p for p in pairs if p[1].confidence >= least]))


def _tell(folder: Path, done: Accepted) -> None:
    from whipcount.read import in_words, tame

    click.echo(
        f"{len(done.evidence)} rows of evidence and {len(done.predictions)} predictions written to {folder}; "
        f"{done.already} were there already; {len(done.left)} not written{':' if done.left else '.'}",
        err=True,
    )
    for claim, why in done.left:
        click.echo(f"  {tame(in_words(claim))}: {tame(why)}", err=True)


def _one_by_one(folder: Path, pairs: list[Pair]) -> None:
    """Ask for each claim and write it at once. What came of it is told whatever ends it: `q`, the last claim, Ctrl-C, a signal."""
    from whipcount.read import Accepted

    done = Accepted((), (), 0, ())
    waiting: list[Pair] = []  # accepted, and not to be written yet: a camp may be known by a later claim
    try:
        with _signals_end():
            for chosen in _ask(folder, pairs):
                done, left = _written(folder, done, chosen)
                waiting += left
            # Once more, by all that is known now.
            done, left = _written(folder, Accepted(done.evidence, done.predictions, done.already, ()), waiting)
    finally:
        _tell(folder, done)


def _written(folder: Path, done: Accepted, chosen: Sequence[Pair]) -> tuple[Accepted, list[Pair]]:
    """What was done with these claims added; and those of them that could not be written."""
    from whipcount.read import Accepted, accept

    if not chosen:
        return done, []
    new = accept(folder, chosen)
    kept = {id(claim) for claim, _ in new.left}
    every = Accepted(
        done.evidence + new.evidence,
        done.predictions + new.predictions,
        done.already + new.already,
        done.left + new.left,
    )
    return every, [pair for pair in chosen if id(pair[1]) in kept]


@contextmanager
def _signals_end() -> Iterator[None]:
    """To be told to end ends it as Ctrl-C does, so that the terminal is left as it was found: its keys are read one by one."""

    def end(number: int, _frame: Any) -> None:
        raise SystemExit(128 + number)

    held = {}
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            held[name] = signal.signal(getattr(signal, name), end)
    try:
        yield
    finally:
        for name, before in held.items():
            signal.signal(getattr(signal, name), before)


def _ask(folder: Path, pairs: list[Pair]) -> Iterator[list[Pair]]:
    """The claims that are accepted: one at a time, or all that are left."""
    from whipcount.contest import load
    from whipcount.read import pending

    waiting = list(pending(load(folder), pairs))
    click.echo(f"{len(waiting)} claims to decide: {KEYS}.", err=True)
    for number, (document, claim, why) in enumerate(waiting, 1):
        _show(f"{number} of {len(waiting)}", document, claim, why)
        key = _key()
        if key == "q":
            return
        if key == "a":
            yield [(d, c) for d, c, _ in waiting[number - 1 :]]
            return
        if key in {"y", "e"}:
            yield [(document, _edit(claim) if key == "e" else claim)]


def _show(place: str, document: Document, claim: Claim, why: str | None) -> None:
    from rich.text import Text

    from whipcount.read import in_words, sentence_around, tame

    before, quote, after = (tame(part) for part in sentence_around(document.text, claim.start, claim.end))
    said = "" if claim.speaker == "author" else f", said by {tame(claim.speaker)}"
    click.echo(err=True)
    _line(Text.assemble((place, "dim"), "  ", (tame(in_words(claim)), "bold")), 0)
    _line(Text.assemble(before, (quote, "reverse"), after), 2)
    _line(Text(f"{claim.kind}, {claim.modality}{said}, {claim.confidence:.0%} sure; {tame(document.source)}"), 2)
    if why:
        _line(Text(f"As it is it can't be written: {tame(why)}."), 2)


def _line(text: Text, indent: int) -> None:
    """A line on standard error, broken at words where the terminal is narrow."""
    from rich.console import Console
    from rich.padding import Padding

    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
    else:
        click.echo(" " * indent + text.plain, err=True)


def _key() -> str:
    """One of the keys; others are told what there is. The end of the input, or Ctrl-C, ends everything."""
    while True:
        click.echo("  [y/n/a/e/q] ", nl=False, err=True)
        try:
            key = click.getchar().lower()
        except (EOFError, KeyboardInterrupt):
            click.echo(err=True)
            raise click.Abort from None
        except OSError:
            raise UsageError("--accept ask needs a terminal. Use --accept all or a confidence.") from None
        if not key:
            raise click.Abort
        click.echo(key if key.isprintable() else "", err=True)
        if key in {"y", "n", "a", "e", "q"}:
            return key
        click.echo(f"  {KEYS}", err=True)


def _edit(claim: Claim) -> Claim:
    """The claim as the person puts it right, field by field; return keeps what is there."""
    from whipcount.read import edited

    while True:
        own = {name: _field(name, value) for name, value in claim.own.items()}
        try:
            return edited(claim, own)
        except ValueError as why:
            click.echo(f"  {why}", err=True)


def _field(name: str, value: str | None) -> str | None:
    from whipcount.read import tame

    shown = tame(value or "")
    given = str(click.prompt(f"  {name}", default=shown, err=True))
    return value if given == shown else given
