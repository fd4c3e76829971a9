"""Counts of papers: marks, sections, points, withdrawals, fresh votes, paths. Small cases of our own."""

from fractions import Fraction

import pytest

from whipcount import rules
from whipcount.ballots import Profile
from whipcount.count import Given, PublishedTallies, TiePlan, count, count_path
from whipcount.errors import BallotError, TieUnresolved, UsageError


def of(*rows, **kwargs):
    return Profile.from_rankings(rows, **kwargs)


class TestMarks:
    """What public recounts of ranked papers settle; see docs/count.md."""

    def test_a_blank_paper_is_in_no_rounds_exhausted(self, ballot_of):
        tally = count(of(((), 9), (("A",), 3), (("B",), 2)), ballot_of())
        assert tally.ballots[0].blank == 9
        assert sum(tally.rounds[0].inactive_in_all.values()) == 0
        assert tally.rounds[0].bases.valid == 5
        assert tally.rounds[0].bases.cast == 14

    def test_a_paper_once_inactive_stays_so(self, ballot_of):
        # {B, C} is met with both still in: out for good, though B goes out in the next round.
        rows = [(("A",), 10), (("B",), 5), (("C",), 6), (("D", {"B", "C"}, "C"), 2), (("E", "A"), 4)]
        tally = count(of(*rows), ballot_of())
        first, second = tally.rounds[0], tally.rounds[1]
        assert first.transfers == {"D": {"overvote": 2}}
        assert second.transfers == {"E": {"A": 4}}
        assert all(one.inactive_in_all["overvote"] == 2 for one in tally.rounds[1:])

    def test_an_overvote_with_one_left_counts_for_that_one(self, ballot_of):
        rows = [(("A",), 10), (("B",), 1), (("C",), 6), (("D", {"B", "C"}), 2), (("E",), 7)]
        tally = count(of(*rows), ballot_of())
        assert tally.rounds[1].transfers["D"] == {"C": 2}

    def test_the_four_causes_are_counted_apart(self, ballot_of):
        ballot = ballot_of(marks={"overvote": "exhaust", "skipped": 0, "duplicate": "exhaust"})
        rows = [
            (("Z", {"A", "B"}), 1), (("Z", None, "A"), 2), (("Z", "Z", "A"), 4), (("Z",), 8),
            (("A",), 20), (("B",), 21), (("A", "B"), 3),
        ]  # fmt: skip
        tally = count(of(*rows, candidates=("A", "B", "Z")), ballot)
        assert tally.rounds[0].transfers["Z"] == {"overvote": 1, "skipped ranks": 2, "duplicate": 4, "exhausted": 8}
        assert tally.winner == "A"

    def test_undeclared_write_ins_go_first_and_alone(self, ballot_of):
        profile = of((("A",), 60), (("B",), 5), (("W", "B"), 1), (("X", "A"), 2), candidates=("A", "B", "W", "X"))
        marked = Profile.of(profile.candidates, profile.ranks, profile.group, profile.weight, write_ins={2, 3})
        tally = count(marked, ballot_of())
        assert [one.eliminated for one in tally.rounds] == [("W", "X"), ()]
        assert tally.winner == "A"


class TestSections:
    ROWS = (
        (("A", "B"), 6, "caucus"), (("B", "A"), 4, "caucus"),
        (("A", "B"), 20, "members"), (("B", "A"), 50, "members"), (("C", "B"), 30, "members"),
    )  # fmt: skip

    def college(self, ballot_of, **changes):
        return ballot_of(
            sections=[{"body": "caucus", "weight": "3/5"}, {"body": "members", "weight": "2/5"}], **changes
        )

    def test_shares_of_sections_are_weighted_exactly(self, ballot_of):
        tally = count(of(*self.ROWS), self.college(ballot_of))
        first = tally.rounds[0].totals
        assert first["A"] == Fraction(3, 5) * Fraction(6, 10) + Fraction(2, 5) * Fraction(20, 100)
        assert first["C"] == Fraction(2, 5) * Fraction(30, 100)
        assert tally.winner == "B"

    def test_exhausted_votes_leave_the_base_or_stay(self, ballot_of):
        rows = (*self.ROWS[:2], (("A",), 20, "members"), (("B",), 45, "members"), (("C",), 35, "members"))
        rebased = count(of(*rows), self.college(ballot_of)).rounds[1].totals
        kept = count(of(*rows), self.college(ballot_of, exhausted="stay")).rounds[1].totals
        assert rebased["B"] == Fraction(3, 5) * Fraction(4, 10) + Fraction(2, 5) * Fraction(45, 65)
        assert kept["B"] == Fraction(3, 5) * Fraction(4, 10) + Fraction(2, 5) * Fraction(45, 100)

    def test_a_file_without_sections_is_the_only_section(self, ballot_of):
        assert count(of((("A",), 1)), ballot_of()).rounds[0].votes == {"body": {"A": 1}}

    def test_a_file_without_sections_is_refused_by_a_college(self, ballot_of):
        with pytest.raises(
            UsageError, match=r"Its sections are caucus, members.*--section NAME.*caucus=FILE members=FILE"
        ):
            count(of((("A",), 1)), self.college(ballot_of))

    def test_unknown_sections_are_refused(self, ballot_of):
        with pytest.raises(UsageError, match="no section lords"):
            count(of((("A",), 1, "lords")), ballot_of())
        with pytest.raises(UsageError, match="no section 'lords'"):
            count(of((("A",), 1)), ballot_of(), section="lords")

    def test_a_section_without_votes_is_told(self, ballot_of):
        tally = count(of(*self.ROWS[2:]), self.college(ballot_of))
        assert "There are no votes of: caucus." in tally.notes


class TestPoints:
    ROWS = (
        (("A",), 150, "members", "north"), (("B",), 50, "members", "north"),
        (("A",), 10, "members", "south"), (("B",), 30, "members", "south"),
    )  # fmt: skip

    def test_every_unit_has_a_hundred(self, ballot_of):
        ballot = ballot_of(sections=[{"body": "members"}], units={"name": "riding"})
        tally = count(of(*self.ROWS, (("B",), 1, "members", "west")), ballot)
        assert tally.rounds[0].totals == {"A": 75 + 25, "B": 25 + 75 + 100}
        assert tally.ballots[0].measure == "points"

    def test_a_small_unit_has_a_point_a_vote(self, ballot_of):
        ballot = ballot_of(sections=[{"body": "members"}], units={"cap": "votes"})
        tally = count(of(*self.ROWS), ballot)
        assert tally.rounds[0].totals == {"A": 75 + 10, "B": 25 + 30}


class TestPublished:
    ROWS = ((("A",), 6), (("B",), 5), (("C", "B"), 2))

    def college(self, ballot_of):
        return ballot_of(sections=[{"body": "caucus", "weight": "1/2"}, {"body": "members", "weight": "1/2"}])

    def tallies(self, *rounds):
        exact = tuple({"members": {n: Fraction(v) for n, v in one.items()}} for one in rounds)
        return PublishedTallies(exact, file="members.yaml")

    def test_papers_and_published_votes_side_by_side(self, ballot_of):
        tallies = self.tallies({"A": 50, "B": 40, "C": 10}, {"A": 52, "B": 45})
        tally = count(of(*self.ROWS), self.college(ballot_of), section="caucus", tallies=tallies)
        assert tally.rounds[1].totals["B"] == Fraction(1, 2) * Fraction(7, 13) + Fraction(1, 2) * Fraction(45, 97)
        assert tally.rounds[0].transfers == {"C": {"A": 2, "B": 2 + 5, "exhausted": 3}}
        assert tally.rounds[0].inferred == ("members",)

    def test_a_round_that_was_not_published(self, ballot_of):
        tallies = self.tallies({"A": 50, "B": 40, "C": 10})
        with pytest.raises(BallotError, match="round 2 has no votes of 'members' for A, B"):
            count(of(*self.ROWS), self.college(ballot_of), section="caucus", tallies=tallies)

    def test_other_spellings_are_told(self, ballot_of):
        tallies = self.tallies({"Ann": 50, "B": 40, "C": 10})
        with pytest.raises(BallotError, match="names: "):
            count(of(*self.ROWS), self.college(ballot_of), section="caucus", tallies=tallies)

    def test_votes_for_somebody_who_is_out(self, ballot_of):
        tallies = self.tallies({"A": 50, "B": 40, "C": 10}, {"A": 50, "B": 40, "C": 10})
        with pytest.raises(BallotError, match="who are out by then"):
            count(of(*self.ROWS), self.college(ballot_of), section="caucus", tallies=tallies)


class TestFreshVotes:
    WINS = [{"share": "1/2", "compare": "more than", "of": "valid"}]  # noqa: RUF012

    def test_a_file_for_each_round_with_a_withdrawal_between(self, ballot_of):
        rounds = [
            of((("A",), 40), (("B",), 35), (("C",), 15), (("D",), 10)),
            of((("A",), 48), (("B",), 52)),
        ]
        ballot = ballot_of(paper="single", wins=self.WINS)
        tally = count(rounds, ballot, withdrawals={1: ("C",)})
        assert tally.rounds[0].eliminated == ("D",)
        assert tally.rounds[0].withdrew == ("C",)
        assert tally.rounds[0].links == ()
        assert tally.winner == "B"

    def test_votes_cast_may_differ_between_rounds(self, ballot_of):
        rounds = [of((("A",), 40), (("B",), 35), (("C",), 25)), of((("A",), 30), (("B",), 20))]
        ballot = ballot_of(paper="single", wins=self.WINS)
        tally = count(rounds, ballot)
        assert tally.rounds[1].bases.valid == 50
        assert (tally.winner, tally.rounds[1].test) == ("A", "wins")

    def test_without_a_further_file_another_vote_is_needed(self, ballot_of):
        ballot = ballot_of(paper="single", wins=self.WINS)
        tally = count(of((("A",), 40), (("B",), 35), (("C",), 25)), ballot)
        assert (tally.status, tally.ballots[0].left) == ("another vote", ("A", "B"))
        assert "a further vote is needed among A and B" in tally.sentence()

    def test_rankings_stand_in_and_the_record_says_so(self, ballot_of):
        ballot = ballot_of(paper="single", wins=self.WINS)
        tally = count(of((("A",), 40), (("B",), 35), (("C", "B"), 25)), ballot)
        assert tally.winner == "B"
        assert any("stand in" in note for note in tally.notes)

    def test_a_withdrawal_of_a_stranger_is_refused(self, ballot_of):
        with pytest.raises(UsageError, match="Zed cannot withdraw after round 1"):
            count(of((("A",), 2), (("B",), 1)), ballot_of(), withdrawals={1: ("Zed",)})

    def test_a_withdrawal_before_the_first_round(self, ballot_of):
        tally = count(of((("A", "B"), 3), (("B",), 2), (("C",), 4)), ballot_of(), withdrawals={0: ("A",)})
        assert tally.rounds[0].totals == {"B": 5, "C": 4}


class TestPaths:
    def test_one_body_leaves_two_and_another_chooses(self):
        version = rules.find("uk-conservatives@2022-07-12").version
        mps = of((("A", "B"), 88), (("B", "C"), 67), (("C", "B"), 50), (("D", "C"), 32), (("E", "B"), 25))
        members = of((("A",), 60399), (("B",), 81326))
        tally = count_path({"mps": (mps,), "members": (members,)}, version)
        assert tally.rounds[0].eliminated == ("E",)
        assert [b.status for b in tally.ballots] == ["goes on", "elected"]
        assert tally.ballots[0].left == ("A", "B")
        assert tally.winner == "B"

    def test_papers_that_lack_a_candidate_are_refused(self):
        version = rules.find("uk-conservatives@2022-07-12").version
        mps = of((("A",), 88), (("B",), 67))
        with pytest.raises(UsageError, match="do not name A"):
            count_path({"mps": (mps,), "members": (of((("B",), 3), (("C",), 4)),)}, version)

    def test_a_ballot_without_papers_is_waited_for(self):
        version = rules.find("uk-conservatives@2022-07-12").version
        tally = count_path({"mps": (of((("A",), 188), (("B",), 67)),)}, version)
        assert tally.status == "another vote"
        assert tally.ballots[1].left == ("A", "B")

    def test_a_ballot_is_not_needed_once_the_others_have_withdrawn(self):
        version = rules.find("uk-conservatives@2016-07-05").version
        mps = of((("A",), 199), (("B",), 84), (("C",), 46))
        given = Given(withdrawals={"members": {0: ("B",)}})
        tally = count_path({"mps": (mps,)}, version, given=given)
        assert (tally.status, tally.winner) == ("elected", "A")
        assert "'members' was not needed: A is the only candidate left." in tally.notes

    def test_a_first_ballot_without_the_lead_leads_to_the_second(self):
        version = rules.find("uk-conservatives@1990-11-20").version
        papers = {
            "first": (of((("A",), 204), (("B",), 152)),),
            "second": (of((("B",), 131), (("C",), 185), (("D",), 56)),),
            "third": (of((("B",), 140), (("C", "B"), 180), (("D", "C"), 52)),),
        }
        tally = count_path(papers, version, given=Given(entitled={"mps": 372}))
        assert [b.status for b in tally.ballots] == ["nobody", "nobody", "elected"]
        assert tally.winner == "C"

    def test_a_tie_for_the_last_place_on_the_next_paper(self):
        version = rules.find("uk-conservatives@1990-11-20").version
        rows = ((("A", "B"), 150), (("B", "C"), 80), (("C", "A"), 70), (("D", "C"), 70))
        given = Given(entitled={"mps": 372})
        with pytest.raises(TieUnresolved, match="round 1 of 'second' between C and D"):
            count_path(of(*rows), version, given=given)
        plan = TiePlan(rules=("order",), order=("D", "C", "B", "A"))
        tally = count_path(of(*rows), version, given=Given(entitled={"mps": 372}, ties=plan))
        assert tally.ballots[2].candidates == ("A", "B", "D")
        assert tally.ballots[1].rounds[-1].ties[0].favoured == ("D",)
        every = count_path(of(*rows), version, given=Given(entitled={"mps": 372}, ties=TiePlan(rules=("all",))))
        assert every.possible == ("A", "C")

    def test_a_vacancy_where_nobody_qualifies(self):
        version = rules.find("two-thirds").version
        tally = count_path(of((("A",), 60), (("B",), 40)), version)
        assert (tally.status, tally.winner) == ("nobody", None)

    def test_electors_are_needed_where_the_rule_counts_them(self):
        version = rules.find("uk-conservatives@1990-11-20").version
        with pytest.raises(UsageError, match="--entitled"):
            count_path({"first": (of((("A",), 204), (("B",), 152)),)}, version)


class TestExactness:
    def test_one_vote_in_a_quintillion_decides(self, ballot_of):
        big = 2**61
        tally = count(of((("A",), big + 1), (("B",), big)), ballot_of())
        assert tally.winner == "A"
        assert tally.rounds[0].totals["A"] - tally.rounds[0].totals["B"] == 1
        with pytest.raises(TieUnresolved):
            count(of((("A",), big), (("B",), big)), ballot_of())

    def test_thirds_are_thirds(self, ballot_of):
        ballot = ballot_of(wins=[{"share": "1/3", "of": "valid"}], rounds={"out": "none", "at_most": 1})
        third = Fraction(1, 3)
        assert count(of((("A",), third), (("B",), third / 2), (("C",), third / 2)), ballot).winner == "A"
        thin = count(
            of((("A",), 333333), (("B",), 333332), (("C",), 333335)),
            ballot_of(wins=[{"share": "1/3", "compare": "more than", "of": "valid"}]),
        )
        assert thin.winner == "C"

    def test_same_input_same_bytes(self, ballot_of):
        rows = ((("A", "B"), 40), (("B",), 35), (("C", "B"), Fraction(51, 2)))
        one, two = (count(of(*some), ballot_of(), ties=TiePlan()).to_json() for some in (rows, rows[::-1]))
        assert one == two
        assert b'"51/2"' in one
