"""The compiled reader and the careful one agree on every file, in votes, in complaints and in line numbers."""

from __future__ import annotations

import csv
import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whipcount.ballots import Limits, delimited, delimited_fast, read_ballots
from whipcount.errors import BallotError

pytest.importorskip("numba")

some = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
name = st.sampled_from(
    ["", "Ash", "Birch", "Cedarwood", "Cedarwoo", "Cedarwood!", "Ö", '"Elm"', '"Firth, J."', "Ash=Birch", "overvote",
     "UWI", " Ash ", "undervote", "Ash\r", "A" * 8, "A" * 16, "A" * 17, "A" * 24]
)  # fmt: skip
bad = st.sampled_from(["Ash=", '"Ash', "\xff", "A\0", "x,y", "-1", "99"])
rank = st.sampled_from(["", "1", "2", "3", " 2 ", '"1"', "3\r"])
weight = st.sampled_from(["1", "2", "17", "0", "1/3", "0.5", "2147483648", "999999999999", "4\r"])
place = st.sampled_from(["", "North", "South", "North East of Somewhere", "São"])
identity = st.one_of(st.integers(0, 999).map(str), st.sampled_from(["a-b", "é", '"q"', "x" * 40]))


@st.composite
def tables(draw, faulty):
    """A CSV with rank columns or candidate columns, in any order with the others."""
    by_candidate = draw(st.booleans())
    columns = [("Ash", rank), ("Birch", rank), ("Cedar", rank)] if by_candidate else [
        ("rank1", name), ("rank2", name), ("rank3", name),
    ]  # fmt: skip
    extra = [("weight", weight), ("unit", place), ("section", place), ("id", identity)]
    columns += draw(st.lists(st.sampled_from(extra), unique_by=lambda column: column[0]))
    columns = draw(st.permutations(columns))
    rows = []
    for _ in range(draw(st.integers(0, 40))):
        cells = [draw(cell) for _, cell in columns]
        if faulty and draw(st.integers(0, 9)) == 0:
            cells[draw(st.integers(0, len(cells) - 1))] = draw(bad)
        rows.append(",".join(cells))
        if draw(st.integers(0, 20)) == 0:
            rows.append(draw(st.sampled_from(["", "\r"])))
    text = ",".join(heading for heading, _ in columns) + "\n" + "\n".join(rows * draw(st.integers(1, 4)))
    return (text + draw(st.sampled_from(["", "\n"]))).encode("latin-1" if "\xff" in text else "utf-8")


@pytest.fixture
def small(monkeypatch):
    """Blocks, tables and lists so small that they run over all the time."""
    monkeypatch.setattr(delimited_fast, "FIRST_BLOCK", 40)
    monkeypatch.setattr(delimited_fast, "BLOCK", 300)
    monkeypatch.setattr(delimited_fast, "ROWS", 4)
    monkeypatch.setattr(delimited_fast, "ODD", 3)


def both_ways(folder, data, monkeypatch, **options):
    results = []
    (folder / "file.csv").write_bytes(data)
    for fast in (True, False):
        monkeypatch.setattr(delimited, "FAST_FROM", 0 if fast else 2**60)
        aside = folder / f"aside{fast}"
        try:
            results.append((read_ballots(folder / "file.csv", "csv", skip_bad=aside, **options), rejected(aside)))
        except BallotError as error:
            results.append((None, [str(problem) for problem in error.problems]))
    return results


def rejected(path):
    """Reason and text of each rejected line, as often as it was; and the first line number of each."""
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    often, first = {}, {}
    for row in rows:
        key = (row["reason"], row["text"])
        often[key] = often.get(key, 0) + int(row["times"])
        first[key] = min(first.get(key, 10**9), int(row["line"]))
    return often, first


@pytest.mark.usefixtures("small")
@some
@given(tables(faulty=False))
def test_good_files(tmp_path, monkeypatch, data):
    (fast, one), (careful, two) = both_ways(tmp_path, data, monkeypatch)
    assert one == two
    if careful is not None:
        assert fast.same_votes(careful)
        assert fast.candidates == careful.candidates
        assert fast.write_ins == careful.write_ins


@pytest.mark.usefixtures("small")
@some
@given(tables(faulty=True))
def test_files_with_bad_lines(tmp_path, monkeypatch, data):
    (fast, one), (careful, two) = both_ways(tmp_path, data, monkeypatch)
    assert one == two
    assert (fast is None) == (careful is None)
    if careful is not None:
        assert fast.same_votes(careful)
        assert fast.rejected == careful.rejected


@pytest.mark.usefixtures("small")
@settings(some, max_examples=30)
@given(tables(faulty=True))
def test_compressed_files(tmp_path, monkeypatch, data):
    (fast, one), (careful, two) = both_ways(tmp_path, gzip.compress(data), monkeypatch)
    assert one == two
    if careful is not None:
        assert fast.same_votes(careful)


@pytest.mark.usefixtures("small")
@settings(some, max_examples=30)
@given(tables(faulty=False))
def test_candidates_and_aliases(tmp_path, monkeypatch, data):
    options = {"candidates": ["Cedar", "Birch", "Ash", "Elm"], "aliases": {"Cedarwood": "Cedar", "Ö": "Elm"}}
    (fast, one), (careful, two) = both_ways(tmp_path, data, monkeypatch, **options)
    assert one == two
    if careful is not None:
        assert fast.same_votes(careful)
        assert fast.candidates == careful.candidates


@pytest.mark.usefixtures("small")
@settings(some, max_examples=30)
@given(tables(faulty=False), st.integers(20, 80))
def test_overlong_lines(tmp_path, monkeypatch, data, most):
    limits = Limits(line=max(most, data.index(b"\n")))
    (fast, one), (careful, two) = both_ways(tmp_path, data, monkeypatch, limits=limits)
    assert (fast is None) == (careful is None)
    if fast is None:
        # Which of several overlong lines is told depends on the threads; that it is one of them does not.
        where, _, what = one[-1].partition(": ")
        assert what == two[-1].partition(": ")[2]
        if "longer than" in what:
            assert len(data.split(b"\n")[int(where.rpartition(":")[2]) - 1]) > limits.line


def test_the_first_error_is_told_with_its_line(tmp_path, monkeypatch):
    rows = ["Ash,Birch,3"] * 5000
    rows[4321] = "Ash,Birch,-3"
    monkeypatch.setattr(delimited, "FAST_FROM", 0)
    (tmp_path / "x.csv").write_text("rank1,rank2,weight\n" + "\n".join(rows))
    with pytest.raises(BallotError, match=r"x\.csv:4323: '-3' is not a weight"):
        read_ballots(tmp_path / "x.csv")


def test_a_line_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "FAST_FROM", 0)
    (tmp_path / "x.csv").write_bytes(b"rank1,rank2\nAsh,Elm\n" + b"x" * 3_000_000)
    with pytest.raises(BallotError, match=r"x\.csv:3: the line is longer than 1,048,576 bytes"):
        read_ballots(tmp_path / "x.csv")


def test_every_vote_of_a_larger_file(tmp_path, monkeypatch):
    """Counted apart, by text alone."""
    monkeypatch.setattr(delimited, "FAST_FROM", 0)
    names = [f"Candidate number {n}" for n in range(9)]
    lines = [f"{names[n % 9]},{names[n * 7 % 9]},{names[n * n % 5]},{n}" for n in range(60_000)]
    (tmp_path / "x.csv").write_text("rank1,rank2,rank3,id\n" + "\n".join(lines) + "\n")
    profile = read_ballots(tmp_path / "x.csv")
    counted = {tuple(row.ranking): row.weight for row in profile.to_rows()}
    expected = {}
    for line in lines:
        key = tuple(line.split(",")[:3])
        expected[key] = expected.get(key, 0) + 1
    assert counted == expected


def test_without_numba_the_careful_reader_reads(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "FAST_FROM", 0)
    monkeypatch.setattr(delimited_fast, "kernel", lambda: None)
    (tmp_path / "x.csv").write_text("rank1\nAsh\nElm\nAsh\n")
    assert read_ballots(tmp_path / "x.csv").weight.tolist() == [2, 1]
