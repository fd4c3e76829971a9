"""The two UK Labour contests that ship: what their folders must say, and what they must not say before its day."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import whipcount
from whipcount.contest import Contest, load

FOLDERS = Path(whipcount.__file__).parent / "library" / "contests"
BOTH = ("uk-labour-2010", "uk-labour-2016")
SPAN = {"uk-labour-2010": (date(2010, 5, 1), 160), "uk-labour-2016": (date(2016, 6, 20), 110)}


@cache
def contest(name: str) -> Contest:
    return load(name)


def last_nominations(c: Contest, day: date) -> dict[str, int]:
    return {r.name: r.nominations for r in c.as_of(day).candidates if r.nominations is not None}


@pytest.mark.parametrize("name", BOTH)
def test_every_row_has_a_source_and_an_id_of_its_own(name: str) -> None:
    c = contest(name)
    rows = [*c.evidence, *c.polls, *c.odds, *c.events, *c.predictions, *c.candidates, *c.electors, *c.facts]
    assert all(all(part.strip() for part in row.source) for row in rows)
    for table in (c.evidence, c.odds, c.events, c.predictions):
        assert len({row.id for row in table}) == len(table) > 0


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("table", ["evidence", "polls", "odds", "events", "predictions", "candidates"])
def test_tables_are_in_order_of_the_day_known(name: str, table: str) -> None:
    days = [row.known for row in getattr(contest(name), table)]
    assert days == sorted(days)


@pytest.mark.parametrize("name", BOTH)
def test_files_have_unix_line_ends_and_full_rows(name: str) -> None:
    for path in sorted((FOLDERS / name).glob("*.csv")):
        raw = path.read_bytes()
        assert b"\r" not in raw, path.name
        assert raw.endswith(b"\n"), path.name
        header, *rows = csv.reader(raw.decode("utf-8").splitlines())
        assert rows, path.name
        assert all(len(row) == len(header) and row[0] for row in rows), path.name


@given(name=st.sampled_from(BOTH), after=st.integers(0, 160))
@settings(max_examples=40, deadline=None)
def test_nothing_is_seen_before_it_was_known(name: str, after: int) -> None:
    start, _ = SPAN[name]
    day = start + timedelta(days=after)
    seen = contest(name).as_of(day)
    for table in (seen.evidence, seen.polls, seen.odds, seen.events, seen.predictions, seen.candidates):
        assert all(row.known <= day for row in table)
    assert all(fact.known is None or fact.known <= day for fact in seen.facts)
    assert (seen.result is None) == (day < contest(name).identity.questions[-1].decided)


@given(name=st.sampled_from(BOTH), one=st.integers(0, 160), more=st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_what_was_known_only_grows(name: str, one: int, more: int) -> None:
    early = SPAN[name][0] + timedelta(days=one)
    before, after = contest(name).as_of(early), contest(name).as_of(early + timedelta(days=more))
    assert {e.id for e in before.evidence} <= {e.id for e in after.evidence}
    assert set(before.facts) <= set(after.facts)


class TestLabour2010:
    c = property(lambda self: contest("uk-labour-2010"))

    def test_roll(self) -> None:
        for day in (date(2010, 5, 13), date(2010, 9, 25)):
            kinds = Counter(e.kind for e in self.c.roll("mps", day))
            assert kinds == {"mp": 257, "mep": 13}
        assert not any(e.name == "Eric Illsley" for e in self.c.electors)
        assert any("271" in d.other for d in self.c.disagreements)

    def test_official_nominations(self) -> None:
        final = last_nominations(self.c, date(2010, 6, 9))
        on_ballot = {n: final[n] for n in self.c.standing("leader") if n in final}
        assert on_ballot == {
            "David Miliband": 81,
            "Ed Miliband": 63,
            "Ed Balls": 33,
            "Andy Burnham": 33,
            "Diane Abbott": 33,
        }
        assert sum(on_ballot.values()) == 257 - 14

    def test_field_at_three_dates(self) -> None:
        mooted = set(self.c.as_of(date(2010, 5, 13)).standing("leader"))
        assert {"David Miliband", "Ed Miliband", "Ed Balls", "Jon Cruddas"} <= mooted
        assert not mooted & {"Harriet Harman", "Alan Johnson", "Tony Blair", "Peter Mandelson", "Gordon Brown"}
        late_may = set(self.c.as_of(date(2010, 5, 28)).standing("leader", mooted=False))
        assert late_may == {
            "David Miliband",
            "Ed Miliband",
            "Ed Balls",
            "Andy Burnham",
            "Diane Abbott",
            "John McDonnell",
        }
        assert "John McDonnell" not in self.c.as_of(date(2010, 6, 9)).standing("leader")

    def test_lent_nominations_are_no_support(self) -> None:
        rows = [e for e in self.c.evidence if e.kind == "nomination" and e.option == ("Diane Abbott",)]
        assert not {"david-miliband", "harriet-harman"} & {e.elector for e in rows}
        assert all(e.firmness == "leaning" for e in rows if e.elector != "diane-abbott")
        totals = [e for e in self.c.evidence if e.kind == "total" and e.source_kind == "official"]
        assert max(e.amount.low for e in totals if e.amount and e.option == ("Diane Abbott",)) == 11

    def test_ballots_of_mps_are_unknown_until_they_were_published(self) -> None:
        cast = [e for e in self.c.evidence if e.kind == "past vote"]
        assert len(cast) == 11
        assert all(e.known == date(2010, 9, 26) and e.source_kind == "vote cast" for e in cast)
        before = self.c.as_of(date(2010, 9, 25))
        assert not any(e.kind == "past vote" for e in before.evidence)
        assert not any("turnout" in f.fact for f in before.facts)
        assert all(s.turnout is None and s.electors is None for s in self.c.identity.sections.values())

    def test_due_date_is_hidden_until_the_timetable(self) -> None:
        assert self.c.as_of(date(2010, 5, 13)).question("leader").due is None
        assert self.c.as_of(date(2010, 5, 18)).question("leader").due == date(2010, 9, 25)

    def test_no_estimate_passes_for_a_poll_of_electors(self) -> None:
        polls = [p for p in self.c.polls if p.link == "electors"]
        assert {p.pollster for p in polls} == {"YouGov"}
        assert {p.section for p in polls} == {"members", "affiliates"}
        assert {p.known for p in polls} == {date(2010, 7, 29), date(2010, 9, 11)}

    def test_shares_of_nominations(self) -> None:
        final = {p.option: p.share for p in self.c.polls if p.poll == "clp-nominations-2010-07-26"}
        assert {n: round(share * 3.94) for n, share in final.items()} == {
            "David Miliband": 165,
            "Ed Miliband": 148,
            "Andy Burnham": 44,
            "Diane Abbott": 20,
            "Ed Balls": 17,
        }

    def test_rounds_sum_to_the_published_percentages(self) -> None:
        (ballot,) = self.c.result.ballots
        assert len(ballot.rounds) == 4
        for one in ballot.rounds:
            for name, published in one.total.items():
                shares = [votes[name] / sum(votes.values()) for votes in one.votes.values()]
                assert abs(100 * sum(shares) / 3 - published) < Fraction(6, 1000), name
            assert abs(sum(one.total.values()) - 100) <= Fraction(2, 100)

    def test_papers_are_neither_made_nor_lost(self) -> None:
        rounds = self.c.result.ballots[0].rounds
        for section, first in rounds[0].votes.items():
            for later in rounds[1:]:
                assert sum(later.votes[section].values()) + later.others[section] == sum(first.values())
        assert sum(sum(v.values()) for v in rounds[0].votes.values()) == 338_374


class TestLabour2016:
    c = property(lambda self: contest("uk-labour-2016"))

    def test_roll(self) -> None:
        assert len(self.c.roll("mps", date(2016, 6, 28))) == 229
        assert len(self.c.roll("mps", date(2016, 7, 20))) == 230
        assert len(self.c.roll("meps", date(2016, 7, 20))) == 20

    def test_the_vote_of_confidence(self) -> None:
        totals = {e.option: e.amount.low for e in self.c.evidence if e.question == "confidence" and e.amount}
        assert totals == {("against Jeremy Corbyn",): 172, ("Jeremy Corbyn",): 40}
        (vote,) = self.c.result.votes_on_leader
        assert vote.kept
        assert vote.entitled == vote.for_leader + vote.against + vote.others == 229
        eve = self.c.as_of(date(2016, 6, 27))
        assert not any(e.kind == "total" for e in eve.evidence)
        assert eve.question("confidence").outcome is None

    def test_resignations_oppose_the_leader(self) -> None:
        left = [e for e in self.c.evidence if e.question == "confidence" and e.kind == "report"]
        assert len(left) == 51
        assert all(e.stance == "opposes" for e in left)
        assert sum(e.known <= date(2016, 6, 26) for e in left) == 11

    def test_named_confidence_votes_are_a_blog_s_reconstruction(self) -> None:
        rows = [e for e in self.c.evidence if e.question == "confidence" and e.stance == "supports"]
        assert len([e for e in rows if e.firmness is None]) == 39
        assert all(e.source_kind == "blog canvass" and e.known == date(2016, 6, 28) for e in rows)

    def test_polls_of_the_public_are_marked(self) -> None:
        august = [p for p in self.c.polls if p.poll == "bmg-standard-2016-08"]
        assert {p.link for p in august} == {"public", "supporters"}
        assert all(p.known == date(2016, 8, 16) and p.section is None for p in august)
        of_electors = [p for p in self.c.as_of(date(2016, 8, 17)).polls if p.link == "electors"]
        assert {(p.pollster, p.section) for p in of_electors} == {("YouGov", "members")}

    def test_nominations_of_local_parties(self) -> None:
        shares = {p.option: p.share for p in self.c.polls if p.poll == "clp-nominations-2016-08-15"}
        assert shares["Jeremy Corbyn"] == pytest.approx(100 * 285 / 338, abs=0.01)
        assert last_nominations(self.c, date(2016, 7, 20)) == {"Angela Eagle": 72, "Owen Smith": 172}

    def test_field(self) -> None:
        assert set(self.c.as_of(date(2016, 7, 18)).standing("leader", mooted=False)) == {
            "Jeremy Corbyn",
            "Angela Eagle",
            "Owen Smith",
        }
        assert set(self.c.as_of(date(2016, 8, 17)).standing("leader")) == {"Jeremy Corbyn", "Owen Smith"}

    def test_sizes_are_those_public_before_the_ballots_went_out(self) -> None:
        later = {343_500, 129_000, 168_000, 654_006}
        assert not later & {s.electors for s in self.c.identity.sections.values()}
        early = self.c.as_of(date(2016, 8, 21))
        assert not any("343,500" in f.fact for f in early.facts)

    def test_rulings_stand_on_their_days(self) -> None:
        days = {e.known for e in self.c.events if e.kind == "court" and "McNicol" in e.what}
        assert days == {date(2016, 7, 28), date(2016, 8, 8), date(2016, 8, 12)}

    def test_result_sums(self) -> None:
        (one,) = self.c.result.ballots[0].rounds
        whole: Counter[str] = Counter()
        for votes in one.votes.values():
            whole.update({name: int(n) for name, n in votes.items()})
        assert whole == {"Jeremy Corbyn": 313_209, "Owen Smith": 193_229}
        for name, published in one.total.items():
            assert round(100 * whole[name] / whole.total(), 1) == float(published)
