"""What is shown of a count that was made: its tally, its record, and the extras that were asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from whipcount.desk.packing import unpacked
from whipcount.errors import NotFound

if TYPE_CHECKING:
    from whipcount.count import BallotTally, Margin, Tally
    from whipcount.desk.doors import Person
    from whipcount.desk.working import Desk
    from whipcount.store import StoredCount

KINDS = ("abif", "blt", "cef", "csv", "cvr-json", "cvr-xml", "parquet", "preflib", "scottish")
"""Formats of ballot files, for the form: known before the room of ballots is imported. A test holds them to it."""
CELLS = 20_000
"""Tallies that a page shows at the most; more are in the CSV."""


@dataclass(frozen=True)
class Counted:
    """A count that was made: its tally, and its record to the byte."""

    tally: Tally
    record: str

    @cached_property
    def data(self) -> dict[str, Any]:
        """The record as data."""
        found: dict[str, Any] = json.loads(self.record)
        return found

    @property
    def pairwise(self) -> dict[str, Any] | None:
        """Who is preferred to whom by how many, where that was asked for; numbers as the record has them."""
        found: dict[str, Any] | None = self.data.get("pairwise")
        return found

    @property
    def margin(self) -> Margin | None:
        """How close it was, where that was asked for."""
        from whipcount.count import Change, Margin

        found = self.data.get("margin")
        if found is None:
            return None
        change = Change(**found["change"]) if found["change"] else None
        winner = self.data["winner"] or ""
        return Margin(winner, found["at_least"], found["closest_round"], Fraction(found["gap"]), change)


def may_use(one: StoredCount, person: Person) -> bool:
    """Whether somebody may have a count's files, and cancel it: who asked for it, and who may change contests."""
    return person.name in one.askers or person.may("editor")


def counted(desk: Desk, one: StoredCount) -> Counted:
    """What was made of a count in state 'done', read from the store once."""
    store = desk.store
    return desk.things.get(
        ("count", one.key, one.finished),
        lambda: Counted(unpacked(store.count_tally(one.key)), store.count_record(one.key)),
    )


def ballot_of(tally: Tally, wanted: str) -> BallotTally:
    """The ballot of a tally that can be drawn: the one asked for, or the first. Raises `NotFound`."""
    rounds = {b.id: b for b in tally.ballots if b.rounds and drawable(b)}
    if wanted and wanted not in rounds:
        raise NotFound("ballot of this count", wanted, rounds)
    if not rounds:
        raise NotFound("flow", "flow", ())
    return rounds[wanted] if wanted else next(iter(rounds.values()))


def drawable(ballot: BallotTally) -> bool:
    """Whether there are few enough tallies to show them on a page."""
    return sum(len(one.totals) for one in ballot.rounds) <= CELLS


def paints(ballot: BallotTally) -> dict[str, str]:
    """The colour of each candidate in the flow, in the page's own tones."""
    from whipcount.count.sankey import colours

    tones = _tones()
    return {name: tones.get(colour, colour) for name, colour in colours(ballot).items()}


def painted(drawing: str) -> str:
    """A drawing of the flow in the page's own tones, which are told apart in light and in dark."""
    for colour, tone in _tones().items():
        drawing = drawing.replace(f'fill="{colour}"', f'fill="{tone}"')
    return drawing


def _tones() -> dict[str, str]:
    from whipcount.count.sankey import COLOURS
    from whipcount.report import palette

    # The grey of the slots is left out: grey is what counts no longer.
    slots = [tone for tone in palette.SLOTS if tone is not palette.SLOTS[6]]
    found = {colour: f"var(--{tone.name})" for colour, tone in zip(COLOURS, slots, strict=False)}
    return {**found, "#8a8a8a": f"var(--{palette.NEUTRAL.name})"}
