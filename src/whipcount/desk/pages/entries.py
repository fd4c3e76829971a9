"""Everything known, as entries in order: what, since when, who says so, how sure, where, and the quoted words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from whipcount.contest import CandidateRow, Contest, Elector, Evidence, PollRow
from whipcount.report.build import describe


@dataclass(frozen=True)
class Entry:
    """One thing that became known.

    anchor   its place on the page of all evidence, and `id` its row
    known    the day; None where the row has none
    """

    anchor: str
    id: str
    kind: str
    known: date | None
    what: str
    by: str
    source_kind: str
    confidence: str
    source: tuple[str, ...]
    quote: str | None = None
    note: str | None = None
    story: str | None = None
    question: str | None = None

    def row(self) -> dict[str, Any]:
        """As data."""
        out = asdict(self)
        del out["anchor"]
        return out | {"known": self.known.isoformat() if self.known else None, "source": list(self.source)}


def of_evidence(electors: tuple[Elector, ...], row: Evidence) -> Entry:
    """A row of evidence."""
    from whipcount.report.html import anchor

    return Entry(
        anchor("ev", row.id), row.id, row.kind, row.known, describe(electors, row), row.by, row.source_kind, row.confidence,
        row.source, row.quote, row.note, row.story, row.question,
    )  # fmt: skip


def of_candidate(row: CandidateRow) -> Entry:
    """What became known about somebody's entry."""
    what = f"{row.name}: {row.status}" + (f", backs {row.backs}" if row.backs else "")
    if row.nominations is not None:
        what += f", {row.nominations} nominations"
    return Entry("", "", "candidate", row.known, what, "", "", row.confidence, row.source, note=row.note)


def of_polls(rows: Iterable[PollRow]) -> Iterator[Entry]:
    """Polls, one entry for each."""
    from whipcount.report.html import anchor

    grouped: dict[str, list[PollRow]] = {}
    for row in rows:
        grouped.setdefault(row.poll, []).append(row)
    for key, poll in grouped.items():
        head = poll[0]
        shares = ", ".join(f"{r.option} {r.share:g} %" for r in sorted(poll, key=lambda r: -r.share)[:6])
        sample = f", {head.sample:,} asked" if head.sample else ""
        what = f"{head.population} ({head.link}{sample}): {shares}"
        yield Entry(
            anchor("poll", key), key, "poll", head.known, what, head.pollster, "pollster", head.confidence, head.source,
            note=head.note,
        )  # fmt: skip


def about(seen: Contest, electors: tuple[Elector, ...]) -> list[Entry]:
    """Everything known about a person, who may stand in several sections, in order."""
    ids, names = {e.id for e in electors}, {e.name for e in electors}
    found = [of_evidence(seen.electors, r) for r in seen.evidence if r.elector in ids]
    found += [of_candidate(r) for r in seen.candidates if r.name in names]
    found += [
        Entry("", "", "group", g.known, f"belongs to: {g.group}", "", "", g.confidence, g.source, note=g.note)
        for g in seen.groupings
        if g.elector in ids
    ]
    return sorted(found, key=lambda e: (e.known or date.min, e.id))
