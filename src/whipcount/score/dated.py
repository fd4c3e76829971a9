"""A prediction handed in with its time in words: `when` ("by autumn 2013") and whose autumn is meant.

In: plain data as somebody hands it in. Out: the same with the days that the words give (`not_before`, `not_after`) and the words
with their hemisphere (`wording`), so that what is kept says both. The hemisphere is the one given, that of the `country` given, or
that of the contest's country where its folder ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from whipcount.contest import load, names
from whipcount.errors import InputError, Problem, UsageError
from whipcount.score.when import Hemisphere, window
from whipcount.score.words import hemisphere_of

_DAYS = ("not_before", "not_after", "wording")


def with_days(data: Any, file: str, line: int) -> Any:
    """The data with days for its `when`; anything without a `when` as it is. Raises `InputError`."""
    if not isinstance(data, Mapping) or not {"when", "hemisphere", "country"} & set(data):
        return data
    rest = {key: value for key, value in data.items() if key not in {"when", "hemisphere", "country"}}
    try:
        return rest | _days(data)
    except (UsageError, ValueError) as why:
        raise InputError(Problem(file, line, f"'when': {why}", "Or give the days: not_before, not_after.")) from None


def _days(data: Mapping[str, Any]) -> dict[str, str]:
    words, made = data.get("when"), data.get("made")
    if data.get("entry") != "prediction" or not isinstance(words, str):
        raise UsageError(
            "only a prediction says when, in words; 'hemisphere' and 'country' say whose seasons are meant"
        )
    if not isinstance(made, str):
        raise UsageError("it needs 'made', the day on which it was said")
    doubled = [key for key in _DAYS if key in data]
    if doubled:
        raise UsageError(f"it stands beside '{doubled[0]}', which it would write; keep one of the two")
    where = _hemisphere(data)
    first, last = window(words, date.fromisoformat(made), where)
    return {"not_before": first.isoformat(), "not_after": last.isoformat(), "wording": f"{words} ({where}ern)"}


def _hemisphere(data: Mapping[str, Any]) -> Hemisphere:
    given, country, contest = data.get("hemisphere"), data.get("country"), data.get("contest")
    if given in {"north", "south"}:
        return given  # type: ignore[no-any-return]
    if given is not None:
        raise UsageError(f"there is no hemisphere '{str(given)[:40]}'; write north or south")
    if isinstance(country, str):
        return hemisphere_of(country)
    if contest in names():
        return hemisphere_of(load(str(contest)).identity.country or "")
    raise UsageError("whose seasons are meant is not known; add 'hemisphere': 'north' or 'south', or 'country'")
