"""Dates in words, as an interval in the speaker's own hemisphere: "by autumn 2013", "by late summer", "in March 2031".

In: the words, the day on which they were said, the hemisphere. Out: the first and the last day on which the predicted
thing may happen for the prediction to come true.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Literal

from whipcount.errors import UsageError

Hemisphere = Literal["north", "south"]
_FIRST = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_PART = {"early": 0, "mid": 1, "late": 2}
_SHAPE = re.compile(
    r"(?:(?P<how>by the end of|by|before|in|during) (?:the )?)?(?:(?P<part>early|mid|late)[ -])?"
    rf"(?:(?P<season>{'|'.join(_FIRST)})|(?P<month>{'|'.join(_MONTHS)}))?(?: ?(?P<year>[0-9]{{4}}))?"
)


def window(words: str, said: date, hemisphere: Hemisphere) -> tuple[date, date]:
    """The interval that words give.

    `by` a time runs from the day on which it was said to the time's last day, `before` it to the eve of its first day, `in`
    or `during` it from its first to its last day. Seasons are whole months (spring: March to May in the north, September
    to November in the south); `early`, `mid` and `late` are a season's first, second and third month. A season or month
    without a year is the next that has not ended. With a year it is the one that begins in it, so that a southern summer
    or northern winter of a year runs into the next.

    Raises: `UsageError` for other words, a hemisphere that is neither `north` nor `south`, or a time that was over.

    >>> window("by autumn 2013", date(2012, 11, 20), "south")
    (datetime.date(2012, 11, 20), datetime.date(2013, 5, 31))
    >>> window("by autumn 2013", date(2012, 11, 20), "north")[1]
    datetime.date(2013, 11, 30)
    """
    if hemisphere not in {"north", "south"}:
        raise UsageError(f"There is no hemisphere '{hemisphere}'. Write north or south.")
    found = _SHAPE.fullmatch(" ".join(words.lower().split()))
    if not found or not (found["season"] or found["month"] or found["year"]) or (found["part"] and not found["season"]):
        raise UsageError(
            f"'{words[:60]}' gives no time that is understood. Write 'by autumn 2013', 'in March 2031' or 'before 2014'."
        )
    first, last = _span(found, said, hemisphere)
    if found["how"] == "before":
        first, last = said, first - timedelta(days=1)
    elif (found["how"] or "").startswith("by"):
        first = said
    if last < said:
        raise UsageError(
            f"'{words}' was over on {said}, when it was said. Check the year and the hemisphere ({hemisphere})."
        )
    return max(first, said), last


def _span(found: re.Match[str], said: date, hemisphere: Hemisphere) -> tuple[date, date]:
    if not (found["season"] or found["month"]):
        year = int(found["year"])
        return _month(year, 1)[0], _month(year, 12)[1]
    start, length = (_FIRST[found["season"]], 3) if found["season"] else (_MONTHS[found["month"]], 1)
    if found["season"] and hemisphere == "south":
        start = (start + 5) % 12 + 1
    if found["part"]:
        skip, length = _PART[found["part"]], 1
    else:
        skip = 0
    # Without a year, a season that began last year may still be running.
    years = [int(found["year"])] if found["year"] else [said.year - 1, said.year, said.year + 1]
    spans = [(_month(y, start + skip)[0], _month(y, start + skip + length - 1)[1]) for y in years]
    return next((span for span in spans if span[1] >= said), spans[-1])


def _month(year: int, number: int) -> tuple[date, date]:
    year, month = year + (number - 1) // 12, (number - 1) % 12 + 1
    if not 1 <= year <= 9999:
        raise UsageError(f"There is no year {year} to predict for.")
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
