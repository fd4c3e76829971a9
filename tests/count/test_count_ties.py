"""Each rule for ties: what it settles, on what evidence, and what is said when none is left."""

import hashlib
from fractions import Fraction

import pytest

from whipcount.ballots import Profile
from whipcount.count import Draw, Tie, TiePlan, count, seed_key
from whipcount.count.ties import Place, break_tie
from whipcount.errors import TieUnresolved


def place(*earlier, number=None):
    rounds = tuple({n: Fraction(t) for n, t in e.items()} for e in earlier)
    return Place("ballot", number or len(rounds) + 1, rounds)


ABC = Tie("stays", ("A", "B", "C"), 2)
WINS = Tie("wins", ("A", "B", "C"), 1)
BEFORE = ({"A": 5, "B": 9, "C": 9, "D": 1}, {"A": 8, "B": 8, "C": 9, "D": 3})


def test_the_latest_difference_narrows_then_looks_further_back():
    # For three places down to one: round 2 puts C ahead; between A and B round 1 decides.
    found = break_tie(ABC, ["latest difference"], TiePlan(), place(*BEFORE))
    assert found.favoured == ("B", "C")
    assert found.evidence == "round 2: A 8, B 8, C 9; round 1: A 5, B 9"


def test_the_earliest_difference():
    assert break_tie(ABC, ["earliest difference"], TiePlan(), place(*BEFORE)).favoured == ("B", "C")
    found = break_tie(WINS, ["earliest difference"], TiePlan(), place(*BEFORE))
    assert found.favoured == ("C",)
    assert found.evidence == "round 1: A 5, B 9, C 9; round 2: B 8, C 9"


def test_a_fixed_order_has_the_most_favoured_first():
    plan = TiePlan(order=("C", "A", "X", "B"))
    assert break_tie(ABC, ["order"], plan, place()).favoured == ("A", "C")
    assert break_tie(WINS, ["order"], plan, place()).favoured == ("C",)


def test_an_order_that_leaves_somebody_out_settles_nothing():
    with pytest.raises(TieUnresolved):
        break_tie(WINS, ["order"], TiePlan(order=("A", "B")), place())


def test_an_official_draw_holds_for_its_round_and_ballot_only():
    plan = TiePlan(rules=("lot",), lots=(Draw(2, ("B", "A", "C"), note="drawn by the returning officer"),))
    found = break_tie(WINS, [], plan, place(number=2))
    assert (found.favoured, found.rule) == (("B",), "lot")
    assert "returning officer" in found.evidence
    with pytest.raises(TieUnresolved):
        break_tie(WINS, [], plan, place(number=3))
    with pytest.raises(TieUnresolved):
        break_tie(WINS, [], TiePlan(rules=("lot",), lots=(Draw(2, ("B", "A", "C"), "other"),)), place(number=2))


def test_the_seeded_lot_can_be_done_by_hand():
    text = "\n".join(["dice 3 1 4", "A", "B", "C", "B"])
    assert seed_key("dice 3 1 4", ("C", "A", "B"), "B") == hashlib.sha256(text.encode()).hexdigest()
    first = min("ABC", key=lambda n: seed_key("dice 3 1 4", "ABC", n))
    found = break_tie(WINS, ["seeded lot"], TiePlan(seed="dice 3 1 4"), place())
    assert found.favoured == (first,)
    assert found.evidence.startswith("seed 'dice 3 1 4'")


def test_the_seeded_lot_favours_nobody_in_the_long_run():
    wins = [break_tie(WINS, ["seeded lot"], TiePlan(seed=str(i)), place()).favoured[0] for i in range(3000)]
    assert all(900 < wins.count(n) < 1100 for n in "ABC")


def test_asking():
    asked = []

    def ask(question, tied):
        asked.append((question, tied))
        return tied[-1]

    found = break_tie(ABC, ["ask"], TiePlan(ask=ask), place(number=2))
    assert found.favoured == ("B", "C")
    assert [tied for _, tied in asked] == [("A", "B", "C"), ("A", "B")]
    assert "round 2" in asked[0][0]


def test_rules_are_tried_in_order_and_one_may_settle_a_part():
    plan = TiePlan(rules=("order",), order=("B", "A", "C"))
    found = break_tie(Tie("wins", ("A", "B", "C"), 1), ["latest difference"], plan, place({"A": 3, "B": 3, "C": 1}))
    assert (found.favoured, found.rule) == (("B",), "latest difference, then order")


def test_no_rule_left_says_who_where_and_what_to_give():
    with pytest.raises(TieUnresolved) as told:
        break_tie(WINS, ["ask"], TiePlan(), place(number=4))
    text = str(told.value)
    assert "round 4" in text
    assert "A, B and C" in text
    assert "terminal" in text
    assert "--tie all" in text


TIED = [(("A", "C"), 4), (("B", "A"), 4), (("C", "B"), 4)]


def test_all_outcomes_names_every_possible_winner(ballot_of):
    tally = count(Profile.from_rankings(TIED), ballot_of(), ties=TiePlan(rules=("all",)))
    assert tally.winner is None
    assert tally.status == "depends on a tie"
    # Whoever of the three goes out, the other two are then decided: 8 to 4.
    assert tally.possible == ("A", "B", "C")
    assert "depends on how ties are broken" in tally.sentence()


def test_all_outcomes_with_one_winner_elects(ballot_of):
    rows = [(("A",), 5), (("B", "A"), 2), (("C", "A"), 2), (("D",), 3)]
    tally = count(Profile.from_rankings(rows), ballot_of(), ties=TiePlan(rules=("all",)))
    assert (tally.winner, tally.possible) == ("A", ("A",))


def test_a_count_stops_at_a_tie_that_no_rule_breaks(ballot_of):
    with pytest.raises(TieUnresolved, match="round 1 of 'ballot' between A, B and C"):
        count(Profile.from_rankings(TIED), ballot_of())


def test_the_record_tells_how_a_tie_was_broken(ballot_of):
    tally = count(Profile.from_rankings(TIED), ballot_of(), ties=TiePlan(rules=("order",), order=("C", "B", "A")))
    (tie,) = tally.rounds[0].ties
    assert tie.favoured == ("B", "C")
    assert tally.rounds[0].eliminated == ("A",)
    assert tally.to_dict()["rounds"][0]["ties"][0]["rule"] == "order"
