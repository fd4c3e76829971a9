"""A document as it was given, with what is known about where it comes from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Document:
    """A text to be read. Offsets of claims refer to `text`.

    source   path or address, as it will stand in the evidence
    date     the day of publication, against which "next Tuesday" is resolved
    country  as in a contest folder; its hemisphere tells which months are spring
    """

    text: str
    source: str = "text"
    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    date: date | None = None
    country: str | None = None

    @property
    def fingerprint(self) -> str:
        """A hash of the text: two copies of one text are one document."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def southern(self) -> bool:
        """Whether spring comes in September."""
        return (self.country or "").strip().lower() in southern_countries()


@lru_cache(maxsize=1)
def southern_countries() -> frozenset[str]:
    """Countries whose seasons are those of the southern hemisphere, lower case, with their common codes."""
    raw = (files("whipcount.read") / "data" / "calendar.yaml").read_text("utf-8")
    return frozenset(str(name).lower() for name in yaml.safe_load(raw)["southern"])
