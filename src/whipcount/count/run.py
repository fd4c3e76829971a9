"""Counting a ballot, or the ballots of a path, round by round until the rules say that it is over.

In: a `Profile` (or one for each round, or for each ballot), a `rules.Ballot` or `rules.Version`, and what the rules need beside
the papers: electors, withdrawals, how to break ties. Out: a `Tally`. Every decision is `decide`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from whipcount.ballots import Profile
from whipcount.count.engine import Counting, Given, Withdrawals, tallies_for
from whipcount.count.options import options
from whipcount.count.published import PublishedTallies
from whipcount.count.standing import Tie
from whipcount.count.tally import BallotTally, Status, Tally
from whipcount.count.ties import Place, TiePlan, Undecided, break_tie
from whipcount.count.totals import measure_of
from whipcount.errors import TieUnresolved
from whipcount.rules import Ballot, Version

MOST_OUTCOMES = 2000
"""Ways of breaking ties that are followed under rule 'all'."""


def count(
    profile: Profile | Sequence[Profile],
    ballot: Ballot,
    *,
    entitled: Mapping[str, int] | None = None,
    cast: Mapping[str, int] | None = None,
    withdrawals: Withdrawals | None = None,
    ties: TiePlan | None = None,
    tallies: PublishedTallies | None = None,
    section: str | None = None,
    rulebook: str = "",
) -> Tally:
    """Count one ballot.

    Several profiles are the fresh votes of its rounds, in order (`paper: single`). `section` says that a whole file is one section.
    `tallies` are published votes of sections without papers. Raises `TieUnresolved` for a tie that no rule breaks, `UsageError`
    for sections that the ballot does not have, and for thresholds whose base is not given.
    """
    given = Given(entitled or {}, cast or {}, {"": withdrawals or {}}, ties or TiePlan(), tallies, section)
    files = (profile,) if isinstance(profile, Profile) else tuple(profile)

    def attempt(plan: TiePlan) -> tuple[BallotTally, ...]:
        return (Counting(ballot, files, replace(given, ties=plan)).run(),)

    return replace(explore(attempt, given.ties, files, rulebook), options=options(given, {"ballot": ballot.id}))


def count_path(
    profiles: Profile | Mapping[str, Sequence[Profile]],
    version: Version,
    opening: str | None = None,
    *,
    given: Given | None = None,
    rulebook: str = "",
) -> Tally:
    """Count the ballots that follow an opening, each with its own papers or all with the same rankings.

    `profiles`: one profile, whose rankings serve every ballot, or papers by ballot id (several: one for each round).
    A ballot for which there are no papers ends the count with 'another vote'. Raises as `count` does.
    """
    given = given or Given()
    path = version.path(opening)
    files = (profiles,) if isinstance(profiles, Profile) else tuple(p for some in profiles.values() for p in some)

    def papers(ballot: Ballot) -> tuple[Profile, ...]:
        return (profiles,) if isinstance(profiles, Profile) else tuple(profiles.get(ballot.id, ()))

    def attempt(plan: TiePlan) -> tuple[BallotTally, ...]:
        return _path(path, papers, replace(given, ties=plan))

    tally = explore(attempt, given.ties, files, rulebook)
    bodies = {b.bodies for b in path if b.id in {done.id for done in tally.ballots}}
    if isinstance(profiles, Profile) and len(bodies) > 1:
        tally = replace(tally, notes=(*tally.notes, "The same papers were counted in ballots of different bodies."))
    return replace(tally, options=options(given, {"opening": opening}))


def _path(
    path: tuple[Ballot, ...], papers: Callable[[Ballot], tuple[Profile, ...]], given: Given
) -> tuple[BallotTally, ...]:
    done: list[BallotTally] = []
    ties = given.ties
    for ballot in path:
        field, ties = _field(ballot, done, ties)
        found = papers(ballot)
        if done and not found and tallies_for(given, ballot) is None:
            done.append(_without_papers(ballot, field, given.withdrawals.get(ballot.id, {}).get(0, ())))
            break
        counting = Counting(ballot, found, replace(given, ties=ties), field, first=not done)
        done.append(counting.run())
        ties = replace(ties, choices=ties.choices[counting.chosen :])
        over = done[-1].status == "nobody" and ballot.if_none == "vacancy"
        if done[-1].status in {"elected", "another vote"} or over:
            break
    return tuple(done)


def _without_papers(ballot: Ballot, field: tuple[str, ...] | None, withdrew: Sequence[str]) -> BallotTally:
    """A ballot that is still to be held, or that is not needed because only one candidate is left."""
    left = tuple(n for n in field or () if n not in withdrew)
    measure, whole = measure_of(ballot), field or ()
    if len(left) == 1:
        why = f"'{ballot.id}' was not needed: {left[0]} is the only candidate left."
        return BallotTally(ballot.id, ballot.title, measure, whole, (), "elected", left[0], notes=(why,))
    why = f"There are no papers for '{ballot.id}'."
    return BallotTally(ballot.id, ballot.title, measure, whole, (), "another vote", left=left, notes=(why,))


def _field(ballot: Ballot, done: list[BallotTally], ties: TiePlan) -> tuple[tuple[str, ...] | None, TiePlan]:
    """Who is on the paper (None for whoever the papers name), and the tie plan with the answers that this used gone."""
    if not done or ballot.field == "reopened":
        return None, ties
    if ballot.field == "same":
        return done[-1].left, ties
    assert ballot.field_top is not None
    last = done[-1].rounds[-1]
    ordered = sorted(last.totals, key=lambda n: -last.totals[n])
    if len(ordered) <= ballot.field_top:
        return last.continuing, ties
    line = last.totals[ordered[ballot.field_top - 1]]
    sure = [n for n in ordered if last.totals[n] > line]
    level = tuple(n for n in last.totals if last.totals[n] == line)
    broken = None
    if len(sure) + len(level) > ballot.field_top:
        earlier = tuple(r.totals for r in done[-1].rounds[:-1])
        tie = Tie("stays", level, ballot.field_top - len(sure))
        broken = break_tie(tie, ballot.ties, ties, Place(done[-1].id, last.number, earlier))
        level = broken.favoured
        rounds = (*done[-1].rounds[:-1], replace(last, ties=(*last.ties, broken)))
        done[-1] = replace(done[-1], rounds=rounds)
    if broken is not None and "all" in broken.rule:
        ties = replace(ties, choices=ties.choices[1:])
    return tuple(n for n in last.totals if n in {*sure, *level}), ties


def explore(
    attempt: Callable[[TiePlan], tuple[BallotTally, ...]], plan: TiePlan, files: Sequence[Profile], rulebook: str
) -> Tally:
    """Count once; where rule 'all' met ties, once for every way of breaking them."""
    waiting: list[tuple[tuple[str, ...], ...]] = [plan.choices]
    found: list[tuple[BallotTally, ...]] = []
    while waiting:
        choices = waiting.pop(0)
        try:
            found.append(attempt(replace(plan, choices=choices)))
        except Undecided as tie:
            waiting = [*((*choices, option) for option in tie.options), *waiting]
        if len(waiting) + len(found) > MOST_OUTCOMES:
            raise TieUnresolved(f"The ties can be broken in more than {MOST_OUTCOMES:,} ways; give a rule for them.")
    return _tally(found, files, rulebook)


def _tally(found: list[tuple[BallotTally, ...]], files: Sequence[Profile], rulebook: str) -> Tally:
    ballots = found[0]
    winners = {done[-1].winner for done in found}
    status: Status = ballots[-1].status if len(winners) == 1 else "depends on a tie"
    possible = tuple(sorted(winners, key=lambda w: (w is None, w or ""))) if len(found) > 1 else ()
    rejected = sum(p.rejected for p in files)
    notes = tuple(dict.fromkeys(note for ballot in ballots for note in ballot.notes))
    if rejected:
        told = (
            "1 ballot could not be read and is" if rejected == 1 else f"{rejected:,} ballots could not be read and are"
        )
        notes = (*notes, f"{told} counted nowhere.")
    if len(found) > 1:
        notes = (*notes, f"Ties: {len(found):,} outcomes were followed; the rounds shown are those of the first.")
    return Tally(
        rulebook,
        ballots,
        status,
        next(iter(winners)) if len(winners) == 1 else None,
        "+".join(dict.fromkeys(p.sha256 for p in files if p.sha256)),
        "+".join(dict.fromkeys(p.source for p in files if p.source)),
        rejected,
        possible,
        notes,
    )
