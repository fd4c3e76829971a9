"""The labelled commentaries that the room is trained and tested on.

`data/corpus/ID/{text.txt,claims.jsonl,meta.json}` are the first ones, with rosters, which the writers of the rules looked at;
`data/corpus/ID.txt` the others, with their labels written into the text (`whipcount.read.markup`).
"""

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
from whipcount.read.markup import take_apart


@dataclass(frozen=True)
class Labelled:
    """A commentary with its roster, its labels and its part ("train" or "test").

    `looked_at`: by those who wrote the rules. `plain`: in the ordinary words of reports and columns, not in idiom.
    """

    id: str
    document: Document
    roster: tuple[Person, ...]
    claims: tuple[Claim, ...]
    part: str
    register: str
    looked_at: bool = False
    plain: bool = False


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
        folder.name,
        document,
        roster,
        read_labels(folder / "claims.jsonl"),
        meta["split"],
        meta.get("register", ""),
        True,
    )


def load_marked(path: Path) -> Labelled:
    """One commentary with its labels written into it. Raises `InputError` with every fault and its line."""
    marked = take_apart(path.read_text("utf-8"), str(path))
    said = marked.heading
    document = Document(
        marked.text, path.stem, None, None, None, date.fromisoformat(said["date"][:10]), said.get("country")
    )
    part, register, plain = said.get("part", "train"), said.get("register", ""), said.get("language") == "plain"
    return Labelled(path.stem, document, (), marked.claims, part, register, plain=plain)


def load(part: str | None = None) -> list[Labelled]:
    """The corpus, or its "train" or "test" part, by id."""
    every = [load_one(p.parent) for p in sorted(shelf().glob("*/meta.json"))]
    every += [load_marked(p) for p in sorted(shelf().glob("*.txt"))]
    return [one for one in every if part in {None, one.part}]
