"""Accusations: who charges whom with which deed."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.grammar import (
    Token,
    actor,
    children,
    clause_span,
    grammatical_subject,
    negated,
    passive,
    prepositional,
    undergoer,
)
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, covering
from whipcount.read.scene import Ref, Scene
from whipcount.read.speech import charged_by, reporting_verb

_AUTHOR = Ref("author", "author")


class _Finder:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def all(self) -> Iterator[Draft]:
        for verb in self.scene.verbs:
            yield from self.accusing(verb)
            yield from self.deed(verb)
            yield from self.cleft(verb)

    def deed_words(self, head: Token) -> str:
        first, last = clause_span(head)
        start = head.i if head.dep_ in {"pcomp", "xcomp"} else max(first, head.i)
        return " ".join(t.text for t in self.scene.doc[start : min(last, start + 9) + 1] if not t.is_space).strip(
            " ,.;'\""
        )

    def make(
        self,
        rule: str,
        head: Token,
        accuser: str,
        accused: Token | None,
        deed: str,
        *,
        denied: bool = False,
        at: Token | None = None,
        hints: tuple[str, ...] = (),
    ) -> Iterator[Draft]:
        first, last = covering(head, [accused if accused is not None and abs(accused.i - head.i) < 30 else None, at])
        for ref in self.scene.refs(accused):
            if ref.kind in {"person", "group"} and ref.name != accuser:
                own = {"accuser": accuser, "accused": ref.name, "deed": deed}
                more = (*hints, "accused:" + ref.kind, "accuser:author" if accuser == "author" else "accuser:other")
                yield Draft("accusation", f"accusation.{rule}", head.i, first, last, own, denied, ref.sure, more)

    def _name(self, token: Token | None) -> str:
        ref = self.scene.one(token) if token is not None else None
        if ref is None:
            return self.scene.phrase(token) if token is not None and token.pos_ in {"NOUN", "PROPN"} else "author"
        return ref.name

    def accusing(self, verb: Token) -> Iterator[Draft]:  # noqa: PLR0912 (one branch a class of verbs)
        """ "A accused B of leaking", "A blames B for the leak", "A pointed the finger at B"."""
        lemma = verb.lemma_.lower()
        if lemma in {"accuse", "blame", "charge", "suspect"}:
            phrase = next(
                (
                    (p, c)
                    for p in [
                        *children(verb, "prep"),
                        *(g for o in children(verb, "dobj") for g in children(o, "prep")),
                    ]
                    if p.lower_ in {"of", "for", "with"}
                    for c in children(p, "pcomp", "pobj")
                ),
                None,
            )
            if lemma == "charge" and (phrase is None or phrase[0].lower_ != "with"):
                return
            deed = self.deed_words(phrase[1]) if phrase else lemma
            strong = ("deed",) if phrase else ()
            by = actor(verb)
            yield from self.make(
                "accuses",
                verb,
                self._name(by) if by is not None else "author",
                undergoer(verb),
                deed,
                denied=negated(verb),
                at=phrase[1] if phrase else None,
                hints=("verb:" + lemma, *strong),
            )
            if lemma == "blame" and phrase is None:
                for p, n in prepositional(verb, "on"):
                    yield from self.make("blame.on", verb, self._name(by), n, "blame", at=p)
        if lemma in words("accusation.charges"):
            for prep in [*children(verb, "prep"), *(g for o in children(verb, "dobj") for g in children(o, "prep"))]:
                for act in children(prep, "pcomp"):
                    if prep.lower_ in {"for", "over"} and act.lemma_.lower() in words("accusation.deeds"):
                        by = self._name(actor(verb))
                        yield from self.make("charges", verb, by, undergoer(verb), self.deed_words(act), at=act)
        if lemma == "point":
            for _, n in prepositional(verb, "at", "to"):
                if any(c.lemma_ == "finger" for c in children(verb, "dobj")):
                    yield from self.make("finger", verb, self._name(actor(verb)), n, "pointed at", at=n)
            subject = next(iter(children(verb, "nsubj")), None)
            if subject is not None and subject.lemma_ == "finger":
                for _, n in prepositional(verb, "at", "to", "towards"):
                    yield from self.make("finger", verb, "author", n, "suspected", at=n)
        if lemma == "finger":
            yield from self.make("finger", verb, self._name(actor(verb)), undergoer(verb), "fingered")

    def deed(self, verb: Token) -> Iterator[Draft]:
        """A deed told as done: "B leaked the memo", "A says that B has been briefing against C"."""
        lemma = verb.lemma_.lower()
        if lemma not in words("accusation.deeds") or (passive(verb) and actor(verb) is None):
            return
        strong = lemma in words("accusation.strong")
        who = actor(verb)
        if who is None:
            return
        told = reporting_verb(verb)
        accuser = charged_by(self.scene, verb)
        hints = ("strong" if strong else "weak", "told" if told is not None else "plain", "deed:" + lemma)
        if verb.dep_ in {"pcomp"} and verb.head.head.lemma_ in {"accuse", "blame", "charge", "suspect"}:
            return
        if (not strong and told is None) or negated(verb):
            return
        against = any(p.lower_ == "against" for p, _ in prepositional(verb))
        if lemma == "brief" and not against:
            return
        yield from self.make(
            "deed",
            verb,
            accuser,
            who,
            self.deed_words(verb),
            denied=negated(verb),
            hints=(*hints, *(["negated"] if negated(verb) else [])),
        )

    def cleft(self, verb: Token) -> Iterator[Draft]:
        """ "it was B who leaked it", "that was a lie"."""
        if verb.lemma_ != "be":
            return
        subject = next(iter(children(verb, "nsubj", "expl")), None)
        attr = next(iter(children(verb, "attr")), None)
        if subject is None or attr is None:
            return
        if subject.lower_ in {"it", "that", "this"} and attr.i in self.scene.cast.at:
            clause = next(iter(children(attr, "relcl")), None) or next(iter(children(verb, "ccomp", "advcl")), None)
            if clause is not None and clause.lemma_.lower() in words("accusation.deeds"):
                yield from self.make(
                    "cleft",
                    verb,
                    charged_by(self.scene, verb),
                    attr,
                    self.deed_words(clause),
                    at=clause,
                    denied=negated(verb),
                )
        guilty = attr.lemma_.lower() in {"liar", "traitor", "leaker", "cheat", "plotter", "fraud"}
        if guilty and not any(c.dep_ == "neg" for c in verb.children):
            yield from self.make(
                "is.guilty", verb, charged_by(self.scene, verb), grammatical_subject(verb), attr.lemma_.lower()
            )


def accusations(scene: Scene) -> Iterator[Draft]:
    """Every candidate accusation in a scene."""
    return _Finder(scene).all()
