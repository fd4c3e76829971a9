"""One chain of the sampler, compiled. Imported by `sampler` only, which says so when the first import compiles.

The state is the position of every elector about whom something is known (z), the leaning that each of them follows (t),
and, for the silent electors of no group, who are exchangeable, only how many are with each option (the cell). All
leanings but the overall one are integrated out (`posterior` has the mathematics). A sweep consists of

    electors   each from its conditional without the totals, accepted by what the totals say (Metropolis within Gibbs)
    the cell   as a whole from its conditional without the totals; m electors from one option to another
    overall    each component by a random walk on its logarithm; all together with the cell drawn anew
    sources    reliabilities and links by augmentation with who knew (conjugate)

Loops stand in place of slices because they compile in a tenth of the time.
"""

# ruff: noqa: PLR0917 - what a compiled loop needs is handed over as arrays
from __future__ import annotations

from math import exp, lgamma, log
from typing import Any

from whipcount.headcount.chance import accepts, compiled, gamma_draw, normal, uniform

_I, _I2, _D, _D2, _R = "i8[::1]", "i8[:,::1]", "f8[::1]", "f8[:,::1]", "u8[::1]"
PLAIN, MARGIN = 0, 1
REBUILD = 10
"""Sweeps between two looks at the reliability of sources about totals."""
TINY = 1e-12


@compiled(f"f8({_I},{_I2},{_I},i8,{_D2},{_I},{_I})")
def moved(set_kind: Any, set_member: Any, totals: Any, majority: Any, table: Any, at: Any, new: Any) -> Any:
    """By how much the totals' log-likelihood differs at `totals` from where it was (`at`); `new` gets the places."""
    delta, n = 0.0, (table.shape[1] - 1) // 2
    for u in range(len(at)):
        support, best = 0, 0
        for k in range(len(totals)):
            if set_member[u, k]:
                support += totals[k]
            elif totals[k] > best:
                best = totals[k]
        if set_kind[u] == PLAIN:
            new[u] = support
        elif set_kind[u] == MARGIN:
            new[u] = support - best
        else:
            new[u] = min(majority - 1 - best, best + support - majority)
        if new[u] != at[u]:
            delta += table[u, new[u] + n] - table[u, at[u] + n]
    return delta


@compiled(f"void({_I},{_I})")
def copy(of: Any, into: Any) -> Any:
    """All of one array into another."""
    for k in range(len(of)):
        into[k] = of[k]


@compiled(f"void({_D},{_D},f8,{_D},{_D})")
def leanings(raw: Any, shift: Any, gamma: Any, overall: Any, silent: Any) -> Any:
    """The overall leaning and that of the silent, from the logarithms `raw` of its components before scaling."""
    total, total_silent = 0.0, 0.0
    for k in range(len(raw)):
        overall[k] = exp(raw[k])
        total += overall[k]
    for k in range(len(raw)):
        overall[k] = max(overall[k] / total, TINY)
        silent[k] = exp(gamma * log(overall[k]) + shift[k])
        total_silent += silent[k]
    for k in range(len(raw)):
        silent[k] = max(silent[k] / total_silent, TINY)


@compiled(f"f8({_D},{_D},{_D},{_D},{_D},{_I2},{_I},{_I})")
def log_density(raw: Any, alpha: Any, overall: Any, silent: Any, hyper: Any, count: Any, cell: Any, said: Any) -> Any:
    """Log density of the overall leaning given who follows which leaning, the `cell` left out, and what was guessed."""
    out, kappa, kappa_group = 0.0, hyper[1], hyper[2]
    for k in range(len(raw)):
        out += alpha[k] * raw[k] - exp(raw[k]) + (count[0, k] + said[k]) * log(overall[k])
        c = count[1, k] - cell[k]
        if c > 0:
            out += lgamma(kappa * silent[k] + c) - lgamma(kappa * silent[k])
        for g in range(2, len(count)):
            if count[g, k] > 0:
                out += lgamma(kappa_group * overall[k] + count[g, k]) - lgamma(kappa_group * overall[k])
    return out


@compiled(f"void({_R},{_D},f8,{_I2},{_I},i8,{_D},{_I})")
def draw_cell(state: Any, silent: Any, kappa: Any, count: Any, cell: Any, size: Any, p: Any, out: Any) -> Any:
    """`size` electors from the Dirichlet-multinomial that the rest of the silent leave; `p` is room to work in."""
    k = len(out)
    total = 0.0
    for j in range(k):
        total += gamma_draw(state, kappa * silent[j] + count[1, j] - cell[j])
        p[j] = total
        out[j] = 0
    for _ in range(size):
        u = uniform(state) * total
        j = 0
        while j < k - 1 and u >= p[j]:
            j += 1
        out[j] += 1


@compiled(f"void({_D2},{_D2},{_I},{_I},{_I},{_D},{_D},{_D})")
def tabulate(
    ratio: Any, out: Any, set_kind: Any, tot_set: Any, tot_source: Any, tot_mean: Any, trust: Any, product: Any
) -> Any:
    """Log-likelihood of all statements about each number, at every value it can have.

    Ratios are multiplied up and their logarithm is taken once, before the product can leave the range of a float.
    """
    width = ratio.shape[1]
    for u in range(out.shape[0]):
        for x in range(width):
            out[u, x], product[x] = 0.0, 1.0
        first = (width - 1) // 2 if set_kind[u] == PLAIN else 0
        held = 0
        for t in range(len(tot_set)):
            if tot_set[t] != u:
                continue
            q = trust[tot_source[t]] if tot_source[t] >= 0 else tot_mean[t]
            for x in range(first, width):
                product[x] *= q * ratio[t, x] + 1.0 - q
            held += 1
            if held % 32 == 0:
                for x in range(first, width):
                    out[u, x] += log(product[x])
                    product[x] = 1.0
        for x in range(first, width):
            out[u, x] += log(product[x])


@compiled(f"void({_D2},{_I},{_I},{_I},{_I},{_I},{_D},{_D},{_D},{_D},{_D})")
def weigh(
    weight: Any, elector: Any, option: Any, favours: Any, source: Any, link: Any, part: Any, q: Any, s: Any,
    overall: Any, edge: Any,
) -> Any:  # fmt: skip
    """weight[i, k]: likelihood of everything said about an elector under each position, up to a factor.

    edge[j] gets the probability that statement j was made from knowledge.
    """
    for i in range(weight.shape[0]):
        for k in range(weight.shape[1]):
            weight[i, k] = 1.0
    for j in range(len(elector)):
        e = part[j]
        if source[j] >= 0:
            e *= q[source[j]]
        if link[j] >= 0:
            e *= s[link[j]]
        edge[j] = e = min(e, 0.9999)
        k = option[j]
        weight[elector[j], k] *= 1 + e / ((1 - e) * overall[k]) if favours[j] else (1 - e) / (1 + e)


@compiled(f"void({_R},{_I},{_I},{_I},{_I},{_D},{_D},{_I})")
def guesses(state: Any, z: Any, elector: Any, option: Any, favours: Any, edge: Any, overall: Any, out: Any) -> Any:
    """How often each option was named in support by somebody who did not know: drawn, given who is where."""
    for k in range(len(out)):
        out[k] = 0
    for j in range(len(elector)):
        k = option[j]
        if favours[j]:
            guess = (1 - edge[j]) * overall[k]
            if z[elector[j]] != k or uniform(state) * (edge[j] + guess) >= edge[j]:
                out[k] += 1


@compiled(f"void({_R},{_D},{_D2},{_D2})")
def refresh(state: Any, values: Any, prior: Any, seen: Any) -> Any:
    """Betas given sightings."""
    for v in range(len(values)):
        a, b = gamma_draw(state, prior[0, v] + seen[0, v]), gamma_draw(state, prior[1, v] + seen[1, v])
        values[v] = min(max(a / (a + b), 1e-4), 0.9999)


@compiled(f"void({_R},{_I},{_D},{_I},{_I},{_I},{_I},{_I},{_D},{_D},{_D},{_D2},{_D2})")
def learn(
    state: Any, z: Any, overall: Any, elector: Any, option: Any, favours: Any, own: Any, other: Any, part: Any,
    mine: Any, theirs: Any, prior: Any, seen: Any,
) -> Any:  # fmt: skip
    """New reliabilities of sources (or, with the roles changed, of links) by drawing for each statement who knew.

    `own[j]` is the number of statement j's reliability in `mine`, `other[j]` that of its link in `theirs`, or -1.
    """
    for v in range(len(mine)):
        seen[0, v], seen[1, v] = 0.0, 0.0
    for j in range(len(elector)):
        v = own[j]
        if v < 0:
            continue
        e = part[j] * mine[v]
        if other[j] >= 0:
            e *= theirs[other[j]]
        e = min(e, 0.9999)
        right = (z[elector[j]] == option[j]) == (favours[j] == 1)
        guess = (1 - e) * (overall[option[j]] if favours[j] else 0.5)
        knew = right and uniform(state) * (e + guess) < e
        # Where what was said did not come from knowledge that still holds, its source may have known all the same.
        if knew or uniform(state) * (1 - e) < mine[v] - e:
            seen[0, v] += 1
        else:
            seen[1, v] += 1
    refresh(state, mine, prior, seen)


@compiled(f"void({_R},{_D2},{_I},{_I},{_I},{_D2},{_D},{_D2})")
def learn_totals(
    state: Any, ratio: Any, at: Any, tot_set: Any, tot_source: Any, prior: Any, trust: Any, seen: Any
) -> Any:
    """New reliabilities of sources about totals."""
    for v in range(len(trust)):
        seen[0, v], seen[1, v] = 0.0, 0.0
    n = (ratio.shape[1] - 1) // 2
    for t in range(len(tot_set)):
        v = tot_source[t]
        if v >= 0:
            knew = trust[v] * ratio[t, at[tot_set[t]] + n]
            seen[0 if uniform(state) * (knew + 1 - trust[v]) < knew else 1, v] += 1
    refresh(state, trust, prior, seen)


@compiled(
    f"void({_R},i8,{_D},{_D},{_I},{_I},{_I},{_D2},{_D},{_D},{_I2},{_I},{_I},{_I},{_I},{_I},{_I2},{_D2},{_I},{_I},{_D2})"
)
def move_people(
    state: Any, majority: Any, hyper: Any, follows: Any, quiet: Any, group_start: Any, group_of: Any, weight: Any,
    overall: Any, silent: Any, count: Any, followers: Any, z: Any, t: Any, totals: Any,
    set_kind: Any, set_member: Any, table: Any, at: Any, new: Any, room: Any,
) -> Any:  # fmt: skip
    """Every elector in turn: a new position, and the leaning that it follows."""
    kappa, kappa_group, options = hyper[1], hyper[2], len(totals)
    for i in range(len(z)):
        old, followed = z[i], t[i]
        count[followed, old] -= 1
        followers[followed] -= 1
        first, last = group_start[i], group_start[i + 1]
        share = follows[i] / (last - first) if last > first else 0.0
        rest = 1 - follows[i]
        acc = 0.0
        for k in range(options):
            base = overall[k]
            if quiet[i]:
                base = (kappa * silent[k] + count[1, k]) / (kappa + followers[1])
            lean = rest * base
            for j in range(first, last):
                g = 2 + group_of[j]
                lean += share * (kappa_group * overall[k] + count[g, k]) / (kappa_group + followers[g])
            acc += weight[i, k] * lean
            room[0, k], room[1, k], room[2, k] = base, lean, acc
        u = uniform(state) * acc
        put = 0
        while put < options - 1 and u >= room[2, put]:
            put += 1
        if put != old:
            totals[old] -= 1
            totals[put] += 1
            if len(at) > 0:
                if accepts(state, moved(set_kind, set_member, totals, majority, table, at, new)):
                    copy(new, at)
                else:
                    totals[old] += 1
                    totals[put] -= 1
                    put = old
        followed = quiet[i]
        u = uniform(state) * room[1, put] - rest * room[0, put]
        j = first
        while u >= 0 and j < last:
            followed = 2 + group_of[j]
            u -= share * (kappa_group * overall[put] + count[followed, put]) / (kappa_group + followers[followed])
            j += 1
        z[i], t[i] = put, followed
        count[followed, put] += 1
        followers[followed] += 1


@compiled(f"void({_R},i8,i8,{_D},{_D},{_I2},{_I},{_I},{_I},{_I2},{_D2},{_I},{_I},{_D2},{_I2})")
def move_cell(
    state: Any, majority: Any, many: Any, hyper: Any, silent: Any, count: Any, cell: Any, totals: Any,
    set_kind: Any, set_member: Any, table: Any, at: Any, new: Any, room: Any, whole: Any,
) -> Any:  # fmt: skip
    """The silent of no group: all at once, then some at a time (only the totals make that worth while)."""
    options, kappa = len(totals), hyper[1]
    cell_new, totals_new = whole[0], whole[1]
    draw_cell(state, silent, kappa, count, cell, many, room[0], cell_new)
    for k in range(options):
        totals_new[k] = totals[k] - cell[k] + cell_new[k]
    if accepts(state, moved(set_kind, set_member, totals_new, majority, table, at, new)):
        for k in range(options):
            count[1, k] += cell_new[k] - cell[k]
        copy(cell_new, cell)
        copy(totals_new, totals)
        copy(new, at)
    widest = log(max(many // 4, 1) + 0.5)
    for _ in range(2 * options if len(at) > 0 else 0):
        a, b = int(uniform(state) * options), int(uniform(state) * options)
        m = 1 + int(exp(uniform(state) * widest) - 0.5)
        if a == b or cell[a] < m:
            continue
        x, y = kappa * silent[a] + count[1, a], kappa * silent[b] + count[1, b]
        delta = lgamma(x - m) - lgamma(x) + lgamma(y + m) - lgamma(y)
        delta += lgamma(cell[a] + 1.0) - lgamma(cell[a] - m + 1.0)
        delta += lgamma(cell[b] + 1.0) - lgamma(cell[b] + m + 1.0)
        totals[a] -= m
        totals[b] += m
        delta += moved(set_kind, set_member, totals, majority, table, at, new)
        if accepts(state, delta):
            cell[a] -= m
            cell[b] += m
            count[1, a] -= m
            count[1, b] += m
            copy(new, at)
        else:
            totals[a] += m
            totals[b] -= m


@compiled(f"void({_R},i8,i8,f8,{_D},{_D},{_D},{_D2},{_D},{_I},{_I2},{_I},{_I},{_I},{_I2},{_D2},{_I},{_I},{_D2},{_I2})")
def move_overall(
    state: Any, majority: Any, many: Any, pace: Any, hyper: Any, alpha: Any, shift: Any, lean: Any, step: Any,
    said: Any, count: Any, cell: Any, totals: Any,
    set_kind: Any, set_member: Any, table: Any, at: Any, new: Any, room: Any, whole: Any,
) -> Any:  # fmt: skip
    """The overall leaning, each component and then all of it with the cell; steps adapt while `pace` is above zero.

    lean: rows raw, overall, silent, then room for the same three.
    """
    options = len(totals)
    cell_new, totals_new = whole[0], whole[1]
    for move in range(options + (2 if many > 0 else 0)):
        alone = move < options
        for k in range(options):
            cell_new[k] = 0 if alone else cell[k]
        before = log_density(lean[0], alpha, lean[1], lean[2], hyper, count, cell_new, said)
        for k in range(options):
            far = exp(step[k] if alone else step[options])
            lean[3, k] = lean[0, k] + (normal(state) * far if k == move or not alone else 0.0)
        leanings(lean[3], shift, hyper[0], lean[4], lean[5])
        delta = log_density(lean[3], alpha, lean[4], lean[5], hyper, count, cell_new, said) - before
        if not alone:
            draw_cell(state, lean[5], hyper[1], count, cell, many, room[0], cell_new)
            for k in range(options):
                totals_new[k] = totals[k] - cell[k] + cell_new[k]
            delta += moved(set_kind, set_member, totals_new, majority, table, at, new)
        taken = accepts(state, delta)
        if taken:
            for k in range(options):
                lean[0, k], lean[1, k], lean[2, k] = lean[3, k], lean[4, k], lean[5, k]
                if not alone:
                    count[1, k] += cell_new[k] - cell[k]
                    cell[k], totals[k] = cell_new[k], totals_new[k]
            if not alone:
                copy(new, at)
        if pace > 0:
            j = move if alone else options
            step[j] = min(max(step[j] + ((1.0 if taken else 0.0) - (0.44 if alone else 0.25)) * pace, -6.0), 2.0)


@compiled(f"void({_R},{_I},{_I},i1[::1])")
def write_down(state: Any, z: Any, cell: Any, out: Any) -> Any:
    """Everybody's position; which of the silent are which is open, so in an order drawn anew."""
    for i in range(len(z)):
        out[i] = z[i]
    place = len(z)
    for k in range(len(cell)):
        for _ in range(cell[k]):
            out[place] = k
            place += 1
    for i in range(place - 1, len(z), -1):
        j = len(z) + int(uniform(state) * (i - len(z) + 1))
        held = out[i]
        out[i] = out[j]
        out[j] = held


@compiled(
    f"void({_R},i8,i8,i8,i8,{_D},{_D},{_D},{_D},{_I},{_I},{_I},{_I},{_I},{_I},{_I},{_I},{_D},{_D2},{_D2},"
    f"{_I},{_I2},{_I},{_I},{_D},{_D2},{_D2},{_D2},{_D},{_D},{_D},{_D},{_D2},{_D},{_D2},{_D},{_D2},"
    f"{_D2},{_I2},{_I2},{_I},{_I},{_I},{_I},{_I},{_I},{_I},{_I},i1[:,::1],{_I2},f4[:,::1],f4[:,::1],f4[:,::1],f4[:,::1])",
    public=True,
)
def chain(
    state: Any, warmup: Any, thin: Any, majority: Any, many: Any,
    hyper: Any, alpha: Any, shift: Any, follows: Any, quiet: Any, group_start: Any, group_of: Any,
    elector: Any, option: Any, favours: Any, source: Any, link: Any, part: Any, source_prior: Any, link_prior: Any,
    set_kind: Any, set_member: Any, tot_set: Any, tot_source: Any, tot_mean: Any, ratio: Any, total_prior: Any,
    lean: Any, step: Any, q: Any, s: Any, trust: Any, weight: Any, edge: Any, table: Any, product: Any, seen: Any,
    room: Any, whole: Any, count: Any, followers: Any, z: Any, t: Any, cell: Any, totals: Any, said: Any, at: Any, new: Any,
    out_z: Any, out_totals: Any, out_overall: Any, out_q: Any, out_s: Any, out_trust: Any,
) -> Any:  # fmt: skip
    """Run one chain and keep every `thin`-th state after `warmup` sweeps.

    The data as in `posterior.Posterior`; then the state and room to work in, as `sampler.start` lays them out.
    """
    for sweep in range(warmup + len(out_z) * thin):
        weigh(weight, elector, option, favours, source, link, part, q, s, lean[1], edge)
        if sweep == 0 or (len(trust) > 0 and sweep % REBUILD == 0):
            if sweep > 0:
                learn_totals(state, ratio, at, tot_set, tot_source, total_prior, trust, seen)
            tabulate(ratio, table, set_kind, tot_set, tot_source, tot_mean, trust, product)
        move_people(
            state, majority, hyper, follows, quiet, group_start, group_of, weight, lean[1], lean[2],
            count, followers, z, t, totals, set_kind, set_member, table, at, new, room,
        )  # fmt: skip
        if many > 0:
            move_cell(
                state, majority, many, hyper, lean[2], count, cell, totals,
                set_kind, set_member, table, at, new, room, whole,
            )  # fmt: skip
        guesses(state, z, elector, option, favours, edge, lean[1], said)
        pace = (1.0 + sweep) ** -0.6 if sweep < warmup else 0.0
        move_overall(
            state, majority, many, pace, hyper, alpha, shift, lean, step, said, count, cell, totals,
            set_kind, set_member, table, at, new, room, whole,
        )  # fmt: skip
        if len(q) > 0:
            learn(state, z, lean[1], elector, option, favours, source, link, part, q, s, source_prior, seen)
        if len(s) > 0:
            learn(state, z, lean[1], elector, option, favours, link, source, part, s, q, link_prior, seen)
        if sweep >= warmup and (sweep - warmup) % thin == 0:
            row = (sweep - warmup) // thin
            write_down(state, z, cell, out_z[row])
            for k in range(len(totals)):
                out_totals[row, k], out_overall[row, k] = totals[k], lean[1, k]
            for v in range(len(q)):
                out_q[row, v] = q[v]
            for v in range(len(s)):
                out_s[row, v] = s[v]
            for v in range(len(trust)):
                out_trust[row, v] = trust[v]
