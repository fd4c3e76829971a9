"""Claims into a contest folder: rows of evidence.csv and predictions.csv, with source, day and quote; nothing twice.

A headcount becomes a total, a position a report by its speaker (a declaration where its holder speaks), a membership a
membership, a prediction a row for the scoreboard. What the tables can't express, or where people do not resolve to the
roster or the field, is listed and not written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from whipcount.contest import Contest, columns, load, parse_amount
from whipcount.contest.records import Evidence, PredictionRow, Question
from whipcount.errors import UsageError
from whipcount.read.cast import Person
from whipcount.read.claim import Claim
from whipcount.read.document import Document

Row = dict[str, str]


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
    """Write claims to a contest folder. The folder is checked before and after; a failure leaves it as it was."""
    contest = load(folder, today)
    maker = _Maker(contest)
    for document, claim in claims:
        maker.add(document, claim)
    before = {
        name: (folder / name).read_bytes() if (folder / name).exists() else None
        for name in ("evidence.csv", "predictions.csv")
    }
    try:
        _append(folder / "evidence.csv", columns(Evidence)[1], maker.evidence)
        _append(folder / "predictions.csv", columns(PredictionRow)[1], maker.predictions)
        load(folder, today)
    except Exception:
        for name, raw in before.items():
            if raw is not None:
                (folder / name).write_bytes(raw)
            else:
                (folder / name).unlink(missing_ok=True)
        raise
    return Accepted(tuple(maker.evidence), tuple(maker.predictions), maker.already, tuple(maker.left))


class _Maker:
    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        self.evidence: list[Row] = []
        self.predictions: list[Row] = []
        self.left: list[tuple[Claim, str]] = []
        self.already = 0
        self.electors = {e.name: e for e in contest.electors}
        self.field = {c.name for c in contest.candidates} | {q.leader for q in contest.identity.questions if q.leader}
        self.known = {r.id for r in contest.evidence} | {r.id for r in contest.predictions}

    def add(self, document: Document, claim: Claim) -> None:
        """Turn one claim into a row, or say why it can't be one."""
        if document.date is None:
            raise UsageError(
                f"The day of '{document.source}' is not known, and evidence needs it. Give --date YYYY-MM-DD."
            )
        key = "c" + claim.fingerprint(document.fingerprint)
        if key in self.known:
            self.already += 1
            return
        row = self._row(document, claim, document.date)
        if isinstance(row, str):
            self.left.append((claim, row))
            return
        self.known.add(key)
        common = {
            "id": key,
            "known": document.date.isoformat(),
            "source": document.source,
            "confidence": "high" if claim.confidence >= 0.8 else "medium" if claim.confidence >= 0.5 else "low",
            "note": f"read from the text by {claim.by}, {claim.modality}, at {claim.confidence:.2f}",
        }
        (self.predictions if claim.kind == "prediction" else self.evidence).append(row | common)

    def _row(self, document: Document, claim: Claim, day: date) -> Row | str:
        if claim.modality in {"denied", "hypothetical"} and claim.kind != "prediction":
            return f"it is {claim.modality}, which is no statement that something is so"
        made = {
            "position": self._position,
            "headcount": self._headcount,
            "membership": self._membership,
            "prediction": self._prediction,
        }.get(claim.kind)
        return made(document, claim, day) if made else f"the tables have no row for a claim of kind {claim.kind}"

    def _question(self, day: date, about: Sequence[str]) -> Question | str:
        """The question that a claim bears on: of confidence if it is about the leader, else the election open that day."""
        live = [q for q in self.contest.identity.questions if q.decided is None or q.decided >= day]
        trust = [q for q in live if q.kind == "confidence" and q.leader in about]
        camps = [q for q in live if q.kind == "camps" and set(about) <= set(q.options)]
        ballots = [q for q in live if q.kind == "election" and set(about) <= self.field]
        ordered = [*trust, *ballots, *camps]
        found = next((q for q in ordered if q.opens <= day), None) or next(iter(ordered), None)
        return found or f"no question of the contest is about {' and '.join(about) or 'this'} on that day"

    def _section(self, question: Question) -> str | None:
        named = [s for s, info in self.contest.identity.sections.items() if info.by == "name"]
        return question.section or (named[0] if named else None)

    def _by(self, document: Document, claim: Claim) -> tuple[str, str]:
        """Who says it, and of what kind that source is."""
        if claim.speaker == "author":
            return document.author or document.outlet or Path(document.source).name, "commentator"
        if claim.speaker in self.electors or claim.speaker in self.field:
            return claim.speaker, "own words" if claim.own.get("holder") == claim.speaker else "named report"
        low = claim.speaker.lower()
        if claim.speaker.startswith("camp:"):
            return claim.speaker.removeprefix("camp:") + "'s camp", "camp"
        for words, kind in (
            (("bookm", "bookie", "odds", "betting"), "bookmaker"),
            (("poll", "survey"), "pollster"),
            (("source", "friend", "ally", "insider"), "anonymous ally"),
        ):
            if any(w in low for w in words):
                return claim.speaker, kind
        return claim.speaker, "named report"

    def _base(self, document: Document, claim: Claim, question: Question) -> Row | str:
        section = self._section(question)
        if section is None:
            return "the contest has no section known by name"
        by, kind = self._by(document, claim)
        return {
            "question": question.id,
            "section": section,
            "by": by,
            "source_kind": kind,
            "quote": " ".join(claim.quote.split()),
            "story": "read-" + document.fingerprint[:12],
        }

    def _position(self, document: Document, claim: Claim, day: date) -> Row | str:
        holder, target = str(claim.own["holder"]), str(claim.own["target"])
        elector = self.electors.get(holder)
        if elector is None:
            return f"'{holder}' is not on the roster"
        question = self._question(day, [target])
        if isinstance(question, str):
            return question
        base = self._base(document, claim, question)
        if isinstance(base, str):
            return base
        kind = "declaration" if claim.speaker == holder else "report"
        firmness = "leaning" if claim.modality == "hedged" else "firm"
        return base | {
            "section": elector.section,
            "kind": kind,
            "elector": elector.id,
            "stance": str(claim.own["stance"]),
            "option": target,
            "firmness": firmness,
        }

    def _headcount(self, document: Document, claim: Claim, day: date) -> Row | str:
        of = str(claim.own["of"]).replace("camp:", "")
        names = [n.removeprefix("against ") for n in of.split(" + ")]
        if unknown := [n for n in names if n not in self.field]:
            return f"'{unknown[0]}' is nobody in the field of the contest"
        try:
            parse_amount(str(claim.own["amount"]))
        except ValueError:
            return f"'{claim.own['amount']}' is no amount that the tables know"
        question = self._question(day, names)
        base = self._base(document, claim, question) if isinstance(question, Question) else question
        if isinstance(base, str):
            return base
        return base | {"kind": "total", "option": of, "amount": str(claim.own["amount"])}

    def _membership(self, document: Document, claim: Claim, _day: date) -> Row | str:
        elector = self.electors.get(str(claim.own["member"]))
        if elector is None:
            return f"'{claim.own['member']}' is not on the roster"
        camp = str(claim.own["camp"]).removeprefix("camp:")
        for question in self.contest.identity.questions:
            named = next((o for o in question.options if _plain(o) == _plain(camp)), None)
            if named is not None:
                base = self._base(document, claim, question)
                return (
                    base
                    if isinstance(base, str)
                    else base
                    | {"kind": "membership", "elector": elector.id, "option": named, "section": elector.section}
                )
        return f"'{camp}' is no camp of the contest"

    def _prediction(self, document: Document, claim: Claim, _day: date) -> Row | str:
        subject, outcome, by = str(claim.own["subject"]), str(claim.own["outcome"]), claim.own.get("by")
        if subject not in self.field and subject not in self.electors:
            return f"'{subject}' is nobody in the contest"
        speaker, _ = self._by(document, claim)
        row = {
            "by": speaker,
            "says": f'{subject}: {outcome} ("{" ".join(claim.quote.split())}")',
            "outlet": document.outlet or "",
            "kind": outcome.split(":", maxsplit=1)[0],
            "option": subject,
            "condition": "as in the quote" if claim.modality == "hypothetical" else "",
        }
        if by:
            first, _, last = by.partition("/")
            row |= {"not_before": first if last else "", "not_after": last or first}
        return row


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


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
