"""What people ask about camps, each answered with a probability and with the evidence that moves it most.

In one draw of a headcount, with camp sizes w, a quota q, and b the largest of the other camps:

    A and B together win    w_A + w_B >= q
    A holds the balance     w_A < q and b < q <= b + w_A: nobody wins alone, and A makes the largest of the others win
    A blocks alone          all the others together fall short of q

    A is kingmaker          it holds the balance and is smaller than b

so that a small camp "alone blocks the others" in two senses: no other camp has a majority without it (it holds the balance), or not
even all of them together have one. Electors in no camp are counted among the others that a camp has to stop, and are nobody's partner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.errors import NotFound
from whipcount.headcount import AGAINST, UNALIGNED, Headcount, Influence, Influences, influences, weights_without
from whipcount.rules.output import html_table

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
REASONS = 5


@dataclass(frozen=True)
class Answered:
    """One question: its probability, the camps it is about, and what moves it (in probability, strongest first).

    kind  `lost`, `win`, `kingmaker`, `balance` or `block`
    """

    kind: str
    asks: str
    camps: tuple[str, ...]
    p: float
    reasons: Influences
    count: Headcount

    def table(self) -> list[dict[str, Any]]:
        """One row for each reason."""
        return self.reasons.table()


@dataclass(frozen=True)
class Answers:
    """The questions in the order in which they are asked: has the leader lost, who can win, who decides, who can block."""

    answers: tuple[Answered, ...]

    def of(self, kind: str, *camps: str) -> Answered | None:
        """The answer of a kind about these camps, in whatever order; None if it was not asked."""
        for one in self.answers:
            if one.kind == kind and (not camps or set(camps) == set(one.camps)):
                return one
        return None

    def table(self) -> list[dict[str, Any]]:
        """One row for each question."""
        return [{"kind": a.kind, "question": a.asks, "camps": " + ".join(a.camps), "p": a.p} for a in self.answers]

    def to_json(self) -> list[dict[str, Any]]:
        """Questions with their probabilities and reasons."""
        return [
            {"kind": a.kind, "question": a.asks, "camps": list(a.camps), "p": a.p}
            | {"reasons": [_reason(i) for i in a.reasons[:REASONS]]}
            for a in self.answers
        ]

    def chart(self) -> Any:
        """The probabilities as bars (Altair). Raises `MissingExtra` without Altair."""
        from whipcount.power.chart import answers_chart

        return answers_chart(self)

    def _repr_html_(self) -> str:
        return html_table(self.table(), ["question", "p"])


def _reason(one: Influence) -> dict[str, Any]:
    row = one.row
    return one.table() | {"quote": row.quote, "note": row.note, "source": list(row.source)}


def ask(count: Headcount, quota: int, pairs: Sequence[Sequence[str]] = (), lost: Headcount | None = None) -> Answers:
    """Answer them all from the headcount of a question about camps.

    Camps of less than one elector, as far as can be expected, are not asked about one by one.

    pairs  coalitions to be asked about; by default those that evidence names, and the two camps that win together most often
    lost   the headcount of the question whether the leader keeps the same section, if that is open too

    Raises `NotFound` for a coalition with a camp that is none of the question's.
    """
    camps = [o for o in count.options if o != UNALIGNED]
    sizes = {c: count.for_option(c) for c in camps}
    weights = weights_without(count)

    def answer(kind: str, asks: str, about: Sequence[str], happens: Bools) -> Answered:
        return _answer(kind, asks, about, happens, count, weights)

    out = [] if lost is None else [_lost(lost)]
    for name in (n for pair in pairs for n in pair):
        if name not in sizes:
            raise NotFound("camp", name, camps)
    joined = [tuple(p) for p in pairs] or _joined(count, camps, sizes, quota)
    for names in joined:
        total = np.sum([sizes[c] for c in names], axis=0)
        out.append(answer("win", f"Can {' and '.join(names)} together win?", names, total >= quota))
    out += [answer("kingmaker", f"Is {c} the kingmaker?", (c,), made) for c, made in _kingmakers(sizes, quota).items()]
    for camp in sorted((c for c in camps if sizes[c].mean() >= 1), key=lambda c: -float(sizes[c].mean())):
        holds = _holds(sizes, camp, quota)
        alone = len(count.roll) - sizes[camp] < quota
        out.append(answer("balance", f"Does {camp} alone hold the balance?", (camp,), holds))
        out.append(answer("block", f"Can {camp} alone stop all the others together?", (camp,), alone))
    return Answers(tuple(out))


def _kingmakers(sizes: dict[str, Ints], quota: int) -> dict[str, Bools]:
    """In which draws a camp is kingmaker: for the one that is so most often, and those at least half as often."""
    made = {c: _holds(sizes, c, quota) & (size < _best(sizes, c)) for c, size in sizes.items()}
    ranked = sorted(made, key=lambda c: -float(made[c].mean()))
    return {c: made[c] for c in ranked if made[c].mean() >= made[ranked[0]].mean() / 2}


def _lost(count: Headcount) -> Answered:
    gone = count.for_option(AGAINST) >= count.majority
    leader = str(count.question.leader)
    asks = f"Has {leader} lost a majority of the {count.section}?"
    return _answer("lost", asks, (leader,), gone, count, weights_without(count))


def _answer(
    kind: str, asks: str, camps: Sequence[str], happens: Bools, count: Headcount, weights: Mapping[str, Floats]
) -> Answered:
    found = influences(count, kind, happens.astype(float), weights)
    return Answered(kind, asks, tuple(camps), float(happens.mean()), found, count)


def _holds(sizes: dict[str, Ints], camp: str, quota: int) -> Bools:
    best, own = _best(sizes, camp), sizes[camp]
    out: Bools = (own < quota) & (best < quota) & (best + own >= quota)
    return out


def _best(sizes: dict[str, Ints], camp: str) -> Ints:
    """(draws,) the size of the largest of the other camps."""
    out: Ints = np.max([size for c, size in sizes.items() if c != camp], axis=0)
    return out


def _joined(count: Headcount, camps: Sequence[str], sizes: dict[str, Ints], quota: int) -> list[tuple[str, ...]]:
    named = {tuple(count.options[k] for k in t.options) for t in count.totals if len(t.options) > 1}
    asked = [n for n in sorted(named) if UNALIGNED not in n and len(n) < len(camps)]
    pairs = [(a, b) for i, a in enumerate(camps) for b in camps[i + 1 :]]
    likely = sorted(pairs, key=lambda p: -float((sizes[p[0]] + sizes[p[1]] >= quota).mean()))
    return asked + [p for p in likely[:1] if p not in asked]
