"""What a count was given beside the papers, as plain data in its record, and back.

Answers to `ask` are not options: a recount takes them from the record's ties, as though they had been drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from whipcount.count.engine import Given
from whipcount.count.published import PublishedTallies
from whipcount.count.ties import Draw, TiePlan


def options(given: Given, what: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data of everything that is not empty; `what` says which ballot, or by which opening."""
    ties, tallies = given.ties, given.tallies
    found: dict[str, Any] = {
        **what,
        "section": given.section,
        "entitled": dict(given.entitled),
        "cast": dict(given.cast),
        "withdrawals": {
            ballot: {str(r): list(names) for r, names in sorted(by_round.items())}
            for ballot, by_round in given.withdrawals.items()
            if by_round
        },
        "ties": list(ties.rules),
        "order": list(ties.order),
        "seed": ties.seed,
        "lots": [_draw(d) for d in ties.lots],
        "tallies": None if tallies is None else _published(tallies),
    }
    return {key: value for key, value in found.items() if value not in (None, {}, [])}


def _draw(draw: Draw) -> dict[str, Any]:
    return {"round": draw.round, "order": list(draw.order), "ballot": draw.ballot, "note": draw.note}


def _published(tallies: PublishedTallies) -> dict[str, Any]:
    return {
        "file": tallies.file,
        "ballot": tallies.ballot,
        "names": dict(tallies.names),
        "rounds": [{s: {n: str(v) for n, v in by.items()} for s, by in one.items()} for one in tallies.rounds],
    }


def given_from(data: Mapping[str, Any], ties: Sequence[Mapping[str, Any]] = ()) -> Given:
    """The other way round. `ties` are those of a record whose answers were asked for."""
    asked = tuple(
        Draw(t["round"], (*t["favoured"], *(n for n in t["tied"] if n not in t["favoured"])), t["ballot"]) for t in ties
    )
    lots = tuple(Draw(d["round"], tuple(d["order"]), d["ballot"], d["note"]) for d in data.get("lots", ()))
    rules = tuple(data.get("ties", ()))
    plan = TiePlan((*rules, "lot") if asked else rules, tuple(data.get("order", ())), (*lots, *asked), data.get("seed"))
    return Given(
        data.get("entitled", {}),
        data.get("cast", {}),
        {b: {int(r): tuple(n) for r, n in by.items()} for b, by in data.get("withdrawals", {}).items()},
        plan,
        _tallies(data["tallies"]) if "tallies" in data else None,
        data.get("section"),
    )


def _tallies(data: Mapping[str, Any]) -> PublishedTallies:
    rounds = tuple({s: {n: Fraction(v) for n, v in by.items()} for s, by in one.items()} for one in data["rounds"])
    return PublishedTallies(rounds, data["names"], data["ballot"], data["file"])
