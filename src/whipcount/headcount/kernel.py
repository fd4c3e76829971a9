"""One chain of the sampler, compiled. Imported by `sampler` only, which says so when the first import compiles.

The state is the position of every elector about whom something is known (z), the leaning that each of them follows (t),
and, for the silent electors of no group, who are exchangeable, only how many are with each option (the cell). All
leanings but the overall one are integrated out (`posterior` has the mathematics). A sweep consists of

    electors   each from its conditional without the totals, accepted by what the totals say (Metropolis within Gibbs)
    the cell   as a whole from its conditional without the totals; m electors from one option to another
    overall    each component by a random walk on its logarithm; all together with the cell drawn anew
    sources    reliabilities and links by augmentation with who knew (conjugate)

Written so that it compiles soon: arrays are bare pointers (a table's rows follow one another, `table[row * columns + column]`),
their sizes are in `size`, plain loops stand in place of slices, and only `chain` is kept on disk, with all that it calls. `run`
is the way in from Python.
"""

# ruff: noqa: PLR0917 - what a compiled loop needs is handed over as arrays
from __future__ import annotations

from ctypes import CFUNCTYPE, c_void_p
from math import exp, lgamma, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.headcount.chance import accepts, compiled, entry, gamma_draw, normal, uniform
from whipcount.headcount.said import (
    DRAWS,
    LEANINGS,
    LINKS,
    MANY,
    OPTIONS,
    PEOPLE,
    SETS,
    SOURCES,
    TELLERS,
    THIN,
    WARMUP,
    copy,
    guesses,
    learn,
    learn_totals,
    moved,
    tabulate,
    weigh,
)  # fmt: skip

REBUILD = 10
"""Sweeps between two looks at the reliability of sources about totals."""
EXCHANGES = 24
"""The most moves of silent electors between two options in a sweep, for each option, where totals are known of: two, and one more for
every three silent. The silent are what mixes slowly where they are many: at full size 24 in place of 2 take a fifth longer and are worth
four times as much."""
TINY = 1e-12
# fmt: off
ARRAYS = (
    "u8", "i8", "f8", "f8", "f8", "f8", "i8", "i8", "i8", "i8", "i8", "i8", "i8", "i8", "f8", "f8", "f8", "i8", "i8", "i8",
    "i8", "f8", "f8", "f8", "f8", "f8", "f8", "f8", "f8", "f8", "f8", "f8", "f8", "f8", "f8", "i8", "i8", "i8", "i8", "i8",
    "i8", "i8", "i8", "i8", "i8", "i8", "i1", "i8", "f4", "f4", "f4", "f4",
)
# fmt: on
"""What the arguments of `chain` are arrays of."""


def run(*arrays: NDArray[Any]) -> None:
    """One chain on arrays as `chain` takes them. Raises TypeError where one isn't of its type, or not in one piece."""
    for place, (array, code) in enumerate(zip(arrays, ARRAYS, strict=True)):
        if array.dtype != np.dtype(code) or not array.flags.c_contiguous:
            raise TypeError(f"array {place} of a chain is {array.dtype}, not {code} in one piece")
    CFUNCTYPE(None, *[c_void_p] * len(ARRAYS))(chain.address)(*(array.ctypes.data for array in arrays))


@compiled
def leanings(options: Any, lean: Any, row: Any, shift: Any, gamma: Any) -> Any:
    """The overall leaning and that of the silent, in the rows of `lean` behind `row`, from the logarithms in it."""
    total, total_silent = 0.0, 0.0
    for j in range(row, row + options):
        lean[j + options] = exp(lean[j])
        total += lean[j + options]
    for j in range(row, row + options):
        share = max(lean[j + options] / total, TINY)
        lean[j + options] = share
        share = exp(gamma * log(share) + shift[j - row])
        lean[j + 2 * options] = share
        total_silent += share
    for j in range(row + 2 * options, row + 3 * options):
        lean[j] = max(lean[j] / total_silent, TINY)


@compiled
def log_density(size: Any, alpha: Any, lean: Any, row: Any, hyper: Any, count: Any, cell: Any, said: Any) -> Any:
    """Log density of the overall leaning in the rows of `lean` from `row`, given who follows which leaning, the `cell` left
    out, and what was guessed."""
    out, kappa, kappa_group, options = 0.0, hyper[1], hyper[2], size[OPTIONS]
    for k in range(options):
        raw, overall = lean[row + k], lean[row + options + k]
        out += alpha[k] * raw - exp(raw) + (count[k] + said[k]) * log(overall)
        prior = kappa * lean[row + 2 * options + k]
        seen = count[options + k] - cell[k]
        for g in range(1, size[LEANINGS]):
            if g > 1:
                prior, seen = kappa_group * overall, count[g * options + k]
            if seen > 0:
                out += lgamma(prior + seen) - lgamma(prior)
    return out


@compiled
def draw_cell(
    state: Any, size: Any, lean: Any, silent: Any, kappa: Any, count: Any, cell: Any, p: Any, out: Any
) -> Any:
    """`size` electors from the Dirichlet-multinomial that the rest of the silent leave; `p` is room to work in."""
    options = size[OPTIONS]
    total = 0.0
    for j in range(options):
        total += gamma_draw(state, kappa * lean[silent + j] + count[options + j] - cell[j])
        p[j] = total
        out[j] = 0
    for _ in range(size[MANY]):
        u = uniform(state) * total
        j = 0
        while j < options - 1 and u >= p[j]:
            j += 1
        out[j] += 1


@compiled
def move_people(
    state: Any, size: Any, hyper: Any, follows: Any, quiet: Any, group_start: Any, group_of: Any, weight: Any,
    lean: Any, count: Any, followers: Any, z: Any, t: Any, totals: Any,
    set_kind: Any, set_member: Any, table: Any, at: Any, new: Any, room: Any,
) -> Any:  # fmt: skip
    """Every elector in turn: a new position, and the leaning that it follows."""
    kappa, kappa_group, options = hyper[1], hyper[2], size[OPTIONS]
    for i in range(size[PEOPLE]):
        old, followed = z[i], t[i]
        count[followed * options + old] -= 1
        followers[followed] -= 1
        first, last = group_start[i], group_start[i + 1]
        share = follows[i] / (last - first) if last > first else 0.0
        rest = 1.0 - follows[i]
        acc = 0.0
        for k in range(options):
            base = overall = lean[options + k]
            if quiet[i]:
                base = (kappa * lean[2 * options + k] + count[options + k]) / (kappa + followers[1])
            leans = rest * base
            for j in range(first, last):
                g = 2 + group_of[j]
                leans += share * (kappa_group * overall + count[g * options + k]) / (kappa_group + followers[g])
            acc += weight[i * options + k] * leans
            room[k], room[options + k], room[2 * options + k] = base, leans, acc
        u = uniform(state) * acc
        put = 0
        while put < options - 1 and u >= room[2 * options + put]:
            put += 1
        if put != old:
            totals[old] -= 1
            totals[put] += 1
            if size[SETS] > 0:
                if accepts(state, moved(size, set_kind, set_member, totals, table, at, new)):
                    copy(new, at, size[SETS])
                else:
                    totals[old] += 1
                    totals[put] -= 1
                    put = old
        followed = quiet[i]
        u = uniform(state) * room[options + put] - rest * room[put]
        j = first
        while u >= 0.0 and j < last:
            followed = 2 + group_of[j]
            u -= (
                share
                * (kappa_group * lean[options + put] + count[followed * options + put])
                / (kappa_group + followers[followed])
            )
            j += 1
        z[i], t[i] = put, followed
        count[followed * options + put] += 1
        followers[followed] += 1


@compiled
def move_cell(
    state: Any, size: Any, hyper: Any, lean: Any, count: Any, cell: Any, totals: Any,
    set_kind: Any, set_member: Any, table: Any, at: Any, new: Any, room: Any, cell_new: Any, totals_new: Any,
) -> Any:  # fmt: skip
    """The silent of no group: all at once, then some at a time (only the totals make that worth while)."""
    options, kappa = size[OPTIONS], hyper[1]
    draw_cell(state, size, lean, 2 * options, kappa, count, cell, room, cell_new)
    for k in range(options):
        totals_new[k] = totals[k] - cell[k] + cell_new[k]
    if accepts(state, moved(size, set_kind, set_member, totals_new, table, at, new)):
        for k in range(options):
            count[options + k] += cell_new[k] - cell[k]
        copy(cell_new, cell, options)
        copy(totals_new, totals, options)
        copy(new, at, size[SETS])
    widest = log(max(size[MANY] // 4, 1) + 0.5)
    each = min(EXCHANGES, 2 + size[MANY] // 3)
    for _ in range(each * options if size[SETS] > 0 else 0):
        a, b = int(uniform(state) * options), int(uniform(state) * options)
        m = 1 + int(exp(uniform(state) * widest) - 0.5)
        if a == b or cell[a] < m:
            continue
        x, y = kappa * lean[2 * options + a] + count[options + a], kappa * lean[2 * options + b] + count[options + b]
        delta = lgamma(x - m) - lgamma(x) + lgamma(y + m) - lgamma(y)
        delta += lgamma(cell[a] + 1.0) - lgamma(cell[a] - m + 1.0)
        delta += lgamma(cell[b] + 1.0) - lgamma(cell[b] + m + 1.0)
        totals[a] -= m
        totals[b] += m
        delta += moved(size, set_kind, set_member, totals, table, at, new)
        if accepts(state, delta):
            cell[a] -= m
            cell[b] += m
            count[options + a] -= m
            count[options + b] += m
            copy(new, at, size[SETS])
        else:
            totals[a] += m
            totals[b] -= m


@compiled
def move_overall(
    state: Any, size: Any, pace: Any, hyper: Any, alpha: Any, shift: Any, lean: Any, step: Any,
    said: Any, count: Any, cell: Any, totals: Any,
    set_kind: Any, set_member: Any, table: Any, at: Any, new: Any, room: Any, cell_new: Any, totals_new: Any,
) -> Any:  # fmt: skip
    """The overall leaning, each component and then all of it with the cell; steps adapt while `pace` is above zero."""
    options = size[OPTIONS]
    for move in range(options + (2 if size[MANY] > 0 else 0)):
        alone = move < options
        far = exp(step[move if alone else options])
        for k in range(options):
            cell_new[k] = 0 if alone else cell[k]
            lean[3 * options + k] = lean[k] + (normal(state) * far if k == move or not alone else 0.0)
        leanings(options, lean, 3 * options, shift, hyper[0])
        delta = 0.0
        for ahead in range(2):  # as it is, then as it may be
            delta = log_density(size, alpha, lean, 3 * options * ahead, hyper, count, cell_new, said) - delta
        if not alone:
            draw_cell(state, size, lean, 5 * options, hyper[1], count, cell, room, cell_new)
            for k in range(options):
                totals_new[k] = totals[k] - cell[k] + cell_new[k]
            delta += moved(size, set_kind, set_member, totals_new, table, at, new)
        taken = accepts(state, delta)
        if taken:
            for k in range(3 * options):
                lean[k] = lean[3 * options + k]
            if not alone:
                for k in range(options):
                    count[options + k] += cell_new[k] - cell[k]
                copy(cell_new, cell, options)
                copy(totals_new, totals, options)
                copy(new, at, size[SETS])
        if pace > 0.0:
            j = move if alone else options
            step[j] = min(max(step[j] + ((1.0 if taken else 0.0) - (0.44 if alone else 0.25)) * pace, -6.0), 2.0)


@compiled
def write_down(state: Any, size: Any, z: Any, cell: Any, place: Any, out: Any) -> Any:
    """Everybody's position; which of the silent are which is open, so in an order drawn anew."""
    for i in range(size[PEOPLE]):
        out[place + i] = z[i]
    begin = place = place + size[PEOPLE]
    for k in range(size[OPTIONS]):
        for _ in range(cell[k]):
            out[place] = k
            place += 1
    for i in range(place - 1, begin, -1):
        j = begin + int(uniform(state) * (i - begin + 1))
        held = out[i]
        out[i] = out[j]
        out[j] = held


@compiled
def note(of: Any, out: Any, row: Any, many: Any) -> Any:
    """One more row of what is kept."""
    for v in range(many):
        out[row * many + v] = of[v]


@entry(",".join(f"CPointer({code})" for code in ARRAYS))
def chain(
    state: Any, size: Any,
    hyper: Any, alpha: Any, shift: Any, follows: Any, quiet: Any, group_start: Any, group_of: Any,
    elector: Any, option: Any, favours: Any, source: Any, link: Any, part: Any, source_prior: Any, link_prior: Any,
    set_kind: Any, set_member: Any, tot_set: Any, tot_source: Any, tot_mean: Any, ratio: Any, total_prior: Any,
    lean: Any, step: Any, q: Any, s: Any, trust: Any, weight: Any, edge: Any, table: Any, product: Any, seen: Any,
    room: Any, cell_new: Any, totals_new: Any, count: Any, followers: Any, z: Any, t: Any, cell: Any, totals: Any, said: Any, at: Any, new: Any,
    out_z: Any, out_totals: Any, out_overall: Any, out_q: Any, out_s: Any, out_trust: Any,
) -> Any:  # fmt: skip
    """Run one chain and keep every `THIN`-th state after `WARMUP` sweeps.

    The data as in `posterior.Posterior`; then the state and room to work in, as `sampler.start` lays them out.
    """
    options = size[OPTIONS]
    for sweep in range(size[WARMUP] + size[DRAWS] * size[THIN]):
        weigh(size, weight, elector, option, favours, source, link, part, q, s, lean, edge)
        if sweep == 0 or (size[TELLERS] > 0 and sweep % REBUILD == 0):
            if sweep > 0:
                learn_totals(state, size, ratio, at, tot_set, tot_source, total_prior, trust, seen)
            tabulate(size, ratio, table, set_kind, tot_set, tot_source, tot_mean, trust, product)
        move_people(
            state, size, hyper, follows, quiet, group_start, group_of, weight, lean,
            count, followers, z, t, totals, set_kind, set_member, table, at, new, room,
        )  # fmt: skip
        if size[MANY] > 0:
            move_cell(
                state, size, hyper, lean, count, cell, totals,
                set_kind, set_member, table, at, new, room, cell_new, totals_new,
            )  # fmt: skip
        guesses(state, size, z, elector, option, favours, edge, lean, said)
        pace = (1.0 + sweep) ** -0.6 if sweep < size[WARMUP] else 0.0
        move_overall(
            state, size, pace, hyper, alpha, shift, lean, step, said, count, cell, totals,
            set_kind, set_member, table, at, new, room, cell_new, totals_new,
        )  # fmt: skip
        if size[SOURCES] > 0:
            learn(
                state,
                size,
                z,
                lean,
                elector,
                option,
                favours,
                source,
                link,
                part,
                q,
                s,
                size[SOURCES],
                source_prior,
                seen,
            )
        if size[LINKS] > 0:
            learn(
                state, size, z, lean, elector, option, favours, link, source, part, s, q, size[LINKS], link_prior, seen
            )
        if sweep >= size[WARMUP] and (sweep - size[WARMUP]) % size[THIN] == 0:
            row = (sweep - size[WARMUP]) // size[THIN]
            write_down(state, size, z, cell, row * (size[PEOPLE] + size[MANY]), out_z)
            for k in range(options):
                out_totals[row * options + k], out_overall[row * options + k] = totals[k], lean[options + k]
            note(q, out_q, row, size[SOURCES])
            note(s, out_s, row, size[LINKS])
            note(trust, out_trust, row, size[TELLERS])
