"""Round trips: what a format can hold comes back as it was; what it cannot hold is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whipcount.ballots import Profile, detect, read_ballots, write_ballots
from whipcount.errors import NotFound, UsageError

NAMES = ("Ash", "Birch, J.", "Cedar 'the' tree", "Elm wood", "Ö: 7/3 > 2")
name = st.sampled_from(NAMES)
tie = st.frozensets(name, min_size=2, max_size=3)
gap = st.none()
weight = st.integers(1, 99)
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


nowhere = st.just(())


def profiles(mark, votes=weight, places=nowhere):
    row = st.builds(lambda r, w, p: (r, w, *p), st.lists(mark, max_size=5), votes, places)
    return st.lists(row, min_size=1, max_size=8).map(lambda rows: Profile.from_rankings(rows, candidates=NAMES))


def back(profile, folder, format):
    path = folder / f"ballots.{format}"
    write_ballots(profile, path, format)
    return read_ballots(path, candidates=NAMES if format == "csv" else None), path


@quick
@given(
    profiles(
        st.one_of(name, tie, gap),
        st.fractions(min_value="1/9", max_value=50, max_denominator=9),
        st.tuples(st.sampled_from(["", "caucus"]), st.sampled_from(["", "North", "São, João"])),
    )
)
def test_csv_holds_everything(tmp_path, profile):
    again, path = back(profile, tmp_path, "csv")
    assert again.same_votes(profile)
    assert detect(path) == "csv"


@quick
@given(profiles(st.one_of(name, tie, gap), st.integers(1, 400).map(lambda n: Fraction(n, 4))))
def test_blt_holds_gaps_ties_and_decimals(tmp_path, profile):
    again, path = back(profile, tmp_path, "blt")
    assert again.same_votes(profile)
    assert detect(path) == "blt"


@quick
@given(profiles(st.one_of(name, tie)))
@pytest.mark.parametrize("format", ["preflib", "abif"])
def test_ties_in_preflib_and_abif(tmp_path, format, profile):
    again, path = back(profile, tmp_path, format)
    assert again.same_votes(profile)
    assert detect(path) == format


@pytest.mark.parametrize(
    ("rankings", "kind"),
    [
        ([["A", "B"], ["B", "A"]], "soc"),
        ([["A", "B"], ["B"]], "soi"),
        ([[{"A", "B"}]], "toc"),
        ([["A", "B"], [{"A", "B"}, "C"]], "toi"),
    ],
)
def test_preflib_type_follows_the_ballots(tmp_path, rankings, kind):
    write_ballots(Profile.from_rankings([(r, 1) for r in rankings]), tmp_path / "x", "preflib")
    assert f"# DATA TYPE: {kind}\n" in (tmp_path / "x").read_text()


@pytest.mark.parametrize(
    ("format", "ballot", "message"),
    [
        ("preflib", (["A", None, "B"], 1), "skipped ranks"),
        ("abif", (["A", None, "B"], 1), "skipped ranks"),
        ("preflib", (["A"], 0.5), "fractional"),
        ("blt", (["A"], 1, "caucus"), "sections"),
        ("abif", (["A]"], 1), "cannot be written"),
        ("blt", (['A"'], 1), "cannot be written"),
        ("csv", (["A=B"], 1), "something else"),
        ("csv", (["Overvote"], 1), "something else"),
    ],
)
def test_what_cannot_be_held_is_refused(tmp_path, format, ballot, message):
    with pytest.raises(UsageError, match=message):
        write_ballots(Profile.from_rankings([ballot]), tmp_path / "x", format)


def test_unknown_format(tmp_path):
    with pytest.raises(NotFound):
        write_ballots(Profile.from_rankings([(["A"], 1)]), tmp_path / "x", "docx")
