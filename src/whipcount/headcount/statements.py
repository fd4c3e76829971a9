"""What individual statements say: for every elector, how likely the statements are under each position.

A statement by a source of reliability r says the truth with probability r. With K positions open,

    P(says "supports X" | position X) = r,   P(says "supports X" | another) = (1 - r) / (K - 1)
    P(says "opposes X"  | another)    = r,   P(says "opposes X"  | X)       = 1 - r

r falls with age, with a soft wording, and with the strength of a link to another question, always towards the
value at which the statement says nothing. Statements on one elector echo each other: after the strongest of them,
the m-th counts 1/m. Rows of one story, and one voice repeating itself, count once. "Undecided", "will not say" and silence
weigh neither way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Elector, Evidence, Question
from whipcount.headcount.sources import Reliability

FOR, AGAINST = "for", "against"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Statement:
    """One row of evidence as it bears on one elector of the question at hand.

    `log_likelihood` has one entry for each option, before the discount for echoes.
    """

    row: Evidence
    elector: int
    log_likelihood: Floats

    @property
    def force(self) -> float:
        """How much it tells apart the options: the spread of its log-likelihood."""
        return float(np.ptp(self.log_likelihood))


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


def trust(row: Evidence, on: date, table: Reliability, strength: float, options: int, *, about: str = "names") -> float:
    """The reliability of a row on a date: between 1/options (says nothing) and one."""
    source = table.sources[row.source_kind]
    guess = 1 / options
    edge = (source.names if about == "names" else source.totals) - guess
    edge *= 0.5 ** (max((on - row.known).days, 0) / table.half_life_days) * strength
    return float(guess + max(edge, 0.0) * (table.leaning if row.firmness == "leaning" else 1.0))


def statements(
    rows: Iterable[tuple[Evidence, float]],
    question: Question,
    options: Sequence[str],
    roll: Sequence[Elector],
    on: date,
    table: Reliability,
) -> tuple[Statement, ...]:
    """The statements that bear on a question, one for each story and voice about an elector.

    `rows` pairs evidence with the strength of its question's link (1 for the question itself).
    """
    place = {elector.id: i for i, elector in enumerate(roll)}
    kept: dict[tuple[int, str], Statement] = {}
    for row, strength in sorted(rows, key=lambda pair: (pair[0].known, pair[0].id)):
        stand = stand_of(row, question, options)
        if row.elector not in place or stand is None:
            continue
        made = Statement(
            row, place[row.elector], _log_likelihood(stand, trust(row, on, table, strength, len(options)), len(options))
        )
        voice = (made.elector, row.story or row.by)
        # Of two rows in one voice the later one holds, unless it tells less because it is about another question.
        if voice not in kept or made.force >= 0.5 * kept[voice].force:
            kept[voice] = made
    return tuple(kept.values())


def _log_likelihood(stand: tuple[int, bool], r: float, k: int) -> Floats:
    option, supports = stand
    out = np.full(k, (1 - r) / (k - 1) if supports else r)
    out[option] = r if supports else 1 - r
    log: Floats = np.log(np.clip(out, 1e-9, 1))
    return log


def together(items: Sequence[Statement], electors: int, options: int) -> Floats:
    """(electors, options) log-likelihood of all statements, with the discount for echoes."""
    out = np.zeros((electors, options))
    for i, own in _by_elector(items).items():
        out[i] = _discounted(own)
    return out


def without(items: Sequence[Statement], row_id: str, options: int) -> Mapping[int, Floats]:
    """For each elector that a row is about: the log-likelihood of the other statements."""
    touched = {s.elector for s in items if s.row.id == row_id}
    by_elector = _by_elector(items)
    return {
        i: _discounted(rest) if (rest := [s for s in by_elector[i] if s.row.id != row_id]) else np.zeros(options)
        for i in touched
    }


def _by_elector(items: Sequence[Statement]) -> dict[int, list[Statement]]:
    out: dict[int, list[Statement]] = {}
    for item in items:
        out.setdefault(item.elector, []).append(item)
    return out


def _discounted(own: Sequence[Statement]) -> Floats:
    ordered = sorted(own, key=lambda s: (-s.force, s.row.id))
    total: Floats = np.sum([s.log_likelihood / (m + 1) for m, s in enumerate(ordered)], axis=0)
    return total
