"""A supposition as it is written on the command line.

In: the texts given to each switch. Out: a `Suppose`. Everything that cannot be read is a `UsageError` that says how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from whipcount.errors import UsageError
from whipcount.forecast.suppose import Suppose, repeated

SWITCHES = ("join", "drop", "add", "rules", "weights", "electorate", "poll", "assume")
_BACKS = re.compile(r"\s*(.+?)\s+(?:backs|supports|endorses)\s+(.+?)\s*", re.I)


def written(texts: Mapping[str, Sequence[str]]) -> Suppose:
    """What is supposed by the texts of each switch (see `SWITCHES`). Raises `UsageError`."""
    given = {switch: tuple(texts.get(switch, ())) for switch in SWITCHES}
    rules = given["rules"]
    if len(rules) > 1:
        raise UsageError(f"The what-if contradicts itself: it can be under {rules[0]} or {rules[1]}, not both.")
    return Suppose(
        join=tuple(tuple(n.strip() for n in group.split(",") if n.strip()) for group in given["join"]),
        drop=given["drop"],
        add=given["add"],
        rules=rules[0] if rules else None,
        weights=parse_weights(",".join(given["weights"])),
        electorate=tuple(map(parse_size, given["electorate"])),
        polls=tuple(map(parse_poll, given["poll"])),
        assume=tuple(map(parse_assume, given["assume"])),
    )


def parse_weights(text: str) -> tuple[tuple[str, Fraction], ...]:
    """`caucus=1/3,members=2/3`. Raises `UsageError`."""
    out = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        body, _, weight = part.partition("=")
        try:
            share = Fraction(weight[:-1]) / 100 if weight.endswith("%") else Fraction(weight)
        except (ValueError, ZeroDivisionError):
            share = Fraction(-1)
        if not 0 <= share <= 1:
            raise UsageError(f"'{part}' is no weight. Write BODY=1/3 (or 0.4, or 40%), separated by commas.")
        out.append((body.strip(), share))
    if repeated([b for b, _ in out]):
        raise UsageError("The what-if contradicts itself: a body is given two weights.")
    return tuple(out)


def parse_size(text: str) -> tuple[str, int]:
    """`registered-supporters=0`. Raises `UsageError`."""
    section, _, number = text.partition("=")
    if not re.fullmatch(r"\s*\d{1,8}\s*", number):
        raise UsageError(f"'{text}' is no electorate. Write SECTION=N.")
    return section.strip(), int(number)


def parse_poll(text: str) -> tuple[str, tuple[tuple[str, float], ...]]:
    """`members:A=52,B=48`. Raises `UsageError`."""
    section, colon, rest = text.partition(":")
    shares = []
    for part in filter(None, (p.strip() for p in rest.split(","))):
        name, _, share = part.rpartition("=")
        if not re.fullmatch(r"\s*\d{1,3}(\.\d+)?\s*%?\s*", share) or not name.strip():
            raise UsageError(f"'{part}' is no share. Write SECTION:A=52,B=48.")
        shares.append((name.strip(), float(share.strip().rstrip("%"))))
    if not colon or not shares:
        raise UsageError(f"'{text}' is no poll. Write SECTION:A=52,B=48.")
    return section.strip(), tuple(shares)


def parse_assume(text: str) -> tuple[str, str]:
    """`X backs Y`. Raises `UsageError`."""
    found = _BACKS.fullmatch(text)
    if not found:
        raise UsageError(f"'{text}' cannot be assumed. Write \"X backs Y\".")
    return found[1], found[2]
