"""What was said, in compiled loops: how likely it is of electors and of totals, and what it tells of those who said it.

Part of the chain in `kernel`, which see for how arrays are handed over and for what the sizes in `size` are called.
"""

# ruff: noqa: PLR0917 - what a compiled loop needs is handed over as arrays
from __future__ import annotations

from math import log
from typing import Any

from whipcount.headcount.chance import compiled, gamma_draw, uniform

PLAIN, MARGIN = 0, 1
PEOPLE, MANY, OPTIONS, LEANINGS, STATEMENTS, SETS, TOTALS, SOURCES, LINKS, TELLERS, MAJORITY, WARMUP, THIN, DRAWS = (
    range(14)
)
"""Places in `size`: how many electors are followed one by one and how many are not, options, leanings (two and the groups),
statements on electors, numbers that statements are about, statements about them, reliabilities that are learned; a majority;
sweeps to throw away and between two that are kept, and how many are kept."""


@compiled
def moved(size: Any, set_kind: Any, set_member: Any, totals: Any, table: Any, at: Any, new: Any) -> Any:
    """By how much the totals' log-likelihood differs at `totals` from where it was (`at`); `new` gets the places."""
    delta, options, n = 0.0, size[OPTIONS], size[PEOPLE] + size[MANY]
    for u in range(size[SETS]):
        support, best = 0, 0
        for k in range(options):
            if set_member[u * options + k]:
                support += totals[k]
            elif totals[k] > best:
                best = totals[k]
        if set_kind[u] == MARGIN:
            support -= best
        elif set_kind[u] != PLAIN:
            support = min(size[MAJORITY] - 1 - best, best + support - size[MAJORITY])
        new[u] = support
        if support != at[u]:
            place = u * (2 * n + 1) + n
            delta += table[place + support] - table[place + at[u]]
    return delta


@compiled
def copy(of: Any, into: Any, many: Any) -> Any:
    """The first `many` of one array into another."""
    for k in range(many):
        into[k] = of[k]


@compiled
def tabulate(
    size: Any,
    ratio: Any,
    out: Any,
    set_kind: Any,
    tot_set: Any,
    tot_source: Any,
    tot_mean: Any,
    trust: Any,
    product: Any,
) -> Any:
    """Log-likelihood of all statements about each number, at every value it can have.

    Ratios are multiplied up and their logarithm is taken once, before the product can leave the range of a float.
    """
    n = size[PEOPLE] + size[MANY]
    width = 2 * n + 1
    for u in range(size[SETS]):
        first = n if set_kind[u] == PLAIN else 0
        row = u * width
        for x in range(width):
            out[row + x], product[x] = 0.0, 1.0
        held = 0
        for t in range(size[TOTALS] + 1):
            last = t == size[TOTALS]
            if not last and tot_set[t] == u:
                q = trust[tot_source[t]] if tot_source[t] >= 0 else tot_mean[t]
                for x in range(first, width):
                    product[x] *= q * ratio[t * width + x] + 1.0 - q
                held += 1
            if last or held == 32:
                for x in range(first, width):
                    out[row + x] += log(product[x])
                    product[x] = 1.0
                held = 0


@compiled
def weigh(
    size: Any, weight: Any, elector: Any, option: Any, favours: Any, source: Any, link: Any, part: Any, q: Any, s: Any,
    lean: Any, edge: Any,
) -> Any:  # fmt: skip
    """weight[i, k]: likelihood of everything said about an elector under each position, up to a factor.

    edge[j] gets the probability that statement j was made from knowledge.
    """
    options = size[OPTIONS]
    for i in range(size[PEOPLE] * options):
        weight[i] = 1.0
    for j in range(size[STATEMENTS]):
        e = part[j]
        if source[j] >= 0:
            e *= q[source[j]]
        if link[j] >= 0:
            e *= s[link[j]]
        edge[j] = e = min(e, 0.9999)
        k = option[j]
        weight[elector[j] * options + k] *= (
            1.0 + e / ((1.0 - e) * lean[options + k]) if favours[j] else (1.0 - e) / (1.0 + e)
        )


@compiled
def guesses(
    state: Any, size: Any, z: Any, elector: Any, option: Any, favours: Any, edge: Any, lean: Any, out: Any
) -> Any:
    """How often each option was named in support by somebody who did not know: drawn, given who is where."""
    for k in range(size[OPTIONS]):
        out[k] = 0
    for j in range(size[STATEMENTS]):
        k = option[j]
        if favours[j]:
            guess = (1.0 - edge[j]) * lean[size[OPTIONS] + k]
            if z[elector[j]] != k or uniform(state) * (edge[j] + guess) >= edge[j]:
                out[k] += 1


@compiled
def refresh(state: Any, many: Any, values: Any, prior: Any, seen: Any) -> Any:
    """Betas given sightings, which are then forgotten."""
    for v in range(many):
        a = gamma_draw(state, prior[v] + seen[v])
        b = gamma_draw(state, prior[many + v] + seen[many + v])
        values[v] = min(max(a / (a + b), 1e-4), 0.9999)
        seen[v] = seen[many + v] = 0.0


@compiled
def learn(
    state: Any, size: Any, z: Any, lean: Any, elector: Any, option: Any, favours: Any, own: Any, other: Any, part: Any,
    mine: Any, theirs: Any, many: Any, prior: Any, seen: Any,
) -> Any:  # fmt: skip
    """New reliabilities of sources (or, with the roles changed, of links) by drawing for each statement who knew.

    `own[j]` is the number of statement j's reliability in `mine`, `other[j]` that of its link in `theirs`, or -1.
    """
    for j in range(size[STATEMENTS]):
        v = own[j]
        if v < 0:
            continue
        e = part[j] * mine[v]
        if other[j] >= 0:
            e *= theirs[other[j]]
        e = min(e, 0.9999)
        right = (z[elector[j]] == option[j]) == (favours[j] == 1)
        guess = (1.0 - e) * (lean[size[OPTIONS] + option[j]] if favours[j] else 0.5)
        knew = right and uniform(state) * (e + guess) < e
        # Where what was said did not come from knowledge that still holds, its source may have known all the same.
        if not (knew or uniform(state) * (1.0 - e) < mine[v] - e):
            v += many
        seen[v] += 1.0
    refresh(state, many, mine, prior, seen)


@compiled
def learn_totals(
    state: Any, size: Any, ratio: Any, at: Any, tot_set: Any, tot_source: Any, prior: Any, trust: Any, seen: Any
) -> Any:
    """New reliabilities of sources about totals."""
    n = size[PEOPLE] + size[MANY]
    for t in range(size[TOTALS]):
        v = tot_source[t]
        if v >= 0:
            knew = trust[v] * ratio[t * (2 * n + 1) + n + at[tot_set[t]]]
            if not uniform(state) * (knew + 1.0 - trust[v]) < knew:
                v += size[TELLERS]
            seen[v] += 1.0
    refresh(state, size[TELLERS], trust, prior, seen)
