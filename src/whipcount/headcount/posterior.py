"""All that a headcount is inferred from, as arrays, and the model that they are the data of.

    pi            ~ Dirichlet(alpha)                         overall leaning
    rho     | pi  ~ Dirichlet(kappa * h(pi)),  h(pi)_k = pi_k^gamma * exp(shift_k), normalised: leaning of the silent
    theta_g | pi  ~ Dirichlet(kappa_group * pi)              leaning of group g
    z_i           ~ lean_i = (1 - omega_i) * base_i + omega_i * mean of theta_g over the groups of i
                    base_i = pi for an elector of whom something is said, rho for a silent one; omega_i = 0 without groups
    T_k           = number of i with z_i = k
    q_v           ~ Beta(m_v n, (1 - m_v) n)                 reliability of source v about electors, and another about totals
    s_l           ~ Beta(m_l n', (1 - m_l) n')               link from question l to this one
    statements    see `statements` (given z, q, s) and `totals` (given T, q)

z is where electors will be at the vote. Who speaks is not random: the silent lean as their own rho, and the probability that an
elector with option k has been heard of is, by Bayes, proportional to n_heard pi_k / (n_heard pi_k + n_silent rho_k).
gamma above one: the silent go to the front-runner more than proportionally, below one less; `shift` is what a secret ballot and the betting market
add (see `model.shift`). With shift = 0, gamma = 1 and kappa large, silence says nothing.

Whom others list is not random either. A voice that names two electors or more, all on one side, has picked its side: those
who are known from such lists alone follow only the leaning of their list (a group, omega_i = 1), so that a list of
one camp's names says little of everybody else.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whipcount.headcount.sources import Reliability
from whipcount.headcount.statements import OWN, Statement
from whipcount.headcount.totals import TotalStatement, ratio

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_LIST = 2
"""A voice that names so many, all on one side, lists that side."""


@dataclass(frozen=True)
class Posterior:
    """The data of the model.

    hyper         gamma, kappa, kappa_group
    alpha, shift  (options,)
    order         electors' numbers in the roll: those who are followed one by one, then the `many` who are exchangeable
    follows       (people,) omega_i
    quiet         (people,) 1 for an elector of whom nothing is said
    group_start, group_of  groups of person i: group_of[group_start[i] : group_start[i + 1]]
    elector .. part        (statements,); elector counts in `order`; source and link are -1 where there is nothing to learn, and
                           then the prior mean is part of `part`
    *_prior       (2, sources or links) parameters of the Betas
    set_kind, set_member   distinct numbers that totals are about, (sets,) and (sets, options)
    tot_*         (totals,); ratio (totals, 2 electors + 1)
    """

    hyper: Floats
    alpha: Floats
    shift: Floats
    order: Ints
    follows: Floats
    quiet: Ints
    group_start: Ints
    group_of: Ints
    groups: int
    elector: Ints
    option: Ints
    favours: Ints
    source: Ints
    link: Ints
    part: Floats
    source_prior: Floats
    link_prior: Floats
    set_kind: Ints
    set_member: Ints
    tot_set: Ints
    tot_source: Ints
    tot_mean: Floats
    ratio: Floats
    total_prior: Floats

    @property
    def people(self) -> int:
        """How many electors are followed one by one."""
        return len(self.quiet)

    @property
    def many(self) -> int:
        """How many electors are exchangeable."""
        return len(self.order) - len(self.quiet)

    @property
    def majority(self) -> int:
        """More than half of the electors."""
        return len(self.order) // 2 + 1


def posterior(
    said: Sequence[Statement],
    totals: Sequence[TotalStatement],
    groups: Sequence[Sequence[str]],
    alpha: Floats,
    shift: Floats,
    table: Reliability,
) -> Posterior:
    """The arrays for statements and totals on electors whose groups are `groups` (one entry for each elector)."""
    n, lean = len(groups), table.leanings
    heard = {s.elector for s in said if s.force > 0}
    lists = one_sided(said)
    groups = [lists.get(i) or own for i, own in enumerate(groups)]
    people = [i for i in range(n) if i in heard or groups[i]]
    order = people + [i for i in range(n) if i not in heard and not groups[i]]
    place = {i: j for j, i in enumerate(order)}
    names = {g: j for j, g in enumerate(sorted({g for own in groups for g in own}))}
    own = [[names[g] for g in groups[i]] for i in people]
    return Posterior(
        hyper=np.array([lean.gamma, lean.kappa, lean.group]),
        alpha=alpha,
        shift=shift,
        order=_ints(order),
        follows=np.array([1.0 if i in lists else lean.follows if groups[i] else 0.0 for i in people]),
        quiet=_ints([i not in heard for i in people]),
        group_start=_ints(np.cumsum([0] + [len(g) for g in own])),
        group_of=_ints([g for gs in own for g in gs]),
        groups=len(names),
        **_about_names([s for s in said if s.force > 0], place, table),
        **_about_totals(totals, n, len(alpha), table),
    )


def one_sided(said: Sequence[Statement]) -> dict[int, tuple[str, ...]]:
    """Electors who are known from lists of one side's names alone, with these lists."""
    named: dict[str, set[int]] = {}
    sides: dict[str, set[tuple[int, bool]]] = {}
    voices: dict[int, list[str]] = {}
    for s in said:
        voice = "" if s.row.source_kind in OWN else f"list: {s.row.story or s.row.by}"
        named.setdefault(voice, set()).add(s.elector)
        sides.setdefault(voice, set()).add((s.option, s.supports))
        voices.setdefault(s.elector, []).append(voice)
    picked = {v for v in named if v and len(named[v]) >= LEAST_LIST and len(sides[v]) == 1}
    return {i: tuple(dict.fromkeys(own)) for i, own in voices.items() if picked.issuperset(own)}


def _about_names(said: Sequence[Statement], place: Mapping[int, int], table: Reliability) -> dict[str, NDArray]:  # type: ignore[type-arg]
    source, source_prior = _shared([s.source for s in said], [s.mean for s in said], table.sightings)
    link, link_prior = _shared([s.link for s in said], [s.strength for s in said], table.links, least=1)
    part = [
        s.part * (s.mean if source[j] < 0 else 1.0) * (s.strength if link[j] < 0 else 1.0) for j, s in enumerate(said)
    ]
    return {
        "elector": _ints([place[s.elector] for s in said]),
        "option": _ints([s.option for s in said]),
        "favours": _ints([s.supports for s in said]),
        "source": source,
        "link": link,
        "part": np.array(part, float),
        "source_prior": source_prior,
        "link_prior": link_prior,
    }


def _about_totals(totals: Sequence[TotalStatement], of: int, options: int, table: Reliability) -> dict[str, NDArray]:  # type: ignore[type-arg]
    sets: dict[tuple[int, tuple[int, ...]], int] = {}
    at = [sets.setdefault((t.kind, t.options), len(sets)) for t in totals]
    member = np.zeros((len(sets), options), np.int64)
    for (_, chosen), u in sets.items():
        member[u, list(chosen)] = 1
    source, prior = _shared([t.source for t in totals], [t.trust for t in totals], table.sightings)
    rows = [ratio(t, of, options) for t in totals]
    return {
        "set_kind": _ints([kind for kind, _ in sets]),
        "set_member": member,
        "tot_set": _ints(at),
        "tot_source": source,
        "tot_mean": np.array([t.trust for t in totals], float),
        "ratio": np.array(rows).reshape(len(rows), 2 * of + 1),
        "total_prior": prior,
    }


def _shared(keys: Sequence[Hashable], means: Sequence[float], worth: float, least: int = 2) -> tuple[Ints, Floats]:
    """(entries,) number of the reliability that each shares, -1 where there is nothing to learn (fewer than `least`
    sightings: its mean is all that matters), and the (2, shared) parameters of their priors."""
    times: dict[Hashable, list[float]] = {}
    for key, mean in zip(keys, means, strict=True):
        if key is not None:
            times.setdefault(key, []).append(mean)
    learned = {key: j for j, key in enumerate(k for k, seen in times.items() if len(seen) >= least)}
    prior = np.array([float(np.mean(times[key])) for key in learned])
    prior = np.clip(prior, 0.01, 0.99)
    return _ints([learned.get(key, -1) for key in keys]), np.array([prior * worth, (1 - prior) * worth])


def _ints(values: object) -> Ints:
    return np.array(values, np.int64).reshape(-1)
