"""The commands count, verify and ballots, as they are typed."""

import json
import subprocess
import sys
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from whipcount.errors import BallotError, TieUnresolved, UsageError

SHELF = Path(str(files("whipcount.library") / "ballots"))
MPS = str(SHELF / "uk-labour-2010-mps.soi")
TALLIES = str(SHELF / "uk-labour-2010-tallies.yaml")


def run(name, *args, exit_code=0):
    command = import_module(f"whipcount.cli.{name}").command
    found = CliRunner().invoke(command, [str(a) for a in args])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == exit_code, found.output
    return found


@pytest.fixture
def tied(tmp_path):
    file = tmp_path / "tied.csv"
    file.write_text("rank1,rank2,weight\nA,C,4\nB,A,4\nC,B,4\n")
    return file


def test_a_count_in_a_terminal():
    text = run("count", MPS, "--rules", "av", "--pairwise", "--margin").stdout
    assert "D.Milbnd is elected: 140 to 122 in the last of 4 rounds." in text
    assert "D.Abbott is last (7)" in text
    assert "D.Milbnd beats everybody else." in text
    assert "No change of fewer than 9 papers" in text


def test_the_college():
    text = run("count", MPS, "--rules", "uk-labour@2010-09-25", "--section", "mps", "--tallies", TALLIES).stdout
    assert "Ed Miliband is elected: 50.65 % to 49.35 % in the last of 4 rounds." in text


def test_a_record_is_verified_and_a_changed_one_is_not(tmp_path):
    record = tmp_path / "record.json"
    record.write_bytes(run("count", MPS, "--rules", "av", "--json").stdout_bytes)
    assert "gives the same" in run("verify", record, "--ballots", MPS).stderr
    record.write_text(record.read_text().replace('"D.Milbnd": 140', '"D.Milbnd": 141'))
    found = run("verify", record, "--ballots", MPS, exit_code=1)
    assert "rounds[3].tallies.D.Milbnd: the record says 141, the recount gives 140" in found.stdout


def test_the_college_is_verified_from_its_record(tmp_path):
    record = tmp_path / "record.json"
    asked = ("--rules", "uk-labour@2010-09-25", "--section", "mps", "--tallies", TALLIES)
    record.write_bytes(run("count", MPS, *asked, "--json").stdout_bytes)
    assert run("verify", record, "--ballots", MPS).stdout == ""


def test_same_bytes_from_another_process():
    code = "from importlib import import_module as i; i('whipcount.cli.count').command()"
    line = [sys.executable, "-c", code, MPS, "--rules", "av", "--json"]
    outputs = {subprocess.run(line, capture_output=True, check=True, env={"PYTHONHASHSEED": s}).stdout for s in "12"}
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["rounds"][0]["tallies"]["D.Milbnd"] == 111


def test_csv_and_page(tmp_path):
    page = tmp_path / "page.html"
    text = run("count", MPS, "--rules", "av", "--csv", "--html", page).stdout
    assert text.splitlines()[1].startswith("ballot,1,,D.Abbott,7,")
    assert page.read_text().startswith("<!doctype html>")


def test_ties_stop_the_count_unless_a_rule_is_given(tied, tmp_path):
    with pytest.raises(TieUnresolved, match="--tie all"):
        run("count", tied, "--rules", "av")
    assert "A, B and C can win" in run("count", tied, "--rules", "av", "--tie", "all").stdout
    assert "seeded lot" in run("count", tied, "--rules", "av", "--seed", "dice").stdout
    order = tmp_path / "order"
    order.write_text("A\nB\nC\n")
    # C, the least favoured, goes out; C's papers elect B.
    assert "B is elected: 8 to 4" in run("count", tied, "--rules", "av", "--order", order).stdout
    lots = tmp_path / "lots.yaml"
    lots.write_text("- {round: 1, order: [C, A, B]}\n")
    assert "drawn in round 1: C > A > B" in run("count", tied, "--rules", "av", "--lots", lots).stdout
    assert "needs --lots FILE" in run("count", tied, "--rules", "av", "--tie", "lot", exit_code=2).stderr


def test_rounds_from_files_of_their_own(tmp_path):
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    one.write_text("rank1,weight\nA,40\nB,35\nC,15\nD,10\n")
    two.write_text("rank1,weight\nA,48\nB,52\n")
    text = run("count", one, two, "--rules", "exhaustive", "--withdraw", "1:C").stdout
    assert "B is elected: 52 to 48" in text
    assert "C withdrew." in text
    assert "a further vote is needed among A, B and C" in run("count", one, "--rules", "exhaustive").stdout


def test_sections_and_ballots_from_files_of_their_own(tmp_path):
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    one.write_text("rank1,weight\nA,6\nB,4\n")
    two.write_text("rank1,weight\nA,10\nB,90\n")
    college = run("count", f"caucus={one}", f"members={two}", "--rules", "au-labor@2019-01-01", "--json").stdout
    assert json.loads(college)["rounds"][0]["tallies"] == {"A": "7/20", "B": "13/20"}
    path = run("count", f"mps={one}", f"members={two}", "--rules", "uk-conservatives@2022-10-25").stdout
    assert "B is elected: 90 to 10" in path
    with pytest.raises(UsageError, match="caucus=FILE members=FILE"):
        run("count", one, two, "--rules", "au-labor@2019-01-01")
    with pytest.raises(UsageError, match="with one of: caucus, members"):
        run("count", f"lords={one}", "--rules", "au-labor@2019-01-01")


def test_electors(tmp_path):
    one = tmp_path / "1.csv"
    one.write_text("rank1,weight\nA,204\nB,152\n")
    asked = ("count", one, "--rules", "uk-conservatives@1990-11-20", "--ballot", "first")
    with pytest.raises(UsageError, match="--entitled"):
        run(*asked)
    assert "Nobody is elected" in run(*asked, "--entitled", "mps=372").stdout


def test_bad_ballots_are_refused_or_set_aside(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("rank1,weight\nA,4\nB,minus\nC,2\n")
    with pytest.raises(BallotError):
        run("count", bad, "--rules", "av")
    aside = tmp_path / "aside.txt"
    text = run("count", bad, "--rules", "av", "--skip-bad", aside).stdout
    assert "1 ballot could not be read and is counted nowhere." in text
    assert "minus" in aside.read_text()
    run("count", bad, bad, "--rules", "av", "--skip-bad", aside)
    assert "minus" in (tmp_path / "aside.txt.2").read_text()


def test_what_is_in_a_file():
    text = run("ballots", "info", MPS).stdout
    assert "5: D.Abbott, E.Balls, A.Burnhm, D.Milbnd, E.Milbnd" in text
    assert "266, 76 different, up to 5 ranks" in text
    assert json.loads(run("ballots", "info", MPS, "--json").stdout)["votes"] == 266


def test_conversion_keeps_the_votes(tmp_path):
    for ending in ("csv", "blt", "abif"):
        target = tmp_path / f"x.{ending}"
        run("ballots", "convert", MPS, target)
        assert "140 to 122" in run("count", target, "--rules", "av").stdout
    with pytest.raises(UsageError, match="xlsx"):
        run("ballots", "convert", MPS, tmp_path / "x.xlsx")
