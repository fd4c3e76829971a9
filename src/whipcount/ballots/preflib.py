"""PrefLib's ordinal formats: soc, soi, toc, toi.

Metadata lines `# KEY: value`, then `count: 3,1,{2,4}` with alternatives by number, those in braces tied.
A tie within a rank is an overvote here. Source: PrefLib, "Data format" (preflib.org/format).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from whipcount.ballots.codes import Mark
from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.source import Source

_NAME = re.compile(r"ALTERNATIVE NAME (\d{1,6})$")
_LINE = re.compile(r"\s*(\d{1,18})\s*:(.*)$")
_MARK = re.compile(r"\s*+(?:(\d{1,6})|\{([\d\s,]*+)\})\s*+(?:,|$)")


@dataclass
class _Head:
    names: dict[int, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)


def read(source: Source, options: Options) -> Draft:
    """Read a PrefLib file. Raises BallotError; also where it has fewer votes than its header says."""
    head, draft, orders = _Head(), Draft(), 0
    faults = options.faults
    for number, text in source.lines(faults):
        if text.startswith("#"):
            _metadata(head, text)
        elif text.strip():
            orders += 1
            votes = _LINE.match(text)
            ranking = _ranking(votes[2]) if votes else None
            if votes is None or ranking is None:
                faults.line(number, "the line is not 'count: order'", "Write it as in '3: 2,1,{4,5}'.", text=text)
            elif strange := sorted(_numbers(ranking) - head.names.keys()):
                what = f"there is no alternative {strange[0]}"
                faults.line(number, what, "Each needs an 'ALTERNATIVE NAME' line above.", text=text)
            else:
                draft.add([_mark(mark, head.names) for mark in ranking], int(votes[1]))
    _finish(head, draft, orders, options)
    return draft


def _metadata(head: _Head, text: str) -> None:
    key, _, value = text[1:].partition(":")
    if name := _NAME.match(key.strip()):
        head.names[int(name[1])] = value.strip()
    else:
        head.facts[key.strip()] = value.strip()


def _ranking(text: str) -> list[frozenset[int]] | None:
    """The alternatives at each rank, or None where the text is no order."""
    ranks, at = [], 0
    text = text.strip()
    while at < len(text):
        mark = _MARK.match(text, at)
        if mark is None:
            return None
        tied = mark[1] if mark[1] is not None else mark[2]
        ranks.append(frozenset(int(part) for part in tied.split(",") if part.strip().isdecimal()))
        at = mark.end()
    return ranks


def _numbers(ranking: list[frozenset[int]]) -> set[int]:
    return {number for rank in ranking for number in rank}


def _mark(rank: frozenset[int], names: dict[int, str]) -> Mark:
    tied = frozenset(names[number] for number in rank)
    return next(iter(tied), None) if len(tied) < 2 else tied


def _finish(head: _Head, draft: Draft, orders: int, options: Options) -> None:
    faults = options.faults
    draft.candidates = [head.names[number] for number in sorted(head.names)]
    draft.title = head.facts.get("TITLE", "")
    if not head.names:
        faults.stop(1, "no alternative has a name", "Add lines '# ALTERNATIVE NAME 1: name'.")
    if len(set(draft.candidates)) < len(draft.candidates):
        faults.stop(1, "two alternatives have the same name", "Give each a name of its own.")
    if faults.rejected:
        return
    found = {"NUMBER ALTERNATIVES": len(head.names), "NUMBER VOTERS": draft.total(), "NUMBER UNIQUE ORDERS": orders}
    for key, number in found.items():
        said = head.facts.get(key, "")
        if said.isdecimal() and int(said[:18]) != number:
            faults.stop(0, f"the header says {key} {said}, but there are {number}", "Check that the file is whole.")
