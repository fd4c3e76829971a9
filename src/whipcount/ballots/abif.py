"""ABIF, the aggregated ballot information format (electorama.com/abif).

`12: A>B=C` is twelve ballots; `*` may stand for the colon. Names may be in brackets or quotation marks, and
short names declared by `=A:[Full name]`. Equals are an overvote here. Where names are listed with commas and
scores (`A/5, B/3`) the scores make the order; a list without scores is names marked alike.
"""

from __future__ import annotations

import re
from itertools import groupby

from whipcount.ballots.codes import Mark
from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.source import Source

# Possessive quantifiers (`*+`) keep a hostile line from costing more than its length.
_WORD = r'(?:\[[^\]]*+\]|"[^"]*+"|[^\s\[\]"=><,/:*#{}][^\[\]"=><,/:*#{}]*+)'
_DECLARED = re.compile(rf"=\s*+({_WORD})\s*+:(.*)$")
_LINE = re.compile(r"\s*(\d{1,18})\s*[:*](.*)$")
_PART = re.compile(rf"\s*+({_WORD})\s*+(?:/\s*+(-?\d{{1,9}}(?:\.\d{{1,9}})?))?\s*+(?:([>=,])|$)")
_COMMENT = re.compile(r'^((?:[^"#\[]|"[^"]*"|\[[^\]]*\])*?)(?:^|\s)#.*$')

_Part = tuple[str, str | None, str | None]


def read(source: Source, options: Options) -> Draft:
    """Read an ABIF file. Raises BallotError."""
    names: dict[str, str] = {}
    draft, faults = Draft(), options.faults
    for number, raw in source.lines(faults):
        comment = _COMMENT.match(raw)
        text = (comment[1] if comment else raw).strip()
        if not text or text.startswith("{"):
            continue
        if declared := _DECLARED.match(text):
            names[_bare(declared[1])] = _bare(declared[2])
        elif problem := _ballot(text, names, draft):
            faults.line(number, problem, "Write it as in '12: A>B=C'.", text=raw)
    if len(set(names.values())) < len(names):
        faults.stop(0, "two candidates have the same full name", "Give each a name of its own.")
    draft.candidates = list(names.values())
    if not draft.votes and not names and not faults.rejected:
        faults.stop(0, "there is no ballot in the file", "A ballot line is as in '12: A>B=C'.")
    return draft


def _bare(token: str) -> str:
    token = token.strip()
    return token[1:-1].strip() if token[:1] in '["' else token


def _ballot(text: str, names: dict[str, str], draft: Draft) -> str:
    """Add one ballot; returns what is wrong with it, "" if nothing."""
    line = _LINE.match(text)
    parts = _parts(line[2]) if line else None
    if line is None or parts is None:
        return "the line is not 'count: ranking'"
    if names and (strange := [token for token, _, _ in parts if token not in names]):
        return f"'{strange[0][:80]}' is not among the candidates declared"
    draft.add(_ranking([(names.get(token, token), score, link) for token, score, link in parts]), int(line[1]))
    return ""


def _parts(text: str) -> list[_Part] | None:
    """Name, score and what links it to the next, for each name; None where the text is no ranking."""
    parts: list[_Part] = []
    at, text = 0, text.strip()
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return None
        parts.append((_bare(part[1]), part[2], part[3]))
        at = part.end()
    return None if parts and (parts[-1][2] is not None or any(not name for name, _, _ in parts)) else parts


def _ranking(parts: list[_Part]) -> list[Mark]:
    links = {link for _, _, link in parts}
    if "," in links and all(score is not None for _, score, _ in parts):
        scored = sorted(((float(score or 0), name) for name, score, _ in parts), reverse=True)
        return [_mark({name for _, name in rank}) for _, rank in groupby(scored, key=lambda pair: pair[0])]
    ranks: list[set[str]] = [set()]
    for name, _, link in parts:
        ranks[-1].add(name)
        if link == ">":
            ranks.append(set())
    return [_mark(rank) for rank in ranks]


def _mark(rank: set[str]) -> Mark:
    return frozenset(rank) if len(rank) > 1 else next(iter(rank), None)
