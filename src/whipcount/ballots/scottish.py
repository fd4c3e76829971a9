"""The CSV in which the preferences of Scottish council elections are collected (github.com/mggg/scot-elex).

First row: how many candidates, how many seats. Then a row for each different ballot: how many, then candidate
numbers by preference. At the end a row for each candidate, `"Candidate 1","Name","Party (P)"`, and the ward.
"""

from __future__ import annotations

import csv
import re

from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.source import Source

_CANDIDATE = re.compile(r"Candidate (\d{1,6})$")


def read(source: Source, options: Options) -> Draft:
    """Read a Scottish CSV. Raises BallotError; also where candidates are missing at its end."""
    faults, names = options.faults, dict[int, tuple[str, str]]()
    ballots: list[tuple[int, str, list[int]]] = []
    count = seats = 0
    ward = ""
    for number, text in source.lines(faults):
        row = _cells(text)
        if not row:
            continue
        if not count:
            count, seats = _head(number, row, options)
        elif all(cell.isdecimal() and len(cell) < 18 for cell in row):
            ballots.append((number, text, [int(cell) for cell in row]))
        elif candidate := _CANDIDATE.match(row[0]):
            names[int(candidate[1])] = (" ".join(row[1:2]), " ".join(row[2:3]))
        elif len(row) == 1 and names:
            ward = row[0]
        else:
            faults.line(number, "the row is neither a ballot nor a candidate", "Check the row.", text=text)
    if sorted(names) != list(range(1, count + 1)):
        what = f"the first row says {count} candidates, the last rows name {len(names)}"
        faults.stop(0, what, "Check that the file is whole.")
    draft = Draft(_labels(names), title=ward, seats=seats)
    for number, text, (weight, *ranking) in ballots:
        if ranking and not 1 <= min(ranking) <= max(ranking) <= count:
            faults.line(number, f"a preference is beyond the {count} candidates", "Correct the row.", text=text)
        else:
            draft.add([draft.candidates[index - 1] for index in ranking], weight)
    return draft


def _cells(text: str) -> list[str]:
    try:
        (row,) = csv.reader([text], strict=True)
    except (csv.Error, ValueError):
        return [text]
    return [cell.strip() for cell in row if cell.strip()]


def _head(number: int, row: list[str], options: Options) -> tuple[int, int]:
    if len(row) != 2 or not all(cell.isdecimal() and 0 < int(cell[:7]) < 10_000 for cell in row):
        options.faults.stop(number, "the first row is not 'candidates, seats'", "Write two whole numbers.")
    return int(row[0]), int(row[1])


def _labels(names: dict[int, tuple[str, str]]) -> list[str]:
    """Names, with the party where two candidates share one, and the number where that too is the same."""
    plain = [names[number][0] or f"Candidate {number}" for number in sorted(names)]
    if len(set(plain)) == len(plain):
        return plain
    labels = [f"{name} ({names[i + 1][1]})" if plain.count(name) > 1 else name for i, name in enumerate(plain)]
    return [f"{label} #{i + 1}" if labels.count(label) > 1 else label for i, label in enumerate(labels)]
