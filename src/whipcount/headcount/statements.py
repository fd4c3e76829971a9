"""What individual statements say about electors, as the model reads them.

A source knows where an elector will vote with probability e, and otherwise names an option as common as it is, by the
overall leaning pi (for a statement against somebody: tosses a coin). So

    P(says "supports X" | votes X) = e + (1 - e) pi_X    P(says "supports X" | votes otherwise) = (1 - e) pi_X
    P(says "opposes X"  | votes otherwise) = e + (1 - e)/2   P(says "opposes X" | votes X)       = (1 - e)/2

and, whatever X, somebody who is said to be with X is so with probability e + (1 - e) pi_X; e = q * s * part: the reliability q of its source, the strength s of the link if it was said on another question (1 on
this one), and the part that is left of it: 0.5^(age at the vote / half-life), less for a soft wording, and 1/m for the m-th
voice that says the same of an elector. One voice counts once on an elector, and so do rows of one story. What an elector says
himself ends what others said of him before where he says that he is undecided. "Will not say" and silence weigh neither way.

Nominations can be lent: made so that somebody may stand, by supporters of others. Where nominators of a candidate are heard again in
their own words, how many of them stayed is the record of his nominations, and the others' are believed accordingly: the prior of
q is then Beta(m n + stayed, (1 - m) n + went) and theirs alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Elector, Evidence, Question
from whipcount.headcount.sources import Reliability

FOR, AGAINST = "for", "against"
OWN = frozenset({"own words", "nomination", "vote cast"})
"""Kinds of source by which an elector is on record as *named* support."""
Floats = NDArray[np.float64]
Source = tuple[str, str]
Lent = Mapping[tuple[str, str | None], float]
LEAST_HEARD = 3
"""A candidate's nominations have a record of their own once so many of his nominators were heard again."""


@dataclass(frozen=True)
class Statement:
    """One row of evidence as it bears on one elector.

    elector, option  numbers in the roll and among the options; `supports`: for or against it
    source           whose reliability it shares: (kind, who), own words and nominations by kind
    link             the other question that it was said on, None for this one
    mean             mean of the prior on its source's reliability; `strength`: the same for its link
    part             how much is left of it
    """

    row: Evidence
    elector: int
    option: int
    supports: bool
    source: Source
    link: str | None
    mean: float
    strength: float
    part: float

    @property
    def force(self) -> float:
        """Probability, before anything is learned of its source, that it was made from knowledge that still holds."""
        return self.mean * self.strength * self.part


def stand_of(row: Evidence, question: Question, options: Sequence[str]) -> tuple[int, bool] | None:
    """(position of the option that the row is about, whether for it) in a question's own terms; None for no bearing.

    On a question of confidence, support for anybody but the leader counts against the leader.
    """
    supports = row.stance == "supports" or row.kind == "membership"
    if not row.option or not (supports or row.stance == "opposes"):
        return None
    name = row.option[0]
    if question.kind == "confidence":
        if name == question.leader:
            return options.index(FOR), supports
        return (options.index(AGAINST), True) if supports else None
    return (options.index(name), supports) if name in options else None


def source_of(row: Evidence) -> Source:
    """Whose reliability a row shares: that of its kind where people speak for themselves, else its maker's own."""
    return row.source_kind, "" if row.source_kind in OWN else row.by


def heard_again(rows: Iterable[Evidence], question: Question) -> list[tuple[Evidence, Evidence]]:
    """Nominations on a question, each with what the nominator himself said later."""
    named: dict[str, Evidence] = {}
    pairs = []
    for row in sorted(rows, key=lambda r: (r.known, r.id)):
        if row.question != question.id or row.elector is None or row.stance != "supports" or not row.option:
            continue
        first = named.get(row.elector)
        if row.source_kind == "nomination":
            named[row.elector] = row
        elif row.source_kind == "own words" and first is not None and row.known > first.known:
            pairs.append((first, row))
            del named[row.elector]
    return pairs


def lent(rows: Iterable[Evidence], question: Question, table: Reliability) -> Lent:
    """(candidate, firmness) -> the mean reliability of his nominations, from the nominators who were heard again."""
    stayed: dict[tuple[str, str | None], list[bool]] = {}
    for first, later in heard_again(rows, question):
        stayed.setdefault((first.option[0], first.firmness), []).append(later.option == first.option)
    m, n = table.sources["nomination"].names, table.sightings
    return {k: (m * n + sum(v)) / (n + len(v)) for k, v in stayed.items() if len(v) >= LEAST_HEARD}


def left_of(row: Evidence, at: date, table: Reliability) -> float:
    """The part of a statement that still holds at the vote."""
    return float(0.5 ** (max((at - row.known).days, 0) / table.half_life_days))


def statements(
    rows: Iterable[tuple[Evidence, float]],
    question: Question,
    options: Sequence[str],
    roll: Sequence[Elector],
    at: date,
    table: Reliability,
    record: Lent | None = None,
) -> tuple[Statement, ...]:
    """The statements that bear on a question, one for each story and voice about an elector.

    `rows` pairs evidence with the strength of its question's link (1 for the question itself); `at` is the day of the vote as
    far as it is known; `record` is that of nominations (`lent`), by default from these rows.
    """
    place = {elector.id: i for i, elector in enumerate(roll)}
    ordered = sorted((pair for pair in rows if pair[0].elector in place), key=lambda pair: (pair[0].known, pair[0].id))
    record = lent((row for row, _ in ordered), question, table) if record is None else record
    kept: dict[tuple[int, str], Statement] = {}
    for row, strength in ordered:
        elector, stand = place[str(row.elector)], stand_of(row, question, options)
        if stand is not None and len(options) == 2 and not stand[1]:
            stand = 1 - stand[0], True  # of two, against one is for the other
        if stand is not None:
            made = _of_record(_statement(row, elector, stand, strength, question, at, table), record)
            voice = (elector, "" if row.source_kind in OWN else row.story or row.by)
            # Of two rows in one voice the later holds, unless it tells less (softer, or said on another question).
            if voice not in kept or made.force >= 0.5 * kept[voice].force:
                kept[voice] = made
        elif row.stance == "undecided":
            doubt = table.sources[row.source_kind].names * strength * left_of(row, at, table)
            for key in [k for k in kept if k[0] == elector]:
                kept[key] = replace(kept[key], part=kept[key].part * (1 - doubt))
    return _echoes(kept.values())


def _statement(
    row: Evidence,
    elector: int,
    stand: tuple[int, bool],
    strength: float,
    question: Question,
    at: date,
    table: Reliability,
) -> Statement:
    part = left_of(row, at, table) * (table.leaning if row.firmness == "leaning" else 1.0)
    link = row.question if row.question != question.id else None
    return Statement(row, elector, *stand, source_of(row), link, table.sources[row.source_kind].names, strength, part)


def _of_record(made: Statement, record: Lent) -> Statement:
    row = made.row
    if row.source_kind != "nomination" or made.link is not None or (row.option[0], row.firmness) not in record:
        return made
    source = row.source_kind, f"{row.option[0]} {row.firmness or 'firm'}"
    return replace(made, source=source, mean=record[row.option[0], row.firmness])


def _echoes(items: Iterable[Statement]) -> tuple[Statement, ...]:
    """Discount the second, third, ... voice that says the same of an elector."""
    said: dict[tuple[int, int, bool], int] = {}
    out = []
    for item in sorted(items, key=lambda s: (-s.force, s.row.id)):
        key = (item.elector, item.option, item.supports)
        said[key] = said.get(key, 0) + 1
        out.append(replace(item, part=item.part / said[key]))
    return tuple(sorted(out, key=lambda s: (s.row.known, s.row.id)))


def edge(items: Sequence[Statement], q: Floats, s: Floats) -> Floats:
    """(statements, ...) probability that each was made from knowledge: q and s are (statements, ...) and broadcast."""
    part = np.array([i.part for i in items]).reshape(-1, *([1] * (np.ndim(q) - 1)))
    out: Floats = np.minimum(part * q * s, 0.9999)
    return out
