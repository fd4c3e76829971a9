"""Groups that names explain: "five factions back X: A, B and C", "ten MPs, including A and B, have signed".

The stance stands in the clause, the holders in a list behind a colon, a dash, "including", "such as", "among them"; each
named one holds what the group is said to hold. These drafts come after the others, and rest on theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import Token
from whipcount.read.lexicon import lexicon, words
from whipcount.read.rolls import Roll, below, groups_from, people_from
from whipcount.read.rules.draft import Draft, quantity_of
from whipcount.read.rules.made import Made
from whipcount.read.scene import Ref, Scene

__all__ = ["explained"]

_WORDS = frozenset({"including", "notably", "namely", "especially", "particularly", "like"})
_LED = frozenset({"led", "headed", "fronted", "spearheaded", "marshalled", "orchestrated"})
_MARKS = frozenset({":", "–", "—", "-", "(", ","})
_BESIDE = frozenset({"title", ",", "-", "–", "—", "("})
_INSIDE = frozenset({"in", "of", "from", "on", "at", "inside", "within", "across", "under", "out", "among"})
_BEHIND = (".include", ".of", ".gets", ".rests", ".owns", ".by")
"""Ends of the names of rules whose holders stand behind their word."""
_BACK = 34
"""Words from a list back to the group that it explains."""
_NEAR = 26
_DEEPEST = 6
"""Phrases within phrases that are climbed out of."""
_WHOLE = frozenset({"title", ":", "–", "—", "-", "(", ",", "namely"})
"""What opens a list of all of a group; the rest tell some."""


@dataclass(frozen=True)
class _Opening:
    """Where a list begins: the word that opens it, the token it opens at, and the roll."""

    word: str
    at: int
    start: int


def explained(scene: Scene, made: Sequence[Draft], numbers: Mapping[int, Quantity]) -> tuple[list[Draft], set[int]]:
    """The drafts of those named in lists, and by `id` those of collectives that the names say better."""
    return _Explainer(scene, made, numbers).all()


class _Explainer:
    def __init__(self, scene: Scene, made: Sequence[Draft], numbers: Mapping[int, Quantity]) -> None:
        self.scene, self.numbers = scene, numbers
        self._sizes: set[int] = set()
        self.made = Made(scene, made)

    def _collective(self, draft: Draft) -> bool:
        return draft.kind == "position" and str(draft.own["holder"]) not in self.scene.cast.known

    def all(self) -> tuple[list[Draft], set[int]]:
        found: list[Draft] = []
        gone: set[int] = set()
        for opening in self._openings():
            for draft, more in self._told(opening):
                found += more
                if more and draft is not None and opening.word in _WHOLE and self._collective(draft):
                    gone.add(id(draft))
            gone |= self._sizes
        for draft in self.made.drafts:
            found += self._completed(draft)
        return found, gone

    def _completed(self, draft: Draft) -> Iterator[Draft]:
        """The rest of a list whose first holder stands behind the word of stance: "is backed by A (Ferry), B and C"."""
        if draft.kind != "position" or not draft.rule.endswith(_BEHIND):
            return
        doc, at = self.scene.doc, self.scene.cast.at
        end = min(doc[draft.head].sent.end, draft.head + _NEAR)
        first = next((i for i in range(draft.head + 1, end) if i in at and at[i].name == draft.own["holder"]), None)
        roll = people_from(self.scene, first) if first is not None else None
        if roll is None or draft.own["target"] in {r.name for r in roll.names}:
            return
        for who in roll.names[1:]:
            own = {**draft.own, "holder": who.name}
            yield replace(draft, own=own, last=max(draft.last, roll.last), hints=(*draft.hints, "listed"))

    def _openings(self) -> Iterator[_Opening]:
        doc = self.scene.doc
        for t in doc:
            low, i = t.lower_, t.i
            before = doc[i - 1].lower_ if i else ""
            if i + 1 >= len(doc):
                return
            if low in _WORDS:
                yield _Opening(low, i, i + 1)
            elif low == "as" and before == "such":
                yield _Opening("such", i - 1, i + 1)
            elif low in {"them", "whom", "these"} and before in {"among", "amongst"}:
                yield _Opening("among", i - 1, i + 1)
            elif low == "by" and before in _LED:
                yield _Opening("led", i - 1, i + 1)
            elif t.text in _MARKS:
                yield _Opening(t.text, i, i + 1)
            elif (
                i
                and (t.tag_ == "NNS" or t.lower_.removesuffix("s") in words("position.surnamed"))
                and i not in self.scene.cast.at
                and i + 1 in self.scene.cast.at
            ):
                yield _Opening("title", i + 1, i + 1)

    def _told(self, opening: _Opening) -> Iterator[tuple[Draft | None, list[Draft]]]:
        roll: Roll | None = None
        looked = False
        for anchor in self._anchors(opening.at):
            drafts = self._resting_on(anchor, opening)
            if opening.word in _BESIDE and not self._adjoins(anchor, opening):
                drafts = [d for d in drafts if self._fits(d, opening)]
                if not drafts:
                    continue
            stance = None if drafts else self._stance_of(anchor)
            if not drafts and stance is None:
                continue
            if not looked:
                roll, looked = self._roll(opening, anchor), True
            if roll is None:
                return
            for draft in drafts:
                yield draft, list(self._spread(draft, anchor, roll, opening))
            if stance is not None:
                yield None, list(self._named(stance, anchor, roll, opening))
            return

    def _roll(self, opening: _Opening, anchor: Token) -> Roll | None:
        """What an opening opens, where that is a list."""
        doc, start = self.scene.doc, opening.start
        kind = anchor.lemma_.lower()
        roll: Roll | None
        if opening.word == ":" and start < len(doc) and "\n" in doc[start].text:
            return below(self.scene, start)
        if kind in words("kinds_of_group"):
            roll = groups_from(self.scene, start, kind)
            if roll is not None and (len(roll.names) > 1 or opening.word not in _MARKS):
                self._pass_over(roll)
                return roll
        roll = people_from(self.scene, start)
        if roll is None or (opening.word in _MARKS and not roll.closed):
            return None
        return roll if self._begins(roll, opening) else None

    def _pass_over(self, roll: Roll) -> None:
        """Numbers in brackets behind the groups of a list are their sizes, and count nobody's support."""
        doc, last = self.scene.doc, min(roll.last + 5, len(self.scene.doc) - 1)
        if not any(t.text in {"(", "["} for t in doc[roll.first : last + 1]):
            return
        told = {self.numbers[i].amount for i in range(roll.first, last + 1) if i in self.numbers}
        for draft in self.made.around(roll.first):
            if draft.kind == "headcount" and roll.first <= draft.last <= last and draft.own["amount"] in told:
                self._sizes.add(id(draft))

    def _begins(self, roll: Roll, opening: _Opening) -> bool:
        """Whether the first name stands near the word that opens the list."""
        return roll.begins - opening.start <= (12 if opening.word not in {",", "("} else 8)

    # the group

    def _anchors(self, opened: int) -> Iterator[Token]:
        """The nouns that a list may explain, nearest first: those over which no other plural stands in between."""
        doc = self.scene.doc
        k, depth = opened - 1, 0
        first = self.made.starts[opened]
        floor = max(first if first < opened else 0, opened - _BACK)
        while k >= floor:
            t = doc[k]
            depth += (t.text == ")") - (t.text == "(")
            if depth > 0:
                k -= 1
                continue
            if t.text in {".", ":", ";"} or "\n" in t.text:
                return
            if self._plural(t):
                yield t
                if not self._inside(t):
                    return
            k -= 1

    def _plural(self, t: Token) -> bool:
        if t.i in self.scene.cast.at or t.ent_type_ in {"DATE", "TIME", "MONEY"}:
            return False
        if t.i in self.numbers or t.lower_ in {"one", "those", "some", "several", "many", "handful", "few"}:
            return t.pos_ in {"NUM", "PRON", "NOUN", "DET", "ADJ"} and not (
                t.i + 1 < len(t.doc)
                and t.nbor().pos_ in {"NOUN", "ADJ", "PROPN", "ADV"}
                and t.nbor().i not in self.scene.cast.at
            )
        capitals = len(t.text) > 2 and t.text[-1] == "s" and t.text[:-1].isupper()
        if t.lower_.removesuffix("s") in words("position.surnamed") - {t.lower_}:  # whatever it was taken for
            return True
        return (
            capitals
            or t.tag_ in {"NNS", "NNPS"}
            or (t.pos_ in {"NOUN", "PROPN"} and t.lemma_.lower() in words("groups") | {"group", "number"})
        )

    def _inside(self, t: Token) -> bool:
        """Whether a noun only says where or of what: "members in the lower house"."""
        k = t.i - 1
        while (
            k >= 0
            and t.doc[k].pos_ in {"DET", "ADJ", "NOUN", "PROPN", "NUM", "PRON", "PART", "SYM"}
            and k not in self.scene.cast.at
        ):
            k -= 1
        return k >= 0 and (t.doc[k].lower_ in _INSIDE or (t.doc[k].text == "-"))

    def _fits(self, draft: Draft, opening: _Opening) -> bool:
        """Whether a list far behind its noun has as many names as were counted: "four of them back X - A, B, C and D"."""
        roll = people_from(self.scene, opening.start) if draft.kind == "headcount" and opening.word != "," else None
        return roll is not None and str(draft.own["amount"]) == str(len(roll.names))

    def _adjoins(self, anchor: Token, opening: _Opening) -> bool:
        """Whether a list in apposition follows its noun: only a phrase that tells where stands between."""
        between = self.scene.doc[anchor.i + 1 : opening.at]
        single = anchor.tag_ in {"NN", "NNP"} and anchor.i not in self.numbers
        return (
            len(between) < 9
            and not (single and opening.word == ",")
            and all(
                (t.pos_ in {"ADP", "DET", "NOUN", "PROPN", "ADJ", "NUM", "PART"} or t.text in {"(", ")"})
                and t.i not in self.scene.cast.at
                for t in between
            )
        )

    # what it holds

    def _resting_on(self, anchor: Token, opening: _Opening) -> list[Draft]:
        """The drafts whose holder is this noun, or which count it."""
        scene = self.scene
        near = self.made.around(opening.at) or self.made.around(anchor.i)
        names = self._names_of(anchor)
        amounts = self._amounts_of(anchor)
        out = []
        for draft in near:
            if draft.first - anchor.i > 3 + _NEAR or anchor.i - draft.last > _NEAR or draft.denied:
                continue
            if draft.kind == "position":
                fits = str(draft.own["holder"]) in names
            else:
                whole = str(draft.own["of"]).removeprefix("against ")
                fits = draft.own["amount"] in amounts and whole in scene.cast.known and " + " not in whole
            if fits:
                out.append(draft)
        return out

    def _names_of(self, anchor: Token) -> set[str]:
        ref = self.scene.one(anchor)
        names = {self.scene.phrase(anchor)} if anchor.pos_ in {"NOUN", "PROPN"} else set()
        return names | ({ref.name} if ref is not None and ref.kind != "none" else set())

    def _amounts_of(self, anchor: Token) -> set[str]:
        found = quantity_of(anchor, self.numbers)
        out = {found[0]} if found is not None else set()
        top = anchor
        for _ in range(_DEEPEST):
            if not (top.dep_ == "pobj" and top.head.lower_ in _INSIDE):
                break
            top = top.head.head
            found = quantity_of(top, self.numbers)
            if found is not None:
                out.add(found[0])
        if anchor.i in self.numbers:
            out.add(self.numbers[anchor.i].amount)
        return out - {"none"}

    def _stance_of(self, noun: Token) -> tuple[str, Ref] | None:
        """Whom a noun of stance is about: "X's supporters", "a group of supporters" that X has."""
        lemma = noun.lemma_.lower()
        for stance in ("supports", "opposes"):
            nouns = lexicon()["position"][stance]["nouns"]
            if not ((noun.tag_ == "NNS" and lemma in nouns) or noun.lower_.removesuffix("s") in nouns - {noun.lower_}):
                continue
            whom = self._owner(noun)
            if whom is not None:
                return stance, whom
        return None

    def _owner(self, noun: Token) -> Ref | None:
        scene, doc = self.scene, self.scene.doc
        k = noun.i - 1
        while (
            k >= 0
            and k not in scene.cast.at
            and (doc[k].pos_ in {"ADJ", "NUM", "PART", "NOUN", "ADV"})
            and noun.i - k < 6
        ):
            k -= 1
        if k in scene.cast.at:
            return Ref(scene.cast.at[k].name, "person")
        if k >= 0 and doc[k].lower_ in {"his", "her"}:
            return scene.one(doc[k])
        after = noun.i + 2
        if after < len(doc) and doc[noun.i + 1].lower_ in {"of", "for"} and after in scene.cast.at:
            return Ref(scene.cast.at[after].name, "person")
        top = noun
        for _ in range(_DEEPEST):
            top = top.head if top.dep_ in {"pobj", "prep"} else top
        if top.dep_ == "dobj" and top.head.lemma_ in {"have", "assemble", "count", "gather", "claim"}:
            subject = next((c for c in top.head.children if c.dep_ == "nsubj"), None)
            ref = scene.one(subject) if subject is not None else None
            return ref if ref is not None and ref.kind == "person" else None
        return None

    # each one named

    def _spread(self, draft: Draft, anchor: Token, roll: Roll, opening: _Opening) -> Iterator[Draft]:
        if draft.kind == "position":
            stance, target = str(draft.own["stance"]), str(draft.own["target"])
        else:
            of = str(draft.own["of"])
            against = of.startswith("against ") != draft.rule.endswith(".lost")
            stance, target = ("opposes" if against else "supports"), of.removeprefix("against ")
        for who in roll.names:
            if who.name == target:
                continue
            own = {"holder": who.name, "stance": stance, "target": target}
            yield Draft(
                "position",
                f"position.{stance}.{self._label(opening)}.roll",
                draft.head,
                min(anchor.i, opening.at, draft.first) if opening.at - draft.first < _BACK else opening.at,
                max(roll.last, draft.last) if draft.last - roll.last < 20 else roll.last,
                own,
                sure=min(draft.sure, who.sure),
                hints=(
                    "listed",
                    "holder:" + who.kind,
                    *(h for h in draft.hints if h.startswith(("target:", "negated"))),
                ),
            )

    def _named(self, stance: tuple[str, Ref], anchor: Token, roll: Roll, opening: _Opening) -> Iterator[Draft]:
        way, target = stance
        for who in roll.names:
            if who.name == target.name:
                continue
            own = {"holder": who.name, "stance": way, "target": target.name}
            yield Draft(
                "position",
                f"position.{way}.{self._label(opening)}.roll",
                anchor.i,
                anchor.left_edge.i if anchor.i - anchor.left_edge.i < 12 else anchor.i,
                roll.last,
                own,
                sure=target.sure,
                hints=("listed", "holder:" + who.kind),
            )

    def _label(self, opening: _Opening) -> str:
        return {":": "colon", "–": "dash", "—": "dash", "-": "dash", "(": "bracket", ",": "apposed"}.get(
            opening.word, opening.word
        )
