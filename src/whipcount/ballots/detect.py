"""Which format a ballot file is in, by its content."""

from __future__ import annotations

import re

from whipcount.ballots.source import Source

_HEAD = 64 * 1024


def detect_format(source: Source) -> str:
    """The name of the format, as `--format` takes it: the content decides, never the file's name.

    Anything that is nothing else is taken for a CSV, whose reader then says what is wrong with it.
    """
    head = source.head(_HEAD)
    if head[:4] == b"PAR1":
        return "parquet"
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    start = text.lstrip()
    lines = [line.strip() for line in text.splitlines()]
    filled = [line for line in lines if line]
    if start.startswith("<"):
        return "cvr-xml"
    if start.startswith(("{", "[")) and re.search(r'"(@type|CVR|CVRSnapshot|Election|Version)"', start):
        return "cvr-json"
    return _text_format(filled, source)


def _text_format(lines: list[str], source: Source) -> str:
    plain = [line for line in lines if not line.startswith("#")]
    if any(re.match(r"#\s*ALTERNATIVE NAME \d+\s*:", line) for line in lines):
        return "preflib"
    if any(line.startswith("#/") for line in lines):
        return "cef"
    if plain and re.match(r"\d+\s+\d+(\s*#.*)?$", plain[0]):
        return "blt"
    if _is_scottish(plain, source):
        return "scottish"
    if _mostly(r"\d+\s*[:*]|=\s*[^,:]+:", plain) and not _is_table(plain):
        return "abif"
    if _mostly(r"[^<]*>|/EMPTY_RANKING/|.*[*^]\s*\d+$", plain) and not _is_table(plain):
        return "cef"
    return "csv"


def _mostly(pattern: str, lines: list[str]) -> bool:
    """Whether at least half of the first lines begin so: one `>` in a page of prose makes it no file of ballots."""
    first = lines[:50]
    return bool(first) and 2 * sum(bool(re.match(pattern, line)) for line in first) >= len(first)


def _is_scottish(lines: list[str], source: Source) -> bool:
    if not lines or not re.match(r'"?\d+"?,"?\d+"?,*$', lines[0]):
        return False
    tail = source.head(_HEAD * 1024) if len(lines) > 2 else b""
    return b"Candidate 1" in tail


def _is_table(lines: list[str]) -> bool:
    """Whether the first line looks like the header of a table: several headings."""
    return bool(lines) and any(mark in lines[0] for mark in ",;\t") and ">" not in lines[0] and ":" not in lines[0]
