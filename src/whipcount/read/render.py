"""Claims to look at: in the terminal, and as a page of its own (no script, nothing loaded from elsewhere)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from whipcount.read.claim import FIELDS, Claim
from whipcount.read.document import Document

COLOURS = {
    "position": "green",
    "candidacy": "cyan",
    "membership": "magenta",
    "headcount": "yellow",
    "prediction": "blue",
    "accusation": "red",
    "event": "white",
}
"""Kind -> colour in the terminal."""


_SLY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows."""


def in_words(claim: Claim) -> str:
    """A claim in one line: "Ada Quill supports Cy Moss"."""
    own = {f: (v or "unsaid") for f, v in claim.own.items()}
    match claim.kind:
        case "position":
            return f"{own['holder']} {own['stance']} {own['target']}"
        case "candidacy":
            return f"{own['person']}: {own['status']}"
        case "membership":
            return f"{own['member']} belongs to {own['camp']}"
        case "headcount":
            return f"{own['of']}: {own['amount']}" + (f" of {own['among']}" if claim.own.get("among") else "")
        case "prediction":
            return f"{own['subject']} {own['outcome']}" + (f" by {own['by']}" if claim.own.get("by") else "")
        case "accusation":
            return f"{own['accuser']} accuses {own['accused']}: {own['deed']}"
        case _:
            return f"{own['subject']}: {own['what']}" + (f" ({own['when']})" if claim.own.get("when") else "")


def pieces(text: str, claims: Sequence[Claim]) -> list[tuple[str, tuple[int, ...]]]:
    """The text cut where claims begin and end: each piece with the numbers of the claims that cover it."""
    cuts = sorted({0, len(text), *(c.start for c in claims), *(c.end for c in claims)})
    out = []
    for a, b in itertools.pairwise(cuts):
        out.append((text[a:b], tuple(n for n, c in enumerate(claims) if c.start <= a and b <= c.end)))
    return out


def page(read: Sequence[tuple[Document, Sequence[Claim]]]) -> str:
    """A page with the documents, their claims marked, and a table of them."""
    from jinja2 import Environment

    env = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = env.from_string(_template())
    parts: list[dict[str, Any]] = []
    for document, claims in read:
        rows = [
            {
                "n": n + 1,
                "claim": c,
                "words": visible(in_words(c)),
                "quote": visible(c.quote),
                "said": visible(c.speaker),
                "share": f"{c.confidence:.0%}",
            }
            for n, c in enumerate(claims)
        ]
        cut, at = [], 0
        for text, on in pieces(document.text, claims):
            at += len(text)
            about = visible("; ".join(in_words(claims[n]) for n in on))
            # A claim's number stands once, where it ends.
            ends = [n + 1 for n in on if claims[n].end == at]
            kind = claims[on[0]].kind if on else ""
            cut.append({"text": visible(text), "kind": kind, "on": on, "ends": ends, "title": about})
        origin = (document.author, document.outlet, document.date, document.source)
        title, told = document.title or PurePath(document.source).name, " · ".join(str(a) for a in origin if a)
        parts.append({"title": visible(title), "about": visible(told), "rows": rows, "pieces": cut})
    return template.render(parts=parts, kinds=list(FIELDS), count=sum(len(c) for _, c in read))


@lru_cache(maxsize=1)
def _template() -> str:
    return (files("whipcount.read") / "page.html.j2").read_text("utf-8")


def to_terminal(console: Any, document: Document, claims: Sequence[Claim], *, text: bool = True) -> None:
    """Print a document with its claims marked, and their table."""
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    console.print(
        f"[bold]{escape(document.title or document.source)}[/bold]"
        + (f"  [dim]{document.date}[/dim]" if document.date else "")
    )
    if text:
        marked = Text()
        for piece, on in pieces(document.text, claims):
            marked.append(tame(piece), style=f"underline {COLOURS[claims[on[0]].kind]}" if on else "")
        console.print(marked)
    table = Table("", "kind", "claim", "said by", "", "sure", box=None, header_style="dim", pad_edge=False)
    for n, claim in enumerate(claims, 1):
        said = "" if claim.speaker == "author" else claim.speaker
        firm = "" if claim.modality == "asserted" else claim.modality
        table.add_row(
            str(n),
            f"[{COLOURS[claim.kind]}]{claim.kind}[/]",
            escape(tame(in_words(claim))),
            escape(tame(said)),
            firm,
            f"{claim.confidence:.0%}",
        )
    console.print(table if claims else "[dim]No claims were found.[/dim]")


def visible(text: str) -> str:
    """Text in which signs that would hide or turn around what stands beside them are shown by their code point."""
    return _SLY.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", text)


def tame(text: str) -> str:
    """Text of strangers without the control characters that a terminal obeys."""
    return "".join(c for c in text if c in "\n\t" or (c.isprintable()))
