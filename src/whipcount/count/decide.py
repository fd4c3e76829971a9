"""The heart of a count: what the rules say of one round, given its exact tallies.

In: a `rules.Ballot` and a `Standing`. Out: a `Decision`. Nothing else is looked at, so the same function decides
counts of papers, replays of published results and, ballot for ballot, what the simulation must agree with. The order
of the tests is law; `docs/count.md` states it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from whipcount.count.standing import Bases, Decision, Question, Settled, Standing, Tie
from whipcount.count.words import names, number, threshold
from whipcount.errors import UsageError
from whipcount.rules import Ballot, Threshold

HALF = Fraction(1, 2)


class _Open(Exception):
    """A tie that has not been settled: it ends the tests."""

    def __init__(self, tie: Tie) -> None:
        self.tie = tie


class _Ties:
    """Answers to ties, and a note of those that were asked for."""

    def __init__(self, settled: Settled) -> None:
        self.settled = settled
        self.used: list[Tie] = []

    def ask(self, question: Question, tied: tuple[str, ...], places: int) -> tuple[str, ...]:
        tie = Tie(question, tied, places)
        if tie not in self.settled:
            raise _Open(tie)
        self.used.append(tie)
        return self.settled[tie]

    def first(self, standing: Standing, places: int) -> tuple[str, ...]:
        """The `places` candidates with the largest tallies; a tie across the line is asked for."""
        ordered = sorted(standing.totals, key=lambda n: -standing.totals[n])
        line = standing.totals[ordered[places - 1]]
        sure = [n for n in standing.totals if standing.totals[n] > line]
        level = tuple(n for n in standing.totals if standing.totals[n] == line)
        left = places - len(sure)
        return (*sure, *(level if left == len(level) else self.ask("stays", level, left)))


def decide(ballot: Ballot, standing: Standing, settled: Settled | None = None) -> Decision:
    """What the rules say of this round. `settled` holds the ties that have been broken.

    A tie that is not in `settled` comes back in `Decision.tie`; break it and call again with it. Raises `UsageError`
    where a threshold's base is not known (electors not given) or has no meaning for this ballot.
    """
    if not standing.totals:
        return Decision("nobody", "No candidate is left.", ended=True)
    ties = _Ties(settled or {})
    try:
        decision = (
            _write_ins(ballot, standing)
            or _no_vote_needed(ballot, standing)
            or _win(ballot, standing, ties)
            or _last_two(ballot, standing, ties)
            or _last_round(ballot, standing, ties)
            or _who_goes_out(ballot, standing, ties)
        )
    except _Open as tied:
        return Decision("nobody", f"A tie: {tied.tie.words()}?", tie=tied.tie)
    return replace(decision, settled=tuple(ties.used))


def base_of(need: Threshold, bases: Bases) -> Fraction:
    """The base of a threshold in a round. Raises `UsageError` where it is not known."""
    found = {
        "continuing": bases.continuing,
        "valid": bases.valid,
        "cast": bases.cast,
        "entitled": bases.entitled,
    }.get(need.of)
    if found is not None:
        return found
    if need.count is not None:
        return Fraction(0)
    if need.of == "entitled":
        raise UsageError(
            "The rule counts a share of those entitled to vote, and their number is not known. Give it: --entitled BODY=N."
        )
    raise UsageError(f"The rule counts a share of '{need.of}', which is not known for this ballot.")


def _met(need: Threshold, tally: Fraction, standing: Standing) -> bool:
    if standing.measure == "share" and (need.count is not None or need.plus):
        raise UsageError(
            "The rule asks for a number of votes, but this ballot's tallies are shares of several sections."
        )
    return need.met(tally, base_of(need, standing.bases))


def _needed(need: Threshold, standing: Standing) -> str:
    return threshold(need, base_of(need, standing.bases), standing.measure)


def plain_majority(ballot: Ballot) -> bool:
    """Whether the bar is one that the larger of two tallies can only miss because papers ran out, or by a tie."""
    return (
        ballot.lead is None
        and bool(ballot.wins)
        and all(
            need.share is not None and need.share <= HALF and not need.plus and need.of in {"valid", "continuing"}
            for need in ballot.wins
        )
    )


def _write_ins(ballot: Ballot, standing: Standing) -> Decision | None:
    """Undeclared write-ins with votes go out first and alone, if another round can follow."""
    last = ballot.rounds.at_most is not None and standing.round >= ballot.rounds.at_most
    out = tuple(n for n in standing.totals if n in standing.write_ins and standing.totals[n] > 0)
    if not out or ballot.paper == "single" or last or len(out) == len(standing.totals):
        return None
    return Decision("write-ins", f"{names(out)}: undeclared write-ins go out first.", out=out)


def _no_vote_needed(ballot: Ballot, standing: Standing) -> Decision | None:
    declared = tuple(n for n in standing.totals if n not in standing.write_ins)
    if len(declared) == 1 and standing.elected is None:
        return Decision("unopposed", f"{declared[0]} is the only candidate left.", elected=declared[0], ended=True)
    if 1 < len(declared) <= ballot.leaves:
        why = f"No more than {ballot.leaves} are left: {names(declared)} go on."
        return Decision("unopposed", why, goes_on=declared, ended=True)
    return None


def _win(ballot: Ballot, standing: Standing, ties: _Ties) -> Decision | None:
    """Whether somebody wins the round; then also who goes out, if the ballot goes on all the same."""
    if ballot.leaves > 1:
        return None
    if standing.elected is not None:
        return _after_win(ballot, standing, ties, "")
    tally, first = _largest(standing)
    if not first or not _enough(ballot, standing, tally):
        return None
    winner = first[0] if len(first) == 1 else ties.ask("wins", first, 1)[0]
    won = replace(standing, elected=winner)
    return replace(_after_win(ballot, won, ties, _why(ballot, standing, winner)), elected=winner)


def _after_win(ballot: Ballot, standing: Standing, ties: _Ties, why: str) -> Decision:
    until = ballot.rounds.until
    if until is None or len(standing.totals) <= until:
        return Decision("wins", why or f"No more than {until} are left.", ended=True)
    further = _who_goes_out(ballot, standing, ties)
    kept = tuple(n for n in further.out if n != standing.elected)
    if not kept:
        return Decision("wins", why or "Nobody else can go out.", ended=True)
    return replace(further, test="wins" if why else further.test, reason=f"{why} {further.reason}".strip(), out=kept)


def _largest(standing: Standing) -> tuple[Fraction, tuple[str, ...]]:
    """The largest tally of anybody who may win, and all who have it."""
    may_win = [n for n in standing.totals if n not in standing.write_ins]
    tally = max((standing.totals[n] for n in may_win), default=Fraction(0))
    return tally, tuple(n for n in may_win if standing.totals[n] == tally)


def _enough(ballot: Ballot, standing: Standing, tally: Fraction) -> bool:
    if not all(_met(need, tally, standing) for need in ballot.wins):
        return False
    if ballot.lead is None:
        return True
    ordered = sorted(standing.totals.values(), reverse=True)
    ahead = tally - ordered[1] if len(ordered) > 1 else tally
    return _met(ballot.lead, ahead, standing)


def _why(ballot: Ballot, standing: Standing, winner: str) -> str:
    tally = number(standing.totals[winner], standing.measure)
    if not ballot.wins:
        return f"{winner} has the most votes ({tally})."
    needs = " and ".join(_needed(need, standing) for need in ballot.wins)
    lead = f", and leads by {_needed(ballot.lead, standing)}" if ballot.lead else ""
    return f"{winner} has {tally}: {needs}{lead}."


def _last_two(ballot: Ballot, standing: Standing, ties: _Ties) -> Decision | None:
    if ballot.leaves > 1 or len(standing.totals) != 2:
        return None
    if not plain_majority(ballot):
        if ballot.rounds.out == "none":
            return None
        return Decision("nobody", f"Of the last two nobody has what is needed: {_tallies(standing)}.", ended=True)
    _, first = _largest(standing)
    winner = first[0] if len(first) == 1 else ties.ask("wins", first, 1)[0]
    why = f"{winner} is first of the last two ({number(standing.totals[winner], standing.measure)})."
    return Decision("last two", why, elected=winner, ended=True)


def _last_round(ballot: Ballot, standing: Standing, ties: _Ties) -> Decision | None:
    at_most = ballot.rounds.at_most
    if at_most is None or standing.round < at_most:
        return None
    if ballot.leaves > 1:
        on = _in_order(standing, ties.first(standing, ballot.leaves))
        return Decision("last round", f"The first {ballot.leaves} go on: {names(on)}.", goes_on=on, ended=True)
    return Decision("last round", f"Nobody has what is needed: {_tallies(standing)}.", ended=True)


def _who_goes_out(ballot: Ballot, standing: Standing, ties: _Ties) -> Decision:
    found = _floors(ballot, standing) or _batch(ballot, standing) or _by_rule(ballot, standing, ties)
    left = tuple(n for n in standing.totals if n not in found.out)
    if found.out and ballot.leaves > 1 and len(left) <= ballot.leaves:
        return replace(found, goes_on=left, ended=True)
    return found


def _floors(ballot: Ballot, standing: Standing) -> Decision | None:
    """All who are below a floor of this round, unless that is everybody."""
    floors = [f.needs for f in ballot.rounds.floors if f.round in {None, standing.round}]
    below = tuple(
        name for name, tally in standing.totals.items() if not all(_met(need, tally, standing) for need in floors)
    )
    if not below or len(below) == len(standing.totals):
        return None
    needs = " and ".join(_needed(need, standing) for need in floors)
    return Decision("floor", f"{names(below)}: below the floor ({needs}).", out=below)


def _batch(ballot: Ballot, standing: Standing) -> Decision | None:
    """The largest set of last candidates whose tallies together are below the next one's."""
    rounds = ballot.rounds
    if not rounds.batch or rounds.out != "lowest":
        return None
    ordered = sorted(standing.totals, key=lambda n: standing.totals[n])
    stay = max(2, rounds.until or 0, ballot.leaves)
    size, together = 0, Fraction(0)
    for i in range(1, len(ordered) - stay + 1):
        together += standing.totals[ordered[i - 1]]
        if together < standing.totals[ordered[i]]:
            size = i
    if size < 2:
        return None
    out = _in_order(standing, ordered[:size])
    return Decision("batch", f"{names(out)} together are below {ordered[size]}.", out=out)


def _by_rule(ballot: Ballot, standing: Standing, ties: _Ties) -> Decision:
    rounds = ballot.rounds
    if rounds.out == "none":
        if ballot.paper == "single":
            return Decision("again", "Nobody goes out; the same candidates are voted on again.")
        return Decision("nobody", f"Nobody has what is needed: {_tallies(standing)}.", ended=True)
    places = rounds.keep if rounds.out == "all but" else len(standing.totals) - 1
    assert places is not None
    if len(standing.totals) <= places:
        why = f"No more than {places} are left and nobody has what is needed."
        return Decision("nobody", why, ended=True)
    stay = set(ties.first(standing, places))
    out = tuple(n for n in standing.totals if n not in stay)
    if rounds.out == "lowest":
        return Decision("lowest", f"{out[0]} is last ({number(standing.totals[out[0]], standing.measure)}).", out=out)
    return Decision("all but", f"All but the first {places} go out: {names(out)}.", out=out)


def _in_order(standing: Standing, some: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(n for n in standing.totals if n in set(some))


def _tallies(standing: Standing) -> str:
    ordered: Mapping[str, Fraction] = dict(sorted(standing.totals.items(), key=lambda item: -item[1]))
    return ", ".join(f"{name} {number(tally, standing.measure)}" for name, tally in ordered.items())
