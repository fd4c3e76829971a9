"""`whipcount score` and `whipcount predict`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from whipcount.cli.predict import command as predict
from whipcount.cli.score import command as score
from whipcount.errors import InputError, UsageError


def run(command: object, *args: str) -> Result:
    return CliRunner().invoke(command, args)  # type: ignore[arg-type]


def test_the_board_of_a_contest(tmp_path: Path) -> None:
    picture = tmp_path / "board.svg"
    found = run(score, "uk-labour-2010", "--days", "7", "--chart", str(picture))
    assert found.exit_code == 0, found.output
    assert "Who called it" in found.stdout
    assert "hindcast" in found.stdout
    assert picture.read_text().startswith("<svg")


def test_json_and_csv() -> None:
    data = json.loads(run(score, "nz-labour-2012", "--days", "", "--json").stdout)
    assert {row["by"] for row in data["rows"]} >= {"iPredict"}
    rows = list(csv.DictReader(io.StringIO(run(score, "nz-labour-2012", "--days", "", "--csv").stdout)))
    assert len(rows) == len(data["rows"])
    detail = list(csv.DictReader(io.StringIO(run(score, "nz-labour-2012", "--days", "", "--csv", "--detail").stdout)))
    assert len(detail) == len(data["predictions"])


def test_publish_verify_resolve_score(tmp_path: Path) -> None:
    ledger = tmp_path / "l.jsonl"
    args = ("uk-labour-2010", "--as-of", "2010-09-20", "--draws", "2000", "--ledger", str(ledger))
    shown = run(predict, *args, "--json")
    assert not ledger.exists()
    published = run(predict, *args, "--publish")
    assert published.exit_code == 0, published.output
    entry = json.loads(ledger.read_text())["entry"]
    assert entry["outcomes"] == json.loads(shown.stdout)["outcomes"]
    assert isinstance(run(predict, *args, "--publish").exception, InputError)  # nobody predicts the same twice
    head = json.loads(run(score, "--ledger", str(ledger), "--verify", "--json").stdout)["head"]
    resolved = run(score, "--ledger", str(ledger), "--resolve", "--json")
    (row,) = json.loads(resolved.stdout)["rows"]
    assert (row["late"], row["scored"]) == (1, 1)
    assert run(score, "--ledger", str(ledger), "--verify", "--head", head).exit_code == 0
    ledger.write_text(ledger.read_text().replace("0.", "0.0", 1))
    broken = run(score, "--ledger", str(ledger), "--verify")
    assert broken.exit_code == 1
    assert "entry 1 was changed" in broken.stderr


def test_entries_of_others_go_on_record(tmp_path: Path) -> None:
    ledger, entries = tmp_path / "l.jsonl", tmp_path / "in.jsonl"
    one = {
        "entry": "prediction", "id": "x", "by": "B", "kind": "commentator", "contest": "c", "says": "y", "probability": 0.6,
        "basis": "stated", "made": "2031-01-01", "source": ["s"],
    }  # fmt: skip
    end = {"entry": "resolution", "id": "x-end", "of": "x", "verdict": "came true", "why": "w", "source": ["s"]}
    entries.write_text(json.dumps(one) + "\n" + json.dumps(end) + "\n")
    found = run(score, "--ledger", str(ledger), "--record", str(entries), "--csv")
    # a ledger that there is not yet is made by recording
    assert found.exit_code == 0, found.exception
    assert "0.16" in found.stdout


@pytest.mark.parametrize(
    "args",
    [
        ("--verify",),
        ("uk-labour-2010", "--ledger", "x"),
        ("uk-labour-2010", "--days", "soon"),
        ("uk-labour-2010", "--days", "0"),
        ("uk-labour-2010", "--days", "7", "--chart", "board.doc"),
        ("no-such-contest",),
    ],
)
def test_wrong_usage_is_one_message(args: tuple[str, ...]) -> None:
    found = run(score, *args)
    assert isinstance(found.exception, UsageError)


def test_a_date_before_the_evidence() -> None:
    assert isinstance(run(predict, "uk-labour-2010", "--as-of", "1999-01-01").exception, UsageError)


def test_a_date_to_come_is_refused() -> None:
    found = run(predict, "uk-labour-2010", "--as-of", "2999-01-01")
    assert isinstance(found.exception, UsageError)
    assert "in the future" in str(found.exception)
