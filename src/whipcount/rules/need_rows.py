"""One need: what somebody must have, as a number of people where the size of the body is given, else in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from whipcount.rules.clauses import Clause
from whipcount.rules.language import Cited, Reading, Threshold


@dataclass(frozen=True)
class NeedRow:
    """What it takes.

    clause, kind  the clause that says so
    what, whom    what for ('to keep the leader'), and who needs it
    number, of    people (or votes) needed, of how many; None where the size of the body is not known
    value         where the need is no number of people: an exact share of a whole
    words         the same in words
    reading       '' for the operative rule, else the label of another reading of it
    note          what the number takes for granted
    """

    clause: str
    kind: str
    what: str
    whom: str
    words: str
    body: str | None = None
    number: int | None = None
    of: int | None = None
    value: Fraction | None = None
    reading: str = ""
    note: str = ""
    source: tuple[str, ...] = ()
    confidence: str = ""

    @property
    def text(self) -> str:
        """'22 of 34', or the need in words."""
        if self.number is not None:
            return f"{self.number:,} of {self.of:,}" if self.of is not None else f"{self.number:,}"
        return self.words

    @property
    def purpose(self) -> str:
        """Who needs it and what for, in one phrase: 'a challenger, to force a contest'."""
        if self.kind == "confidence" and self.whom in {"the leader", "opponents"}:
            return self.what
        if self.what.startswith(("to ", "for ")):
            return f"{self.whom}, {self.what}"
        return self.what if self.whom == "the field" else f"{self.what}: {self.whom}"

    def to_json(self) -> dict[str, object]:
        """As plain data; a share as an exact fraction in text."""
        return {
            "clause": self.clause,
            "kind": self.kind,
            "what": self.what,
            "whom": self.whom,
            "body": self.body,
            "number": self.number,
            "of": self.of,
            "value": None if self.value is None else str(self.value),
            "words": self.words,
            "reading": self.reading or None,
            "note": self.note or None,
            "source": list(self.source),
            "confidence": self.confidence,
        }


def need(
    clause: Clause,
    what: str,
    whom: str,
    words: str,
    *,
    body: str | None = None,
    number: int | None = None,
    of: int | None = None,
    value: Fraction | None = None,
    reading: Reading | None = None,
    note: str = "",
) -> NeedRow:
    """A need by a clause, or by another `reading` of it, with the sources that go with it."""
    cited: Cited | Reading = reading or clause
    return NeedRow(
        clause=clause.id,
        kind=getattr(clause, "kind", ""),
        what=what,
        whom=whom,
        words=words,
        body=body,
        number=number,
        of=of,
        value=value,
        reading=reading.label if reading else "",
        note=note,
        source=cited.source,
        confidence=cited.confidence,
    )


def people(needs: Threshold, size: int | None) -> int | None:
    """The number that is enough: exact for a number in the rules, else of `size` where that is known."""
    if needs.share is None:
        return needs.people(0)
    return None if size is None else needs.people(size)


def assumes(needs: Threshold, size: int | None, enough: int | None) -> str:
    """What the number takes for granted."""
    if size is not None and enough is not None and enough > size:
        return "more than there are: it cannot be met"
    if size is not None and needs.share is not None and needs.of in {"cast", "valid", "continuing"}:
        return f"if all {size:,} vote"
    return ""
