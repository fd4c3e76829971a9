"""The votes of each round: from papers, from fresh papers for each round, and from published tallies, side by side.

In: what there is to count, and who takes part in a round. Out: a `Hand` - votes by section and unit, inactive papers by cause, and
what moved since the round before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from whipcount.ballots import Cause, Group, Profile
from whipcount.count.published import PublishedTallies
from whipcount.count.tally import Link
from whipcount.count.transfer import CAUSES, Papers, read
from whipcount.rules import Ballot

CAUSE_WORDS = {
    Cause.EXHAUSTED: "exhausted",
    Cause.OVERVOTE: "overvote",
    Cause.SKIPPED: "skipped ranks",
    Cause.DUPLICATE: "duplicate",
}
"""The causes of inactivity as they stand in records and tables."""


@dataclass(frozen=True)
class Move:
    """Votes of one group that went from a candidate to a candidate or a cause (`CAUSE_WORDS`)."""

    group: Group
    source: str
    target: str
    papers: Fraction


@dataclass(frozen=True)
class Hand:
    """The votes of one round, exactly.

    `moves`: what changed hands since the round before. `inferred`: sections whose moves are worked out from published tallies.
    `fresh`: a fresh vote was taken, so that nothing moved.
    """

    votes: Mapping[Group, Mapping[str, Fraction]]
    inactive: Mapping[str, Mapping[str, Fraction]]
    moves: tuple[Move, ...] = ()
    inferred: tuple[str, ...] = ()
    fresh: bool = False


@dataclass
class Counter:
    """Hands out the votes round by round. Holds the papers, the one thing that changes.

    `profiles`: the papers; with several, one for each round of fresh votes. `published`: sections without papers.
    """

    ballot: Ballot
    profiles: Sequence[Profile]
    published: PublishedTallies | None = None
    papers: Papers | None = None
    last: Hand | None = None
    first: dict[str, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.profiles:
            self.papers = Papers(read(self.profiles[0], self.ballot.marks))

    @property
    def with_papers(self) -> tuple[str, ...]:
        """The sections that have papers."""
        return tuple(dict.fromkeys(g.section for g in self.papers.groups)) if self.papers else ()

    @property
    def from_tallies(self) -> tuple[str, ...]:
        """The sections that take part by published votes."""
        known = self.published.sections() if self.published else ()
        return tuple(b for b in self.ballot.bodies if b in known and b not in self.with_papers)

    def can_go_on(self, number: int) -> bool:
        """Whether there are votes for this round: ranked papers, or fresh ones."""
        if self.ballot.paper == "ranked" or number == 1 or not self.profiles:
            return True
        if len(self.profiles) > 1:
            return number <= len(self.profiles)
        assert self.papers is not None
        return bool(self.papers.profile.ranks.shape[1] > 1)

    def stands_in(self) -> bool:
        """Whether one file of rankings stands in for fresh votes."""
        return self.ballot.paper == "single" and len(self.profiles) == 1 and self.can_go_on(2)

    def take(self, number: int, continuing: tuple[str, ...]) -> Hand:
        """The votes of a round among those who take part in it."""
        fresh = self.ballot.paper == "single" and number > 1 and len(self.profiles) > 1
        if fresh:
            self.papers = Papers(read(self.profiles[number - 1], self.ballot.marks))
        hand = self._papers(continuing, fresh)
        for section in self.from_tallies:
            hand = self._add_published(hand, section, number, continuing)
        self.last = hand
        return hand

    def _papers(self, continuing: tuple[str, ...], fresh: bool) -> Hand:
        papers = self.papers
        if papers is None:
            return Hand({}, {})
        moved = papers.advance(continuing).papers
        held = papers.held
        size = len(papers.candidates)
        place = {n: papers.candidates.index(n) for n in continuing if n in papers.candidates}
        votes = {
            group: {n: papers.votes(int(held[g, place[n]])) if n in place else Fraction(0) for n in continuing}
            for g, group in enumerate(papers.groups)
        }
        inactive: dict[str, dict[str, Fraction]] = {}
        for g, group in enumerate(papers.groups):
            by_cause = inactive.setdefault(group.section, dict.fromkeys(CAUSE_WORDS.values(), Fraction(0)))
            for cause in CAUSES:
                by_cause[CAUSE_WORDS[cause]] += papers.votes(int(held[g, size + cause]))
        targets = [*papers.candidates, *(CAUSE_WORDS.get(cause, "blank") for cause in Cause)]
        moves = tuple(
            Move(papers.groups[g], papers.candidates[s], targets[t], papers.votes(int(moved[g, s, t])))
            for g, s, t in np.argwhere(moved[:, :size, :])
        )
        return Hand(votes, inactive, moves, fresh=fresh)

    def _add_published(self, hand: Hand, section: str, number: int, continuing: tuple[str, ...]) -> Hand:
        assert self.published is not None
        group = Group(section)
        votes = self.published.of(section, number, continuing)
        now = sum(votes.values(), Fraction(0))
        first = self.first.setdefault(section, now)
        spent = {CAUSE_WORDS[Cause.EXHAUSTED]: max(first - now, Fraction(0))}
        inactive = {**hand.inactive, section: spent if self.ballot.paper == "ranked" else {}}
        moves = self._inferred(group, votes)
        return Hand(
            {**hand.votes, group: votes}, inactive, (*hand.moves, *moves), (*hand.inferred, section), hand.fresh
        )

    def _inferred(self, group: Group, votes: Mapping[str, Fraction]) -> tuple[Move, ...]:
        """On ranked papers votes move only from those who left, so that gains between rounds are transfers."""
        if self.last is None or self.ballot.paper == "single":
            return ()
        before = self.last.votes[group]
        gone = [n for n in before if n not in votes]
        gains = {n: votes[n] - before[n] for n in votes}
        lost = sum((before[n] for n in gone), Fraction(0)) - sum(gains.values(), Fraction(0))
        if not gone or lost < 0 or min(gains.values(), default=Fraction(0)) < 0:
            return ()
        targets = gains | {CAUSE_WORDS[Cause.EXHAUSTED]: lost}
        source = " + ".join(gone)
        return tuple(Move(group, source, target, n) for target, n in targets.items() if n)


def links(
    before: Hand, after: Hand, worth_before: Mapping[Group, Fraction], worth_after: Mapping[Group, Fraction]
) -> tuple[Link, ...]:
    """How papers went on from one round into the next, stayers first, at their worth in both rounds."""
    if after.fresh:
        return ()
    sums: dict[tuple[str, str], list[Fraction]] = {}
    causes = set(CAUSE_WORDS.values())
    left = {(group, name): n for group, by_name in before.votes.items() for name, n in by_name.items()}
    for move in after.moves:
        if (move.group, move.source) in left:
            left[move.group, move.source] -= move.papers
    stayers = [Move(g, n, n, papers) for (g, n), papers in left.items() if n in after.votes[g] and papers]
    for move in (*stayers, *after.moves):
        entry = sums.setdefault((move.source, move.target), [Fraction(0)] * 3)
        value = move.papers * worth_before[move.group]
        entry[0] += move.papers
        entry[1] += value
        entry[2] += value if move.target in causes else move.papers * worth_after[move.group]
    return tuple(Link(s, t, *amounts) for (s, t), amounts in sums.items())
