"""Whom pronouns and "the pair" mean: the base of a scene."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from whipcount.read.cast import Cast
from whipcount.read.document import Document
from whipcount.read.grammar import Token, children, clause_of, conjuncts, grammatical_subject
from whipcount.read.lexicon import words
from whipcount.read.mend import Mended

HE = frozenset({"he", "him", "his", "himself"})
SHE = frozenset({"she", "her", "hers", "herself"})
THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
I_ = frozenset({"i", "me", "my", "mine", "myself"})
WE = frozenset({"we", "us", "our", "ours"})
IT = frozenset({"it", "its", "itself"})


@dataclass(frozen=True)
class Ref:
    """Whom a phrase means. `kind` tells a person from a group, the author, and "nobody"; `sure` is less for a pronoun."""

    name: str
    kind: Literal["person", "group", "author", "none", "other"]
    sure: float = 1.0


@dataclass
class Antecedents:
    """What a scene holds, and who its pronouns mean. A scene says what single nouns mean."""

    doc: Any
    mended: Mended
    source: Document
    cast: Cast
    quoted: dict[int, tuple[int, int]] = field(default_factory=dict)
    tokens: list[Any] = field(default_factory=list)
    _named: Counter[str] = field(default_factory=Counter)
    _one: dict[int, Ref | None] = field(default_factory=dict)
    _spoken: dict[int, Ref | None] = field(default_factory=dict)

    def one(self, token: Token) -> Ref | None:
        """The one that a single token's phrase means."""
        raise NotImplementedError

    def _camp(self, token: Token) -> Ref | None:
        raise NotImplementedError

    def _group(self, token: Token) -> Ref | None:
        raise NotImplementedError

    def _person_by_office(self, token: Token) -> Ref | None:
        raise NotImplementedError

    def _first_person(self, token: Token, plural: bool) -> Ref | None:
        if token.i in self.quoted:
            return self.speaker_of_quote(token.i)
        return Ref("author", "author", 0.8 if plural else 1.0)

    def speaker_of_quote(self, i: int) -> Ref | None:
        """Who speaks the quotation around a token; None where nobody is named."""
        from whipcount.read.speech import quote_speaker

        key = self.quoted[i][0]
        if key not in self._spoken:
            self._spoken[key] = None
            self._spoken[key] = quote_speaker(self, *self.quoted[i])
        return self._spoken[key]

    def person_but(self, token: Token, barred: frozenset[str]) -> Ref | None:
        """Whom "he" or "she" means where some are out of the question (the speaker of a quotation is not named in it)."""
        return self._pronoun(token, barred)

    def _pronoun(self, token: Token, barred: frozenset[str] = frozenset()) -> Ref | None:
        low = token.lower_
        if token.tag_ in {"WP", "WDT"}:
            clause = clause_of(token)
            while clause.dep_ in {"conj", "xcomp"}:
                clause = clause.head
            return self.one(clause.head) if clause.dep_ == "relcl" and clause.head != token else None
        wanted = "m" if low in HE else "f" if low in SHE else ""
        own = self._owner(token) if token.dep_ == "poss" and wanted and not barred else None
        if own is not None and self.cast.gender.get(own.name, wanted) == wanted:
            return own
        addressee = self._addressee(token) if wanted and not barred else None
        if addressee is not None and self.cast.gender.get(addressee.name, wanted) == wanted:
            return addressee
        teller = self._of_the_camp(token) if wanted and not barred else None
        if teller is not None and self.cast.gender.get(teller.name, wanted) == wanted:
            return teller
        if low in THEY or low in IT:
            return self._group_before(token, low in IT)
        best, best_score = None, 0.0
        for ref, score in self._people_before(token):
            if ref.name in barred:
                continue
            gender = self.cast.gender.get(ref.name, "")
            if gender and gender != wanted:
                continue
            score *= 1.3 if gender == wanted else 1.0
            if score > best_score:
                best, best_score = ref, score
        return Ref(best.name, "person", 0.7) if best else None

    def _addressee(self, token: Token) -> Ref | None:
        """Whom "told X that she should go" tells of: X, whom it is told to."""
        clause = clause_of(token)
        over = clause.head
        if (
            token.dep_ != "nsubj"
            or clause.dep_ != "ccomp"
            or over.lemma_ not in {"tell", "warn", "inform", "advise", "remind"}
        ):
            return None
        advice = any(c.dep_ == "aux" and c.lower_ in {"should", "must", "ought"} for c in clause.children)
        for told in children(over, "dobj", "dative"):
            if advice and told.i < token.i and told.i in self.cast.at:
                return Ref(self.cast.at[told.i].name, "person", 0.8)
        return None

    def _of_the_camp(self, token: Token) -> Ref | None:
        """Whom somebody's own people speak of: "X's supporters say that he has the votes" means X."""
        clause = clause_of(token)
        over = clause.head
        if (
            token.dep_ not in {"nsubj", "nsubjpass", "poss"}
            or clause.dep_ != "ccomp"
            or over.lemma_ not in words("speech.says")
        ):
            return None
        subject = next(iter(children(over, "nsubj")), None)
        told = self.one(subject) if subject is not None and subject.i != token.i else None
        if told is None or not told.name.startswith("camp:"):
            return None
        return Ref(told.name.removeprefix("camp:"), "person", 0.8)

    def _owner(self, token: Token) -> Ref | None:
        """Whose "his" is in "the first minister to declare his support was X": the subject's, where that is told of later."""
        verb = token.head.head
        subject = grammatical_subject(verb) if token.head.dep_ == "dobj" and verb.dep_ in {"relcl", "acl"} else None
        if subject is None or subject.i in self.cast.at or subject.pos_ != "NOUN":
            return None
        found = self.one(subject)
        return found if found is not None and found.kind == "person" else None

    def _people_before(self, token: Token) -> list[tuple[Ref, float]]:
        """People named before a pronoun and how likely each is meant: near, subjects, topics."""
        sentence = token.sent
        barred = self._co_argument(token)
        over = clause_of(token)
        over = over.head if over.dep_ in {"ccomp", "advcl", "conj"} else over
        teller = next((c for c in children(over, "nsubj") if c != token), None)
        reported_to = teller.i if teller is not None and over.lemma_ in words("speech.says") else -1
        scores: dict[str, float] = {}
        window = 0
        here = sentence
        while window < 4:
            for t in here:
                person = self.cast.at.get(t.i)
                pronoun = self._one.get(t.i) if t.lower_ in HE | SHE else None
                name = person.name if person else (pronoun.name if pronoun and pronoun.kind == "person" else None)
                if name is None and t.lemma_.lower() in words("roles") and t.pos_ in {"NOUN", "PROPN"}:
                    held = self._person_by_office(t)
                    name = held.name if held is not None and held.sure > 0.8 else None
                if name is None or t.i >= token.i or name in barred or (person and self.cast.at.get(t.i + 1) is person):
                    continue
                acting = token.dep_ in {"nsubj", "nsubjpass", "poss"}
                role = (
                    (1.6 if acting else 1.1)
                    if t.dep_ in {"nsubj", "nsubjpass"}
                    else 1.0
                    if t.dep_ in {"dobj", "pobj", "conj"}
                    else 0.8
                )
                if t.dep_ == "attr" and any(c.dep_ == "expl" for c in t.head.children):
                    role = 1.6
                if t.dep_ == "conj" and t.head.dep_ in {"attr", "conj", "pobj", "appos"}:
                    role *= 0.7
                if person and self.heading(t):
                    role = 1.8
                if window == 0 and acting and reported_to == t.i:
                    role *= 1.6
                role *= 1.0 + 0.07 * min(self._named[name], 6)
                near = 1.0 - min(token.i - t.i, 120) / 240
                scores[name] = max(scores.get(name, 0), role * near * (1.0, 0.85, 0.6, 0.4)[window])
            window += 1
            if here.start == 0:
                break
            here = self.doc[here.start - 1].sent
        return [(Ref(n, "person", 0.7), s) for n, s in scores.items()]

    def heading(self, token: Token) -> bool:
        """Whether a name stands alone on its line, as candidates do over what is said of each."""
        first = token.i
        while first > 0 and self.cast.at.get(first - 1) is self.cast.at.get(token.i):
            first -= 1
        before = self.doc[first - 1] if first else None
        after = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        return (before is None or "\n" in before.text) and (
            after is None or "\n" in after.text or after.text in {":", "(", "-", "–"}
        )

    def _co_argument(self, token: Token) -> set[str]:
        """The subject of the same verb can't be its object pronoun ("X told him")."""
        verb = token.head
        while verb.pos_ == "ADP" and verb.head != verb:
            verb = verb.head
        if token.dep_ in {"dobj", "pobj", "dative"} and verb.pos_ in {"VERB", "AUX"}:
            subject = grammatical_subject(verb)
            if subject is not None and subject.i != token.i:
                inside = {
                    self.cast.at[k].name
                    for k in range(subject.left_edge.i, subject.right_edge.i + 1)
                    if k in self.cast.at
                }
                if inside and subject.i < token.i:
                    return inside
                if subject.i < token.i and subject.lower_ in HE | SHE:
                    who = self.one(subject)
                    return {who.name} if who else set()
        return set()

    def _group_before(self, token: Token, single: bool) -> Ref | None:
        for back in range(token.i - 1, max(-1, token.i - 80), -1):
            t = self.doc[back]
            if t.dep_ not in {"nsubj", "nsubjpass", "dobj", "pobj", "attr", "conj"} or t.pos_ not in {"NOUN", "PROPN"}:
                continue
            ref = self._camp(t) or (self._group(t) if t.i not in self.cast.at else None)
            if ref is None or (
                t.dep_ in {"dobj", "pobj", "conj"} and t.sent == token.sent and clause_of(t) == clause_of(token)
            ):
                continue
            plural = t.tag_ in {"NNS", "NNPS"}
            if (single and not plural) or (
                not single
                and (
                    plural
                    or t.lemma_.lower() in words("groups")
                    or (t.pos_ == "PROPN" and t.ent_type_ in {"ORG", "NORP"})
                )
                and t.lower_ not in words("no_people")
            ):
                return Ref(ref.name, ref.kind, 0.6)
        return None

    def _named_earlier(self, i: int, but: list[str]) -> list[str]:
        """The person who was a subject last before a token, other than some."""
        for back in range(i - 1, max(-1, i - 40), -1):
            t = self.doc[back]
            if t.i not in self.cast.at or self.cast.at[t.i].name in but:
                continue
            if t.dep_ in {"nsubj", "nsubjpass"} or self.heading(t):
                return [self.cast.at[t.i].name]
        return []

    def _plural(self, token: Token) -> list[Ref]:
        """The people that "they", "the pair", "both", "those two" mean, where two or more were named together just before."""
        low = token.lower_
        of_them = any(
            c.dep_ == "prep" and c.lower_ == "of" and any(g.lower_ in {"them", "these", "the"} for g in c.children)
            for c in token.children
        )
        pair_word = low in {"pair", "two", "duo", "both", "trio", "three", "neither", "either", "each"} and (
            of_them or not any(c.dep_ in {"amod"} or (c.dep_ == "prep" and c.lower_ == "of") for c in token.children)
        )
        if low == "three" and not any(c.lower_ in {"all", "the"} for c in token.children):
            return []
        if low not in THEY and not pair_word:
            return []
        for back in range(token.i - 1, max(-1, token.i - 60), -1):
            t = self.doc[back]
            if t.i in self.cast.at and t.dep_ == "conj" and t.head.i in self.cast.at:
                top = t
                while top.dep_ == "conj" and top.head.i in self.cast.at:
                    top = top.head
                names = [self.cast.at[c.i].name for c in conjuncts(top) if c.i in self.cast.at]
                if low in {"three", "trio"} and len(names) == 2:
                    names = [*self._named_earlier(top.left_edge.i, names), *names]
                beside = [r for c in conjuncts(token)[1:] if (r := self.one(c)) is not None]
                return [*(Ref(n, "person", 0.6) for n in dict.fromkeys(names)), *beside]
            if (
                not pair_word
                and t.dep_ in {"nsubj", "nsubjpass"}
                and (t.tag_ in {"NNS", "NNPS"} or t.lemma_.lower() in words("groups"))
                and t.i not in self.cast.at
            ):
                return []
        return self._last_two(token) if low in {"two", "pair", "duo", "both", "each"} and pair_word else []

    def _last_two(self, token: Token) -> list[Ref]:
        """The two people named last before "those two", where they were not named together."""
        if not any(c.lower_ in {"the", "those", "these"} for c in token.children) and token.lower_ not in {
            "both",
            "each",
        }:
            return []
        names: list[str] = []
        for back in range(token.i - 1, max(-1, token.i - 40), -1):
            person = self.cast.at.get(back)
            if person is not None and person.name not in names:
                names.insert(0, person.name)
            if len(names) == 2:
                return [Ref(n, "person", 0.5) for n in names]
        return []
