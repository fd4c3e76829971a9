"""Parquet in the same three shapes as CSV."""

from __future__ import annotations

import pytest
from ballot_files import CSV_CANDIDATES, CSV_LONG, CSV_RANKS

from whipcount.ballots import detect, info, read_ballots
from whipcount.errors import BallotError

polars = pytest.importorskip("polars")


@pytest.mark.parametrize("text", [CSV_RANKS, CSV_CANDIDATES, CSV_LONG])
def test_the_same_ballots_as_in_csv(tmp_path, text):
    (tmp_path / "ballots.csv").write_text(text)
    separator = ";" if ";" in text else ","
    frame = polars.read_csv(tmp_path / "ballots.csv", separator=separator, infer_schema_length=0)
    frame.write_parquet(tmp_path / "ballots.parquet")
    assert detect(tmp_path / "ballots.parquet") == "parquet"
    read = read_ballots(tmp_path / "ballots.parquet")
    assert read.same_votes(read_ballots(tmp_path / "ballots.csv"))


def test_numbers_and_nulls(tmp_path):
    polars.DataFrame({"Ash": [1, None, 2], "Elm": [2, 1, None], "weight": [3, 2, 1]}).write_parquet(tmp_path / "x")
    assert info(tmp_path / "x").votes == 6
    assert [row.ranking for row in read_ballots(tmp_path / "x").to_rows()] == [(None, "Ash"), ("Ash", "Elm"), ("Elm",)]


def test_bad_rows_are_numbered(tmp_path):
    polars.DataFrame({"Ash": [1, 7], "Elm": [2, 1]}).write_parquet(tmp_path / "x")
    with pytest.raises(BallotError, match=r"x:2: the rank 7 is beyond"):
        read_ballots(tmp_path / "x")
