"""Where the silent lean, and whose nominations are believed: prices, lent nominations, and errors of totals."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import whipcount
from whipcount.contest import Elector, Evidence, Question, load
from whipcount.contest.amounts import parse_amount
from whipcount.headcount import headcount, influences, reliability
from whipcount.headcount.market import expected, implied, market
from whipcount.headcount.model import infer
from whipcount.headcount.statements import lent, statements
from whipcount.headcount.totals import total_statements

CONTESTS = Path(whipcount.__file__).parent / "library" / "contests"
DAY = date(2020, 6, 1)
NAMES = ("Ann", "Bob", "Cay")
QUESTION = Question(id="leader", asks="Who?", kind="election", section="mps", opens=DAY, due=DAY)
ROLL = tuple(Elector.model_construct(id=f"m{i}", name=f"Member {i}", section="mps") for i in range(20))


def row(number: int, who: int | None, option: str, **more: object) -> Evidence:
    plain: dict[str, object] = {
        "id": f"e{number:03}", "known": DAY, "question": "leader", "section": "mps", "kind": "declaration", "by": f"member {who}",
        "source_kind": "own words", "elector": f"m{who}", "stance": "supports", "option": (option,), "source": ("recall",),
        "confidence": "low",
    }  # fmt: skip
    return Evidence.model_validate(plain | more)


def nominates(number: int, who: int, option: str, firmness: str | None = None) -> Evidence:
    more = {"kind": "nomination", "source_kind": "nomination", "known": DAY - timedelta(days=20), "firmness": firmness}
    return row(number, who, option, **more)


def mean_of(rows: list[Evidence], option: str, prices: dict[str, float] | None = None) -> float:
    groups: list[tuple[str, ...]] = [()] * len(ROLL)
    found = infer(
        QUESTION, "mps", DAY, NAMES, ROLL, [(r, 1.0) for r in rows], groups,
        seed=1, draws=8000, table=reliability(), prices=prices,
    )  # fmt: skip
    return float(found.for_option(option).mean())


@pytest.mark.parametrize(
    ("price", "p"),
    [("7/4", 4 / 11), ("1/33", 33 / 34), ("2.5", 0.4), ("79%", 0.79), ("evens", None), ("0", None), ("1/0", 0)],
)
def test_prices_are_read_as_they_are_quoted(price: str, p: float | None) -> None:
    assert implied(price) == (pytest.approx(p) if p else None)


@settings(max_examples=60)
@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=3))
def test_a_market_is_a_distribution_in_the_order_of_its_prices(values: list[float]) -> None:
    prices = dict(zip(NAMES, values, strict=False))
    p = expected(prices, NAMES)
    assert p.sum() == pytest.approx(1)
    assert (p > 0).all()
    for (a, x), (b, y) in zip(list(prices.items())[:-1], list(prices.items())[1:], strict=True):
        assert (x < y) <= (p[NAMES.index(a)] <= p[NAMES.index(b)])


def test_no_price_is_no_opinion() -> None:
    assert expected({}, NAMES) == pytest.approx([1 / 3] * 3)


def test_the_silent_go_to_the_favourite_and_those_who_spoke_stay() -> None:
    rows = [row(i, i, NAMES[i % 3]) for i in range(6)]
    with_prices = mean_of(rows, "Cay", {"Cay": 0.8, "Ann": 0.1, "Bob": 0.1})
    assert with_prices > mean_of(rows, "Cay") + 1
    everybody = [row(i, i, NAMES[i % 3]) for i in range(20)]
    assert mean_of(everybody, "Cay", {"Cay": 0.9}) == pytest.approx(mean_of(everybody, "Cay"), abs=0.4)


def test_prices_count_only_where_the_section_is_the_whole_contest() -> None:
    caucus = load(CONTESTS / "nz-labour-2011").as_of(date(2011, 12, 12))
    found = market(caucus, caucus.question("leader"), ("David Cunliffe", "David Shearer"))
    assert found == {"David Shearer": pytest.approx(0.68)}
    assert headcount(caucus, caucus.question("leader"), "caucus", draws=400).to_json()["prices"] == {
        "David Shearer": 0.68
    }
    college = load(CONTESTS / "uk-labour-2010").as_of(date(2010, 9, 23))
    assert market(college, college.question("leader"), ("David Miliband", "Ed Miliband")) == {}


def test_nominations_of_somebody_whose_nominators_left_are_believed_less() -> None:
    given_ = [nominates(i, i, "Ann", "leaning") for i in range(8)]
    left = [row(20 + i, i, "Bob") for i in range(4)]
    stayed = [row(20 + i, i, "Ann") for i in range(4)]
    table, usual = reliability(), reliability().sources["nomination"].names
    assert (
        lent([*given_, *left], QUESTION, table)["Ann", "leaning"]
        < usual
        < lent([*given_, *stayed], QUESTION, table)["Ann", "leaning"]
    )
    assert lent([*given_, *left[:2]], QUESTION, table) == {}
    read = statements([(r, 1.0) for r in [*given_, *left]], QUESTION, NAMES, ROLL, DAY, table)
    assert {s.source for s in read if s.row.source_kind == "nomination"} == {("nomination", "Ann leaning")}
    assert mean_of([*given_, *left], "Ann") < mean_of([*given_, *stayed], "Ann") - 4


def test_influences_through_the_record_of_nominations_are_rough() -> None:
    seen = load(CONTESTS / "uk-labour-2010").as_of(date(2010, 9, 24))
    found = headcount(seen, seen.question("leader"), "mps", draws=1000)
    moved = influences(found, "mean", found.for_option("Diane Abbott").astype(float))
    lenders = [i for i in moved if i.row.source_kind == "own words" and i.row.known.isoformat() == "2010-08-31"]
    assert lenders
    assert all(i.rough for i in lenders)


def test_a_small_number_is_known_more_closely_than_a_half() -> None:
    def error(amount: str) -> float:
        stated = row(
            1,
            None,
            "Ann",
            kind="total",
            elector=None,
            stance=None,
            amount=parse_amount(amount),
            source_kind="blog canvass",
        )
        return total_statements([(stated, 1.0)], QUESTION, NAMES, 400, DAY, reliability())[0].error

    assert error("12") < error("60") < error("200")
    assert error("200") == pytest.approx(reliability().sources["blog canvass"].error * 400)
    assert np.isfinite(error("400"))


@pytest.mark.parametrize("day", ["2012-11-19", "2013-02-03"])
def test_evidence_that_contradicts_itself_gives_the_same_whatever_the_seed(day: str) -> None:
    seen = load(CONTESTS / "nz-labour-2012").as_of(date.fromisoformat(day))
    one, two = (headcount(seen, seen.question("contest"), "caucus", seed=seed) for seed in (1, 2))
    for found in (one, two):
        assert found.converged
        assert found.to_json()["converged"]
    for a, b in zip(one.support, two.support, strict=True):
        assert a.mean == pytest.approx(b.mean, abs=0.6)
        assert a.p_majority == pytest.approx(b.p_majority, abs=0.03)
