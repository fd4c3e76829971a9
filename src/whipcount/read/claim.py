"""A claim: one statement that a document makes about a contest, tied to the characters that make it.

The kinds, their fields and what counts are those of the project's guide to claims; `docs/read.md` restates them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from whipcount.errors import InputError, Problem

Modality = Literal["asserted", "hedged", "denied", "hypothetical"]

FIELDS: dict[str, tuple[str, ...]] = {
    "position": ("holder", "stance", "target"),
    "candidacy": ("person", "status"),
    "membership": ("member", "camp"),
    "headcount": ("of", "among", "amount"),
    "prediction": ("subject", "outcome", "by"),
    "accusation": ("accuser", "accused", "deed"),
    "event": ("subject", "what", "when"),
}
"""Kind -> its own fields, in the order of the guide."""

COMPARED = {
    "position": ("holder", "stance", "target"),
    "candidacy": ("person", "status"),
    "membership": ("member", "camp"),
    "headcount": ("of", "among", "amount"),
    "prediction": ("subject", "outcome"),
    "accusation": ("accuser", "accused"),
    "event": ("subject",),
}
"""Kind -> the fields that tell one claim from another; the rest are free text and dates."""

CHOICES: dict[str, tuple[str, ...]] = {
    "stance": ("supports", "opposes"),
    "status": ("standing", "considering", "not standing", "withdrawn", "wanted"),
}
"""Fields of which the guide lists every value."""

PRECEDENCE = ("candidacy", "headcount", "position", "membership", "prediction", "accusation", "event")
"""Where one passage fits two kinds, the first of these is taken."""

MODALITIES: tuple[Modality, ...] = ("asserted", "hedged", "denied", "hypothetical")


@dataclass(frozen=True)
class Claim:
    """One claim.

    `start` and `end` are character offsets into the document exactly as it was given, and `quote` is the text between
    them. `own` holds the kind's own fields (strings, or None where the text does not say). `confidence` is the
    probability that the claim would be found right by the guide; `by` names the rule or model that made it.
    """

    kind: str
    start: int
    end: int
    quote: str
    own: Mapping[str, str | None]
    speaker: str = "author"
    modality: Modality = "asserted"
    confidence: float = 1.0
    by: str = ""
    optional: bool = field(default=False, compare=False)

    def row(self) -> dict[str, Any]:
        """The claim with the guide's field names, then `confidence` and `rule`."""
        head = {"kind": self.kind, "start": self.start, "end": self.end, "quote": self.quote}
        said = {"speaker": self.speaker, "modality": self.modality}
        tail = {"confidence": round(self.confidence, 3), "rule": self.by}
        return head | said | {f: self.own.get(f) for f in FIELDS[self.kind]} | tail

    def fingerprint(self, document: str) -> str:
        """Sixteen hexadecimal digits: the same document, quote and fields give the same ones."""
        parts = [document, self.kind, self.quote, *(str(self.own.get(f)) for f in FIELDS[self.kind])]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def from_row(row: Mapping[str, Any], where: str = "claims", line: int = 0) -> Claim:
    """The claim of one JSON object. Raises `InputError` where a field is missing or has a value that the guide lacks."""
    try:
        kind, modality = row["kind"], row.get("modality", "asserted")
        if kind not in FIELDS or modality not in MODALITIES:
            raise ValueError(f"'{kind}' or '{modality}' is not in the guide")
        own = {f: None if row.get(f) is None else str(row[f]) for f in FIELDS[kind]}
        return Claim(
            kind,
            int(row["start"]),
            int(row["end"]),
            str(row["quote"]),
            own,
            str(row.get("speaker", "author")),
            modality,
            float(row.get("confidence", 1.0)),
            str(row.get("rule", "")),
            bool(row.get("optional", False)),
        )
    except (KeyError, TypeError, ValueError) as why:
        mend = "Give each claim kind, start, end, quote and its own fields."
        raise InputError(Problem(where, line, f"a claim could not be read ({why})", mend)) from None
