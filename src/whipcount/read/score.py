"""Scoring claims that were read against claims that people labelled, by the guide.

A claim read matches a labelled one of its kind when their spans overlap and every own field that names people, groups,
stance, status or outcome agrees; names by containment, amounts within 10 % or by word, a null in either matches. Labels
marked `optional` neither count when missed nor when found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from whipcount.read.claim import COMPARED, FIELDS, Claim

# Words of a name that the guide's scoring passes over.
_SILENT = frozenset((files("whipcount.read") / "data" / "silent_words.txt").read_text(encoding="utf-8").split())
_NOTHING = (None, "", "null")
Same = Callable[[Claim, Claim], bool]


def _words(value: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", value.lower())) - _SILENT


def same_name(one: str | None, other: str | None) -> bool:
    """Whether two names mean the same: one contains the other, or they share half of the shorter one's words."""
    if one in _NOTHING or other in _NOTHING:
        return True
    a, b = _words(str(one)), _words(str(other))
    return bool(a & b) and (a <= b or b <= a or len(a & b) >= 0.5 * min(len(a), len(b)))


def _number(value: str) -> float | None:
    found = re.search(r"\d+(?:\.\d+)?", value.replace(",", ""))
    return float(found.group()) if found else None


def same_amount(one: str | None, other: str | None) -> bool:
    """Whether two amounts are of one class: numbers within 10 %, or words in common."""
    x, y = _number(str(one)), _number(str(other))
    if x is not None and y is not None:
        return abs(x - y) <= 0.1 * max(abs(x), abs(y), 1e-9)
    return x is None and y is None and bool(_words(str(one)) & _words(str(other)))


def same_field(name: str, one: str | None, other: str | None) -> bool:
    """Whether one field of two claims agrees."""
    a, b = str(one).lower(), str(other).lower()
    if name in {"stance", "status"}:
        return a == b
    if name == "outcome":
        return a == b or (a.startswith("other") and b.startswith("other")) or {a, b} <= {"wins", "becomes leader"}
    return same_amount(one, other) if name == "amount" else same_name(one, other)


def overlap(one: Claim, other: Claim) -> int:
    """How many characters two claims share; zero or less: none."""
    return min(one.end, other.end) - max(one.start, other.start)


def agree(one: Claim, other: Claim) -> bool:
    """Whether all compared fields of two claims of one kind agree."""
    return all(same_field(f, one.own.get(f), other.own.get(f)) for f in COMPARED[one.kind])


def pair(gold: Sequence[Claim], read: Sequence[Claim], same: Same = agree) -> list[tuple[int, int]]:
    """Which labelled claim goes with which read one: most overlap first, each used once."""
    edges = sorted(
        (
            (overlap(g, p), i, j)
            for i, g in enumerate(gold)
            for j, p in enumerate(read)
            if g.kind == p.kind and overlap(g, p) > 0 and same(g, p)
        ),
        reverse=True,
    )
    used_gold: set[int] = set()
    used_read: set[int] = set()
    pairs = []
    for _, i, j in edges:
        if i not in used_gold and j not in used_read:
            used_gold.add(i)
            used_read.add(j)
            pairs.append((i, j))
    return pairs


@dataclass(frozen=True)
class Rate:
    """How many of the labelled claims were found, and how many of those read were right."""

    hits: int = 0
    gold: int = 0
    read: int = 0

    @property
    def precision(self) -> float:
        """Right ones among those read; 0 where none was read."""
        return self.hits / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        """Found ones among those labelled; 0 where none was labelled."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        total = self.gold + self.read
        return 2 * self.hits / total if total else 0.0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.hits + other.hits, self.gold + other.gold, self.read + other.read)


@dataclass(frozen=True)
class Marks:
    """The outcome of one comparison.

    `matched` pairs labelled and read claims; `missed` and `wrong` are what is left of each; `kinds` rates each kind, by
    itself; `modality` and `speaker` count the matched claims in which they agree.
    """

    strict: Rate
    kinds: dict[str, Rate]
    matched: tuple[tuple[Claim, Claim], ...]
    missed: tuple[Claim, ...]
    wrong: tuple[Claim, ...]
    modality: int
    speaker: int


def compare(gold: Sequence[Claim], read: Sequence[Claim]) -> Marks:
    """Score the claims read from one document against its labels."""
    must = [g for g in gold if not g.optional]
    taken = {j for _, j in pair(must, read)}
    rest = [p for j, p in enumerate(read) if j not in taken]
    spare = {id(rest[j]) for _, j in pair([g for g in gold if g.optional], rest)}
    counted = [p for p in read if id(p) not in spare]
    pairs = pair(must, counted)
    matched = tuple((must[i], counted[j]) for i, j in pairs)
    return Marks(
        Rate(len(pairs), len(must), len(counted)),
        {k: _of_kind(k, must, counted) for k in FIELDS},
        matched,
        tuple(g for i, g in enumerate(must) if i not in {i for i, _ in pairs}),
        tuple(p for j, p in enumerate(counted) if j not in {j for _, j in pairs}),
        sum(g.modality == p.modality for g, p in matched),
        sum(same_name(g.speaker, p.speaker) for g, p in matched),
    )


def _of_kind(kind: str, must: Sequence[Claim], counted: Sequence[Claim]) -> Rate:
    gold, read = [g for g in must if g.kind == kind], [p for p in counted if p.kind == kind]
    return Rate(len(pair(gold, read)), len(gold), len(read))
