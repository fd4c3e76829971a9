"""A parsed document with its people and groups resolved: who every noun phrase and pronoun means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from whipcount.read.antecedents import HE, I_, IT, SHE, THEY, WE, Antecedents, Ref
from whipcount.read.cast import Person, find_cast, office_words
from whipcount.read.document import Document
from whipcount.read.grammar import Token, children, conjuncts
from whipcount.read.lexicon import party_words, words
from whipcount.read.mend import Mended

_PERSONAL = re.compile(
    r"(?:er|or|ist|ian|ant|man|woman|ess|friend|chief|whip|aide|mp|td|msp|son|wife|dad|niece|nephew|cousin|ally|deputy)$"
)
"""How nouns for one person end; other singular nouns ("plot", "future") hold no stance."""

__all__ = ["Ref", "Scene", "build", "quotations"]

_LONGEST_NAME = 24
"""Words of a group's name that are kept."""


@dataclass
class Scene(Antecedents):
    """One parsed document, ready for rules.

    Everything is worked out on demand and kept: `refs(token)` resolves a noun or pronoun with its coordinated ones,
    `span(first, last)` gives offsets in the text as given.
    """

    @cached_property
    def verbs(self) -> list[Token]:
        """The verbs and auxiliaries of the document."""
        return [t for t in self.tokens if t.pos_ in {"VERB", "AUX"}]

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

    def _row_from(self, i: int) -> list[Ref]:
        """The people of a list that begins at a token."""
        while (
            i < len(self.doc)
            and i not in self.cast.at
            and self.doc[i].pos_ in {"DET", "NOUN", "PROPN", "ADJ", "ADP", "PUNCT"}
        ):
            i += 1
        if i >= len(self.doc) or i not in self.cast.at:
            return []
        names = [self.cast.at[i].name, *self._row(self.doc[i])]
        return [Ref(n, "person") for n in dict.fromkeys(names)]

    def included(self, token: Token) -> list[Ref]:
        """The people named as among those of a noun phrase: "several deputies, including A and B"."""
        if token.tag_ not in {"NNS", "NNPS"} and token.lower_ not in {"number", "handful", "majority", "those"}:
            return []
        span = self.doc[token.i + 1 : min(token.i + 12, len(self.doc))]
        for t in span:
            if t.lower_ == "them" and t.nbor(-1).lower_ == "among" and t.sent == token.sent:
                return self._row_from(t.i + 1)
            if t.lower_ == "as" and t.nbor(-1).lower_ == "such" and t.sent == token.sent:
                return [
                    r
                    for c in children(t, "pobj")
                    for d in conjuncts(c)
                    if (r := self.one(d)) is not None and r.kind == "person"
                ]
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
        if low in I_ | WE:
            return self._first_person(token, low in WE)
        if low in HE | SHE | THEY | IT or (low in {"who", "that", "which", "whom"} and token.tag_ in {"WP", "WDT"}):
            return self._pronoun(token)
        if token.pos_ not in {"NOUN", "PROPN", "ADJ", "NUM", "DET", "PRON", "X", "VERB"}:
            return None
        return self._person_by_office(token) or self._person_apart(token) or self._group(token)

    def holders(self, token: Token | None) -> list[Ref]:
        """As `refs`; where a common noun names somebody else ("my hairdresser"), that one, less surely."""
        found = self.refs(token)
        if found or token is None or token.pos_ != "NOUN" or token.ent_type_ in {"DATE", "TIME", "MONEY"}:
            return found
        if token.tag_ == "NN" and not _PERSONAL.search(token.lemma_.lower()) and not self._and_file(token):
            return []
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
                self.doc[before].lower_ == "camp"
                or (self.doc[before].lower_ == "team" and self.doc[before].text[0].isupper())
            ):
                return Ref("camp:" + self.cast.at[token.i].name, "group")
            return None
        if token.lemma_.lower() not in words("camps"):
            return None
        owner = next(
            (
                c
                for c in children(token, "poss", "compound", "nmod", "amod")
                if c.i in self.cast.at or c.lower_ in HE | SHE
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
        # Of words without end, those nearest the noun.
        for child in list(token.lefts)[-_LONGEST_NAME:]:
            if (
                child.dep_ in {"amod", "compound", "nmod", "poss", "nummod"}
                and child.lower_ not in words("dropped")
                and child.dep_ != "nummod"
            ):
                below = islice(child.subtree, _LONGEST_NAME)
                kept += [t for t in below if t.lower_ not in words("dropped") or t.dep_ == "case"]
        kept.append(token)
        if self._and_file(token):
            kept += self.doc[token.i + 1 : token.i + 3]
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

    def _and_file(self, token: Token) -> bool:
        """Whether a noun begins "rank and file"."""
        return bool(self.doc[token.i : token.i + 3].text.lower() == "rank and file")

    # people

    def _person_by_office(self, token: Token) -> Ref | None:
        if token.lemma_.lower() not in words("roles") or token.tag_ in {"NNS", "NNPS"}:
            return None
        if any(
            c.dep_ == "det" and c.lower_ in {"a", "an", "no", "any", "another", "every", "each"} for c in token.children
        ):
            return None
        if any(c.dep_ == "nummod" for c in token.children):
            return None
        office = office_words(token, self.cast.at)
        known = self.cast.offices.get(office)
        if known is None and not set(office.split()) & words("not_leader"):
            if self.cast.leader is not None and (office in words("leaders") or self._party_leader(office)):
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

    def _party_leader(self, office: str) -> bool:
        """Whether an office is leading a party named by nothing but its name: "the Rose party leader"."""
        *before, last = office.split()
        return (
            last in words("heads") and bool(before) and all(w in party_words() | {"party", "party's"} for w in before)
        )

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
        told = self._told_who(token)
        if told is not None:
            return told
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

    def _told_who(self, token: Token) -> Ref | None:
        """ "The latest minister to back her is X": the subject is the one that the sentence goes on to name."""
        if (
            token.dep_ != "nsubj"
            or token.tag_ != "NN"
            or token.head.lemma_ != "be"
            or not children(token, "relcl", "acl")
        ):
            return None
        named = next((c for c in children(token.head, "attr") if c.i in self.cast.at), None)
        return Ref(self.cast.at[named.i].name, "person", 0.9) if named is not None else None


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
    tokens = list(doc)
    return Scene(doc, mended, source, cast, quotations(doc), tokens, cast.mentions())
