"""`whipcount read`: commentary in, claims out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from whipcount.cli.accepting import accept_claims, least_of
from whipcount.errors import Problem, UsageError, WhipcountError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from whipcount.read import Claim, Document, ModelReader, Settings

    Read = tuple[Document, list[Claim]]

GIVE_UP = 3
"""Documents in a row without a usable answer after which a language model is asked no more."""


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
    "--llm-prices", type=(float, float), metavar="IN OUT", help="Prices of a million tokens, for the cost to be told."
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read an archive, on from where this journal stopped.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes, with --journal.")
@click.option(
    "--engine",
    type=click.Choice(["here", "processes", "dask"]),
    help="Where an archive is read: in this process, on this machine's cores, or on a Dask cluster.",
)
@click.option("--scheduler", help="Address of the Dask scheduler; without it a cluster on this machine is started.")
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
    llm_prices: tuple[float, float] | None,
    journal: Path | None,
    workers: int,
    engine: str | None,
    scheduler: str | None,
) -> None:
    """Read commentary in FILES (files, folders, - for standard input) into claims tied to the words that make them.

    Exit status 1 if a file could not be read; the others are read all the same.
    """
    from whipcount.contest import load
    from whipcount.read import Settings, documents, leader_of, read_each, roster_of

    archive = journal is not None or engine is not None or scheduler is not None
    if archive and (as_csv or html or accepting or reader == "llm"):
        raise UsageError(
            "An archive is read into JSON lines by the rules: leave --csv, --html, --accept, --reader away."
        )
    if accepting and contest is None:
        raise UsageError("--accept needs --contest: the folder that the evidence goes to.")
    least = least_of(accepting) if accepting else None
    held = load(contest) if contest else None
    date = day.date() if day else None
    country = country or (held.identity.country if held else None)
    settings = Settings(roster_of(held) if held else (), leader_of(held, date) if held else None, threshold)
    told = _Told()
    asked: dict[str, Any] = {"day": date, "country": country, "web": web}
    if archive:
        _archive(files, asked, told, settings, journal, engine or "processes", scheduler, workers)
    else:
        found = documents(files, told, **asked)
        if reader == "llm":
            read = _with_model(found, _model(llm_url, llm_model, llm_cache, settings), llm_prices, told)
        else:
            read = read_each(found, settings, told)
        shown = _show(read, as_jsonl=as_jsonl, as_csv=as_csv, html=html, keep=bool(accepting))
        if accepting and contest is not None:
            accept_claims(contest, shown, least)
    if told.count:
        raise click.exceptions.Exit(1)


class _Told:
    """Tells problems as they come; the archive of them is not kept."""

    count = 0

    def __call__(self, problem: Problem) -> None:
        from whipcount.read import tame

        self.count += 1
        click.echo(tame(str(problem)), err=True)


def _model(url: str | None, model: str, cache: Path | None, settings: Settings) -> ModelReader:
    import os

    from whipcount.read import ModelReader

    if not url:
        raise UsageError("The llm reader needs an endpoint. Give --llm-url http://HOST/v1.")
    return ModelReader(url, model, os.environ.get("WHIPCOUNT_LLM_KEY"), settings.roster, cache)


def _with_model(
    found: Iterable[Document], reader: ModelReader, prices: tuple[float, float] | None, told: _Told
) -> Iterator[tuple[Document, list[Claim]]]:
    """What a model reads. A document to which it gives no usable answer is told and the rest go on; three in a row end it."""
    failed = 0
    try:
        for document in found:
            try:
                claims = reader.read(document)
            except UsageError:
                raise
            except WhipcountError as why:
                failed += 1
                if failed == GIVE_UP:
                    raise
                told(Problem(document.source, 0, str(why)))
                continue
            failed = 0
            yield document, claims
    finally:
        use = reader.usage
        cost = f", cost {use.cost(*prices):.4f}" if prices else ""
        click.echo(
            f"{use.requests} requests, {use.cached} from the cache, {use.tokens_in} tokens in, {use.tokens_out} out{cost}; "
            f"{len(use.refused)} claims not believed.",
            err=True,
        )
        for reason, count in use.reasons():
            click.echo(f"  {count}: {reason}", err=True)


def _show(
    read: Iterator[Read], *, as_jsonl: bool, as_csv: bool, html: Path | None, keep: bool
) -> list[tuple[Document, list[Claim]]]:
    """Print the claims of each document as it is read; what was read, if it is needed once more."""
    write = _writer(as_jsonl=as_jsonl, as_csv=as_csv, quiet=html is not None)
    kept: list[tuple[Document, list[Claim]]] = []
    for document, claims in read:
        write(document, claims)
        if html is not None or keep:
            kept.append((document, claims))
    if html is not None:
        from whipcount.read import page

        try:
            html.write_text(page(kept), "utf-8")
        except OSError as why:
            raise UsageError(f"'{html}' can't be written ({why.strerror}). Name another file.") from None
        click.echo(f"{html}: {sum(len(c) for _, c in kept)} claims in {len(kept)} documents.", err=True)
    return kept


def _writer(*, as_jsonl: bool, as_csv: bool, quiet: bool) -> Callable[[Document, list[Claim]], None]:
    import csv
    import sys

    from whipcount.read import FIELDS, to_terminal

    if as_jsonl:
        return _json_lines
    if as_csv:
        own = dict.fromkeys(f for fields in FIELDS.values() for f in fields)
        said = ["document", "kind", "start", "end", "quote", "speaker", "modality", "confidence", "rule"]
        writer = csv.DictWriter(sys.stdout, [*said, *own], lineterminator="\n", restval="")
        writer.writeheader()
        return lambda document, claims: writer.writerows({"document": document.source} | c.row() for c in claims)
    if quiet:
        return lambda _document, _claims: None
    from rich.console import Console

    console = Console()
    return lambda document, claims: to_terminal(console, document, claims)


def _json_lines(document: Document, claims: list[Claim]) -> None:
    import json

    for claim in claims:
        click.echo(json.dumps({"document": document.source} | claim.row(), ensure_ascii=False))


def _archive(
    files: tuple[str, ...],
    asked: dict[str, Any],
    told: _Told,
    settings: Settings,
    path: Path | None,
    engine: Any,
    scheduler: str | None,
    workers: int,
) -> None:
    from tempfile import TemporaryDirectory

    from whipcount.read import Journal

    if path is not None:
        journal = Journal(path, settings.key)
        _read_on(files, asked, told, settings, journal, engine, scheduler, workers)
        return
    with TemporaryDirectory() as folder:
        _read_on(files, asked, told, settings, Journal(Path(folder) / "journal.db"), engine, scheduler, workers)


def _read_on(
    files: tuple[str, ...],
    asked: dict[str, Any],
    told: _Told,
    settings: Settings,
    journal: Any,
    engine: Any,
    scheduler: str | None,
    workers: int,
) -> None:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from whipcount.read import documents, files_of, read_archive

    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("reading", total=sum(1 for _ in files_of(files)))
        found = documents(files, told, **asked, skip=journal.has_file, skipped=lambda: bar.advance(task))
        read_archive(
            found,
            journal,
            settings,
            engine=engine,
            scheduler=scheduler,
            workers=workers,
            progress=lambda n: bar.advance(task, n),
            tell=told,
        )
    for line in journal.lines():
        click.echo(line)
    journal.close()
