"""What was learned: of each group of candidates the weights of its marks, by class, shipped as data.

The score of a class is the sum of the weights of a candidate's marks, its probability the logistic function of that. Weights are
kept as int8 with a scale for each class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np

from whipcount.read.learned.candidates import TASKS, Candidate, marks
from whipcount.read.learned.kernel import BITS, add_up, prepare
from whipcount.read.learned.sight import Sight


@dataclass(frozen=True)
class Weights:
    """The weights of one group.

    `classes` are (task, class) by column; `buckets` the marks that weigh anything, in order; `values` (buckets, classes) int8,
    to be multiplied by `scale` (classes); `bias` (classes).
    """

    classes: tuple[tuple[str, str], ...]
    buckets: Any
    values: Any
    scale: Any
    bias: Any

    @cached_property
    def row(self) -> Any:
        """Mark -> row of `values`, -1 where there is none."""
        out = np.full(1 << BITS, -1, np.int32)
        out[self.buckets] = np.arange(len(self.buckets), dtype=np.int32)
        return out

    def chances(self, found: Any, ends: Any) -> Any:
        """The probability of each class for each candidate, (candidates, classes)."""
        sums = np.zeros((len(ends) - 1, len(self.classes)), np.int64)
        add_up(found, ends, self.row, self.values, sums)
        return 1 / (1 + np.exp(-np.clip(sums * self.scale + self.bias, -30, 30)))


Learned = dict[str, Weights]
"""By group of candidates, its weights."""


def weigh(sight: Sight, some: Sequence[Candidate], learned: Learned) -> list[tuple[Candidate, str, str, float]]:
    """(candidate, task, class, probability) for every class that is at all likely."""
    prepare()
    out = []
    for group in dict.fromkeys(TASKS.values()):
        mine = [c for c in some if c.group == group]
        if not mine or group not in learned:
            continue
        weights = learned[group]
        chances = weights.chances(*marks(sight, group, mine))
        out += [(mine[i], *weights.classes[k], float(chances[i, k])) for i, k in np.argwhere(chances >= FLOOR)]
    return out


FLOOR = 0.08
"""Less likely candidates are no drafts."""


def pack(learned: Learned) -> bytes:
    """Weights as the bytes of a compressed NumPy archive: no code in it."""
    arrays: dict[str, Any] = {}
    for group, w in learned.items():
        where = np.argwhere(w.values.T != 0)  # by class, then by mark: so that what is near is alike, and packs well
        arrays |= {
            f"{group}.classes": np.array([f"{t}\t{c}" for t, c in w.classes]),
            f"{group}.steps": np.diff(w.buckets, prepend=0).astype(np.uint16 if _small(w.buckets) else np.int32),
            f"{group}.count": np.bincount(where[:, 0], minlength=len(w.classes)).astype(np.int32),
            f"{group}.at": _steps(where),
            f"{group}.values": w.values.T[w.values.T != 0],
            f"{group}.scale": w.scale.astype(np.float32),
            f"{group}.bias": w.bias.astype(np.float32),
        }
    out = BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def _small(buckets: Any) -> bool:
    return bool(np.diff(buckets, prepend=0).max(initial=0) < 1 << 16)


def _steps(where: Any) -> Any:
    """Row numbers as steps from the one before in the same class."""
    steps = np.diff(where[:, 1], prepend=0)
    first = np.flatnonzero(np.diff(where[:, 0], prepend=-1))
    steps[first] = where[first, 1]
    return steps.astype(np.int32)


def unpack(raw: bytes) -> Learned:
    """The weights in the bytes of `pack`."""
    arrays = np.load(BytesIO(raw), allow_pickle=False)
    out: Learned = {}
    for name in arrays.files:
        group, _, part = name.partition(".")
        if part != "classes":
            continue
        classes = tuple((t, c) for t, _, c in (str(x).partition("\t") for x in arrays[name]))
        buckets = np.cumsum(arrays[f"{group}.steps"].astype(np.int64))
        values = np.zeros((len(buckets), len(classes)), np.int8)
        ends = np.concatenate([[0], np.cumsum(arrays[f"{group}.count"])])
        for k in range(len(classes)):
            part_of = slice(ends[k], ends[k + 1])
            values[np.cumsum(arrays[f"{group}.at"][part_of]), k] = arrays[f"{group}.values"][part_of]
        scale, bias = arrays[f"{group}.scale"].astype(float), arrays[f"{group}.bias"].astype(float)
        out[group] = Weights(classes, buckets, values, scale, bias)
    return out


@lru_cache(maxsize=1)
def shipped() -> Learned:
    """The weights that ship; nothing where they have not been trained yet."""
    path = files("whipcount.read") / "data" / "learned.npz"
    return unpack(path.read_bytes()) if path.is_file() else {}
