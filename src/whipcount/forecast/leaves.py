"""Nested facts as rows, one fact a row, and back: what `facts.csv` holds of a past contest that fits no other table.

A path such as `("polls", 2, "shares", "Ada Quill")` is written as the topic `polls / #3 / shares / Ada Quill`; a figure or a
yes stands as itself, a text that would read as one stands in quotes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
_PART = " / "
_PLACE = re.compile(r"#(\d{1,6})")
_SCALAR = re.compile(r'-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|".*"', re.DOTALL)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar with its path. What holds nothing (null, an empty list or mapping) is no fact."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, str(key)))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from leaves(inner, (*path, i))
    elif value is not None:
        yield path, value


def topic(path: Path) -> str:
    """A path as the topic of a fact."""
    return _PART.join(f"#{p + 1}" if isinstance(p, int) else _escaped(p) for p in path)


def _escaped(key: str) -> str:
    plain = bool(key) and key == key.strip() and "\r" not in key and not _PLACE.fullmatch(key)
    return key if plain and _PART not in f" {key} " and not key.startswith('"') else json.dumps(key).replace("/", "\\/")


def path_of(text: str) -> Path:
    """The path that a topic stands for."""
    return tuple(_part(p) for p in text.split(_PART))


def _part(text: str) -> str | int:
    place = _PLACE.fullmatch(text)
    if place:
        return max(int(place[1]) - 1, 0)
    return str(_loaded(text)) if text.startswith('"') else text


def written(value: Any) -> str:
    """A scalar as the text of a fact."""
    if isinstance(value, bool) or (isinstance(value, int | float) and math.isfinite(value)):
        return json.dumps(value)
    text = str(value)
    plain = bool(text) and text == text.strip() and "\r" not in text and not _SCALAR.fullmatch(text)
    return text if plain else json.dumps(text, ensure_ascii=False)


def read(text: str) -> Any:
    """The scalar that the text of a fact stands for."""
    return _loaded(text) if _SCALAR.fullmatch(text) else text


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return text


def grown(pairs: Iterable[tuple[Path, Any]]) -> dict[str, Any]:
    """The nested facts of some leaves; of two with one path the later stands. Places in a list keep their order, not their gaps."""
    root: dict[str | int, Any] = {}
    for path, value in pairs:
        here = root
        for part in path[:-1]:
            below = here.get(part)
            if not isinstance(below, dict):
                below = here[part] = {}
            here = below
        here[path[-1]] = value
    out = _listed(root)
    return out if isinstance(out, dict) else {}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    places = sorted(k for k in value if isinstance(k, int))
    if places:
        return [_listed(value[k]) for k in places]
    return {k: _listed(v) for k, v in value.items()}
