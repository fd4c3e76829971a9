"""Equal ballots into one row: the canonical order and merging of the rows of a profile.

In: a code per rank, a group and a weight for each ballot, in any order. Out: each distinct (ranking, group)
once, in ascending order of codes, with its weights added. Whatever order a file had, the same votes give the
same rows, which is what makes a record reproducible to the byte.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

_WORD_BITS = 63

Rows: TypeAlias = tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int64]]


def compact(ranks: NDArray[np.int16], group: NDArray[np.int32], weight: NDArray[np.int64]) -> Rows:
    """Merge equal rows, adding their weights, drop rows of weight 0 and columns that no ballot reaches.

    `ranks` is (n, L), `group` and `weight` are (n,). The result is sorted by the codes from the first rank
    to the last, then by group. The caller has made sure that the weights' sum fits 63 bits.
    """
    ranks = trim_columns(ranks)
    if not weight.all():
        keep = weight != 0
        ranks, group, weight = ranks[keep], group[keep], weight[keep]
    if len(weight) == 0:
        return ranks, group, weight
    return _packed(ranks, group, weight) or _wide(ranks, group, weight)


def trim_columns(ranks: NDArray[np.int16]) -> NDArray[np.int16]:
    """Cut off the last columns in which every ballot has nothing (-1), keeping at least one column."""
    width = ranks.shape[1]
    while width > 1 and (ranks[:, width - 1] == -1).all():
        width -= 1
    if ranks.shape[1] == 0:
        return np.full((len(ranks), 1), -1, np.int16)
    return np.ascontiguousarray(ranks[:, :width])


def _packed(ranks: NDArray[np.int16], group: NDArray[np.int32], weight: NDArray[np.int64]) -> Rows | None:
    """Merge by one 64-bit word for each row, where codes and group are few enough to fit it; else None."""
    low = int(ranks.min())
    code_bits = (int(ranks.max()) - low).bit_length()
    group_bits = int(group.max()).bit_length()
    width = ranks.shape[1]
    if code_bits * width + group_bits > _WORD_BITS:
        return None
    words = np.zeros(len(ranks), np.int64)
    for column in range(width):
        words <<= code_bits
        words |= ranks[:, column].astype(np.int64) - low
    words = (words << group_bits) | group
    order = np.argsort(words)
    words = words[order]
    starts = _starts(words[1:] != words[:-1])
    words, weight = words[starts], np.add.reduceat(weight[order], starts)
    merged = np.empty((len(words), width), np.int16)
    group = (words & ((1 << group_bits) - 1)).astype(np.int32)
    words >>= group_bits
    for column in reversed(range(width)):
        merged[:, column] = (words & ((1 << code_bits) - 1)) + low
        words >>= code_bits
    return merged, group, weight


def _wide(ranks: NDArray[np.int16], group: NDArray[np.int32], weight: NDArray[np.int64]) -> Rows:
    """Merge rows sorted column by column: for long rankings and many candidates."""
    columns = [ranks[:, column].astype(np.int32) for column in reversed(range(ranks.shape[1]))]
    order = np.lexsort([group, *columns])
    ranks, group = ranks[order], group[order]
    starts = _starts((ranks[1:] != ranks[:-1]).any(axis=1) | (group[1:] != group[:-1]))
    return ranks[starts], group[starts], np.add.reduceat(weight[order], starts)


def _starts(changes: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Where runs of equal rows start, from whether each row but the first differs from the one before."""
    return np.concatenate([[0], np.flatnonzero(changes) + 1])
