"""`whipcount read`: commentary in, claims out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whipcount.errors import Problem
    from whipcount.read import Claim, Document


@click.command("read")
@click.argument("files", nargs=-1, required=True)
@click.option("--contest", help="A contest folder, or one that ships: its people are the roster.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Print JSON lines with the guide's field names.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option(
    "--html", "html", type=click.Path(path_type=Path, dir_okay=False), help="Write a page with the claims marked."
)
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of publication, where the file does not say."
)
@click.option("--country", help="Country of the document: which months are spring.")
@click.option(
    "--accept", "accepting", help="Write evidence to the contest's folder: all, a confidence such as 0.8, or ask."
)
@click.option("--threshold", type=click.FloatRange(0, 1), help="Give claims at least this sure (default: as trained).")
@click.option("--fetch", "web", is_flag=True, help="Fetch the web addresses among FILES.")
@click.option("--reader", type=click.Choice(["rules", "llm"]), default="rules", show_default=True)
@click.option(
    "--llm-url", envvar="WHIPCOUNT_LLM_URL", help="OpenAI-compatible endpoint, e.g. http://localhost:8080/v1."
)
@click.option("--llm-model", envvar="WHIPCOUNT_LLM_MODEL", default="default", show_default=True)
@click.option("--llm-cache", type=click.Path(path_type=Path, file_okay=False), help="Folder in which answers are kept.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read an archive, on from where this journal stopped.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes, with --journal.")
def command(
    *,
    files: tuple[str, ...],
    contest: str | None,
    as_jsonl: bool,
    as_csv: bool,
    html: Path | None,
    day: Any,
    country: str | None,
    accepting: str | None,
    threshold: float | None,
    web: bool,
    reader: str,
    llm_url: str | None,
    llm_model: str,
    llm_cache: Path | None,
    journal: Path | None,
    workers: int,
) -> None:
    """Read commentary in FILES (files, folders, - for standard input) into claims tied to the words that make them.

    Exit status 1 if a file could not be read; the others are read all the same.
    """
    from whipcount.contest import load
    from whipcount.read import documents, leader_of, roster_of

    held = load(contest) if contest else None
    roster = roster_of(held) if held else ()
    date = day.date() if day else None
    leader = leader_of(held, date) if held else None
    country = country or (held.identity.country if held else None)
    wrong: list[Problem] = []
    found = documents(files, wrong, day=date, country=country, web=web)
    if journal is not None:
        _archive(files, found, journal, roster, leader, threshold, workers)
    else:
        read = _read(found, roster, leader, threshold, reader, llm_url, llm_model, llm_cache)
        shown = _show(read, as_jsonl=as_jsonl, as_csv=as_csv, html=html, keep=bool(accepting))
        if accepting:
            _accept(contest, shown, accepting)
    for problem in wrong:
        click.echo(str(problem), err=True)
    if wrong:
        raise click.exceptions.Exit(1)


def _read(
    found: Iterator[Document],
    roster: Any,
    leader: str | None,
    threshold: float | None,
    reader: str,
    url: str | None,
    model: str,
    cache: Path | None,
) -> Iterator[tuple[Document, list[Claim]]]:
    from whipcount.errors import UsageError
    from whipcount.read import ModelReader, Reader

    if reader == "llm":
        import os

        if not url:
            raise UsageError("The llm reader needs an endpoint. Give --llm-url http://HOST/v1.")
        made = ModelReader(url, model, os.environ.get("WHIPCOUNT_LLM_KEY"), roster, cache)
        for document in found:
            yield document, made.read(document)
        use = made.usage
        click.echo(
            f"{use.requests} requests, {use.cached} from the cache, {use.tokens_in} tokens in, {use.tokens_out} out; {len(use.refused)} claims not believed.",
            err=True,
        )
        return
    rules = Reader(roster, leader, threshold)
    for document in found:
        yield document, rules.read(document)


def _show(
    read: Iterator[tuple[Document, list[Claim]]], *, as_jsonl: bool, as_csv: bool, html: Path | None, keep: bool
) -> list[tuple[Document, list[Claim]]]:
    import csv
    import json
    import sys

    from rich.console import Console

    from whipcount.read import FIELDS, page, to_terminal

    kept: list[tuple[Document, list[Claim]]] = []
    columns = [
        "document",
        "kind",
        "start",
        "end",
        "quote",
        "speaker",
        "modality",
        "confidence",
        "rule",
        *dict.fromkeys(f for fs in FIELDS.values() for f in fs),
    ]
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n", restval="")
    if as_csv:
        writer.writeheader()
    for document, claims in read:
        rows = [{"document": document.source} | c.row() for c in claims]
        if as_jsonl:
            for row in rows:
                click.echo(json.dumps(row, ensure_ascii=False))
        elif as_csv:
            writer.writerows(rows)
        elif html is None:
            to_terminal(Console(), document, claims)
        if html is not None or keep:
            kept.append((document, claims))
    if html is not None:
        html.write_text(page(kept), "utf-8")
        click.echo(f"{html}: {sum(len(c) for _, c in kept)} claims in {len(kept)} documents.", err=True)
    return kept


def _accept(contest: str | None, shown: list[tuple[Document, list[Claim]]], how: str) -> None:
    from whipcount.contest import locate
    from whipcount.errors import UsageError
    from whipcount.read import accept, in_words

    if contest is None:
        raise UsageError("--accept needs --contest: the folder that the evidence goes to.")
    pairs = [(d, c) for d, claims in shown for c in claims]
    if how == "ask":
        pairs = [
            (d, c) for d, c in pairs if click.confirm(f"{in_words(c)}\n  “{c.quote}” ({c.confidence:.0%})", err=True)
        ]
    elif how != "all":
        try:
            least = float(how)
        except ValueError:
            raise UsageError("--accept takes all, ask, or a confidence between 0 and 1.") from None
        pairs = [(d, c) for d, c in pairs if c.confidence >= least]
    done = accept(locate(contest), pairs)
    click.echo(
        f"{len(done.evidence)} rows of evidence and {len(done.predictions)} predictions written; {done.already} were there already; {len(done.left)} not written:",
        err=True,
    )
    for claim, why in done.left:
        click.echo(f"  {in_words(claim)}: {why}", err=True)


def _archive(
    files: tuple[str, ...],
    found: Iterator[Document],
    path: Path,
    roster: Any,
    leader: str | None,
    threshold: float | None,
    workers: int,
) -> None:
    import hashlib

    from rich.console import Console
    from rich.progress import Progress

    from whipcount.errors import UsageError
    from whipcount.read import Journal, files_of, read_archive

    settings = hashlib.sha256(repr((roster, leader, threshold)).encode()).hexdigest()[:16]
    try:
        journal = Journal(path, settings)
    except ValueError as why:
        raise UsageError(f"{path} can't be gone on with: {why}. Name another journal.") from None
    total = sum(1 for _ in files_of(files))
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("reading", total=total)
        read_archive(
            found,
            journal,
            roster=roster,
            leader=leader,
            threshold=threshold,
            workers=workers,
            progress=lambda n: bar.advance(task, n),
        )
    for line in journal.lines():
        click.echo(line)
    journal.close()
