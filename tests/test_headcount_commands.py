"""headcount, why, calls, path and power on the command line."""

from __future__ import annotations

import csv
import io
import json
from functools import cache

import pytest
from click.testing import CliRunner, Result

from whipcount.cli.main import cli
from whipcount.errors import WhipcountError
from whipcount.headcount import chosen, left_out

AT = ["nz-labour-2012", "--as-of", "2013-02-03", "--draws", "2000"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), env={"COLUMNS": "120"})


def data(*arguments: str):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_headcount_adds_up() -> None:
    found = data("headcount", *AT)
    options = found["options"]
    assert sum(o["mean"] for o in options.values()) == pytest.approx(found["electors"], abs=0.01)
    assert len(found["roll"]) == found["electors"] == 34


def test_headcount_by_elector_as_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(run("headcount", *AT, "--electors", "--csv").stdout)))
    assert len(rows) == 34
    assert all(float(r["for"]) + float(r["against"]) == pytest.approx(1, abs=0.01) for r in rows)


def test_why_lists_every_row_that_bears_with_its_source() -> None:
    found = data("why", *AT, "--for", "David Shearer")
    assert found["option"] == "for"
    assert len(found["evidence"]) > 20
    assert all(row["source"] and row["known"] <= "2013-02-03" for row in found["evidence"])
    sizes = [abs(r["people"]) / 34 + abs(r["points"]) / 100 for r in found["evidence"]]
    assert sizes == sorted(sizes, reverse=True)


def test_calls_rank_by_information() -> None:
    found = data("calls", *AT, "--need", "22")
    bits = [c["information"] for c in found["calls"]]
    assert bits == sorted(bits, reverse=True)
    assert 0 <= bits[0] <= found["entropy"] <= 1


def test_path_reaches_what_is_needed() -> None:
    found = data("path", *AT, "--to", "against", "--need", "15")
    for route in found["routes"]:
        assert found["have"] + sum(len(m["electors"]) for m in route["movers"]) >= 15
        assert route["p_then"] >= found["p_now"]


def test_power_says_who_can_win_together() -> None:
    found = data("power", "nz-labour-2011", "--as-of", "2011-09-30", "--question", "camps", "--draws", "2000")
    pairs = {c["coalition"]: c for c in found["coalitions"]}
    camps = {c["camp"]: c for c in found["camps"]}
    joint = pairs["David Cunliffe + Shane Jones"]
    assert joint["wins"] >= camps["David Cunliffe"]["wins_alone"]
    assert joint["wins"] >= camps["Shane Jones"]["wins_alone"]
    assert sum(c["shapley_shubik"] for c in found["camps"]) == pytest.approx(1, abs=1e-6)


@cache
def the_record():
    return data("record", "--draws", "4000")


def test_the_record_is_closer_than_every_simpler_method() -> None:
    everywhere, canvassed, fresh = the_record()["sums"]
    for part in (everywhere, fresh):
        assert part["mean"] < min(part[m] for m in ("declared", "scaled", "best"))
    assert canvassed["mean"] < canvassed["canvass"]
    assert 0.7 <= the_record()["coverage"] <= 0.9


def test_the_record_adds_up_from_its_lines() -> None:
    found = the_record()
    assert sum(abs(x["error"]) for x in found["lines"]) == pytest.approx(found["sums"][0]["mean"], abs=0.3)
    assert sum(c["options"] for c in found["cases"]) == len(found["lines"]) == found["sums"][0]["options"]
    assert all(x["low"] <= x["mean"] <= x["high"] for x in found["lines"])


def test_what_was_chosen_without_a_vote_does_well_on_it() -> None:
    tried: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chosen, "GAMMAS", (0.4, 1.0))
        patch.setattr(chosen, "KAPPAS", (4.0,))
        patch.setattr(chosen, "DELTAS", (0.0, 0.3))
        found = left_out(draws=1000, told=lambda done, of: tried.append(done))
    assert tried == [1, 2, 3, 4]
    assert set(found.choices.values()) <= {(g, 4.0, d) for g in (0.4, 1.0) for d in (0.0, 0.3)}
    assert found.to_json()["sums"][0]["mean"] < found.to_json()["sums"][0]["best"]
    assert len(found.table()) == 27


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["why", *AT, "--for", "Nobody"], "no option called 'Nobody'"),
        (["headcount", *AT, "--question", "soon"], "no question called 'soon'"),
        (["headcount", "nz-labour-2012", "--as-of", "1990-01-01"], "first evidence"),
        (["headcount", *AT, "--chart", "x.doc"], "ends in none of"),
        (["power", "nz-labour-2011", "--question", "camps", "--as-of", "2011-09-30", "--together", "A,B"], "A"),
    ],
)
def test_wrong_questions_get_one_message(arguments: list[str], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert isinstance(result.exception, WhipcountError), result.exception
    assert says in str(result.exception)


def test_charts_are_drawn(tmp_path) -> None:
    for name, arguments in {
        "headcount": [],
        "why": ["--for", "for"],
        "calls": [],
        "path": ["--to", "against", "--need", "15"],
    }.items():
        file = tmp_path / f"{name}.svg"
        assert run(name, *AT, *arguments, "--chart", str(file)).exit_code == 0
        assert file.read_text(encoding="utf-8").startswith("<svg")
