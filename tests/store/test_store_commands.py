"""`whipcount store ...` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from store_making import bytes_of

from whipcount.cli.main import cli
from whipcount.errors import UsageError
from whipcount.store import StoreAway, open_store


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WHIPCOUNT_STORE", raising=False)


def run(*words: object) -> Result:
    done = CliRunner().invoke(cli, ["store", *map(str, words)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_in_and_out_and_back(folder: Path, tmp_path: Path) -> None:
    assert "small: 7 rows, version 1." in run("import", folder, "--who", "ada").output
    assert (tmp_path / "whipcount.db").is_file()
    run("export", "small", tmp_path / "out")
    assert bytes_of(tmp_path / "out") == bytes_of(folder)
    assert "Sound." in run("check").output
    assert "ada: import small" in run("log", "small").output
    assert "undo of event 1" in run("undo", "1", "--who", "ben").output
    assert "[undone by 2]" in run("log", "--changes").output
    assert "bytes" in run("backup", tmp_path / "copy.db").output
    with open_store(tmp_path / "copy.db") as copy:
        assert len(copy.events()) == 2


def test_json_everywhere(folder: Path, tmp_path: Path) -> None:
    made = json.loads(run("import", folder, "--json").output)
    assert made[0]["rows"]["evidence.csv"] == 2
    assert json.loads(run("export", "small", tmp_path / "out", "--json").output)["files"]
    assert json.loads(run("check", "--json").output)["sound"] is True
    (event,) = json.loads(run("log", "--json").output)
    assert event["action"] == "import"
    assert event["changes"][0]["entity"] == "contest"
    assert json.loads(run("undo", "1", "--json").output)["undoes"] == 1
    assert json.loads(run("backup", tmp_path / "b.db", "--json").output)["bytes"] > 0


def test_where_the_store_is_can_be_said_once(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHIPCOUNT_STORE", str(tmp_path / "other.db"))
    run("import", folder)
    assert (tmp_path / "other.db").is_file()
    assert "small" in run("log", "--store", tmp_path / "other.db").output


def test_what_is_wrong_is_told(folder: Path, tmp_path: Path) -> None:
    run("import", folder)
    with pytest.raises(UsageError, match="not empty"):
        run("export", "small", folder)
    with pytest.raises(UsageError, match="no event"):
        run("undo", "77")
    with pytest.raises(UsageError, match="no contest"):
        run("log", "large")
    with pytest.raises(StoreAway, match="does not answer"):
        run("log", "--store", f"postgresql:///none?host={tmp_path}")


def test_a_store_that_is_not_sound_says_so_and_fails(folder: Path, tmp_path: Path) -> None:
    run("import", folder)
    with open_store(tmp_path / "whipcount.db") as store:
        store.database.write(lambda c: c.exec_driver_sql("UPDATE journal SET who = 'nobody'"))
    done = run("check")
    assert done.exit_code == 1
    assert "not as it was written" in done.output
