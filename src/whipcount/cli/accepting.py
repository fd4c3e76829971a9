"""`--accept` of `whipcount read`: claims into a contest's folder, all, by confidence, or one by one with keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from whipcount.errors import UsageError

if TYPE_CHECKING:
    from whipcount.read import Claim, Document

KEYS = "y yes, n no, e edit, q stop here"


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
    from whipcount.read import accept, in_words, tame

    folder = locate(contest)
    pairs = [(d, c) for d, claims in read for c in claims]
    chosen = list(_ask(folder, pairs)) if least is None else [p for p in pairs if p[1].confidence >= least]
    done = accept(folder, chosen)
    click.echo(
        f"{len(done.evidence)} rows of evidence and {len(done.predictions)} predictions written to {folder}; "
        f"{done.already} were there already; {len(done.left)} not written{':' if done.left else '.'}",
        err=True,
    )
    for claim, why in done.left:
        click.echo(f"  {tame(in_words(claim))}: {tame(why)}", err=True)


def _ask(folder: Path, pairs: list[tuple[Document, Claim]]) -> Iterator[tuple[Document, Claim]]:
    from whipcount.contest import load
    from whipcount.read import pending

    waiting = list(pending(load(folder), pairs))
    click.echo(f"{len(waiting)} claims to decide: {KEYS}.", err=True)
    for number, (document, claim, why) in enumerate(waiting, 1):
        _show(f"{number} of {len(waiting)}", document, claim, why)
        key = _key()
        if key == "q":
            return
        if key == "e":
            claim = _edit(claim)
        if key in {"y", "e"}:
            yield document, claim


def _show(place: str, document: Document, claim: Claim, why: str | None) -> None:
    from whipcount.read import in_words, sentence_around, tame

    before, quote, after = (tame(part) for part in sentence_around(document.text, claim.start, claim.end))
    said = "" if claim.speaker == "author" else f", said by {tame(claim.speaker)}"
    click.echo(f"\n{click.style(place, dim=True)}  {click.style(tame(in_words(claim)), bold=True)}", err=True)
    click.echo(f"  {before}{click.style(quote, reverse=True)}{after}", err=True)
    click.echo(
        f"  {claim.kind}, {claim.modality}{said}, {claim.confidence:.0%} sure; {tame(document.source)}", err=True
    )
    if why:
        click.echo(f"  As it is it can't be written: {tame(why)}.", err=True)


def _key() -> str:
    """One of the keys; others are told what there is. The end of the input, or Ctrl-C, ends everything, with nothing written."""
    while True:
        click.echo("  [y/n/e/q] ", nl=False, err=True)
        try:
            key = click.getchar().lower()
        except (EOFError, KeyboardInterrupt):
            raise click.Abort from None
        except OSError:
            raise UsageError("--accept ask needs a terminal. Use --accept all or a confidence.") from None
        if not key:
            raise click.Abort
        click.echo(key if key.isprintable() else "", err=True)
        if key in {"y", "n", "e", "q"}:
            return key
        click.echo(f"  {KEYS}", err=True)


def _edit(claim: Claim) -> Claim:
    """The claim as the person puts it right, field by field; return keeps what is there."""
    from whipcount.read import edited

    while True:
        own = {f: click.prompt(f"  {f}", default=value or "", err=True) for f, value in claim.own.items()}
        try:
            return edited(claim, own)
        except ValueError as why:
            click.echo(f"  {why}", err=True)
