"""Text with its damage mended for the parser, and the way back to the offsets of the text as given.

Mended: a question mark or replacement sign that stands for a lost space, UTF-8 read as Latin-1, curly quotes,
odd spaces, soft hyphens and other invisible signs, and the marks of Markdown (blanked, since they are not words). All of it takes
time in proportion to the length of the text, and so does its tokenizing: what has no space for 300 characters gets one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_SAME = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "´": "'", "`": "'", "\u00a0": " ", "\u2009": " ", "\t": " ", "\r": " "}
)
_GONE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_LOST_SPACE = re.compile(r"(?<=[^\W\d_])[?\ufffd](?=[^\W\d_])")
_MOJIBAKE = re.compile('(?:â[\u0080-\u00bf€][\u0080-\u00bf\u2018-\u203a\u0152-\u0178™œ"])|(?:[ÃÂ][\u0080-\u00bf])')
_MARKDOWN = re.compile(
    r"(?m)^\s{0,3}(?:#{1,6}|>+|[-*+])(?=\s)|\*\*|__|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)|\[(?=[^\]]{0,1000}\]\()|\]\([^)\s]{0,2000}\)"
)
_ENDLESS = re.compile(r"\S{300}")
"""No word is as long. The tokenizer looks at the rest of a word anew after each bracket or quotation mark that it takes off it."""


@dataclass(frozen=True)
class Mended:
    """`text` fit to be parsed; `given(i)` is where its i-th character stood in the text as given."""

    text: str
    _starts: tuple[int, ...]
    _shifts: tuple[int, ...]

    def given(self, offset: int) -> int:
        """The offset in the text as given that corresponds to an offset of the mended text."""
        return offset + self._shifts[bisect_right(self._starts, offset) - 1]


def _repair(piece: str) -> str:
    for codec in ("cp1252", "latin-1"):
        try:
            return piece.encode(codec).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return " "


def mend(given: str) -> Mended:
    """The text mended, with its way back. Where nothing is wrong, text and offsets are those given."""
    edits = [(m.start(), m.end(), "") for m in _GONE.finditer(given)]
    edits += [(m.start(), m.end(), _repair(m.group())) for m in _MOJIBAKE.finditer(given)]
    out: list[str] = []
    starts, shifts, at, length = [0], [0], 0, 0
    for start, end, new in sorted(edits):
        if start < at:
            continue
        out += [given[at:start], new]
        length += start - at + len(new)
        at = end
        if starts[-1] == length:
            shifts[-1] = at - length
        else:
            starts.append(length)
            shifts.append(at - length)
    out.append(given[at:])
    text = _LOST_SPACE.sub(" ", "".join(out).translate(_SAME))
    text = _MARKDOWN.sub(lambda m: " " * len(m.group()), text)
    text = _ENDLESS.sub(lambda m: m.group()[:-1] + " ", text)
    return Mended(text, tuple(starts), tuple(shifts))
