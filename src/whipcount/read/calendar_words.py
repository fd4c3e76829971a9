"""Dates in words against the document's date and its country's hemisphere: an ISO day, month, or interval.

"next Tuesday", "by Easter", "on the 21st", "in mid-August", "before the end of the year", "by spring 2031" (the whole
season, as an interval), "late spring" (its last month).
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

_DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_DAYS |= {"sun": 6, "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5}
_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]
_MONTH = (
    r"(?P<month>"
    + "|".join(sorted((re.escape(m) for m in _MONTHS if m != "may"), key=len, reverse=True))
    + r"|may)\b\.?"
)
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WORDED = r"(?P<worded>" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + r")"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
_COUNT = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load((files("whipcount.read") / "data" / "calendar.yaml").read_text("utf-8"))
    return raw


def easter(year: int) -> date:
    """Easter Sunday of a year (Meeus, Jones and Butcher's algorithm for the Gregorian calendar)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def resolve(words: str, today: date | None, *, south: bool = False, past: bool = False) -> str | None:
    """The date that words give, as `YYYY-MM-DD`, `YYYY-MM` or `FROM/TO`; None where they give none.

    `past` tells that the clause is in the past tense, so that "on Monday" is the last one.
    """
    text = " ".join(words.lower().split())
    for attempt in (_dated, _seasonal, _feast, _weekday, _relative_date, _bare_month):
        found = attempt(text, today, south, past)
        if found:
            return found
    return None


def _near(day: date, today: date, past: bool) -> date:
    """The same day of a year such that it lies ahead (or behind, in the past tense)."""
    if past:
        return day if day <= today else _in_year(day, day.year - 1)
    return day if day >= today - timedelta(days=1) else _in_year(day, day.year + 1)


def _in_year(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def _dated(text: str, today: date | None, _: bool, past: bool) -> str | None:
    patterns = (
        rf"\b{_NTH} (?:of )?{_MONTH}{_YEAR}",
        rf"\b{_MONTH} (?:the )?{_NTH}\b{_YEAR}",
        rf"\b{_WORDED} of {_MONTH}{_YEAR}",
    )
    for pattern in patterns:
        found = re.search(pattern, text)
        if found:
            parts = found.groupdict()
            number = _ORDINALS.index(parts["worded"]) + 1 if parts.get("worded") else int(parts["day"])
            return _finish(number, _MONTHS[parts["month"].rstrip(".")], parts.get("year"), today, past)
    found = re.search(r"\bon the (\d{1,2})(?:st|nd|rd|th)\b", text)
    if found and today:
        ahead = _day(today.year, today.month, int(found[1]))
        if ahead and ahead < today and not past:
            ahead = _day(today.year + today.month // 12, today.month % 12 + 1, int(found[1]))
        return ahead.isoformat() if ahead else None
    return None


def _finish(number: int, month: int, year: str | None, today: date | None, past: bool) -> str | None:
    if year:
        made = _day(int(year), month, number)
        return made.isoformat() if made else None
    if today is None:
        return None
    made = _day(today.year, month, number)
    return _near(made, today, past).isoformat() if made else None


def _seasonal(text: str, today: date | None, south: bool, past: bool) -> str | None:
    names = "|".join(_tables()["seasons"])
    found = re.search(rf"\b(?:(early|mid|late)[- ])?({names})\b(?: (?:of )?((?:19|20)\d\d))?", text)
    if not found or (
        found[2] == "fall" and not re.search(r"\b(in|by|this|next|before|until) (the )?(early |late )?fall\b", text)
    ):
        return None
    if not found[3] and not re.search(
        rf"\b(in|by|this|next|before|until|till|after|last) (the )?(early |mid[- ]?|late )?{found[2]}\b", text
    ):
        return None
    first, _ = _tables()["seasons"][found[2]]
    first = (first + 5) % 12 + 1 if south else first
    year = int(found[3]) if found[3] else (today.year if today else None)
    if year is None:
        return None
    if not found[3] and today and not past and _month_end(year + (first + 1) // 12, (first + 1) % 12 + 1) < today:
        year += 1
    months = [(year + (first - 1 + k) // 12, (first - 1 + k) % 12 + 1) for k in range(3)]
    if found[1]:
        y, m = months[{"early": 0, "mid": 1, "late": 2}[found[1]]]
        return f"{y}-{m:02d}"
    return f"{months[0][0]}-{months[0][1]:02d}/{months[2][0]}-{months[2][1]:02d}"


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _feast(text: str, today: date | None, _: bool, past: bool) -> str | None:
    if today is None:
        return None
    if re.search(r"\beaster\b", text):
        this = easter(today.year)
        return (this if past or this >= today else easter(today.year + 1)).isoformat()
    for name, (month, day) in sorted(_tables()["feasts"].items(), key=lambda f: -len(f[0])):
        if re.search(rf"\b{re.escape(name)}\b", text):
            return _near(date(today.year, month, day), today, past).isoformat()
    return None


def _weekday(text: str, today: date | None, _: bool, past: bool) -> str | None:
    found = re.search(r"\b(?:(next|last|this|coming) )?(" + "|".join(d for d in _DAYS if len(d) > 3) + r")\b", text)
    if not found or today is None:
        return None
    ahead = (_DAYS[found[2]] - today.weekday()) % 7
    if found[1] == "last" or (past and found[1] is None):
        return (today - timedelta(days=(today.weekday() - _DAYS[found[2]]) % 7 or (7 if found[1] else 0))).isoformat()
    return (today + timedelta(days=ahead or 7 if found[1] == "next" else ahead)).isoformat()


def _relative_date(text: str, today: date | None, *_: bool) -> str | None:
    if today is None:
        return None
    plain = {
        "today": 0,
        "tonight": 0,
        "this morning": 0,
        "this afternoon": 0,
        "this evening": 0,
        "tomorrow": 1,
        "yesterday": -1,
        "last night": -1,
    }
    for word, days in plain.items():
        if re.search(rf"\b{word}\b", text):
            return (today + timedelta(days=days)).isoformat()
    found = re.search(
        r"\b(?:in|within) (a|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) (day|week|month|year)s?\b", text
    )
    if found:
        n = _COUNT.get(found[1]) or int(found[1])
        return (today + timedelta(days=n * {"day": 1, "week": 7, "month": 30, "year": 365}[found[2]])).isoformat()
    if re.search(r"\b(end of (the|this) year|year'?s end|year[- ]end)\b", text):
        return date(today.year, 12, 31).isoformat()
    if re.search(r"\bnext month\b", text):
        return f"{today.year + today.month // 12}-{today.month % 12 + 1:02d}"
    if re.search(r"\b(the|this) (end of the )?month\b", text) and "end of" in text:
        return _month_end(today.year, today.month).isoformat()
    if re.search(r"\bnext year\b", text):
        return str(today.year + 1)
    return None


def _bare_month(text: str, today: date | None, _: bool, past: bool) -> str | None:
    found = re.search(
        rf"\b(?:in|by|before|until|till|next|last|since|of|for|to|late|early|mid)[- ](?:(?:late|early|mid)[- ])?{_MONTH}{_YEAR}",
        text,
    )
    if not found:
        return None
    month = _MONTHS[found["month"].rstrip(".")]
    if found["year"]:
        return f"{found['year']}-{month:02d}"
    if today is None:
        return None
    ahead = month >= today.month
    year = today.year + (-1 if past and month > today.month else 0) + (0 if past or ahead else 1)
    return f"{year}-{month:02d}"
