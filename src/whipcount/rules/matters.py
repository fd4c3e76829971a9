"""For whom a change of a rule matters, from which way it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from whipcount.rules.clauses import Ballot, Confidence, Nomination, Petition
from whipcount.rules.language import Route, Threshold
from whipcount.rules.words import Names

Sizes = Mapping[str, int]
NOTIONAL = 1000
"""The size of a body on which two thresholds are compared where its own is not known."""


def of_vote(old: Confidence | None, new: Confidence | None, names: Names, sizes: Sizes) -> Iterator[str]:
    """For whom a vote on the leader that is new, gone or changed matters."""
    if old is None and new is not None:
        yield (
            "the leader, who can lose the office by it"
            if new.binding
            else "the leader, who can be shown to have lost support"
        )
        if new.binding and new.keeps is not None and _is_high(new.keeps):
            yield f"a minority of {names.body(new.body)}, which can remove the leader"
    elif new is None:
        yield "opponents of the leader, who lose this way"
    elif old is not None:
        yield from _moved(old, new, names, sizes)


def _is_high(needs: Threshold) -> bool:
    return needs.people(NOTIONAL) > NOTIONAL // 2 + 1


def _moved(old: Confidence, new: Confidence, names: Names, sizes: Sizes) -> Iterator[str]:
    n = sizes.get(new.body, NOTIONAL)
    was, now = old.needed(n)[0], new.needed(n)[0]
    who = names.body(new.body)
    if now > was:
        yield "the leader, who needs more"
        yield f"opponents among {who}, " + (
            "a minority of whom is now enough" if now > n // 2 + 1 else "who need fewer"
        )
    if now < was:
        yield "the leader, who needs fewer"
        yield f"opponents among {who}, who need more"
    if old.threshold.of != new.threshold.of:
        counts = (
            "does not count"
            if new.threshold.of != "entitled"
            else "counts for the leader"
            if new.removes
            else "counts against the leader"
        )
        yield f"those who stay away, whose absence now {counts}"
    if old.binding != new.binding:
        yield "the leader, for whom losing " + ("now has consequences" if new.binding else "no longer has consequences")
    if old.leader_may_stand != new.leader_may_stand or old.immunity_months != new.immunity_months:
        yield "the leader"
    if old.moved_by != new.moved_by:
        yield "those who want a vote" + _easier(old.moved_by, new.moved_by, n)
    if old.when != new.when or old.motion != new.motion or old.circumstance != new.circumstance:
        yield "whoever picks the moment"


def _easier(old: Threshold | None, new: Threshold | None, n: int) -> str:
    if old is None or new is None:
        return ""
    was, now = old.people(n), new.people(n)
    return ", who need more" if now > was else ", who need fewer" if now < was else ""


def of_petition(old: Petition | None, new: Petition | None, sizes: Sizes) -> Iterator[str]:
    """For whom a petition that is new, gone or changed matters."""
    shown = new or old
    who = "a challenger" if shown is not None and shown.nominates else "those who want a contest"
    if old is None:
        yield f"{who}, who can force it"
        yield "the leader, who can be challenged by it"
    elif new is None:
        yield f"{who}, who lose this way"
    else:
        yield who + _easier(old.needs, new.needs, sizes.get(new.body, NOTIONAL))


def of_nomination(old: Nomination | None, new: Nomination | None, sizes: Sizes) -> Iterator[str]:
    """For whom a change in getting on the paper matters."""
    was, now = (_share(c.needs, sizes) if c is not None and c.needs is not None else 0.0 for c in (old, new))
    if now > was:
        yield "a candidate with few backers, who finds it harder to get on the paper"
    elif now < was:
        yield "a candidate with few backers, who finds it easier to get on the paper"
    else:
        yield "candidates"
    if old is not None and new is not None and old.incumbent != new.incumbent:
        yield "the leader"


def _share(route: Route, sizes: Sizes) -> float:
    """How hard a route is, as the largest share of a body that every way on it asks for."""
    if route.body is not None and route.needs is not None:
        size = sizes.get(route.body, NOTIONAL)
        return route.needs.people(size) / size
    parts = [_share(part, sizes) for part in route.all or route.any]
    # A second condition makes a route harder even where its share is the smaller one.
    return max(parts) + 1e-6 * len(parts) if route.all else min(parts)


def of_count(old: Ballot, new: Ballot) -> Iterator[str]:
    """For whom a change in the count matters."""
    if old.paper != new.paper and new.paper == "ranked":
        yield "candidates who are the second choice of many"
    if old.paper != new.paper and new.paper == "single":
        yield "candidates who lead on first choices, and whoever bargains between rounds"
    if _measures(old) != _measures(new):
        yield "the first in the count"
    if old.rounds != new.rounds or old.leaves != new.leaves:
        yield "candidates in the middle of the field"
    if (old.field, old.field_top) != (new.field, new.field_top):
        yield "those who wait for a second ballot"


def _measures(ballot: Ballot) -> list[object]:
    """What it takes to win, whatever it is a share of."""
    needs = [*ballot.wins, *([ballot.lead] if ballot.lead else [])]
    return [(n.share, n.count, n.compare, n.plus) for n in needs]
