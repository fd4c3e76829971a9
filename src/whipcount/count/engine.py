"""One ballot being counted: votes from the `Counter`, decisions from `decide`, until the rules say that it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from whipcount.ballots import Group, Profile
from whipcount.count.counter import Counter, Hand, links
from whipcount.count.decide import decide
from whipcount.count.published import PublishedTallies
from whipcount.count.sections import assign, prepare
from whipcount.count.standing import Bases, Decision, Standing, Tie
from whipcount.count.tally import BallotTally, RoundTally, Status
from whipcount.count.ties import Broken, Place, TiePlan, break_tie
from whipcount.count.totals import bases_of, measure_of, sums, weigh, worth
from whipcount.errors import UsageError
from whipcount.rules import Ballot

Withdrawals = Mapping[int, Sequence[str]]
"""Round -> who withdrew after it; 0: before the first round."""


@dataclass(frozen=True)
class Given:
    """What the rules may need beside the papers.

    `entitled` electors and `cast` papers of each body; `withdrawals` by ballot id ('' for whichever is first).
    """

    entitled: Mapping[str, int] = field(default_factory=dict)
    cast: Mapping[str, int] = field(default_factory=dict)
    withdrawals: Mapping[str, Withdrawals] = field(default_factory=dict)
    ties: TiePlan = field(default_factory=TiePlan)
    tallies: PublishedTallies | None = None
    section: str | None = None


def tallies_for(given: Given, ballot: Ballot) -> PublishedTallies | None:
    """The published votes, if they are of this ballot."""
    found = given.tallies
    return found if found is not None and found.ballot in {None, ballot.id} else None


class Counting:
    """One ballot being counted."""

    def __init__(
        self,
        ballot: Ballot,
        files: tuple[Profile, ...],
        given: Given,
        field_: tuple[str, ...] | None = None,
        *,
        first: bool = True,
    ) -> None:
        self.ballot, self.given = ballot, given
        named = {k: v for k, v in given.withdrawals.items() if k == ballot.id or (first and not k)}
        self.withdrawals = {r: names for by_round in named.values() for r, names in by_round.items()}
        tallies = tallies_for(given, ballot)
        profiles, self.field = prepare(ballot, [assign(p, ballot, given.section) for p in files], tallies, field_)
        self.counter = Counter(ballot, profiles, tallies)
        self.write_ins = frozenset(p.candidates[i] for p in profiles for i in p.write_ins)
        self.rounds: list[RoundTally] = []
        self.chosen = 0
        self.first: dict[Group, Fraction] = {}
        self.last: tuple[Hand, Mapping[Group, Fraction]] | None = None
        self._check_withdrawals()

    def _check_withdrawals(self) -> None:
        for number, names in self.withdrawals.items():
            if strange := sorted(set(names) - set(self.field)):
                raise UsageError(
                    f"{', '.join(strange)} cannot withdraw after round {number}: not a candidate. They are: {', '.join(self.field)}."
                )

    def run(self) -> BallotTally:
        """Count to the end."""
        continuing = self._less(self.field, self.withdrawals.get(0, ()))
        elected: str | None = None
        for number in range(1, len(self.field) + len(self.counter.profiles) + 2):
            decision, broken = self._round(number, continuing, elected)
            elected = elected or decision.elected
            continuing = tuple(n for n in continuing if n not in decision.out)
            withdrew = tuple(n for n in self.withdrawals.get(number, ()) if n in continuing and not decision.ended)
            self.rounds[-1] = self._told(decision, broken, withdrew)
            continuing = self._less(continuing, withdrew)
            if decision.ended:
                return self._done(decision, elected, continuing)
            if not self.counter.can_go_on(number + 1) or (decision.test == "again" and len(self.counter.profiles) < 2):
                break
        return self._done(None, elected, continuing)

    def _less(self, some: tuple[str, ...], gone: Sequence[str]) -> tuple[str, ...]:
        return tuple(n for n in some if n not in gone)

    def _round(
        self, number: int, continuing: tuple[str, ...], elected: str | None
    ) -> tuple[Decision, tuple[Broken, ...]]:
        hand = self.counter.take(number, continuing)
        now = sums(hand.votes)
        if number == 1 or self.ballot.paper == "single":
            self.first = dict(now)
        worths = worth(self.ballot, now, self.first)
        totals = weigh(hand.votes, worths) or dict.fromkeys(continuing, Fraction(0))
        bases = bases_of(self.ballot, totals, self.first, self._cast(), self._entitled())
        if self.last is not None:
            went = links(self.last[0], hand, self.last[1], worths)
            self.rounds[-1] = replace(self.rounds[-1], links=went, inferred=hand.inferred if went else ())
        self.last = (hand, worths)
        self.rounds.append(self._bare(number, hand, totals, bases))
        standing = Standing(number, totals, bases, elected, self.write_ins, measure_of(self.ballot))
        return self._settle(standing)

    def _settle(self, standing: Standing) -> tuple[Decision, tuple[Broken, ...]]:
        """Decide, breaking ties as they come up."""
        earlier = tuple(r.totals for r in self.rounds[:-1])
        place = Place(self.ballot.id, standing.round, earlier)
        broken: dict[Tie, Broken] = {}
        while True:
            decision = decide(self.ballot, standing, {tie: b.favoured for tie, b in broken.items()})
            if decision.tie is None:
                return decision, tuple(broken[tie] for tie in decision.settled)
            found = break_tie(decision.tie, self.ballot.ties, self.given.ties, place, self.chosen)
            self.chosen += "all" in found.rule
            broken[decision.tie] = found

    def _cast(self) -> Fraction | None:
        """Papers cast: as given, or all that are in the file."""
        if all(b in self.given.cast for b in self.ballot.bodies):
            return Fraction(sum(self.given.cast[b] for b in self.ballot.bodies))
        papers = self.counter.papers
        return papers.profile.total() if papers is not None and not self.counter.from_tallies else None

    def _entitled(self) -> Fraction | None:
        known = self.given.entitled
        return Fraction(sum(known[b] for b in self.ballot.bodies)) if set(self.ballot.bodies) <= set(known) else None

    def _bare(self, number: int, hand: Hand, totals: Mapping[str, Fraction], bases: Bases) -> RoundTally:
        by_section: dict[str, dict[str, Fraction]] = {}
        for group, votes in hand.votes.items():
            here = by_section.setdefault(group.section, dict.fromkeys(totals, Fraction(0)))
            for name, n in votes.items():
                here[name] += n
        return RoundTally(self.ballot.id, number, by_section, totals, bases, hand.inactive, "nobody", "")

    def _told(self, decision: Decision, broken: tuple[Broken, ...], withdrew: tuple[str, ...]) -> RoundTally:
        return replace(
            self.rounds[-1],
            test=decision.test,
            reason=decision.reason,
            eliminated=decision.out,
            withdrew=withdrew,
            elected=decision.elected,
            goes_on=decision.goes_on,
            ties=broken,
        )

    def _done(self, decision: Decision | None, elected: str | None, continuing: tuple[str, ...]) -> BallotTally:
        status: Status = "elected" if elected else "nobody"
        left = continuing
        if decision is None and elected is None:
            repeats = self.rounds[-1].test == "again" and self.counter.stands_in()
            status = "nobody" if repeats else "another vote"
        elif decision is not None and decision.goes_on:
            status, left = "goes on", decision.goes_on
        papers = self.counter.papers
        return BallotTally(
            self.ballot.id,
            self.ballot.title,
            measure_of(self.ballot),
            self.field,
            tuple(self.rounds),
            status,
            elected,
            () if elected else left,
            papers.blank() if papers else Fraction(0),
            papers.profile.total() if papers and not self.counter.from_tallies else None,
            tuple(self._notes(status)),
        )

    def _notes(self, status: Status) -> list[str]:
        notes = []
        if self.counter.stands_in() and len(self.rounds) > 1:
            notes.append(
                f"'{self.ballot.id}' is taken afresh in every round; the rankings in the file stand in for that."
            )
        if self.counter.from_tallies:
            listed = ", ".join(self.counter.from_tallies)
            notes.append(
                f"Published votes, not papers, stand for: {listed}. Transfers there are worked out from gains between rounds."
            )
        silent = [b for b in self.ballot.bodies if b not in (*self.counter.with_papers, *self.counter.from_tallies)]
        if silent:
            notes.append(f"There are no votes of: {', '.join(silent)}.")
        if status == "another vote":
            notes.append(f"A further vote is needed, among {', '.join(self.rounds[-1].continuing)} less who went out.")
        return notes
