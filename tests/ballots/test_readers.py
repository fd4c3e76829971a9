"""Each reader on a file of its format; detection; candidates, aliases, contests; what `info` says."""

from __future__ import annotations

import gzip
import hashlib
from fractions import Fraction
from importlib.resources import files

import pytest
from ballot_files import ABIF, CEF, CSV_CANDIDATES, CSV_RANKS, CVR_JSON, FILES, report, xml_of

from whipcount.ballots import Group, detect, info, interpret, read_ballots
from whipcount.errors import BallotError, NotFound, UsageError

AB = frozenset({"Ash", "Birch"})
MPS = files("whipcount.library") / "ballots" / "uk-labour-2010-mps.soi"


@pytest.fixture
def read(tmp_path):
    def read(text, **options):
        path = tmp_path / "ballots.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_ballots(path, **options)

    return read


def votes(profile):
    return {(row.ranking, *filter(None, (row.section, row.unit))): row.weight for row in profile.to_rows()}


@pytest.mark.parametrize("name", FILES)
def test_format_by_content(tmp_path, name):
    kind, text = FILES[name]
    path = tmp_path / "file"
    path.write_text(text)
    assert detect(path) == kind
    with gzip.open(tmp_path / "packed", "wt") as packed:
        packed.write(text)
    assert detect(tmp_path / "packed") == kind
    assert read_ballots(tmp_path / "packed").same_votes(read_ballots(path))


def test_csv_rank_columns(read):
    assert votes(read(CSV_RANKS)) == {
        (("Ash", "Birch"), "caucus", "North"): 3,
        (("Birch", None, "Ash"), "caucus", "South"): 2,
        (("Cedar, J.", AB), "members"): Fraction(1, 2),
        ((), "members"): 1,
    }


def test_csv_candidate_columns(read):
    assert votes(read(CSV_CANDIDATES)) == {
        (("Ash", "Birch"), "North"): 1,
        (("Birch", "Ash", "Cedar"), "North"): 1,
        ((AB, "Cedar"), "South"): 1,
        ((), "South"): 1,
    }


def test_csv_long(read):
    expected = {(("Ash", "Birch"),): 1, (("Ash", "Cedar"),): 1, ((),): 1, ((AB,),): 1}
    assert votes(read(FILES["csv long"][1])) == expected


@pytest.mark.parametrize(
    ("header", "row", "second", "ranking"),
    [
        ("1,2,3", "Ash,Birch,", "Elm,,", ("Ash", "Birch")),
        ("First choice\tSecond choice", "Ash\tBirch", "Elm\t", ("Ash", "Birch")),
        ("choice_2,choice_1", "Ash,Birch", ",Elm", ("Birch", "Ash")),
        ("1st Choice,2nd Choice,Voter ID", "Ash,undervote,12", "Elm,,13", ("Ash",)),
        ("Rank 1,Rank 2", "overvote,Ash", "Elm,", (frozenset({"Ash", "Elm"}), "Ash")),
        ("Rank 1,Rank 2", "UWI,Ash", "Elm,", ("Undeclared write-ins", "Ash")),
        ("candidate,votes", "Ash,1", "Elm,1", ("Ash",)),
        ("\ufeffrank1,rank2\r", "Ash,Birch\r", "Elm,\r", ("Ash", "Birch")),
    ],
)
def test_headers(read, header, row, second, ranking):
    profile = read(f"{header}\n{row}\n{second}\n")
    assert ranking in {row.ranking for row in profile.to_rows()}
    assert profile.total() == 2


def test_write_ins_are_marked(read):
    profile = read("rank1\nUWI\nAsh\n")
    assert {profile.candidates[i] for i in profile.write_ins} == {"Undeclared write-ins"}


def test_blt(read):
    assert votes(read(FILES["blt"][1])) == {
        (("Ash", "Cedar"),): 3,
        ((None, "Ash"),): 2,
        (("Cedar", "Ash"),): 1,
        (("Cedar",),): Fraction(3, 2),
        ((),): 1,
    }


def test_blt_without_terminators_and_quotes(read):
    assert votes(read(FILES["blt bare"][1])) == {(("Ash", "Cedar", "Birch"),): 3, (("Birch", "Ash"),): 2}


def test_preflib(read):
    assert votes(read(FILES["preflib"][1])) == {
        (("Ash", "Cedar", "Birch"),): 3,
        (("Birch",),): 2,
        ((frozenset({"Birch", "Cedar"}), "Ash"),): 1,
    }


def test_the_mps_of_2010():
    profile = read_ballots(str(MPS))
    first = {n: int(profile.weight[profile.ranks[:, 0] == i].sum()) for i, n in enumerate(profile.candidates)}
    assert (profile.total(), sorted(first.values())) == (266, [7, 24, 40, 84, 111])


def test_abif(read):
    wood = frozenset({"Ash", "Birch wood"})
    assert votes(read(ABIF)) == {
        (("Ash", "Birch wood", "Cedar"),): 3,
        ((wood, "Cedar"),): 3,
        ((),): 4,
    }


def test_cef(read):
    assert votes(read(CEF)) == {
        (("Ash", frozenset({"Birch wood", "Cedar"})),): 6,
        (("Cedar", "Ash"),): 1,
        ((),): 2,
    }


def test_cef_weights_only_where_allowed(read):
    assert votes(read("A > B ^7 * 2\n")) == {(("A", "B"),): 2}


def test_scottish(read):
    assert votes(read(FILES["scottish"][1])) == {
        (("Ash (Green (G))",),): 126,
        (("Ash (Green (G))", "Birch"),): 9,
        (("Ash (Green (G))", "Birch", "Ash (Red (R))"),): 10,
    }


@pytest.mark.parametrize("kind", ["cvr-json", "cvr-xml"])
def test_cast_vote_records(read, kind):
    profile = read(FILES[kind][1])
    assert votes(profile) == {
        (("Ash", "Birch"), "North"): 1,
        ((frozenset({"Ash", "Cedar"}),), "South"): 1,
        (("Cedar", None, "Birch"), "North"): 1,
        ((), "North"): 1,
        (("Undeclared write-ins",), "North"): 1,
        ((AB,), "North"): 1,
        ((None, "Birch"), "North"): 1,
    }
    assert [profile.candidates[i] for i in profile.write_ins] == ["Undeclared write-ins"]


def test_contests_are_chosen_by_name_or_identifier(read, tmp_path):
    text = xml_of(report(2))
    with pytest.raises(BallotError, match="2 contests: 'Trees', 'Flowers'"):
        read(text)
    assert read(text, contest="Trees").same_votes(read(text, contest="c1"))
    with pytest.raises(BallotError, match="no contest 'Fish'"):
        read(text, contest="Fish")
    assert info(tmp_path / "ballots.txt").contests == ("Trees", "Flowers")
    assert info(tmp_path / "ballots.txt", contest="Trees").votes == 7


def test_candidates_fix_order_and_names(read):
    profile = read("rank1,rank2\nBirch,Ash\n", candidates=["Elm", "Birch", "Ash"])
    assert profile.candidates == ("Elm", "Birch", "Ash")
    with pytest.raises(BallotError, match=r":3: 'Asch' is not among"):
        read("rank1,rank2\nBirch,Ash\nAsch,\n", candidates=["Elm", "Birch", "Ash"])
    fixed = read("rank1,rank2\nBirch,Ash\nAsch,\n", candidates=["Birch", "Ash"], aliases={"Asch": "Ash"})
    assert votes(fixed) == {(("Birch", "Ash"),): 1, (("Ash",),): 1}


@pytest.mark.parametrize("name", ["blt", "preflib", "abif", "cef"])
def test_declared_candidates_are_checked(read, name):
    with pytest.raises(BallotError, match="not among the candidates"):
        read(FILES[name][1], candidates=["Ash", "Elm"])


def test_aliases_in_formats_that_declare_names(read):
    profile = read(FILES["preflib"][1], aliases={"Birch": "Silver birch"}, candidates=["Cedar", "Silver birch", "Ash"])
    assert profile.candidates == ("Cedar", "Silver birch", "Ash")


def test_digest_and_name(read, tmp_path):
    profile = read(ABIF)
    assert profile.sha256 == hashlib.sha256(ABIF.encode()).hexdigest()
    assert profile.source == "ballots.txt"


def test_unknown_format_tells_the_known(read):
    with pytest.raises(NotFound, match="Did you mean preflib"):
        read(ABIF, format="prefliv")


def test_double_name_in_candidates(read):
    with pytest.raises(UsageError, match="twice"):
        read(CSV_RANKS, candidates=["Ash", "Ash"])


def test_info(tmp_path):
    path = tmp_path / "trees.blt"
    path.write_text(FILES["blt"][1])
    found = info(path)
    assert (found.format, found.title, found.seats, found.withdrawn) == (
        "blt", "The trees", 1, ("Birch # not a comment",),
    )  # fmt: skip
    assert (found.votes, found.blank, found.gapped, found.overvoted) == (Fraction(17, 2), 1, 2, 0)
    assert found.to_json()["votes"] == "17/2"


def test_info_tells_bad_lines_and_counts_the_others(tmp_path):
    path = tmp_path / "trees.csv"
    path.write_text("rank1,rank2,unit,weight\nAsh,Ash,North,2\nAsh,Birch,South,-4\n")
    found = info(path)
    assert found.votes == found.repeated == 2
    assert found.groups == {Group("", "North"): 2}
    assert "trees.csv:3: '-4' is not a weight" in str(found.problems[0])


def test_clean_ballots_are_read_as_they_are():
    profile = read_ballots(str(MPS))
    assert interpret(profile).profile is profile


def test_json_and_xml_say_the_same(tmp_path):
    (tmp_path / "a").write_text(CVR_JSON)
    (tmp_path / "b").write_text(FILES["cvr-xml"][1])
    assert read_ballots(tmp_path / "a").same_votes(read_ballots(tmp_path / "b"))
