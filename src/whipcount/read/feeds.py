"""RSS and Atom feeds into documents, one an entry. XML of strangers: no entities, no document types, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

from whipcount.read.decoding import decode, wrong
from whipcount.read.document import Document

MOST = 10_000
"""Entries of one feed that are taken."""
_ATOM = "{http://www.w3.org/2005/Atom}"
_RSS1 = "{http://purl.org/rss/1.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_BODIES = (
    "{http://purl.org/rss/1.0/modules/content/}encoded",
    _ATOM + "content",
    "description",
    _RSS1 + "description",
    _ATOM + "summary",
)
_STAMPS = ("pubDate", _DC + "date", _ATOM + "published", _ATOM + "updated")
_TITLES = ("title", _RSS1 + "title", _ATOM + "title")
_AUTHORS = (_DC + "creator", f"{_ATOM}author/{_ATOM}name", "author")
_BLOCKS = frozenset({"p", "div", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "ul", "ol"})
_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"<\s*(/?)\s*([a-zA-Z][a-zA-Z0-9]*)")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]{1,40})["']""")


def entries(raw: bytes, source: str = "feed", charset: str | None = None) -> list[Document]:
    """The entries of an RSS (0.9 to 2.0) or Atom feed that have words, in the feed's order.

    source   the feed's own address or file. An entry's `source` is the address of its article; without one, SOURCE#N
    charset  as the server declared it, where the feed itself does not

    Each has the title, author and day that the entry gives; its outlet is the feed's title. The text is the entry's body
    with its tags taken away. Raises `InputError` for what is no well-formed feed, or one that declares entities.
    """
    root = _root(raw, source, charset)
    outlet = _first(root, (f"channel/{_TITLES[0]}", f"{_RSS1}channel/{_TITLES[1]}", _TITLES[2]))
    found = (e for e in root.iter() if e.tag in {"item", _RSS1 + "item", _ATOM + "entry"})
    return [d for n, entry in zip(range(1, MOST + 1), found, strict=False) for d in _entry(entry, n, source, outlet)]


def _root(raw: bytes, source: str, charset: str | None) -> ElementTree.Element:
    declared = _ENCODING.match(raw[:400])
    text = decode(raw, source, declared[1].decode("ascii") if declared else charset)
    # Looked for in the decoded text, all of it: in another encoding, or late in the file, they would pass unseen.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise wrong(
            source, "the feed declares entities of its own, which is not read for safety", "Remove its DOCTYPE."
        )
    try:
        return ElementTree.fromstring(text.lstrip())  # noqa: S314 (entities are refused above)
    except (ElementTree.ParseError, ValueError) as why:
        raise wrong(source, f"the feed is not well-formed XML ({why})", "Download it again.") from None


def _entry(entry: ElementTree.Element, number: int, source: str, outlet: str | None) -> Iterator[Document]:
    text = untag(next((body for tag in _BODIES if (body := _inner(entry.find(tag))).strip()), ""))
    if not any(c.isalpha() for c in text):
        return
    stamp = _first(entry, _STAMPS) or ""
    yield Document(
        text,
        _address(entry, source) or f"{source}#{number}",
        _line(_first(entry, _TITLES)),
        _line(_first(entry, _AUTHORS)),
        _line(outlet),
        day_of(stamp),
    )


def _inner(body: ElementTree.Element | None) -> str:
    """The markup of a body: as escaped text, or (Atom's xhtml) as elements."""
    if body is None:
        return ""
    if len(body) == 0:
        return body.text or ""
    return ElementTree.tostring(body, encoding="unicode").replace("<html:", "<").replace("</html:", "</")


def _first(element: ElementTree.Element, tags: tuple[str, ...]) -> str | None:
    return next((text for tag in tags if (text := (element.findtext(tag) or "").strip())), None)


def _line(text: str | None) -> str | None:
    """One line of plain text: titles have tags and entities too."""
    return " ".join(untag(text).split()) or None if text else None


def _address(entry: ElementTree.Element, source: str) -> str | None:
    """The address of an entry's article; only of the web, so that no feed can name a file of ours."""
    links = [entry.findtext("link"), entry.findtext(_RSS1 + "link")]
    links += [e.get("href") for e in entry.iter(_ATOM + "link") if e.get("rel", "alternate") == "alternate"]
    for link in links:
        whole = _join(source, (link or "").strip())
        if whole is not None:
            return whole
    return None


def _join(base: str, link: str) -> str | None:
    try:
        whole = urljoin(base, link) if link else ""
        return whole if urlsplit(whole).scheme in {"http", "https"} else None
    except ValueError:
        return None


def day_of(stamp: str) -> date | None:
    """The day of a date as feeds and mails write it: ISO 8601 or RFC 2822. None for anything else."""
    found = re.match(r"(\d{4})-(\d{2})-(\d{2})", stamp)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else parsedate_to_datetime(stamp).date()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def untag(markup: str) -> str:
    """The text of a piece of HTML: scripts and styles gone, blocks as paragraphs. Linear in its length, whatever it holds."""
    out: list[str] = []
    inside: str | None = None
    for piece in _TAG.split(markup):
        tag = _NAME.match(piece) if piece.startswith("<") else None
        name = tag[2].lower() if tag else ""
        if inside is not None:
            inside = None if tag and tag[1] and name == inside else inside
        elif tag and not tag[1] and name in {"script", "style", "template", "noscript"}:
            inside = name
        elif name in _BLOCKS:
            out.append("\n\n")
        elif not (piece.startswith("<") and piece.endswith(">")):
            out.append(piece)
    text = "\n".join(line.strip(" \t") for line in unescape("".join(out)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()
