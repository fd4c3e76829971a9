"""Every published contest that ships, put through its rulebook."""

from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest

from whipcount import rules
from whipcount.contest.result import BallotResult, Result, Round, Vote
from whipcount.count.replay import replay
from whipcount.errors import ContestError
from whipcount.plaintext import read_yaml, validate

LIBRARY = Path(str(files("whipcount.library")))
FILES = [*sorted((LIBRARY / "past").glob("*.yaml")), *sorted((LIBRARY / "contests").glob("*/result.yaml"))]


def load(path):
    data, lines = read_yaml(path, ContestError)
    return validate(Result, data, lines, ContestError)


@pytest.mark.parametrize("path", FILES, ids=[f"{p.parent.name}-{p.stem}" for p in FILES])
def test_the_rules_say_what_happened(path):
    result = load(path)
    found = replay(result, rules.find(result.rules).version)
    assert found.problems == ()
    assert all(one.difference <= result.tolerance for one in found.rounds)


def test_there_is_history_to_replay():
    assert sum(bool(load(path).ballots) for path in FILES) >= 50


def made(rounds, elected, *, candidates=("A", "B", "C"), tolerance="0.01"):
    return Result(
        id="x",
        title="x",
        rules="av",
        decided="2020-01-01",
        winner=elected,
        candidates=candidates,
        tolerance=tolerance,
        ballots=(BallotResult(ballot="ballot", rounds=rounds, elected=elected),),
        source="ours",
        confidence="high",
    )


AV = rules.find("av").version
FIRST = {"body": {"A": 45, "B": 35, "C": 20}}


def test_a_wrong_winner_is_a_problem():
    last = Round(votes={"body": {"A": 45, "B": 50}})
    found = replay(made((Round(votes=FIRST, out=("C",)), last), "A"), AV)
    assert found.winner == "B"
    assert any("by the rules B is elected; published: A" in p for p in found.problems)


def test_the_wrong_one_out_is_a_problem():
    last = Round(votes={"body": {"A": 45, "C": 50}})
    found = replay(made((Round(votes=FIRST, out=("B",)), last), "C"), AV)
    assert any("B went out" in p for p in found.problems)
    assert any("by the rules C goes out, and did not" in p for p in found.problems)


def test_a_total_that_does_not_follow_is_a_problem_beyond_the_tolerance():
    last = Round(votes={"body": {"A": 45, "B": 50}}, total={"B": "52.9"})
    rounds = (Round(votes=FIRST, out=("C",)), last)
    assert any("published: 52.9000 %" in p for p in replay(made(rounds, "B"), AV).problems)
    assert replay(made(rounds, "B", tolerance="0.3"), AV).agrees


def test_going_on_after_the_end_is_a_problem():
    rounds = (Round(votes={"body": {"A": 55, "B": 45}}, out=("B",)), Round(votes={"body": {"A": 60}}))
    assert any("had ended" in p for p in replay(made(rounds, "A"), AV).problems)


def test_someone_missing_from_the_next_round_is_a_problem():
    rounds = (Round(votes=FIRST), Round(votes={"body": {"A": 45, "B": 50}}))
    found = replay(made(rounds, "B"), AV)
    assert any("A, B and C are left" in p for p in found.problems)


def test_unpublished_rounds_are_listed_not_guessed():
    found = replay(made((Round(votes=FIRST, out=("C",)), Round(votes={})), "B"), AV)
    assert any("not published" in note for note in found.unchecked)
    assert found.agrees


@pytest.mark.parametrize(("against", "kept"), [(190, True), (170, False)])
def test_a_confidence_vote_against_its_rule_is_a_problem(against, kept):
    clause = rules.find("majority").version.clause("confidence")
    assert clause.threshold.share == Fraction(1, 2)
    vote = Vote(
        clause="confidence", date="2020-01-01", entitled=360, for_leader=360 - against, against=against, kept=kept,
        source="ours", confidence="high",
    )  # fmt: skip
    result = Result(
        id="x", title="x", rules="majority", decided="2020-01-01", votes_on_leader=(vote,), source="ours",
        confidence="high",
    )  # fmt: skip
    found = replay(result, rules.find("majority").version)
    assert len(found.problems) == 1
