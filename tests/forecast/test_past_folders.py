"""Past contests as folders: read exactly as the files they were made of, nothing lost on the way, and at home in every command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from whipcount.cli.backtest import command as backtest_command
from whipcount.cli.contests import command as contests_command
from whipcount.cli.convert import command as convert_command
from whipcount.contest import load, locate, names, past_names
from whipcount.errors import ContestError, NotFound, UsageError
from whipcount.forecast import outlook, replay, write_folder
from whipcount.forecast.leaves import grown, leaves, path_of, read, topic, written
from whipcount.forecast.past import read_past, read_shelf, shipped
from whipcount.forecast.past_folder import past_data

TEXT = """\
id: xx-quill-2021
party: Mill
country: Somewhere
office: leader
opened: '2021-01-04'
decided: '2021-03-06'
rules:
  kind: omov-irv
  stages:
  - voters: party members
    sections: [{name: party members, weight: 1.0}]
    method: instant runoff
  nomination: {count: 2, type: MPs}
  source: https://example.org/rules
  confidence: medium
candidates:
- {name: Ada Quill, outcome: won, date: '2021-03-06', source: https://example.org/a, confidence: high}
- {name: Tom Hale, outcome: lost round 2, date: '2021-03-06', source: https://example.org/a, confidence: high}
- {name: Ines Moss, outcome: withdrew, date: '2021-02-01', source: recall, confidence: low}
polls:
- pollster: Firm
  end: '2021-02-10'
  population: party members
  selectorate: true
  n: 812
  kind: final-two
  shares: {Ada Quill: 52.5, Tom Hale: 40, "Don't know": 7.5}
  partial: true
  note: by telephone
  source: https://example.org/poll
  confidence: medium
odds:
- {date: 2021-03, bookmaker: Shop, market: winner, phase: final, prices: {Ada Quill: 4/6, Tom Hale: 6/4}, favourite: Ada Quill,
   note: day not recorded, source: https://example.org/odds, confidence: low, implied_raw: {Ada Quill: 0.6, Tom Hale: 0.4}}
- {date: '2021-02-02', bookmaker: Shop, market: winner, prices: {}, favourite: Tom Hale, source: recall, confidence: medium}
endorsements:
  mps:
  - {kind: mp_declared, date: '2021-02-20', counts: {Ada Quill: 12, Tom Hale: 30}, leader: Tom Hale, source: recall, confidence: medium}
  nominations:
  - {kind: clp_nominations, date: '2021-02-25', counts: {Ada Quill: 30, Tom Hale: 10}, leader: Ada Quill, source: recall, confidence: high}
result:
  rounds:
  - {stage: count, round: 1, date: '2021-03-06', section: members, unit: votes, votes: {Ada Quill: 5012, Tom Hale: 4700}, other: 31,
     note: two recounts, source: https://example.org/r, confidence: high}
  winner: Ada Quill
  turnout: {pct: 61.5, source: https://example.org/t, confidence: medium}
  source: https://example.org/r
  confidence: high
notes: The hall was cold.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "xx-quill-2021.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def folder(file: Path, tmp_path: Path) -> Path:
    write_folder(file, tmp_path / "made")
    return tmp_path / "made"


def test_a_folder_is_read_as_its_file(file: Path, folder: Path) -> None:
    assert read_past(folder) == read_past(file)


def test_every_fact_is_given_back(file: Path, folder: Path) -> None:
    """All but probabilities that follow from a price, and a month that stands resolved beside its own words."""
    told = dict(leaves(past_data(load(folder))))
    for path, value in leaves(yaml.safe_load(TEXT)):
        if "implied_raw" not in path:
            assert told[path] == value, path


def test_facts_stand_in_their_tables_with_source_confidence_and_day(folder: Path) -> None:
    contest = load(folder)
    assert [(c.name, str(c.known), c.status) for c in contest.candidates[-2:]] == [
        ("Ines Moss", "2021-01-04", "standing"),
        ("Ines Moss", "2021-02-01", "withdrew"),
    ]
    poll = next(p for p in contest.polls if p.poll == "p001")
    assert (poll.share, poll.sample, poll.measure, poll.link, poll.source) == (
        52.5,
        812,
        "head to head",
        "electors",
        ("https://example.org/poll",),
    )
    assert {(o.option, o.price, str(o.known), o.confidence) for o in contest.odds} == {
        ("Ada Quill", "4/6", "2021-03-05", "low"),
        ("Tom Hale", "6/4", "2021-03-05", "low"),
    }
    assert {(e.option[0], e.amount.text, e.confidence) for e in contest.evidence if e.amount} == {
        ("Ada Quill", "12", "medium"),
        ("Tom Hale", "30", "medium"),
    }
    assert [(p.option, p.share) for p in contest.polls if p.link == "nominations"] == [
        ("Ada Quill", 75),
        ("Tom Hale", 25),
    ]
    turnout = next(f for f in contest.facts if f.topic == "result / turnout / pct")
    assert (turnout.fact, turnout.source, turnout.confidence) == ("61.5", ("https://example.org/t",), "medium")
    assert contest.result is not None
    assert contest.result.winner == "Ada Quill"
    assert contest.result.ballots[0].rounds[0].others == {"members": 31}


def test_nothing_of_the_end_is_known_before_it(folder: Path) -> None:
    """On the eve neither the tables nor the facts hold a word of the result, an outcome or the notes."""
    eve = load(folder).as_of(read_past(folder)[0].eve)
    assert eve.result is None
    assert {c.status for c in eve.candidates} == {"standing", "withdrew"}
    assert not [f for f in eve.facts if f.topic.startswith(("result", "notes"))]
    assert all(e.kind != "result" for e in eve.events)


def test_the_folder_is_forecast_like_any_contest(folder: Path) -> None:
    contest = load(folder)
    made = outlook(contest.as_of(read_past(folder)[0].eve), draws=1_000)
    assert sum(made.leader_after.values()) == pytest.approx(1)


def test_files_and_folders_give_the_same_backtest_to_the_byte(tmp_path: Path) -> None:
    """The contests that ship, written out as files again, score as their folders do."""
    (tmp_path / "files").mkdir()
    some = past_names()[::5]
    for name in some:
        text = yaml.safe_dump(past_data(load(name)), allow_unicode=True, sort_keys=False)
        (tmp_path / "files" / f"{name}.yaml").write_text(text, encoding="utf-8")
    runner = CliRunner()
    assert runner.invoke(convert_command, [str(tmp_path / "files"), str(tmp_path / "folders")]).exit_code == 0
    out = [
        runner.invoke(backtest_command, [str(tmp_path / kind), "--json", "--draws", "500"]).stdout
        for kind in ("files", "folders")
    ]
    assert out[0] == out[1]
    assert [c["id"] for c in json.loads(out[0])["contests"]] == list(some)


@pytest.mark.parametrize("name", past_names())
def test_what_ships_is_made_by_the_converter(name: str, tmp_path: Path) -> None:
    """A shipped folder, written out as a file and converted again, is the same contest with the same result."""
    file = tmp_path / f"{name}.yaml"
    file.write_text(yaml.safe_dump(past_data(load(name)), allow_unicode=True, sort_keys=False), encoding="utf-8")
    write_folder(file, tmp_path / "again")
    assert read_past(tmp_path / "again") == read_past(shipped() / name) == read_past(file)


def test_thirty_seven_ship_with_a_source_for_everything_that_has_one() -> None:
    shelf = read_shelf(shipped())
    assert len(shelf.contests) == len(shelf.results) == len(past_names()) == 37
    assert not shelf.problems
    assert not set(names()) & set(past_names())
    for name in past_names():
        contest = load(name)
        rows = (*contest.candidates, *contest.polls, *contest.odds, *contest.evidence)
        assert all(row.source != ("not given",) for row in rows)


def test_the_list_of_contests_is_not_swamped() -> None:
    runner = CliRunner()
    assert {r["contest"] for r in json.loads(runner.invoke(contests_command, ["--json"]).stdout)} == set(names())
    past = json.loads(runner.invoke(contests_command, ["--past", "--json"]).stdout)
    assert {r["contest"] for r in past} == set(past_names())
    assert "37 past contests" in runner.invoke(contests_command, []).output
    assert locate("uk-ld-2006") == shipped() / "uk-ld-2006"
    with pytest.raises(NotFound):
        locate("uk-ld-2005")


def test_a_vote_of_which_no_elector_is_known_says_what_is_missing() -> None:
    """A question of confidence is counted by name; a past contest has no roster, and one message says so."""
    with pytest.raises(UsageError, match=r"Add them to electors\.csv"):
        replay(load("uk-con-2003-confidence"), draws=1_000)


def test_the_replay_of_a_past_contest_ends_on_the_eve() -> None:
    made = replay(load("uk-ld-2006"), draws=1_000)
    assert [str(d.day) for d in (made.days[0], made.days[-1])] == ["2006-01-07", "2006-03-01"]
    assert all(sum(d.p.values()) == pytest.approx(1) for d in made.days)


def test_nothing_is_written_over_and_one_message_says_what_is_wrong(file: Path, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not empty"):
        write_folder(file, folder)
    (tmp_path / "bad.yaml").write_text("decided: 2020-01-01\n", encoding="utf-8")
    with pytest.raises(ContestError, match="has no candidate"):
        write_folder(tmp_path / "bad.yaml", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    ran = CliRunner().invoke(convert_command, [str(tmp_path), str(tmp_path / "all")])
    assert ran.exit_code == 1
    assert "Passed over: bad.yaml" in ran.output
    assert (tmp_path / "all" / "xx-quill-2021" / "contest.yaml").is_file()


KEYS = st.text(min_size=1, max_size=12).filter(lambda k: not re.search(r"[\ud800-\udfff]", k))
SCALARS = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), KEYS)


def nested() -> st.SearchStrategy[dict[str, Any]]:
    inner = st.recursive(
        SCALARS,
        lambda v: st.one_of(st.lists(v, min_size=1, max_size=3), st.dictionaries(KEYS, v, min_size=1, max_size=3)),
        max_leaves=8,
    )
    return st.dictionaries(KEYS, inner, max_size=4)


@given(nested())
def test_nested_facts_survive_as_rows(data: dict[str, Any]) -> None:
    def rows() -> Iterator[tuple[Any, Any]]:
        for path, value in leaves(data):
            yield path_of(topic(path)), read(written(value))

    assert grown(rows()) == data
