"""Where votes go after a voter's first choice is out, from polls that put two candidates head to head.

In a poll of a section's electors with first shares f and a head-to-head share h of A over B, those for neither split

    t = (h - f_A) / (1 - f_A - f_B)      for A over B

which is read as the odds of A's appeal to B's among the others' voters. Without such a poll appeal is that of past contests: first
shares to a power below one, with an error of its own for every candidate in every draw (`transfer_fit`). In log odds: prior
N(slope * log f_A/f_B, 2 error^2), each poll N(logit t, POLL^2), combined by precision. Only the pair of a section on
which most polls were taken is adjusted so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whipcount.contest import Contest
from whipcount.forecast.polled import Poll, polls
from whipcount.forecast.settings import links

Floats = NDArray[np.float64]
POLL = 0.4
FEW = 0.02
"""Added to every share, so that nobody is without appeal."""


def appeal(
    contest: Contest, section: str, candidates: Sequence[str], shares: Floats, rng: np.random.Generator
) -> Floats:
    """(draws, candidates): appeal to voters whose own candidate is out; first shares, mended by head-to-head polls."""
    s = links()
    middle = s.transfer_slope * np.log(shares + FEW)
    out: Floats = np.exp(middle + s.transfer_error * rng.standard_normal(shares.shape))
    seen = _splits(contest, section, candidates)
    noise = rng.standard_normal(len(out))
    if not seen:
        return out
    (a, b), _ = Counter(pair for pair, _ in seen).most_common(1)[0]
    splits = [split for pair, split in seen if pair == (a, b)]
    i, j = candidates.index(a), candidates.index(b)
    wide = 2 * s.transfer_error**2
    precision = 1 / wide + len(splits) / POLL**2
    mean = ((middle[:, i] - middle[:, j]) / wide + sum(np.log(t / (1 - t)) for t in splits) / POLL**2) / precision
    odds = np.exp(mean + noise / np.sqrt(precision))
    both = out[:, i] + out[:, j]
    out[:, i], out[:, j] = both * odds / (1 + odds), both / (1 + odds)
    return out


def _splits(contest: Contest, section: str, candidates: Sequence[str]) -> list[tuple[tuple[str, str], float]]:
    """(pair, t) of every head-to-head question to electors of a section whose poll has first shares too."""
    mine = [p for p in polls(contest) if p.head.link == "electors" and p.head.section == section]
    firsts = {p.head.poll: p for p in mine if p.head.measure == "first"}
    out = []
    for poll in mine:
        pair = sorted(set(poll.shares) & set(candidates))
        first = firsts.get(poll.head.poll)
        if poll.head.measure == "head to head" and len(pair) == 2 and first is not None and {*pair} < {*first.shares}:
            out.append(((pair[0], pair[1]), _split(poll, first, pair[0], pair[1])))
    return out


def _split(poll: Poll, first: Poll, a: str, b: str) -> float:
    whole = sum(first.shares.values())
    f_a, f_b = first.shares[a] / whole, first.shares[b] / whole
    h = poll.shares[a] / (poll.shares[a] + poll.shares[b])
    rest = max(1 - f_a - f_b, 0.02)
    return float(np.clip((h - f_a) / rest, 0.05, 0.95))
