"""Conditional and dated predictions from end to end: handed in, kept, resolved, scored and shown."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from whipcount.cli.score import command
from whipcount.errors import InputError
from whipcount.score import Prediction, read_entries

BASE = {
    "entry": "prediction", "id": "w-1", "by": "A. Writer", "kind": "commentator", "contest": "nz-labour-2012",
    "says": "The deputy takes over", "probability": 0.7, "basis": "stated", "made": "2012-11-20", "source": ["a column"],
}  # fmt: skip


def handed_in(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(e) + "\n" for e in entries), encoding="utf-8")
    return path


def one(path: Path, **more: Any) -> Prediction:
    (found,) = read_entries(handed_in(path / "in.jsonl", BASE | more))
    assert isinstance(found, Prediction)
    return found


@pytest.mark.parametrize(
    ("more", "last", "wording"),
    [
        ({}, "2013-05-31", "by autumn 2013 (southern)"),
        ({"contest": "uk-labour-2010"}, "2013-11-30", "by autumn 2013 (northern)"),
        ({"contest": "uk-labour-2010", "hemisphere": "south"}, "2013-05-31", "by autumn 2013 (southern)"),
        ({"contest": "elsewhere-2012", "country": "Australia"}, "2013-05-31", "by autumn 2013 (southern)"),
    ],
)
def test_a_time_in_words_is_of_its_own_hemisphere(
    tmp_path: Path, more: dict[str, str], last: str, wording: str
) -> None:
    made = one(tmp_path, when="by autumn 2013", **more)
    assert (str(made.not_before), str(made.not_after), made.wording) == ("2012-11-20", last, wording)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"when": "soon"}, "gives no time that is understood"),
        ({"when": "by autumn 2011"}, "was over on 2012-11-20"),
        ({"when": "by autumn 2013", "contest": "elsewhere-2012"}, "whose seasons are meant is not known"),
        ({"when": "by autumn 2013", "hemisphere": "east"}, "no hemisphere 'east'"),
        ({"when": "by autumn 2013", "not_after": "2013-05-31"}, "stands beside 'not_after'"),
        ({"when": 2013}, "in words"),
        ({"hemisphere": "south"}, "in words"),
        ({"when": "by autumn 2013", "made": "yesterday"}, "yesterday"),
    ],
)
def test_times_that_make_no_sense(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as told:
        one(tmp_path, **more)
    assert "in.jsonl:1" in str(told.value)


def test_from_the_hand_to_the_board(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    void = BASE | {"id": "w-2", "condition": "the vote is lost", "when": "by late summer"}
    end = {"entry": "resolution", "source": ["a result"], "on": "2013-02-04"}
    record = handed_in(
        tmp_path / "in.jsonl", BASE | {"when": "by autumn 2013"}, void,
        end | {"id": "e-1", "of": "w-1", "verdict": "came false", "why": "he stayed"},
        end | {"id": "e-2", "of": "w-2", "verdict": "void", "why": "the vote was won"},
    )  # fmt: skip
    run = CliRunner()
    made = run.invoke(command, ["--ledger", str(ledger), "--record", str(record), "--json"])
    assert made.exit_code == 0, made.output
    shown = {p["id"]: p for p in json.loads(made.stdout)["predictions"]}
    assert shown["w-1"]["brier"] == pytest.approx(0.49)
    assert shown["w-1"]["not_after"] == "2013-05-31"
    assert (shown["w-2"]["verdict"], shown["w-2"]["brier"], shown["w-2"]["not_after"]) == ("void", None, "2013-02-28")
    rows = list(csv.DictReader(io.StringIO(run.invoke(command, ["--ledger", str(ledger), "--csv", "--detail"]).stdout)))
    assert [r["wording"] for r in rows] == ["by autumn 2013 (southern)", "by late summer (southern)"]
    table = " ".join(run.invoke(command, ["--ledger", str(ledger), "--detail"], env={"COLUMNS": "160"}).stdout.split())
    assert "counts only if: the vote is lost" in table
    assert "void" in table
    board = " ".join(run.invoke(command, ["--ledger", str(ledger)]).stdout.split())
    assert "1 were conditional; of 1 the condition did not come about. 2 had to come true by a date" in board
