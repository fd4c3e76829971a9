"""Whatever bytes a stranger sends, a reader returns a profile or raises one of our own errors."""

from __future__ import annotations

import gzip
import io

import pytest
from ballot_files import FILES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whipcount.ballots import FORMATS, Limits, info, read_ballots
from whipcount.errors import BallotError

LIMITS = Limits(line=2000, document=100_000, expanded=1_000_000, cells=50)
SEEDS = [text.encode() for _, text in FILES.values()]
some = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
long = settings(some, max_examples=5000)
pieces = [
    b"\n",
    b"\r",
    b",",
    b'"',
    b"0",
    b"-1",
    b"=",
    b">",
    b"{",
    b"}",
    b"[",
    b":",
    b"#",
    b"\xff",
    b"\0",
    b"99999999999",
]
pieces += [
    b"\xc2\xb2",
    "\u0663".encode(),
    b"^",
    b"*",
    b"|",
    b"/EMPTY_RANKING/",
    b"<a>",
    b"&a;",
    b"1e9",
    b"null",
    b"1/0",
]


@st.composite
def mutated(draw):
    """A good file with a few cuts, copies and insertions."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at, end = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            del data[at : min(end, at + 40)]
        elif kind == 1:
            data[at:at] = draw(st.sampled_from(pieces))
        elif kind == 2:
            data[at:at] = data[at:end]
        else:
            data[at : at + 1] = draw(st.binary(min_size=1, max_size=4))
    return bytes(data)


anything = st.one_of(
    st.binary(max_size=300), mutated(), mutated().map(gzip.compress), st.text(max_size=200).map(str.encode)
)


def drive(tmp_path, data, format, aside):
    path = tmp_path / "file"
    path.write_bytes(data)
    try:
        profile = read_ballots(path, format, limits=LIMITS, skip_bad=tmp_path / "aside" if aside else None)
    except BallotError:
        return
    assert profile.total() >= 0
    assert sum(row.weight for row in profile.to_rows()) == profile.total()


@some
@given(anything, st.sampled_from([None, *FORMATS]), st.booleans())
def test_only_ballot_errors_come_out(tmp_path, data, format, aside):
    drive(tmp_path, data, format, aside)


@pytest.mark.long
@long
@given(anything, st.sampled_from([None, *FORMATS]), st.booleans())
def test_only_ballot_errors_come_out_long(tmp_path, data, format, aside):
    drive(tmp_path, data, format, aside)


@some
@given(anything, st.sampled_from([None, *FORMATS]))
def test_info_too(tmp_path, data, format):
    (tmp_path / "file").write_bytes(data)
    try:
        found = info(tmp_path / "file", format, limits=LIMITS)
    except BallotError:
        return
    assert found.to_json()["bytes"] == len(data)


@settings(some, max_examples=40)
@given(st.data())
def test_parquet_with_damage(tmp_path, data):
    polars = pytest.importorskip("polars")
    out = io.BytesIO()
    polars.DataFrame(
        {"rank1": ["Ash", "Elm", "Ash"], "rank2": ["Elm", None, "Elm"], "weight": [1, 2, 3]}
    ).write_parquet(out)
    whole = bytearray(out.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(4, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    drive(tmp_path, bytes(whole), "parquet", False)
