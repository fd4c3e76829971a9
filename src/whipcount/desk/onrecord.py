"""The ledger of the desk's store, as the score room reads one: what was predicted on record, and what became of it.

In: a store, and whole contests. Out: a `Ledger`, whether its chain is sound, and a `Scoreboard` of it, in which what contests say by
now counts although nobody has put it on record yet.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whipcount.desk.asked import Wrong
from whipcount.errors import UsageError
from whipcount.score import Ledger, Scoreboard, Verification, outstanding, read_ledger, scoreboard, verify

if TYPE_CHECKING:
    from whipcount.contest import Contest
    from whipcount.desk.working import Desk
    from whipcount.score import Resolution


@dataclass(frozen=True)
class OnRecord:
    """A ledger, whether it is as it was written, and what contests say by now that it does not (`due`)."""

    ledger: Ledger
    found: Verification
    due: tuple[Resolution, ...]

    def board(self, *, contest: str | None = None, last: bool = False, seed: int = 1) -> Scoreboard:
        """Everybody on record, of one contest or all; what was recorded only after it was settled is marked as late."""
        ends = (*self.due, *self.ledger.resolutions)
        recorded = self.ledger.recorded
        kept = [p for p in self.ledger.predictions if contest is None or p.contest == contest]
        ids = {p.id for p in kept}
        ends = tuple(e for e in ends if e.of in ids)
        late = {e.of for e in ends if e.on is not None and recorded[e.of].date() > e.on}
        return scoreboard(kept, ends, late=late, last=last, seed=seed)

    def rows(self, contest: str | None = None) -> list[dict[str, Any]]:
        """A row for each prediction, the newest first: its number and time on record, what was said, what became of it."""
        numbers = {r.entry.id: r for r in self.ledger.records}
        noted = {r.of for r in self.ledger.resolutions}
        out = []
        for row in self.board(contest=contest).detail():
            record = numbers[row["id"]]
            head = {"n": record.number, "recorded": record.recorded.isoformat(), "hash": record.hash}
            out.append(head | row | {"resolved": row["id"] in noted})
        return out[::-1]


def on_record(desk: Desk, head: str | None = None) -> OnRecord:
    """The ledger of a desk's store. Raises `Wrong` for a published head of another shape."""
    with tempfile.TemporaryDirectory(prefix="whipcount-") as folder:
        path = Path(folder) / "ledger.jsonl"
        path.write_bytes(desk.store.ledger_lines())
        try:
            found = verify(path, head=head)
        except UsageError as why:
            raise Wrong("head", str(why)) from None
        ledger = read_ledger(path) if found.sound or found.fault == "rewritten" else Ledger()
    return OnRecord(ledger, found, outstanding(ledger, _folders(desk, ledger)))


def _folders(desk: Desk, ledger: Ledger) -> Mapping[str, Contest]:
    named = {p.contest for p in ledger.predictions}
    return {name: desk.contest(name) for name in desk.shelf.contests() if name in named}
