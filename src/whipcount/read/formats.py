"""Files into documents: plain text, Markdown, HTML, PDF, mail and feeds, by what they hold rather than by their name.

A file that can't be read raises `InputError` with one message. The offsets of claims refer to the text that comes out
here: the file's own for text and Markdown, the article that was found for HTML and PDF.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from whipcount.errors import InputError, MissingExtra, Problem
from whipcount.read.document import Document

LARGEST = 20_000_000
"""Bytes of one file; a book has two million."""
LONGEST_LINE = 1_000_000
SUFFIXES = frozenset(
    {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".eml", ".rss", ".atom", ".xml"}
)
"""What is taken from a folder."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ATOM = "{http://www.w3.org/2005/Atom}"


def read_file(path: Path, day: date | None = None, country: str | None = None) -> list[Document]:
    """The documents in a file: one, or one an entry of a feed. `day` and `country` hold where the file says nothing."""
    try:
        size = path.stat().st_size
    except OSError as why:
        raise InputError(
            Problem(str(path), 0, f"the file can't be read ({why.strerror})", "Check the path and its permissions.")
        ) from None
    if size > LARGEST:
        raise _wrong(
            str(path),
            f"the file has {size / 1e6:.0f} MB; one document may have {LARGEST // 1_000_000}",
            "Split it into its articles.",
        )
    return read_bytes(path.read_bytes(), str(path), day, country)


def read_bytes(raw: bytes, source: str, day: date | None = None, country: str | None = None) -> list[Document]:
    """The documents in the bytes of a file or a page."""
    if not raw.strip():
        raise _wrong(source, "the file is empty", "Check that the download worked.")
    if len(raw) > LARGEST:
        raise _wrong(
            source,
            f"there are {len(raw) / 1e6:.0f} MB; one document may have {LARGEST // 1_000_000}",
            "Split it into its articles.",
        )
    head = raw[:2048].lstrip().lower()
    if raw[:5] == b"%PDF-":
        found = [_pdf(raw, source)]
    elif source.lower().endswith(".eml") or re.match(
        rb"(?i)(from|return-path|received|date|subject|message-id|mime-version): ", raw
    ):
        found = [_mail(raw, source)]
    elif b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head:
        found = list(_feed(raw, source))
    elif b"<html" in head or b"<!doctype html" in head or source.lower().endswith((".html", ".htm", ".xhtml")):
        found = [_html(raw, source)]
    else:
        found = [_text(raw, source)]
    return [replace(d, date=d.date or day, country=d.country or country) for d in found]


def _wrong(source: str, what: str, mend: str) -> InputError:
    return InputError(Problem(source, 0, what, mend))


def decode(raw: bytes, source: str) -> str:
    """Text of bytes. Raises `InputError` for a binary file or an encoding other than Unicode's."""
    codec = next((name for bom, name in _BOMS if raw.startswith(bom)), "utf-8")
    if codec in {"utf-8", "utf-8-sig"} and b"\0" in raw[:65536]:
        raise _wrong(source, "this is a binary file, not text", "Give text, Markdown, HTML, PDF, EML, RSS or Atom.")
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as why:
        control = sum(b < 9 or 13 < b < 32 for b in raw[:4096])
        if control > len(raw[:4096]) // 20:
            raise _wrong(
                source, "this is a binary file, not text", "Give text, Markdown, HTML, PDF, EML, RSS or Atom."
            ) from None
        what = f"the text is not in UTF-8 (byte {why.start} is 0x{raw[why.start]:02x})"
        raise _wrong(source, what, f"Convert it, e.g. `iconv -f WINDOWS-1252 -t UTF-8 {Path(source).name}`.") from None
    if max((len(line) for line in text.splitlines()), default=0) > LONGEST_LINE:
        raise _wrong(
            source,
            f"one line has more than {LONGEST_LINE:,} characters; that is data, not commentary",
            "Give articles as text.",
        )
    if not any(c.isalpha() for c in text):
        raise _wrong(source, "there are no words in the file", "Check that the download worked.")
    return text


def _text(raw: bytes, source: str) -> Document:
    text = decode(raw, source)
    front = re.match(r"---\n(.*?)\n---\n", text, re.S)
    meta = dict(re.findall(r"(?m)^(title|author|outlet|date|country):\s*(.+?)\s*$", front[1])) if front else {}
    return Document(
        text,
        source,
        meta.get("title"),
        meta.get("author"),
        meta.get("outlet"),
        _day(meta.get("date")),
        meta.get("country"),
    )


def _day(text: str | None) -> date | None:
    found = re.match(r"(\d{4})-(\d{2})-(\d{2})", text or "")
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _html(raw: bytes, source: str) -> Document:
    try:
        import trafilatura
    except ImportError:
        raise MissingExtra("Reading HTML pages", "read") from None
    declared = re.search(rb"(?i)<meta[^>]+charset=[\"']?([\w-]+)", raw[:4096])
    try:
        page = raw.decode(declared[1].decode("ascii")) if declared else decode(raw, source)
    except (LookupError, UnicodeDecodeError):
        raise _wrong(source, "the page is not in the encoding that it declares", "Save it again as UTF-8.") from None
    found: Any = trafilatura.bare_extraction(page, include_comments=False, include_tables=True, with_metadata=True)
    text = getattr(found, "text", None) if found is not None else None
    if not text or not text.strip():
        raise _wrong(
            source, "no article was found in the page; scripts are never run", "Save the article's text and give that."
        )
    return Document(text, source, found.title, found.author, found.sitename, _day(found.date))


def _pdf(raw: bytes, source: str) -> Document:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise MissingExtra("Reading PDF files", "read") from None
    try:
        reader = PdfReader(io.BytesIO(raw))
        text = "\n\n".join(page.extract_text() for page in reader.pages[:500])
        info = reader.metadata
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError, OSError) as why:
        raise _wrong(
            source, f"the PDF can't be read ({type(why).__name__})", "Open it and save it again, or give its text."
        ) from None
    if sum(c.isalpha() for c in text) < 20:
        raise _wrong(
            source,
            "the PDF has no text; its pages are pictures",
            "Run it through OCR, e.g. `ocrmypdf`, and give the result.",
        )
    made = info.creation_date.date() if info is not None and info.creation_date is not None else None
    return Document(text, source, info.title if info else None, info.author if info else None, None, made)


def _mail(raw: bytes, source: str) -> Document:
    message: Any = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        raise _wrong(source, "the mail has no text in it", "Save the text that it carries and give that.")
    content = body.get_content()
    if body.get_content_type() == "text/html":
        page = _html(content.encode(), source)
    else:
        page = _text(content.encode("utf-8", "replace"), source)
    try:
        day = parsedate_to_datetime(message["date"]).date() if message["date"] else None
    except (TypeError, ValueError):
        day = None
    return replace(
        page, title=str(message["subject"] or "") or None, author=str(message["from"] or "") or None, date=day
    )


def _feed(raw: bytes, source: str) -> Iterator[Document]:
    if b"<!DOCTYPE" in raw[:4096] or b"<!ENTITY" in raw:
        raise _wrong(
            source, "the feed declares entities of its own, which is not read for safety", "Remove its DOCTYPE."
        )
    try:
        root = ElementTree.fromstring(raw)  # noqa: S314 (entities are refused above)
    except ElementTree.ParseError as why:
        raise _wrong(source, f"the feed is not well-formed XML ({why})", "Download it again.") from None
    outlet = root.findtext("channel/title") or root.findtext(_ATOM + "title")
    for entry in [*root.iter("item"), *root.iter(_ATOM + "entry")]:
        body = next(
            (
                entry.findtext(t)
                for t in (
                    "{http://purl.org/rss/1.0/modules/content/}encoded",
                    "description",
                    _ATOM + "content",
                    _ATOM + "summary",
                )
                if entry.findtext(t)
            ),
            "",
        )
        text = re.sub(r"\n{3,}", "\n\n", _untag(body or "")).strip()
        if not any(c.isalpha() for c in text):
            continue
        link = entry.findtext("link") or next((e.get("href") for e in entry.iter(_ATOM + "link")), None)
        stamp = (
            entry.findtext("pubDate") or entry.findtext(_ATOM + "published") or entry.findtext(_ATOM + "updated") or ""
        )
        yield Document(
            text,
            link or source,
            entry.findtext("title") or entry.findtext(_ATOM + "title"),
            None,
            outlet,
            _day(stamp) or _mail_day(stamp),
        )


def _mail_day(stamp: str) -> date | None:
    try:
        return parsedate_to_datetime(stamp).date()
    except (TypeError, ValueError):
        return None


def _untag(markup: str) -> str:
    from html import unescape

    plain = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", " ", markup)
    plain = re.sub(r"(?i)</(p|div|li|h\d)>|<br\s*/?>", "\n\n", plain)
    return unescape(re.sub(r"(?s)<[^>]*>", "", plain))
