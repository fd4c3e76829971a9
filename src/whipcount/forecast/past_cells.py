"""Cells and rows: what a past contest's blocks become in the tables of a contest folder, and the texts of its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from whipcount.contest import columns
from whipcount.forecast.figures import day_known
from whipcount.forecast.leaves import Path as Place
from whipcount.forecast.past_folder import NOT_GIVEN, whole
from whipcount.rules.language import Model

_SURE = {"high", "medium", "low"}
Block = Mapping[str, Any]
Cells = dict[str, str]
M = TypeVar("M", bound=Model)


def records(record: type[M], rows: Sequence[Cells]) -> list[M] | None:
    """The records of some rows as they would be read, or None where one cannot be."""
    _, known = columns(record)
    try:
        cells = [{k: str(v).strip() for k, v in row.items() if str(v).strip()} for row in rows]
        return [record.model_validate(c) for c in cells if not str(c[known[0]]).startswith("#")] if cells else None
    except (ValidationError, KeyError):
        return None


def known_on(block: Block, eve: date, *keys: str) -> date | None:
    """When a block became known, by the first of its keys that says."""
    days = [day_known(block.get(key), eve) for key in keys]
    final = eve if str(block.get("phase") or "").lower() == "final" else None
    return next((d for d in days if d is not None), final)


def plain_day(value: Any, eve: date) -> str:
    """A day that is given as one."""
    day = day_known(value, eve)
    return str(day) if day is not None and str(value).strip() == str(day) else ""


def cited(block: Block) -> Cells:
    """The cells that say where a block is from."""
    source, sure = block.get("source"), str(block.get("confidence") or "").strip()
    text = " ; ".join(map(str, source)) if isinstance(source, list) else str(source or "").strip()
    return {"source": text or NOT_GIVEN, "confidence": sure if sure in _SURE else "low"}


def owner(block: Any, inside: Place, cited: Mapping[str, Any]) -> Mapping[str, Any]:
    """The nearest block around a fact that has a source of its own."""
    best = cited
    for part in inside[:-1]:
        block = block[part]
        best = block if isinstance(block, Mapping) and block.get("source") else best
    return best


def same(told: Any, value: Any) -> bool:
    """Whether a table tells a scalar as it was; 1 is not yes."""
    return told == value and isinstance(told, bool) == isinstance(value, bool)


def mapping(value: Any) -> Block:
    """The mapping that a value is; what is none holds nothing."""
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """The list that a value is; what is none holds nothing."""
    return value if isinstance(value, list) else []


def unique(block: Any) -> list[dict[str, Any]]:
    """Candidates with a name, each once; the last word on somebody stands, as in `past`."""
    found: dict[str, dict[str, Any]] = {}
    for one in listed(block):
        row = dict(one) if isinstance(one, Mapping) else {"name": one if isinstance(one, str) else ""}
        name = str(row.get("name") or "").strip()
        if name:
            found[name] = {**row, "name": name}
    return list(found.values())


def as_yaml(record: Model) -> str:
    """A record as YAML, with where it is from at the end."""
    said = _plain(record.model_dump(exclude_none=True, exclude_defaults=True))
    last = {k: said.pop(k) for k in ("source", "confidence", "note") if k in said}
    out = yaml.dump(
        {**said, **last}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140, default_flow_style=None
    )
    return str(out)


class _Dumper(yaml.SafeDumper):
    """Writes a value out again rather than as an alias, which no reader of ours takes."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _plain(value: Any) -> Any:
    """What YAML has words for; a list of one source is that source."""
    if isinstance(value, Mapping):
        return {k: v[0] if k == "source" and len(v) == 1 else _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return whole(value) if isinstance(value, Fraction | float) else value


def as_csv(names: Sequence[str], rows: Sequence[Cells]) -> str:
    """Rows as CSV, without the columns that hold nothing."""
    used = [n for n in names if any(row.get(n) for row in rows)]
    text = io.StringIO()
    writer = csv.DictWriter(text, used, lineterminator="\n", restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
