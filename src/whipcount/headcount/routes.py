"""What it takes: the cheapest electors whose change would carry an option, or stop it.

Whoever is more likely than not with the option is counted on; the others are short of `need`. What an elector costs is the log odds
against him, -log(p / (1 - p)) with p the probability that he is with the option (to stop it: that he is not). Each counts one, so that the cheapest
set is that of the cheapest electors; a bloc moves as one, at the log odds against all of it, and the cheapest blocs that
reach `need` are found exactly (a knapsack turned round: least cost for at least so many).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Elector
from whipcount.errors import UsageError
from whipcount.headcount.result import Headcount
from whipcount.rules.output import html_table

Bools = NDArray[np.bool_]
ROUTES = 3
FLOOR = 1e-4
"""A probability in a finite number of draws is taken to be at least this, and at most one less it."""


@dataclass(frozen=True)
class Mover:
    """Somebody (or a bloc) to be moved: the probability of being there already, and the cost."""

    name: str
    electors: tuple[Elector, ...]
    p: float
    cost: float


@dataclass(frozen=True)
class Route:
    """A set of movers: its cost; the probability that all of them are there already; and of success once they are."""

    movers: tuple[Mover, ...]
    cost: float
    p_reached: float
    p_then: float


@dataclass(frozen=True)
class Path:
    """How an option gets to `need` (carries), or is kept below it (`blocks`), cheapest first.

    have   electors who are more likely than not there already
    p_now  probability as things stand
    """

    option: str
    need: int
    blocks: bool
    have: int
    p_now: float
    routes: tuple[Route, ...]

    def table(self) -> list[dict[str, Any]]:
        """One row for each mover of each route."""
        return [
            {"route": r, "mover": m.name, "electors": len(m.electors), "p": m.p, "cost": m.cost, "p_then": route.p_then}
            for r, route in enumerate(self.routes, 1)
            for m in route.movers
        ]

    def chart(self) -> Any:
        """As an Altair chart. Raises `MissingExtra` without Altair."""
        from whipcount.headcount.chart import path_chart

        return path_chart(self)

    def _repr_html_(self) -> str:
        rows = self.table()
        return html_table(rows, list(rows[0]) if rows else [])

    def to_json(self) -> dict[str, Any]:
        """The routes as plain data."""
        return {k: v for k, v in vars(self).items() if k != "routes"} | {
            "routes": [
                {"cost": r.cost, "p_reached": r.p_reached, "p_then": r.p_then}
                | {"movers": [{"name": m.name, "electors": [e.id for e in m.electors], "p": m.p} for m in r.movers]}
                for r in self.routes
            ]
        }


def path(
    count: Headcount,
    option: str,
    need: int | None = None,
    *,
    blocks: bool = False,
    blocs: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """The cheapest ways for `option` to reach `need` electors (by default a majority), or to be kept below it.

    blocs  name -> ids of electors who move only together (an elector in two blocs belongs to the first)

    Raises `UsageError` for an unknown option or elector, or a `need` that is more than everybody or less than one.
    """
    need = count.majority if need is None else need
    if option not in count.options:
        raise UsageError(f"'{option}' is not an option. There are: {', '.join(count.options)}.")
    if not 1 <= need <= len(count.roll):
        raise UsageError(f"{need} of {len(count.roll)} electors cannot be needed. Ask for 1 to {len(count.roll)}.")
    there = (count.draws.positions == count.options.index(option)) != blocks
    bar = len(count.roll) - need + 1 if blocks else need
    units = _units(count, blocs or {}, there)
    have = sum(len(m.electors) for m in units if m.p > 0.5)
    open_ = [m for m in units if m.p <= 0.5]
    index = {e.id: i for i, e in enumerate(count.roll)}
    sets = _cheapest(open_, bar - have)
    routes = tuple(_route(chosen, there, [index[e.id] for m in chosen for e in m.electors], bar) for chosen in sets)
    p_now = float((there.sum(axis=1) >= bar).mean())
    return Path(option, need, blocks, have, round(p_now, 5), routes)


def _units(count: Headcount, blocs: Mapping[str, Sequence[str]], there: Bools) -> list[Mover]:
    left = {e.id: i for i, e in enumerate(count.roll)}
    out = []
    for name, ids in blocs.items():
        unknown = set(ids) - {e.id for e in count.roll}
        if unknown:
            raise UsageError(f"'{sorted(unknown)[0]}' of bloc '{name}' is no elector here.")
        own = [left.pop(i) for i in ids if i in left]
        if own:
            out.append(_mover(name, [count.roll[i] for i in own], there[:, own]))
    return out + [_mover(count.roll[i].name, [count.roll[i]], there[:, [i]]) for i in left.values()]


def _mover(name: str, electors: Sequence[Elector], there: Bools) -> Mover:
    p = float(there.all(axis=1).mean())
    safe = min(max(p, FLOOR), 1 - FLOOR)
    return Mover(name, tuple(electors), round(p, 5), round(float(-np.log(safe / (1 - safe))), 5))


def _cheapest(units: Sequence[Mover], short: int) -> list[tuple[Mover, ...]]:
    """The cheapest sets of at least `short` electors: the best, then the best without each of its costliest members."""
    if short <= 0:
        return [()]
    best = _cover(units, short)
    if best is None:
        return []
    out = [best]
    for dear in sorted(best, key=lambda m: -m.cost)[: ROUTES - 1]:
        other = _cover([u for u in units if u is not dear], short)
        if other is not None and other not in out:
            out.append(other)
    return sorted(out, key=lambda chosen: sum(m.cost for m in chosen))


def _cover(units: Sequence[Mover], short: int) -> tuple[Mover, ...] | None:
    """Units of least total cost with `short` electors or more; None if there are not so many."""
    if all(len(u.electors) == 1 for u in units):
        ranked = sorted(units, key=lambda u: (u.cost, u.name))[:short]
        return tuple(ranked) if len(ranked) == short else None
    best: list[tuple[float, tuple[int, ...]] | None] = [(0.0, ())] + [None] * short
    for j, u in enumerate(units):
        for have in range(short, -1, -1):
            before = best[have]
            if before is not None:
                at = min(have + len(u.electors), short)
                new, held = (before[0] + u.cost, (*before[1], j)), best[at]
                # A bloc that is about as likely as not costs nothing; nothing is gained by taking it twice.
                if at != have and (held is None or new[0] < held[0]):
                    best[at] = new
    found = best[short]
    return None if found is None else tuple(units[j] for j in found[1])


def _route(chosen: tuple[Mover, ...], there: Bools, at: Sequence[int], bar: int) -> Route:
    moved = there.sum(axis=1) + (~there[:, list(at)]).sum(axis=1)
    reached = float(there[:, list(at)].all(axis=1).mean())
    cost = round(sum(m.cost for m in chosen), 5)
    return Route(chosen, cost, round(reached, 5), round(float((moved >= bar).mean()), 5))
