"""The learned drafts: what they see, what labels teach, and how weights are kept."""

import importlib.util
import subprocess
import sys
from datetime import date
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.read.amounts import find
from whipcount.read.cast import Person
from whipcount.read.claim import CHOICES, FIELDS
from whipcount.read.corpus import load
from whipcount.read.document import Document
from whipcount.read.engine import pipeline
from whipcount.read.learned import weights
from whipcount.read.learned.candidates import TASKS, candidates, marks
from whipcount.read.learned.drafts import learned_drafts, merged
from whipcount.read.learned.fit import fit, lesson
from whipcount.read.learned.sight import classes_of, see
from whipcount.read.learned.truth import UNSURE, truth
from whipcount.read.learned.weights import Weights, pack, unpack
from whipcount.read.markup import OUTCOMES, take_apart
from whipcount.read.mend import mend
from whipcount.read.model import shipped
from whipcount.read.rules import by_token, drafts
from whipcount.read.scene import build

ROSTER = [Person(n) for n in ("Ada Quill", "Tom Birch", "Ivan Moss", "Ruth Hale", "Joan Marsh", "Paul Frost")]


def look(text, roster=ROSTER):
    mended = mend(text)
    document = Document(text, "a", None, None, None, date(2031, 3, 18), "Ireland")
    scene = build(pipeline()(mended.text), mended, document, roster, None)
    return scene, see(scene, find(scene.tokens))


def test_names_are_not_learned():
    """Two texts that differ in names alone give the same marks."""
    one = look("Tom Birch backs Ada Quill, who has 12 of the 34 votes.")[1]
    other = look("Paul Frost backs Joan Marsh, who has 12 of the 34 votes.")[1]
    assert len(one.mentions) == len(other.mentions) > 1
    for group in dict.fromkeys(TASKS.values()):
        left, right = (marks(s, group, [c for c in candidates(s) if c.group == group]) for s in (one, other))
        assert left[0].tolist() == right[0].tolist()


def test_a_label_makes_the_candidate_right_that_stands_where_it_stands():
    marked = take_apart(
        "date: 2031-03-18\n---\n[[Tom Birch backs Ada Quill]]{position: Tom Birch | supports | Ada Quill}. "
        "[[Ivan Moss may run]]{candidacy: Ivan Moss | considering ~ hedged}. [[Ada Quill has 12 votes]]{headcount: Ada Quill | - | 12}."
        " [[Ruth Hale opposes Ada Quill]]{position: Ruth Hale | opposes | Ada Quill ?}."
    )
    scene, sight = look(marked.text)
    every = candidates(sight)
    said = truth(scene, marked.claims, every)
    right = [
        (c.one.ref.name, getattr(c.other, "amount", None) or (c.other and c.other.ref.name), name)
        for task in said
        for c, name in zip(every, said[task], strict=True)
        if c.group == TASKS[task] and name not in {"none", UNSURE}
    ]
    assert sorted(right, key=str) == sorted(
        [
            ("Tom Birch", "Ada Quill", "supports"),
            ("Ivan Moss", None, "considering"),
            ("Ada Quill", "12", "for"),
        ],
        key=str,
    )
    assert UNSURE in said["tie"]  # the optional label teaches nothing, neither way


@given(
    st.integers(1, 40),
    st.integers(1, 4),
    st.integers(0, 2**32 - 1),
)
def test_weights_come_back_from_their_bytes(rows, columns, seed):
    made = np.random.default_rng(seed)
    buckets = np.sort(made.choice(1 << 22, rows, replace=False))
    values = made.integers(-128, 128, (rows, columns)).astype(np.int8)
    values[made.random(values.shape) < 0.4] = 0
    classes = tuple(("tie", f"class {k}") for k in range(columns))
    scale, bias = made.random(columns).astype(np.float32), made.random(columns).astype(np.float32)
    back = unpack(pack({"pair": Weights(classes, buckets, values, scale, bias)}))["pair"]
    assert back.classes == classes
    assert back.buckets.tolist() == buckets.tolist()
    assert back.values.tolist() == values.tolist()
    assert back.scale.tolist() == pytest.approx(scale.tolist())
    assert back.bias.tolist() == pytest.approx(bias.tolist())


def test_what_ships_is_small_and_of_the_guide():
    assert (files("whipcount.read") / "data" / "learned.npz").stat().st_size < 700_000
    learned = weights.shipped()
    assert set(learned) == set(TASKS.values())
    assert set(shipped().thresholds) == set(FIELDS)
    names = {task: {c for w in learned.values() for t, c in w.classes if t == task} for task in TASKS}
    assert names["tie"] == {"supports", "opposes", "belongs", "accuses"}
    assert names["entry"] == set(CHOICES["status"])
    assert names["fate"] <= {*OUTCOMES, "other"}


PLAIN = [
    (
        "Tom Birch has endorsed Ada Quill for the leadership.",
        "position",
        {"holder": "Tom Birch", "target": "Ada Quill"},
    ),
    ("Ada Quill has 14 of the 34 votes.", "headcount", {"of": "Ada Quill", "amount": "14"}),
    ("Ivan Moss has ruled himself out of the leadership race.", "candidacy", {"person": "Ivan Moss"}),
    ("Ruth Hale accused Ivan Moss of leaking the minutes.", "accusation", {"accused": "Ivan Moss"}),
]


@pytest.mark.parametrize(("text", "kind", "own"), PLAIN)
def test_plain_claims_are_thought_likely(text, kind, own):
    scene, _ = look(text)
    made = list(learned_drafts(scene, by_token(find(scene.tokens)), weights.shipped()))
    best = max((d for d in made if d.kind == kind), key=lambda d: d.score)
    assert best.score > 0.3
    assert {f: best.own[f] for f in own} == own


def test_a_rule_that_says_the_same_keeps_its_draft_and_gets_the_score():
    scene, _ = look("Tom Birch has endorsed Ada Quill for the leadership.")
    numbers = by_token(find(scene.tokens))
    ruled = drafts(scene, numbers)
    both = merged(scene, ruled, learned_drafts(scene, numbers, weights.shipped()))
    backing = [
        d for d in both if d.kind == "position" and d.own["holder"] == "Tom Birch" and d.own["target"] == "Ada Quill"
    ]
    assert {d.rule for d in ruled} <= {d.rule for d in both}
    assert [d for d in backing if not d.rule.startswith("learned.") and d.score > 0]
    assert not [d for d in backing if d.rule == "learned.tie.supports"]


def test_what_is_taught_is_learned():
    """Weights fitted to a few commentaries know most of the candidates that these have taught them."""
    pytest.importorskip("sklearn")
    lessons = []
    for one in [d for d in load("train") if not d.looked_at][:12]:
        mended = mend(one.document.text)
        scene = build(pipeline()(mended.text), mended, one.document, (), None)
        lessons.append(lesson(scene, see(scene, find(scene.tokens)), one.claims))
    learned = fit(lessons, strength=10.0)
    right = known = 0
    for taught in lessons:
        for group, w in learned.items():
            chances = w.chances(*taught.marks[group])
            for k, (task, name) in enumerate(w.classes):
                there = taught.classes[task] == name
                right += int(there.sum())
                known += int((chances[there, k] > 0.5).sum())
    assert right > 40
    assert known / right > 0.8


def test_the_thesaurus_is_words_in_small_letters():
    for line in (files("whipcount.read") / "data" / "thesaurus.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, row = line.partition(":")
            assert row.split(), name
            assert row == row.lower(), name
    assert "=oust" in classes_of()["topple"]


def test_without_numba_the_marks_are_the_same():
    text = "Tom Birch backs Ada Quill. She has 12 of the 34 votes, her rivals nine."
    told = (
        "import sys; {block}"
        "from tests_learned import look, marks, candidates, TASKS\n"
        "s = look({text!r})[1]\n"
        "print([marks(s, g, [c for c in candidates(s) if c.group == g])[0].tolist() for g in dict.fromkeys(TASKS.values())])"
    )
    found = [
        subprocess.run(
            [
                sys.executable,
                "-c",
                told.format(block=block, text=text).replace(
                    "from tests_learned import", f"{_path()}\nfrom tests_learned import"
                ),
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for block in ("", "sys.modules['numba'] = None\n")
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 1000


def _path():
    return (
        "import importlib.util; spec = importlib.util.spec_from_file_location('tests_learned', "
        + repr(str(importlib.util.spec_from_file_location("a", __file__).origin))
        + "); m = importlib.util.module_from_spec(spec); sys.modules['tests_learned'] = m; spec.loader.exec_module(m)"
    )
