"""The compiled loop over the bytes of a CSV of ballots. Imported only where Numba is installed and worth it.

Bytes are looked at eight at a time. A cell is looked up by its bytes in a vocabulary that was learnt from
earlier lines, a row by its codes in a table of distinct rows. Both lookups compare in full, so that no
collision of hashes can miscount a vote. A line with anything in it that is not in the vocabulary, or with a
wrong number of cells, is not read here but put on the list of odd lines.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic

NO_LOOKUP = -1
"""In place of a column's class: pass over its cells, as long as they are plain ASCII: no quotation mark, no zero byte."""


@intrinsic  # type: ignore[untyped-decorator]
def _load(typing: Any, address: Any, at: Any) -> Any:  # noqa: ARG001
    """Eight bytes at address + at, wherever that is, as a number (first byte lowest)."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
        word = context.get_value_type(types.uint64)
        pointer = builder.inttoptr(builder.add(args[0], args[1]), word.as_pointer())
        loaded = builder.load(pointer)
        loaded.align = 1
        return loaded

    return types.uint64(types.uint64, types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _first_bit(typing: Any, number: Any) -> Any:  # noqa: ARG001
    """The position of the lowest set bit."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
        return builder.cttz(args[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), generate


_U = np.uint64
_ONE, _TWO, _EIGHT, _SEVEN, _THREE = _U(1), _U(2), _U(8), _U(7), _U(3)
_ONES, _TOPS = _U(0x0101010101010101), _U(0x8080808080808080)
_NEWLINES, _QUOTES = _ONES * _U(10), _ONES * _U(34)
_NEWLINE, _RETURN = _U(10), _U(13)
_MIX = _U(0x9E3779B97F4A7C15)
_LOWBYTE, _ALL = _U(255), _U(0xFFFFFFFFFFFFFFFF)
_FOLD = _U(32)


_SIGNATURE = (
    "UniTuple(int64,4)(uint64,uint64,uint64,uint64,uint64,int64[::1],int64[::1],boolean,int32[::1],uint64[:,::1],"
    "uint64[::1],int32[::1],int16[:,::1],int64[::1],int64,int64,int64[:,::1],int64[::1])"
)


@numba.njit(cache=True, nogil=True)
def count_rows(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915, PLR0917
    address, begin, end, longest, delimiter, classes, targets, by_candidate, slots, entries, words,
    row_slots, rows, weights, used, most, odd, row,
):  # fmt: skip
    """Count the rows in the bytes from `begin` to `end` of the memory at `address`.

    The bytes end with a line end, and eight more may be read behind it.
    `classes` and `targets` are (columns,): under which class a column's cells are in the vocabulary, and
    where their value goes in the row; for `by_candidate` columns (class 0) the value is the rank and the target the
    candidate. `slots` leads by hash to `entries`: class, size in bytes, first word in `words`, value. A row has a code
    for each rank, then section and unit, then the weight (which is no part of its identity).

    Returns where it stopped (the end, or before a line for which there was no room), how many distinct rows
    there are now, how many lines are odd, and how many were read. `odd` takes offset and index of each odd line; `row` is scratch space for one row and its weight.
    """
    at, lines, odds = begin, 0, 0
    columns, identity = len(classes), rows.shape[1]
    ranks = identity - 2
    mask, row_mask = _U(len(slots) - 1), _U(len(row_slots) - 1)
    separators = _ONES * delimiter
    while at < end and used < most and odds < len(odd):
        start = at
        for i in range(identity):
            row[i] = -1 if i < ranks else 0
        row[identity] = 1
        fine = True
        column = 0
        stop = delimiter
        while stop == delimiter:
            kind = classes[column] if column < columns else NO_LOOKUP
            cell, key = at, _U(0)
            while True:
                word = _load(address, at)
                one, two = word ^ separators, word ^ _NEWLINES
                found = ((one - _ONES) & ~one | (two - _ONES) & ~two) & _TOPS
                if found:
                    break
                key = (key ^ word) * _MIX
                key ^= key >> _FOLD
                if kind == NO_LOOKUP:
                    quote = word ^ _QUOTES
                    fine = fine and not ((quote - _ONES) & ~quote | (word - _ONES) & ~word | word) & _TOPS
                at += _EIGHT
            bits = _first_bit(found) & ~_SEVEN
            stop = (word >> bits) & _LOWBYTE
            word &= ~(_ALL << bits)
            at += bits >> _THREE
            size = at - cell
            at += _ONE
            if kind == NO_LOOKUP:
                word |= _ONES & (_ALL << bits)
                quote = word ^ _QUOTES
                fine = fine and not ((quote - _ONES) & ~quote | (word - _ONES) & ~word | word) & _TOPS
            elif fine and (size or kind):
                key = (key ^ word) * _MIX
                key ^= key >> _FOLD
                slot = (key + _U(kind)) & mask
                entry = slots[slot]
                while entry >= 0:
                    if entries[entry, 0] == _U(kind) and entries[entry, 1] == size:
                        near, far = entries[entry, 2], cell
                        while far + _EIGHT < at and words[near] == _load(address, far):
                            near += _ONE
                            far += _EIGHT
                        if far + _EIGHT >= at and words[near] == word:
                            break
                    slot = (slot + _ONE) & mask
                    entry = slots[slot]
                if entry < 0:
                    fine = False
                else:
                    value = np.int64(entries[entry, 3])
                    if not (by_candidate and kind == 0):
                        row[targets[column]] = value
                    elif value > 0 and row[value - 1] != -1:
                        fine = False
                    elif value > 0:
                        row[value - 1] = targets[column]
            column += 1
        lines += 1
        if at - start <= _ONE or (at - start == _TWO and _load(address, start) & _LOWBYTE == _RETURN):
            continue
        if not fine or column != columns or at - start > longest:
            odd[odds, 0] = start
            odd[odds, 1] = lines - 1
            odds += 1
            continue
        key = _U(0)
        for i in range(identity):
            key = (key ^ _U(row[i] + 32768)) * _MIX
        slot = (key ^ key >> _FOLD) & row_mask
        entry = row_slots[slot]
        while entry >= 0:
            same = True
            for i in range(identity):
                same = same and rows[entry, i] == row[i]
            if same:
                break
            slot = (slot + _ONE) & row_mask
            entry = row_slots[slot]
        if entry < 0:
            entry = used
            used += 1
            row_slots[slot] = entry
            for i in range(identity):
                rows[entry, i] = row[i]
            weights[entry] = 0
        weights[entry] += row[identity]
    return np.int64(at), np.int64(used), np.int64(odds), np.int64(lines)


def prepare(announce: Callable[[], object]) -> Any:
    """The loop, ready to run: loaded from Numba's cache, or compiled after calling `announce`."""
    source = Path(__file__)
    cache = Path(count_rows._cache.cache_path)
    known = cache.glob(f"{source.stem}.{count_rows.__name__}-*.nbi")
    if not any(index.stat().st_mtime >= source.stat().st_mtime for index in known):
        announce()
    count_rows.compile(_SIGNATURE)
    return count_rows
