"""The words of the rulebook language: shares, thresholds, routes to nomination, sections, rounds, ties.

A threshold says how much support something needs, as a share or as a number of people, of a stated base.
Everything is exact: shares are `Fraction`, and numbers of people are whole.
"""

from __future__ import annotations

import math
import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

Confidence = Literal["high", "medium", "low"]
Base = Literal["entitled", "cast", "valid", "continuing", "nominees"]
_FRACTION = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*(?:(%)|/\s*(\d{1,9})|)\s*")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _share(value: Any) -> Any:
    """A share as it is written: '2/5', '60%', 0.4 or 1."""
    if isinstance(value, Fraction):
        return value
    found = _FRACTION.fullmatch(str(value))
    if isinstance(value, bool) or not found or (found[3] and int(found[3]) == 0):
        raise ValueError("is no share -> Write it as 2/5, 60% or 0.4.")
    share = Fraction(found[1]) / (100 if found[2] else int(found[3] or 1))
    if share > 1:
        raise ValueError("is a share above one -> Write it as 2/5, 60% or 0.4.")
    return share


def _as_list(value: Any) -> Any:
    return [part.strip() for part in value.split(" ; ")] if isinstance(value, str) else value


def _day(value: Any) -> Any:
    """A day as it is written; a bare number is none (it would pass for seconds since 1970)."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("is no date -> Write it as YYYY-MM-DD.")


Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day, written YYYY-MM-DD."""
Share = Annotated[Fraction, BeforeValidator(_share), PlainSerializer(str, return_type=str)]
"""An exact share between 0 and 1."""
Words = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
"""A list of texts; in one cell or line they are parted by " ; "."""


class Model(BaseModel):
    """A frozen record that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)


class Cited(Model):
    """Something that says where it is from."""

    source: Words = Field(min_length=1)
    confidence: Confidence
    note: str | None = None


class Threshold(Model):
    """How much support is needed: a share of a base, or a number of people.

    `compare` is 'more than' (a simple majority is more than 1/2) or 'at least'. `plus` adds people after rounding up:
    '60 % plus one of 34' is share 3/5, plus 1: 20.4 -> 21 -> 22. `of` is the base: those `entitled` to vote, votes `cast`
    (spoilt ones too), `valid` votes of the first round, votes `continuing` in the round at hand; for a nomination, all
    the `nominees`.
    """

    share: Share | None = None
    count: int | None = Field(default=None, ge=0)
    compare: Literal["more than", "at least"] = "at least"
    plus: int = Field(default=0, ge=0)
    of: Base = "entitled"

    @model_validator(mode="after")
    def _one_measure(self) -> Threshold:
        if (self.share is None) == (self.count is None):
            raise ValueError("a threshold has either a 'share' or a 'count' -> Keep one of the two.")
        if self.count is not None and self.compare == "more than":
            raise ValueError(
                "a 'count' is the number that is enough -> Drop 'compare', and write one more as the count."
            )
        return self

    def people(self, base: Fraction | int) -> int:
        """The smallest whole number of `base` people that is enough: the least that `met` accepts.

        It may be more than `base`: then the threshold cannot be met.
        """
        if self.count is not None:
            return self.count + self.plus
        assert self.share is not None
        exact = self.share * base
        enough = math.floor(exact) + 1 if self.compare == "more than" else math.ceil(exact)
        return enough + self.plus

    def met(self, support: Fraction | int, base: Fraction | int) -> bool:
        """Whether `support` out of `base` is enough, exactly. Both may be weighted shares rather than people."""
        if self.count is not None:
            return support >= self.count + self.plus
        assert self.share is not None
        if self.plus:
            return support >= self.people(base)
        return support > self.share * base if self.compare == "more than" else support >= self.share * base


class Reading(Threshold):
    """Another way in which a source reads the same threshold; it stands beside the operative one."""

    label: str
    source: Words = Field(min_length=1)
    confidence: Confidence


class Route(Model):
    """What a nomination needs: support from one body, or `all` / `any` of several such needs.

    `apart_from_self`: the nominee does not count towards the number.
    """

    body: str | None = None
    needs: Threshold | None = None
    apart_from_self: bool = False
    says: str | None = None
    all: tuple[Route, ...] = ()
    any: tuple[Route, ...] = ()

    @model_validator(mode="after")
    def _one_shape(self) -> Route:
        shapes = [self.body is not None, bool(self.all), bool(self.any)]
        if sum(shapes) != 1 or (self.body is not None) != (self.needs is not None):
            raise ValueError(
                "a route is a 'body' with 'needs', or a list under 'all', or one under 'any' -> Keep one form."
            )
        return self

    def leaves(self) -> tuple[Route, ...]:
        """Every single need in this route, in order."""
        if self.body is not None:
            return (self,)
        return tuple(leaf for part in self.all + self.any for leaf in part.leaves())


class Section(Model):
    """Electors whose votes are counted together: a body, and the weight of its votes in the whole."""

    body: str
    weight: Share = Fraction(1)


class Units(Model):
    """Points for each unit (riding, branch): `points` shared out by votes within the unit.

    `cap: votes` gives a unit with fewer votes than points one point a vote.
    """

    name: str = "riding"
    points: int = Field(default=100, ge=1)
    cap: Literal["votes"] | None = None


class Floor(Model):
    """In a round (every round where none is named), candidates below `needs` go out, all of them."""

    needs: Threshold
    round: int | None = Field(default=None, ge=1)


class Rounds(Model):
    """How a ballot goes on while nobody has won.

    out     who goes out after a round: the `lowest`, or all but the first `keep` (a runoff), or `none`
    keep    with `all but`, how many stay
    at_most the ballot ends after this round, whatever has happened
    floors  candidates under a floor go out together; if none is under it, the rule in `out` applies
    batch   also out: the largest set of last candidates whose votes together are below the next tally
    until   go on, even when somebody has won, while more than this many candidates are left
    """

    out: Literal["lowest", "all but", "none"] = "lowest"
    keep: int | None = Field(default=None, ge=1)
    at_most: int | None = Field(default=None, ge=1)
    floors: tuple[Floor, ...] = ()
    batch: bool = False
    until: int | None = Field(default=None, ge=2)

    @model_validator(mode="after")
    def _keep_goes_with_all_but(self) -> Rounds:
        if (self.out == "all but") != (self.keep is not None):
            raise ValueError("'keep' goes with 'out: all but', and the other way round -> Add or remove 'keep'.")
        return self


class Marks(Model):
    """How marks on a ranked paper are read. The defaults are those that public recounts of ranked papers use.

    overvote   `exhaust`: the paper is out from there on; `exhaust if multiple`: only when two or more of those marked
               are still in; `skip`: that rank is passed over
    skipped    how many ranks in a row may be skipped before the paper is out; null: any number
    duplicate  a candidate marked again: `skip` the later mark, or `exhaust`
    """

    overvote: Literal["exhaust", "exhaust if multiple", "skip"] = "exhaust if multiple"
    skipped: int | None = Field(default=None, ge=0)
    duplicate: Literal["skip", "exhaust"] = "skip"


TieRule = Literal["latest difference", "earliest difference", "order", "lot", "seeded lot", "ask", "all"]
"""How a tie is broken: by the latest (earliest) earlier round in which the tied differ, by a fixed order, by a lot drawn
officially, by a public seeded lot, by asking, or not at all but reporting every outcome."""
