"""Records, exports, pages: complete, safe, the same bytes, and open to being counted again."""

import json
import re

import pytest

from whipcount import rules
from whipcount.ballots import Profile
from whipcount.count import Given, TiePlan, count, count_path
from whipcount.count.files import parse_numbers, parse_withdrawals, read_lots, read_order
from whipcount.count.margin import margin
from whipcount.count.pairwise import pairwise
from whipcount.count.published import read_tallies
from whipcount.count.record import verify
from whipcount.errors import BallotError, InputError, NotFound, UsageError

AV = rules.find("av")
HOSTILE = "<script>alert(1)</script>"


def of(*rows, **kwargs):
    return Profile.from_rankings(rows, **kwargs)


@pytest.fixture
def papers():
    return of((("A", "B"), 40), (("B", "C"), 35), (("C", "B"), 30), ((), 2))


@pytest.fixture
def tally(papers):
    return count(papers, AV.version.ballots[0], rulebook=AV.ref)


class TestRecord:
    def test_it_has_what_was_promised(self, tally):
        record = json.loads(tally.to_json())
        assert {"winner", "rounds", "sha256", "rulebook"} <= set(record)
        parts = {"tallies", "continuing", "eliminated", "elected", "inactive", "transfers", "ties"}
        assert all(parts <= set(one) for one in record["rounds"])
        assert record["winner"] == "B"
        assert record["rounds"][0]["transfers"] == {"C": {"B": 30}}
        assert record["ballots"][0]["blank"] == 2

    def test_a_recount_gives_the_same(self, tally, papers):
        assert verify(tally.to_json(), papers) == []

    def test_every_difference_is_told(self, tally, papers):
        record = json.loads(tally.to_json())
        record["winner"] = "A"
        record["rounds"][1]["tallies"]["B"] = 66
        assert verify(record, papers) == [
            'winner: the record says "A", the recount gives "B"',
            "rounds[1].tallies.B: the record says 66, the recount gives 65",
        ]

    def test_other_ballots_are_noticed(self, tally):
        found = verify(tally.to_json(), of((("A",), 50), (("B",), 40)))
        assert any(line.startswith("winner") for line in found)

    def test_ties_and_options_are_in_the_record(self):
        papers = of((("A", "C"), 4), (("B", "A"), 4), (("C", "B"), 4), (("D", "A"), 1))
        plan = TiePlan(rules=("latest difference", "seeded lot"), seed="five dice: 3 1 4 1 5")
        tally = count(papers, AV.version.ballots[0], rulebook="av", ties=plan, withdrawals={1: ("B",)})
        assert verify(tally.to_json(), papers) == []

    def test_an_answer_that_was_asked_for_is_taken_from_the_record(self):
        papers = of((("A",), 4), (("B",), 4))
        plan = TiePlan(rules=("ask",), ask=lambda _, tied: tied[1])
        tally = count(papers, AV.version.ballots[0], rulebook="av", ties=plan)
        assert tally.winner == "B"
        assert verify(tally.to_json(), papers) == []

    def test_a_path_is_recounted(self):
        found = rules.find("uk-conservatives@2022-07-12")
        papers = of((("A", "B"), 88), (("B", "C"), 67), (("C", "B"), 50), (("D", "C"), 32), (("E", "B"), 25))
        tally = count_path(papers, found.version, given=Given(), rulebook=found.ref)
        assert any("different bodies" in note for note in tally.notes)
        assert verify(tally.to_json(), papers) == []

    @pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"format": 1}', b'{"format": 1, "rounds": 3}', b"[" * 100000])
    def test_what_is_no_record_is_refused(self, raw, papers):
        with pytest.raises(InputError, match="whipcount count --json"):
            verify(raw, papers)

    def test_broken_options_are_refused(self, tally, papers):
        record = json.loads(tally.to_json())
        record["options"]["lots"] = [{"round": "x"}]
        with pytest.raises(InputError, match="options cannot be read"):
            verify(record, papers)

    def test_an_unknown_rulebook_is_told(self, tally, papers):
        with pytest.raises(NotFound):
            verify(tally.to_json().replace(b'"rulebook": "av"', b'"rulebook": "avv"'), papers)


class TestExports:
    def test_rows_and_csv(self, tally):
        rows = tally.rows()
        assert rows[0] == {
            "ballot": "ballot", "round": 1, "section": "", "candidate": "A", "tally": "40", "percent": "38.095238", "result": "",
        }  # fmt: skip
        assert tally.to_csv().splitlines()[0] == "ballot,round,section,candidate,tally,percent,result"
        assert len(tally.to_csv().splitlines()) == 1 + len(rows)

    def test_the_table_is_a_frame(self, tally):
        pytest.importorskip("polars")
        assert tally.table().shape == (len(tally.rows()), 7)

    def test_the_chart_has_every_candidate(self, tally):
        pytest.importorskip("altair")
        spec = json.dumps(tally.chart().to_dict())
        assert all(f'"candidate": "{name}"' in spec for name in "ABC")

    def test_the_page_needs_no_network_and_runs_nothing(self, tally):
        page = tally.to_html()
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|<script|<link|@import|url\(", page)
        assert "B is elected: 65 to 40" in page
        assert page.count('<svg class="flow') == 2
        assert "prefers-color-scheme: dark" in page
        assert page == tally.to_html()

    def test_names_cannot_become_markup(self):
        names = (HOSTILE, '"><img src=x onerror=alert(1)>', "{{ 7*7 }}")
        papers = of(((names[0], names[1]), 4), ((names[1],), 5), ((names[2], names[0]), 3))
        tally = count(papers, AV.version.ballots[0])
        for text in (tally.to_html(), tally._repr_html_()):
            assert "<script" not in text
            assert "<img" not in text
            assert "49" not in text.replace("{{ 7*7 }}", "")[-400:]

    def test_fresh_votes_are_drawn_without_flows(self, ballot_of):
        ballot = ballot_of(paper="single")
        tally = count([of((("A",), 4), (("B",), 5), (("C",), 2)), of((("A",), 6), (("B",), 5))], ballot)
        page = tally.to_html()
        assert "Each round was a fresh vote" in page
        assert '<path class="move"' not in page

    def test_a_ballot_that_waits_has_a_page_too(self):
        version = rules.find("uk-conservatives@2022-07-12").version
        tally = count_path({"mps": (of((("A",), 188), (("B",), 67)),)}, version)
        assert "further vote is needed among A and B" in tally.to_html()


class TestMargin:
    def test_the_bounds_of_a_two_horse_race_meet(self, ballot_of):
        found = margin(of((("A",), 53), (("B",), 47)), ballot_of())
        # 3 changed papers make 50 each, a tie; 4 elect B.
        assert (found.at_least, found.change.papers, found.change.winner) == (3, 4, "B")

    def test_an_early_round_may_be_the_closest(self, ballot_of):
        # C is one vote behind B for last; with B out instead, B's papers elect C.
        rows = [(("A", "C"), 40), (("B", "C"), 31), (("C", "A"), 29)]
        found = margin(of(*rows), ballot_of())
        assert found.winner == "A"
        assert (found.closest, found.gap, found.at_least) == (1, 2, 1)
        assert (found.change.round, found.change.papers, found.change.winner) == (1, 2, "C")
        assert "2 would have been enough" in found.sentence()

    def test_a_change_is_one_that_was_recounted(self, ballot_of):
        rows = [(("A",), 51), (("B",), 30), (("C",), 19)]
        found = margin(of(*rows), ballot_of())
        assert found.at_least <= found.change.papers

    def test_other_kinds_of_ballots_are_refused(self, ballot_of):
        for changes in ({"leaves": 2}, {"wins": []}, {"sections": [{"body": "body"}], "units": {}}):
            with pytest.raises(UsageError, match="plain preferential counts"):
                margin(of((("A",), 5), (("B",), 4)), ballot_of(**changes))


class TestPairwise:
    def test_unranked_is_below_ranked_and_level_says_nothing(self, ballot_of):
        found = pairwise(of((("A", {"B", "C"}), 3), (("C",), 2), (("D",), 1), candidates="ABCD"), ballot_of())
        assert found.prefer["A", "B"] == 3
        assert found.prefer["B", "C"] == 0
        assert found.prefer["C", "A"] == 2
        assert found.prefer["B", "D"] == 3

    def test_a_cycle_is_the_smith_set(self, ballot_of):
        rows = [(("A", "B", "C", "D"), 4), (("B", "C", "A", "D"), 3), (("C", "A", "B", "D"), 3)]
        found = pairwise(of(*rows), ballot_of())
        assert found.condorcet_winner is None
        assert found.smith_set == ("A", "B", "C")

    def test_sections_weigh(self, ballot_of):
        ballot = ballot_of(sections=[{"body": "x", "weight": "3/4"}, {"body": "y", "weight": "1/4"}])
        found = pairwise(of((("A",), 2, "x"), (("B",), 900, "y")), ballot)
        assert (found.prefer["A", "B"], found.condorcet_winner) == (pytest.approx(0.75), "A")


class TestFiles:
    def test_an_order(self, tmp_path):
        file = tmp_path / "order.txt"
        file.write_text("# as drawn\nB\n\nA\n")
        assert read_order(file) == ("B", "A")
        file.write_text("B\nB\n")
        with pytest.raises(BallotError, match="B twice"):
            read_order(file)

    def test_draws(self, tmp_path):
        file = tmp_path / "lots.yaml"
        file.write_text("- {round: 2, order: [B, A], note: a coin}\n")
        assert read_lots(file)[0].order == ("B", "A")
        file.write_text("draws:\n- {round: 2, ordr: [B, A]}\n")
        with pytest.raises(BallotError) as told:
            read_lots(file)
        assert any(p.line == 2 and "ordr" in p.what for p in told.value.problems)

    def test_withdrawals(self):
        found = parse_withdrawals(["2:Ann Lee", "second:1:Bo", "2:Cy: the younger"])
        assert found == {"": {2: ("Ann Lee", "Cy: the younger")}, "second": {1: ("Bo",)}}
        for bad in ("Ann", "2:", "x:y:z", ":Ann"):
            with pytest.raises(UsageError, match="R:NAME"):
                parse_withdrawals([bad])

    def test_numbers(self):
        assert parse_numbers(["mps=372"], "electors") == {"mps": 372}
        for bad in ("mps", "=3", "mps=-3", "mps=3.5"):
            with pytest.raises(UsageError, match="BODY=N"):
                parse_numbers([bad], "electors")

    def test_tallies_of_another_unit_are_refused(self, tmp_path):
        file = tmp_path / "t.yaml"
        file.write_text("source: ours\nconfidence: high\nrounds:\n- {votes: {members: {A: 51.5}}, unit: percent}\n")
        with pytest.raises(BallotError, match="are percent, not votes"):
            read_tallies(file)

    def test_a_broken_tallies_file_is_told_by_line(self, tmp_path):
        file = tmp_path / "t.yaml"
        file.write_text("source: ours\nconfidence: high\nrounds:\n- votes: {members: {A: many}}\n")
        with pytest.raises(BallotError) as told:
            read_tallies(file)
        assert told.value.problems[0].line == 4
