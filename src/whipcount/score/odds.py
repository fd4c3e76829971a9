"""Prices: what a bookmaker's odds say, what they say without his margin, and what betting against them yields.

In: prices as quoted (`7/4`, `1.57`, `evens`, `+250`, `12%`). Out: implied probabilities, and the yield of bets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from whipcount.errors import UsageError

Method = Literal["proportional", "shin"]
REST = "any other"
"""The outcome that holds what an incomplete book leaves over."""
_NUMBER = r"([0-9]{1,6}(?:\.[0-9]{1,6})?)"


@dataclass(frozen=True)
class Price:
    """A price as quoted. `decimal` is what a stake of 1 returns if the bet wins, with the stake."""

    text: str
    decimal: float

    @property
    def raw(self) -> float:
        """The probability at which the bet is fair; the raw ones of a book sum to more than 1."""
        return 1 / self.decimal


def parse_price(text: str) -> Price:
    """A price as people quote it. Raises `UsageError` with what may be written.

    >>> round(parse_price("7/4").raw, 4), round(parse_price("69%").decimal, 4)
    (0.3636, 1.4493)
    """
    plain = text.strip().lower().replace(" ", "")
    decimal = _decimal(plain)
    if decimal is None or not 1 <= decimal <= 1e6:
        raise UsageError(
            f"'{text[:40]}' is no price. Write it as 7/4, 1.57, evens, +250 or 12% (decimal prices are 1 or more)."
        )
    return Price(text.strip(), decimal)


def _decimal(plain: str) -> float | None:
    if plain in {"evens", "even", "evs"}:
        return 2.0
    if found := re.fullmatch(rf"{_NUMBER}[/-]{_NUMBER}", plain):
        return 1 + float(found[1]) / float(found[2]) if float(found[2]) > 0 else None
    if found := re.fullmatch(rf"{_NUMBER}%", plain):
        return 100 / float(found[1]) if 0 < float(found[1]) <= 100 else None
    if found := re.fullmatch(r"([+-])([0-9]{3,6})", plain):
        return 1 + (int(found[2]) / 100 if found[1] == "+" else 100 / int(found[2]))
    return float(found[1]) if (found := re.fullmatch(_NUMBER, plain)) else None


def implied(raw: Mapping[str, float], method: Method = "proportional") -> dict[str, float]:
    """The probabilities that a book implies, without its overround.

    `proportional` divides each raw probability by their sum. `shin` solves for the share z of bettors who know the
    result, against whom the bookmaker shades long shots most (Shin 1993, Economic Journal 103, 1141-1153; as in
    Štrumbelj 2014, International J. of Forecasting 30, 934-943):

        p_i = (sqrt(z^2 + 4 (1 - z) q_i^2 / Q) - z) / (2 (1 - z)),  sum p_i = 1,  Q = sum q_i

    A book whose raw probabilities sum to less than 1 is incomplete: its prices stand as they are (with whatever margin
    they hold), and the remainder goes to `any other`.

    Parameters:
        raw: outcome -> raw probability, each above 0 and at most 1.
        method: how the overround goes.

    Raises: `UsageError` for no prices, or a raw probability out of range.

    >>> {k: round(v, 4) for k, v in implied({"A": 0.6, "B": 0.5}).items()}
    {'A': 0.5455, 'B': 0.4545}
    >>> {k: round(v, 4) for k, v in implied({"A": 0.6, "B": 0.5}, "shin").items()}
    {'A': 0.55, 'B': 0.45}
    """
    if not raw or not all(0 < q <= 1 for q in raw.values()):
        raise UsageError("A book needs at least one price, each with a raw probability above 0 and at most 1.")
    total = math.fsum(raw.values())
    if total < 1:
        return dict(raw) | {REST: raw.get(REST, 0.0) + 1 - total}
    if method == "shin" and len(raw) > 1 and total > 1:
        found = _shin(list(raw.values()), total)
        return dict(zip(raw, found, strict=True))
    return {name: q / total for name, q in raw.items()}


def _shin(raw: Sequence[float], total: float) -> list[float]:
    def at(z: float) -> list[float]:
        return [(math.sqrt(z * z + 4 * (1 - z) * q * q / total) - z) / (2 * (1 - z)) for q in raw]

    low, high = 0.0, 1 - 1e-9  # at 0 the sum is sqrt(Q) > 1, and it falls as z rises
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if math.fsum(at(middle)) > 1 else (low, middle)
    found = at((low + high) / 2)
    scale = math.fsum(found)
    return [p / scale for p in found]


@dataclass(frozen=True)
class Bet:
    """A chance to bet: the bettor's probability, the price on offer and whether the bet would have won."""

    p: float
    price: float
    won: bool
    what: str = ""


@dataclass(frozen=True)
class Yield:
    """What bets came to. `rate` is profit by stake; None if nothing was staked. `bank` is the last of a bank of 1."""

    offers: int
    bets: int
    staked: float
    profit: float
    bank: float | None = None

    @property
    def rate(self) -> float | None:
        """Profit for each unit staked."""
        return self.profit / self.staked if self.staked else None


def flat(bets: Sequence[Bet]) -> Yield:
    """One unit on every offer that the bettor takes to be worth more than it costs (`p * price > 1`).

    >>> flat([Bet(0.6, 2.0, True), Bet(0.6, 2.0, False), Bet(0.4, 2.0, True)]).rate
    0.0
    """
    _check(bets)
    taken = [b for b in bets if b.p * b.price > 1]
    profit = math.fsum(b.price - 1 if b.won else -1 for b in taken)
    return Yield(len(bets), len(taken), float(len(taken)), profit)


def kelly(bets: Sequence[Bet], *, fraction: float = 1.0) -> Yield:
    """The bank after staking Kelly's share of it on each offer in turn: `fraction * (p * price - 1) / (price - 1)`.

    Kelly (1956), Bell System Technical Journal 35, 917-926. Offers are taken one after another, as if each were settled
    before the next; bets that are open at the same time would need smaller stakes.

    Parameters:
        bets: offers, in order of time.
        fraction: of Kelly's share that is staked, above 0 and at most 1; a half is common.

    Raises: `UsageError` for such a fraction, a price below 1 or a probability outside 0 to 1.

    >>> round(kelly([Bet(0.6, 2.0, True)]).bank, 4)
    1.2
    """
    if not 0 < fraction <= 1:
        raise UsageError(f"The fraction {fraction} of Kelly's stake must be above 0 and at most 1.")
    _check(bets)
    bank, staked, taken = 1.0, 0.0, 0
    for bet in bets:
        if bet.p * bet.price <= 1 or bet.price <= 1:
            continue
        stake = bank * fraction * (bet.p * bet.price - 1) / (bet.price - 1)
        bank += stake * (bet.price - 1) if bet.won else -stake
        staked, taken = staked + stake, taken + 1
    return Yield(len(bets), taken, staked, bank - 1, bank)


def _check(bets: Sequence[Bet]) -> None:
    for bet in bets:
        if not (0 <= bet.p <= 1 and bet.price >= 1 and math.isfinite(bet.price)):
            raise UsageError(f"A bet at probability {bet.p} and price {bet.price} makes no sense.")
