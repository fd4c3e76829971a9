"""Amounts in running text, in the vocabulary of `whipcount.contest.amounts`: "thirty-odd", "1,900", "two thirds", "a dozen".

`find(doc)` gives every number of a parsed document with the tokens that spell it and how it is bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_UNITS = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * (i + 2)
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
_SCALES = {"hundred": 100, "thousand": 1000}
_FRACTIONS = {
    "half": "half",
    "third": "a third",
    "thirds": "two thirds",
    "quarters": "three quarters",
    "quarter": "25%",
    "fifth": "20%",
    "sixth": "17%",
    "tenth": "10%",
}
_ABOUT = frozenset(
    {"about", "around", "roughly", "nearly", "almost", "some", "perhaps", "maybe", "approximately", "circa", "say"}
)
_LEAST = {
    ("at", "least"): "at least",
    ("more", "than"): "more than",
    ("fewer", "than"): "fewer than",
    ("less", "than"): "fewer than",
    ("at", "most"): "at most",
    ("up", "to"): "at most",
    ("no", "fewer", "than"): "at least",
    ("no", "more", "than"): "at most",
    ("as", "many", "as"): "at most",
}
_WORD = re.compile(r"[a-z]+|\d[\d,]*(?:\.\d+)?", re.I)


@dataclass(frozen=True)
class Quantity:
    """A number: its tokens, its value, the amount as the guide writes it, and whether it is a share."""

    first: int
    last: int
    value: float
    amount: str
    share: bool


LONGEST = 15
"""Characters of a number that can be one of votes: no body has more electors than people live."""


_NAMED = {w: float(n) for w, n in (_UNITS | _TENS | {"dozen": 12, "hundred": 100, "thousand": 1000}).items()}


def _value(text: str) -> float | None:
    """The value of one word: "38", "1,900", "thirty", "dozen"."""
    low = text.lower().rstrip(".")
    if not low[:1].isdigit():
        return _NAMED.get(low)
    if len(low) > LONGEST:
        return None
    if re.fullmatch(r"\d[\d,]*(?:\.\d+)?", low):
        return float(low.replace(",", ""))
    part = re.fullmatch(r"(\d+)/(\d+)", low)
    if part and int(part[1]) <= int(part[2]) and int(part[2]) > 13:  # "11/34" counts votes; "8/13" is a price
        return float(part[1])
    return None


def _run(doc: Any, i: int) -> tuple[int, float] | None:
    """The number that begins at a token: its last token and value; "a hundred and forty", "thirty-five", "two dozen"."""
    first = doc[i].lower_
    if first in {"a", "an"} and i + 1 < len(doc) and doc[i + 1].lower_ in {"dozen", "hundred", "thousand"}:
        total, group, j = 0.0, 1.0, i
    else:
        start = _value(first)
        if start is None or first in _SCALES or first == "dozen":
            return (
                (i, {"dozen": 12.0}.get(first, 100.0))
                if first in {"dozen", "hundred"} and i and doc[i - 1].lower_ in {"half", "required", "the"}
                else None
            )
        total, group, j = 0.0, start, i
    while j + 1 < len(doc):
        step = 1
        if (doc[j + 1].text == "-" and j + 2 < len(doc) and not doc[j + 1].whitespace_) or (
            doc[j + 1].lower_ == "and" and j + 2 < len(doc) and group >= 100
        ):
            step = 2
        low = doc[j + step].lower_
        if low == "dozen":
            group *= 12
        elif low in _SCALES:
            group *= _SCALES[low]
        elif (
            low in _UNITS
            and ((group % 10 == 0 and group % 100 >= 20 and _UNITS[low] < 10) or group >= 100)
            and doc[j].lower_ not in _UNITS
        ):
            group += _UNITS[low]
        elif low in _TENS and group >= 100 and group % 100 == 0:
            group += _TENS[low]
        else:
            break
        j += step
    return j, total + group


def _write(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def _bound(doc: Any, first: int) -> tuple[str, int]:
    """What stands before a number, and from which token on."""
    low = [doc[k].lower_ for k in range(max(0, first - 3), first)]
    for size in (3, 2):
        if len(low) >= size and tuple(low[-size:]) in _LEAST:
            return _LEAST[tuple(low[-size:])], first - size
    if low and low[-1] in _ABOUT:
        return "about", first - 1
    return ("more than", first - 1) if low and low[-1] == "over" else ("", first)


def find(doc: Any) -> list[Quantity]:
    """The numbers of a document in order; years, times, dates, money and ages are left out."""
    out: list[Quantity] = []
    i = 0
    while i < len(doc):
        fraction = _fraction(doc, i)
        if fraction is not None:
            out.append(fraction)
            i = fraction.last + 1
            continue
        run = _run(doc, i)
        if run is None or _not_a_count(doc, i, run[0]):
            i += 1
            continue
        out.append(_quantity(doc, i, *run))
        i = out[-1].last + 1
    return out


def _fraction(doc: Any, i: int) -> Quantity | None:
    low = doc[i].lower_
    after = doc[i + 1].lower_ if i + 1 < len(doc) else ""
    if (
        low == "half"
        and after not in {"past", "hour", "term", "an", "-"}
        and (i == 0 or doc[i - 1].lower_ not in {"first", "second", "other"})
    ):
        over = i > 0 and (doc[i - 1].lower_ == "over" or (doc[i - 1].lower_ == "than" and doc[i - 2].lower_ == "more"))
        if over and after != "a":
            return Quantity(i - (1 if doc[i - 1].lower_ == "over" else 2), i, 0.5, "majority", True)
        return (
            Quantity(i, i + 2, 6.0, "6", False)
            if after == "a" and i + 2 < len(doc) and doc[i + 2].lower_ == "dozen"
            else Quantity(i, i, 0.5, "half", True)
        )
    j = i + 2 if after == "-" else i + 1
    if j < len(doc) and low in {"a", "one", "two", "three"} and doc[j].lower_ in _FRACTIONS and doc[j].lower_ != "half":
        word = _FRACTIONS[doc[j].lower_]
        ordinal = j + 1 < len(doc) and doc[j + 1].pos_ in {"NOUN", "ADJ"} and doc[j].lower_ not in {"half", "quarter"}
        if (low in {"a", "one"}) == (not doc[j].lower_.endswith("s")) and not (low in {"a", "one"} and ordinal):
            return Quantity(i, j, 0.0, word, True)
    if low.isalpha() and _value(low) and after == "in" and i + 2 < len(doc):
        base = _value(doc[i + 2].text)
        top = _value(low)
        if base and top and top < base <= 10 and doc[i + 2].lower_ != "one":
            return Quantity(i, i + 2, top / base, f"{round(100 * top / base)}%", True)
    return None


def _quantity(doc: Any, i: int, j: int, value: float) -> Quantity:
    bound, first = _bound(doc, i)
    last, amount, share = j, _write(value), False
    nxt = [doc[k].lower_ for k in range(j + 1, min(j + 4, len(doc)))]
    if nxt[:2] in (["-", "odd"], ["or", "so"]):
        bound, last = bound or "about", j + 2
    elif nxt[:1] == ["odd"]:
        bound, last = bound or "about", j + 1
    elif nxt[:1] and nxt[0] in {"or", "to", "-", "–"} and j + 2 < len(doc) and not (nxt[0] == "to" and bound):
        other = _run(doc, j + 2)
        if (
            other
            and value < other[1] <= value + max(5, value)
            and nxt[0] in {"or", "to", "–"}
            and not _not_a_count(doc, j + 2, other[0])
        ):
            amount, last = f"{amount} to {_write(other[1])}", other[0]
            bound = ""
    elif nxt[:1] == ["and"] and i and doc[i - 1].lower_ == "between" and j + 2 < len(doc):
        other = _run(doc, j + 2)
        if other and value < other[1]:
            amount, last, first, bound = f"{amount} to {_write(other[1])}", other[0], i - 1, ""
    nxt = [doc[k].lower_ for k in range(last + 1, min(last + 3, len(doc)))]
    if nxt[:1] and nxt[0] in {"%", "percent", "pc"}:
        amount, last, share = amount + "%", last + 1, True
    elif nxt == ["per", "cent"]:
        amount, last, share = amount + "%", last + 2, True
    return Quantity(first, last, value, f"{bound} {amount}".strip(), share)


def _dated(doc: Any, i: int) -> bool:
    """Whether the entity around a number has a word of the calendar in it; a bare number is often taken for a date."""
    first = last = i
    while first > 0 and doc[first].ent_iob_ == "I":
        first -= 1
    while last + 1 < len(doc) and doc[last + 1].ent_iob_ == "I":
        last += 1
    return any(
        t.is_alpha and _value(t.text) is None and t.lower_ not in {"and", "a", "the", "of", "between", "or", "to"}
        for t in doc[first : last + 1]
    )


def _clocked(doc: Any, i: int) -> bool:
    """Whether a number is the time that an entry of a live page begins with: "9.41 The whip has ..."."""
    begins = doc[i].is_sent_start or i == 0 or doc[i - 1].is_space
    return begins and bool(re.fullmatch(r"[012]?\d[.:][0-5]\d(?:am|pm)?", doc[i].text))


def _sizes(doc: Any, j: int) -> bool:
    """Whether a number only sizes a body: "the 73-member caucus", "a 55 person caucus", "the 12-strong group"."""
    k = j + 1
    if k < len(doc) and doc[k].text == "-":
        k += 1
        return k < len(doc) and doc[k].lower_ in {
            "member",
            "strong",
            "person",
            "seat",
            "vote",
            "man",
            "woman",
            "page",
            "point",
        }
    return k + 1 < len(doc) and doc[k].lower_ in {"person", "member", "seat"} and doc[k + 1].pos_ == "NOUN"


def _not_a_count(doc: Any, i: int, j: int) -> bool:
    """Years, clock times, dates, money, ages, scores of other things."""
    token = doc[i]
    before = doc[i - 1] if i else None
    after = doc[j + 1] if j + 1 < len(doc) else None
    low = token.lower_
    if _sizes(doc, j) or _clocked(doc, i):
        return True
    if token.ent_type_ in {"TIME", "ORDINAL"} and not (
        after is not None and after.lemma_.lower() in {"vote", "mp", "member", "delegate"}
    ):
        return True
    if token.ent_type_ == "DATE" and _dated(doc, i):
        return True
    if re.fullmatch(r"(1[89]|20)\d\d", token.text) and (
        before is None or before.lower_ in {"in", "of", "since", "by", "until", "from", "the", "after", "before"}
    ):
        return True
    if before is not None and (
        before.text in {"$", "£", "€", "No", "#"} or before.lower_ in {"no.", "rule", "clause", "page"}
    ):
        return True
    if after is not None and after.lower_ in {
        "pm",
        "am",
        "p.m.",
        "a.m.",
        "o'clock",
        "years",
        "year",
        "months",
        "weeks",
        "days",
        "minutes",
        "hours",
        "-year",
        "pence",
        "pounds",
        "dollars",
        "euros",
        "times",
        "st",
        "th",
        "/",
    }:
        return True
    if low == "one":
        return not (
            after is not None
            and (after.lemma_.lower() in {"vote", "mp", "member", "seat", "delegate", "branch"} or after.lower_ == "of")
        )
    commas = (
        before is not None
        and before.text == ","
        and after is not None
        and after.text in {",", "."}
        and 18 <= (_value(token.text) or 0) <= 99
    )
    return commas and before is not None and before.i > 0 and doc[before.i - 1].pos_ == "PROPN"
