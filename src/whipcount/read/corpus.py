"""The labelled commentaries that the room is trained and tested on: `data/corpus/ID/{text.txt,claims.jsonl,meta.json}`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from whipcount.errors import InputError, Problem
from whipcount.read.cast import Person
from whipcount.read.claim import Claim, from_row
from whipcount.read.document import Document


@dataclass(frozen=True)
class Labelled:
    """A commentary with its roster, its labels and its part ("train" or "test")."""

    id: str
    document: Document
    roster: tuple[Person, ...]
    claims: tuple[Claim, ...]
    part: str
    register: str


def shelf() -> Path:
    """Where the corpus lies."""
    return Path(__file__).parent / "data" / "corpus"


def read_labels(path: Path) -> tuple[Claim, ...]:
    """The claims of a JSON-lines file. Raises `InputError` naming the line that is wrong."""
    out = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as why:
                raise InputError(
                    Problem(str(path), number, f"no JSON object ({why.msg})", "Write one claim a line.")
                ) from None
            out.append(from_row(row, str(path), number))
    return tuple(out)


def load_one(folder: Path) -> Labelled:
    """One labelled commentary."""
    meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
    country = "southern hemisphere" if meta.get("hemisphere") == "south" else meta.get("country")
    document = Document(
        (folder / "text.txt").read_bytes().decode("utf-8"),
        folder.name,
        meta.get("title"),
        None,
        meta.get("outlet"),
        date.fromisoformat(meta["date"]),
        country,
    )
    roster = tuple(Person(p["name"], tuple(p.get("aliases", ()))) for p in meta.get("roster", ()))
    return Labelled(
        folder.name, document, roster, read_labels(folder / "claims.jsonl"), meta["split"], meta.get("register", "")
    )


def load(part: str | None = None) -> list[Labelled]:
    """The corpus, or its "train" or "test" part, by id."""
    every = [load_one(p.parent) for p in sorted(shelf().glob("*/meta.json"))]
    return [one for one in every if part in {None, one.part}]
