"""Probabilities, dates and lists in words, as one would say them aloud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_ODDS = (
    (0.02, "1 in 50"),
    (0.05, "1 in 20"),
    (0.10, "1 in 10"),
    (0.20, "1 in 5"),
    (0.25, "1 in 4"),
    (1 / 3, "1 in 3"),
    (0.40, "2 in 5"),
    (0.50, "even"),
    (0.60, "3 in 5"),
    (2 / 3, "2 in 3"),
    (0.75, "3 in 4"),
    (0.80, "4 in 5"),
    (0.90, "9 in 10"),
    (0.95, "19 in 20"),
    (0.98, "49 in 50"),
)


def odds(p: float) -> str:
    """A probability in words: "about 3 in 5", "about even", "almost certain", "almost no chance"."""
    if p >= 0.99:
        return "almost certain"
    if p <= 0.01:
        return "almost no chance"
    nearest = min(_ODDS, key=lambda pair: abs(pair[0] - p))[1]
    return f"about {nearest}"


def percent(p: float) -> str:
    """A probability as a whole per cent that never claims certainty: "93 %", "over 99 %", "under 1 %"."""
    if p > 0.99:
        return "over 99 %"
    if p < 0.01:
        return "under 1 %"
    return f"{100 * p:.0f} %"


def day(when: date) -> str:
    """A date as it is written in a text: 20 November 2012."""
    return f"{when.day} {when:%B %Y}"


def names(people: Sequence[str]) -> str:
    """Names in a row: "A", "A and B", "A, B and C"."""
    if len(people) < 2:
        return "".join(people)
    return f"{', '.join(people[:-1])} and {people[-1]}"


def points(effect: float) -> str:
    """A movement of a probability in points, with its sign: "+12", "-3", "+0.4"."""
    value = 100 * effect
    return f"{value:+.0f}" if abs(value) >= 1 else f"{value:+.1f}"
