"""Copies of one story count once: found by their sketch, one id in the evidence, one voice in the headcount."""

import random
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.contest import load, locate
from whipcount.headcount import headcount
from whipcount.read import Claim, Document, Stories, accept
from whipcount.read.corpus import load as corpus
from whipcount.read.story import NEAR, differ, sketch

DAY = date(2011, 9, 30)
TEXTS = [one.document.text for one in corpus() if one.looked_at]
WIRE = TEXTS[0]


def edited(text, share, seed=0):
    rng = random.Random(seed)
    return " ".join(w if rng.random() > share else f"word{rng.randrange(9**9)}" for w in text.split())


def test_commentaries_of_their_own_are_stories_of_their_own():
    stories = Stories()
    assert len({stories.of(text) for text in TEXTS}) == len(TEXTS)


@pytest.mark.parametrize("number", range(0, len(TEXTS), 8))
def test_copies_with_small_edits_are_one_story(number):
    text = TEXTS[number]
    words = text.split()
    copies = [
        text.upper().replace("\n", "\r\n"),
        "From our own correspondent, with agencies\n\n" + text,
        " ".join(words[: len(words) * 3 // 4]) + " More follows.",
        edited(text, 0.05, number),
    ]
    stories = Stories(["kept", "read-nonsense"])
    (own,) = {stories.of(t) for t in (text, *copies)}
    assert Stories([own + "-pivotal"]).of(edited(text, 0.05)) == own, "also when only the id is known, with its strand"


@given(st.text(max_size=200))
def test_every_text_has_a_sketch_and_case_and_spaces_do_not_matter(text):
    assert 0 <= sketch(text) < 2**128
    assert sketch(text) == sketch("  ".join(text.split()))
    assert differ(sketch(text), sketch(text)) == 0 < NEAR


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(locate("nz-labour-2011"), tmp_path / "contest"))


def claim(kind, speaker="author", **own):
    return Claim(kind, 0, 9, WIRE[0:9], own, speaker, confidence=0.9, by="test")


def total(folder):
    contest = load(folder)
    (support,) = [
        s
        for s in headcount(contest.as_of(DAY), contest.identity.questions[0], draws=4000).support
        if s.option == "against"
    ]
    return support.mean


def test_a_wire_story_in_five_papers_counts_once(folder, tmp_path):
    contest = load(folder)
    leader = next(q.leader for q in contest.identity.questions if q.leader)
    papers = [Document(edited(WIRE, 0.02, n), f"paper{n}.txt", outlet=f"Paper {n}", date=DAY) for n in range(5)]
    claims = [claim("headcount", of=f"against {leader}", among="caucus", amount="majority")]
    one = Path(shutil.copytree(folder, tmp_path / "one"))
    accept(one, [(papers[0], c) for c in claims])
    for paper in papers:  # one after the other, as they come in
        accept(folder, [(paper, c) for c in claims])
    new = [e for e in load(folder).evidence if e.story and e.story.startswith("read-")]
    assert (len(new), len({e.story for e in new})) == (5, 1)
    apart = Path(shutil.copytree(locate("nz-labour-2011"), tmp_path / "apart"))
    others = [Document(TEXTS[n], f"paper{n}.txt", outlet=f"Paper {n}", date=DAY) for n in range(5)]
    accept(apart, [(paper, c) for paper in others for c in claims])
    assert len({e.story for e in load(apart).evidence if e.story and e.story.startswith("read-")}) == 5
    # Sampled, so near rather than equal; five voices of their own move it much farther than five copies.
    echoes, voices = total(folder) - total(one), total(apart) - total(one)
    assert abs(echoes) < max(0.5 * voices, 0.4)


def test_what_one_story_says_beside_each_other_is_told_apart(folder):
    contest = load(folder)
    camps = next(q for q in contest.identity.questions if q.kind == "camps")
    elector = next(e for e in contest.roll("caucus", DAY) if e.name not in camps.options)
    document = Document(WIRE, "a.txt", date=DAY)
    first, second = camps.options[0], camps.options[1]
    claims = [
        claim("headcount", of=first, among=None, amount="small"),
        claim("headcount", of=f"camp:{first}", among=None, amount="pivotal"),
        claim("position", holder=elector.name, stance="supports", target=second),
        claim("position", holder=elector.name, stance="opposes", target=first),
    ]
    done = accept(folder, [(document, c) for c in claims])
    stories = [r["story"] for r in done.evidence]
    assert len(stories) == 4
    assert stories[0] == stories[2]
    assert stories[1] == stories[0] + "-pivotal"
    assert stories[3].startswith(stories[0] + "-against-")


def test_a_number_said_of_the_heads_of_a_camp_is_the_camp_s(folder):
    contest = load(folder)
    camps = next(q for q in contest.identity.questions if q.kind == "camps")
    field = {c.name for c in contest.candidates}
    camp = next(o for o in camps.options if o not in field and o != contest.identity.questions[0].leader)
    known = {r.elector for r in contest.evidence if r.kind == "membership"}
    heads = [e.name for e in contest.roll("caucus", DAY) if e.name not in field and e.id not in known][:2]
    document = Document(WIRE, "a.txt", date=DAY)
    number = claim("headcount", of=" + ".join(heads), among=None, amount="lacks the numbers")
    assert accept(folder, [(document, number)]).left[0][1].endswith("is nobody in the field of the contest")
    members = [claim("membership", member=name, camp=camp) for name in heads]
    done = accept(folder, [(document, c) for c in (number, *members)])
    (row,) = [r for r in done.evidence if r["kind"] == "total"]
    assert (row["option"], row["amount"]) == (camp, "lacks the numbers")
    assert all(name in row["note"] for name in heads)
