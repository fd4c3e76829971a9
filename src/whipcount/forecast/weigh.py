"""The links: what each kind of evidence says about vote shares, as sights in the measure of log shares.

Polls of electors speak for themselves, with more error than their sampling. Prices, declarations of parliamentarians and
nominations are multiplied by a slope and have an error of their own; who is merely *named* as ahead gets a lead. All of these
numbers are fitted on past contests (`whipcount.forecast.fit`) and ship in `library/models/links.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from whipcount.forecast.settings import Links
from whipcount.forecast.sights import Sight

FLOOR = 0.004
"""The least share that a figure counts as, so that its logarithm is no argument."""


def poll_sight(
    shares: Mapping[str, float],
    names: Sequence[str],
    links: Links,
    *,
    days: int,
    section: int | None = None,
    sample: int | None = None,
    electors: bool = True,
    volunteers: bool = False,
    pair: bool = False,
    undecided: float = 0.0,
    label: str = "",
) -> Sight | None:
    """A poll. `pair`: it asked about few of the field only, so that nothing follows for the others.

    Others who are not listed where the figures are those of the leaders alone share what is left, with wide error.
    A poll of people who are not the electors bears through the error `public` and a slope below one; one of volunteers
    has the error `volunteers` besides. Candidates of whom few speak are seen less well than a sample of any size would have it, and so
    is everybody while many (`undecided`, a share of those asked) have not decided.
    """
    here = [n for n in names if n in shares]
    if len(here) < 2:
        return None
    part = np.array([shares[n] for n in here], dtype=float)
    rest = [] if pair else [n for n in names if n not in shares]
    whole = max(100.0, float(part.sum())) if rest else float(part.sum())
    each = min((whole - part.sum()) / len(rest), part.min()) if rest else 0.0
    p = np.concatenate([part, np.full(len(rest), each)]) / whole + links.few
    p /= p.sum()
    common = np.sqrt(links.poll_common**2 + links.undecided**2 * undecided + (1 - p) / ((p + links.few) * links.worth))
    error = links.poll_own**2 + (links.volunteers**2 if volunteers else 0.0)
    error += 0.0 if electors else links.public**2
    sampling = (1 - p) / (p * (sample or links.sample))
    own = sampling + error
    own[len(here) :] += links.unlisted**2
    slope = links.poll_slope if electors else links.public_slope
    at = tuple(names.index(n) for n in [*here, *rest])
    return Sight(at, tuple(slope * np.log(p)), tuple(own), days, section, tuple(common), label)


def price_sight(
    implied: Mapping[str, float], names: Sequence[str], links: Links, *, days: int, label: str = ""
) -> Sight | None:
    """Prices on who wins: log share = slope * log probability. Those without a price share what is left.

    Prices that leave out more than half of the probability say too little of who is ahead, and are not used.
    """
    here = [n for n in names if n in implied]
    if len(names) < 2 or sum(implied[n] for n in here) < 0.5:
        return None
    raw = np.array([implied[n] for n in here])
    rest = [n for n in names if n not in implied]
    left = max(1.0 - float(raw.sum()), 0.02 * len(rest))
    each = min(left / len(rest), float(raw.min())) if rest else 0.0
    p = np.maximum(np.concatenate([raw, np.full(len(rest), each)]), FLOOR)
    p /= p.sum()
    own = np.full(len(p), links.price**2)
    own[len(here) :] += links.unlisted**2
    at = tuple(names.index(n) for n in [*here, *rest])
    return Sight(at, tuple(links.price_slope * np.log(p)), tuple(own), days, None, (), label)


def count_sight(
    counts: Mapping[str, float],
    names: Sequence[str],
    slope: float,
    error: float,
    *,
    days: int,
    section: int | None = None,
    label: str = "",
) -> Sight | None:
    """How many declared or nominated: log share = slope * log(number + 2), among those who are counted."""
    here = [n for n in names if n in counts]
    if len(here) < 2:
        return None
    value = slope * np.log(np.array([counts[n] for n in here]) + 2.0)
    return Sight(tuple(names.index(n) for n in here), tuple(value), (error**2,) * len(here), days, section, (), label)


def lead_sight(
    leaders: Sequence[str],
    names: Sequence[str],
    lead: float,
    error: float,
    *,
    days: int,
    section: int | None = None,
    label: str = "",
) -> Sight | None:
    """Somebody is said to be ahead, with no figure: a lead over the mean of the others."""
    ahead = [n for n in names if n in leaders]
    if not ahead or len(ahead) == len(names):
        return None
    value = tuple(lead if n in ahead else 0.0 for n in names)
    return Sight(tuple(range(len(names))), value, (error**2,) * len(names), days, section, (), label)
