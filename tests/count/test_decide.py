"""The order of the tests within a round, each by an example of our own."""

from fractions import Fraction

import pytest

from whipcount.count import Bases, Standing, Tie, decide
from whipcount.errors import UsageError

HALF_VALID = [{"share": "1/2", "compare": "more than", "of": "valid"}]
TWO_THIRDS = [{"share": "2/3", "of": "cast"}]


def standing(totals, number=1, *, valid=None, cast=None, entitled=None, elected=None, write_ins=(), measure="votes"):
    votes = {n: Fraction(t) for n, t in totals.items()}
    whole = sum(votes.values(), Fraction(0))
    bases = Bases(
        whole,
        Fraction(valid) if valid is not None else whole,
        Fraction(cast) if cast is not None else whole,
        Fraction(entitled) if entitled is not None else None,
    )
    return Standing(number, votes, bases, elected, frozenset(write_ins), measure)


def told(decision):
    return decision.test, decision.elected, decision.out, decision.goes_on, decision.ended


class TestWriteIns:
    def test_undeclared_write_ins_with_votes_go_first_and_alone_even_past_a_majority(self, ballot_of):
        found = decide(ballot_of(), standing({"A": 60, "B": 1, "W": 5}, write_ins={"W"}))
        assert told(found) == ("write-ins", None, ("W",), (), False)

    def test_without_votes_a_write_in_is_as_any_other(self, ballot_of):
        found = decide(ballot_of(), standing({"A": 40, "B": 35, "C": 20, "W": 0}, write_ins={"W"}))
        assert found.out == ("W",)
        assert found.test == "lowest"

    def test_a_write_in_never_wins(self, ballot_of):
        ballot = ballot_of(wins=[], rounds={"out": "none", "at_most": 1})
        found = decide(ballot, standing({"A": 10, "W": 90}, write_ins={"W"}))
        assert found.elected == "A"


class TestNoVoteNeeded:
    def test_the_only_candidate_is_elected_whatever_the_bar(self, ballot_of):
        found = decide(ballot_of(wins=TWO_THIRDS), standing({"A": 0}))
        assert told(found) == ("unopposed", "A", (), (), True)

    def test_no_more_than_the_ballot_leaves_go_on(self, ballot_of):
        found = decide(ballot_of(leaves=2), standing({"A": 9, "B": 1}))
        assert told(found) == ("unopposed", None, (), ("A", "B"), True)

    def test_one_candidate_is_elected_even_by_a_ballot_that_leaves_two(self, ballot_of):
        assert decide(ballot_of(leaves=2), standing({"A": 0})).elected == "A"

    def test_nobody_is_left(self, ballot_of):
        assert told(decide(ballot_of(), standing({}))) == ("nobody", None, (), (), True)


class TestWin:
    def test_exactly_half_is_not_more_than_half(self, ballot_of):
        assert decide(ballot_of(), standing({"A": 50, "B": 30, "C": 20})).elected is None
        assert decide(ballot_of(), standing({"A": 51, "B": 30, "C": 19})).elected == "A"

    def test_every_threshold_must_hold(self, ballot_of):
        wins = [*HALF_VALID, {"share": "2/5", "of": "entitled"}]
        assert decide(ballot_of(wins=wins), standing({"A": 30, "B": 15, "C": 5}, entitled=100)).elected is None
        assert decide(ballot_of(wins=wins), standing({"A": 40, "B": 15, "C": 5}, entitled=100)).elected == "A"

    @pytest.mark.parametrize(("first", "second", "wins"), [(204, 152, False), (206, 150, True)])
    def test_a_lead_of_fifteen_percent_of_the_entitled(self, ballot_of, first, second, wins):
        # 372 entitled: a lead of 55.8 is needed, so that 52 is too little and 56 enough.
        ballot = ballot_of(
            paper="single",
            wins=[{"share": "1/2", "compare": "more than", "of": "entitled"}],
            lead={"share": "3/20", "of": "entitled"},
            rounds={"out": "none", "at_most": 1},
            if_none="next",
        )
        found = decide(ballot, standing({"A": first, "B": second}, entitled=372))
        assert (found.elected == "A") is wins
        assert found.ended

    def test_a_ballot_that_leaves_two_elects_nobody_however_large_the_majority(self, ballot_of):
        found = decide(ballot_of(leaves=2, rounds={"until": 2}), standing({"A": 90, "B": 6, "C": 4}))
        assert told(found) == ("lowest", None, ("C",), ("A", "B"), True)

    def test_most_votes_win_where_there_is_no_threshold(self, ballot_of):
        ballot = ballot_of(wins=[], rounds={"out": "none", "at_most": 1})
        assert decide(ballot, standing({"A": 34, "B": 33, "C": 33})).elected == "A"

    def test_a_tie_at_the_top_asks_who_wins(self, ballot_of):
        ballot = ballot_of(wins=[], rounds={"out": "none", "at_most": 1})
        tie = decide(ballot, standing({"A": 40, "B": 40, "C": 20})).tie
        assert tie == Tie("wins", ("A", "B"), 1)
        found = decide(ballot, standing({"A": 40, "B": 40, "C": 20}), {tie: ("B",)})
        assert found.elected == "B"
        assert found.settled == (tie,)

    def test_percentages_cannot_meet_a_number_of_votes(self, ballot_of):
        ballot = ballot_of(wins=[{"count": 50}])
        with pytest.raises(UsageError, match="number of votes"):
            decide(ballot, standing({"A": "1/2", "B": "1/2"}, measure="share"))

    def test_unknown_electors_are_asked_for(self, ballot_of):
        ballot = ballot_of(wins=[{"share": "1/2", "compare": "more than", "of": "entitled"}])
        with pytest.raises(UsageError, match="--entitled"):
            decide(ballot, standing({"A": 40, "B": 30}))


class TestUntil:
    def test_the_count_goes_on_past_a_winner_until_two_are_left(self, ballot_of):
        ballot = ballot_of(rounds={"until": 2})
        first = decide(ballot, standing({"A": 60, "B": 25, "C": 15}))
        assert told(first) == ("wins", "A", ("C",), (), False)
        last = decide(ballot, standing({"A": 61, "B": 30}, 2, elected="A"))
        assert last.ended
        assert last.elected is None

    def test_the_winner_cannot_go_out(self, ballot_of):
        ballot = ballot_of(wins=[], rounds={"until": 2})
        found = decide(ballot, standing({"A": 30, "B": 35, "C": 35}, 2, elected="A"))
        assert found.ended
        assert found.out == ()

    def test_a_batch_leaves_the_last_two(self, ballot_of):
        ballot = ballot_of(rounds={"until": 2, "batch": True})
        found = decide(ballot, standing({"A": 60, "B": 20, "C": 8, "D": 1}))
        assert found.out == ("C", "D")


class TestLastTwo:
    def test_papers_that_ran_out_do_not_keep_the_first_of_two_from_winning(self, ballot_of):
        found = decide(ballot_of(wins=HALF_VALID), standing({"A": 45, "B": 40}, 3, valid=100))
        assert told(found) == ("last two", "A", (), (), True)

    def test_between_the_last_two_a_tie_chooses_a_winner_not_a_loser(self, ballot_of):
        assert decide(ballot_of(), standing({"A": 50, "B": 50})).tie == Tie("wins", ("A", "B"), 1)

    def test_two_thirds_are_two_thirds(self, ballot_of):
        found = decide(ballot_of(paper="single", wins=TWO_THIRDS), standing({"A": 60, "B": 40}))
        assert told(found) == ("nobody", None, (), (), True)

    def test_a_majority_of_those_entitled_is_no_plain_majority(self, ballot_of):
        wins = [{"share": "1/2", "compare": "more than", "of": "entitled"}]
        found = decide(ballot_of(wins=wins), standing({"A": 45, "B": 40}, entitled=100))
        assert told(found) == ("nobody", None, (), (), True)

    def test_a_tie_in_the_last_round_between_two_is_still_a_tie(self, ballot_of):
        ballot = ballot_of(paper="single", wins=HALF_VALID, rounds={"out": "none", "at_most": 1})
        assert decide(ballot, standing({"A": 80, "B": 80})).tie is not None


class TestLastRound:
    def test_nobody(self, ballot_of):
        ballot = ballot_of(paper="single", rounds={"out": "none", "at_most": 1}, if_none="next")
        assert told(decide(ballot, standing({"A": 40, "B": 35, "C": 25}))) == ("last round", None, (), (), True)

    def test_the_first_two_go_on(self, ballot_of):
        ballot = ballot_of(paper="single", wins=[], leaves=2, rounds={"out": "none", "at_most": 1})
        assert decide(ballot, standing({"A": 25, "B": 35, "C": 40})).goes_on == ("B", "C")

    def test_a_tie_across_the_line(self, ballot_of):
        ballot = ballot_of(paper="single", wins=[], leaves=2, rounds={"out": "none", "at_most": 1})
        assert decide(ballot, standing({"A": 30, "B": 40, "C": 30})).tie == Tie("stays", ("A", "C"), 1)


class TestWhoGoesOut:
    def test_all_below_the_floor_go_together(self, ballot_of):
        ballot = ballot_of(
            leaves=2, paper="single", rounds={"floors": [{"needs": {"count": 30}, "round": 1}], "until": 2}
        )
        totals = {"A": 88, "B": 67, "C": 50, "D": 25, "E": 18}
        assert told(decide(ballot, standing(totals))) == ("floor", None, ("D", "E"), (), False)
        assert decide(ballot, standing(totals, 2)).out == ("E",)

    def test_where_all_pass_the_floor_the_last_goes(self, ballot_of):
        ballot = ballot_of(leaves=2, paper="single", rounds={"floors": [{"needs": {"count": 5}}]})
        assert decide(ballot, standing({"A": 88, "B": 67, "C": 50})).test == "lowest"

    def test_a_floor_that_nobody_reaches_is_passed_over(self, ballot_of):
        ballot = ballot_of(leaves=2, paper="single", rounds={"floors": [{"needs": {"count": 500}}]})
        assert decide(ballot, standing({"A": 88, "B": 67, "C": 50})).out == ("C",)

    def test_the_largest_set_of_last_candidates_below_the_next_tally(self, ballot_of):
        ballot = ballot_of(rounds={"batch": True})
        # 1 + 2 + 5 = 8 is below 9; with 9 it is 17, not below 17.
        found = decide(ballot, standing({"A": 30, "B": 17, "C": 9, "D": 5, "E": 2, "F": 1, "G": 20}))
        assert told(found) == ("batch", None, ("D", "E", "F"), (), False)

    def test_a_sum_equal_to_the_next_tally_is_no_batch(self, ballot_of):
        ballot = ballot_of(rounds={"batch": True})
        assert decide(ballot, standing({"A": 20, "B": 18, "C": 3, "D": 2, "E": 1})).out == ("C", "D", "E")
        assert decide(ballot, standing({"A": 7, "B": 6, "C": 3, "D": 2, "E": 1})).test == "lowest"

    def test_a_later_set_counts_even_where_an_earlier_one_does_not(self, ballot_of):
        ballot = ballot_of(rounds={"batch": True})
        # 3 + 3 is not below 5, but 3 + 3 + 5 is below 20.
        assert decide(ballot, standing({"A": 25, "B": 20, "C": 5, "D": 3, "E": 3})).out == ("C", "D", "E")

    def test_tied_zeros_go_together_in_a_batch(self, ballot_of):
        ballot = ballot_of(rounds={"batch": True})
        assert decide(ballot, standing({"A": 5, "B": 4, "C": 4, "D": 0, "E": 0})).out == ("D", "E")

    def test_a_tie_for_the_last_place(self, ballot_of):
        tie = decide(ballot_of(), standing({"A": 40, "B": 30, "C": 15, "D": 15})).tie
        assert tie == Tie("stays", ("C", "D"), 1)
        assert "which of C, D goes out" in tie.words()
        found = decide(ballot_of(), standing({"A": 40, "B": 30, "C": 15, "D": 15}), {tie: ("D",)})
        assert found.out == ("C",)

    def test_a_runoff_of_the_first_two(self, ballot_of):
        ballot = ballot_of(paper="single", rounds={"out": "all but", "keep": 2, "at_most": 2})
        assert decide(ballot, standing({"A": 40, "B": 20, "C": 25, "D": 15})).out == ("B", "D")
        assert decide(ballot, standing({"A": 49, "C": 51}, 2)).elected == "C"

    def test_three_tied_for_two_places_and_only_those(self, ballot_of):
        ballot = ballot_of(paper="single", rounds={"out": "all but", "keep": 3, "at_most": 2})
        tie = decide(ballot, standing({"A": 40, "B": 20, "C": 20, "D": 20})).tie
        assert tie == Tie("stays", ("B", "C", "D"), 2)

    def test_fresh_votes_on_the_same_candidates(self, ballot_of):
        found = decide(ballot_of(paper="single", rounds={"out": "none"}), standing({"A": 40, "B": 35, "C": 25}))
        assert told(found) == ("again", None, (), (), False)

    def test_ranked_papers_would_say_the_same_again(self, ballot_of):
        found = decide(ballot_of(rounds={"out": "none"}), standing({"A": 40, "B": 35, "C": 25}))
        assert told(found) == ("nobody", None, (), (), True)
