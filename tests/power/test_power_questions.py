"""The questions about camps, against what they mean in every draw, and as of a September."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import whipcount
from whipcount.cli.main import cli
from whipcount.contest import load
from whipcount.errors import NotFound
from whipcount.headcount import UNALIGNED, Headcount, headcount
from whipcount.power.questions import Answers, ask

CONTESTS = Path(whipcount.__file__).parent / "library" / "contests"


@cache
def counted(question: str) -> Headcount:
    seen = load(CONTESTS / "nz-labour-2011").as_of(date(2011, 9, 30))
    return headcount(seen, seen.question(question), "caucus", draws=4000)


@cache
def answers() -> Answers:
    return ask(counted("camps"), 22, lost=counted("goff"))


def test_every_answer_is_the_share_of_draws_in_which_it_is_so() -> None:
    count = counted("camps")
    camps = [o for o in count.options if o != UNALIGNED]
    totals = {c: count.for_option(c) for c in camps}
    times: dict[tuple[str, str], int] = {}
    for draw in range(len(count.draws.totals)):
        for camp in camps:
            own = int(totals[camp][draw])
            best = max(int(totals[c][draw]) for c in camps if c != camp)
            holds = own < 22 and best < 22 <= best + own
            for kind, so in (("balance", holds), ("kingmaker", holds and own < best), ("block", 42 - own < 22)):
                times[kind, camp] = times.get((kind, camp), 0) + so
    for one in answers().answers:
        if one.kind in {"balance", "kingmaker", "block"}:
            assert one.p == pytest.approx(times[one.kind, one.camps[0]] / 4000)
        if one.kind == "win":
            assert one.p == pytest.approx(float((np.sum([totals[c] for c in one.camps], axis=0) >= 22).mean()))


def test_each_of_the_five_questions_has_an_answer_with_its_reasons() -> None:
    found = answers()
    lost, joint = found.of("lost"), found.of("win", "Shane Jones", "David Cunliffe")
    assert lost is not None
    assert lost.p > 0.75
    assert joint is not None
    assert 0.3 < joint.p < 0.9
    assert joint.reasons[0].row.amount is not None
    assert joint.reasons[0].row.amount.text == "has the numbers"
    for camp in ("Shane Jones", "rear-guard"):
        balance, block = found.of("balance", camp), found.of("block", camp)
        assert balance is not None
        assert block is not None
        assert balance.p > block.p
        assert balance.reasons
    king = found.of("kingmaker")
    assert king is not None
    assert king.camps != ("David Cunliffe",)


def test_a_coalition_may_be_named() -> None:
    found = ask(counted("camps"), 22, [("Shane Jones", "rear-guard")])
    assert [a.camps for a in found.answers if a.kind == "win"] == [("Shane Jones", "rear-guard")]
    assert found.of("lost") is None
    with pytest.raises(NotFound, match="Nobody"):
        ask(counted("camps"), 22, [("Shane Jones", "Nobody")])


def test_answers_are_given_as_data_and_drawn() -> None:
    found = answers()
    data = found.to_json()
    json.dumps(data)
    assert all(0 <= a["p"] <= 1 and a["reasons"] for a in data)
    assert all({"quote", "source", "effect", "note"} <= set(r) for a in data for r in a["reasons"])
    assert [r["question"] for r in found.table()] == [a["question"] for a in data]
    assert "<table" in found._repr_html_()
    assert found.chart().to_dict()["layer"]


def test_the_command_takes_the_question_about_camps_and_says_why() -> None:
    arguments = ["power", "nz-labour-2011", "--as-of", "2011-09-30", "--draws", "2000"]
    said = CliRunner().invoke(cli, arguments, env={"COLUMNS": "120"}).output
    assert "Has Phil Goff lost a majority of the caucus? About" in said
    assert "Can David Cunliffe and Shane Jones together win?" in said
    assert "e051" in said
    found = json.loads(CliRunner().invoke(cli, [*arguments, "--json"]).stdout)
    assert found["question"] == "camps"
    assert {a["kind"] for a in found["answers"]} == {"lost", "win", "kingmaker", "balance", "block"}
