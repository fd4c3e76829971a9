"""The chamber: the electors of a section as seats of a hemicycle, by who is with whom.

In: a `Headcount`. Out: a `Chamber` of placed seats, in arcs around the floor. An elector on record has a solid seat; one whose
position is inferred a hatched seat, the fainter the less sure; where no option is ahead by a tenth the seat is neutral.
Seats of one option stand together, from the left, so that where an option ends can be held against a threshold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from whipcount.contest import Elector
from whipcount.headcount import UNALIGNED, Headcount

EVEN = 0.1
"""An option has to be ahead of the next by this much for a seat to take its colour."""
OUTER, INNER = 300.0, 110.0
"""Radii of the outermost and innermost arc, in units of the drawing."""
STAGGER = 8.0
"""Labels of thresholds that stand close are set off by steps of so much, until they are clear of each other."""
LABEL = (34.0, 23.0)
"""The room that the label of a threshold takes: three figures wide, one line high."""
TINTS = 4
"""Steps of faintness: more could not be told apart."""


@dataclass(frozen=True)
class Seat:
    """One elector's place. `option` is None where it is even; `p` the probability of `option` (of the likeliest where None).

    `tint` runs from 1 (barely) to `TINTS` (as good as certain).
    """

    elector: Elector
    option: str | None
    on_record: bool
    p: float
    tint: int
    x: float
    y: float


@dataclass(frozen=True)
class Group:
    """How many seats an option has in the picture, and how many of them are on record."""

    option: str | None
    seats: int
    on_record: int

    @property
    def inferred(self) -> int:
        """Seats that are not on record."""
        return self.seats - self.on_record


@dataclass(frozen=True)
class Mark:
    """A line across the arcs after `number` seats from the left; (x, y) of its two ends, and of its label."""

    number: int
    ends: tuple[tuple[float, float], tuple[float, float]]
    label: tuple[float, float]


@dataclass(frozen=True)
class Chamber:
    """Seats in order from the left, their radius, the groups in the same order, and the marks of thresholds."""

    headcount: Headcount
    seats: tuple[Seat, ...]
    radius: float
    groups: tuple[Group, ...]
    marks: tuple[Mark, ...]

    @property
    def top(self) -> int:
        """How far the drawing reaches above the floor."""
        return math.ceil(max([OUTER + self.radius + 4, *(20 - mark.label[1] for mark in self.marks)]))


def chamber(count: Headcount, thresholds: tuple[int, ...] = ()) -> Chamber:
    """The chamber of a section. `thresholds` are numbers of electors, counted from the left, the operative one first."""
    places, radius = arrange(len(count.roll))
    standing = _standing(count)
    seats = tuple(
        Seat(elector, option, on_record, p, _tint(p, len(count.options)), x, y)
        for (elector, option, on_record, p), (x, y, _) in zip(standing, places, strict=True)
    )
    marks: list[Mark] = []
    for n in thresholds:
        if 0 < n <= len(places):
            marks.append(_mark(n, places, radius, [m.label for m in marks]))
    return Chamber(count, seats, radius, _groups(seats), tuple(marks))


def arrange(seats: int) -> tuple[list[tuple[float, float, float]], float]:
    """(x, y, angle) of so many seats in arcs, from the left, and the radius of a seat. The floor's middle is (0, 0)."""
    rows = _rows(seats)
    radii = [OUTER] if rows == 1 else [INNER + (OUTER - INNER) * i / (rows - 1) for i in range(rows)]
    shares = _shared(seats, radii)
    found = []
    for r, n in zip(radii, shares, strict=True):
        for i in range(n):
            angle = math.pi * (1 - (i / (n - 1) if n > 1 else 0.5))
            found.append((*_at(r, angle), angle))
    across = (OUTER - INNER) / max(rows - 1, 1)
    along = min((math.pi * r / (n - 1) for r, n in zip(radii, shares, strict=True) if n > 1), default=60.0)
    # At one angle the inner seat comes first: an option's edge then runs straight across the arcs.
    return sorted(found, key=lambda p: (-round(p[2], 6), p[0] ** 2 + p[1] ** 2)), round(
        0.43 * min(across, along, 44), 2
    )


def _rows(seats: int) -> int:
    """The fewest arcs on which seats are no closer along an arc than from arc to arc."""
    for rows in range(2, 40):
        gap = (OUTER - INNER) / (rows - 1)
        room = sum(math.floor(math.pi * (INNER + gap * i) / gap) + 1 for i in range(rows))
        if room >= seats:
            return 1 if seats < 8 else rows
    return 40


def _shared(seats: int, radii: list[float]) -> list[int]:
    exact = [seats * r / sum(radii) for r in radii]
    out = [math.floor(e) for e in exact]
    by_rest = sorted(range(len(radii)), key=lambda i: (out[i] - exact[i], i))
    for i in by_rest[: seats - sum(out)]:
        out[i] += 1
    return out


Standing = tuple[Elector, str | None, bool, float]
"""(elector, option or None where even, on record, probability)"""


def _standing(count: Headcount) -> list[Standing]:
    """Electors in order from the left."""
    groups: dict[str | None, list[Standing]] = {None: []} | {o: [] for o in count.options}
    for elector, row in zip(count.roll, count.probabilities, strict=True):
        order = np.argsort(-row, kind="stable")
        best = float(row[order[0]])
        ahead = len(row) == 1 or best - float(row[order[1]]) >= EVEN
        named = count.named.get(elector.id)
        option = named if named is not None else count.options[order[0]] if ahead else None
        p = float(row[count.options.index(option)]) if option is not None else best
        groups[option].append((elector, option, named is not None, p))
    return _in_order(count, groups)


def _in_order(count: Headcount, groups: dict[str | None, list[Standing]]) -> list[Standing]:
    """Two sides face each other, the surest outermost and doubt in the middle; several stand from the largest on.

    On a question of confidence those with the leader are on the left, elsewhere the largest is.
    """
    falling = {o: sorted(who, key=lambda s: (not s[2], -s[3], s[0].name)) for o, who in groups.items()}
    sizes = {s.option: s.mean for s in count.support}
    options = list(count.options)
    if count.question.kind != "confidence":
        options.sort(key=lambda o: (o == UNALIGNED, -sizes[o]))
    if len(options) == 2:
        left, right = options
        return [*falling[left], *falling[None], *reversed(falling[right])]
    return [seat for option in (*options, None) for seat in falling[option]]


def _tint(p: float, options: int) -> int:
    floor = 1 / options
    sure = (p - floor) / (1 - floor) if options > 1 else 1.0
    return min(max(math.ceil(sure * TINTS), 1), TINTS)


def _groups(seats: tuple[Seat, ...]) -> tuple[Group, ...]:
    options = dict.fromkeys(s.option for s in seats)
    return tuple(
        Group(o, sum(s.option == o for s in seats), sum(s.option == o and s.on_record for s in seats)) for o in options
    )


def _mark(
    number: int, places: list[tuple[float, float, float]], radius: float, taken: list[tuple[float, float]]
) -> Mark:
    """Between the seat that meets a threshold and the next one; as long as its label needs to be clear of those that are there."""
    here = places[number - 1][2]
    after = places[number][2] if number < len(places) else 0.0
    angle = (here + after) / 2
    near, far = INNER - radius - 6, OUTER + radius + 6
    while any(_clash(_at(far + 14, angle), other) for other in taken):
        far += STAGGER
    return Mark(number, (_at(near, angle), _at(far, angle)), _at(far + 14, angle))


def _clash(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < LABEL[0] and abs(one[1] - other[1]) < LABEL[1]


def _at(r: float, angle: float) -> tuple[float, float]:
    return round(r * math.cos(angle), 1) + 0.0, -round(r * math.sin(angle), 1) + 0.0
