"""What a person needs to decide on a claim: the sentence that it stands in, and a way to put it right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from whipcount.read.claim import CHOICES, FIELDS, Claim

_END = re.compile(r"[.!?…][\"'”’)\]]*\s|\n\s*\n")
_REACH = 400
"""Characters of a sentence that are shown on either side."""


def sentence_around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The sentence of `text[start:end]` in three parts: before it, it, after it. White space is single spaces."""
    before = text[max(0, start - _REACH) : start]
    begins = max((m.end() for m in _END.finditer(before)), default=0)
    after = text[end : end + _REACH]
    # A quote that ends its sentence takes the sign with it, and needs nothing more.
    over = re.search(r"[.!?…][\"'”’)\]]*$", text[start:end])
    ends = None if over else _END.search(after + " \n\n")
    stop = 0 if over or ends is None else ends.end()
    return tuple(re.sub(r"\s+", " ", part) for part in (before[begins:], text[start:end], after[:stop]))  # type: ignore[return-value]


def edited(claim: Claim, own: Mapping[str, str | None]) -> Claim:
    """The claim with other values of its own fields; its words stay. Raises `ValueError` for a value that the guide lacks."""
    fields = {f: (own.get(f, claim.own.get(f)) or None) for f in FIELDS[claim.kind]}
    for name, allowed in CHOICES.items():
        if name in fields and fields[name] not in allowed:
            raise ValueError(f"{name} is one of: {', '.join(allowed)}")
    by = claim.by if fields == dict(claim.own) else f"{claim.by}, put right by hand"
    return replace(claim, own=fields, by=by)
