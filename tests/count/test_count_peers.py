"""The same counts by other people's counters: pref_voting, pyrankvote and VoteKit, on random papers without ties.

Where ties arise the peers differ from each other and from any rulebook (they drop all the tied at once, or draw lots, or take
the order of the names), so that `untied` passes over profiles in which our count meets a tie.
"""

import random
import warnings

import pytest
from count_making import make_ballot

from whipcount.ballots import Profile
from whipcount.count import TiePlan, count
from whipcount.count.pairwise import pairwise
from whipcount.errors import TieUnresolved

AV = make_ballot()
BATCH = make_ballot(rounds={"batch": True})
FEW, MANY = 60, 3000
SLOW = 8
"""VoteKit takes about 0.15 s a profile: so many times fewer."""


def random_papers(rng, *, complete):
    """Distinct rankings with weights, over 3 to 6 candidates."""
    names = [f"N{i}" for i in range(rng.randint(3, 6))]
    papers = {}
    for _ in range(rng.randint(3, 30)):
        length = len(names) if complete else rng.randint(1, len(names))
        papers[tuple(rng.sample(names, length))] = rng.randint(1, 200)
    return names, papers


def untied(seed, how_many, *, complete=False):
    """Random papers whose count meets no tie, with our tally."""
    rng = random.Random(seed)
    found = 0
    while found < how_many:
        names, papers = random_papers(rng, complete=complete)
        profile = Profile.from_rankings(papers.items(), candidates=names)
        try:
            tally = count(profile, AV)
        except TieUnresolved:
            continue
        found += 1
        yield names, papers, profile, tally


def by_pyrankvote(names, papers):
    pyrankvote = pytest.importorskip("pyrankvote")
    people = {n: pyrankvote.Candidate(n) for n in names}
    ballots = [
        pyrankvote.Ballot(ranked_candidates=[people[n] for n in ranking])
        for ranking, weight in papers.items()
        for _ in range(weight)
    ]
    return pyrankvote.instant_runoff_voting(list(people.values()), ballots)


def compare_pyrankvote(how_many):
    """Round by round. It puts out at once all who cannot catch up, as our `batch` does; the winner is the same either way.

    Version 2.0.6 takes names off the list of those who cannot catch up while walking it, so that it passes over every
    second one: it puts out somebody and keeps somebody with fewer votes. It also puts out candidates whose votes together
    equal the next tally, who could still draw level. Where it differs from us, one of the two must be why.
    """
    for names, papers, profile, tally in untied(1, how_many):
        result = by_pyrankvote(names, papers)
        batch = count(profile, BATCH)
        assert [w.name for w in result.get_winners()] == [tally.winner] == [batch.winner]
        before = set()
        for one, theirs in zip(batch.rounds, result.rounds, strict=False):
            votes = {r.candidate.name: r.number_of_votes for r in theirs.candidate_results}
            assert {n: votes[n] for n in one.continuing} == one.totals
            out = {r.candidate.name for r in theirs.candidate_results if str(r.status) == "Rejected"} - before
            if one.elected or out != set(one.eliminated):
                assert one.elected or rejects_wrongly(votes, out, before)
                break
            before |= out


def rejects_wrongly(votes, out, before):
    """Whether somebody goes out who has more than somebody who stays, or who with the others could still draw level."""
    stay = [n for name, n in votes.items() if name not in out | before]
    return max(votes[n] for n in out) > min(stay) or sum(votes[n] for n in out) >= min(stay)


def compare_pref_voting(how_many):
    profiles = pytest.importorskip("pref_voting.profiles_with_ties")
    methods = pytest.importorskip("pref_voting.iterative_methods")
    for names, papers, profile, tally in untied(2, how_many):
        place = {n: i for i, n in enumerate(names)}
        rankings = [{place[n]: rank for rank, n in enumerate(ranking, 1)} for ranking in papers]
        theirs = profiles.ProfileWithTies(rankings, rcounts=list(papers.values()), candidates=list(range(len(names))))
        # Unranked candidates are below all ranked ones, as on our papers.
        theirs.use_extended_strict_preference()
        assert [names[w] for w in methods.instant_runoff_for_truncated_linear_orders(theirs)] == [tally.winner]
        ours = pairwise(profile, AV)
        for (a, b), n in ours.prefer.items():
            assert theirs.support(place[a], place[b]) == n
        winner = theirs.condorcet_winner()
        assert ours.condorcet_winner == (None if winner is None else names[winner])


def compare_smith(how_many):
    linear = pytest.importorskip("pref_voting.profiles")
    methods = pytest.importorskip("pref_voting.c1_methods")
    for names, papers, profile, _ in untied(3, how_many, complete=True):
        place = {n: i for i, n in enumerate(names)}
        theirs = linear.Profile([[place[n] for n in ranking] for ranking in papers], rcounts=list(papers.values()))
        assert {names[i] for i in methods.top_cycle(theirs)} == set(pairwise(profile, AV).smith_set)


def compare_votekit(how_many):
    pytest.importorskip("votekit")
    from votekit.ballot import RankBallot
    from votekit.elections import IRV
    from votekit.pref_profile import RankProfile

    for names, papers, _, tally in untied(4, how_many // SLOW):
        ballots = [RankBallot(ranking=[{n} for n in ranking], weight=w) for ranking, w in papers.items()]
        result = IRV(RankProfile(ballots=ballots, candidates=tuple(names)), tiebreak=None)
        assert [n for group in result.get_elected() for n in group] == [tally.winner]


COMPARISONS = [compare_pyrankvote, compare_pref_voting, compare_smith, compare_votekit]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("compare", COMPARISONS)
def test_a_sample_agrees(compare):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compare(FEW)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("compare", COMPARISONS)
def test_thousands_agree(compare):
    compare(MANY)


class TestWherePeersAreWrong:
    """B and C are level for last, each the other's second choice: whichever of them goes out, the other beats A, 6 to 4."""

    PAPERS = {("A",): 4, ("B", "C"): 3, ("C", "B"): 3}  # noqa: RUF012

    def possible(self):
        profile = Profile.from_rankings(self.PAPERS.items())
        with pytest.raises(TieUnresolved):
            count(profile, AV)
        return count(profile, AV, ties=TiePlan(rules=("all",))).possible

    def test_every_way_of_breaking_the_tie_elects_b_or_c(self):
        assert self.possible() == ("B", "C")

    @pytest.mark.filterwarnings("ignore")
    def test_pref_voting_elects_a(self):
        """It puts out all who are level for last at once; no rulebook of the library does."""
        profiles = pytest.importorskip("pref_voting.profiles_with_ties")
        methods = pytest.importorskip("pref_voting.iterative_methods")
        theirs = profiles.ProfileWithTies([{0: 1}, {1: 1, 2: 2}, {2: 1, 1: 2}], rcounts=[4, 3, 3], candidates=[0, 1, 2])
        theirs.use_extended_strict_preference()
        assert methods.instant_runoff_for_truncated_linear_orders(theirs) == [0]
        assert "A" not in self.possible()

    def test_pyrankvote_draws_lots_and_does_not_say_so(self):
        pytest.importorskip("pyrankvote")
        random.seed(2010)
        winners = [by_pyrankvote(["A", "B", "C"], self.PAPERS).get_winners()[0].name for _ in range(40)]
        assert set(winners) == {"B", "C"}

    @pytest.mark.filterwarnings("ignore")
    def test_votekit_draws_lots_where_no_rule_was_given(self):
        pytest.importorskip("votekit")
        from votekit.ballot import RankBallot
        from votekit.elections import IRV
        from votekit.pref_profile import RankProfile

        ballots = [RankBallot(ranking=[{n} for n in ranking], weight=w) for ranking, w in self.PAPERS.items()]
        profile = RankProfile(ballots=ballots, candidates=("A", "B", "C"))
        winners = {next(iter(IRV(profile, tiebreak=None, rng_seed=seed).get_elected()[0])) for seed in range(12)}
        assert winners == {"B", "C"}
