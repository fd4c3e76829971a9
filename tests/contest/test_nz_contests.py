"""The four New Zealand Labour contests that ship: what must hold of their rolls, canvasses, dates, sources and results."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.contest import Contest, load
from whipcount.rules import find

IDS = ("nz-labour-2011", "nz-labour-2012", "nz-labour-2013", "nz-labour-2014")
CONTESTS = {name: load(name) for name in IDS}
DATED = ("evidence", "polls", "odds", "events", "candidates", "predictions")
every = pytest.mark.parametrize("name", IDS)


def _canvass(contest: Contest, story: str) -> Counter[str]:
    """Stance, or the name supported, of the rows of one published list."""
    rows = [e for e in contest.evidence if e.kind == "canvass" and e.story == story]
    assert len({e.elector for e in rows}) == len(rows)
    return Counter(str(e.stance) for e in rows)


@pytest.mark.parametrize(
    ("name", "day", "size"),
    [
        ("nz-labour-2011", date(2011, 9, 30), 42),
        ("nz-labour-2011", date(2011, 11, 25), 42),
        ("nz-labour-2011", date(2011, 11, 26), 34),
        ("nz-labour-2011", date(2011, 12, 13), 34),
        ("nz-labour-2012", date(2012, 11, 20), 34),
        ("nz-labour-2012", date(2013, 2, 4), 34),
        ("nz-labour-2013", date(2013, 9, 15), 34),
        ("nz-labour-2014", date(2014, 9, 20), 32),
        ("nz-labour-2014", date(2014, 11, 18), 32),
    ],
)
def test_the_caucus_has_its_size_on_the_day(name: str, day: date, size: int) -> None:
    assert len(CONTESTS[name].roll("caucus", day)) == size
    assert len(CONTESTS[name].as_of(day).roll("caucus", day)) == size


def test_sepuloni_and_not_huo_is_on_the_roll_of_the_ballot_of_2011() -> None:
    ids = {e.id for e in CONTESTS["nz-labour-2011"].roll("caucus", date(2011, 12, 13))}
    assert "carmel-sepuloni" in ids
    assert "raymond-huo" not in ids


@every
def test_the_result_states_the_roll_that_voted(name: str) -> None:
    contest = CONTESTS[name]
    assert contest.result is not None
    assert len(contest.roll("caucus", contest.result.decided)) == contest.result.entitled["caucus"]


def test_the_canvass_of_3_news_is_20_12_and_2() -> None:
    contest = CONTESTS["nz-labour-2012"]
    found = _canvass(contest, "3news-2012-11-19")
    assert found == {"supports": 20, "opposes": 12, "will not say": 2}
    stated = {e.option[0]: e.amount.low for e in contest.evidence if e.story == "3news-2012-11-19" and e.amount}
    assert stated == {"David Shearer": 20, "against David Shearer": 12}
    assert all(e.question == "february" for e in contest.evidence if e.story == "3news-2012-11-19")


def test_the_projection_of_2013_places_all_34_with_their_order() -> None:
    contest = CONTESTS["nz-labour-2013"]
    rows = [e for e in contest.evidence if e.kind == "canvass"]
    assert {e.elector for e in rows} == {e.id for e in contest.roll("caucus", date(2013, 9, 4))}
    assert Counter(e.option[0] for e in rows) == {"Grant Robertson": 16, "David Cunliffe": 12, "Shane Jones": 6}
    orders = [re.search(r"order: ([^;]+)", e.note or "") for e in rows]
    assert all(o and len(set(o[1].split(" > "))) == 3 for o in orders)
    assert all(o and o[1].split(" > ")[0] == e.option[0] for o, e in zip(orders, rows, strict=True))


def test_the_canvass_of_2014_places_27_of_32() -> None:
    assert _canvass(CONTESTS["nz-labour-2014"], "herald-2014-09") == {"supports": 7, "opposes": 20}


def test_the_list_of_march_2011_places_9_and_13() -> None:
    assert _canvass(CONTESTS["nz-labour-2011"], "farrar-2011-03") == {"supports": 9, "opposes": 13}


@pytest.mark.parametrize(
    ("option", "word"),
    [
        (("Shane Jones",), "small"),
        (("Shane Jones",), "pivotal"),
        (("David Parker",), "small"),
        (("Phil Goff",), "none"),
        (("David Cunliffe", "Shane Jones"), "has the numbers"),
        (("rear-guard",), "lacks the numbers"),
    ],
)
def test_the_column_of_september_2011_is_known_on_its_last_day(option: tuple[str, ...], word: str) -> None:
    contest = CONTESTS["nz-labour-2011"]

    def said(day: date) -> int:
        rows = contest.as_of(day).evidence
        return sum(e.option == option and e.amount is not None and e.amount.word == word for e in rows)

    assert said(date(2011, 9, 29)) == 0
    assert said(date(2011, 9, 30)) == 1


@every
@given(day=st.dates(date(2010, 1, 1), date(2015, 1, 1)))
def test_nothing_known_later_is_seen(name: str, day: date) -> None:
    seen = CONTESTS[name].as_of(day)
    for table in DATED:
        rows, kept = getattr(CONTESTS[name], table), getattr(seen, table)
        assert all(row.known <= day for row in kept)
        assert len(kept) == sum(row.known <= day for row in rows)
    assert all(f.known is None or f.known <= day for f in seen.facts)
    assert (seen.result is not None) == (CONTESTS[name].result.decided <= day)  # type: ignore[union-attr]


@every
def test_how_mps_are_said_to_have_voted_is_known_only_once_published(name: str) -> None:
    for row in CONTESTS[name].evidence:
        if row.kind == "past vote":
            assert row.known >= date(2012, 11, 17)


@every
def test_no_statement_names_a_year_that_has_not_begun(name: str) -> None:
    """A text that tells of a later year was written later. Stories are dated by a slug and are held to the same."""
    for row in CONTESTS[name].evidence:
        years = re.findall(r"\b20\d\d\b", f"{row.note or ''} {row.story or ''} {row.by}")
        assert all(int(year) <= row.known.year for year in years), row.id


@every
def test_every_row_has_a_source(name: str) -> None:
    contest = CONTESTS[name]
    cited = [r for t in (*DATED, "electors", "groupings", "facts") for r in getattr(contest, t)]
    assert all(part.strip() for row in cited for part in row.source)
    for row in contest.evidence:
        assert all(part == "recall" or part.startswith("http") for part in row.source), row.id
    assert all(d.one_source and d.other_source for d in contest.disagreements)


@every
def test_every_elector_who_is_named_was_on_the_roll(name: str) -> None:
    contest = CONTESTS[name]
    for row in contest.evidence:
        elector = next((e for e in contest.electors if e.id == row.elector), None)
        if elector is not None and elector.until is not None and row.kind != "past vote":
            assert row.known <= elector.until, row.id


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("nz-labour-2011", "Shearer 22, Cunliffe 12", "Shearer 17, Cunliffe 13"),
        ("nz-labour-2011", "David Shearer 35.4", "David Shearer 34.5"),
        ("nz-labour-2012", "14 opponents", "13 opponents"),
        ("nz-labour-2013", "51.15", "50.15"),
        ("nz-labour-2014", "29.36", "29.35"),
    ],
)
def test_where_sources_disagree_both_stand(name: str, one: str, other: str) -> None:
    assert any(one in d.one and other in d.other for d in CONTESTS[name].disagreements)


def test_both_versions_of_the_ballot_of_2011_stand_in_its_result() -> None:
    result = CONTESTS["nz-labour-2011"].result
    assert result is not None
    assert result.winner == "David Shearer"
    assert result.ballots[0].rounds[0].votes["caucus"] == {"David Shearer": 22, "David Cunliffe": 12}
    assert "17" in result.differences[0]
    assert "13" in result.differences[0]


def test_the_february_vote_was_kept_and_its_figures_withheld() -> None:
    result = CONTESTS["nz-labour-2012"].result
    assert result is not None
    november, february = result.votes_on_leader
    assert november.kept
    assert november.for_leader == 34
    assert february.kept
    assert february.for_leader is None
    assert february.against is None


def test_the_marks_that_the_leader_faced_in_november_2012() -> None:
    question = CONTESTS["nz-labour-2012"].question("endorsement")
    clause = find("nz-labour@2012-11-20").version.clause("endorsement")
    assert [e.keeps.people(34) for e in question.extra] == [21, 22]
    assert clause.keeps.people(34) == 18  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["nz-labour-2013", "nz-labour-2014"])
def test_the_published_totals_follow_from_the_sections(name: str) -> None:
    """Replayed by hand: the shares of the sections, weighted as the rulebook of the day says, give the published totals."""
    result = CONTESTS[name].result
    assert result is not None
    college = find(result.rules).version.clause("college")
    weights = {s.body: s.weight for s in college.sections}  # type: ignore[union-attr]
    assert weights == {"caucus": Fraction(2, 5), "members": Fraction(2, 5), "affiliates": Fraction(1, 5)}
    checked = 0
    for one in result.ballots[0].rounds:
        for candidate, published in one.total.items():
            total = Fraction(0)
            for section, figures in one.votes.items():
                points = figures[candidate]
                if one.unit_of(section) != "points of the whole":
                    points *= (
                        100 * weights[section] / (sum(figures.values()) if one.unit_of(section) == "votes" else 100)
                    )
                total += points
            assert abs(total - published) <= result.tolerance, (candidate, float(total), float(published))
            checked += 1
    assert checked == {"nz-labour-2013": 3, "nz-labour-2014": 6}[name]
    last = result.ballots[0].rounds[-1].total
    assert max(last, key=lambda c: last[c]) == result.winner
    assert last[str(result.winner)] > 50


def test_the_outcomes_of_the_questions_are_hidden_until_they_are_decided() -> None:
    contest = CONTESTS["nz-labour-2012"].as_of(date(2012, 11, 20))
    assert contest.question("endorsement").outcome is not None
    assert contest.question("february").outcome is None
    assert contest.result is None
    assert CONTESTS["nz-labour-2012"].as_of(date(2012, 11, 18)).question("endorsement").due is None
