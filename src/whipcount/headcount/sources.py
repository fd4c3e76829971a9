"""How far sources are believed, and the other numbers of the model: data that ships, with what each value rests on."""

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
    """What one kind of source is worth.

    names     mean of the prior on the probability that it knows where an elector will vote (otherwise it guesses)
    totals    the same for a total
    error     standard error of a total that is known and near half of the electors, as a share of them
    inflates  how much further the truth may lie below a total than above it, as a share of the electors: its direction
    basis, seen  what the values rest on, and the sightings behind them
    """

    names: float = Field(gt=0, lt=1)
    totals: float = Field(gt=0, lt=1)
    error: float = Field(default=0.03, gt=0, lt=0.5)
    inflates: float = Field(default=0.0, ge=0, lt=0.5)
    basis: Literal["judgement", "checked", "fitted"]
    seen: str | None = Field(default=None, alias="from")


class Leanings(Model):
    """Priors of the leanings; see `posterior` for each."""

    gamma: float = Field(gt=0)
    kappa: float = Field(gt=0)
    group: float = Field(gt=0)
    follows: float = Field(ge=0, lt=1)
    overall: float = Field(gt=0)
    leader: tuple[float, float]
    secret: float = Field(ge=0)
    market: float = Field(default=0.0, ge=0, le=1)
    inherits: float = Field(gt=0, lt=1)
    open: float = Field(gt=0, lt=1)


class Reliability(Model):
    """The whole table.

    half_life_days  age, at the vote, at which half of what was said no longer holds
    leaning         share of a firm statement's worth that a soft one has
    sightings       how many sightings the prior on a source counts for; `links`: the same for links between questions
    """

    half_life_days: float = Field(gt=0)
    leaning: float = Field(gt=0, le=1)
    sightings: float = Field(gt=0)
    links: float = Field(gt=0)
    leanings: Leanings
    sources: Mapping[str, SourceTrust]


@cache
def reliability() -> Reliability:
    """The table that ships (`library/models/reliability.yaml`)."""
    path = Path(str(files("whipcount.library") / "models" / "reliability.yaml"))
    data, lines = read_yaml(path)
    return validate(Reliability, data, lines)
