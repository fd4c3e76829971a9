"""Published tables.

Weights and quotas of the Council: Treaty establishing the EEC, Art. 148; Accession Treaty of 1994; Treaty of Nice, Declaration
20 and Protocol on enlargement, with populations per thousand as in the Seville group's note on Nice (December 2000).
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
