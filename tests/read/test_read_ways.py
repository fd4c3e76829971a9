"""The ordinary ways in which columns and reports say it, one invented sentence each: `ways.txt` gives the claims that it makes.

A line is `sentence => kind | field | field & ...`; one that ends with the arrow makes no claim about a contest.
"""

from pathlib import Path

import pytest

from whipcount.read import Claim, Document, Reader
from whipcount.read.score import COMPARED, agree

SCENE = "Anna Hale is the leader of the party. Ruth Quill and Peter Moss are senior ministers. "
FIELDS = {**COMPARED, "headcount": ("of", "amount")}
LINES = (Path(__file__).parent / "ways.txt").read_text("utf-8").splitlines()
WAYS = [line.removeprefix("! ").split(" =>") for line in LINES]
# A line that begins with "! " is one that the reader gets wrong as yet.
MARKS = [[pytest.mark.xfail(reason="read wrongly as yet")] if line.startswith("! ") else [] for line in LINES]


@pytest.fixture(scope="module")
def read():
    documents = [Document(SCENE + sentence, "way") for sentence, _ in WAYS]
    return dict(zip([s for s, _ in WAYS], Reader().read_many(documents), strict=True))


def expected(text):
    for each in text.split(" & "):
        if each.strip():
            kind, *values = [part.strip() for part in each.split("|")]
            yield Claim(kind, 0, 1, "", dict(zip(FIELDS[kind], values, strict=True)), "author", "asserted", 1.0, "")


@pytest.mark.parametrize(
    ("sentence", "claims"), [pytest.param(*w, marks=m, id=w[0]) for w, m in zip(WAYS, MARKS, strict=True)]
)
def test_an_ordinary_way_of_saying_it(read, sentence, claims):
    found = [c for c in read[sentence] if c.end > len(SCENE)]
    for one in expected(claims):
        assert any(c.kind == one.kind and agree(one, c) for c in found), (one.kind, one.own, found)
    if not claims.strip():
        assert [c for c in found if c.kind != "event"] == []
