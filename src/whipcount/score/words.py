"""Claims without a number: which probability they are scored at, and why. The tables are in `data/words.yaml`.

In: a claim, with what its recorder noted. Out: a probability and the words that it was read from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field

from whipcount.errors import UsageError
from whipcount.plaintext import read_yaml, validate
from whipcount.rules.language import Model
from whipcount.score.entry import Verdict
from whipcount.score.when import Hemisphere


class Strength(Model):
    """The probability of a claim of this strength, and whether the number was published or is our convention."""

    p: float = Field(ge=0.5, lt=1)
    basis: Literal["published", "convention"]


class WordRow(Model):
    """Patterns of words that show one strength."""

    strength: str
    match: tuple[str, ...]


class PollRate(Model):
    """The rate at which the leader of such a poll is taken to win, and why."""

    p: float = Field(ge=0.5, lt=1)
    why: str


class Tables(Model):
    """`data/words.yaml`."""

    source: str
    strengths: dict[str, Strength]
    words: tuple[WordRow, ...]
    hedges: dict[str, str]
    resolutions: dict[str, Verdict]
    forward: tuple[str, ...]
    winner_markets: tuple[str, ...]
    polls: dict[str, PollRate]
    southern: tuple[str, ...]
    log_floor: float = Field(ge=0, le=0.5)


@dataclass(frozen=True)
class Reading:
    """How a claim was read: the probability of it, the strength's name, and the words that show it (blank: none do)."""

    p: float
    strength: str
    shown_by: str


@cache
def tables() -> Tables:
    """The tables of words, rates and verdicts."""
    data, lines = read_yaml(Path(str(files("whipcount.score") / "data" / "words.yaml")))
    return validate(Tables, data, lines)


def strength_of(says: str, note: str | None = None) -> Reading:
    """The probability at which a claim in words is scored.

    A percentage in the claim counts as it stands; then a hedge that the recorder noted (`hedge: likely`); then the first
    telling word; a plain statement is `asserted`.

    >>> strength_of("A is likely to stand").p
    0.675
    """
    known = tables()
    if found := re.search(r"(?<![0-9.])([0-9]{1,2}(?:\.[0-9]+)?) ?%", says):
        return Reading(float(found[1]) / 100, "stated", found[0])
    hedge = re.search(r"\bhedge: ([\w-]+)", note or "")
    if hedge and hedge[1] in known.hedges:
        name = known.hedges[hedge[1]]
        return Reading(known.strengths[name].p, name, hedge[0])
    for row in known.words:
        if found := re.search(rf"\b(?:{'|'.join(row.match)})\b", says, re.IGNORECASE):
            return Reading(known.strengths[row.strength].p, row.strength, found[0])
    return Reading(known.strengths["asserted"].p, "asserted", "")


def verdict_of(word: str | None) -> Verdict:
    """What a folder's word for a resolution means. Raises `UsageError` for one that is not known."""
    if word is None:
        return "unresolved"
    known = tables().resolutions
    if word.strip().lower() not in known:
        raise UsageError(f"'{word[:40]}' is no resolution. Write one of: {', '.join(sorted(known))}.")
    return known[word.strip().lower()]


def hemisphere_of(country: str) -> Hemisphere:
    """The hemisphere of a country, for seasons."""
    return "south" if country in tables().southern else "north"
