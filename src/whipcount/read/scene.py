"""A parsed document with its people and groups resolved: who every noun phrase and pronoun means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from whipcount.read.cast import Cast, Person, find_cast, office_words
from whipcount.read.document import Document
from whipcount.read.grammar import Token, children, clause_of, conjuncts, grammatical_subject
from whipcount.read.lexicon import words
from whipcount.read.mend import Mended

_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
_I = frozenset({"i", "me", "my", "mine", "myself"})
_WE = frozenset({"we", "us", "our", "ours"})
_IT = frozenset({"it", "its", "itself"})
_DROPPED = frozenset(
    {
        "the",
        "a",
        "an",
        "this",
        "that",
        "these",
        "those",
        "my",
        "your",
        "our",
        "some",
        "most",
        "all",
        "both",
        "many",
        "few",
        "several",
        "other",
        "every",
        "each",
        "any",
        "no",
        "own",
        "his",
        "her",
        "their",
        "its",
    }
)


@dataclass(frozen=True)
class Ref:
    """Whom a phrase means. `kind` tells a person from a group, the author, and "nobody"; `sure` is less for a pronoun."""

    name: str
    kind: Literal["person", "group", "author", "none", "other"]
    sure: float = 1.0


@dataclass
class Scene:
    """One parsed document, ready for rules.

    Everything is worked out on demand and kept: `refs(token)` resolves a noun or pronoun with its coordinated ones,
    `span(first, last)` gives offsets in the text as given.
    """

    doc: Any
    mended: Mended
    source: Document
    cast: Cast
    quoted: dict[int, tuple[int, int]] = field(default_factory=dict)
    _named: Counter[str] = field(default_factory=Counter)
    _one: dict[int, Ref | None] = field(default_factory=dict)
    _spoken: dict[int, Ref | None] = field(default_factory=dict)

    @property
    def today(self) -> date | None:
        """The day of publication."""
        return self.source.date

    def leader(self) -> Ref | None:
        """The leader whose place is at stake, where known."""
        return Ref(self.cast.leader.name, "person", 0.8) if self.cast.leader else None

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Offsets, in the text as given, of the tokens from first to last."""
        start, end = self.doc[first].idx, self.doc[last].idx + len(self.doc[last].text)
        return self.mended.given(start), self.mended.given(end - 1) + 1

    def refs(self, token: Token | None) -> list[Ref]:
        """Everybody that a noun phrase names, coordinated ones too; empty where it names nobody known."""
        if token is None:
            return []
        plural = self._plural(token)
        if plural:
            return plural
        found = [self.one(t) for t in conjuncts(token)]
        if token.i in self.cast.at:
            found += [Ref(name, "person") for name in self._row(token)]
        named = [] if token.i in self.cast.at else self.included(token)
        found += [r for r in named if r not in found]
        return [r for k, r in enumerate(found) if r is not None and r not in found[:k]]

    def _row(self, token: Token) -> list[str]:
        """The people named right after a person with nothing but commas and "and" between: a list, however it was parsed."""
        out: list[str] = []
        i = token.i + 1
        while i < len(self.doc) and self.cast.at.get(i) is self.cast.at[token.i]:
            i += 1
        while i < len(self.doc) and (self.doc[i].text == "," or self.doc[i].lower_ in {"and", "&"}) and len(out) < 60:
            while i < len(self.doc) and (self.doc[i].text == "," or self.doc[i].lower_ in {"and", "&"}):
                i += 1
            if i >= len(self.doc) or i not in self.cast.at or self.doc[i].dep_ in {"nsubj", "nsubjpass", "poss"}:
                break
            person = self.cast.at[i]
            while i < len(self.doc) and self.cast.at.get(i) is person:
                i += 1
            if self.doc[i - 1].dep_ in {"nsubj", "nsubjpass", "poss"}:
                break
            out.append(person.name)
        return out

    def included(self, token: Token) -> list[Ref]:
        """The people named as among those of a noun phrase: "several deputies, including A and B"."""
        if token.tag_ not in {"NNS", "NNPS"} and token.lower_ not in {"number", "handful", "majority", "those"}:
            return []
        span = self.doc[token.i + 1 : min(token.i + 12, len(self.doc))]
        for t in span:
            if t.lower_ in {"including", "notably"} and t.dep_ in {"prep", "acl", "advmod"} and t.sent == token.sent:
                firsts = children(t, "pobj", "dobj")
                return [
                    r for c in firsts for d in conjuncts(c) if (r := self.one(d)) is not None and r.kind == "person"
                ]
            if t.pos_ in {"VERB", "AUX"} and t.lower_ != "including":
                break
        return []

    def one(self, token: Token) -> Ref | None:
        """The one that a single token's phrase means."""
        if token.i not in self._one:
            self._one[token.i] = None
            self._one[token.i] = self._work_out(token)
        return self._one[token.i]

    def _work_out(self, token: Token) -> Ref | None:
        low = token.lower_
        camp = self._camp(token)
        if camp is not None:
            return camp
        if token.i in self.cast.at:
            return Ref(self.cast.at[token.i].name, "person")
        if low in {"nobody", "none"} or (low == "one" and token.i and token.nbor(-1).lower_ in {"no", "not"}):
            return Ref("nobody", "none")
        if low in _I | _WE:
            return self._first_person(token, low in _WE)
        if low in _HE | _SHE | _THEY | _IT or (low in {"who", "that", "which", "whom"} and token.tag_ in {"WP", "WDT"}):
            return self._pronoun(token)
        if token.pos_ not in {"NOUN", "PROPN", "ADJ", "NUM", "DET", "PRON", "X", "VERB"}:
            return None
        return self._person_by_office(token) or self._person_apart(token) or self._group(token)

    def holders(self, token: Token | None) -> list[Ref]:
        """As `refs`; where a common noun names somebody else ("my hairdresser"), that one, less surely."""
        found = self.refs(token)
        if found or token is None or token.pos_ != "NOUN" or token.ent_type_ in {"DATE", "TIME", "MONEY"}:
            return found
        return [Ref(self.phrase(token), "other", 0.5)]

    # groups

    def _camp(self, token: Token) -> Ref | None:
        """ "Camp X", "the X camp", "X's people", "supporters of X", "his backers"."""
        if (
            token.lemma_.lower() in {"camp", "team"}
            and token.i + 1 < len(self.doc)
            and token.nbor().i in self.cast.at
            and token.text[0].isupper()
        ):
            return Ref("camp:" + self.cast.at[token.nbor().i].name, "group")
        if token.i in self.cast.at:
            before = token.i - 1
            while before >= 0 and self.cast.at.get(before) is self.cast.at[token.i]:
                before -= 1
            if before >= 0 and (
                self.doc[before].lower_ == "camp" or (self.doc[before].lower_ == "team" and self.doc[before].text[0].isupper())
            ):
                return Ref("camp:" + self.cast.at[token.i].name, "group")
            return None
        if token.lemma_.lower() not in words("camps"):
            return None
        owner = next(
            (
                c
                for c in children(token, "poss", "compound", "nmod", "amod")
                if c.i in self.cast.at or c.lower_ in _HE | _SHE
            ),
            None,
        )
        if owner is None:
            of = next(
                (n for p in children(token, "prep") if p.lower_ in {"of", "to"} for n in children(p, "pobj")), None
            )
            owner = of if of is not None and (of.i in self.cast.at) else None
        if owner is None:
            return None
        who = self.one(owner)
        return Ref("camp:" + who.name, "group", who.sure) if who and who.kind == "person" else None

    def _group(self, token: Token) -> Ref | None:
        low = token.lemma_.lower()
        above = token.head
        if token.dep_ == "appos" and above.pos_ == "PROPN" and above.i not in self.cast.at and low in words("groups"):
            return self._group(above)
        capital = token.text[:1].isupper() and not token.is_sent_start
        if token.pos_ in {"PROPN"} or (capital and token.pos_ in {"NOUN", "ADJ"}):
            if token.ent_type_ in {"DATE", "TIME", "MONEY", "CARDINAL", "ORDINAL", "PERCENT"}:
                return None
            return Ref(self.phrase(token), "group")
        if low in words("groups") or token.lower_ in words("groups"):
            return Ref(self.phrase(token), "group")
        return None

    def phrase(self, token: Token) -> str:
        """A group's own name: its noun phrase, lower case, without article."""
        kept = []
        for child in token.lefts:
            if (
                child.dep_ in {"amod", "compound", "nmod", "poss", "nummod"}
                and child.lower_ not in _DROPPED
                and child.dep_ != "nummod"
            ):
                kept += [t for t in child.subtree if t.lower_ not in _DROPPED or t.dep_ == "case"]
        kept.append(token)
        kept += [c for c in token.rights if c.text == "-" or (c.dep_ == "punct" and c.text == "-")]
        for prep in children(token, "prep"):
            if prep.lower_ == "of":
                for noun in children(prep, "pobj"):
                    kept += [prep, *(t for t in noun.lefts if t.dep_ in {"compound", "amod"}), noun]
        spots = sorted({t.i for t in kept if not t.is_space})
        hyphens = {
            i + 1 for i in spots if i + 2 in spots and self.doc[i + 1].text == "-" and not self.doc[i].whitespace_
        }
        text = "".join(
            self.doc[i].text + (" " if self.doc[i].whitespace_ or i + 1 not in {*spots, *hyphens} else "")
            for i in sorted({*spots, *hyphens})
        )
        return text.lower().strip(" '\"-")

    # people

    def _person_by_office(self, token: Token) -> Ref | None:
        if token.lemma_.lower() not in words("roles") or token.tag_ in {"NNS", "NNPS"}:
            return None
        if any(
            c.dep_ == "det" and c.lower_ in {"a", "an", "no", "any", "another", "every", "each"} for c in token.children
        ):
            return None
        office = office_words(token, self.cast.at)
        known = self.cast.offices.get(office)
        if known is None and not set(office.split()) & words("not_leader"):
            if office in words("leaders") and self.cast.leader is not None:
                known = self.cast.leader
            else:
                same = {
                    p.name: p
                    for o, p in self.cast.offices.items()
                    if o.split()[-1] == office or o.startswith(office + " ") or o.endswith(" " + office)
                }
                known = next(iter(same.values())) if len(same) == 1 else None
        if known is None and token.dep_ in {"nsubj", "nsubjpass"} and self._described(token):
            earlier = self._named_earlier(token.left_edge.i, [])
            return Ref(earlier[0], "person", 0.5) if earlier else None
        return Ref(known.name, "person", 0.9) if known else None

    def _described(self, token: Token) -> bool:
        """Whether a role is one told of somebody named before: "the Rangitoto MP", "the former minister"."""
        definite = any(c.lower_ == "the" and c.dep_ == "det" for c in token.children)
        told = any(c.dep_ in {"compound", "amod", "nmod"} for c in token.children)
        return (
            definite
            and told
            and token.lemma_.lower() not in words("heads")
            and office_words(token, self.cast.at) not in words("leaders")
        )

    def _person_apart(self, token: Token) -> Ref | None:
        """A phrase with a person in apposition, or a name whose head the parser put elsewhere."""
        for child in children(token, "appos"):
            if child.i in self.cast.at and token.lemma_.lower() not in words("camps") - words("roles"):
                return Ref(self.cast.at[child.i].name, "person", 0.9)
        if token.dep_ == "appos" and token.head.i in self.cast.at and token.tag_ in {"NN", "NNP"}:
            return Ref(self.cast.at[token.head.i].name, "person", 0.8)
        after = token.i + 1
        if (
            token.lemma_.lower() in words("roles") | {"man", "woman"}
            and after < len(self.doc)
            and after in self.cast.at
            and token.head.i in self.cast.at
        ):
            return Ref(self.cast.at[after].name, "person", 0.9)
        return None

    # pronouns

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
        wanted = "m" if low in _HE else "f" if low in _SHE else ""
        if low in _THEY or low in _IT:
            return self._group_before(token, low in _IT)
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
                pronoun = self._one.get(t.i) if t.lower_ in _HE | _SHE else None
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
                if subject.i in self.cast.at:
                    return {self.cast.at[subject.i].name}
                if subject.i < token.i and subject.lower_ in _HE | _SHE:
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
        pair_word = low in {"pair", "two", "duo", "both", "trio", "three", "neither", "either"} and (
            of_them or not any(c.dep_ in {"amod"} or (c.dep_ == "prep" and c.lower_ == "of") for c in token.children)
        )
        if low == "three" and not any(c.lower_ in {"all", "the"} for c in token.children):
            return []
        if low not in _THEY and not pair_word:
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
        return []


def quotations(doc: Any) -> dict[int, tuple[int, int]]:
    """Token -> (first, last) of the quotation marks around it; a mark left open ends with its paragraph."""
    out: dict[int, tuple[int, int]] = {}
    opened: int | None = None
    for token in doc:
        if token.text == '"':
            if opened is None:
                opened = token.i
            else:
                out |= dict.fromkeys(range(opened, token.i + 1), (opened, token.i))
                opened = None
        elif opened is not None and token.is_space and "\n\n" in token.text:
            out |= dict.fromkeys(range(opened, token.i), (opened, token.i))
            opened = None
    return out


def build(doc: Any, mended: Mended, source: Document, roster: Sequence[Person], leader: str | None = None) -> Scene:
    """The scene of a parsed document."""
    cast = find_cast(doc, roster, leader)
    return Scene(doc, mended, source, cast, quotations(doc), cast.mentions())
