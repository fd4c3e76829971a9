"""Numbers, thresholds and lists of names in words, for reasons and tables."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from whipcount.count.standing import Measure
from whipcount.rules import Threshold


def decimal(value: Fraction, places: int) -> str:
    """An exact number rounded half up to `places` decimals, without going through a float."""
    with localcontext() as context:
        context.prec = max(50, len(str(abs(value.numerator))) + places + 5)
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        return str(quotient.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def number(value: Fraction, measure: Measure = "votes") -> str:
    """A tally for people: whole numbers with commas, points with two decimals, shares of the whole in percent."""
    if measure == "share":
        return f"{decimal(value * 100, 2)} %"
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return f"{Decimal(decimal(value, 2)):,}"


def names(some: Iterable[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    listed = list(some)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def threshold(need: Threshold, base: Fraction, measure: Measure = "votes") -> str:
    """A threshold in words: 'more than 1/2 of 266 continuing'."""
    plus = f" plus {need.plus}" if need.plus else ""
    if need.count is not None:
        return f"{need.compare} {need.count}{plus}"
    whole = "the whole" if measure == "share" else f"{number(base, measure)} {need.of}"
    return f"{need.compare} {need.share} of {whole}{plus}"
