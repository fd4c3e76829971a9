"""Recounting a record: does the same file, under the same rules, give the same count?

In: the JSON of a `Tally` and the ballots. Out: every difference, in words. The record says under which rulebook and with
what else it was counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from whipcount import rules
from whipcount.ballots import Profile
from whipcount.count.options import given_from
from whipcount.count.run import count, count_path
from whipcount.count.tally import Tally
from whipcount.errors import InputError, Problem
from whipcount.rules import Ballot, Version

COMPARED = ("winner", "status", "possible", "sha256", "rejected", "ballots", "rounds")
"""The parts of a record that a recount must give again."""

MOST = 200
"""Differences that are told."""

Papers = Profile | Sequence[Profile] | Mapping[str, Sequence[Profile]]


def read_record(raw: bytes | str, file: str = "the record") -> dict[str, Any]:
    """A record as data. Raises `InputError` where it is not one."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as why:
        line = getattr(why, "lineno", 0)
        raise InputError(Problem(file, line, "is not JSON", "Give the output of `whipcount count --json`.")) from None
    if not isinstance(data, dict) or data.get("format") != 1 or not isinstance(data.get("rounds"), list):
        raise InputError(Problem(file, 0, "is no record of a count", "Give the output of `whipcount count --json`."))
    return data


def verify(record: bytes | str | Mapping[str, Any], ballots: Papers, rulebook: str | None = None) -> list[str]:
    """Recount and compare: the differences in words, none where the record stands.

    `rulebook` is a reference to use in place of the record's (for a rulebook file of one's own). Raises `InputError` for a broken
    record, `NotFound` for an unknown rulebook.
    """
    data = read_record(record) if isinstance(record, bytes | str) else dict(record)
    ref = rulebook or str(data.get("rulebook", ""))
    try:
        tally = _recount(data, ballots, rules.find(ref).version)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(Problem("the record", 0, "its options cannot be read", "Count anew.")) from None
    again = tally.to_dict()
    found: list[str] = []
    for key in COMPARED:
        found.extend(_differences(key, data.get(key), again[key]))
        if len(found) > MOST:
            return [*found[:MOST], "... and more"]
    return found


def _recount(data: Mapping[str, Any], ballots: Papers, version: Version) -> Tally:
    options = data.get("options", {})
    asked = [
        {**tie, "round": one["round"], "ballot": one["ballot"]}
        for one in data["rounds"]
        for tie in one.get("ties", ())
        if "ask" in tie["rule"]
    ]
    given = given_from(options, asked)
    if "ballot" not in options:
        papers = ballots if isinstance(ballots, Profile | Mapping) else ballots[0]
        return count_path(papers, version, options.get("opening"), given=given, rulebook=data["rulebook"])
    ballot = version.clause(options["ballot"])
    assert isinstance(ballot, Ballot)
    if isinstance(ballots, Mapping):
        ballots = [p for some in ballots.values() for p in some]
    return count(
        ballots, ballot, entitled=given.entitled, cast=given.cast, withdrawals=given.withdrawals.get(""), ties=given.ties,
        tallies=given.tallies, section=given.section, rulebook=data["rulebook"],
    )  # fmt: skip


def _differences(path: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            if key not in ("rule", "evidence"):
                yield from _differences(f"{path}.{key}", old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(f"{path}[{i}]", one, other)
    elif old != new:
        yield f"{path}: the record says {_short(old)}, the recount gives {_short(new)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."
