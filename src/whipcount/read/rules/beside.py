"""Lists at somebody's side: "X, flanked by A and B", "A and B, the force behind X's bid", "A, B and C, all X people".

Here the list is the holder and the words beside it say for whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import Token, children, clause_of, grammatical_subject, negated
from whipcount.read.lexicon import lexicon, words
from whipcount.read.rolls import Roll, people_from, people_until
from whipcount.read.rules.draft import Draft
from whipcount.read.rules.made import Made
from whipcount.read.scene import Ref, Scene

__all__ = ["Beside"]

_BESIDE = 5
"""Words after a list in which its place stands: "at her side"."""
_HIS = frozenset({"his", "her", "him"})


class Beside:
    """Finds stances of lists at somebody's side, behind a candidacy, or all of one camp."""

    def __init__(self, scene: Scene, made: Sequence[Draft], numbers: Mapping[int, Quantity]) -> None:
        self.scene, self.numbers = scene, numbers
        self.made = Made(scene, made)

    def _drafts(
        self, rule: str, head: Token, roll: Roll, stance: str, target: Ref, span: tuple[int, int]
    ) -> Iterator[Draft]:
        if target.kind != "person":
            return
        for who in roll.names:
            if who.name != target.name:
                own = {"holder": who.name, "stance": stance, "target": target.name}
                yield Draft(
                    "position",
                    f"position.{stance}.{rule}.roll",
                    head.i,
                    *span,
                    own,
                    sure=min(target.sure, who.sure),
                    hints=("listed" if len(roll.names) > 1 else "lone", "holder:person"),
                )

    # at somebody's side

    def flanked(self, word: Token) -> Iterator[Draft]:
        """ "X announced her candidacy flanked by A, B and C", "Flanked by A and B, X said"."""
        doc = self.scene.doc
        if word.i + 2 >= len(doc) or doc[word.i + 1].lower_ != "by":
            return
        roll = people_from(self.scene, word.i + 2)
        whom = self._subject_near(word, roll)
        if roll is not None and whom is not None:
            target, spot = whom
            yield from self._drafts(
                "flanked", word, roll, "supports", target, (min(word.i, spot), max(roll.last, spot))
            )

    def _subject_near(self, word: Token, roll: Roll | None) -> tuple[Ref, int] | None:
        """Whom a participle is about: the subject before it, or, where it opens the sentence, the name after its list."""
        if roll is None:
            return None
        names = {r.name for r in roll.names}
        opening = word.i - word.sent.start <= 1
        spots = list(word.doc[roll.last + 1 : roll.last + 4]) if opening else self._subjects_over(word)
        for t in spots:
            ref = self.scene.one(t)
            if ref is not None and ref.kind == "person" and ref.name not in names:
                return ref, t.i
        return None

    def _subjects_over(self, word: Token) -> list[Token]:
        """What a participle hangs on, and the subjects of the clauses over it, nearest first."""
        out = [word.head]
        here = word
        for _ in range(6):
            here = here.head
            out += [c for c in children(here, "nsubj", "nsubjpass") if c.i < word.i]
        return out

    def beside(self, word: Token) -> Iterator[Draft]:
        """ "with A and B at his side", "X has A and B in her corner", "X has A and B counting the numbers"."""
        roll = people_from(self.scene, word.i + 1)
        if roll is None or self._far(word, roll):
            return
        doc = self.scene.doc
        after = doc[roll.last + 1 : min(roll.last + 1 + _BESIDE, len(doc))]
        place = next((t for t in after if t.lower_ in words("position.beside")), None)
        toil = after[0] if len(after) and after[0].tag_ == "VBG" else None
        toils = toil is not None and any(t.lemma_.lower() in words("position.toils") for t in after)
        if place is None and not toils:
            return
        owner = next((t for t in after if t.lower_ in _HIS), None)
        target = self._whose(word, roll, owner)
        if target is not None and (owner is not None or place is None or word.lower_ != "with"):
            end = place.i if place is not None else roll.last
            end = max(
                end, *(t.i for t in after if t.lower_ in _HIS or t.lemma_.lower() in words("position.toils")), end
            )
            yield from self._drafts("beside", word, roll, "supports", target, (min(word.i, roll.first), end))

    def _far(self, word: Token, roll: Roll) -> bool:
        return bool(roll.begins - word.i > 9)

    def _whose(self, word: Token, roll: Roll, owner: Token | None) -> Ref | None:
        """At whose side: the subject of "has", or of the clause; else whom "his" means, none of the list."""
        barred = frozenset(r.name for r in roll.names)
        verb = word if word.lower_ != "with" else clause_of(word)
        subject = next(iter(children(verb, "nsubj")), None) or grammatical_subject(verb)
        if subject is not None and (subject.i < word.i or word.lower_ == "with"):
            ref = self.scene.one(subject)
            if subject.pos_ == "PRON" and word.lower_ == "with":
                ref = self._topic_before(word) or ref
            if ref is not None and ref.kind == "person" and ref.name not in barred:
                return ref
        return self.scene.person_but(owner, barred) if owner is not None and word.lower_ == "with" else None

    def _topic_before(self, word: Token) -> Ref | None:
        """Of whom the sentence before tells: its subject, or whose subject it is ("X's campaign has been quiet")."""
        first = word.sent.start
        if first == 0:
            return None
        verb = word.doc[first - 1].sent.root
        for subject in children(verb, "nsubj", "nsubjpass"):
            for t in (subject, *children(subject, "poss", "compound", "nmod")):
                if t.i in self.scene.cast.at:
                    return Ref(self.scene.cast.at[t.i].name, "person", 0.8)
        return None

    # the force behind somebody

    def force(self, noun: Token) -> Iterator[Draft]:
        """ "A and B are the brains behind X's bid"."""
        doc = self.scene.doc
        if noun.i + 2 >= len(doc) or doc[noun.i + 1].lower_ not in {"behind", "of"}:
            return
        end = min(noun.i + 8, len(doc))
        named = next((i for i in range(noun.i + 2, end) if i in self.scene.cast.at), None)
        borne = next((i for i in range(noun.i + 2, end) if doc[i].lemma_.lower() in words("position.bearers")), None)
        if named is None or borne is None or borne < named:
            return
        verb = noun.head
        while verb.pos_ not in {"VERB", "AUX"} and verb.head != verb:
            verb = verb.head
        subject = grammatical_subject(verb)
        start = subject.left_edge.i if subject is not None and subject.i < noun.i else None
        roll = people_from(self.scene, start) if start is not None else None
        if roll is not None and roll.last < noun.i and not negated(verb):
            target = Ref(self.scene.cast.at[named].name, "person")
            yield from self._drafts("force", verb, roll, "supports", target, (roll.first, borne))

    # all of one camp

    def all_of(self, noun: Token) -> Iterator[Draft]:
        """ "A, B and C — all X people", "A, B and C are X supporters", "all of them X loyalists"."""
        doc, at = self.scene.doc, self.scene.cast.at
        if noun.i + 1 < len(doc) and doc[noun.i + 1].i in at and doc[noun.i + 1].lower_ not in {"who"}:
            return
        k = noun.i - 1
        target = at[k]
        while at.get(k) is target:
            k -= 1
        plural = noun.tag_ in {"NNS", "NNPS"} or noun.lower_ in {"people", "men", "women"}
        while k > 0 and (doc[k].pos_ in {"ADJ", "ADV"} or doc[k].lower_ in {"all", "both", "of", "them", "known"}):
            k -= 1
        said = doc[k].lemma_ == "be" or doc[k].text in {",", "–", "—", "-", "("}
        told = any(t.lower_ in {"all", "both"} for t in doc[k + 1 : noun.i])
        if not plural or not said or (doc[k].lemma_ != "be" and not told):
            return
        roll = people_until(self.scene, k, least=2)
        if roll is not None and target.name not in {r.name for r in roll.names}:
            stance = "opposes" if noun.lemma_.lower() in lexicon()["position"]["opposes"]["nouns"] else "supports"
            yield from self._drafts("all", noun, roll, stance, Ref(target.name, "person"), (roll.first, noun.i))

    def numbers_man(self, noun: Token) -> Iterator[Draft]:
        """ "key X numbers man, A", "A, an X numbers man": the one who counts for X."""
        doc, at = self.scene.doc, self.scene.cast.at
        owner = at.get(noun.i - 2) or (at.get(noun.i - 3) if doc[noun.i - 2].text == "'s" else None)
        if owner is None:
            return
        after = noun.i + 1 + (noun.i + 1 < len(doc) and doc[noun.i + 1].text == ",")
        holder, spot = at.get(after), after
        if holder is None and noun.dep_ == "appos" and noun.head.i in at:
            holder, spot = at[noun.head.i], noun.head.i
        if holder is not None and holder is not owner:
            roll = Roll((Ref(holder.name, "person"),), spot, spot, True)
            span = (min(noun.i - 2, spot), max(noun.i, spot))
            yield from self._drafts("numbers", noun, roll, "supports", Ref(owner.name, "person"), span)

    def heading(self, colon: Token) -> Iterator[Draft]:
        """ "For X: A, B, C.", "Backing X: A; B" in a running line."""
        doc, at = self.scene.doc, self.scene.cast.at
        k = colon.i - 1
        while k >= 0 and colon.i - k < 6 and doc[k].text not in {".", ";", ":"} and "\n" not in doc[k].text:
            k -= 1
        said = doc[k + 1 : colon.i]
        whom = next((t for t in said if t.i in at), None)
        if whom is None or not len(said) or at[said[-1].i if said[-1].i in at else whom.i] is not at[whom.i]:
            return
        rest = [t for t in said if t.i not in at]
        camp = bool(rest) and rest[0].lower_ in {"team", "camp"}
        stance = (
            "supports"
            if camp
            else next(
                (s for s in ("supports", "opposes") if rest and rest[0].lower_ in words("position.headings." + s)), None
            )
        )
        roll = people_from(self.scene, colon.i + 1)
        if stance is not None and len(rest) <= 2 and roll is not None and roll.closed:
            target = Ref(at[whom.i].name, "person")
            yield from self._drafts("heading", whom, roll, stance, target, (k + 1, roll.last))
