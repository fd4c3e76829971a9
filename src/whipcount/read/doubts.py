"""What speaks against a claim that somebody says stands in a text: numbers that are not there, and sentences that give orders."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ORDERS = re.compile(
    r"(?i)\b(?:ignore|disregard|forget|override)\b.{0,60}\b(?:instructions?|prompts?|rules|guide)\b|\bsystem prompt\b"
    r"|\byou are (?:now )?an? (?:ai|assistant|language model|labell?er)\b|\"kind\"\s*:"
)
_SMALL = {
    word: n
    for n, word in enumerate(
        (
            *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
            *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
        ),
        1,
    )
}
_TENS = {
    word: 10 * n
    for n, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_OTHERS = {"dozen": 12, "score": 20, "pair": 2, "both": 2, "couple": 2, "duo": 2, "trio": 3, "a": 1}
_UNTOLD = frozenset({"hundred", "thousand", "half", "third", "thirds", "quarter", "quarters", "fifth", "fifths"})
"""Words whose numbers depend on others; a sentence with one is given the benefit of the doubt."""


def gives_orders(sentence: str) -> bool:
    """Whether a sentence speaks to a language model rather than to readers."""
    return _ORDERS.search(sentence) is not None


def invented(amount: str, sentence: str) -> str | None:
    """A number of an amount that a sentence has neither in figures nor in words; None where every one is there."""
    low = sentence.lower()
    spoken = re.findall(r"[a-z]+", low)
    if _UNTOLD & set(spoken):
        return None
    there = {float(n.replace(",", "")) for n in re.findall(r"\d{1,9}(?:,\d{3})*(?:\.\d{1,9})?", low)} | set(
        _spelled(spoken)
    )
    return next((n for n in re.findall(r"\d+(?:\.\d+)?", amount) if float(n) not in there), None)


def _spelled(spoken: list[str]) -> Iterator[float]:
    for one, two in zip(spoken, [*spoken[1:], ""], strict=True):
        value = _SMALL.get(one) or _TENS.get(one) or _OTHERS.get(one)
        if value is not None:
            yield value
        if one in _TENS and _SMALL.get(two, 10) < 10:
            yield _TENS[one] + _SMALL[two]
        if two == "dozen" and one in _SMALL:
            yield 12 * _SMALL[one]
