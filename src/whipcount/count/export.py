"""A tally as plain data, JSON, CSV and one sentence: deterministic, exact, with decimals beside fractions."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from whipcount.count.standing import Measure
from whipcount.count.tally import BallotTally, Link, RoundTally, Tally
from whipcount.count.ties import Broken
from whipcount.count.words import decimal, names, number

FORMAT = 1
"""The version of the record's form."""


def exact(value: Fraction) -> int | str:
    """A number for JSON: an int where it is whole, otherwise the fraction as text ('13/20')."""
    return value.numerator if value.denominator == 1 else str(value)


def _exact_all(values: Mapping[str, Fraction]) -> dict[str, int | str]:
    return {name: exact(value) for name, value in values.items()}


def as_dict(tally: Tally) -> dict[str, Any]:
    """The record of a count; its form is described in `docs/count.md`."""
    return {
        "format": FORMAT,
        "rulebook": tally.rulebook,
        "winner": tally.winner,
        "status": tally.status,
        "possible": list(tally.possible),
        "source": tally.source,
        "sha256": tally.sha256,
        "rejected": tally.rejected,
        "notes": list(tally.notes),
        "options": dict(tally.options),
        "ballots": [_ballot(b) for b in tally.ballots],
        "rounds": [_round(r, b.measure) for b in tally.ballots for r in b.rounds],
    }


def _ballot(ballot: BallotTally) -> dict[str, Any]:
    return {
        "ballot": ballot.id,
        "title": ballot.title,
        "measure": ballot.measure,
        "candidates": list(ballot.candidates),
        "status": ballot.status,
        "winner": ballot.winner,
        "left": list(ballot.left),
        "papers": None if ballot.papers is None else exact(ballot.papers),
        "blank": exact(ballot.blank),
    }


def _round(one: RoundTally, measure: Measure) -> dict[str, Any]:
    bases = one.bases
    return {
        "ballot": one.ballot,
        "round": one.number,
        "tallies": _exact_all(one.totals),
        "decimals": {n: decimal(t * (100 if measure == "share" else 1), 6) for n, t in one.totals.items()},
        "shares": {n: decimal(s * 100, 6) for n, s in one.shares.items()},
        "continuing": list(one.continuing),
        "eliminated": list(one.eliminated),
        "withdrew": list(one.withdrew),
        "elected": one.elected,
        "goes_on": list(one.goes_on),
        "test": one.test,
        "reason": one.reason,
        "bases": {
            name: None if value is None else exact(value)
            for name, value in (
                ("continuing", bases.continuing),
                ("valid", bases.valid),
                ("cast", bases.cast),
                ("entitled", bases.entitled),
            )
        },
        "inactive": _exact_all(one.inactive_in_all),
        "transfers": {source: _exact_all(to) for source, to in one.transfers.items()},
        "ties": [_tie(t) for t in one.ties],
        "sections": {
            section: {"votes": _exact_all(votes), "inactive": _exact_all(one.inactive.get(section, {}))}
            for section, votes in one.votes.items()
        },
    }


def _tie(broken: Broken) -> dict[str, Any]:
    return {
        "question": broken.tie.question,
        "tied": list(broken.tie.tied),
        "favoured": list(broken.favoured),
        "rule": broken.rule,
        "evidence": broken.evidence,
    }


def as_json(tally: Tally) -> bytes:
    """The record as JSON in UTF-8: keys in a fixed order, two spaces, a line feed at the end."""
    return (json.dumps(as_dict(tally), ensure_ascii=False, indent=2) + "\n").encode()


def rows(tally: Tally) -> list[dict[str, Any]]:
    """One row for each ballot, round, section ('' for the whole) and candidate."""
    out: list[dict[str, Any]] = []
    for one in tally.rounds:
        for section, votes in {"": one.totals, **one.votes}.items():
            whole = sum(votes.values(), Fraction(0))
            for name, value in votes.items():
                percent = decimal(value / whole * 100, 6) if whole else ""
                row = {"ballot": one.ballot, "round": one.number, "section": section, "candidate": name}
                out.append({**row, "tally": str(value), "percent": percent, "result": _fate(one, name)})
    return out


def _fate(one: RoundTally, name: str) -> str:
    if name == one.elected:
        return "elected"
    if name in one.eliminated:
        return "out"
    if name in one.withdrew:
        return "withdrew"
    return "goes on" if name in one.goes_on else ""


def as_csv(tally: Tally) -> str:
    """`rows` as CSV, with a header also where there is no row."""
    out = io.StringIO()
    columns = ["ballot", "round", "section", "candidate", "tally", "percent", "result"]
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(tally))
    return out.getvalue()


def sentence(tally: Tally) -> str:
    """The result in one sentence, with the last round's figures."""
    ballot = tally.ballots[-1]
    if tally.status == "depends on a tie":
        return f"It depends on how ties are broken: {names(w or 'nobody' for w in tally.possible)} can win."
    if tally.winner is not None and ballot.rounds:
        return f"{tally.winner} is elected: {_figures(ballot)}."
    if tally.winner is not None:
        return f"{tally.winner} is elected."
    if tally.status == "goes on":
        return f"{names(ballot.left)} go on to the next ballot."
    if tally.status == "another vote":
        return f"Nobody has won yet; a further vote is needed among {names(ballot.left)}."
    return f"Nobody is elected: {_figures(ballot)}."


def _figures(ballot: BallotTally) -> str:
    last = ballot.rounds[-1]
    ordered = sorted(last.totals.items(), key=lambda item: -item[1])[:2]
    figures = " to ".join(number(value, ballot.measure) for _, value in ordered)
    rounds = f"{last.number} rounds" if last.number > 1 else "one round"
    return f"{figures} in the last of {rounds}" if last.number > 1 else f"{figures} in {rounds}"


def link_words(link: Link) -> str:
    """A movement of papers in words, for titles in charts."""
    return f"{link.source} to {link.target}: {number(link.papers)}"
