"""Memberships: who belongs to which named camp, faction or wing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from whipcount.read.grammar import (
    Token,
    actor,
    children,
    companions,
    conjuncts,
    grammatical_subject,
    negated,
    prepositional,
)
from whipcount.read.lexicon import party_words, words
from whipcount.read.rules.draft import Draft, covering
from whipcount.read.scene import Scene

_GENERIC = frozenset(
    {
        "party",
        "caucus",
        "parliament",
        "house",
        "cabinet",
        "government",
        "council",
        "committee",
        "union",
        "people",
        "board",
        "room",
        "team",
    }
)


class _Finder:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def camp(self, token: Token | None) -> tuple[str, tuple[str, ...]] | None:
        """The name of a camp that a noun phrase names, and what speaks for it."""
        if token is None:
            return None
        ref = self.scene.one(token)
        if ref is None or ref.kind != "group":
            return None
        lemma = token.lemma_.lower()
        named = any(c.text[:1].isupper() for c in token.lefts if c.dep_ in {"compound", "amod", "nmod"}) or (
            token.text[:1].isupper() and not token.is_sent_start
        )
        marks = [
            m
            for m, yes in (
                ("faction", lemma in words("factions")),
                ("named", named),
                ("camp", ref.name.startswith("camp:")),
                ("generic", lemma in _GENERIC),
            )
            if yes
        ]
        if token.pos_ == "PRON":
            marks = ["pronoun"]
        if party_words() >= set(re.findall(r"[a-zé]+", ref.name)):
            return None
        if not marks or (marks == ["named"] and token.ent_type_ in {"GPE", "DATE", "FAC"}):
            return None
        return ref.name, tuple(marks)

    def _faction(self, token: Token) -> bool:
        """Whether a noun before another names a faction, and not a portfolio ("transport secretary")."""
        found = self.camp(token)
        return found is not None and bool({"faction", "camp"} & set(found[1]))

    def make(
        self, rule: str, head: Token, who: Token | None, camp: Token | None, *, denied: bool = False
    ) -> Iterator[Draft]:
        found = self.camp(camp)
        if found is None or who is None or camp is None:
            return
        first, last = (
            covering(head, [who, camp])
            if head.pos_ in {"VERB", "AUX"}
            else (min(who.left_edge.i, camp.left_edge.i, head.i), max(who.i, camp.i, head.i))
        )
        beside = companions(head) if head.pos_ == "VERB" else []
        for ref in [r for t in (who, *beside) for r in self.scene.refs(t)]:
            if ref.name in {"two", "both", "pair"}:
                continue
            if (
                ref.kind in {"person", "group"}
                and ref.name != found[0]
                and ref.name.removeprefix("camp:") != found[0].removeprefix("camp:")
            ):
                hints = (*found[1], "member:" + ref.kind)
                yield Draft(
                    "membership",
                    f"membership.{rule}",
                    head.i,
                    first,
                    last,
                    {"member": ref.name, "camp": found[0]},
                    denied,
                    ref.sure,
                    hints,
                )

    def all(self) -> Iterator[Draft]:
        for token in self.scene.tokens:
            if token.pos_ in {"VERB", "AUX"}:
                yield from self.verb(token)
            if token.pos_ in {"NOUN", "PROPN"}:
                yield from self.noun(token)

    def verb(self, verb: Token) -> Iterator[Draft]:  # noqa: PLR0912 (one branch a class of verbs)
        lemma, subject = verb.lemma_.lower(), grammatical_subject(verb)
        if lemma == "belong":
            for _, noun in prepositional(verb, "to"):
                yield from self.make("belongs", verb, subject, noun, denied=negated(verb))
        elif lemma in words("membership.belongs"):
            for noun in children(verb, "dobj"):
                yield from self.make(
                    "joins" if lemma != "lead" else "leads", verb, actor(verb), noun, denied=negated(verb)
                )
        if lemma in words("membership.includes"):
            for noun in [*children(verb, "dobj"), *(n for _, n in prepositional(verb, "of", "among"))]:
                if subject is not None:
                    yield from self.make("includes", verb, noun, subject, denied=negated(verb))
        if lemma in {"come", "hail"}:
            for _, noun in prepositional(verb, "from"):
                yield from self.make("comes.from", verb, subject, noun, denied=negated(verb))
        if lemma in {"marshal", "marshall", "organise", "organize", "lead", "command", "rally"}:
            for noun in children(verb, "dobj"):
                for _, camp in prepositional(noun, "of"):
                    yield from self.make("marshals", verb, subject, camp)
        if lemma == "be" and subject is not None:
            for attr in children(verb, "attr"):
                ref = self.scene.one(subject)
                if subject.lower_ in {"it", "this", "that", "which", "who"}:
                    continue
                if ref is not None and ref.name.startswith("camp:"):
                    yield from self.make("is.made.of", verb, attr, subject)
                elif attr.i not in self.scene.cast.at and attr.i - attr.left_edge.i < 4:
                    yield from self.make("is", verb, subject, attr, denied=negated(verb))
                if self.camp(subject) and (attr.i in self.scene.cast.at or attr.lower_ in {"two", "pair"}):
                    yield from self.make("is.made.of", verb, attr, subject)
            for _, noun in prepositional(verb, "of", "in", "from", "with"):
                if subject.lower_ not in {"it", "this", "that", "which"}:
                    yield from self.make("is.prep", verb, subject, noun, denied=negated(verb))

    def noun(self, noun: Token) -> Iterator[Draft]:  # noqa: PLR0912 (one branch a construction)
        scene = self.scene
        person = noun.i in scene.cast.at and scene.cast.at.get(noun.i + 1) is not scene.cast.at[noun.i]
        if person:
            for prep, camp in prepositional(noun, "of", "from", "in"):
                yield from self.make(f"person.{prep.lower_}", noun, noun, camp)
            for child in noun.children:
                if (
                    child.dep_ in {"compound", "nmod", "amod"}
                    and child.i not in scene.cast.at
                    and child.lemma_.lower() in words("factions") - words("camps")
                ):
                    yield from self.make("compound", noun, noun, child)
        if noun.lemma_.lower() in words("membership.nouns") and noun.i not in scene.cast.at:
            camp = next((n for _, n in prepositional(noun, "of", "in", "on") if self.camp(n)), None) or next(
                (
                    c
                    for c in children(noun, "compound", "nmod", "poss")
                    if self._faction(c) or c.lower_ in {"its", "their"}
                ),
                None,
            )
            if camp is None:
                return
            if noun.dep_ == "appos":
                yield from self.make("noun.appos", noun, noun.head, camp)
            elif noun.dep_ == "attr" and noun.head.lemma_ in {"be", "remain", "become"}:
                yield from self.make(
                    "noun.is", noun.head, grammatical_subject(noun.head), camp, denied=negated(noun.head)
                )
            for child in children(noun, "appos"):
                yield from self.make("noun.named", noun, child, camp)
            if noun.dep_ in {"compound", "nmod"} and noun.head.i in scene.cast.at:
                yield from self.make("noun.named", noun, noun.head, camp)
        yield from self.kinds(noun)
        for led in children(noun, "acl"):
            by = actor(led) if led.lemma_ in {"lead", "head", "chair"} else None
            if by is not None and by.i in scene.cast.at and noun.tag_ in {"NNS", "NNP", "NN"}:
                yield from self.make("led.by", noun, actor(led), noun)
        if noun.dep_ == "appos" and noun.lemma_.lower() in words("factions") and noun.head.i in scene.cast.at:
            yield from self.make("appos", noun, noun.head, noun)
        for child in children(noun, "prep"):
            if child.lower_ in {"including", "like", "with", "around"} and self.camp(noun):
                for named in children(child, "pobj"):
                    if any(c.i in scene.cast.at for c in conjuncts(named)):
                        yield from self.make(f"group.{child.lower_}", noun, named, noun)

    def kinds(self, noun: Token) -> Iterator[Draft]:
        """ "X, a left-winger", "X, one of the leading moderates", "moderates such as X and Y"."""
        whole = noun.doc[noun.i - 2].lower_ + "-" if noun.i > 1 and noun.nbor(-1).text == "-" else ""
        wing = words("membership.wingers") & {noun.lemma_.lower(), noun.lower_, whole + noun.lemma_.lower()}
        if not wing:
            return
        top = noun
        if (
            top.dep_ == "pobj"
            and top.head.lower_ == "of"
            and top.head.head.lower_ in {"one", "some", "leader", "number"}
        ):
            top = top.head.head
        who = top.head if top.dep_ == "appos" else None
        if top.dep_ == "attr" and top.head.lemma_ in {"be", "remain"}:
            who = grammatical_subject(top.head)
        if noun.dep_ in {"compound", "amod"} and noun.head.i in self.scene.cast.at:
            who = noun.head
        name = next(iter(wing)).removesuffix("-winger").removesuffix("winger")
        for ref in self.scene.refs(who) if who is not None else self.scene.included(noun):
            if ref.kind == "person":
                spot = who if who is not None else noun.right_edge
                first, last = min(spot.left_edge.i, noun.i), max(spot.i, noun.i)
                own = {"member": ref.name, "camp": name + ("s" if name not in {"left", "right", "hard-left"} else "")}
                yield Draft("membership", "membership.kind", noun.i, first, last, own, False, ref.sure, ("wing",))


def memberships(scene: Scene) -> Iterator[Draft]:
    """Every candidate membership in a scene."""
    return _Finder(scene).all()
