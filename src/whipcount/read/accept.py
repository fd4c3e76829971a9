"""Claims into a contest folder: rows of evidence.csv and predictions.csv, with source, day and quote; nothing twice.

A headcount becomes a total, a position a report by its speaker (a declaration where its holder speaks), a membership a
membership, a prediction a row for the scoreboard. What the tables can't express, or where people do not resolve to the
roster or the field, is listed and not written.

What becomes of a claim is said in `rows`; here the tables are read, added to and written, whole or not at all.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from whipcount.contest import Contest, columns, load
from whipcount.contest.records import Evidence, PredictionRow
from whipcount.read.cast import Person
from whipcount.read.claim import Claim
from whipcount.read.document import Document
from whipcount.read.rows import Maker, Row


@dataclass(frozen=True)
class Accepted:
    """What came of accepting: rows for each table, how many were there already, and what could not be written, and why."""

    evidence: tuple[Row, ...]
    predictions: tuple[Row, ...]
    already: int
    left: tuple[tuple[Claim, str], ...]


def roster_of(contest: Contest) -> tuple[Person, ...]:
    """The people of a contest: electors and candidates, with their aliases."""
    people: dict[str, list[str]] = {}
    for elector in contest.electors:
        people.setdefault(elector.name, []).extend(elector.aliases)
    for row in contest.candidates:
        people.setdefault(row.name, []).extend(row.aliases)
    for question in contest.identity.questions:
        if question.leader:
            people.setdefault(question.leader, [])
    return tuple(Person(name, tuple(dict.fromkeys(aliases))) for name, aliases in people.items())


def leader_of(contest: Contest, day: date | None = None) -> str | None:
    """The leader whose place is at stake on a day."""
    asked = [
        q for q in contest.identity.questions if q.leader and (day is None or q.decided is None or q.decided >= day)
    ]
    return asked[0].leader if asked else None


def accept(folder: Path, claims: Iterable[tuple[Document, Claim]], today: date | None = None) -> Accepted:
    """Write claims to a contest folder. The folder is checked before and after; a failure leaves it as it was.

    Two at once wait for each other, so that neither takes the other's rows away (not on Windows, which has no such locks).
    """
    with _alone(folder):
        return _accept(folder, claims, today)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder: the lock is on the folder itself, leaves nothing behind, and goes with the process."""
    try:
        from fcntl import LOCK_EX, flock
    except ImportError:
        yield
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems know no locks
            flock(held, LOCK_EX)
        yield
    finally:
        os.close(held)


def _accept(folder: Path, claims: Iterable[tuple[Document, Claim]], today: date | None) -> Accepted:
    made = rows_for(load(folder, today), claims)
    before = {
        name: (folder / name).read_bytes() if (folder / name).exists() else None
        for name in ("evidence.csv", "predictions.csv")
    }
    try:
        _append(folder / "evidence.csv", columns(Evidence)[1], made.evidence)
        _append(folder / "predictions.csv", columns(PredictionRow)[1], made.predictions)
        load(folder, today)
    except Exception:
        for name, raw in before.items():
            if raw is not None:
                (folder / name).write_bytes(raw)
            else:
                (folder / name).unlink(missing_ok=True)
        raise
    return made


def rows_for(contest: Contest, claims: Iterable[tuple[Document, Claim]]) -> Accepted:
    """The rows that claims become in a contest's tables; nothing is written. Raises `UsageError` for a document without a day."""
    maker = Maker(contest)
    # Who is of which camp first: it may tell whose number a claim is about.
    for document, claim in sorted(claims, key=lambda pair: pair[1].kind != "membership"):
        maker.add(document, claim)
    return Accepted(tuple(maker.evidence), tuple(maker.predictions), maker.already, tuple(maker.left))


def pending(contest: Contest, claims: Iterable[tuple[Document, Claim]]) -> Iterator[tuple[Document, Claim, str | None]]:
    """What there is to decide: claims for which there is a table and that are not written yet.

    Each with why it can't be written as it is, if so. Raises `UsageError` for a document without a day.
    """
    maker = Maker(contest)
    for document, claim in claims:
        if claim.kind in maker.makers and maker.key(document, claim) not in maker.known:
            row = maker.row(document, claim)
            yield document, claim, row if isinstance(row, str) else None


def _append(path: Path, order: Sequence[str], rows: Sequence[Row]) -> None:
    """Add rows to a table under its own header, whole or not at all; a new table gets the columns of its record."""
    if not rows:
        return
    old = path.read_text("utf-8") if path.exists() else ",".join(order) + "\n"
    header = next(csv.reader(io.StringIO(old)))
    wider = [*header, *(c for c in order if c not in header and any(r.get(c) for r in rows))]
    out = io.StringIO()
    writer = csv.DictWriter(out, wider, lineterminator="\n", restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(csv.DictReader(io.StringIO(old)))
    writer.writerows({k: re.sub(r"\s+", " ", v) for k, v in row.items()} for row in rows)
    fresh = path.with_suffix(".csv.new")
    fresh.write_text(out.getvalue(), "utf-8")
    fresh.replace(path)
