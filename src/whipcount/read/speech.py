"""Who says it and how firmly: reported speech (direct, indirect, nested), denial, hedges and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whipcount.read.claim import Modality
from whipcount.read.grammar import CLAUSES, Token, actor, children, grammatical_subject, passive
from whipcount.read.lexicon import words

if TYPE_CHECKING:
    from whipcount.read.antecedents import Antecedents, Ref
    from whipcount.read.scene import Scene


def quote_speaker(scene: Antecedents, first: int, last: int) -> Ref | None:
    """Who is quoted between two tokens: the subject of a verb of speech beside the quotation."""
    doc = scene.doc
    around = [*range(last + 1, min(last + 12, len(doc))), *range(first - 1, max(first - 25, -1), -1)]
    for i in around:
        token = doc[i]
        if token.is_space and "\n" in token.text and i < first:
            break
        if (
            token.lemma_ in words("speech.says") | words("speech.denies")
            and token.pos_ == "VERB"
            and i not in scene.quoted
        ):
            who = grammatical_subject(token)
            found = scene.one(who) if who is not None and who.i not in scene.quoted else None
            if found is not None and who is not None and who.lower_ in {"he", "she"}:
                inside = frozenset(scene.cast.at[k].name for k in range(first, last + 1) if k in scene.cast.at)
                found = scene.person_but(who, inside) or found
            if found is not None and found.kind in {"person", "group"}:
                return found
    return None


def reporting_verb(token: Token) -> Token | None:
    """The verb of speech or thought that a word is reported under, the nearest one."""
    here = token
    while here.head != here:
        up = here.head
        clause = here.dep_ in {"ccomp", "acl", "advcl", "pcomp", "dep", "parataxis"} or (
            here.dep_ in CLAUSES and up.pos_ == "VERB" and here.dep_ == "ccomp"
        )
        if (
            clause
            and up.lemma_ in words("speech.says") | words("speech.denies")
            and up.pos_ in {"VERB", "AUX"}
            and up != token
        ):
            return up
        if up.lower_ in {"clear", "plain", "known"} and up.head.lemma_ == "make" and here.dep_ in {"ccomp", "advcl"}:
            return up.head
        if (
            here.dep_ == "ccomp"
            and up.lemma_ == "make"
            and any(t.lower_ in {"clear", "plain", "known"} for t in up.children)
        ):
            return up
        here = up
    for child in here.children:
        if (
            child.dep_ in {"parataxis", "ccomp"}
            and child.lemma_ in words("speech.says")
            and here != child
            and children(child, "nsubj")
            and child.i > token.i
            and not children(child, "ccomp")
        ):
            return child
    return None


def speaker(scene: Scene, token: Token) -> str:
    """Who makes the claim that rests on a word: `author`, or whom the author reports."""
    if token.i in scene.quoted:
        first, last = scene.quoted[token.i]
        quoted = scene.speaker_of_quote(token.i)
        if quoted is not None and last - first >= 4:
            return "author" if quoted.kind == "author" else quoted.name
    verb = reporting_verb(token)
    subject = grammatical_subject(verb) if verb is not None else None
    if verb is not None and verb.lemma_ in {"have", "give", "put", "show", "find", "count"} and subject is not None:
        measuring = words("papers") | {"polling", "research", "one"}
        if subject.lemma_.lower() not in measuring and subject.ent_type_ != "ORG":
            verb = None
    if verb is not None and not passive(verb):
        who = scene.one(subject) if subject is not None else None
        if who is not None:
            return "author" if who.kind == "author" else who.name
        if subject is not None and subject.pos_ in {"NOUN", "PROPN"}:
            return scene.phrase(subject)
    for other in token.sent:
        if other.lower_ == "according" and other.i + 2 < len(scene.doc):
            noun = next((n for p in children(other, "prep") for n in children(p, "pobj")), None)
            who = scene.one(noun) if noun is not None else None
            if noun is not None:
                return who.name if who else scene.phrase(noun)
    return "author"


def conditional(token: Token) -> bool:
    """Whether a word stands under a condition: if, unless, should she, were he to."""
    here = token
    while True:
        for child in here.children:
            if child.dep_ == "mark" and child.lower_ in {"if", "unless", "provided", "assuming", "lest"}:
                return True
            if child.dep_ == "advcl" and _is_condition(child):
                return True
        if here.head == here:
            break
        if here.dep_ in {"ccomp", "relcl", "acl"} and here.head.lemma_ in words("speech.says"):
            break
        here = here.head
    first = token.sent[0]
    start = next((t for t in token.sent if t.is_alpha), first)
    return (
        start.lower_ in {"should", "were", "had"}
        and start.i < token.i
        and not token.sent.text.rstrip().endswith("?")
        and start.lower_ != "had"
    )


def _is_condition(clause: Token) -> bool:
    for child in clause.children:
        if child.dep_ in {"mark", "advmod"} and child.lower_ in {"if", "unless", "provided", "assuming", "suppose"}:
            return True
    first = min(clause.children, key=lambda c: c.i, default=None)
    return (
        first is not None and first.lower_ in {"should", "were", "had"} and first.dep_ == "aux" and first.i < clause.i
    )


def hedged(token: Token) -> bool:
    """Whether a word stands under a hedge: may, seems, reportedly, is said to, likely."""
    here = token
    for _ in range(4):
        if any(
            c.lower_ in words("hedges")
            and c.dep_ in {"aux", "advmod", "acomp", "amod"}
            and c.lower_ not in {"almost", "said", "thought"}
            for c in here.children
        ):
            return True
        if here.head == here:
            return False
        up = here.head
        if here.dep_ in {"xcomp", "ccomp", "acl"} and (
            up.lemma_ in words("hedging_verbs") or up.lower_ in {"likely", "unlikely", "rumoured", "rumored", "rumour"}
        ):
            return True
        if here.dep_ in {"xcomp", "ccomp"} and passive(up) and up.lemma_ in words("believed"):
            return True
        if here.dep_ not in {
            "xcomp",
            "ccomp",
            "conj",
            "acl",
            "dobj",
            "attr",
            "prep",
            "pobj",
            "acomp",
            "advmod",
            "nummod",
        }:
            return False
        here = up
    return False


def modality(token: Token, *, denied: bool = False) -> Modality:
    """How firmly the claim that rests on a word is made. A condition beats a hedge; a denial beats both."""
    verb = reporting_verb(token)
    if denied or (verb is not None and verb.lemma_ in words("speech.denies")):
        return "denied"
    if conditional(token):
        return "hypothetical"
    return "hedged" if hedged(token) else "asserted"


def charged_by(scene: Scene, token: Token) -> str:
    """Who brings a charge that rests on a word."""
    verb = reporting_verb(token)
    who = actor(verb) if verb is not None else None
    found = scene.one(who) if who is not None else None
    return found.name if found else speaker(scene, token)
