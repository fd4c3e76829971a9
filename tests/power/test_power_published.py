"""Published tables.

Weights and quotas of the Council: Treaty establishing the EEC, Art. 148; Accession Treaty of 1994; Treaty of Nice, Declaration
20 and Protocol on enlargement, with populations per thousand as in the Seville group's note on Nice (December 2000,
http://www.esi2.us.es/~mbilbao/niza.htm). `COUNTED` restates what conormcd/lisbon-voting-simulation (GitHub, README.md) found by going
through all 134,217,728 votes of 27 members: how often a member's vote decides, which is twice its swings. That program reads
the threshold of the votes as 74 %, which is 256 of 345 and not the 255 of the treaty; its clause on population does not bind under
Nice and does in the rule of Lisbon, where populations are in thousands, as the program has them.
"""

from fractions import Fraction

import numpy as np
import pytest

from whipcount.power import Game

COLLEGE_1990S = [
    54,
    33,
    32,
    25,
    23,
    22,
    21,
    18,
    15,
    14,
    13,
    13,
    12,
    12,
    11,
    11,
    11,
    11,
    10,
    10,
    9,
    9,
    8,
    8,
    8,
    8,
    8,
    8,
    7,
    7,
    7,
    6,
    6,
]
COLLEGE_1990S += [5] * 4 + [4] * 6 + [3] * 8
EU15 = [10] * 4 + [8] + [5] * 4 + [4] * 2 + [3] * 3 + [2]
NICE_VOTES = [29] * 4 + [27] * 2 + [14, 13] + [12] * 5 + [10] * 3 + [7] * 5 + [4] * 5 + [3]
NICE_PEOPLE = [170, 123, 123, 120, 82, 80, 47, 33, 22, 21, 21, 21, 21, 18, 17, 17, 11, 11, 11, 8, 8, 5, 4, 3, 2, 1, 1]

COUNTED = {  # member: (votes, population; decides under Nice with a majority of members, with two thirds, under Lisbon 72 % and 65 %)
    "Germany": (29, 82000, 4137520, 3122218, 1461000),
    "France": (29, 63000, 4137520, 3122218, 1319580),
    "UK": (29, 60000, 4137520, 3122218, 1299552),
    "Italy": (29, 59000, 4137520, 3122218, 1292968),
    "Spain": (27, 44000, 3948684, 2968082, 1206472),
    "Poland": (27, 38000, 3948684, 2968082, 1190088),
    "Romania": (14, 22000, 2277016, 1912882, 1111244),
    "Netherlands": (13, 18000, 2123568, 1808894, 1094272),
    "Belgium": (12, 11000, 1966140, 1712882, 1063144),
    "Greece": (12, 11000, 1966140, 1712882, 1063144),
    "Portugal": (12, 11000, 1966140, 1712882, 1063144),
    "Czech Republic": (12, 10000, 1966140, 1712882, 1058936),
    "Hungary": (12, 10000, 1966140, 1712882, 1058936),
    "Sweden": (10, 9000, 1652972, 1517586, 1054660),
    "Austria": (10, 8300, 1652972, 1517586, 1051904),
    "Bulgaria": (10, 7700, 1652972, 1517586, 1049360),
    "Denmark": (7, 5400, 1167232, 1221978, 1039832),
    "Slovakia": (7, 5400, 1167232, 1221978, 1039832),
    "Finland": (7, 5300, 1167232, 1221978, 1039588),
    "Ireland": (7, 4200, 1167232, 1221978, 1035320),
    "Lithuania": (7, 3400, 1167232, 1221978, 1032072),
    "Latvia": (4, 2300, 671040, 913794, 1028052),
    "Slovenia": (4, 2000, 671040, 913794, 1026972),
    "Estonia": (4, 1300, 671040, 913794, 1024224),
    "Cyprus": (4, 770, 671040, 913794, 1022312),
    "Luxembourg": (4, 460, 671040, 913794, 1020988),
    "Malta": (3, 400, 502888, 802234, 1020704),
}


def rounded(values):
    return [round(float(value), 4) for value in values]


def test_un_security_council():
    council = Game(quota=39, weights=[7] * 5 + [1] * 10)
    assert council.shapley_shubik() == [Fraction(421, 2145)] * 5 + [Fraction(4, 2145)] * 10
    assert council.swings() == [848] * 5 + [84] * 10
    assert council.coleman_act() == Fraction(848, 2**15)
    assert council.vetoers() == (0, 1, 2, 3, 4)
    assert council.dictator() is None
    assert council.minimal_blocking_coalitions()[:6] == [(0,), (1,), (2,), (3,), (4,), (5, 6, 7, 8, 9, 10, 11)]
    assert len(council.minimal_winning_coalitions()) == 210


def test_un_security_council_as_two_bodies_is_the_same_game():
    names = [f"P{i}" for i in range(5)] + [f"E{i}" for i in range(10)]
    bodies = Game(5, dict.fromkeys(names[:5], 1)) & Game(9, dict.fromkeys(names, 1))
    assert list(bodies.shapley_shubik().values()) == [Fraction(421, 2145)] * 5 + [Fraction(4, 2145)] * 10
    assert list(bodies.swings().values()) == [848] * 5 + [84] * 10


def test_eec_1958():
    council = Game(12, {"DE": 4, "FR": 4, "IT": 4, "BE": 2, "NL": 2, "LU": 1})
    assert list(council.shapley_shubik().values()) == [Fraction(7, 30)] * 3 + [Fraction(3, 20)] * 2 + [0]
    assert list(council.swings().values()) == [10] * 3 + [6] * 2 + [0]
    assert council.dummies() == ("LU",)
    assert council.banzhaf()["DE"] == Fraction(5, 21)


def test_us_electoral_college_of_the_1990s():
    college = Game(270, COLLEGE_1990S)
    assert len(COLLEGE_1990S) == 51
    assert sum(COLLEGE_1990S) == 538
    assert college.swings()[0] == 525_180_666_785_903


def test_eu_15():
    council = Game(62, EU15)
    distinct = [0, 4, 5, 9, 11, 14]  # members with 10, 8, 5, 4, 3 and 2 votes
    assert rounded([council.banzhaf()[i] for i in distinct]) == [0.1116, 0.0924, 0.0587, 0.0479, 0.0359, 0.0226]
    assert rounded([council.shapley_shubik()[i] for i in distinct]) == [0.1167, 0.0955, 0.0552, 0.0454, 0.0353, 0.0207]


def nice():
    return Game(255, NICE_VOTES) & Game(14, [1] * 27) & Game(620, NICE_PEOPLE)


def test_eu_27_under_nice():
    distinct = [0, 1, 4, 6, 7, 8, 13, 16, 21, 26]  # votes 29 (most people), 29, 27, 14, 13, 12, 10, 7, 4, 3
    banzhaf = [0.0778, 0.0778, 0.0742, 0.0426, 0.0397, 0.0368, 0.0309, 0.0218, 0.0125, 0.0094]
    assert rounded([nice().banzhaf()[i] for i in distinct]) == banzhaf
    shapley = nice().shapley_shubik()
    assert sum(shapley) == 1
    assert rounded([shapley[0], shapley[1]]) == [0.0871, 0.087]
    assert shapley[0] > shapley[1]  # only the clause on population tells them apart


@pytest.mark.parametrize(("members", "column"), [(14, 2), (18, 3)])
def test_eu_27_under_nice_as_counted_by_an_independent_program(members, column):
    votes = Game(256, {name: row[0] for name, row in COUNTED.items()})
    council = votes & Game(members, dict.fromkeys(COUNTED, 1))
    assert {name: 2 * swings for name, swings in council.swings().items()} == {
        name: row[column] for name, row in COUNTED.items()
    }


def test_eu_27_under_a_double_majority_as_counted_by_an_independent_program():
    people = {name: row[1] for name, row in COUNTED.items()}
    enough = -(-65 * sum(people.values()) // 100)
    council = Game(enough, people) & Game(20, dict.fromkeys(COUNTED, 1))
    assert {name: 2 * swings for name, swings in council.swings().items()} == {
        name: row[4] for name, row in COUNTED.items()
    }


@pytest.mark.long
def test_eu_27_under_nice_by_going_through_all_coalitions():
    swings = nice().swings()
    table = np.zeros(1, dtype=np.int64)
    for votes, people in zip(NICE_VOTES, NICE_PEOPLE, strict=True):
        table = np.concatenate([table, table + (votes << 40) + (1 << 20) + people])
    wins = (table >> 40 >= 255) & (table >> 20 & 0xFFFFF >= 14) & (table & 0xFFFFF >= 620)
    for i in range(27):
        halves = wins.reshape(-1, 2, 1 << i)
        assert swings[i] == int((halves[:, 1] & ~halves[:, 0]).sum())
