"""How much support a statement claims: the words and figures that people use for totals.

`parse_amount("10 to 15")`, `"at least 22"`, `"fewer than 10"`, `"60%"`, `"two thirds"`, `"majority"`, `"small"`,
`"pivotal"`, `"has the numbers"`. The words are those of the guide to claims.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Word = Literal[
    "majority",
    "minority",
    "none",
    "small",
    "large",
    "has the numbers",
    "lacks the numbers",
    "pivotal",
    "ahead",
    "behind",
    "favourite",
    "growing",
    "shrinking",
]
WORDS: frozenset[str] = frozenset(Word.__args__)  # type: ignore[attr-defined]
_NUMBER = r"(\d{1,7}(?:\.\d+)?)"
_BOUNDS = {"at least": "low", "more than": "above", "fewer than": "below", "at most": "high", "about": "about"}
_SHARES = {
    "half": Fraction(1, 2),
    "a third": Fraction(1, 3),
    "two thirds": Fraction(2, 3),
    "three quarters": Fraction(3, 4),
}


@dataclass(frozen=True)
class Amount:
    """A claimed amount of support.

    Either a `word`, or an interval from `low` to `high` (None: open), in people, or in shares where `share` is true.
    `about` marks a figure that its source gives as rough. `text` is the amount as it was written.
    """

    text: str
    word: Word | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    share: bool = False
    about: bool = False

    def people(self, of: int) -> tuple[Fraction, Fraction] | None:
        """The interval in people out of `of` electors; None for a word."""
        if self.word is not None:
            return None
        scale = of if self.share else 1
        low = Fraction(0) if self.low is None else self.low * scale
        return low, Fraction(of) if self.high is None else self.high * scale


def parse_amount(text: str) -> Amount:
    """The amount that a text states. Raises `ValueError` with what may be written."""
    plain = " ".join(text.lower().split())
    if plain in WORDS:
        return Amount(text, word=plain)  # type: ignore[arg-type]
    if plain in _SHARES:
        return Amount(text, low=_SHARES[plain], high=_SHARES[plain], share=True, about=True)
    bound, _, rest = next(((b, "", plain[len(b) + 1 :]) for b in _BOUNDS if plain.startswith(b + " ")), ("", "", plain))
    found = re.fullmatch(rf"{_NUMBER}(?: to {_NUMBER})?(%?)", rest)
    if not found:
        allowed = ", ".join(sorted(WORDS))
        raise ValueError(
            f"'{text}' is no amount -> Write a number, '10 to 15', 'at least 22', '60%', or one of: {allowed}."
        )
    scale = Fraction(1, 100) if found[3] else Fraction(1)
    low, high = Fraction(found[1]) * scale, Fraction(found[2] or found[1]) * scale
    return _bounded(text, _BOUNDS.get(bound, ""), low, high, share=bool(found[3]))


def _bounded(text: str, bound: str, low: Fraction, high: Fraction, *, share: bool) -> Amount:
    step = Fraction(0) if share else Fraction(1)
    if bound in {"low", "above"}:
        return Amount(text, low=low + (step if bound == "above" else 0), share=share)
    if bound in {"high", "below"}:
        return Amount(text, high=high - (step if bound == "below" else 0), share=share)
    if low > high:
        raise ValueError(f"'{text}' runs from more to less -> Write the smaller number first.")
    return Amount(text, low=low, high=high, share=share, about=bound == "about")
