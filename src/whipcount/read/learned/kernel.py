"""The marks by which learned drafts are known, as hashes: words and relations round one mention, and between two.

Features of relation extraction over dependency paths (Bunescu and Mooney 2005; Zhou et al. 2005), each word also by its
classes. A mark is a hash of a template and what fills it, so that there is no table of marks: `emit_*` append those of one
candidate to `out` from `n` on and give the new end. Compiled with Numba; without it the same code runs, slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np

from whipcount.compiling import announced

try:
    import numba

    COMPILED = True
except ImportError:
    COMPILED = False

_F = TypeVar("_F", bound=Callable[..., Any])


def _compiled(*signature: str, kept: bool = False) -> Callable[[_F], _F]:
    """Compile a function when it is first called; `kept` on disk with all that it calls, if it is called from Python."""
    if not COMPILED:
        return lambda f: f
    how = {"cache": True} if kept else {"no_cpython_wrapper": True}
    return cast("Callable[[_F], _F]", numba.njit(*signature, **how))


BITS = 22
MOST = 500
"""Marks of one candidate at the most."""
_ROUND = 48
_MASK = 0xFFFFFFFF

# The rows of a tree, (ROWS, width) int64, with a column for each token: hash of the word, hash of the relation to the head, head,
# number of the sentence, whether the word is spelled with letters; where its classes begin in the row CLASSES and its children in
# the row KIDS (a column more than tokens); those two; and in the last row, first, how many tokens there are.
WORD, DEP, HEAD, SENTENCE, PLAIN, CLASS_AT, KID_AT, KIDS, CLASSES, SIZE = range(10)
ROWS = 10


@_compiled("int64(int64, int64)")
def _mix(a: int, b: int) -> int:
    x = ((a ^ (b + 0x9E3779B9 + ((a << 6) & 0xFFFFFFFF) + (a >> 2))) & 0xFFFFFFFF) * 0x85EBCA6B & 0xFFFFFFFF
    return x ^ (x >> 13)


@_compiled("int64(int32[::1], int64, int64, int64, int64, int64, int64)")
def _put(out: Any, n: int, stop: int, template: int, a: int, b: int, c: int) -> int:
    """A mark more: a template and up to three things that fill it."""
    if n >= stop:
        return n
    x = _mix(_mix(_mix(template * 0x9E3779B1 & 0xFFFFFFFF, a), b), c)
    out[n] = (x ^ (x >> 11)) & ((1 << 22) - 1)
    return n + 1


@_compiled()
def _around(s: Any, start: int, far: int, spot: Any, way: Any, step: Any) -> int:
    """Tokens within `far` steps of the tree, from index 1 on: which, by what path (hash), in how many steps."""
    spot[0], way[0], step[0] = start, 7, 0
    count, at = 1, 0
    while at < count < 47:
        i = spot[at]
        if step[at] < far:
            above = s[HEAD, i]
            known = False
            for k in range(count):
                if spot[k] == above:
                    known = True
            if not known:
                spot[count], way[count], step[count] = above, _mix(way[at], s[DEP, i] ^ 0x55), step[at] + 1
                count += 1
            for k in range(s[KID_AT, i], s[KID_AT, i + 1]):
                below = s[KIDS, k]
                known = False
                for j in range(count):
                    if spot[j] == below:
                        known = True
                if not known and count < 47:
                    spot[count], way[count], step[count] = below, _mix(way[at], s[DEP, below]), step[at] + 1
                    count += 1
        at += 1
    return count


@_compiled()
def _window(s: Any, out: Any, n: int, stop: int, first: int, last: int, t: int) -> int:
    """The words right before and after a stretch of tokens."""
    size = s[SIZE, 0]
    for k in range(1, 4):
        if first - k >= 0 and s[SENTENCE, first - k] == s[SENTENCE, first]:
            n = _put(out, n, stop, t, k, s[WORD, first - k], 0)
        if last + k < size and s[SENTENCE, last + k] == s[SENTENCE, last]:
            n = _put(out, n, stop, t + 1, k, s[WORD, last + k], 0)
    if first > 1:
        n = _put(out, n, stop, t + 2, s[WORD, first - 2], s[WORD, first - 1], 0)
    if last + 2 < size:
        n = _put(out, n, stop, t + 3, s[WORD, last + 1], s[WORD, last + 2], 0)
        if last + 3 < size:
            n = _put(out, n, stop, t + 4, s[WORD, last + 1], s[WORD, last + 2], s[WORD, last + 3])
        for c in range(s[CLASS_AT, last + 1], s[CLASS_AT, last + 2]):
            n = _put(out, n, stop, t + 5, s[CLASSES, c], 0, 0)
    if first > 0:
        for c in range(s[CLASS_AT, first - 1], s[CLASS_AT, first]):
            n = _put(out, n, stop, t + 6, s[CLASSES, c], 0, 0)
    return n


@_compiled()
def _frame(s: Any, out: Any, n: int, stop: int, verb: int, seat: int, but: int, t: int) -> int:
    """A word with each of its children: "throw" with "weight", "rule" with "out"; `seat` tells who is looked from."""
    for k in range(s[KID_AT, verb], s[KID_AT, verb + 1]):
        kid = s[KIDS, k]
        if kid != but:
            n = _put(out, n, stop, t, s[WORD, verb], s[WORD, kid], seat)
            for c in range(s[CLASS_AT, kid], s[CLASS_AT, kid + 1]):
                n = _put(out, n, stop, t + 1, s[WORD, verb], s[CLASSES, c], seat)
            for c in range(s[CLASS_AT, verb], s[CLASS_AT, verb + 1]):
                n = _put(out, n, stop, t + 2, s[CLASSES, c], s[WORD, kid], seat)
    return n


@_compiled()
def emit_one(s: Any, token: int, first: int, last: int, kind: int, out: Any, n: int) -> int:
    """The marks of one mention: its surroundings in the tree, in the row of words, and the words of its sentence."""
    stop = n + MOST
    spot, way, step = np.empty(48, np.int64), np.empty(48, np.int64), np.empty(48, np.int64)
    n = _put(out, n, stop, 1, kind, 0, 0)
    n = _put(out, n, stop, 2, kind, s[DEP, token], 0)
    count = _around(s, token, 3, spot, way, step)
    for k in range(1, count):
        i = spot[k]
        if first <= i <= last:
            continue
        n = _put(out, n, stop, 3, s[WORD, i], way[k], 0)
        n = _put(out, n, stop, 4, s[WORD, i], step[k], 0)
        if step[k] == 1:
            n = _put(out, n, stop, 5, s[WORD, i], way[k], kind)
        for c in range(s[CLASS_AT, i], s[CLASS_AT, i + 1]):
            n = _put(out, n, stop, 6, s[CLASSES, c], way[k], 0)
            n = _put(out, n, stop, 7, s[CLASSES, c], step[k], 0)
        if step[k] <= 2:
            n = _frame(s, out, n, stop, i, way[k], token, 10)
    n = _window(s, out, n, stop, first, last, 20)
    home = s[SENTENCE, token]
    for i in range(max(0, first - 12), first):
        if s[SENTENCE, i] == home and s[PLAIN, i]:
            n = _put(out, n, stop, 30, s[WORD, i], 0, 0)
            for c in range(s[CLASS_AT, i], s[CLASS_AT, i + 1]):
                n = _put(out, n, stop, 31, s[CLASSES, c], 0, 0)
    for i in range(last + 1, min(s[SIZE, 0], last + 13)):
        if s[SENTENCE, i] == home and s[PLAIN, i]:
            n = _put(out, n, stop, 32, s[WORD, i], 0, 0)
            for c in range(s[CLASS_AT, i], s[CLASS_AT, i + 1]):
                n = _put(out, n, stop, 33, s[CLASSES, c], 0, 0)
    return n


@_compiled()
def _up(s: Any, start: int, row: Any) -> int:
    """The way from a token to its root, itself first; how long it is."""
    i, count = start, 0
    while count < 31:
        row[count] = i
        count += 1
        if s[HEAD, i] == i:
            break
        i = s[HEAD, i]
    return count


@_compiled()
def _path(s: Any, a: int, b: int, up: Any, down: Any) -> tuple[int, int]:
    """The ways from `a` and from `b` to where they meet, that token in both; (0, 0) where they don't."""
    one, other = _up(s, a, up), _up(s, b, down)
    for j in range(other):
        for i in range(one):
            if up[i] == down[j]:
                return i + 1, j + 1
    return 0, 0


@_compiled()
def _middle(s: Any, a0: int, a1: int, b0: int, b1: int, out: Any, n: int, stop: int) -> int:
    """The words between two stretches and around them."""
    order = 1 if a0 < b0 else 2
    low, high = (a1 + 1, b0) if a0 < b0 else (b1 + 1, a0)
    gap = max(0, high - low)
    far = 0 if gap == 0 else 1 if gap < 3 else 2 if gap < 6 else 3 if gap < 12 else 4 if gap < 20 else 5
    n = _put(out, n, stop, 40, far, order, 0)
    if gap <= 5:
        whole = 11
        for i in range(low, high):
            whole = _mix(whole, s[WORD, i])
        n = _put(out, n, stop, 41, whole, order, 0)
    for i in range(low, min(high, low + 25)):
        if s[PLAIN, i]:
            n = _put(out, n, stop, 42, s[WORD, i], order, 0)
            for c in range(s[CLASS_AT, i], s[CLASS_AT, i + 1]):
                n = _put(out, n, stop, 43, s[CLASSES, c], order, 0)
        if i + 1 < high and i < low + 12:
            n = _put(out, n, stop, 44, s[WORD, i], s[WORD, i + 1], order)
    return _window(s, out, n, stop, min(a0, b0), max(a1, b1), 40 + 10 * order)


@_compiled()
def _step(s: Any, i: int, mine: int, route: int, bounds: Any, out: Any, n: int, stop: int) -> int:
    """A word on the way between two stretches (`bounds`: their ends), with what hangs on it: on whose side it is, by what route."""
    n = _put(out, n, stop, 74, s[WORD, i], mine, 0)
    n = _put(out, n, stop, 75, s[WORD, i], mine, route)
    for c in range(s[CLASS_AT, i], s[CLASS_AT, i + 1]):
        n = _put(out, n, stop, 76, s[CLASSES, c], mine, 0)
        n = _put(out, n, stop, 77, s[CLASSES, c], mine, route)
    for j in range(s[KID_AT, i], s[KID_AT, i + 1]):
        kid = s[KIDS, j]
        if bounds[0] <= kid <= bounds[1] or bounds[2] <= kid <= bounds[3]:
            continue
        n = _put(out, n, stop, 83, s[WORD, kid], s[DEP, kid], mine)
        n = _put(out, n, stop, 84, s[WORD, kid], s[WORD, i], mine)
        for c in range(s[CLASS_AT, kid], s[CLASS_AT, kid + 1]):
            n = _put(out, n, stop, 85, s[CLASSES, c], mine, 0)
            for d in range(s[CLASS_AT, i], s[CLASS_AT, i + 1]):
                n = _put(out, n, stop, 86, s[CLASSES, c], s[CLASSES, d], mine)
    return n


@_compiled()
def _route(s: Any, a: int, b: int, bounds: Any, out: Any, n: int, stop: int) -> int:
    """The way in the tree from `a` up to where it meets that of `b`, and down to `b`."""
    up, down = np.empty(32, np.int64), np.empty(32, np.int64)
    ups, downs = _path(s, a, b, up, down)
    if ups == 0:
        return _put(out, n, stop, 45, 0, 0, 0)
    top = up[ups - 1]
    rise, sink, words = 3, 5, 9
    for k in range(ups - 1):
        rise = _mix(rise, s[DEP, up[k]])
        if k > 0:
            words = _mix(words, s[WORD, up[k]])
    words = _mix(words, s[WORD, top])
    for k in range(downs - 2, -1, -1):
        sink = _mix(sink, s[DEP, down[k]])
        if k > 0:
            words = _mix(words, s[WORD, down[k]])
    n = _put(out, n, stop, 46, rise, sink, 0)
    if ups + downs < 9:
        n = _put(out, n, stop, 47, rise, sink, words)
        n = _put(out, n, stop, 48, words, 1 if bounds[0] < bounds[2] else 2, 0)
    enter = _mix(s[DEP, up[ups - 2]] if ups > 1 else 1, s[DEP, down[downs - 2]] if downs > 1 else 2)
    n = _put(out, n, stop, 70, s[WORD, top], enter, 0)
    n = _put(out, n, stop, 71, s[WORD, top], 0, 0)
    for c in range(s[CLASS_AT, top], s[CLASS_AT, top + 1]):
        n = _put(out, n, stop, 72, s[CLASSES, c], enter, 0)
        n = _put(out, n, stop, 73, s[CLASSES, c], 0, 0)
    n = _frame(s, out, n, stop, top, enter, -1, 80)
    for k in range(1, ups):
        n = _step(s, up[k], 2 if up[k] == top else 0, rise, bounds, out, n, stop)
    for k in range(1, downs - 1):
        n = _step(s, down[k], 1, sink, bounds, out, n, stop)
    return n


@_compiled()
def _near(s: Any, spot_of: Any, far: int, out: Any, n: int, stop: int, t: int) -> int:
    """What stands round a stretch of tokens (the one the rest hangs on, first, last), briefly."""
    token, first, last = spot_of[0], spot_of[1], spot_of[2]
    spot, way, step = np.empty(48, np.int64), np.empty(48, np.int64), np.empty(48, np.int64)
    count = _around(s, token, far, spot, way, step)
    for k in range(1, count):
        i = spot[k]
        if not first <= i <= last:
            n = _put(out, n, stop, t, s[WORD, i], way[k], 0)
            for c in range(s[CLASS_AT, i], s[CLASS_AT, i + 1]):
                n = _put(out, n, stop, t + 1, s[CLASSES, c], step[k], 0)
    return n


@_compiled()
def _others(tokens: Any, low: int, high: int) -> int:
    """How many of some tokens stand between two, three at the most."""
    count = 0
    for i in tokens:
        if low < i < high:
            count += 1
    return min(count, 3)


@_compiled()
def emit_pair(s: Any, one: Any, other: Any, named: Any, out: Any, n: int) -> int:
    """The marks of two mentions (token, first, last, kind) of one sentence; `named`: the tokens where people are named."""
    stop = n + MOST
    kinds = one[3] * 16 + other[3]
    n = _put(out, n, stop, 90, kinds, 0, 0)
    n = _put(out, n, stop, 91, kinds, 1 if one[0] < other[0] else 2, 0)
    n = _put(out, n, stop, 92, _others(named, min(one[0], other[0]), max(one[0], other[0])), 0, 0)
    n = _middle(s, one[1], one[2], other[1], other[2], out, n, stop)
    n = _route(s, one[0], other[0], (one[1], one[2], other[1], other[2]), out, n, stop)
    n = _near(s, one, 2, out, n, stop, 93)
    return _near(s, other, 2, out, n, stop, 95)


@_compiled()
def emit_number(s: Any, one: Any, number: Any, named: Any, numbers: Any, out: Any, n: int) -> int:
    """The marks of a mention and a number (top, first, last), of one sentence or not."""
    top, first, last = number[0], number[1], number[2]
    stop = n + MOST
    apart = s[SENTENCE, top] - s[SENTENCE, one[0]]
    n = _put(out, n, stop, 100, one[3], apart, 0)
    n = _put(out, n, stop, 101, one[3], 1 if one[0] < top else 2, apart)
    n = _put(out, n, stop, 102, _others(named, min(one[0], top), max(one[0], top)), 1 if one[0] < top else 2, 0)
    n = _put(out, n, stop, 103, _others(numbers, min(one[0], top), max(one[0], top)), 0, 0)
    if apart == 0:
        n = _middle(s, one[1], one[2], first, last, out, n, stop)
        n = _route(s, one[0], top, (one[1], one[2], first, last), out, n, stop)
    n = _near(s, number, 3, out, n, stop, 104)
    if apart != 0:
        n = _near(s, number, 2, out, n, stop, 106)
    n = _window(s, out, n, stop, first, last, 110)
    return _near(s, one, 2, out, n, stop, 108)


@_compiled(kept=True)
def emit_ones(s: Any, rows: Any, out: Any, ends: Any) -> None:
    """The marks of many mentions, (n, 4): `out[ends[k]:ends[k + 1]]` are those of the k-th."""
    for k in range(len(rows)):
        ends[k + 1] = emit_one(s, rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3], out, ends[k])


@_compiled(kept=True)
def emit_pairs(s: Any, ones: Any, others: Any, named: Any, out: Any, ends: Any) -> None:
    """The marks of many pairs of mentions, (n, 4) each."""
    for k in range(len(ones)):
        ends[k + 1] = emit_pair(s, ones[k], others[k], named, out, ends[k])


@_compiled(kept=True)
def emit_numbers(s: Any, ones: Any, spots: Any, named: Any, numbers: Any, out: Any, ends: Any) -> None:
    """The marks of many mentions with numbers (top, first, last)."""
    for k in range(len(ones)):
        ends[k + 1] = emit_number(s, ones[k], spots[k], named, numbers, out, ends[k])


@_compiled(kept=True)
def add_up(marks: Any, ends: Any, row: Any, weights: Any, out: Any) -> None:
    """The sums of the weights of each candidate's marks: `row[mark]` is its row in `weights`, -1 where it has none."""
    for k in range(len(ends) - 1):
        for j in range(ends[k], ends[k + 1]):
            r = row[marks[j]]
            if r >= 0:
                for c in range(weights.shape[1]):
                    out[k, c] += weights[r, c]


@cache
def prepare() -> None:
    """Compile the loops now, on a document of two words, and say so; nothing where they come from the disk or there is no Numba."""
    tree, two = np.zeros((ROWS, 3), np.int64), np.array([0, 1])
    tree[WORD, :2], tree[KID_AT], tree[KIDS, 0], tree[SIZE, 0] = two, [0, 1, 1], 1, 2
    rows, out, ends = np.array([[0, 0, 0, 1], [1, 1, 1, 1]]), np.empty(4 * MOST, np.int32), np.zeros(3, np.int64)
    with announced("the reader") if COMPILED else nullcontext():
        emit_ones(tree, rows, out, ends)
        emit_pairs(tree, rows, rows[::-1].copy(), two, out, ends)
        emit_numbers(tree, rows, rows[:, :3].copy(), two, two, out, ends)
        table, sums = np.full(1 << BITS, -1, np.int32), np.zeros((2, 1), np.int64)
        add_up(out[: ends[-1]], ends, table, np.zeros((1, 1), np.int8), sums)
