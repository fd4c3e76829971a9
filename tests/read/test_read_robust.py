"""Texts that nobody writes but some send: reading them takes steps in proportion to their length, and breaks nothing."""

import sys
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from whipcount.read import Document, Person, Reader, engine
from whipcount.read.engine import LONGEST_SENTENCE, pipeline, sentence_starts
from whipcount.read.feeds import untag
from whipcount.read.mend import mend
from whipcount.read.reader import _once

WORDS = st.lists(
    st.sampled_from(["word", "Word", ".", "!", "?", '"', "\n\n", "\n", " "]).flatmap(
        lambda word: st.integers(1, 400).map(lambda times: [word] * times)
    ),
    max_size=12,
).map(lambda runs: [word for run in runs for word in run])


@given(WORDS)
@example(["."] * 2000)
@example([".", "Word"] * 1000)
@example(["word"] * 1999)
def test_no_sentence_is_without_end(words):
    starts = list(sentence_starts(words))
    assert starts == sorted(set(starts))
    assert all(0 < i < len(words) for i in starts)
    edges = [0, *starts, len(words)]
    assert max(b - a for a, b in pairwise(edges)) <= LONGEST_SENTENCE


def test_a_long_paragraph_is_cut_where_a_sentence_ends():
    words = ["The", "bakers", "are", "with", "her", "."] * 200
    assert all(words[i - 1] == "." and words[i] == "The" for i in sentence_starts(words))
    assert list(sentence_starts(words[:300])) == []
    assert list(sentence_starts(["a", "\n\n", "b", "\n", "c"])) == [2]


RUNS = st.lists(st.tuples(st.sampled_from("a7\"'(<[*_#-.😀\u200b\u0301 \n“É領"), st.integers(1, 700)), max_size=8).map(
    lambda runs: "".join(sign * times for sign, times in runs)
)


@settings(max_examples=60)
@given(RUNS)
@example("'" * 5000)
@example("[" * 5000)
@example("](" * 2500)
def test_what_the_tokenizer_gets_has_no_endless_word_and_every_offset_leads_back(text):
    mended = mend(text)
    assert max((len(word) for word in mended.text.split()), default=0) < 300
    spots = [mended.given(i) for i in range(len(mended.text))]
    assert spots == sorted(spots)
    assert all(text[spot] == mended.text[i] for i, spot in enumerate(spots) if mended.text[i] in "a7😀領")


def repeated(piece):
    return lambda n: (piece * (n // len(piece) + 1))[:n]


HOSTILE = {
    "apostrophes": repeated("'"),
    "quotation marks": repeated('"'),
    "brackets": repeated("(["),
    "emoji": repeated("😀"),
    "numbers": repeated("12 of 30 "),
    "one name": repeated("Tom Hale "),
    "one verb": repeated("says "),
    "one title": repeated("Mr "),
    "relative clauses": repeated("the man who backs "),
    "nested speech": repeated("\"he said 'Ada Quill said "),
    "no full stop": repeated(
        "Tom Hale is backing Ada Quill and the bakers may follow he said with 12 of the 30 votes "
    ),
    "capitals": repeated("TOM HALE IS BACKING ADA QUILL. "),
    "headings": repeated("Ada Quill\n\n"),
    "camps": repeated("Camp Quill:\n\nTom Hale\n\n"),
    "right to left": repeated("\u202eTom Hale \u202cשלום "),
    "thousands of names": lambda n: " ".join(f"Tom {_name(i)}," for i in range(n // 10)),
    "one surname": lambda n: " ".join(f"{_name(i)} Quill," for i in range(n // 12)),
}


def _name(i):
    return "".join(chr(97 + i // 26**k % 26) for k in range(3)).title() + "on"


def steps(text, roster=()):
    """How many calls, of Python and of C, it takes to get from the parse of a text to its claims."""
    reader, document, mended = Reader(roster), Document(text), mend(text)
    parsed = pipeline()(mended.text)
    count = Counter()

    def see(_frame, event, _arg):
        count[event] += 1

    sys.setprofile(see)
    try:
        reader.choose(reader.weigh(parsed, mended, document))
    finally:
        sys.setprofile(None)
    return count["call"] + count["c_call"]


@pytest.mark.parametrize("name", HOSTILE)
def test_steps_grow_with_the_length_of_a_text_and_no_faster(name, monkeypatch):
    # Sentences are bounded, and within one the rules may compare its words: with a small bound that is seen in short texts.
    monkeypatch.setattr(engine, "LONGEST_SENTENCE", 40)
    once, four = steps(HOSTILE[name](500)), steps(HOSTILE[name](2000))
    assert four < 6.5 * once + 20_000, f"{once} and {four}"


def test_a_roster_makes_no_text_slower_by_its_square():
    def people(n):
        return [Person(f"Tom {_name(i)}", (f"{_name(i)}",)) for i in range(n)]

    text = "Tom Hale is backing Ada Quill. " * 5
    small, large = steps(text, people(50)), steps(text, people(400))
    assert large < 12 * small


@pytest.mark.parametrize("name", HOSTILE)
def test_quotes_stand_where_they_are_said_to_in_hostile_texts(name):
    text = HOSTILE[name](400)
    for claim in Reader(threshold=0).read(Document(text)):
        assert text[claim.start : claim.end] == claim.quote


def test_claims_that_overlap_are_told_from_those_that_do_not():
    from whipcount.read import Claim

    def claim(start, end, sure=0.5):
        own = {"holder": "Tom Hale", "stance": "supports", "target": "Ada Quill"}
        return Claim("position", start, end, "x" * (end - start), own, "author", "asserted", sure, "test")

    far = [claim(i * 700, i * 700 + 20) for i in range(50)]
    assert _once(far) == far
    assert _once([claim(480, 510), claim(505, 530, 0.9), claim(3, 2000, 0.2)]) == [claim(505, 530, 0.9)]


def test_white_space_in_a_feed_is_looked_at_once():
    assert untag("<p>a" + " " * 300_000 + "b</p>") == "a" + " " * 300_000 + "b"
    assert untag("<p> a \t\n \t\n\n\n b </p>") == "a\n\nb"
