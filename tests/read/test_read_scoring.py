"""Our scoring of claims is the guide's, and the labelled commentaries are what they say."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.read.claim import FIELDS, Claim, from_row
from whipcount.read.corpus import load
from whipcount.read.score import Rate, compare

GUIDE = Path(__file__).parents[3] / "shared" / "score_claims.py"
NAMES = st.sampled_from(
    ["Ada Quill", "Ada Moss", "Quill", "camp:Ada Quill", "the dockers", "dockers' union", "against Ada Quill", None]
)
AMOUNTS = st.sampled_from(
    ["12", "13", "about 12", "10 to 15", "60%", "majority", "has the numbers", "lacks the numbers", "none"]
)


@st.composite
def claims(draw):
    kind = draw(st.sampled_from(sorted(FIELDS)))
    own = {f: draw(AMOUNTS if f == "amount" else NAMES) for f in FIELDS[kind]}
    if kind == "position":
        own["stance"] = draw(st.sampled_from(["supports", "opposes"]))
    if kind == "candidacy":
        own["status"] = draw(st.sampled_from(["standing", "wanted"]))
    if kind == "prediction":
        own["outcome"] = draw(st.sampled_from(["wins", "becomes leader", "falls", "other: a", "other: b"]))
    start = draw(st.integers(0, 40))
    return Claim(
        kind,
        start,
        start + draw(st.integers(1, 25)),
        "x",
        own,
        modality=draw(st.sampled_from(["asserted", "hedged"])),
        optional=draw(st.booleans()),
    )


@pytest.mark.skipif(not GUIDE.exists(), reason="the guide's own script is not beside the repository")
@given(st.lists(claims(), max_size=8), st.lists(claims(), max_size=8))
def test_the_score_is_that_of_the_guides_script(gold, read):
    spec = importlib.util.spec_from_file_location("score_claims", GUIDE)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    rows = [g.row() | {"optional": g.optional} for g in gold]
    theirs = script.score(rows, [dict(r.row().items()) for r in read])
    ours = compare(gold, read)
    assert theirs["strict"]["gold"] == ours.strict.gold
    assert theirs["strict"]["pred"] == ours.strict.read
    assert theirs["strict"]["f1"] == pytest.approx(ours.strict.f1, abs=6e-4)
    for kind in FIELDS:
        assert theirs[kind]["f1"] == pytest.approx(ours.kinds[kind].f1, abs=6e-4)


def test_rates_by_hand():
    assert (Rate(3, 6, 4).precision, Rate(3, 6, 4).recall, Rate(3, 6, 4).f1) == (0.75, 0.5, 0.6)


def test_every_label_quotes_its_text_to_the_letter():
    for one in load():
        for claim in one.claims:
            assert one.document.text[claim.start : claim.end] == claim.quote, one.id


def test_the_corpus_is_split_and_wide():
    parts = {p: load(p) for p in ("train", "test")}
    assert len(parts["train"]) + len(parts["test"]) >= 40
    assert len(parts["test"]) >= 12
    assert not {d.document.fingerprint for d in parts["train"]} & {d.document.fingerprint for d in parts["test"]}
    assert len({d.register for d in load()}) >= 8


@given(claims())
def test_a_claim_survives_its_row(claim):
    back = from_row(claim.row())
    assert (back.kind, back.start, back.end, dict(back.own), back.modality) == (
        claim.kind,
        claim.start,
        claim.end,
        dict(claim.own),
        claim.modality,
    )
