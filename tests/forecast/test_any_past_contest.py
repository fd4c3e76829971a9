"""Past contests of every odd form: no traceback, probabilities that sum to one, finite scores, one message for what is wrong."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whipcount.cli.backtest import command
from whipcount.contest import load
from whipcount.errors import ContestError
from whipcount.forecast import write_folder
from whipcount.forecast.past import read_past, read_shelf, shipped
from whipcount.forecast.past_folder import past_data
from whipcount.score.backtest import Backtest, backtest

NAMES = [
    "Ann Ash",
    "Bo Birch",
    "Cy Cedar",
    "Di Elm",
    "Zoë O'Fir",
    "Gil Birch",
    "Spill: no",
    "Confidence in Ann Ash",
    "X",
    "van der Yew",
]
SHIPPED = sorted(p.parent for p in shipped().glob("*/contest.yaml"))
JUNK = st.sampled_from([None, "", "n/a", -3, 1e400, [], {}, "soon", True, 0, "12 %", {"a": 1}, ["b"], "2021-13-45"])
KINDS = [
    "caucus-ballot", "omov-irv", "omov-plurality", "points-per-riding", "electoral-college-thirds", "confidence-vote",
    "mp-shortlist-members", "delegated-convention", "spill-ballots", "something new", None,
]  # fmt: skip
BODIES = ["MPs", "party members", "affiliated unions", "each riding (equal)", "", "caucus", "councillors"]


def days() -> st.SearchStrategy[Any]:
    """A day, a month, a year, or what is none; before, during and after the contest."""
    day = st.dates(min_value=date(2018, 1, 1), max_value=date(2021, 12, 31))
    return st.one_of(day, day.map(str), day.map(lambda d: f"{d:%Y-%m}"), day.map(lambda d: str(d.year)), JUNK)


def figures_of(names: list[str], value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = [*names, *(n.split()[-1] for n in names), "Don't know", "undecided", "Someone Else", "other"]
    return st.one_of(st.dictionaries(st.sampled_from(keys), st.one_of(value, JUNK), max_size=12), JUNK)


SHARES = st.one_of(st.floats(0, 100), st.integers(0, 100), st.floats(0, 1), st.integers(0, 99).map(lambda n: f"{n}%"))
PRICES = st.one_of(
    st.tuples(st.integers(1, 200), st.integers(1, 20)).map(lambda p: f"{p[0]}/{p[1]}"), st.floats(1.01, 500),
    st.floats(1.01, 50).map(lambda p: f"{p:.2f}"), st.integers(1, 99).map(lambda n: f"{n}%"), st.sampled_from(["evens", "+1200", "-300", "4/1 on"]),
)  # fmt: skip
COUNTS = st.one_of(st.integers(0, 400), st.integers(0, 400).map(str))


@st.composite
def rules(draw: st.DrawFn) -> Any:
    section = st.one_of(
        st.fixed_dictionaries({"name": st.sampled_from(BODIES), "weight": st.one_of(SHARES, JUNK)}),
        st.sampled_from(BODIES),
        JUNK,
    )
    method = st.sampled_from(
        [
            "secret ballot",
            "instant runoff",
            "most votes wins",
            "exhaustive secret ballots, bottom candidate out each time",
            "",
        ]
    )
    stage = st.fixed_dictionaries(
        {}, optional={"voters": st.sampled_from(BODIES), "method": method, "sections": st.lists(section, max_size=4)}
    )
    stages = st.one_of(st.lists(st.one_of(stage, JUNK), max_size=3), JUNK)
    return draw(st.fixed_dictionaries({"kind": st.sampled_from(KINDS)}, optional={"stages": stages}))


@st.composite
def contests(draw: st.DrawFn) -> dict[str, Any]:
    """A file of a past contest: what must be there, and anything at all in the rest."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=10, unique=True))
    day = st.one_of(days(), st.just("2021-03-05"))
    person = [draw(st.fixed_dictionaries({"name": st.just(n)}, optional={"date": day, "outcome": JUNK})) for n in names]
    poll = st.fixed_dictionaries({}, optional={
        "start": days(), "end": day, "date": days(), "pollster": st.sampled_from(["P", "Q", None]), "selectorate": st.sampled_from([True, False, None, "yes"]),
        "population": st.sampled_from(["party members", "voters", "self-selected members panel", "the public", 3]), "partial": JUNK,
        "n": st.one_of(st.integers(0, 9000), JUNK), "kind": st.sampled_from(["first-pref", "head-to-head", "final-two", "second-pref", "intention", None]),
        "shares": figures_of(names, SHARES),
    })  # fmt: skip
    price = st.fixed_dictionaries({}, optional={
        "date": day, "market": st.sampled_from(["winner", "next pm", None]), "phase": st.sampled_from(["opening", "mid", "final"]),
        "prices": figures_of(names, PRICES), "favourite": st.one_of(st.sampled_from(names), JUNK), "implied_raw": figures_of(names, SHARES),
        "bookmaker": st.sampled_from(["B", "commentary"]),
    })  # fmt: skip
    said = st.fixed_dictionaries({}, optional={
        "date": day, "kind": st.sampled_from(["mp_declared", "mp_nominations", "clp_nominations", "union", None]),
        "counts": figures_of(names, COUNTS), "leader": st.one_of(st.sampled_from(names), st.just(" / ".join(names[:2])), st.just(names[:2]), JUNK),
    })  # fmt: skip
    several = lambda one: st.one_of(st.lists(st.one_of(one, JUNK), max_size=4), JUNK)  # noqa: E731
    round_ = st.fixed_dictionaries({}, optional={
        "round": st.one_of(st.integers(0, 5), JUNK), "date": day, "section": st.sampled_from([*BODIES, "weighted total", None]),
        "unit": st.sampled_from(["votes", "percent", None]), "votes": figures_of(names, COUNTS), "other": JUNK,
    })  # fmt: skip
    return draw(st.fixed_dictionaries({"decided": st.sampled_from(["2021-03-06", "2021-03", "2021"]), "candidates": st.just(person)}, optional={
        "id": st.one_of(st.just("x"), JUNK), "opened": days(), "rules": st.one_of(rules(), JUNK), "polls": several(poll), "odds": several(price),
        "endorsements": st.one_of(st.fixed_dictionaries({}, optional={"mps": several(said), "nominations": several(said)}), JUNK),
        "result": st.one_of(st.fixed_dictionaries({"winner": st.one_of(st.sampled_from(names), JUNK)}, optional={"rounds": several(round_)}), JUNK),
        "party": JUNK, "notes": JUNK,
    }))  # fmt: skip


class Plain(yaml.SafeDumper):
    """Writes what occurs twice out twice; a file that refers to itself is refused (`plaintext`)."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def run(*files: Any) -> Backtest:
    with TemporaryDirectory() as folder:
        for i, data in enumerate(files):
            (Path(folder) / f"c{i}.yaml").write_text(
                yaml.dump(data, Dumper=Plain, allow_unicode=True), encoding="utf-8"
            )
        shelf = read_shelf(Path(folder))
    assert len(shelf.contests) == len(files)
    assert len({c.id for c in shelf.contests}) == len(files)
    return backtest(shelf, (30,), draws=500)


def sound(made: Backtest) -> None:
    json.dumps(made.to_json(), allow_nan=False)
    for look in made.looks.values():
        for one in look:
            assert sum(one.p.values()) == pytest.approx(1)
            assert all(0 <= p <= 1 for p in one.p.values())
            assert one.log is None or (math.isfinite(one.log) and one.log >= 0)
            assert one.brier is None or 0 <= one.brier <= 2
            assert 0 <= one.covered <= one.of


@given(contests())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_file_of_the_form_is_forecast(data: dict[str, Any]) -> None:
    sound(run(data))


@given(contests())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_folder_made_of_a_file_is_read_as_the_file(data: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "c.yaml"
        file.write_text(yaml.dump(data, Dumper=Plain, allow_unicode=True), encoding="utf-8")
        write_folder(file, Path(folder) / "c")
        assert read_past(Path(folder) / "c") == read_past(file)


@pytest.mark.parametrize(
    "opened", [[None], {"a": 1}, [1], [[]], "not given", " ", 0, False, True, ["2021-01-02"]], ids=repr
)
def test_a_day_of_opening_that_is_none_is_none_in_the_folder(opened: Any, tmp_path: Path) -> None:
    data = {"decided": "2021-03-06", "candidates": [{"name": "Ann Ash"}], "opened": opened}
    (tmp_path / "c.yaml").write_text(yaml.dump(data, Dumper=Plain, allow_unicode=True), encoding="utf-8")
    write_folder(tmp_path / "c.yaml", tmp_path / "c")
    assert read_past(tmp_path / "c") == read_past(tmp_path / "c.yaml")


@pytest.mark.long
@given(st.lists(contests(), min_size=1, max_size=4))
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_folder_of_such_files_is_forecast(files: list[dict[str, Any]]) -> None:
    sound(run(*files))


def mutations() -> st.SearchStrategy[tuple[str, str, Any]]:
    """(how, where, what): a field dropped or replaced anywhere in a file."""
    where = [
        "opened",
        "rules",
        "polls",
        "odds",
        "endorsements",
        "result",
        "party",
        "notes",
        "office",
        "id",
        "dates",
        "names",
        "kinds",
        "weights",
    ]
    return st.tuples(st.sampled_from(["drop", "replace"]), st.sampled_from(where), JUNK)


def mutated(data: Any, how: str, where: str, what: Any) -> Any:
    """The data with one field of each mapping that has it dropped or replaced, at any depth."""
    deep = {
        "dates": {"date", "end", "start"},
        "names": {"favourite", "leader", "winner"},
        "kinds": {"kind", "method"},
        "weights": {"weight", "n"},
    }
    keys = deep.get(where, {where})
    if isinstance(data, list):
        return [mutated(one, how, where, what) for one in data]
    if not isinstance(data, dict):
        return data
    kept = {k: mutated(v, how, where, what) for k, v in data.items() if k not in keys or how == "replace"}
    return {k: what if k in keys else v for k, v in kept.items()}


@given(st.sampled_from(SHIPPED), mutations())
@settings(max_examples=100, deadline=None)
def test_shipped_files_with_fields_dropped_or_spoilt(path: Path, change: tuple[str, str, Any]) -> None:
    data = past_data(load(path))
    sound(run(mutated(data, *change)))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_names_do_not_matter(path: Path) -> None:
    """With candidates renamed, the alphabet turned round, every candidate keeps the same chances but for simulation error."""
    data = past_data(load(path))
    contest, _ = read_past(path)
    new = {n: f"{'ZYXWVUTSRQPONMLKJIHGFEDCBA'[i]}andidate Q{i}" for i, n in enumerate(contest.names)}
    if any(n.startswith(("Spill", "Confidence", "No confidence")) for n in new):
        return

    def rename(x: Any) -> Any:
        if isinstance(x, dict):
            return {new.get(k, k): rename(v) for k, v in x.items()}
        if isinstance(x, list):
            return [rename(v) for v in x]
        parts = x.split(" / ") if isinstance(x, str) else []
        return " / ".join(new.get(p, p) for p in parts) if parts else x

    before, after = run(data).last[0], run(rename(data)).last[0]
    for name, p in before.p.items():
        assert after.p[new[name]] == pytest.approx(p, abs=0.12)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("decided: 2020-05-04\ncandidates: []\n", "has no candidate"), ("candidates: [{name: A}]\n", "has no day of decision"),
        ("decided: 0001-01-01\ncandidates: [{name: A}]\n", "has no day of decision"), ("- a\n- b\n", "is no contest"), ("a: [", "line"), ("", "is empty"),
    ],
)  # fmt: skip
def test_one_message_for_what_is_really_wrong(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    with pytest.raises(ContestError) as caught:
        read_shelf(tmp_path)
    assert len(caught.value.problems) == 1
    assert says in str(caught.value)
    (tmp_path / "good.yaml").write_text("decided: 2020-05-04\ncandidates: [{name: A}]\nresult: {winner: A}\n")
    ran = CliRunner().invoke(command, [str(tmp_path), "--json", "--draws", "500"])
    assert ran.exit_code == 0
    out = json.loads(ran.stdout)
    assert out["contests"][0]["p_winner"] == 1
    assert len(out["passed_over"]) == 1


def test_a_date_with_only_the_month_of_the_decision_puts_nobody_out() -> None:
    people = [
        {"name": "Ann Ash", "date": "2021-03"},
        {"name": "Bo Birch", "date": "2021-03-06"},
        {"name": "Cy Cedar", "date": "2021-02"},
    ]
    made = run({"decided": "2021-03-06", "candidates": people, "result": {"winner": "Ann Ash"}}).last[0]
    assert made.p == {"Ann Ash": 0.5, "Bo Birch": 0.5}


def test_polls_of_electors_outweigh_parliamentarians_who_have_no_vote() -> None:
    data = {
        "decided": "2021-09-24",
        "candidates": [{"name": "Ann Ash"}, {"name": "Bo Birch"}],
        "rules": {
            "kind": "omov-irv",
            "stages": [{"sections": [{"name": "party members, one vote each", "weight": 1}]}],
        },
        "polls": [
            {
                "end": "2021-08-30",
                "selectorate": True,
                "n": 1200,
                "kind": "first-pref",
                "shares": {"Ann Ash": 57, "Bo Birch": 35, "Don't know": 8},
            }
        ],
        "endorsements": {
            "mps": [{"kind": "mp_nominations", "date": "2021-07-20", "counts": {"Ann Ash": 40, "Bo Birch": 162}}]
        },
    }
    assert run(data).last[0].p["Ann Ash"] > 0.6
    data["odds"] = [{"date": "2021-09-20", "prices": {"Ann Ash": "1/20", "Bo Birch": "10/1"}}]
    assert run(data).last[0].p["Ann Ash"] > 0.8
