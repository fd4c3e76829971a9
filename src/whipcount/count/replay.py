"""Published rounds put through the rules: do the rules say what happened?

In: a `contest.Result` and the `rules.Version` that governed it. Out: a `Replay` that lists, round by round, recomputed totals beside the
published ones, who goes out by the rules and who went out, and who wins. What does not agree is in `problems`; what could
not be checked, because it was not published, is in `unchecked`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from whipcount.contest.result import BallotResult, Result, Round, Vote
from whipcount.count.decide import decide
from whipcount.count.restate import restate
from whipcount.count.standing import Decision, Standing, Tie
from whipcount.count.words import decimal, names
from whipcount.errors import NotFound, UsageError
from whipcount.rules import Ballot, Confidence, Version


@dataclass(frozen=True)
class RoundReplay:
    """One published round as the rules see it. `totals` are recomputed, `published` as printed, both in percent."""

    ballot: str
    number: int
    totals: Mapping[str, Fraction] = field(default_factory=dict)
    published: Mapping[str, Fraction] = field(default_factory=dict)
    decision: Decision | None = None
    out: tuple[str, ...] = ()
    withdrew: tuple[str, ...] = ()

    @property
    def difference(self) -> Fraction:
        """The largest difference between a recomputed and a published total, in percentage points."""
        return max((abs(self.totals[n] - p) for n, p in self.published.items()), default=Fraction(0))


@dataclass(frozen=True)
class Replay:
    """A contest's published rounds under its rules.

    `winner` is who wins by the rules, None if nobody does or the rounds do not tell.
    """

    id: str
    rounds: tuple[RoundReplay, ...]
    winner: str | None
    problems: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing speaks against the rulebook."""
        return not self.problems


def replay(result: Result, version: Version) -> Replay:
    """Put every published round of a contest through the rules of `version`."""
    run = _Replay(result, version)
    for ballot, after in zip(result.ballots, (*result.ballots[1:], None), strict=False):
        run.ballot(ballot, after)
    for vote in result.votes_on_leader:
        run.vote(vote)
    if result.ballots and run.winner != result.winner and not run.problems and run.told:
        run.problems.append(f"by the rules {run.winner or 'nobody'} wins; published: {result.winner or 'nobody'}")
    return Replay(result.id, tuple(run.rounds), run.winner, tuple(run.problems), tuple(run.unchecked))


class _Replay:
    """A replay under way."""

    def __init__(self, result: Result, version: Version) -> None:
        self.result, self.version = result, version
        self.rounds: list[RoundReplay] = []
        self.problems: list[str] = []
        self.unchecked: list[str] = []
        self.winner: str | None = None
        self.after: Ballot | None = None
        """The ballot that was held after the one at hand."""
        self.told = False
        """Whether the last ballot's rounds tell who won."""

    def ballot(self, published: BallotResult, after: BallotResult | None) -> None:
        clause = self.version.clause(published.ballot)
        if not isinstance(clause, Ballot):
            self.problems.append(f"'{published.ballot}' is no ballot of these rules")
            return
        found = self.version.clause(after.ballot) if after else None
        self.after = found if isinstance(found, Ballot) else None
        self.told = False
        if published.unopposed:
            self.winner, self.told = published.elected, True
            self.unchecked.append(f"{clause.id}: not held, {published.elected} was unopposed")
            return
        if not published.rounds:
            self.winner = published.elected
            self.unchecked.append(f"{clause.id}: no round is published")
            return
        self._rounds(clause, published)

    def _rounds(self, clause: Ballot, published: BallotResult) -> None:
        elected: str | None = None
        decision: Decision | None = None
        left: tuple[str, ...] = ()
        for number, one in enumerate(published.rounds, 1):
            where = f"{clause.id}, round {number}"
            if decision is not None and decision.ended:
                self.problems.append(f"{where}: by the rules the ballot had ended ({decision.reason})")
            standing = self._standing(clause, published, number, elected, where)
            decision = self._decision(clause, published, one, standing, where) if standing else None
            self._note(clause, number, one, standing, decision, where)
            elected = elected or (decision.elected if decision else None)
            if standing is not None:
                gone = {*one.out, *one.withdrew}
                left = tuple(n for n in standing.totals if n not in gone)
                self._next(published, number, left, where)
        self._end(clause, published, elected, decision, left)

    def _standing(
        self, clause: Ballot, published: BallotResult, number: int, elected: str | None, where: str
    ) -> Standing | None:
        try:
            return restate(clause, published.rounds, number, self.result.entitled, elected)
        except UsageError as why:
            self.unchecked.append(f"{where}: {why}")
            return None

    def _decision(
        self, clause: Ballot, published: BallotResult, one: Round, standing: Standing, where: str
    ) -> Decision | None:
        settled: dict[Tie, tuple[str, ...]] = {}
        try:
            while True:
                decision = decide(clause, standing, settled)
                if decision.tie is None:
                    return decision
                settled[decision.tie] = self._as_happened(decision.tie, published, one)
                self.unchecked.append(f"{where}: a tie over {decision.tie.words()}, settled as it went")
        except UsageError as why:
            self.unchecked.append(f"{where}: {why}")
            return None

    def _as_happened(self, tie: Tie, published: BallotResult, one: Round) -> tuple[str, ...]:
        if tie.question == "wins":
            found = tuple(n for n in tie.tied if n == published.elected)
        else:
            found = tuple(n for n in tie.tied if n not in one.out)
        if len(found) != tie.places:
            raise UsageError(f"a tie over {tie.words()}, and what was published does not settle it.")
        return found

    def _note(
        self, clause: Ballot, number: int, one: Round, standing: Standing | None, decision: Decision | None, where: str
    ) -> None:
        totals = _percent(standing) if standing else {}
        compared = {n: p for n, p in one.total.items() if n in totals}
        found = RoundReplay(clause.id, number, totals, compared, decision, one.out, one.withdrew)
        self.rounds.append(found)
        for name, figure in compared.items():
            if abs(totals[name] - figure) > self.result.tolerance:
                self.problems.append(
                    f"{where}: {name} has {decimal(totals[name], 4)} % by the rules; published: {decimal(figure, 4)} %"
                )
        if decision is not None and standing is not None:
            self._compare_out(one, standing, decision, where)

    def _below_next_field(self, decision: Decision, standing: Standing) -> tuple[str, ...]:
        """Whom the next ballot leaves out, where it takes the first few of this one."""
        if not decision.ended or decision.elected or self.after is None or self.after.field_top is None:
            return ()
        ordered = sorted(standing.totals, key=lambda n: -standing.totals[n])
        return tuple(ordered[self.after.field_top :])

    def _compare_out(self, one: Round, standing: Standing, decision: Decision, where: str) -> None:
        """Who leaves of their own will may be the one whom the rules would have put out."""
        by_rules, gone = {*decision.out, *self._below_next_field(decision, standing)}, {*one.out, *one.withdrew}
        if odd := sorted(set(one.out) - by_rules):
            self.problems.append(f"{where}: {names(odd)} went out; by the rules: {decision.reason}")
        if (missed := sorted(by_rules - gone)) and not (one.withdrew and not one.out):
            self.problems.append(f"{where}: by the rules {names(missed)} goes out, and did not")

    def _next(self, published: BallotResult, number: int, left: tuple[str, ...], where: str) -> None:
        if number == len(published.rounds):
            return
        named = {n for figures in published.rounds[number].votes.values() for n in figures}
        if named and named != set(left):
            self.problems.append(
                f"{where}: {names(left)} are left, but the next round is between {names(sorted(named))}"
            )

    def _end(
        self,
        clause: Ballot,
        published: BallotResult,
        elected: str | None,
        decision: Decision | None,
        left: tuple[str, ...],
    ) -> None:
        if decision is None:
            self.winner = published.elected
            self.unchecked.append(f"{clause.id}: the last round does not tell who wins")
            return
        if elected is None and not decision.ended and len(left) == 1:
            elected = left[0]
        self.winner, self.told = elected, True
        if clause.leaves > 1:
            self._compare_on(clause, published, decision, left)
        elif elected != published.elected:
            self.problems.append(
                f"{clause.id}: by the rules {elected or 'nobody'} is elected; published: {published.elected or 'nobody'}"
            )

    def _compare_on(self, clause: Ballot, published: BallotResult, decision: Decision, left: tuple[str, ...]) -> None:
        on = decision.goes_on or (left if len(left) <= clause.leaves else ())
        if published.went_on and set(on) != set(published.went_on):
            self.problems.append(
                f"{clause.id}: by the rules {names(on) or 'nobody'} go on; published: {names(published.went_on)}"
            )

    def vote(self, vote: Vote) -> None:
        """A vote on the leader: does the threshold say what happened?"""
        try:
            clause = self.version.clause(vote.clause)
        except NotFound as why:
            self.problems.append(str(why))
            return
        if not isinstance(clause, Confidence) or not clause.binding:
            self.unchecked.append(f"{vote.clause}: no threshold decides whether the leader stays")
            return
        support = vote.for_leader if clause.keeps is not None else vote.against
        base = _base(vote, clause)
        if support is None or base is None:
            self.unchecked.append(f"{vote.clause}: the figures of the vote of {vote.date} were not published")
            return
        met = clause.threshold.met(support, base)
        if (met if clause.keeps is not None else not met) != vote.kept:
            went = "stayed" if vote.kept else "did not stay"
            self.problems.append(f"{vote.clause}: with {support} of {base} the leader {went}, against the rule")


def _base(vote: Vote, clause: Confidence) -> int | None:
    parts = (vote.for_leader, vote.against)
    if clause.threshold.of == "entitled":
        return vote.entitled
    if None in parts:
        return None
    valid = sum(p or 0 for p in parts)
    return valid + (vote.others or 0) if clause.threshold.of == "cast" else valid


def _percent(standing: Standing) -> dict[str, Fraction]:
    whole = standing.bases.continuing if standing.measure != "share" else Fraction(1)
    return {n: t / whole * 100 if whole else Fraction(0) for n, t in standing.totals.items()}
