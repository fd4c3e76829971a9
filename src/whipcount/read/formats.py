"""Files into documents: plain text, Markdown, HTML, PDF, mail and feeds, by what they hold rather than by their name.

A file that can't be read raises `InputError` with one message. The offsets of claims refer to the text that comes out
here: the file's own for text and Markdown, the article that was found for HTML and PDF.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Literal

from whipcount.errors import InputError, MissingExtra, Problem
from whipcount.read.decoding import LARGEST, decode, wrong
from whipcount.read.document import Document
from whipcount.read.feeds import day_of, entries

Kind = Literal["pdf", "mail", "feed", "html", "text"]
PAGES = 500
"""Pages of a PDF that are read."""
SUFFIXES = frozenset(
    {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".eml", ".rss", ".atom", ".xml"}
)
"""What is taken from a folder."""
_HEADER = re.compile(rb"(?i)(from|return-path|received|date|subject|message-id|mime-version): ")
_META = re.compile(rb"(?i)<meta[^>]{1,200}charset=[\"']?([\w-]{1,40})")


def read_file(path: Path, day: date | None = None, country: str | None = None) -> list[Document]:
    """The documents in a file: one, or one an entry of a feed. `day` and `country` hold where the file says nothing."""
    return read_bytes(bytes_of(path), str(path), day, country)


def bytes_of(path: Path) -> bytes:
    """What is in a file. Raises `InputError` for one that can't be opened, and one that is too large, which is not read to its end."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        size = path.stat().st_size
    except (OSError, ValueError) as why:
        reason = getattr(why, "strerror", None) or "its name is none"
        raise InputError(
            Problem(str(path), 0, f"the file can't be read ({reason})", "Check the path and its permissions.")
        ) from None
    if len(raw) > LARGEST:
        raise _large(str(path), max(size, len(raw)))
    return raw


def read_bytes(
    raw: bytes, source: str, day: date | None = None, country: str | None = None, charset: str | None = None
) -> list[Document]:
    """The documents in the bytes of a file or a page. `charset` is what a server declared."""
    if not raw.strip():
        raise wrong(source, "the file is empty", "Check that the download worked.")
    if len(raw) > LARGEST:
        raise _large(source, len(raw))
    found = _READERS[kind_of(raw, source)](raw, source, charset)
    return [replace(d, date=d.date or day, country=d.country or country) for d in found]


def kind_of(raw: bytes, source: str) -> Kind:
    """What the bytes of a file are, by what they hold rather than by its name."""
    head = raw[:4096].replace(b"\0", b"").lower()  # of UTF-16, what would be ASCII
    if raw[:5] == b"%PDF-":
        return "pdf"
    if source.lower().endswith(".eml") or _HEADER.match(raw):
        return "mail"
    if b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head:
        return "feed"
    if b"<html" in head or b"<!doctype html" in head or source.lower().endswith((".html", ".htm", ".xhtml")):
        return "html"
    return "text"


def _large(source: str, size: int) -> InputError:
    what = f"there are {size / 1e6:.0f} MB; one document may have {LARGEST // 1_000_000}"
    return wrong(source, what, "Split it into its articles.")


def _text(text: str, source: str) -> Document:
    front = re.match(r"---\r?\n(.{0,4000}?)\r?\n---\r?\n", text, re.S)
    meta = dict(re.findall(r"(?m)^(title|author|outlet|date|country):\s*(.+?)\s*$", front[1])) if front else {}
    day = day_of(meta.get("date", ""))
    return Document(text, source, meta.get("title"), meta.get("author"), meta.get("outlet"), day, meta.get("country"))


def _html(raw: bytes, source: str, charset: str | None = None) -> Document:
    declared = _META.search(raw[:4096])
    return article(decode(raw, source, charset or (declared[1].decode("ascii") if declared else None)), source)


def article(page: str, source: str) -> Document:
    """The article of an HTML page, without what stands around it. Raises `InputError` where there is none."""
    try:
        import trafilatura
    except ImportError:
        raise MissingExtra("Reading HTML pages", "read") from None
    _hush("trafilatura", "htmldate", "courlan")
    try:
        found: Any = trafilatura.bare_extraction(page, include_comments=False, include_tables=True, with_metadata=True)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        found = None
    text = getattr(found, "text", None) if found is not None else None
    if not text or not text.strip():
        raise wrong(
            source, "no article was found in the page; scripts are never run", "Save the article's text and give that."
        )
    return Document(text, source, found.title, found.author, found.sitename, day_of(found.date or ""))


def _hush(*names: str) -> None:
    """What a parser has to say about a file is told once, by us."""
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _pdf(raw: bytes, source: str) -> Document:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise MissingExtra("Reading PDF files", "read") from None
    _hush("pypdf")
    broken = (PyPdfError, ValueError, LookupError, TypeError, RecursionError, AttributeError, OSError, ArithmeticError)
    try:
        reader = PdfReader(io.BytesIO(raw))
        text = "\n\n".join(page.extract_text() for page in reader.pages[:PAGES])
    except broken as why:
        raise wrong(
            source, f"the PDF can't be read ({type(why).__name__})", "Open it and save it again, or give its text."
        ) from None
    if sum(c.isalpha() for c in text) < 20:
        raise wrong(
            source,
            "the PDF has no text; its pages are pictures",
            "Run it through OCR, e.g. `ocrmypdf`, and give the result.",
        )
    try:
        info = reader.metadata
        made = info.creation_date.date() if info is not None and info.creation_date is not None else None
        return Document(text, source, info.title if info else None, info.author if info else None, None, made)
    except broken:
        return Document(text, source)


def _feed(raw: bytes, source: str, charset: str | None) -> list[Document]:
    found = entries(raw, source, charset)
    if not found:
        raise wrong(source, "the feed has no entry with words in it", "Check the feed in a browser.")
    return found


def _mail(raw: bytes, source: str) -> Document:
    try:
        message: Any = message_from_bytes(raw, policy=policy.default)
        body = message.get_body(preferencelist=("plain", "html"))
        content = body.get_content() if body is not None else ""
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        raise wrong(source, "the mail can't be read", "Save the text that it carries and give that.") from None
    if body is None or not content.strip():
        raise wrong(source, "the mail has no text in it", "Save the text that it carries and give that.")
    content = content.encode("utf-8", "replace").decode("utf-8")  # a broken mail may have halves of characters
    page = article(content, source) if body.get_content_type() == "text/html" else _text(content, source)
    title, author, stamp = (_header(message, name) for name in ("subject", "from", "date"))
    return replace(page, title=title, author=author, date=day_of(stamp or "") or page.date)


def _header(message: Any, name: str) -> str | None:
    try:
        return str(message[name] or "") or None
    except (LookupError, ValueError, TypeError, AttributeError):
        return None


_READERS: dict[Kind, Callable[[bytes, str, str | None], list[Document]]] = {
    "pdf": lambda raw, source, _: [_pdf(raw, source)],
    "mail": lambda raw, source, _: [_mail(raw, source)],
    "feed": _feed,
    "html": lambda raw, source, charset: [_html(raw, source, charset)],
    "text": lambda raw, source, charset: [_text(decode(raw, source, charset), source)],
}
