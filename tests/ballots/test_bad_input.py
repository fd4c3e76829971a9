"""Hostile and broken files: an error that names file and line, nothing counted, nothing else raised."""

from __future__ import annotations

import csv
import gzip
import zlib

import pytest
from ballot_files import BLT, CSV_RANKS, CVR_JSON, CVR_XML, FILES, PREFLIB, SCOTTISH

from whipcount.ballots import Limits, info, read_ballots, source
from whipcount.errors import BallotError, MissingExtra, UsageError

HEAD = "rank1,rank2,weight\n"


@pytest.fixture
def refused(tmp_path):
    def refused(data, **options):
        path = tmp_path / "bad"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        with pytest.raises(BallotError) as caught:
            read_ballots(path, **options)
        assert all(problem.file == str(path) for problem in caught.value.problems)
        return caught.value.problems

    return refused


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (HEAD + "Ash,Birch,1\nAsh,1\n", 3, "2 columns, the header 3"),
        (HEAD + "Ash,Birch,1,\n", 2, "4 columns"),
        (HEAD + "Ash,Birch,-1\n", 2, "'-1' is not a weight"),
        (HEAD + "Ash,Birch,many\n", 2, "'many' is not a weight"),
        (HEAD + "Ash,Birch,1/0\n", 2, "'1/0' is not a weight"),
        (HEAD + "Ash,Birch,nan\n", 2, "'nan' is not a weight"),
        (HEAD + "Ash,Birch,1e999999999\n", 2, "is not a weight"),
        (HEAD + "Ash,Birch,\u0661\u00b2\n", 2, "is not a weight"),
        (HEAD + '"Ash,Birch,1\n', 2, "not closed"),
        (HEAD + "Ash=,Birch,1\n", 2, "name is empty"),
        ("Ash,Birch\n1,3\n", 2, "beyond 1 to 2"),
        ("Ash,Birch\n1,0\n", 2, "beyond 1 to 2"),
        ("Ash,Birch\n1,x\n", 2, "'x' is not a rank"),
        ("Ash,Birch\n1,\u00b2\n", 2, "is not a rank"),
        ("Ash,Ash\n1,2\n", 1, "same heading"),
        ("rank1,rank3\nAsh,Elm\n", 1, "not numbered"),
        ("rank,Ash\n1,2\n", 1, "fits none"),
        ("ballot_id,rank,candidate\n1,1,Ash\n1,99999,Elm\n", 3, "beyond 1 to"),
        ("ballot_id,rank,candidate,unit\n1,1,Ash,N\n1,2,Elm,S\n", 3, "another section, unit"),
        (PREFLIB.replace("2: 2", "2: 9"), 10, "no alternative 9"),
        (PREFLIB.replace("2: 2", "2: 2;3"), 10, "not 'count: order'"),
        (PREFLIB.replace("2: 2", "-2: 2"), 10, "not 'count: order'"),
        (PREFLIB.replace("1: {2,3},1\n", ""), 0, "NUMBER"),
        (BLT.replace("3 1 3 2 0", "3 1 4 2 0"), 4, "'4' is beyond the 3"),
        (BLT.replace("3 1 3 2 0", "-3 1 3 2 0"), 4, "'-3' is not a weight"),
        (BLT.replace("3 1 3 2 0", "3 1 x 2 0"), 4, "'x' is not a preference"),
        (BLT[: BLT.index('"Birch')], 0, "names for 1 of 3"),
        (BLT.replace("-2\n", "-7\n"), 0, "-7 withdraws nobody"),
        (BLT.replace('"Cedar"', '"Ash"'), 0, "same name"),
        ("=A:[Ash]\n3: A>B\n", 2, "'B' is not among"),
        ("3: A>>B\n", 1, "not 'count: ranking'"),
        ("3: A>B>\n", 1, "not 'count: ranking'"),
        ("#/Candidates: A;B\nA>C\n", 2, "'C' is not among"),
        ("#/Candidates: A;B\nA>B>A\n", 2, "twice"),
        ("#/Candidates: A;B\nA > B * 8 ^7\n", 2, "not a vote"),
        ("#/Candidates: A;B\nA < B\n", 2, "reserved"),
        ("#/Candidates: A;B\nA > /EMPTY_RANKING/\n", 2, "reserved"),
        ("#/Candidates: A;A\nA\n", 1, "stands twice"),
        (SCOTTISH.replace("9,1,2,", "9,1,7,"), 3, "beyond the 3"),
        (SCOTTISH.replace('"Candidate 3","Ash","Red (R)",\n', ""), 0, "name 2"),
        (CVR_JSON[:500], 0, "not JSON"),
        (CVR_JSON.replace('"s3"', '"s9"', 1), 0, "no such"),
        (CVR_XML[:500], 2, "not XML"),
    ],
)
def test_bad_text(refused, text, line, what):
    if what == "no such":
        what = "'s3' is not in the contest"
    problems = refused(text)
    assert what in problems[0].what
    assert line in (0, problems[0].line)
    assert all(problem.mend for problem in problems)


@pytest.mark.parametrize("name", FILES)
def test_cut_off_files_are_never_read_as_more_than_their_lines(tmp_path, name):
    """A file cut anywhere is refused, or read as the ballots that stand before the cut: never others."""
    _, text = FILES[name]
    whole = read(tmp_path, text.encode())
    for cut in range(1, len(text), max(7, len(text) // 50)):
        try:
            part = read(tmp_path, text.encode()[:cut])
        except BallotError:
            continue
        assert part.total() <= whole.total()


def read(folder, data, **options):
    (folder / "file").write_bytes(data)
    return read_ballots(folder / "file", **options)


def test_two_encodings_in_one_file(refused):
    problems = refused(HEAD.encode() + "Ash,Björk,1\n".encode() + "Ash,Björk,1\n".encode("latin-1"))
    assert (problems[0].line, problems[0].what) == (3, "byte 7 of the line is not UTF-8")


@pytest.mark.parametrize("name", FILES)
def test_utf_16(refused, name):
    assert "UTF-16" in refused(FILES[name][1].encode("utf-16"))[0].what


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\n\n\n", b"\0" * 50, b"\x1f\x8b", b"PAR1", b"{", b"<", b"PK\3\4" + b"\0" * 60]
)
def test_nothing_much(refused, data):
    assert refused(data)[0].what


@pytest.mark.parametrize("name", ["csv ranks", "preflib", "blt", "abif", "cef"])
def test_a_line_without_end(refused, name):
    long = FILES[name][1].encode() + b"x" * 5_000_000
    problems = refused(long, limits=Limits(line=100_000))
    assert "longer than 100,000 bytes" in problems[0].what
    assert problems[0].line == FILES[name][1].count("\n") + 1


def test_a_first_line_without_end(refused):
    assert "longer than" in refused(b"a," * 1_000_000, limits=Limits(line=1000))[0].what


def test_gzip_bomb(refused, monkeypatch):
    monkeypatch.setattr(source, "_RATIO_FROM", 1_000_000)
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join([packer.compress(b"rank1\n"), *(packer.compress(b"Ash\n" * 250_000) for _ in range(20))])
    bomb += packer.flush()
    assert len(bomb) < 40_000
    assert "250 times its size" in refused(bomb)[0].what
    assert "more than 1,000,000 bytes" in refused(bomb, limits=Limits(expanded=1_000_000))[0].what


def test_damaged_gzip(refused):
    packed = gzip.compress(CSV_RANKS.encode())
    assert "damaged or cut off" in refused(packed[:-6])[0].what
    assert "damaged or cut off" in refused(packed[:20] + b"\xff\xff\xff" + packed[23:])[0].what


def test_zstd_says_what_to_install_or_reads(tmp_path):
    try:
        import zstandard
    except ImportError:
        (tmp_path / "x.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"\0" * 20)
        with pytest.raises(MissingExtra, match=r"whipcount\[zstd\]"):
            read_ballots(tmp_path / "x.zst")
    else:
        packed = zstandard.compress(CSV_RANKS.encode())
        assert read(tmp_path, packed).same_votes(read(tmp_path, CSV_RANKS.encode()))
        with pytest.raises(BallotError, match="damaged or cut off"):
            read(tmp_path, packed[:-5])


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE r SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE r>",
    ],
)
def test_xml_with_a_document_type(refused, declaration):
    text = CVR_XML.replace("?>\n", f"?>\n{declaration}\n")
    assert "which are refused" in refused(text)[0].what


def test_deep_documents(refused):
    assert "nested" in refused("<a>" * 100_000, format="cvr-xml")[0].what
    assert "nested" in refused('{"CVR":' * 100_000, format="cvr-json")[0].what


def test_large_documents(refused):
    for text in (CVR_JSON, CVR_XML):
        assert "larger than 500 bytes" in refused(text, limits=Limits(document=500))[0].what


def test_current_snapshot_missing(refused):
    text = CVR_JSON.replace('"CurrentSnapshotId": "now"', '"CurrentSnapshotId": "gone"', 1)
    assert "record 1 (1): its current snapshot is missing" in refused(text)[0].what


def test_too_many_candidates(refused):
    wide = "40000 1\n1 1 0\n0\n" + "\n".join(f'"{n}"' for n in range(40000))
    assert "at most 32000" in refused(wide)[0].what


def test_weights_beyond_64_bits(refused):
    rows = "".join(f"Ash,,{'9' * 18}\nElm,,{'9' * 18}\n" for _ in range(10))
    assert "too large" in refused(HEAD + rows)[0].what or "2^63" in refused(HEAD + rows)[0].what


def test_twenty_problems_are_told_and_the_others_numbered(refused):
    problems = refused(HEAD + "Ash\n" * 1 + "".join(f"A{n}\n" for n in range(50)))
    assert len(problems) == 21
    assert "31 more" in problems[-1].what


def test_a_file_that_is_no_ballot_file_is_given_up(refused):
    assert refused(HEAD + "".join(f"A{n}\n" for n in range(100_000)))


def test_missing_file(tmp_path):
    with pytest.raises(BallotError, match="cannot be read"):
        read_ballots(tmp_path / "none")
    with pytest.raises(BallotError, match="cannot be read"):
        read_ballots(tmp_path)


def test_bad_lines_are_set_aside(tmp_path):
    aside = tmp_path / "aside.csv"
    text = HEAD + "Ash,Birch,2\nAsh,Birch\nElm,,x\nAsh,Birch\n" + "Elm,,3\n"
    profile = read(tmp_path, text.encode() + b"\xff,,1\n", skip_bad=aside)
    assert (profile.total(), profile.rejected) == (5, 4)
    with aside.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert sum(int(row["times"]) for row in rows) == 4
    assert [(row["line"], row["times"]) for row in rows] == [("3", "2"), ("4", "1"), ("7", "1")]
    assert rows[1] == {"line": "4", "times": "1", "reason": "'x' is not a weight", "text": "Elm,,x"}


@pytest.mark.parametrize("name", ["preflib", "blt", "abif", "cef", "scottish"])
def test_every_line_format_sets_bad_lines_aside(tmp_path, name):
    lines = FILES[name][1].splitlines(keepends=True)
    at = {"preflib": 7, "blt": 3, "abif": 5, "cef": 4, "scottish": 2}[name]
    broken = "".join([*lines[:at], "3 ! nonsense\n", *lines[at:]])
    profile = read(tmp_path, broken.encode(), skip_bad=tmp_path / "aside", format=name)
    assert profile.rejected == 1
    assert profile.same_votes(read(tmp_path, FILES[name][1].encode()))


def test_nothing_but_bad_lines(refused, tmp_path):
    assert "no ballot" in refused(HEAD + "Ash\n", skip_bad=tmp_path / "aside")[-1].what


def test_aside_file_that_cannot_be_written(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        read(tmp_path, CSV_RANKS.encode(), skip_bad=tmp_path / "no" / "aside")


def test_prose_with_a_few_marks_of_a_ballot_format_is_said_to_hold_no_ballot(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "Minutes\n\n> Ash said that Birch, too,\n> would stand = not.\nThen, after some talk,\nall left; 3 : 4.\n"
    )
    found = info(page)
    assert found.votes == 0
    assert found.problems[0].what.startswith("not one line can be read as a ballot")
    assert "--format" in found.problems[0].mend
