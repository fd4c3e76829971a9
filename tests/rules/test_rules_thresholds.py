"""Laws of thresholds, and figures that were published for real contests."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from whipcount.rules import Confidence, NeedRow, Threshold, confidence_needs, find, load, names, needs
from whipcount.rules.ballot_needs import rest_needed

shares = st.builds(
    lambda share, compare, plus, of: Threshold(share=share, compare=compare, plus=plus, of=of),
    st.fractions(0, 1, max_denominator=100),
    st.sampled_from(["more than", "at least"]),
    st.integers(0, 3),
    st.sampled_from(["entitled", "cast", "valid", "continuing"]),
)
counts = st.builds(lambda count, plus: Threshold(count=count, plus=plus), st.integers(0, 400), st.integers(0, 3))
thresholds = shares | counts


@given(thresholds, st.integers(0, 700))
def test_people_is_the_least_number_that_is_met(needs: Threshold, base: int) -> None:
    enough = needs.people(base)
    assert needs.met(enough, base)
    assert not needs.met(enough - 1, base)


@given(thresholds, st.integers(0, 700), st.integers(0, 700))
def test_more_support_never_hurts(needs: Threshold, base: int, support: int) -> None:
    assert needs.met(support + 1, base) >= needs.met(support, base)


@given(thresholds, st.integers(0, 700))
def test_a_larger_body_never_asks_for_fewer(needs: Threshold, base: int) -> None:
    assert needs.people(base) <= needs.people(base + 1)


@given(st.fractions(0, 1, max_denominator=60), st.integers(1, 700))
def test_a_share_asks_for_at_least_itself(share: Fraction, base: int) -> None:
    least, more = Threshold(share=share), Threshold(share=share, compare="more than")
    assert share * base <= least.people(base) < share * base + 1
    assert share * base < more.people(base) <= share * base + 1


def vote(rule: Threshold, side: str) -> Confidence:
    return Confidence.model_validate(
        {
            "id": "v",
            "kind": "confidence",
            "body": "b",
            "when": "now",
            side: rule.model_dump(),
            "source": "s",
            "confidence": "high",
        }
    )


@given(thresholds, st.integers(1, 700), st.sampled_from(["keeps", "removes"]))
def test_the_two_sides_of_a_vote_leave_no_gap(rule: Threshold, n: int, side: str) -> None:
    (need,) = confidence_needs(vote(rule, side), n)
    assert need.leader_needs + need.opponents_need == n + 1
    assert need.label == ""
    # With so many for the leader and the rest against, exactly one side has its number.
    for for_leader in range(n + 1):
        assert (for_leader >= need.leader_needs) != (n - for_leader >= need.opponents_need)


def test_a_count_says_how_many_are_enough() -> None:
    with pytest.raises(ValidationError, match="is the number that is enough"):
        Threshold(count=5, compare="more than")


def row(ref: str, electors: object, clause: str, what: str, whom: str = "") -> list[NeedRow]:
    rows = needs(find(ref).version, electors).of_clause(clause)  # type: ignore[arg-type]
    return [r for r in rows if r.what.startswith(what) and whom in r.whom]


def test_sixty_per_cent_plus_one_of_34() -> None:
    # docslib.org/doc/4790439 (the rule); odt.co.nz of 4 February 2013 (22); newshub.co.nz of 18 November 2012 (21 and 14)
    keeps = row("nz-labour@2012-11-17", 34, "sixty-percent", "to keep")
    removes = row("nz-labour@2012-11-17", 34, "sixty-percent", "to remove")
    assert [(r.number, bool(r.reading)) for r in keeps] == [(22, False), (21, True), (21, True), (21, True)]
    assert [r.number for r in removes] == [13, 14, 14, 14]
    assert keeps[0].text == "22 of 34"
    assert all(r.source and r.confidence for r in keeps)


def test_a_majority_of_34_is_18() -> None:
    assert row("nz-labour@2012-11-17", 34, "caucus-majority", "to remove")[0].number == 18
    assert row("nz-labour@2011-12-13", 34, "caucus-ballot", "to win")[0].number == 18


@pytest.mark.parametrize(
    ("ref", "electors", "clause", "number"),
    [
        ("uk-labour@2010-06-01", 257, "nomination", 33),  # en.wikipedia.org, 2010 contest: 33 of 257
        ("uk-labour@2016-07-12", 250, "nomination-challenge", 50),  # 230 MPs and 20 MEPs
        ("nz-labour@2023-01-20", 64, "nomination", 7),  # rnz.co.nz/news/political/482814
        ("fine-gael@2017-05-20", 73, "nomination", 8),  # irishtimes.com, 2017
    ],
)
def test_published_nominations(ref: str, electors: int, clause: str, number: int) -> None:
    assert row(ref, electors, clause, "to be on the paper", "a candidate")[0].number == number


def test_the_announced_51_stands_beside_50() -> None:
    found = row("uk-labour@2016-07-12", 250, "nomination-challenge", "to be on the paper", "a candidate")
    assert [r.number for r in found if r.reading] == [51, 50]


@pytest.mark.parametrize(("electors", "letters"), [(330, 50), (166, 25), (317, 48), (359, 54)])
def test_published_letters(electors: int, letters: int) -> None:
    # 15 % of MPs: 25 of 166 in 2003, 48 of 317 in 2018, 54 of 359 in 2022
    assert row("uk-conservatives@2018-12-12", electors, "confidence", "to bring the vote on")[0].number == letters


def test_a_lead_of_15_per_cent_in_1990() -> None:
    # 187 of 372 to win and a lead of 56: the leader of the day had 204 to 152, a lead of 52
    found = needs(find("uk-conservatives@1990-11-20").version, 372).of_clause("first")
    assert [r.number for r in found] == [187, 56]


def test_a_hundred_nominations_leave_room_for_three() -> None:
    found = row("uk-conservatives@2022-10-21", 357, "nomination", "how many")
    assert [r.number for r in found] == [3]


def test_what_a_vote_is_worth() -> None:
    # scoop.co.nz of October 2014: with 32 MPs each vote counts 1.25 per cent
    found = row("nz-labour@2014-10-01", {"caucus": 32}, "college", "what one vote is worth", "caucus")
    assert [r.value for r in found] == [Fraction(1, 80)]
    assert found[0].text == "1.25 per cent of the result"


@given(st.fractions(0, 1, max_denominator=50))
def test_the_rest_makes_up_exactly_half(part: Fraction) -> None:
    ballot = find("nz-labour@2014-10-01").version.path()[-1]
    rest = rest_needed(ballot, "caucus", part)
    assert Fraction(2, 5) * part + Fraction(3, 5) * rest == Fraction(1, 2)


@pytest.mark.parametrize("name", names())
def test_every_shipped_version_says_what_it_needs(name: str) -> None:
    for version in load(name).versions:
        sizes = {body: 100 + 7 * i for i, body in enumerate(version.bodies)}
        bare, full = needs(version), needs(version, sizes)
        assert [(r.clause, r.what, r.whom) for r in bare.rows if r.whom != "the field"][:1]
        assert all(r.words and r.what and r.whom and r.source for r in (*bare.rows, *full.rows))
        for r in full.rows:
            assert r.number is None or (r.number >= 0 and (r.of is None or r.of in sizes.values()))
        assert {r.clause for r in bare.rows} == {c for c, _ in bare.headings}
        assert sum(len(g.rows) + sum(len(x) for _, x in g.readings) for g in full.clauses) == len(full.rows)
