"""What a figure is not: the size of a body, a total, those still to declare; and which figures stand side by side."""

from __future__ import annotations

from collections.abc import Mapping

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import children, clause_of, prepositional
from whipcount.read.lexicon import words
from whipcount.read.scene import Scene

NOT_HELD = frozenset({"short", "shy", "ahead", "behind", "clear", "away", "still", "absent", "left"})
"""Words after a figure that is nobody's: "nine still to declare", "two short"."""


class Figures:
    """The figures of a scene, in order."""

    def __init__(self, scene: Scene, numbers: Mapping[int, Quantity]) -> None:
        self.scene, self.numbers = scene, numbers
        self.list = sorted({q.first: q for q in numbers.values()}.values(), key=lambda q: q.first)
        self._nth = {q.first: k for k, q in enumerate(self.list)}

    def _beside(self, q: Quantity) -> list[Quantity]:
        """The figures right before and right after a figure."""
        at = self._nth[q.first]
        return [*self.list[max(at - 1, 0) : at], *self.list[at + 1 : at + 2]]

    def _paired(self, q: Quantity) -> bool:
        """Whether a figure is one of two of a result."""
        links = {"to", "-", "–"}
        return any(
            0 < max(q.first, x.first) - min(q.last, x.last) <= 4
            and any(t.lower_ in links for t in self.scene.doc[min(q.last, x.last) + 1 : max(q.first, x.first)])
            for x in self._beside(q)
        )

    def _is_total(self, q: Quantity) -> bool:
        """Whether a figure is the size of a body: "31 of the party's 54 members", "38 votes in a room of 85"."""
        doc = self.scene.doc
        for x in self._beside(q)[:1]:
            if 0 < q.first - x.last <= 6 and doc[x.last + 1].lower_ in {"of", "among", "out"}:
                between = doc[x.last + 1 : q.first]
                if any(t.dep_ in {"det", "poss", "case"} for t in between) and all(t.pos_ != "VERB" for t in between):
                    return True
        sized = doc[q.first - 2].lemma_.lower() if q.first > 1 and doc[q.first - 1].lower_ == "of" else ""
        return sized in words("bodies") | {"room", "electorate", "membership", "total", "house"}

    def _of_an_election(self, q: Quantity) -> bool:
        """Whether a figure is of the voters of a seat: "won her seat by 4,000", "elected to parliament with 43 per cent"."""
        verb = clause_of(self.scene.doc[q.first])
        seats = {"seat", "constituency", "electorate", "riding", "by-election", "byelection"}
        houses = {"parliament", "house", "council", "senate", "office", "congress", "assembly"}
        won = verb.lemma_ in {"win", "hold", "take", "lose", "retain"} and any(
            c.lemma_.lower() in seats for c in children(verb, "dobj")
        )
        sent = verb.lemma_ in {"elect", "reelect", "return"} and any(
            n.lemma_.lower() in houses for _, n in prepositional(verb, "to")
        )
        return won or sent

    def _sizes_in_brackets(self, q: Quantity) -> bool:
        """Whether a figure says how large a body is: "the Rose faction (94 members)"."""
        doc = self.scene.doc
        inside = q.first > 0 and doc[q.first - 1].text == "(" and q.last + 2 < len(doc) and doc[q.last + 2].text == ")"
        return inside and doc[q.last + 1].lemma_.lower() in words("bodies")
