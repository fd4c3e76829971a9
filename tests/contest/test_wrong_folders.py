"""A folder with something wrong in it: one message for each fault, with file, line and what to do; never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whipcount.contest import load, make_skeleton, parse_amount
from whipcount.errors import ContestError, UsageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_skeleton(tmp_path / "contest")
    return tmp_path / "contest"


def problems(folder: Path) -> str:
    with pytest.raises(ContestError) as wrong:
        load(folder)
    for problem in wrong.value.problems:
        assert problem.mend
        assert problem.file
    return str(wrong.value)


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


CASES: dict[str, tuple[str, str, str, str]] = {
    # what is wrong: file, old text, new text, what the message must say
    "unknown leader in evidence": (
        "evidence.csv",
        "opposes,Ada Quill",
        "opposes,Ada Quil",
        "'Ada Quil' is no candidate",
    ),
    "unknown elector": ("evidence.csv", ",tom-hale,", ",tom-hail,", "no elector 'tom-hail'"),
    "unknown section": ("electors.csv", "Ines Moss,caucus", "Ines Moss,cauc", "no section 'cauc'"),
    "elector twice": ("electors.csv", "ines-moss,Ines Moss", "tom-hale,Ines Moss", "'tom-hale' is entered twice"),
    "date in the future": ("evidence.csv", "e001,2024-03-04", "e001,2199-03-04", "in the future"),
    "no date": ("evidence.csv", "e001,2024-03-04", "e001,soon", "known"),
    "unknown stance": ("evidence.csv", "opposes", "hates", "stance"),
    "unknown source kind": ("evidence.csv", "own words", "gossip", "source_kind"),
    "no amount": ("evidence.csv", "majority", "lots", "'lots' is no amount"),
    "missing cell": ("evidence.csv", "own words", "", "source_kind"),
    "unknown column": ("evidence.csv", "id,known", "id,knwon", "no column 'knwon'"),
    "unknown question": ("evidence.csv", "04,vote", "04,vot", "no question 'vot'"),
    "unknown rulebook": ("contest.yaml", "rulebook: majority", "rulebook: majorty", "no rulebook called 'majorty'"),
    "unknown clause": ("contest.yaml", "clause: confidence", "clause: confdence", "no clause called 'confdence'"),
    "unknown key": ("contest.yaml", "country:", "contry:", "'contry' means nothing here"),
    "malformed YAML": ("contest.yaml", "title: The", "title: [The", "is not YAML"),
    "a key twice": ("contest.yaml", "party:", "title: again\nparty:", "stands twice"),
    "a tag": ("contest.yaml", "party: Our Party", "party: !!python/object:os.system x", "tag"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_told_with_its_place(folder: Path, case: str) -> None:
    file, old, new, says = CASES[case]
    change(folder, file, old, new)
    told = problems(folder)
    assert says in told
    assert re.search(rf"{re.escape(file)}:\d+: ", told), told


def test_all_faults_are_told_at_once(folder: Path) -> None:
    change(folder, "evidence.csv", "opposes,Ada Quill", "opposes,Nobody")
    change(folder, "electors.csv", "Ines Moss,caucus", "Ines Moss,elsewhere")
    told = problems(folder)
    assert "evidence.csv" in told
    assert "electors.csv" in told


def test_a_csv_in_another_encoding(folder: Path) -> None:
    path = folder / "electors.csv"
    path.write_bytes(path.read_bytes().replace(b"Ines Moss", "In\xe9s Moss".encode("latin-1")))
    assert "UTF-8" in problems(folder)
    path.write_bytes(path.read_text(encoding="latin-1").encode("utf-16"))
    assert "UTF-8" in problems(folder)


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "no contest.yaml" in problems(tmp_path)


def test_an_empty_contest_file(folder: Path) -> None:
    (folder / "contest.yaml").write_text("")
    assert "is empty" in problems(folder)


def test_shares_of_a_poll_over_a_hundred(folder: Path) -> None:
    change(
        folder, "candidates.csv", "Ada Quill,", "Tom Hale,2024-03-01,standing,,,,,an invented example,high,\nAda Quill,"
    )
    row = "p1,2024-03-02,Acme,members,public,{},{},,,,,,,,,,an invented example,high,\n"
    with (folder / "polls.csv").open("a", encoding="utf-8") as out:
        out.write(row.format("Ada Quill", 70) + row.format("Tom Hale", 60))
    assert "sum to 130 %" in problems(folder)


def test_aliases_do_not_blow_up(folder: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(9)
    )
    (folder / "contest.yaml").write_text(bomb)
    assert "alias" in problems(folder)


def test_a_deep_file_is_refused(folder: Path) -> None:
    (folder / "contest.yaml").write_text("a: " + "[" * 20_000)
    problems(folder)


@given(data=st.binary(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_in_a_file_give_a_message(folder: Path, data: bytes) -> None:
    for name in ("contest.yaml", "evidence.csv"):
        path = folder / name
        before = path.read_bytes()
        path.write_bytes(before + data)
        told = ""
        try:
            load(folder)
        except (ContestError, UsageError) as wrong:
            told = str(wrong)
        path.write_bytes(before)
        assert told or not data.strip() or b"#" in data or load(folder)


@given(st.integers(0, 500), st.integers(0, 500))
def test_amounts_read_back(a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert parse_amount(f"{low} to {high}").people(1000) == (low, high)
    assert parse_amount(f"at least {a}").people(1000) == (a, 1000)
    assert parse_amount(f"fewer than {a + 1}").people(1000) == (0, a)


def test_an_amount_from_more_to_less_is_refused() -> None:
    with pytest.raises(ValueError, match="smaller number first"):
        parse_amount("9 to 3")
