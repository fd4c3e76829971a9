"""Bytes of strangers into text, or one clear refusal."""

from __future__ import annotations

import codecs
from pathlib import Path

from whipcount.errors import InputError, Problem

LARGEST = 20_000_000
"""Bytes of one file; a book has two million."""
LONGEST_LINE = 1_000_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def wrong(source: str, what: str, mend: str) -> InputError:
    """The one problem of a file or page, to be raised."""
    return InputError(Problem(source, 0, what, mend))


def binary(source: str) -> InputError:
    """What is told of bytes that are no text."""
    return wrong(source, "this is a binary file, not text", "Give text, Markdown, HTML, PDF, EML, RSS or Atom.")


def decode(raw: bytes, source: str, charset: str | None = None) -> str:
    """Text of bytes: in the encoding that their first bytes mark, else `charset`, else UTF-8; a byte order mark is no text.

    Raises `InputError` for a binary file, for bytes that are not in the encoding, and for text without words.
    """
    marked = next((name for bom, name in _BOMS if raw.startswith(bom)), None)
    codec = marked or charset or "utf-8"
    if b"\0" in raw[:65536] and not codec.startswith(("utf-16", "utf-32")):
        raise binary(source)
    try:
        text = raw.decode(codec)
    except LookupError:
        raise wrong(source, "the page is not in the encoding that it declares", "Save it again as UTF-8.") from None
    except UnicodeDecodeError as why:
        raise _not_in(codec, why.start, raw, source) from None
    if max((len(line) for line in text.splitlines()), default=0) > LONGEST_LINE:
        raise wrong(
            source,
            f"one line has more than {LONGEST_LINE:,} characters; that is data, not commentary",
            "Give articles as text.",
        )
    if not any(c.isalpha() for c in text):
        raise wrong(source, "there are no words in the file", "Check that the download worked.")
    return text


def _not_in(codec: str, at: int, raw: bytes, source: str) -> InputError:
    control = sum(b < 9 or 13 < b < 32 for b in raw[:4096])
    if control > len(raw[:4096]) // 20:
        return binary(source)
    if codec != "utf-8":
        return wrong(source, "the page is not in the encoding that it declares", "Save it again as UTF-8.")
    what = f"the text is not in UTF-8 (byte {at} is 0x{raw[at]:02x})"
    return wrong(source, what, f"Convert it, e.g. `iconv -f WINDOWS-1252 -t UTF-8 {Path(source).name}`.")
