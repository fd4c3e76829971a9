"""What could be a claim: every pair of mentions of a sentence, every mention, every mention with a number near it.

Each is given to the tasks of its group, which say what it is if anything:

    group    task          classes
    pair     tie           supports, opposes, belongs, accuses (the first does it to the second)
    one      author        supports, opposes, accuses (the document itself does it to the one)
    one      entry         the statuses of a candidacy
    one      fate          the outcomes of a prediction
    one      happening     event
    one      strength      the words for amounts of support; with ` against` of those against
    number   count         for, against
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from whipcount.read.learned.kernel import MOST, SENTENCE, emit_numbers, emit_ones, emit_pairs
from whipcount.read.learned.sight import NAMED, TYPES, Mention, Number, Sight

Group = Literal["pair", "one", "number"]
TASKS: dict[str, Group] = {
    "tie": "pair",
    "author": "one",
    "entry": "one",
    "fate": "one",
    "happening": "one",
    "strength": "one",
    "count": "number",
}
_BACK = 2
"""How many sentences back somebody may stand of whom a number tells."""
_TARGETS = frozenset({TYPES.index(t) for t in ("camp", "role", "pron", "per", "lead")})
_PARTS = frozenset({TYPES.index(t) for t in ("grp", "they", "camp")})
_THING, _OTHER = TYPES.index("thing"), TYPES.index("other")
_NOBODY = frozenset({TYPES.index("none"), TYPES.index("author"), _THING})


@dataclass(frozen=True)
class Candidate:
    """One or two mentions, or a mention and a number."""

    group: Group
    one: Mention
    other: Mention | Number | None = None


def candidates(sight: Sight) -> list[Candidate]:
    """Everything of a document that could be a claim, by group."""
    by: dict[int, list[Mention]] = defaultdict(list)
    for m in sight.mentions:
        by[int(sight.tree[SENTENCE, m.token])].append(m)
    out = [Candidate("pair", a, b) for row in by.values() for a in row for b in row if _tied(a, b)]
    out += [Candidate("one", m) for m in sight.mentions if m.ref.kind not in {"none", "author"}]
    for q in sight.numbers:
        out += [Candidate("number", m, q) for m in _counted(sight, q, by)]
    return out


def _tied(a: Mention, b: Mention) -> bool:
    """Whether two mentions can be holder and target, member and camp, accuser and accused."""
    if a is b or a.ref.name == b.ref.name or a.type == _THING:
        return False
    return b.type in _TARGETS or (b.type in _PARTS and a.type != _OTHER)


def _counted(sight: Sight, q: Number, by: dict[int, list[Mention]]) -> list[Mention]:
    """Of whom a number can tell: those of its sentence, and those named in the ones before."""
    home = int(sight.tree[SENTENCE, q.top])
    out = [m for m in by.get(home, ()) if not q.first <= m.token <= q.last and m.type != _THING]
    there = {m.ref.name for m in out}
    for back in range(1, _BACK + 1):
        for m in reversed(by.get(home - back, ())):
            if m.ref.name not in there and m.type not in _NOBODY:
                there.add(m.ref.name)
                out.append(m)
    return out


def marks(sight: Sight, group: Group, some: Sequence[Candidate]) -> tuple[Any, Any]:
    """The marks of candidates of one group: hashes one after another, and where those of each begin."""
    named = np.array([m.token for m in sight.mentions if m.type in NAMED], np.int64)
    out = np.empty(len(some) * MOST + 1, np.int32)
    ends = np.zeros(len(some) + 1, np.int64)
    first = np.array([c.one.row for c in some], np.int64).reshape(-1, 4)
    if group == "one":
        emit_ones(sight.tree, first, out, ends)
    elif group == "pair":
        second = np.array([c.other.row for c in some if c.other], np.int64).reshape(-1, 4)
        emit_pairs(sight.tree, first, second, named, out, ends)
    else:
        second = np.array([c.other.row for c in some if c.other], np.int64).reshape(-1, 3)
        numbers = np.array([q.top for q in sight.numbers], np.int64)
        emit_numbers(sight.tree, first, second, named, numbers, out, ends)
    return out[: ends[-1]], ends
