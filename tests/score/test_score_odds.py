"""Prices, the overround, yields; seasons in both hemispheres; words."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.errors import UsageError
from whipcount.score import REST, Bet, flat, hemisphere_of, implied, kelly, parse_price, strength_of, window
from whipcount.score.words import verdict_of

books = st.dictionaries(st.sampled_from("ABCDEFG"), st.floats(0.02, 0.9), min_size=2, max_size=7)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [("7/4", 2.75), ("4/6", 1 + 4 / 6), ("1.57", 1.57), ("evens", 2.0), ("+250", 3.5), ("-200", 1.5), ("12.5%", 8.0)],
)
def test_prices_as_people_quote_them(text: str, decimal: float) -> None:
    assert parse_price(text).decimal == pytest.approx(decimal)


@pytest.mark.parametrize(
    "text", ["", "0", "0.5", "7/0", "0%", "101%", "-", "7/4/2", "nan", "1e9", "١٢%", "=1+1", "9" * 500]
)
def test_what_is_no_price(text: str) -> None:
    with pytest.raises(UsageError, match="is no price"):
        parse_price(text)


@given(books)
def test_without_overround_probabilities_sum_to_one_and_keep_their_order(raw: dict[str, float]) -> None:
    for method in ("proportional", "shin"):
        found = implied(raw, method)  # type: ignore[arg-type]
        assert sum(found.values()) == pytest.approx(1)
        assert all(0 <= p <= 1 for p in found.values())
        order = sorted(raw, key=raw.__getitem__)
        assert all(found[a] <= found[b] + 1e-12 for a, b in pairwise(order))


@given(books)
def test_shin_takes_more_from_long_shots(raw: dict[str, float]) -> None:
    if sum(raw.values()) <= 1:
        assert implied(raw, "shin") == implied(raw)
        return
    shin, plain = implied(raw, "shin"), implied(raw)
    assert shin[min(raw, key=raw.__getitem__)] <= plain[min(raw, key=raw.__getitem__)] + 1e-9
    assert shin[max(raw, key=raw.__getitem__)] >= plain[max(raw, key=raw.__getitem__)] - 1e-9


@given(st.floats(0.3, 0.95), st.floats(0.1, 0.6))
def test_shin_on_two_outcomes_splits_the_margin_evenly(a: float, b: float) -> None:
    """With two outcomes Shin's method is the additive one (Jullien & Salanié 1994)."""
    if not 1 < a + b < 1.4 or abs(a - b) + a + b >= 2:
        return
    found = implied({"A": a, "B": b}, "shin")
    assert found["A"] == pytest.approx((a - b + 1) / 2, abs=1e-6)


def test_an_incomplete_book_leaves_the_rest_to_others() -> None:
    assert implied({"A": 0.5, "B": 0.2})[REST] == pytest.approx(0.3)


def test_yields_by_hand() -> None:
    bets = [Bet(0.6, 2.5, True), Bet(0.6, 2.5, False), Bet(0.6, 2.5, False), Bet(0.3, 2.5, True)]
    found = flat(bets)
    assert (found.offers, found.bets) == (4, 3)
    assert found.rate == pytest.approx((1.5 - 2) / 3)
    # Kelly stakes (0.6 * 2.5 - 1) / 1.5 = 1/3 of the bank: 1.5, then twice two thirds of it.
    assert kelly(bets).bank == pytest.approx(1.5 * 4 / 9)
    assert kelly([Bet(0.2, 2.0, True)]).rate is None


@given(st.floats(0.05, 0.95), st.floats(1.1, 10))
def test_kelly_never_stakes_more_than_there_is(p: float, price: float) -> None:
    bank = kelly([Bet(p, price, False)]).bank
    assert bank is not None
    assert 0 < bank <= 1


@pytest.mark.parametrize(
    ("words", "said", "north", "south"),
    [
        ("by autumn 2013", date(2012, 11, 20), date(2013, 11, 30), date(2013, 5, 31)),
        ("by late summer", date(2012, 11, 20), date(2013, 8, 31), date(2013, 2, 28)),
        ("in spring 2031", date(2030, 1, 1), date(2031, 5, 31), date(2031, 11, 30)),
        ("by winter", date(2031, 1, 15), date(2031, 2, 28), date(2031, 8, 31)),
        ("before 2014", date(2012, 1, 1), date(2013, 12, 31), date(2013, 12, 31)),
        ("by the end of February 2012", date(2012, 1, 1), date(2012, 2, 29), date(2012, 2, 29)),
        ("in March", date(2012, 4, 1), date(2013, 3, 31), date(2013, 3, 31)),
    ],
)
def test_times_end_in_the_speakers_hemisphere(words: str, said: date, north: date, south: date) -> None:
    assert window(words, said, "north")[1] == north
    assert window(words, said, "south")[1] == south


def test_by_starts_at_once_and_in_starts_with_the_season() -> None:
    assert window("by autumn 2013", date(2012, 11, 20), "south")[0] == date(2012, 11, 20)
    assert window("in autumn 2013", date(2012, 11, 20), "south")[0] == date(2013, 3, 1)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "by",
        "late",
        "by autumn 1999",
        "before 2012",
        "by spring 0000",
        "autumn; drop table",
        "by mid March 2013",
    ],
)
def test_times_that_cannot_be_meant(words: str) -> None:
    with pytest.raises(UsageError):
        window(words, date(2012, 11, 20), "south")


def test_hemispheres() -> None:
    assert hemisphere_of("New Zealand") == "south"
    assert hemisphere_of("UK") == "north"
    with pytest.raises(UsageError, match="hemisphere"):
        window("by autumn 2013", date(2012, 1, 1), "east")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("says", "note", "strength"),
    [
        ("A will win", None, "asserted"),
        ("A is likely to win", None, "likely"),
        ("A is unlikely to stand", None, "likely"),
        ("A is very unlikely to stand", None, "confident"),
        ("A is certain to win", None, "certain"),
        ("A may stand", None, "hinted"),
        ("A will win", "hedge: impression; more", "hinted"),
        ("A 69%", None, "stated"),
    ],
)
def test_words_have_documented_strengths(says: str, note: str | None, strength: str) -> None:
    assert strength_of(says, note).strength == strength


def test_resolutions_are_a_closed_list() -> None:
    assert verdict_of("came_true") == "came true"
    assert verdict_of("untested") == "void"
    with pytest.raises(UsageError, match="no resolution"):
        verdict_of("sort of")
