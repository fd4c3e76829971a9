"""Stances by the order of words, where the parse lost the thread: names, a verb of stance, a name.

The small model often loses a long list ("the minister for A, X, and the member for B, Y, all backed Z") or takes a verb
for something else. These drafts read the words from left to right; the model of the room says when to trust them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from whipcount.read.antecedents import HE, SHE, THEY
from whipcount.read.grammar import Token, negated
from whipcount.read.lexicon import lexicon, words
from whipcount.read.rules.backing import Backing
from whipcount.read.rules.draft import Draft, name_of, quantity_of, target_name
from whipcount.read.scene import Ref
from whipcount.read.speech import reporting_verb

_LEFT, _RIGHT = 30, 9
"""How many words a stance may stand from its holder and from its target."""
_PASSED = frozenset({"all", "both", "each", "who", "also", "now", "have", "has", "had", ",", "-", "–", "to"})
_NOT = frozenset(
    {"not", "n't", "never", "no", "refuse", "refuses", "refused", "refusing", "decline", "declined", "stopped"}
)
_LISTING = frozenset({"NOUN", "PROPN", "DET", "ADJ", "NUM", "CCONJ", "PUNCT", "ADP"})


@lru_cache(maxsize=2)
def _firm(stance: str) -> frozenset[str]:
    """The verbs of a stance that say nothing else; challenging is standing, and no position."""
    frame = lexicon()["position"][stance]
    firm: frozenset[str] = frame["object"] - frame["loose"] - {"challenge"}
    return firm


class Nearby(Backing):
    """Finds stances between neighbouring names."""

    def nearby(self, token: Token) -> Iterator[Draft]:
        """Positions of those named before a verb of stance towards the one named after it, or the other way in the passive."""
        yield from self._lent(token)
        stance = self._stance(token)
        if stance is None:
            return
        before, after = self._before(token.i), self._after(token.i)
        by = next(
            (j for j in range(token.i + 1, min(token.i + 4, len(token.doc))) if token.doc[j].lower_ == "by"), None
        )
        if by is not None and token.tag_ in {"VBN", "VBD"}:
            holders, targets, rule = self._listed_from(by + 1), before[0][:1], "by"
        else:
            holders, targets, rule = before[0], after[0], "order"
        spots = [token.i, *before[1], *after[1]]
        yield from self._told(token, stance, rule, holders, targets, spots)

    def _lent(self, token: Token) -> Iterator[Draft]:
        """ "the minister for A, X, and the member for B, Y, all declared their support for Z"."""
        if token.lemma_.lower() not in words("position.supports.help"):
            return
        doc = token.doc
        verb = next((j for j in range(token.i - 1, max(token.i - 4, -1), -1) if doc[j].pos_ == "VERB"), None)
        prep = token.i + 1
        if verb is None or prep >= len(doc) or doc[prep].lower_ not in {"for", "to", "behind"}:
            return
        if doc[verb].lemma_.lower() in words("position.gives") and not any(
            i in self.numbers for i in range(verb, token.i)
        ):
            before, after = self._before(verb), self._after(prep)
            spots = [verb, prep, *before[1], *after[1]]
            yield from self._told(doc[verb], "supports", "lent", before[0], after[0], spots)

    def _stance(self, token: Token) -> str | None:
        lemma = token.lemma_.lower()
        for stance in ("supports", "opposes"):
            if lemma in _firm(stance):
                if token.pos_ in {"VERB", "AUX"}:
                    return stance
                named = token.i + 1 < len(token.doc) and token.nbor().i in self.scene.cast.at
                owned = (
                    token.i > 0
                    and token.nbor(-1).pos_ in {"DET", "ADJ", "ADP"} | {"PRON"}
                    and token.nbor(-1).tag_ != "PRP"
                )
                return stance if named and not owned and token.pos_ in {"ADV", "NOUN", "ADJ"} else None
        return None

    def _before(self, i: int) -> tuple[list[Ref], list[int]]:
        """Those named before a word, a list of them from its last name to its first, and where."""
        doc, at = self.scene.doc, self.scene.cast.at
        start = max(doc[i].sent.start, i - _LEFT)
        j = i - 1
        while j >= start and self._passes(j):
            j -= 1
        if j < start:
            return [], []
        if j not in at:
            if self._counted(doc[j]) or any(t.is_punct for t in doc[j + 1 : i]):
                return [], []
            ref = (
                self.scene.one(doc[j]) if doc[j].pos_ in {"NOUN", "PROPN"} or doc[j].lower_ in HE | SHE | THEY else None
            )
            return ([ref] if ref is not None and ref.kind in {"person", "group"} else []), [j]
        found, spots = [at[j].name], [j]
        while j >= start:
            if j in at and at[j].name not in found:
                follows = next(k for k in range(j, i) if at.get(k) is not at[j])
                if doc[follows].lower_ not in {",", "and", "&", "("}:
                    break
                found.insert(0, at[j].name)
            elif doc[j].pos_ not in _LISTING or doc[j].text in {";", ":", '"'}:
                break
            spots = [j] if j in at else spots
            j -= 1
        return [Ref(n, "person", 0.9) for n in found], [*spots, i]

    def _counted(self, noun: Token) -> bool:
        """Whether a noun is of a count ("seven of the members"): then the count is the claim, and no position."""
        over = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ in {"of", "in", "among", "from"} else noun
        return quantity_of(over, self.numbers) is not None or quantity_of(noun, self.numbers) is not None

    def _passes(self, j: int) -> bool:
        token = self.scene.doc[j]
        if token.i in self.scene.cast.at:
            return False
        control = token.pos_ in {"VERB", "ADJ"} and token.nbor().lower_ == "to"
        return token.pos_ in {"AUX", "ADV", "PART"} or token.lower_ in _PASSED or control

    def _after(self, i: int) -> tuple[list[Ref], list[int]]:
        """The one named right after a word, and where."""
        doc = self.scene.doc
        for j in range(i + 1, min(i + _RIGHT, doc[i].sent.end)):
            token = doc[j]
            if (
                token.i in self.scene.cast.at
                or token.lower_ in {"him", "her"}
                or token.lemma_.lower() in words("roles")
            ):
                ref = self.scene.one(token)
                if ref is not None:
                    return [ref], [self._end(j)]
            if token.pos_ not in {"DET", "ADJ", "ADV", "PROPN", "NOUN", "PRON", "PART"}:
                break
        return [], []

    def _end(self, j: int) -> int:
        """The last token of a mention."""
        at = self.scene.cast.at
        while j in at and at.get(j + 1) is at[j]:
            j += 1
        return j

    def _listed_from(self, first: int) -> list[Ref]:
        """The people of a list that begins at a token: up to the first verb, or the end of the sentence."""
        doc, at = self.scene.doc, self.scene.cast.at
        out: list[str] = []
        for j in range(first, min(first + _LEFT, doc[first].sent.end if first < len(doc) else 0)):
            if j in at and at[j].name not in out:
                before = doc[j - 1]
                if (
                    out
                    and before.lower_ not in {",", "and", "&"}
                    and before.pos_ not in {"NOUN", "PROPN", "ADJ", "DET"}
                ):
                    break
                out.append(at[j].name)
            elif j not in at and (doc[j].pos_ not in _LISTING - {"NUM"} or doc[j].text in {";", ":", '"'}):
                break
        return [Ref(n, "person", 0.9) for n in out]

    def _told(
        self, token: Token, stance: str, rule: str, holders: list[Ref], targets: list[Ref], spots: list[int]
    ) -> Iterator[Draft]:
        first, last = min(spots), max(spots)
        told = reporting_verb(token)
        if told is not None and told.dep_ == "xcomp" and told.head.lemma_ in {"refuse", "decline"}:
            return
        no = negated(token) or any(t.lower_ in _NOT for t in token.doc[max(first, token.i - 6) : token.i])
        if no and stance == "supports":
            stance = "opposes"
        for target in targets:
            if target.kind != "person" and not target.name.startswith("camp:"):
                continue
            for who in holders:
                if target_name(who) == target_name(target):
                    continue
                own = {"holder": name_of(who), "stance": stance, "target": target_name(target)}
                marks = ("word:" + token.lemma_.lower(), "listed" if len(holders) > 1 else "lone", "holder:" + who.kind)
                yield Draft(
                    "position",
                    f"position.{stance}.nearby.{rule}",
                    token.i,
                    first,
                    last,
                    own,
                    no
                    and stance == "opposes"
                    and token.lemma_.lower() not in lexicon()["position"]["supports"]["object"],
                    who.sure * target.sure,
                    (*marks, *(["negated"] if no else [])),
                )
