"""A grid of what-ifs out of its form: one or two switches with their values, what holds throughout, and the field at fault.

In: the fields as they were typed. Out: axes and texts as `whipcount.forecast.what_if_grid` takes them, every combination tried on the
contest without simulating anything; or messages by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from math import prod
from typing import Any

from whipcount.contest import Contest
from whipcount.desk.rulebooks import known, listed
from whipcount.desk.supposing import Typed, taken, texts_of
from whipcount.errors import UsageError
from whipcount.forecast import Axis, parse_axis, written
from whipcount.forecast.as_written import SWITCHES
from whipcount.forecast.suppose import candidates_of, supposed
from whipcount.forecast.whatif_grid import AS_IT_IS

MOST = 100
"""Combinations that a page may ask for; the command line takes more, and spreads them over cores."""
MANY = 8
"""Values of a grid that is ready made, at the most."""
SIDES = ("down", "across")
_PARTS = re.compile(r"[\n|]")


@dataclass(frozen=True)
class TypedGrid:
    """The fields as they were typed: a switch and its values down the side, perhaps another across, and what holds throughout."""

    down: str = ""
    down_value: tuple[str, ...] = ()
    across: str = ""
    across_value: tuple[str, ...] = ()
    throughout: Typed = field(default_factory=Typed)

    @property
    def nothing(self) -> bool:
        """Whether there is no grid to be made."""
        return not (self.down or self.across or self.down_value or self.across_value)

    def asked(self) -> dict[str, Any]:
        """The fields as an address has them."""
        sides = {name: getattr(self, name) for side in SIDES for name in (side, f"{side}_value")}
        return sides | self.throughout.asked()


@dataclass
class TakenGrid:
    """Axes and what holds throughout, or the messages by field that say why there is no grid; `''` is about all of it."""

    axes: tuple[Axis, ...] = ()
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def many(self) -> int:
        """Combinations."""
        return prod(len(axis.values) for axis in self.axes)


def typed_grid(
    down: str | None, downs: Sequence[str], across: str | None, acrosses: Sequence[str], rest: Typed
) -> TypedGrid:
    """What was typed: a value to each line, or parted by `|`."""
    return TypedGrid((down or "").strip(), _values(downs), (across or "").strip(), _values(acrosses), rest)


def _values(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for text in texts for part in _PARTS.split(text) if part.strip())


def taken_grid(contest: Contest, said: TypedGrid) -> TakenGrid:
    """The grid, each combination tried on the contest (cut to a date)."""
    out = TakenGrid(texts={k: v for k, v in texts_of(said.throughout).items() if v})
    out.wrong |= taken(contest, said.throughout).wrong
    axes = [
        (side, _axis(said, side, out.wrong)) for side in SIDES if side == "down" or said.across or said.across_value
    ]
    if not out.wrong:
        out.axes = tuple(axis for _, axis in axes if axis is not None)
        if out.many > MOST:
            out.wrong[""] = (
                f"These are {out.many} combinations; {MOST} can be asked for here. Take fewer values, or the command line."
            )
        else:
            _try(contest, out)
    return out


def _axis(said: TypedGrid, side: str, wrong: dict[str, str]) -> Axis | None:
    switch, values = getattr(said, side), getattr(said, f"{side}_value")
    if switch not in SWITCHES:
        wrong[side] = (
            "Choose what is to be different." if not switch else f"'{switch}' is none of: {', '.join(SWITCHES)}."
        )
        return None
    try:
        if switch == "rules":
            for ref in values:
                if ref != AS_IT_IS:
                    known(ref)
        return parse_axis(f"{switch}={'|'.join(values)}")
    except UsageError as why:
        wrong[f"{side}_value"] = (
            str(why) if values else f"Write a value on each line, {AS_IT_IS} for the contest as it is."
        )
        return None


def _try(contest: Contest, out: TakenGrid) -> None:
    for values in product(*(axis.values for axis in out.axes)):
        why = _fault(contest, out, [*zip(out.axes, values, strict=True)])
        if why is None:
            continue
        for side, axis, value in zip(SIDES, out.axes, values, strict=False):
            alone = _fault(contest, out, [(axis, value)])
            if alone is not None:
                out.wrong[f"{side}_value"] = f"{value}: {alone}"
                return
        out.wrong[""] = f"{', '.join(values)} together: {why}"
        return


def _fault(contest: Contest, out: TakenGrid, pairs: Sequence[tuple[Axis, str]]) -> str | None:
    """Why a combination cannot be; None if it can."""
    texts: dict[str, list[str]] = {switch: list(given) for switch, given in out.texts.items()}
    for axis, value in pairs:
        if value != AS_IT_IS:
            texts.setdefault(axis.switch, []).append(value)
    try:
        supposed(contest, written(texts))
    except UsageError as why:
        return str(why)
    return None


def ready_made(contest: Contest) -> list[tuple[str, Mapping[str, Any]]]:
    """(what it is, its fields) of grids that make sense of any contest: links that fill in the form."""
    names = [n for n in candidates_of(contest) if not taken(contest, Typed(drop=(n,))).wrong][:MANY]
    book = contest.identity.rulebook.partition("@")[0]
    refs = [r.ref for r in listed() if r.id == book and r.counts][-MANY:]
    out: list[tuple[str, Mapping[str, Any]]] = []
    if len(names) > 2:
        out.append(("each candidate drops out", {"down": "drop", "down_value": [AS_IT_IS, *names]}))
        pairs = [f"{a},{b}" for a, b in combinations(names[:5], 2)]
        out.append(("every two join", {"down": "join", "down_value": [AS_IT_IS, *pairs]}))
    fit = [r for r in refs if not taken(contest, Typed(rules=r)).wrong]
    if len(fit) > 1:
        out.append(("every version of its rules", {"down": "rules", "down_value": [AS_IT_IS, *fit]}))
        if len(names) > 2:
            both = {
                "down": "drop",
                "down_value": [AS_IT_IS, *names],
                "across": "rules",
                "across_value": [AS_IT_IS, *fit],
            }
            out.append(("each candidate drops out, under every version of its rules", both))
    return out
