"""Rows of names in running text, read word by word: "NSW members A and B, the whip, C, and D (Tannery)".

A parser of sentences loses its thread in long lists, with roles, places and brackets between the names; here the words
are read from left to right, once, until something comes that no list holds: a verb, a pronoun, a full stop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from whipcount.read.antecedents import Ref
from whipcount.read.grammar import Token
from whipcount.read.lexicon import party_words, words
from whipcount.read.scene import Scene

__all__ = ["Roll", "below", "groups_from", "people_from", "people_until"]

_GAP = 14
"""Words that may stand between two names of a list: a long office."""
_LONGEST = 160
"""Words of the longest list."""
_BRACKET = 14
"""Words that a bracket in a list may hold."""
_SEPARATES = frozenset({",", "and", "&", ";", ":", "himself", "herself"})
_PASSED = frozenset({"DET", "ADJ", "NOUN", "PROPN", "NUM", "PART", "ADV", "SYM", "X"})
_BETWEEN = frozenset({"of", "for", "from", "in", "at", "and", "&", ",", ";", "-", "'s", "'", "/", "plus", "also", '"'})
_JOINS = frozenset({"well", "as", "along", "together", "with"})
_BARRING = frozenset(
    {"of", "to", "by", "with", "against", "behind", "over", "near", "under", "between", "for", "from", "in", "than"}
)
_ENDS = frozenset({".", ")", "-", "–", "—", ";", "!", "?", "who", "whom", "whose", '"', "all", "both", "among"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})


@dataclass(frozen=True)
class Roll:
    """Those whom a list names, and its first and last token; `closed`: nothing but the list stands there;
    `begins`: where the first name stands."""

    names: tuple[Ref, ...]
    first: int
    last: int
    closed: bool
    begins: int = 0


def people_from(scene: Scene, start: int, *, single: bool = False) -> Roll | None:
    """The people of a list that begins at a token; None where nobody is named there.

    Full names count that the document names nowhere else; with `single`, bare surnames too.
    """
    doc, at = scene.doc, scene.cast.at
    names: dict[str, tuple[int, int]] = {}
    i = seen = start
    end = min(len(doc), start + _LONGEST)
    while i < end and i - seen <= _GAP:
        token = doc[i]
        if i in at:
            last = _mention_end(scene, i)
            if not _barred(scene, i, last, first=not names and i == start):
                names.setdefault(at[i].name, (i, last))
                seen = last
            i = last + 1
        elif token.text in {"(", "["}:
            i = _past_bracket(scene, i)
        elif (ended := _unknown_end(scene, i, single)) is not None:
            names.setdefault(doc[i : ended + 1].text, (i, ended))
            seen, i = ended, ended + 1
        elif not _passes(token):
            break
        else:
            i += 1
    return _made(scene, names, start)


def _unknown_end(scene: Scene, i: int, single: bool) -> int | None:
    """The last word of a name that nobody was known by, standing alone in a list: "and Eli Crane,"; or None."""
    doc, at = scene.doc, scene.cast.at
    if not _name_like(doc[i]) or i == 0 or not (doc[i - 1].lower_ in _SEPARATES or doc[i - 1].lower_ == "'s"):
        return None
    last = i
    while last + 1 < len(doc) and last - i < 4 and last + 1 not in at and _goes_on(doc[last], doc[last + 1]):
        last += 1
    after = doc[last + 1] if last + 1 < len(doc) else None
    ended = after is None or after.lower_ in {",", "and", "&", "(", ".", ";"} or after.is_space
    organised = any(t.ent_type_ in {"GPE", "ORG", "LOC", "FAC", "DATE"} for t in doc[i : last + 1]) and not single
    return last if ended and not organised and (last > i or single) else None


def _goes_on(before: Token, token: Token) -> bool:
    """Whether a word belongs to the name before it: a further name, or one tied by a hyphen."""
    return _name_like(token) or (token.text == "-" and not before.whitespace_ and not token.whitespace_)


def _name_like(token: Token) -> bool:
    low = token.lemma_.lower()
    return (
        token.pos_ == "PROPN"
        and token.text[:1].isupper()
        and token.text.replace("-", "").isalpha()
        and low not in words("groups") | words("roles") | words("places") | words("bodies") | party_words()
        and token.lower_ not in words("titles")
    )


def _made(scene: Scene, names: dict[str, tuple[int, int]], start: int) -> Roll | None:
    """The roll of the names found: without a last one that begins a clause of its own."""
    found = list(names.items())
    if len(found) > 1 and _begins_clause(scene, *found[-1][1]):
        found.pop()
    if not found:
        return None
    last = found[-1][1][1]
    after = _past_tail(scene, last + 1)
    doc = scene.doc
    closed = after >= len(doc) or doc[after].lower_ in _ENDS or "\n" in doc[after].text
    return Roll(tuple(Ref(n, "person") for n, _ in found), start, last, closed, found[0][1][0])


def _past_tail(scene: Scene, i: int) -> int:
    """Past a bracket and a comma behind a name."""
    doc = scene.doc
    if i < len(doc) and doc[i].text in {"(", "["}:
        i = _past_bracket(scene, i)
    return i + 1 if i < len(doc) and doc[i].text == "," else i


def _mention_end(scene: Scene, i: int) -> int:
    at = scene.cast.at
    while at.get(i + 1) is at[i]:
        i += 1
    return i


def _past_bracket(scene: Scene, i: int) -> int:
    doc = scene.doc
    for k in range(i + 1, min(i + _BRACKET, len(doc))):
        if doc[k].text in {")", "]"}:
            return k + 1
    return i + 1


def _passes(token: Token) -> bool:
    """Whether a word may stand between the names of a list."""
    if token.lower_ in _BETWEEN or token.lower_ in _JOINS:
        return True
    if token.lower_ in {"other", "others", "not", "n't", "then", "while", "but"}:
        return False
    if token.pos_ in _PASSED or token.lower_.removesuffix("s") in words("position.surnamed"):
        return True
    # A capitalised word that was taken for a verb or a particle is part of a name.
    return token.pos_ in {"VERB", "AUX", "ADP"} and token.text[:1].isupper() and not token.is_sent_start


def _barred(scene: Scene, i: int, last: int, *, first: bool) -> bool:
    """Whether a name belongs to another's description: an owner ("A's deputy"), or "close to A"."""
    doc = scene.doc
    after = doc[last + 1] if last + 1 < len(doc) else None
    if after is not None and after.lower_ in {"'s", "'"} and after.tag_ == "POS":
        return True
    if after is not None and after.lemma_.lower() in words("position.surnamed"):
        return True
    joined = i > 1 and doc[i - 1].lower_ == "with" and doc[i - 2].lower_ in {"along", "together"}
    return not first and i > 0 and doc[i - 1].lower_ in _BARRING and not joined


def _begins_clause(scene: Scene, i: int, last: int) -> bool:
    """Whether a last name is the subject of the next clause: ", and C said"."""
    doc = scene.doc
    if last + 1 >= len(doc) or doc[last + 1].tag_ not in _FINITE or doc[last + 1].text[:1].isupper():
        return False
    k = i - 1
    while k > 0 and doc[k].pos_ in {"DET", "ADJ", "NOUN", "PROPN"}:
        k -= 1
    joined = doc[k].lower_ in {"and", "&"}
    return doc[k - 1 if joined else k].text in {",", ";"} and doc[last + 1].tag_ != "MD"


def people_until(scene: Scene, stop: int, least: int = 1) -> Roll | None:
    """The people of a list that ends right before a token, from its sentence or clause on."""
    doc, at = scene.doc, scene.cast.at
    i = stop - 1
    while i > 0 and (
        doc[i].text in {",", "-", "–", "—"} or doc[i].lower_ in {"all", "both", "each"} or doc[i].pos_ == "ADV"
    ):
        i -= 1
    if i not in at:
        return None
    end, first, seen = i, i, i
    floor = max(doc[i].sent.start, stop - _LONGEST)
    while i >= floor and seen - i <= _GAP and (i in at or doc[i].text in {"(", ")"} or _passes(doc[i])):
        if i in at:
            seen = first = i
        i -= 1
    roll = people_from(scene, first)
    return roll if roll is not None and roll.last == end and len(roll.names) >= least else None


def below(scene: Scene, start: int) -> Roll | None:
    """The people of the lines below a colon: one a line, numbered or not, until a line says more than a name."""
    doc, at = scene.doc, scene.cast.at
    names: dict[str, int] = {}
    i = last = start
    while i < len(doc):
        while i < len(doc) and (doc[i].is_space or doc[i].is_punct or doc[i].pos_ == "NUM" or doc[i].like_num):
            i += 1
        end = i
        while end < len(doc) and "\n" not in doc[end].text and end - i <= _GAP:
            end += 1
        named = next((k for k in range(i, end) if k in at), None)
        if (
            named is None
            or end - i > _GAP
            or any(t.pos_ in {"VERB", "AUX", "PRON"} and t.i not in at for t in doc[i:end])
        ):
            break
        names.setdefault(at[named].name, named)
        last = _mention_end(scene, named)
        i = end
    return Roll(tuple(Ref(n, "person") for n in names), start, last, True, min(names.values())) if names else None


def groups_from(scene: Scene, start: int, kind: str) -> Roll | None:
    """The groups of a list: "the Tannery (94 members), Ferry and Lantern" after "factions". `kind` is the word for each."""
    names: list[str] = []
    last, closed = start, True
    for first, end in _items(scene, start):
        at = scene.cast.at
        full = first in at and at.get(first + 1) is at[first]
        name = None if full else _group_name(scene, first, end, kind)
        if name is None:
            closed = False
            break
        names.append(name)
        last = end
    return Roll(tuple(Ref(n, "group", 0.9) for n in names), start, last, closed) if names else None


def _items(scene: Scene, start: int) -> Iterator[tuple[int, int]]:
    """First and last token of what stands between commas and "and", up to the end of the clause."""
    doc, begin, i = scene.doc, start, start
    end = min(len(doc), start + _LONGEST)
    while i < end:
        token = doc[i]
        if token.text in {"(", "["}:
            i = _past_bracket(scene, i)
            continue
        stop = token.text in {".", ";", ":", "–", "—", ")"} or "\n" in token.text
        if stop or token.text == "," or token.lower_ in {"and", "&"}:
            if i > begin:
                yield begin, i - 1
            begin = i + 1
            if stop:
                return
        i += 1
    if i > begin:
        yield begin, i - 1


def _group_name(scene: Scene, first: int, last: int, kind: str) -> str | None:
    doc = scene.doc
    kept = []
    for token in doc[first : last + 1]:
        if token.text in {"(", "["}:
            break
        if token.lower_ in words("dropped"):
            continue
        if (
            token.pos_ not in {"NOUN", "PROPN", "ADJ", "PART", "NUM"}
            and token.text not in {"-", "'", "of"}
            and not token.text[:1].isupper()
        ):
            return None
        kept.append(token)
    if not kept or len(kept) > 6 or not any(t.pos_ in {"NOUN", "PROPN", "ADJ"} or t.text[:1].isupper() for t in kept):
        return None
    if not any(t.text[:1].isupper() for t in kept) and doc[first].lower_ != "the":
        return None
    text = "".join(t.text_with_ws for t in kept).strip().lower()
    told = any(t.lemma_.lower() in words("groups") | words("kinds_of_group") for t in kept)
    return text if told else f"{text} {kind}"
