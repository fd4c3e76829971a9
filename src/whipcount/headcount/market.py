"""Where the silent lean: to whom the market expects to win.

Those who have said nothing by the eve of a vote go to front-runners more than those who have spoken did, and the betting market says who the
front-runner is when declarations do not. The leaning of the silent is

    h(pi)_k  proportional to  pi_k^gamma m_k^delta exp(secret_k)

with m the market's probabilities, a pool in logarithms of what declarations and what prices say; delta is fitted on past votes
(`reliability.yaml`). Prices are of who wins, not of how this section votes: they count only where the section is the whole contest, or
the ballot is its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Contest, OddsRow, Question

Floats = NDArray[np.float64]
SPREAD = 0.1
"""Share of a market's probability that is spread evenly: outsiders' prices say little, and many have none."""


def implied(price: str) -> float | None:
    """The probability that a price implies, its margin included: `7/4`, `1.57`, `12%`; None if it is none of these."""
    text = price.strip()
    try:
        if text.endswith("%"):
            value = float(text[:-1]) / 100
        elif "/" in text:
            against, staked = (Fraction(part) for part in text.split("/"))
            value = float(staked / (against + staked))
        else:
            value = 1 / float(text)
    except (ValueError, ZeroDivisionError):
        return None
    return value if 0 < value <= 1 else None


def market(contest: Contest, question: Question, options: Sequence[str]) -> dict[str, float]:
    """The last prices on the winner of an election that a single section decides; empty where there are none."""
    if question.kind != "election" or len(contest.identity.sections) != 1:
        return {}
    rows = [r for r in contest.odds if r.option in options and _on_winner(r.asks) and r.known >= question.opens]
    last = _last(rows)
    if not last:
        return {}
    asks, day = last[-1].asks, last[-1].known
    return {r.option: p for r in last if (r.asks, r.known) == (asks, day) and (p := implied(r.price)) is not None}


def _on_winner(asks: str) -> bool:
    return "leader" in asks and "deputy" not in asks


def _last(rows: Sequence[OddsRow]) -> list[OddsRow]:
    ordered = sorted(rows, key=lambda r: (r.known, r.id))
    return [r for r in ordered if r.known == ordered[-1].known]


def expected(prices: Mapping[str, float], options: Sequence[str]) -> Floats:
    """(options,) probabilities from prices: the margin taken out, what is left over shared among those without a price."""
    quoted = np.array([prices.get(o, 0.0) for o in options])
    total = float(quoted.sum())
    if total <= 0:
        return np.full(len(options), 1 / len(options))
    none = quoted == 0
    shares = quoted / max(total, 1.0)
    if none.any():
        shares[none] = max(1 - float(shares.sum()), 0.0) / int(none.sum())
    shares = shares / shares.sum()
    out: Floats = (1 - SPREAD) * shares + SPREAD / len(options)
    return out
