"""Past contests: nothing later leaks in, nothing of the result is seen, files of strangers are read; and the baselines are beaten."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from whipcount.cli.backtest import command
from whipcount.contest import load
from whipcount.errors import ContestError
from whipcount.forecast.figures import day_known, figures, implied, number
from whipcount.forecast.past import PastContest, read_past, read_shelf, shipped
from whipcount.forecast.past_folder import past_data
from whipcount.forecast.pastcast import forecast_past, layout, sights_of
from whipcount.forecast.settings import links
from whipcount.score.backtest import BASELINES, backtest
from whipcount.spread import Engine

SHELF = read_shelf(shipped())
EVIDENT = ["uk-con-2005", "uk-lab-2015", "ca-cpc-2017", "ie-fg-2017", "uk-ld-2006", "uk-snp-2023"]
DAYS = (60, 30, 7, 1)


def raw(name: str) -> dict[str, object]:
    return past_data(load(shipped() / name))


def read(tmp_path: Path, data: dict[str, object]) -> PastContest:
    path = tmp_path / "x.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return read_past(path)[0]


def chances(contest: PastContest, days: int) -> dict[str, float]:
    return forecast_past(contest, contest.decided - timedelta(days=days), links(contest.id), draws=500).p_wins


@pytest.mark.parametrize("name", [c.id for c in SHELF.contests])
def test_nothing_of_the_result_is_seen(name: str, tmp_path: Path) -> None:
    data, contest = raw(name), read_past(shipped() / name)[0]
    data["result"] = {"winner": "Somebody Else", "rounds": []}
    data["notes"] = "nothing"
    for row in data["candidates"]:  # type: ignore[attr-defined]
        row["outcome"] = "won"
    data["candidates"] = list(reversed(data["candidates"]))  # type: ignore[call-overload]
    assert read(tmp_path, data) == contest or chances(read(tmp_path, data), 1) == chances(contest, 1)


@pytest.mark.parametrize("name", EVIDENT)
@pytest.mark.parametrize("days", DAYS)
def test_no_fact_dated_later_leaks(name: str, days: int, tmp_path: Path) -> None:
    data, contest = raw(name), read_past(shipped() / name)[0]
    day = contest.decided - timedelta(days=days)

    def later(row: dict[str, object]) -> bool:
        known = day_known(row.get("end") or row.get("date"), contest.eve)
        return known is None or known > day

    def scrambled(row: dict[str, object]) -> dict[str, object]:
        kept = {
            k: v
            for k, v in row.items()
            if k not in {"shares", "prices", "implied_raw", "counts", "favourite", "leader"}
        }
        names = [c["name"] for c in data["candidates"]]  # type: ignore[attr-defined]
        return kept | {
            "shares": {n: i + 1 for i, n in enumerate(names)},
            "prices": {names[-1]: "1/100"},
            "leader": names[-1],
        }

    for block in (data, data["endorsements"]):
        for key in ("polls", "odds", "mps", "nominations"):
            if key in block:  # type: ignore[operator]
                block[key] = [scrambled(r) if later(r) else r for r in block[key]]  # type: ignore[index]
    assert chances(read(tmp_path, data), days) == chances(contest, days)


def test_the_order_of_the_file_tells_nothing() -> None:
    for contest in SHELF.contests:
        p = chances(contest, 1)
        assert sum(p.values()) == pytest.approx(1)
        plan = layout(contest.as_of(contest.eve), len(p))
        if not sights_of(contest.as_of(contest.eve), plan, links()):
            assert len(set(p.values())) == 1


def test_links_of_a_contest_are_fitted_without_it() -> None:
    with_votes = [c.id for c in SHELF.contests if c.id in SHELF.results and SHELF.results[c.id].rounds]
    for name in with_votes:
        assert links(name) != links()
    assert links("a-contest-of-somebody-else") == links()


def test_the_baselines_are_beaten_and_intervals_cover() -> None:
    made = backtest(SHELF)
    assert 0.70 <= (made.summary().coverage80 or 0) <= 0.90
    sizes = {"poll_leader": (15, 11), "odds_favourite": (15, 13), "most_nominations": (20, 14.5)}
    for name, beside in made.baselines[1].items():
        assert (beside.baseline.n, beside.baseline.hits) == sizes[name]
        assert beside.ours.hits > beside.baseline.hits
        assert (beside.ours.brier or 9) < (beside.baseline.brier or 0)
        assert (beside.ours.log or 9) < (beside.baseline.log or 0)


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_scores_are_the_same_wherever_they_are_made(engine: Engine) -> None:
    if engine == "dask":
        pytest.importorskip("distributed")
    few = replace(SHELF, contests=SHELF.contests[5:9])
    there = backtest(few, (30,), draws=500, engine=engine)
    assert there.to_json() == backtest(few, (30,), draws=500).to_json()
    assert there.table() != backtest(few, (30,), draws=500, seed=2).table()


def test_the_command_gives_what_was_agreed() -> None:
    ran = CliRunner().invoke(command, ["--json", "--at", "30", "--draws", "500"])
    assert ran.exit_code == 0, ran.output
    out = json.loads(ran.output)
    assert len(out["contests"]) == len(SHELF.contests)
    for row in out["contests"]:
        assert {"id", "decided", "as_of", "winner", "favourite", "p_winner", "brier", "log"} <= set(row)
        assert row["as_of"] < row["decided"]
    keys = {"n", "hits", "brier", "log", "coverage80"}
    assert keys <= set(out["summary"])
    for name in BASELINES:
        assert keys <= set(out["summary"][name])
        assert keys <= set(out["summary"][name]["ours"])
        assert out["summary"][name]["n"] == out["summary"][name]["ours"]["n"]
    assert set(out["looks"]) == {"30"}
    table = CliRunner().invoke(command, ["--csv", "--draws", "500"]).output.splitlines()
    assert len(table) == len(SHELF.contests) + 1
    assert CliRunner().invoke(command, ["--at", "soon"]).exit_code == 2


def test_files_of_strangers(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "decided: 2020-05\ncandidates: [{name: A}, {name: B}, C]\nodds: 7\npolls: [3]\nrules: x\n"
    )
    (tmp_path / "b.yaml").write_text("id: b\ncandidates: [{name: A}, {name: B}]\n")
    (tmp_path / "c.yml").write_text("a: [")
    (tmp_path / "d.yaml").write_text(
        "id: d\ndecided: '2021-01-10'\ncandidates: [{name: A}, {name: B, date: 2020-12}]\n"
        "rules: {kind: never heard of, stages: [{sections: [{name: MPs, weight: 30%}, {name: x, weight: '0.7'}]}]}\n"
        "polls: [{end: 2021-01, selectorate: true, shares: {A: '60%', B: '40 %', Z: 3}}, {end: '2021-01-02', shares: {A: 900, B: 3}}]\n"
        "odds: [{phase: final, prices: {A: evens, B: '+120', C: 3/0}}, {date: bad, prices: {A: 1.5}}]\n"
        "result: {winner: A, rounds: [{votes: {A: n/a}}]}\n"
    )
    shelf = read_shelf(tmp_path)
    assert [c.id for c in shelf.contests] == ["a", "d"]
    assert len(shelf.problems) == 2
    d = shelf.contests[1].as_of(shelf.contests[1].eve)
    assert [p.known for p in d.polls] == [p.known for p in d.prices] == [d.eve]
    assert chances(shelf.contests[1], 1)["A"] > 0.5
    made = backtest(shelf, draws=500)
    assert made.summary().n == 1
    assert made.last[0].winner is None
    with pytest.raises(ContestError):
        read_shelf(tmp_path / "b.yaml")


def test_names_by_surname_and_shares_as_parts_of_one(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").write_text(
        "id: e\ndecided: '2021-01-10'\ncandidates: [{name: Ann Ash}, {name: Bo Birch}, {name: Cy Birch}]\n"
        "polls: [{end: '2021-01-01', shares: {A. Ash: 0.6, Bo Birch: 0.25, Birch: 0.1}}]\n"
        "odds: [{date: '2021-01-02', favourite: Ash}, {date: '2021-01-03', favourite: Birch}]\n"
    )
    contest = read_past(tmp_path / "e.yaml")[0]
    assert contest.polls[0].shares == {"Ann Ash": 60.0, "Bo Birch": 25.0}
    assert [p.favourite for p in contest.prices] == ["Ann Ash"]


def test_a_month_counts_from_its_end_and_in_the_month_of_the_decision_from_the_eve() -> None:
    eve = SHELF.contests[0].eve
    assert day_known("2006-11", eve).isoformat() == "2006-11-30"  # type: ignore[union-attr]
    assert day_known(f"{eve:%Y-%m}", eve) == eve
    assert day_known("2006", eve) == eve
    assert day_known("when it was", eve) is None


@pytest.mark.parametrize(
    ("price", "p"),
    [("7/4", 4 / 11), ("1.57", 1 / 1.57), ("79%", 0.79), ("evens", 0.5), ("+1200", 1 / 13), ("-5000", 50 / 51), (0.4, 0.4),
     ("4/1 on", 0.8), ("0.8/1", 1 / 1.8), (25, 0.04), ("n/a", None), (None, None), (True, None), (-3, None), ("0", None)],
)  # fmt: skip
def test_prices(price: object, p: float | None) -> None:
    assert implied(price) == (None if p is None else pytest.approx(p))


@given(st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.booleans(), st.lists(st.integers())))
def test_no_figure_raises(value: object) -> None:
    p, share = implied(value), number(value)
    assert p is None or 0 < p <= 1
    assert share is None or share >= 0
    assert figures(value) == {} or isinstance(value, dict)
    assert day_known(value, SHELF.contests[0].eve) is None or re.match(r"\s*\d{4}", str(value))
