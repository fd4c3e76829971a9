"""What a count found: immutable, exact, and the same bytes for the same input.

`Tally` is the whole count, `BallotTally` one ballot of its path, `RoundTally` one round. Numbers are `Fraction`; exports give
them exactly (as text where they are no whole numbers) and as decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from whipcount.count.standing import Bases, Measure, Test
from whipcount.count.ties import Broken

Status = Literal["elected", "goes on", "nobody", "another vote", "depends on a tie"]
"""How a ballot or a count ended. `another vote`: fresh votes are needed for the next round, and none were given."""


@dataclass(frozen=True)
class Link:
    """Papers that counted for `source` in one round and for `target` (or inactive for a cause) in the next.

    `papers` in votes; `before` and `after` the same at their worth in the two rounds, in the ballot's measure.
    """

    source: str
    target: str
    papers: Fraction
    before: Fraction
    after: Fraction

    @property
    def moved(self) -> bool:
        """Whether the papers changed hands."""
        return self.source != self.target


@dataclass(frozen=True)
class RoundTally:
    """One round of a ballot.

    votes      section -> candidate -> votes in this round
    totals     candidate -> tally in the ballot's measure
    bases      what thresholds are taken of
    inactive   section -> cause -> votes on papers that no longer count, this round included
    links      how papers went on into the next round, stayers included; empty after the last round
    inferred   sections whose links are worked out from published tallies
    """

    ballot: str
    number: int
    votes: Mapping[str, Mapping[str, Fraction]]
    totals: Mapping[str, Fraction]
    bases: Bases
    inactive: Mapping[str, Mapping[str, Fraction]]
    test: Test
    reason: str
    eliminated: tuple[str, ...] = ()
    withdrew: tuple[str, ...] = ()
    elected: str | None = None
    goes_on: tuple[str, ...] = ()
    ties: tuple[Broken, ...] = ()
    links: tuple[Link, ...] = ()
    inferred: tuple[str, ...] = ()

    @property
    def continuing(self) -> tuple[str, ...]:
        """Who takes part in this round, in the order of the paper."""
        return tuple(self.totals)

    @property
    def shares(self) -> dict[str, Fraction]:
        """Each tally as a share of all tallies of the round."""
        whole = self.bases.continuing
        return {n: t / whole if whole else Fraction(0) for n, t in self.totals.items()}

    @property
    def transfers(self) -> dict[str, dict[str, Fraction]]:
        """From whom to whom votes moved after this round; causes of inactivity stand among the targets."""
        out: dict[str, dict[str, Fraction]] = {}
        for link in self.links:
            if link.moved:
                out.setdefault(link.source, {})[link.target] = link.papers
        return out

    @property
    def inactive_in_all(self) -> dict[str, Fraction]:
        """Inactive votes by cause, over all sections."""
        out: dict[str, Fraction] = {}
        for by_cause in self.inactive.values():
            for cause, n in by_cause.items():
                out[cause] = out.get(cause, Fraction(0)) + n
        return out


@dataclass(frozen=True)
class BallotTally:
    """One ballot: its rounds and how it ended.

    `left` are those whom it sends on, or who were left when it ended without a winner. `blank`: votes on papers that were
    blank from the start; `papers`: all votes cast in the file, blank ones included, None where sections have no papers.
    """

    id: str
    title: str
    measure: Measure
    candidates: tuple[str, ...]
    rounds: tuple[RoundTally, ...]
    status: Status
    winner: str | None = None
    left: tuple[str, ...] = ()
    blank: Fraction = Fraction(0)
    papers: Fraction | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """A count: its ballots, the winner, and what it was counted from.

    `rulebook` is `ID@DATE`; `sha256` the digest of the ballot file or files; `possible` holds every winner that some way of
    breaking the ties yields, where all outcomes were asked for. `options` is what the count was given beside the papers, as
    plain data, so that the record can be counted again.
    """

    rulebook: str
    ballots: tuple[BallotTally, ...]
    status: Status
    winner: str | None
    sha256: str = ""
    source: str = ""
    rejected: int = 0
    possible: tuple[str | None, ...] = ()
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rounds(self) -> tuple[RoundTally, ...]:
        """All rounds of all ballots, in order."""
        return tuple(r for ballot in self.ballots for r in ballot.rounds)

    def sentence(self) -> str:
        """The result in one sentence."""
        from whipcount.count.export import sentence

        return sentence(self)

    def to_dict(self) -> dict[str, Any]:
        """The record as plain data; see `docs/count.md` for its form."""
        from whipcount.count.export import as_dict

        return as_dict(self)

    def to_json(self) -> bytes:
        """The record as JSON: the same count gives the same bytes."""
        from whipcount.count.export import as_json

        return as_json(self)

    def rows(self) -> list[dict[str, Any]]:
        """One row for each ballot, round, section and candidate; section '' has the tallies of the whole."""
        from whipcount.count.export import rows

        return rows(self)

    def to_csv(self) -> str:
        """`rows()` as CSV."""
        from whipcount.count.export import as_csv

        return as_csv(self)

    def table(self) -> Any:
        """`rows()` as a polars frame, or as they are where polars is not installed."""
        try:
            import polars
        except ImportError:
            return self.rows()
        return polars.DataFrame(self.rows())

    def chart(self) -> Any:
        """The rounds as an Altair chart. Raises `MissingExtra` without the 'charts' extra."""
        from whipcount.count.chart import chart

        return chart(self)

    def to_html(self) -> str:
        """One HTML page that needs no network: the rounds as a table and the flow of transfers."""
        from whipcount.count.html import page

        return page(self)

    def _repr_html_(self) -> str:
        from whipcount.count.html import fragment

        return fragment(self)
