"""The real ballots of 2010, alone and in the college: published rounds to the published decimals."""

from importlib.resources import files
from pathlib import Path

import pytest

from whipcount import rules
from whipcount.ballots import read_ballots
from whipcount.count import count, read_tallies
from whipcount.count.words import decimal

SHELF = Path(str(files("whipcount.library") / "ballots"))


@pytest.fixture(scope="module")
def papers():
    return read_ballots(SHELF / "uk-labour-2010-mps.soi")


def test_mps_alone(papers):
    tally = count(papers, rules.find("av").version.ballots[0], rulebook="av")
    first, last = tally.rounds[0].totals, tally.rounds[-1].totals
    assert first == {"D.Milbnd": 111, "E.Milbnd": 84, "E.Balls": 40, "A.Burnhm": 24, "D.Abbott": 7}
    assert last == {"D.Milbnd": 140, "E.Milbnd": 122}
    assert [r.eliminated for r in tally.rounds] == [("D.Abbott",), ("A.Burnhm",), ("E.Balls",), ()]
    assert tally.winner == "D.Milbnd"
    assert [r.inactive_in_all["exhausted"] for r in tally.rounds] == [0, 2, 2, 4]


def test_college_comes_out_as_published(papers):
    tallies = read_tallies(SHELF / "uk-labour-2010-tallies.yaml")
    ballot = rules.find("uk-labour@2010-09-25").version.ballots[0]
    tally = count(papers, ballot, tallies=tallies, section="mps")
    published = [
        {"David Miliband": "37.78", "Ed Miliband": "34.33", "Ed Balls": "11.79", "Andy Burnham": "8.68", "Diane Abbott": "7.42"},
        {"David Miliband": "38.89", "Ed Miliband": "37.47", "Ed Balls": "13.23", "Andy Burnham": "10.41"},
        {"David Miliband": "42.72", "Ed Miliband": "41.26", "Ed Balls": "16.02"},
        {"David Miliband": "49.35", "Ed Miliband": "50.65"},
    ]  # fmt: skip
    assert [{n: decimal(s * 100, 2) for n, s in r.shares.items()} for r in tally.rounds] == published
    leaders = [max(r.totals, key=lambda n: r.totals[n]) for r in tally.rounds]
    assert leaders == ["David Miliband"] * 3 + ["Ed Miliband"]
    assert tally.winner == "Ed Miliband"


def test_transfers_in_the_college_are_those_of_papers_and_of_gains(papers):
    tallies = read_tallies(SHELF / "uk-labour-2010-tallies.yaml")
    ballot = rules.find("uk-labour@2010-09-25").version.ballots[0]
    first = count(papers, ballot, tallies=tallies, section="mps").rounds[0]
    # 4 MPs' papers, 42,176 - 37,980 members and 95,335 - 87,585 affiliates went to Ed Miliband.
    assert first.transfers["Diane Abbott"]["Ed Miliband"] == 4 + 4196 + 7750
    assert first.transfers["Diane Abbott"]["exhausted"] == 2 + 562 + 2594
