"""The word lists that the rules know things by; the words themselves are data, in `data/lexicon.yaml`."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Any]:
    """The whole lexicon: lists become frozen sets, mappings stay mappings."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load((files("whipcount.read") / "data" / "lexicon.yaml").read_text("utf-8"), loader)  # noqa: S506 (a safe loader, the compiled one where there is one)
    made: dict[str, Any] = _sets(raw)
    return made


def _sets(value: Any) -> Any:
    if isinstance(value, dict):
        return {str({True: "on", False: "off"}.get(k, k)): _sets(v) for k, v in value.items()}
    return frozenset(str({True: "on", False: "off"}.get(v, v)) for v in value) if isinstance(value, list) else value


@lru_cache(maxsize=256)
def words(path: str) -> frozenset[str]:
    """The words under a dotted path: `words("headcount.growing")`."""
    here: Any = lexicon()
    for step in path.split("."):
        here = here[step]
    return frozenset(here)


@lru_cache(maxsize=1)
def first_names() -> dict[str, str]:
    """Common first names, lower case, with "m" or "f"."""
    lines = (files("whipcount.read") / "data" / "first_names.txt").read_text("utf-8").splitlines()
    return {name: line[0] for line in lines if not line.startswith("#") for name in line[2:].split()}


@lru_cache(maxsize=1)
def party_words() -> frozenset[str]:
    """Words that stand in the names of parties, lower case."""
    lines = (files("whipcount.read") / "data" / "parties.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
