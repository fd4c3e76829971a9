"""What a ledger holds: predictions, and what became of them.

In: one mapping for each entry, as plain data. Out: a checked, frozen `Prediction` or `Resolution`, or every problem with
it. A prediction is never edited: what became of it is an entry of its own, and a later resolution of the same prediction
stands beside the earlier one and counts in its place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, ValidationError, model_validator

from whipcount.errors import InputError, Problem
from whipcount.plaintext import Lines, problems_of
from whipcount.rules.language import Day, Model, Words
from whipcount.score.odds import REST

Kind = Literal["commentator", "bookmaker", "market", "poll", "whipcount", "other"]
Verdict = Literal["came true", "came false", "partly", "void", "unresolved"]
Basis = Literal["stated", "words", "price", "poll", "model"]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Name = Annotated[str, Field(pattern=r"^[^\s/][^\s]{0,199}$")]
SUM_TOLERANCE = 1e-6


class Quantile(Model):
    """One quantile of a predicted number."""

    level: float = Field(gt=0, lt=1)
    value: Finite


class Prediction(Model):
    """What somebody said would happen, how probably, by when, and on what condition.

    by, kind     who: a commentator, bookmaker, market, poll, whipcount itself
    contest      the contest's id; `question` the id of its question, where it is on one
    says         the claim, in our words; it is resolved as it is said
    probability  of the claim; or `outcomes`, name -> probability (they sum to 1); or `quantiles` of a number in a `unit`
    basis        where the probability comes from: `stated` as such; read out of `words` ("likely") by the documented table; a
                 `price` without the margin; the leader of a `poll` by the documented rate; a `model`
    made         the day on which it was said
    condition    the claim counts only if this comes about; if not, it is void
    not_before, not_after   the interval in which it has to happen; `wording` as it was worded ("by autumn 2013, southern")
    forward      false for a claim about what was already settled when it was made (a report): kept, and not scored
    price        as quoted
    """

    entry: Literal["prediction"] = "prediction"
    id: Name
    by: Text
    kind: Kind
    contest: Name
    question: Name | None = None
    says: Text
    probability: Probability | None = None
    outcomes: dict[Text, Probability] | None = None
    quantiles: tuple[Quantile, ...] = ()
    unit: str | None = Field(default=None, max_length=100)
    basis: Basis
    made: Day
    condition: Text | None = None
    not_before: Day | None = None
    not_after: Day | None = None
    wording: Text | None = None
    forward: bool = True
    price: str | None = Field(default=None, max_length=400)
    outlet: Text | None = None
    quote: Text | None = None
    source: Words = Field(min_length=1)
    note: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Prediction:
        forms = [self.probability is not None, self.outcomes is not None, bool(self.quantiles)]
        if sum(forms) != 1:
            raise ValueError("a prediction has one of 'probability', 'outcomes' and 'quantiles' -> Keep exactly one.")
        if self.outcomes is not None:
            total = math.fsum(self.outcomes.values())
            if len(self.outcomes) < 2 or abs(total - 1) > SUM_TOLERANCE:
                raise ValueError(
                    f"the probabilities of the outcomes sum to {total:.6g} -> Give at least two that sum to 1; use 'any other'."
                )
        _rising(self.quantiles)
        if self.not_before and self.not_after and self.not_before > self.not_after:
            raise ValueError(f"'not_before' {self.not_before} is after 'not_after' {self.not_after} -> Swap them.")
        if self.forward and self.not_after and self.not_after < self.made:
            raise ValueError(
                f"'not_after' {self.not_after} was over when it was made, {self.made} -> Mend one of the two."
            )
        return self

    @property
    def top(self) -> str | None:
        """The named outcome that is given most; the first of equals. None for other forms."""
        if not self.outcomes:
            return None
        named = {name: p for name, p in self.outcomes.items() if name != REST} or self.outcomes
        return max(named, key=named.__getitem__)


def _rising(quantiles: tuple[Quantile, ...]) -> None:
    pairs = [(q.level, q.value) for q in quantiles]
    if any(a[0] >= b[0] or a[1] > b[1] for a, b in pairwise(pairs)):
        raise ValueError("the quantiles do not rise -> Sort them by level; values must not fall.")


class Resolution(Model):
    """What became of a prediction.

    of       the prediction's id
    verdict  for a claim or its condition; for outcomes `came true` together with the `outcome` that came about; for a
             number with its `value`. `void`: the condition did not come about, or nothing was ever put to the test
    on       the day on which it was settled
    """

    entry: Literal["resolution"] = "resolution"
    id: Name
    of: Name
    verdict: Verdict
    outcome: Text | None = None
    value: Finite | None = None
    on: Day | None = None
    why: Text
    source: Words = Field(min_length=1)


Entry: TypeAlias = Prediction | Resolution


def parse(data: object, file: str = "entry", line: int = 0) -> Entry:
    """The entry that plain data states. Raises `InputError` with every problem in it."""
    kinds: dict[object, type[Prediction] | type[Resolution]] = {"prediction": Prediction, "resolution": Resolution}
    kind = data.get("entry") if isinstance(data, Mapping) else None
    if not isinstance(kind, str) or kind not in kinds:
        what = "an entry must be a mapping with 'entry' set to 'prediction' or 'resolution'"
        raise InputError(Problem(file, line, what, "Write one of the two."))
    _clean(data, file, line)
    try:
        return kinds[kind].model_validate(data)
    except ValidationError as wrong:
        found = problems_of(wrong, Lines(file))
        raise InputError(Problem(file, line, p.what, p.mend) for p in found) from None


def plain(entry: Entry) -> dict[str, Any]:
    """The entry as plain data, without what it leaves open."""
    return entry.model_dump(mode="json", exclude_none=True, exclude_defaults=False)


def _clean(data: object, file: str, line: int, depth: int = 0) -> None:
    """Refuses control characters, which steer terminals or turn the direction of text about, and deep nesting."""
    if depth > 6:
        raise InputError(Problem(file, line, "is nested too deeply", "An entry is flat; see the docs."))
    if isinstance(data, str):
        bad = next(
            (c for c in data if ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in _TURNING or 0xD800 <= ord(c) < 0xE000),
            None,
        )
        if bad is not None:
            raise InputError(Problem(file, line, f"holds a control character (U+{ord(bad):04X})", "Remove it."))
    elif isinstance(data, Mapping):
        for key, value in data.items():
            _clean(key, file, line, depth + 1)
            _clean(value, file, line, depth + 1)
    elif isinstance(data, list | tuple):
        for value in data:
            _clean(value, file, line, depth + 1)


_TURNING = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029]))
