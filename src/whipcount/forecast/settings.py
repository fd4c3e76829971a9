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


class Links(Model):
    """The numbers of `sights` and `weigh`: standard deviations of log shares unless they are slopes, leads or counts.

    Before anything is seen: `candidate` how far candidates differ, `section` how far sections differ from each other on one
    candidate, `stays` the lead in log share of keeping a leader in a vote of confidence, `stays_error` its error.
    Polls of electors: `poll_slope` by which their log shares are multiplied, `poll_common` the error that all polls of a contest share, `poll_own` that of one poll beyond its sampling, `worth` so many electors are all
    polls of a contest worth together, however many they asked, `few` the share added to every figure, and `undecided` the error besides, by the root of the share who had not decided;
    `volunteers` of people who chose to answer, besides; `public` of people who are not electors, besides, with `public_slope`;
    `sample` the size assumed where none is given. `drift`: movement a day, by the square root of the days.
    Others: `price`, `price_slope` prices; `parliament`, `parliament_slope` declared parliamentarians as a sign of other votes;
    `same`, `same_slope` the same as a sign of their own votes; `parties`, `parties_slope` nominations by local parties, and `unions` the error
    where unions nominate, of which there are few, and whose officers decide;
    `lead`, `leads` the lead of whoever is said to have the most parliamentarians, and its error; `favourite`, `favoured` of whoever is
    named as the favourite without a price. `unlisted`: candidates whom a source leaves out, besides. `transfer_slope`, `transfer_error`, `exhausted`: see `transfer_fit`. `tail`: degrees
    of freedom. `surprise`: share of contests that end in a way of which no evidence of these kinds speaks, and `upheaval`
    the rate a day at which such things happen before the last day (somebody enters, somebody falls).
    """

    candidate: float = Field(gt=0)
    section: float = Field(gt=0)
    poll_slope: float
    poll_common: float = Field(gt=0)
    poll_own: float = Field(gt=0)
    worth: float = Field(gt=0)
    few: float = Field(gt=0)
    undecided: float = Field(ge=0)
    drift: float = Field(ge=0)
    volunteers: float = Field(ge=0)
    public: float = Field(gt=0)
    price_slope: float
    price: float = Field(gt=0)
    parliament_slope: float
    parliament: float = Field(gt=0)
    same_slope: float
    same: float = Field(gt=0)
    parties_slope: float
    parties: float = Field(gt=0)
    lead: float
    leads: float = Field(gt=0)
    favourite: float
    favoured: float = Field(gt=0)
    stays: float
    unlisted: float = Field(gt=0)
    transfer_slope: float
    transfer_error: float = Field(ge=0)
    exhausted: float = Field(ge=0, lt=1)
    tail: float = Field(default=6, gt=2)
    sample: int = Field(default=600, gt=0)
    public_slope: float = 0.8
    surprise: float = Field(default=0.02, ge=0, lt=1)
    upheaval: float = Field(default=0.0, ge=0)
    unions: float = Field(default=0.9, gt=0)
    stays_error: float = Field(default=0.35, gt=0)


class Turnout(Model):
    """Bounds of the share that votes, where no source gives one."""

    low: float = Field(gt=0, le=1)
    high: float = Field(gt=0, le=1)


class EntrySettings(Model):
    """Who ends up on the paper, and how many vote; see `library/models/entry.yaml`."""

    status: dict[str, float]
    lent: float = Field(ge=0, le=1)
    turnout: Turnout


def _path(name: str) -> Path:
    return Path(str(files("whipcount.library") / "models" / f"{name}.yaml"))


def load_model(name: str, model: type[M]) -> M:
    """A file of `library/models`, read into a model."""
    data, lines = read_yaml(_path(name))
    return validate(model, data, lines)


class _LinksFile(Model):
    fitted: dict[str, float]
    fixed: dict[str, float]
    left_out: dict[str, dict[str, float]] = Field(default_factory=dict)


@cache
def _links_file() -> _LinksFile:
    return load_model("links", _LinksFile)


@cache
def links(left_out: str | None = None) -> Links:
    """The fitted links; `left_out`: as fitted without the past contest of this id (all of them, if it was not among them)."""
    file = _links_file()
    return Links.model_validate(file.fitted | file.left_out.get(left_out or "", {}) | file.fixed)


@cache
def entry_settings() -> EntrySettings:
    """The settings for entry and turnout."""
    return load_model("entry", EntrySettings)


class Rounds(Model):
    """What happens between rounds; see `rounds_fit`. Standard deviations and leads are of logarithms."""

    slope: float
    step: float = Field(ge=0)
    momentum: float = Field(gt=-1, lt=1)
    general: float = Field(gt=0)
    affinity: float = Field(gt=0)
    deal: float = 1.0


class _RoundsFile(Model):
    fitted: dict[str, float]
    left_out: dict[str, dict[str, float]] = Field(default_factory=dict)


@cache
def rounds(left_out: str | None = None) -> Rounds:
    """The numbers of what happens between rounds; `left_out`: as fitted without the past contest of this id."""
    file = load_model("rounds", _RoundsFile)
    return Rounds.model_validate(file.fitted | file.left_out.get(left_out or "", {}))


def fixed_links() -> dict[str, float]:
    """The numbers of the links that are not fitted."""
    return dict(_links_file().fixed)


def links_path() -> Path:
    """The file of the links."""
    return _path("links")
