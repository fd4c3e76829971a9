"""A tally as text and back, nothing lost: the record says what was counted, the drawing needs also how papers went on.

Fractions are written as text ('13/20'). `unpacked(packed(tally)) == tally` for every tally.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whipcount.count import BallotTally, RoundTally, Tally

Numbers = dict[str, Fraction]


def packed(tally: Tally) -> str:
    """A tally as JSON."""
    return json.dumps(asdict(tally), ensure_ascii=False, separators=(",", ":"), default=str)


def unpacked(text: str) -> Tally:
    """The tally that was packed."""
    from whipcount.count import Tally

    data = json.loads(text)
    ballots = tuple(_ballot(one) for one in data.pop("ballots"))
    return Tally(ballots=ballots, **_tuples(data, ("possible", "notes")))


def _ballot(data: dict[str, Any]) -> BallotTally:
    from whipcount.count import BallotTally

    rounds = tuple(_round(one) for one in data.pop("rounds"))
    data["blank"] = Fraction(data["blank"])
    data["papers"] = _maybe(data["papers"])
    return BallotTally(rounds=rounds, **_tuples(data, ("candidates", "left", "notes")))


def _round(data: dict[str, Any]) -> RoundTally:
    from whipcount.count import Bases, Broken, Link, RoundTally, Tie

    bases = {name: _maybe(value) for name, value in data.pop("bases").items()}
    ties = tuple(
        Broken(Tie(t["tie"]["question"], tuple(t["tie"]["tied"]), t["tie"]["places"]), tuple(t["favoured"]), t["rule"], t["evidence"])
        for t in data.pop("ties")
    )  # fmt: skip
    links = tuple(
        Link(one["source"], one["target"], *(Fraction(one[k]) for k in ("papers", "before", "after")))
        for one in data.pop("links")
    )
    votes, inactive = ({k: _numbers(v) for k, v in data.pop(name).items()} for name in ("votes", "inactive"))
    return RoundTally(
        bases=Bases(**bases), ties=ties, links=links, totals=_numbers(data.pop("totals")), votes=votes, inactive=inactive,
        **_tuples(data, ("eliminated", "withdrew", "goes_on", "inferred")),
    )  # fmt: skip


def _numbers(values: Mapping[str, Any]) -> Numbers:
    return {name: Fraction(value) for name, value in values.items()}


def _maybe(value: Any) -> Any:
    return None if value is None else Fraction(value)


def _tuples(data: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return data | {name: tuple(data[name]) for name in names}
