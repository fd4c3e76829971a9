"""The numbers of the forecast's models, which ship as data with what each rests on."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from whipcount.plaintext import read_yaml, validate
from whipcount.rules.language import Model

M = TypeVar("M", bound=Model)


class PolledSettings(Model):
    """Spreads of log shares; see the comments in `library/models/polled.yaml`."""

    candidate: float = Field(gt=0)
    section: float = Field(gt=0)
    poll: float = Field(gt=0)
    drift: float = Field(ge=0)
    nominations: float = Field(gt=0)
    named: float = Field(gt=0)
    sample: int = Field(gt=0)


class Turnout(Model):
    """Bounds of the share that votes, where no source gives one."""

    low: float = Field(gt=0, le=1)
    high: float = Field(gt=0, le=1)


class EntrySettings(Model):
    """Who ends up on the paper, and how many papers run out; see `library/models/entry.yaml`."""

    status: dict[str, float]
    lent: float = Field(ge=0, le=1)
    exhausted: float = Field(ge=0, lt=1)
    turnout: Turnout


def _load(name: str, model: type[M]) -> M:
    data, lines = read_yaml(Path(str(files("whipcount.library") / "models" / f"{name}.yaml")))
    return validate(model, data, lines)


@cache
def polled_settings() -> PolledSettings:
    """The settings for polled sections."""
    return _load("polled", PolledSettings)


@cache
def entry_settings() -> EntrySettings:
    """The settings for entry, exhaustion and turnout."""
    return _load("entry", EntrySettings)
