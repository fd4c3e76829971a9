"""The simulated ballot and the exact count agree, ballot for ballot, for every ballot of every rulebook that ships."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whipcount.ballots import Profile
from whipcount.count import TiePlan, count
from whipcount.forecast import RankedPapers, run_ballot
from whipcount.rules import Ballot, load, names

NAMES = ("Ash", "Birch", "Cedar", "Dogwood", "Elm")


def every_ballot() -> list[tuple[str, Ballot]]:
    found = {}
    for name in names():
        for version in load(name).versions:
            for ballot in version.ballots:
                key = ballot.model_dump_json(exclude={"source", "confidence", "note", "says", "title", "id"})
                found.setdefault(key, (f"{name}@{version.since}:{ballot.id}", ballot.model_copy(update={"ties": ()})))
    return list(found.values())


BALLOTS = every_ballot()


@st.composite
def papers(draw: st.DrawFn, ballot: Ballot):
    """(profile, RankedPapers, groups) of a random profile with two to five candidates."""
    c = draw(st.integers(2, 5))
    rankings = [p for k in range(1, c + 1) for p in permutations(range(c), k)]
    chosen = draw(st.lists(st.sampled_from(rankings), min_size=1, max_size=12, unique=True))
    units = ["north", "south", "west"] if ballot.units else [""]
    groups = [(s, u) for s in range(len(ballot.sections)) for u in units]
    weights = np.array(
        [[draw(st.integers(0, 40)) for _ in chosen] for _ in groups],
        dtype=float,
    )
    for row in weights:
        if not row.any():
            row[0] = 1
    rows = [
        (tuple(NAMES[i] for i in ranking), int(weights[g, r]), ballot.sections[s].body, u)
        for g, (s, u) in enumerate(groups)
        for r, ranking in enumerate(chosen)
        if weights[g, r]
    ]
    profile = Profile.from_rankings(rows, candidates=NAMES[:c])
    width = max(map(len, chosen))
    table = np.array([list(r) + [-1] * (width - len(r)) for r in chosen])
    return profile, RankedPapers(table, weights[None], c), [s for s, _ in groups]


@pytest.mark.parametrize(("name", "ballot"), BALLOTS, ids=[n for n, _ in BALLOTS])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_same_winner_same_rounds_same_survivors(name: str, ballot: Ballot, data: st.DataObject) -> None:
    profile, simulated, groups = data.draw(papers(ballot))
    c = len(profile.candidates)
    order = np.array([data.draw(st.permutations(range(c)))])
    favoured = tuple(profile.candidates[i] for i in np.argsort(order[0]))
    electors = data.draw(st.integers(0, 60)) + int(profile.total())
    spread = {s.body: 0 for s in ballot.sections} | {ballot.sections[0].body: electors}
    plan = TiePlan(rules=("order",), order=favoured)
    exact = count(profile, ballot, entitled=spread, ties=plan).ballots[0]
    field = np.ones((1, c), bool)
    fast = run_ballot(ballot, simulated, field, order, groups, entitled=electors)
    winner = None if fast.winner[0] < 0 else profile.candidates[fast.winner[0]]
    assert winner == exact.winner, exact.rounds
    if exact.status == "goes on":
        assert {n for n, on in zip(profile.candidates, fast.left[0], strict=True) if on} == set(exact.left)
    if exact.status == "elected":
        assert fast.rounds[0] == len(exact.rounds)
        last = exact.rounds[-1]
        shares = [float(last.shares.get(n, 0)) for n in profile.candidates]
        assert np.allclose(fast.final[0], shares, atol=1e-9)


def test_one_candidate_is_certain() -> None:
    for _, ballot in BALLOTS:
        sections = len(ballot.sections)
        simulated = RankedPapers(np.array([[0]]), np.ones((3, sections, 1)), 2)
        field = np.tile([True, False], (3, 1))
        result = run_ballot(ballot, simulated, field, np.tile([0, 1], (3, 1)), entitled=3)
        assert (result.winner == 0).all() or (ballot.leaves > 1 and result.left[:, 0].all())


def test_relabelling_candidates_relabels_the_winner() -> None:
    rng = np.random.default_rng(5)
    rankings = np.array(list(permutations(range(4))))
    weights = rng.integers(0, 30, (200, 1, len(rankings))).astype(float) + rng.random((200, 1, len(rankings)))
    swap = np.array([2, 0, 3, 1])
    ballot = load("av").versions[0].ballots[0]
    order, field = np.tile(np.arange(4), (200, 1)), np.ones((200, 4), bool)
    first = run_ballot(ballot, RankedPapers(rankings, weights, 4), field, order).winner
    second = run_ballot(ballot, RankedPapers(swap[rankings], weights, 4), field, order).winner
    assert (swap[first] == second).all()
    assert len(set(first)) > 1
