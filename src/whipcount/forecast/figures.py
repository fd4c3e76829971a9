"""Figures and days as people write them: prices, shares, counts, and dates known only to the month.

In: values of files that strangers wrote. Out: plain numbers and dates, or None for what says nothing; nothing raises.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

_RATIO = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:/|-|to)\s*(\d+(?:\.\d+)?)\s*(on)?\s*")
_AMERICAN = re.compile(r"\s*([+-])(\d{3,6})\s*")
_NUMBER = re.compile(r"\s*[£$€]?\s*(\d+(?:[, ]\d{3})*(?:\.\d+)?)\s*(%?)\s*")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:[T ].*)?")


def number(value: Any) -> float | None:
    """A count or a share: `12`, `"1,234"`, `"52%"` (52). None where there is none, or it is below zero."""
    found = _number(value)
    return found[0] if found else None


def _number(value: Any) -> tuple[float, bool] | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return (float(value), False) if math.isfinite(value) and value >= 0 else None
    found = _NUMBER.fullmatch(str(value))
    return (float(re.sub(r"[, ]", "", found[1])), bool(found[2])) if found else None


def implied(price: Any) -> float | None:
    """The probability that a price implies, with the bookmaker's margin still in it.

    Fractional (`7/4`), decimal (`1.57`), American (`+1200`), in per cent (`79%`), or a probability below one.
    """
    text = str(price).strip().lower()
    if text in {"evens", "even", "evs", "even money"}:
        return 0.5
    american = _AMERICAN.fullmatch(text)
    if american:
        figure = float(american[2])
        return 100 / (figure + 100) if american[1] == "+" else figure / (figure + 100)
    ratio = _RATIO.fullmatch(text)
    if ratio:
        against, stake = float(ratio[1]), float(ratio[2])
        against, stake = (stake, against) if ratio[3] else (against, stake)
        return stake / (against + stake) if against + stake > 0 else None
    found = _number(price)
    if found is None:
        return None
    figure, per_cent = found
    if per_cent:
        return figure / 100 if 0 < figure <= 100 else None
    return 1 / figure if figure > 1 else figure if 0 < figure < 1 else None


def figures(block: Any, *, prices: bool = False) -> dict[str, float]:
    """Name -> figure of a mapping; entries that hold none are left out."""
    if not isinstance(block, Mapping):
        return {}
    read = {str(name).strip(): (implied if prices else number)(value) for name, value in block.items()}
    return {name: value for name, value in read.items() if value is not None}


def day_known(value: Any, eve: date) -> date | None:
    """The day from which something dated so counts as known.

    Known only to the month (or year), it counts from the month's last day; in the month of the decision from its `eve`,
    for it was said of what was still to come.
    """
    found = _PARTIAL.fullmatch(str(value).strip()) if value is not None else None
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    try:
        if found[3]:
            return date(year, month, int(found[3]))
        last = date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None
    decided = eve + timedelta(days=1)
    first = date(year, month if found[2] else 1, 1)
    return eve if first <= decided <= last else last
