"""Claims into a contest folder: expressed in its tables, with quote and source, and nothing twice."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from whipcount.contest import load, locate
from whipcount.errors import UsageError
from whipcount.read import Claim, Document, accept, leader_of, roster_of

DAY = date(2011, 9, 30)


def claim(kind, **own):
    speaker = own.pop("speaker", "author")
    return Claim(kind, 0, 5, "Quote", own, speaker, confidence=0.7, by="test")


@pytest.fixture
def folder(tmp_path: Path):
    return Path(shutil.copytree(locate("nz-labour-2011"), tmp_path / "contest"))


def test_each_kind_becomes_its_row_and_the_rest_is_listed(folder):
    contest = load(folder)
    leader = leader_of(contest, DAY)
    elector = next(e.name for e in contest.roll("caucus", DAY) if e.name != leader)
    document = Document("Quote of a column", "column.txt", date=DAY)
    claims = [
        claim("position", holder=elector, stance="opposes", target=leader),
        claim("position", holder=elector, stance="supports", target=leader, speaker=elector),
        claim("headcount", of="against " + leader, among="caucus", amount="majority"),
        claim("prediction", subject=leader, outcome="falls", by="2011-12-25"),
        claim("position", holder="a lamp post", stance="supports", target=leader),
        claim("event", subject="ballot", what="opens", when=None),
    ]
    done = accept(folder, [(document, c) for c in claims])
    assert [r["kind"] for r in done.evidence] == ["report", "declaration", "total"]
    assert len(done.predictions) == 1
    assert len(done.left) == 2
    after = load(folder)
    rows = [e for e in after.evidence if e.source == ("column.txt",) or "column.txt" in str(e.source)]
    assert len(rows) == 3
    assert all(r.quote == "Quote" and r.known == DAY for r in rows)
    again = accept(folder, [(document, c) for c in claims])
    assert (again.evidence, again.predictions, again.already) == ((), (), 4)
    assert load(folder) == after


def test_a_day_is_needed(folder):
    with pytest.raises(UsageError, match="--date"):
        accept(folder, [(Document("x"), claim("event", subject="a", what="b", when=None))])


def test_the_roster_holds_electors_and_candidates_once():
    contest = load("nz-labour-2011")
    names = [p.name for p in roster_of(contest)]
    assert len(names) == len(set(names))
    assert {c.name for c in contest.candidates} <= set(names)
