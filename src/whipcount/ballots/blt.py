"""BLT, the format of the programs that count by single transferable vote since Hill, Wichmann and Woodall.

First line: how many candidates, how many seats. Then lines of withdrawn candidates (`-2`), ballots (`3 1 4 0`:
weight, preferences, 0), a line `0`, the names and the title. Read too: comments after `#`, `-` for a skipped
rank, `2=3` for equal preferences (an overvote), weights with decimals, ballots without their final 0, no line
`0` before the names, names without quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.faults import Faults
from whipcount.ballots.source import Source

_COMMENT = re.compile(r'^((?:[^"#]|"[^"]*")*)#.*$')
_QUOTED = re.compile(r'"([^"]*)"')
_WITHDRAWN = re.compile(r"(?:-\d{1,6}\s*)+$")
_HEAD = re.compile(r"(\d{1,6})\s+(\d{1,6})$")
_WEIGHT = re.compile(r"\d{1,18}(?:\.\d{1,9})?$")
_PREFERENCE = re.compile(r"-$|\d{1,6}(?:=\d{1,6})*$")


@dataclass
class _File:
    count: int = 0
    seats: int = 0
    withdrawn: list[int] = field(default_factory=list)
    ballots: list[tuple[list[frozenset[int]], Fraction]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def read(source: Source, options: Options) -> Draft:
    """Read a BLT file. Raises BallotError; also where names are missing at its end."""
    faults = options.faults
    lines = ((number, text) for number, raw in source.lines(faults) if (text := _bare(raw)))
    blt = _File()
    number, text = next(lines, (1, ""))
    head = _HEAD.match(text)
    if head is None:
        faults.stop(number, "the first line is not 'candidates seats'", "Write two whole numbers, as in '5 1'.")
    blt.count, blt.seats = int(head[1]), int(head[2])
    _ballots(blt, lines, faults)
    return _draft(blt, faults)


def _bare(raw: str) -> str:
    comment = _COMMENT.match(raw)
    return (comment[1] if comment else raw).strip()


def _ballots(blt: _File, lines: Iterator[tuple[int, str]], faults: Faults) -> None:
    for number, text in lines:
        if text == "0":
            break
        if _WITHDRAWN.match(text) and not blt.ballots:
            blt.withdrawn += [-int(word) for word in text.split()]
        elif text[0] == '"' or (text[0].isalpha() and len(blt.ballots) > 0):
            _name(blt, text)
            break
        elif problem := _ballot(blt, text.split()):
            faults.line(number, problem, "A ballot is 'weight preference ... 0'.", text=text)
    for _, text in lines:
        _name(blt, text)


def _ballot(blt: _File, words: list[str]) -> str:
    """Take up one ballot; returns what is wrong with it, "" if nothing."""
    if not _WEIGHT.match(words[0]):
        return f"'{words[0][:40]}' is not a weight"
    marks = words[1:-1] if words[-1] == "0" and len(words) > 1 else words[1:]
    ranking = []
    for word in marks:
        if not _PREFERENCE.match(word):
            return f"'{word[:40]}' is not a preference"
        rank = frozenset(int(part) for part in word.split("=") if part != "-")
        if rank and not 1 <= min(rank) <= max(rank) <= blt.count:
            return f"'{word[:40]}' is beyond the {blt.count} candidates"
        ranking.append(rank)
    blt.ballots.append((ranking, Fraction(words[0])))
    return ""


def _name(blt: _File, text: str) -> None:
    quoted = _QUOTED.findall(text) if text.startswith('"') else [text]
    blt.names += [name.strip() for name in quoted] or [text]


def _draft(blt: _File, faults: Faults) -> Draft:
    if len(blt.names) < blt.count:
        what = f"there are names for {len(blt.names)} of {blt.count} candidates"
        faults.stop(0, what, "Check that the file is whole; the names come after the line '0'.")
    if len(blt.names) > blt.count + 3:
        faults.stop(0, f"there are {len(blt.names)} names for {blt.count} candidates", "Correct the first line.")
    names = blt.names[: blt.count]
    if len(set(names)) < len(names) or "" in names:
        faults.stop(0, "two candidates have the same name, or one has none", "Give each a name of its own.")
    strange = [number for number in blt.withdrawn if not 1 <= number <= blt.count]
    if strange:
        faults.stop(0, f"-{strange[0]} withdraws nobody: there are {blt.count} candidates", "Remove it.")
    title = " ".join(blt.names[blt.count :])
    draft = Draft(names, tuple({names[n - 1]: None for n in blt.withdrawn}), title=title, seats=blt.seats)
    for ranking, weight in blt.ballots:
        draft.add([_mark(rank, names) for rank in ranking], weight)
    return draft


def _mark(rank: frozenset[int], names: list[str]) -> str | frozenset[str] | None:
    marked = frozenset(names[number - 1] for number in rank)
    return next(iter(marked), None) if len(marked) < 2 else marked
