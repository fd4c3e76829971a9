"""Tables of the Council that others computed and printed, with the quotas at which they did.

None of the three is at the treaties' own quota: no public page that prints those values could be read in full. What they
add is other people's programs on the Council's votes. At the quotas of the treaties, fifteen members are counted here by the
definitions themselves.

- Fifteen members, 44 of 87 votes: d4maths, "EU2000", http://d4maths.lowtech.org/eu2000.htm, column "Power" (swings).
- The first fifteen votes of Nice, half of them: D. Leech's own `ipdirect`, output kept in PowerIndices.ipynb of
  github.com/DennisLeech/VotingPower at commit 1af7c3381750effa5136e1dba8631007048a34cd. The headings of its first two columns
  of indices are exchanged: the one that sums to 1 is the normalised index.
- The votes of Nice of 27 members, more than half: whole percentages, rounded down, that the Stanford course CS106B gives its students
  to check their work (github.com/Rimor4/CS106B-2022-Summer, assign3/voting.cpp, at commit f2a2283965fce4d54916502df68bc940e0421db4).
"""

from fractions import Fraction
from math import factorial

import numpy as np
import pytest

from whipcount.power import Game

NICE = [29] * 4 + [27] * 2 + [14, 13] + [12] * 5 + [10] * 3 + [7] * 5 + [4] * 5 + [3]

FIFTEEN = {  # member: (votes, swings at 44 of 87)
    "Luxembourg": (2, 1002),
    "Portugal": (5, 2558),
    "Belgium": (5, 2558),
    "Greece": (5, 2558),
    "Ireland": (3, 1514),
    "Austria": (4, 2134),
    "Sweden": (4, 2134),
    "Italy": (10, 5342),
    "France": (10, 5342),
    "United Kingdom": (10, 5342),
    "Finland": (3, 1514),
    "Spain": (8, 4166),
    "Denmark": (3, 1514),
}
UNREAD = {"Netherlands": 5, "Germany": 10}  # the copy of the page that could be read stops short of their figures

LEECH = {  # votes: (normalised index, swings out of 2^14), as printed, six decimals
    29: ("0.101211", "0.292847"),
    27: ("0.097498", "0.282104"),
    14: ("0.047462", "0.137329"),
    13: ("0.047462", "0.137329"),
    12: ("0.044087", "0.127563"),
    10: ("0.042400", "0.122681"),
}


def test_fifteen_members_by_simple_majority():
    votes = {name: row[0] for name, row in FIFTEEN.items()} | UNREAD
    assert sum(votes.values()) == 87
    swings = Game(44, votes).swings()
    assert {name: swings[name] for name in FIFTEEN} == {name: row[1] for name, row in FIFTEEN.items()}


def test_first_fifteen_votes_of_nice_by_direct_enumeration():
    council = Game.majority(NICE[:15])
    assert council.coleman_act() == Fraction(16384, 2**15)
    printed = [LEECH[votes] for votes in NICE[:15]]
    assert [f"{float(index):.6f}" for index in council.banzhaf()] == [row[0] for row in printed]
    assert [f"{float(index):.6f}" for index in council.banzhaf("absolute")] == [row[1] for row in printed]
    assert council.coleman_prevent() == council.coleman_initiate() == council.banzhaf("absolute")


def test_27_members_by_simple_majority():
    percentages = [int(100 * index) for index in Game(173, NICE).banzhaf()]
    assert percentages == [8] * 4 + [7] * 2 + [3] * 7 + [2] * 3 + [1] * 10 + [0]


def swings_by_size(quota: int, votes: list[int], player: int) -> list[int]:
    """How many coalitions of each size the player turns, found by going through all of them."""
    others = votes[:player] + votes[player + 1 :]
    members, total = np.zeros(1, dtype=int), np.zeros(1, dtype=int)
    for vote in others:
        members, total = np.concatenate([members, members + 1]), np.concatenate([total, total + vote])
    turned = members[(total < quota) & (total + votes[player] >= quota)]
    return np.bincount(turned, minlength=len(votes)).tolist()


@pytest.mark.parametrize(
    ("quota", "votes"),
    [
        pytest.param(62, [10] * 4 + [8] + [5] * 4 + [4] * 2 + [3] * 3 + [2], id="1995"),
        pytest.param(169, [29] * 4 + [27, 13] + [12] * 3 + [10] * 2 + [7] * 3 + [4], id="Nice"),
    ],
)
def test_fifteen_members_at_the_quotas_of_the_treaties_by_definition(quota, votes):
    council = Game(quota, votes)
    counted = [swings_by_size(quota, votes, player) for player in range(15)]
    assert council.swings() == [sum(sizes) for sizes in counted]
    orders = [
        sum(many * factorial(size) * factorial(14 - size) for size, many in enumerate(sizes)) for sizes in counted
    ]
    assert council.shapley_shubik() == [Fraction(many, factorial(15)) for many in orders]
