"""What holds for every count, whatever the papers: votes are kept, names and order of rows do not matter."""

from fractions import Fraction

from count_making import make_ballot
from hypothesis import given, settings
from hypothesis import strategies as st

from whipcount.ballots import Profile
from whipcount.count import TiePlan, count
from whipcount.count.pairwise import pairwise

NAMES = ("A", "B", "C", "D", "E")
SECTIONS = ("caucus", "members", "affiliates")
WEIGHTS = ("2/5", "2/5", "1/5")

mark = st.one_of(st.sampled_from(NAMES), st.none(), st.frozensets(st.sampled_from(NAMES), min_size=2, max_size=3))
messy = st.lists(mark, max_size=6).map(tuple)
clean = st.permutations(NAMES).flatmap(lambda p: st.integers(0, 5).map(lambda k: tuple(p[:k])))
weights = st.one_of(st.integers(1, 50), st.fractions(min_value="1/12", max_value=9, max_denominator=12))


def rows(ranking, sections=("",)):
    return st.lists(st.tuples(ranking, weights, st.sampled_from(sections)), min_size=1, max_size=25)


rulings = st.sampled_from(
    [
        {},
        {"rounds": {"batch": True}},
        {"rounds": {"until": 2}},
        {"rounds": {"until": 3, "batch": True}},
        {"wins": [{"share": "1/2", "compare": "more than", "of": "valid"}]},
        {"wins": [], "rounds": {"out": "none", "at_most": 1}},
        {"rounds": {"out": "all but", "keep": 2, "at_most": 2}},
        {"wins": [{"share": "2/3", "of": "cast"}]},
        {"leaves": 2},
        {"leaves": 2, "rounds": {"floors": [{"needs": {"count": 20}}]}},
        {"marks": {"overvote": "exhaust"}},
        {"marks": {"overvote": "skip", "skipped": 0}},
        {"marks": {"duplicate": "exhaust", "skipped": 1}},
        {"paper": "single"},
    ]
)
LOT = TiePlan(rules=("latest difference", "seeded lot"), seed="laws")


def of(made):
    return Profile.from_rankings(made, candidates=NAMES)


@given(rows(messy), rulings)
@settings(deadline=None)
def test_no_vote_is_lost_or_made_in_any_round(made, changes):
    profile = of(made)
    tally = count(profile, make_ballot(**changes), ties=LOT)
    (ballot,) = tally.ballots
    for one in tally.rounds:
        active = sum(one.totals.values(), Fraction(0))
        assert active + sum(one.inactive_in_all.values()) + ballot.blank == profile.total()
    for before, after in zip(tally.rounds, tally.rounds[1:], strict=False):
        moved = before.transfers
        for name, had in before.totals.items():
            gained = sum((to.get(name, Fraction(0)) for to in moved.values()), Fraction(0))
            lost = sum(moved.get(name, {}).values(), Fraction(0))
            assert had + gained - lost == after.totals.get(name, 0)
        for cause, n in before.inactive_in_all.items():
            assert n + sum(to.get(cause, Fraction(0)) for to in moved.values()) == after.inactive_in_all[cause]


@given(rows(messy), rulings)
@settings(deadline=None)
def test_eliminated_never_return_and_the_winner_was_in(made, changes):
    tally = count(of(made), make_ballot(**changes), ties=LOT)
    for before, after in zip(tally.rounds, tally.rounds[1:], strict=False):
        assert set(after.continuing) == set(before.continuing) - {*before.eliminated, *before.withdrew}
    if tally.winner is not None:
        assert tally.winner in tally.rounds[-1].continuing


@given(rows(messy), rulings, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_rows_is_irrelevant_to_the_byte(made, changes, random):
    shuffled = list(made)
    random.shuffle(shuffled)
    ballot = make_ballot(**changes)
    assert count(of(made), ballot, ties=LOT).to_json() == count(of(shuffled), ballot, ties=LOT).to_json()


@given(rows(messy), rulings)
@settings(deadline=None)
def test_doubling_all_votes_doubles_all_tallies(made, changes):
    if "floors" in changes.get("rounds", {}):
        return
    ballot = make_ballot(**changes)
    once, twice = (count(of([(r, w * k, s) for r, w, s in made]), ballot, ties=LOT) for k in (1, 2))
    assert once.winner == twice.winner
    doubled = [{n: 2 * t for n, t in one.totals.items()} for one in once.rounds]
    assert [dict(one.totals) for one in twice.rounds] == doubled


@given(rows(clean), rulings, st.permutations(NAMES))
@settings(deadline=None)
def test_relabelling_the_candidates_relabels_the_result(made, changes, names):
    """With ties broken by an order that is relabelled too."""
    new = dict(zip(NAMES, names, strict=True))
    renamed = [(tuple(new[n] for n in ranking), w, s) for ranking, w, s in made]
    ballot = make_ballot(**changes)
    old = count(of(made), ballot, ties=TiePlan(rules=("order",), order=NAMES))
    other = count(of(renamed), ballot, ties=TiePlan(rules=("order",), order=tuple(new[n] for n in NAMES)))
    assert other.winner == (old.winner and new[old.winner])
    for one, same in zip(old.rounds, other.rounds, strict=True):
        assert {new[n]: t for n, t in one.totals.items()} == dict(same.totals)


@given(st.lists(st.tuples(st.just(("A",)), weights), min_size=1), rulings)
@settings(deadline=None)
def test_one_candidate_is_certain(made, changes):
    assert count(Profile.from_rankings(made), make_ballot(**changes), ties=LOT).winner == "A"


COLLEGE = make_ballot(
    sections=[{"body": b, "weight": w} for b, w in zip(SECTIONS, WEIGHTS, strict=True)],
)
KEPT = make_ballot(sections=[s.model_dump(mode="json") for s in COLLEGE.sections], exhausted="stay")


@given(rows(clean.filter(bool), SECTIONS))
@settings(deadline=None)
def test_weighted_sections_sum_to_one(made):
    complete = [*made, *((("A",), 1, section) for section in SECTIONS)]
    tally = count(of(complete), COLLEGE, ties=LOT)
    for one in tally.rounds:
        voting = [s for s in SECTIONS if sum(one.votes[s].values())]
        weight = sum(Fraction(w) for s, w in zip(SECTIONS, WEIGHTS, strict=True) if s in voting)
        assert sum(one.totals.values()) == weight
    assert sum(tally.rounds[0].totals.values()) == 1


@given(rows(clean.filter(bool), SECTIONS))
@settings(deadline=None)
def test_where_exhausted_votes_stay_in_the_base_no_share_of_anybody_grows_but_by_transfers(made):
    complete = [*made, *((("A",), 1, section) for section in SECTIONS)]
    tally = count(of(complete), KEPT, ties=LOT)
    for before, after in zip(tally.rounds, tally.rounds[1:], strict=False):
        assert sum(after.totals.values()) <= sum(before.totals.values()) <= 1
        for link in before.links:
            assert link.before == link.after


@given(rows(clean, SECTIONS), st.sampled_from([COLLEGE, KEPT]))
@settings(deadline=None)
def test_links_add_up_to_tallies_on_both_sides(made, ballot):
    """The flow of transfers has, at its worth in each round, exactly the heights of the rounds' tallies."""
    complete = [*made, *((("A",), 1, section) for section in SECTIONS)]
    tally = count(of(complete), ballot, ties=LOT)
    for before, after in zip(tally.rounds, tally.rounds[1:], strict=False):
        for name, had in before.totals.items():
            assert sum((x.before for x in before.links if x.source == name), Fraction(0)) == had
        for name, has in after.totals.items():
            assert sum((x.after for x in before.links if x.target == name), Fraction(0)) == has


@given(
    st.lists(
        st.tuples(clean.filter(bool), st.integers(1, 300), st.just("members"), st.sampled_from("RSTUV")),
        min_size=1,
        max_size=30,
    )
)
@settings(deadline=None)
def test_points_of_ridings_sum_to_what_ridings_have(made):
    plain = make_ballot(sections=[{"body": "members"}], units={})
    capped = make_ballot(sections=[{"body": "members"}], units={"cap": "votes"})
    profile = of(made)
    votes = profile.totals()
    assert sum(count(profile, plain, ties=LOT).rounds[0].totals.values()) == 100 * len(votes)
    assert sum(count(profile, capped, ties=LOT).rounds[0].totals.values()) == sum(min(100, n) for n in votes.values())


@given(rows(clean))
@settings(deadline=None)
def test_a_condorcet_winner_is_alone_in_the_smith_set(made):
    found = pairwise(of(made), make_ballot())
    inside = set(found.smith_set)
    assert inside
    assert all(found.beats(one, other) for one in inside for other in set(NAMES) - inside)
    assert (len(inside) == 1) == (found.condorcet_winner is not None)
