"""What the learned drafts see of a document: its words without names, its tree, and who and what is mentioned in it.

Names of people are hidden (a person is a person), so that nothing is learned of anybody; words carry the lists of the lexicon
in which they stand, so that what is learned of one verb of support serves for its like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zlib import crc32

import numpy as np

from whipcount.read.amounts import Quantity
from whipcount.read.antecedents import Ref
from whipcount.read.grammar import Token
from whipcount.read.learned import kernel
from whipcount.read.lexicon import lexicon, words
from whipcount.read.scene import Scene

_SHOWN = ("position", "candidacy", "headcount", "membership", "prediction", "accusation", "event", "speech")
TYPES = ("thing", "none", "author", "other", "grp", "they", "camp", "role", "pron", "per", "lead")
"""What a mention can be, from nobody to the leader by name."""
NAMED = frozenset({TYPES.index(t) for t in ("camp", "pron", "per", "lead")})


@dataclass(frozen=True)
class Mention:
    """A word that means somebody: `token` heads its phrase, `first` to `last` are the words of its name.

    `seat` is the word that stands in the sentence for it: of a list ("A, B and C") the first.
    """

    token: int
    first: int
    last: int
    ref: Ref
    type: int
    seat: int

    @property
    def row(self) -> tuple[int, int, int, int]:
        """The mention as the kernel takes it."""
        return self.seat, self.first, self.last, self.type


@dataclass(frozen=True)
class Number:
    """A number in the text: its tokens, the one the rest hangs on, and the amount as the guide writes it."""

    top: int
    first: int
    last: int
    amount: str

    @property
    def row(self) -> tuple[int, int, int]:
        """The number as the kernel takes it."""
        return self.top, self.first, self.last


@dataclass(frozen=True)
class Sight:
    """A document as the kernel takes it (its `tree`: rows by token), with its mentions and numbers in order."""

    tree: Any
    mentions: tuple[Mention, ...]
    numbers: tuple[Number, ...]


@lru_cache(maxsize=1)
def classes_of() -> Mapping[str, tuple[str, ...]]:
    """Word -> the lists of the lexicon that it stands in, as short tags."""
    found: dict[str, set[str]] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, Mapping):
            for key, below in value.items():
                walk(below, f"{path}.{key}")
        elif isinstance(value, frozenset):
            for word in value:
                found.setdefault(word, set()).add("#" + path)

    tree = lexicon()
    for name in _SHOWN:
        walk(tree[name], name)
    for name in ("hedges", "believed", "hedging_verbs", "unseats", "leaders", "factions", "bodies", "papers", "camps"):
        walk(tree[name], name)
    for line in (files("whipcount.read") / "data" / "thesaurus.txt").read_text("utf-8").splitlines():
        name, colon, row = line.partition(":")
        if colon and not line.startswith("#"):
            for word in row.split():
                found.setdefault(word, set()).add("=" + name)
    return {word: tuple(sorted(tags)) for word, tags in found.items()}


@lru_cache(maxsize=1 << 16)
def code(text: str) -> int:
    """A word, class or relation as a number."""
    return crc32(text.encode())


@lru_cache(maxsize=1 << 16)
def codes(word: str) -> tuple[int, ...]:
    """The classes of a word as numbers."""
    return tuple(map(code, classes_of().get(word, ())))


def see(scene: Scene, numbers: Iterable[Quantity]) -> Sight:
    """The sight of a parsed document."""
    doc, at = scene.doc, scene.cast.at
    quantities = list(dict.fromkeys(numbers))
    inside = {i for q in quantities for i in range(q.first, q.last + 1)}
    table, size = classes_of(), len(doc)
    word: list[int] = []
    plain: list[bool] = []
    sentence: list[int] = []
    class_at = [0]
    classes: list[int] = []
    for t in doc:
        lemma = t.lemma_.lower()
        if t.i in at:
            lemma = "PER"
        elif t.i in inside:
            lemma = "NUM"
        elif t.pos_ == "PROPN" and lemma not in table:
            lemma = "NAME"
        else:
            classes += codes(lemma)
        word.append(code(lemma))
        plain.append(lemma.isalpha())
        sentence.append((sentence[-1] if sentence else 0) + (bool(t.is_sent_start) and t.i > 0))
        class_at.append(len(classes))
    # The relations' and heads' own numbers are the pipeline's; only that equal ones are equal matters.
    raw = doc.to_array(["DEP", "HEAD"]) if size else np.zeros((0, 2), np.uint64)
    head = np.arange(size) + raw[:, 1].astype(np.int64)
    kid_at, kids = _children(head)
    tree = np.zeros((kernel.ROWS, max(size + 1, len(classes))), np.int64)
    rows = {
        kernel.WORD: word,
        kernel.DEP: raw[:, 0].astype(np.int64) & 0xFFFFFFFF,
        kernel.HEAD: head,
        kernel.SENTENCE: sentence,
        kernel.PLAIN: plain,
        kernel.CLASS_AT: class_at,
        kernel.KID_AT: kid_at,
        kernel.KIDS: kids,
        kernel.CLASSES: classes,
        kernel.SIZE: [size],
    }
    for row, values in rows.items():
        tree[row, : len(values)] = values
    spots = tuple(Number(_top(head, q.first, q.last), q.first, q.last, q.amount) for q in quantities)
    return Sight(tree, tuple(_mentions(scene, head)), spots)


def _children(head: Any) -> tuple[Any, Any]:
    """Of each token where its children begin, and the children."""
    size = len(head)
    own = np.flatnonzero(head != np.arange(size))
    order = own[np.argsort(head[own], kind="stable")]
    return np.searchsorted(head[order], np.arange(size + 1)), order


_SELDOM = frozenset({"ADJ", "DET", "NUM", "X"})
_NOMINAL = _SELDOM | {"NOUN", "PROPN", "PRON"}
_SEATS = frozenset({"nsubj", "nsubjpass", "pobj", "dobj", "conj", "appos", "attr"})


def _mentions(scene: Scene, head: Any) -> Iterator[Mention]:
    at = scene.cast.at
    for t in scene.tokens:
        if t.i in at:
            if at.get(t.i + 1) is not at[t.i]:
                yield from _named(scene, t, head)
        elif t.pos_ in _NOMINAL and (t.pos_ not in _SELDOM or t.dep_ in _SEATS):
            yield from _meant(scene, t)


def _named(scene: Scene, t: Token, head: Any) -> Iterator[Mention]:
    """A person by name; `t` is the last word of it."""
    at, first, ref = scene.cast.at, t.i, scene.one(t)
    while at.get(first - 1) is at[t.i]:
        first -= 1
    if ref is not None:
        kind = "camp" if ref.name.startswith("camp:") else "lead" if _leads(scene, ref) else "per"
        top = _top(head, first, t.i)
        yield Mention(top, first, t.i, ref, TYPES.index(kind), _seat(scene.doc[top]))


def _meant(scene: Scene, t: Token) -> Iterator[Mention]:
    """Somebody or something that a noun or pronoun means."""
    if t.lower_ in words("headcount.undecided"):
        yield Mention(t.i, t.i, t.i, Ref("undecided", "other"), TYPES.index("other"), t.i)
        return
    ref = next(iter(scene.holders(t)), None) if t.pos_ == "NOUN" else scene.one(t)
    if (ref is None or ref.kind == "other") and t.lemma_.lower() in words("event.things") | words("event.calls"):
        yield Mention(t.i, t.i, t.i, Ref(scene.phrase(t), "other"), TYPES.index("thing"), t.i)
    elif ref is not None:
        yield Mention(t.i, t.i, t.i, ref, TYPES.index(_kind(t, ref)), _seat(t))


def _seat(t: Token) -> int:
    """The first word of the list that a word is in."""
    while t.dep_ == "conj" and t.head.pos_ in {"NOUN", "PROPN", "PRON"}:
        t = t.head
    return int(t.i)


def _kind(t: Token, ref: Ref) -> str:
    pronoun = t.pos_ == "PRON"
    if ref.kind == "person":
        return "pron" if pronoun else "role"
    if ref.kind == "group":
        return "camp" if ref.name.startswith("camp:") else "they" if pronoun else "grp"
    return ref.kind


def _leads(scene: Scene, ref: Ref) -> bool:
    leader = scene.cast.leader
    return leader is not None and leader.name == ref.name


def _top(head: Any, first: int, last: int) -> int:
    """The token of a stretch that the rest of the sentence hangs on."""
    for i in range(last, first - 1, -1):
        if not first <= head[i] <= last or head[i] == i:
            return i
    return last
