"""Events: what happened or is scheduled and bears on the contest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from whipcount.read.calendar_words import resolve
from whipcount.read.grammar import (
    Token,
    children,
    clause_span,
    grammatical_subject,
    negated,
    particle,
    passive,
    prepositional,
    undergoer,
)
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, covering
from whipcount.read.scene import Scene


class _Finder:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def all(self) -> Iterator[Draft]:
        for token in self.scene.tokens:
            if token.pos_ in {"VERB", "AUX"}:
                yield from self.called(token)
                yield from self.there_is(token)
                yield from self.new_leader(token)
                yield from self.happens(token)
                yield from self.leaves(token)
            elif token.pos_ == "NOUN" and token.lemma_ == "resignation":
                yield from self.resignation(token)
            elif token.pos_ == "NOUN" and token.lemma_.lower() in words("event.things"):
                yield from self.closing(token)

    def make(
        self, rule: str, head: Token, subject: str, at: Token | None, hints: tuple[str, ...], *, denied: bool = False
    ) -> Draft:
        start, end = clause_span(head)
        doc = self.scene.doc
        past = head.tag_ in {"VBD"} or (
            head.tag_ == "VBN"
            and any(c.lemma_ == "have" or c.lower_ in {"was", "were"} for c in children(head, "aux", "auxpass"))
        )
        when = resolve(doc[start : end + 1].text, self.scene.today, south=self.scene.source.southern, past=past)
        what = " ".join(t.text for t in doc[head.i : min(end, head.i + 9) + 1] if not t.is_space)
        first, last = covering(head, [at])
        more = ("dated",) if when else ()
        return Draft(
            "event",
            f"event.{rule}",
            head.i,
            first,
            last,
            {"subject": subject, "what": what, "when": when},
            denied,
            1.0,
            (*hints, *more, "past" if past else "not.past"),
        )

    def happens(self, verb: Token) -> Iterator[Draft]:
        """ "Nominations close on Friday", "the ballot will be held in May", "delegates meet on the 9th"."""
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        if lemma not in words("event.happens") | {"be"} or subject is None or subject.i in self.scene.cast.at:
            return
        if subject.lemma_.lower() not in words("event.things"):
            return
        people = subject.lemma_.lower() in {"member", "delegate", "candidate"}
        if people and lemma not in {
            "meet",
            "vote",
            "choose",
            "elect",
            "gather",
            "decide",
            "assemble",
            "convene",
            "cast",
            "pick",
        }:
            return
        clause = self.scene.doc[clause_span(verb)[0] : clause_span(verb)[1] + 1].text
        if lemma == "be" and resolve(clause, self.scene.today) is None:
            return
        yield self.make(
            "happens",
            verb,
            self.scene.phrase(subject),
            subject,
            ("thing:" + subject.lemma_.lower(), "verb:" + lemma, "passive" if passive(verb) else "active"),
            denied=False,
        )

    def closing(self, noun: Token) -> Iterator[Draft]:
        """ "Nominations close on Friday" where the parser takes the verb for an adjective."""
        for word in children(noun, "amod", "acl", "advmod", "relcl"):
            if (
                word.i > noun.i
                and word.i - noun.i < 4
                and word.lower_ in {"close", "closes", "open", "opens", "closed", "opened"}
            ):
                draft = self.make("closing", noun, self.scene.phrase(noun), noun, ("thing:" + noun.lemma_.lower(),))
                yield replace(draft, last=max(draft.last, word.right_edge.i - (word.right_edge.is_punct)))

    def called(self, verb: Token) -> Iterator[Draft]:
        """ "X called a spill", "members will hold the first ballot on 22 June"."""
        if verb.lemma_.lower() not in {
            "call",
            "hold",
            "convene",
            "schedule",
            "announce",
            "demand",
            "trigger",
            "force",
            "table",
            "begin",
            "face",
            "survive",
            "win",
            "lose",
            "set",
        }:
            return
        thing = undergoer(verb) or next((n for _, n in prepositional(verb, "for")), None)
        subject = grammatical_subject(verb)
        if thing is None or subject is None or passive(verb) or thing.lemma_.lower() not in words("event.calls"):
            return
        if verb.lemma_ in {"win", "lose"} and thing.tag_ == "NNS":
            return
        ref = self.scene.one(subject)
        if ref is None and subject.pos_ == "PRON":
            return
        name = ref.name if ref is not None else self.scene.phrase(subject)
        yield self.make("called", verb, name, subject, ("thing:" + thing.lemma_.lower(), "verb:" + verb.lemma_.lower()))

    def there_is(self, verb: Token) -> Iterator[Draft]:
        """ "There will be a ballot on Monday"."""
        if verb.lemma_ != "be" or not children(verb, "expl"):
            return
        for attr in children(verb, "attr"):
            if attr.lemma_.lower() in words("event.things"):
                yield self.make("there.is", verb, self.scene.phrase(attr), attr, ("thing:" + attr.lemma_.lower(),))

    def new_leader(self, verb: Token) -> Iterator[Draft]:
        """ "X is the new leader", "X was elected leader"."""
        if verb.lemma_ != "be" or any(c.dep_ == "aux" for c in verb.children):
            return
        subject = grammatical_subject(verb)
        for attr in children(verb, "attr"):
            if (
                attr.lemma_.lower() in words("heads")
                and any(c.lower_ == "new" for c in attr.children)
                and subject is not None
            ):
                ref = self.scene.one(subject)
                if ref is not None and ref.kind == "person":
                    yield self.make("new.leader", verb, ref.name, subject, ())

    def leaves(self, verb: Token) -> Iterator[Draft]:
        """ "X resigned as leader", "X was sacked", "X steps down"."""
        lemma, tail = verb.lemma_.lower(), particle(verb)
        out = lemma in {"resign", "quit", "retire", "die", "depart"} or (
            lemma in {"step", "stand"} and tail in {"down", "aside"}
        )
        removed = lemma in {
            "sack",
            "suspend",
            "expel",
            "dismiss",
            "demote",
            "fire",
            "elect",
            "re-elect",
            "reelect",
            "appoint",
            "reinstate",
        } and (passive(verb) or undergoer(verb) is not None)
        if not (out or removed):
            return
        who = undergoer(verb) if removed else grammatical_subject(verb)
        future = (
            any(c.dep_ == "aux" and c.lower_ not in {"has", "have", "had", "'s", "'d", "having"} for c in verb.children)
            or verb.tag_ == "VB"
        )
        hints = (
            "verb:" + lemma,
            "future" if future else "done",
            *(["as"] if list(prepositional(verb, "as", "from")) else []),
        )
        for ref in self.scene.refs(who):
            if ref.kind == "person":
                leader = self.scene.leader()
                more = ("leader",) if leader and leader.name == ref.name else ()
                yield self.make("leaves", verb, ref.name, who, (*hints, *more), denied=negated(verb))

    def resignation(self, noun: Token) -> Iterator[Draft]:
        who = next((c for c in children(noun, "poss") if self.scene.one(c)), None) or next(
            (n for _, n in prepositional(noun, "of")), None
        )
        ref = self.scene.one(who) if who is not None else None
        if ref is not None and ref.kind == "person":
            yield self.make("resignation", noun, ref.name, who, ())


def events(scene: Scene) -> Iterator[Draft]:
    """Every candidate event in a scene."""
    return _Finder(scene).all()
