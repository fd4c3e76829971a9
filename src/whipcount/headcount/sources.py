"""How far sources are believed: a table that ships as data, with what each value rests on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field

from whipcount.plaintext import read_yaml, validate
from whipcount.rules.language import Model


class SourceTrust(Model):
    """What one kind of source is worth: about an elector (`names`) and about a total (`totals`)."""

    names: float = Field(gt=0.5, lt=1)
    totals: float = Field(gt=0, lt=1)
    basis: Literal["judgement", "checked", "fitted"]


class Reliability(Model):
    """The whole table. `leaning` multiplies the advantage over a guess of a statement that is soft."""

    half_life_days: float = Field(gt=0)
    leaning: float = Field(gt=0, le=1)
    sources: Mapping[str, SourceTrust]


@cache
def reliability() -> Reliability:
    """The table that ships (`library/models/reliability.yaml`)."""
    path = Path(str(files("whipcount.library") / "models" / "reliability.yaml"))
    data, lines = read_yaml(path)
    return validate(Reliability, data, lines)
