"""Stances told as wishes and acts: wanting somebody gone, calling on them to stay, stopping them, leaving their team."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.grammar import (
    Token,
    children,
    grammatical_subject,
    negated,
    prepositional,
)
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, covering, quantity_of
from whipcount.read.rules.stances import Stances
from whipcount.read.speech import reporting_verb, speaker

_OTHER = {"supports": "opposes", "opposes": "supports"}


class Wishes(Stances):
    """Finds stances in what people want, urge, hinder and walk out of."""

    def wanting(self, verb: Token) -> Iterator[Draft]:
        """ "A wants X gone", "A urged X to quit", "A called for X to go", "A kept X from winning"."""
        lemma = verb.lemma_.lower()
        wish, urge, stop = (
            lemma in words("position.wants"),
            lemma in words("position.urges"),
            lemma in words("position.stops"),
        )
        if not (wish or urge or stop):
            return
        for pred, who in self._small_clauses(verb):
            kind = self._direction(pred)
            if kind is None and lemma in {"stop", "prevent", "block", "halt"} and pred.pos_ == "VERB":
                kind = "keeps"
            if kind is None:
                continue
            stance = "supports" if kind == "keeps" else "opposes"
            if stop:
                stance = _OTHER[stance] if kind == "keeps" else stance
            yield from self.make(
                f"position.{stance}.{'wants' if wish else 'urges' if urge else 'stops'}",
                verb,
                self.who_acts(verb),
                stance,
                who,
                (pred.lemma_,),
            )

    def _small_clauses(self, verb: Token) -> Iterator[tuple[Token, Token]]:
        for child in verb.children:
            if child.i < verb.i or child.dep_ not in {
                "ccomp",
                "xcomp",
                "oprd",
                "acomp",
                "prt",
                "advmod",
                "prep",
                "dobj",
                "advcl",
            }:
                continue
            own = next(iter(children(child, "nsubj", "nsubjpass", "poss")), None)
            obj = next((c for c in children(verb, "dobj") if c != child), None)
            if child.dep_ == "prep" and child.lower_ in {"for", "on", "from"}:
                for inner in child.children:
                    subject = (
                        next(iter(children(inner, "nsubj", "poss")), None)
                        or obj
                        or (inner if inner.dep_ == "pobj" else None)
                    )
                    pred = (
                        inner
                        if inner.dep_ in {"pcomp", "ccomp"}
                        else next((c for c in children(verb, "xcomp", "ccomp", "advcl")), inner)
                    )
                    if subject is not None:
                        yield pred, subject
            elif own is not None or obj is not None:
                yield child, own if own is not None else obj

    def rid(self, word: Token) -> Iterator[Draft]:
        """ "want rid of X", "get rid of X", "to be shot of X"."""
        verb = word.head if word.head.pos_ in {"VERB", "AUX"} else word
        for _, noun in prepositional(word, "of"):
            yield from self.make("position.opposes.rid", word, grammatical_subject(verb), "opposes", noun)

    def nothing(self, word: Token) -> Iterator[Draft]:
        """ "want nothing more to do with X", "will have no truck with X"."""
        verb = word.head
        while verb.pos_ not in {"VERB", "AUX"} and verb.head != verb:
            verb = verb.head
        for token in word.doc[word.i + 1 : min(word.i + 7, len(word.doc))]:
            if token.lower_ == "with":
                for noun in children(token, "pobj"):
                    holder = grammatical_subject(verb)
                    yield from self.make("position.opposes.nothing", word, holder, "opposes", noun)

    def _direction(self, pred: Token) -> str | None:
        """Whether a predicate has somebody go or stay: read with its particle ("stand down", "stay on", "out")."""
        tails = {c.lower_ for c in pred.children if c.dep_ in {"prt", "advmod", "prep"}}
        if pred.lemma_.lower() == "stand" and not tails & {"down", "aside"}:
            return None
        going = pred.lower_ in words("position.goes") or pred.lemma_.lower() in words("position.goes")
        if pred.lemma_.lower() in {"step", "stand"}:
            return "goes" if tails & {"down", "aside", "back"} else None
        if pred.lemma_.lower() in words("position.keeps") - {"stand", "run"}:
            return None if negated(pred) else "keeps"
        if going:
            return "goes"
        return "goes" if pred.lower_ in {"out"} else None

    def ought(self, verb: Token) -> Iterator[Draft]:
        """ "X should go", "X must stay": the speaker's own stance."""
        if (
            not self._is_time(verb)
            and not any(c.dep_ == "aux" and c.lower_ in {"should", "must", "ought", "needs"} for c in verb.children)
            and not (verb.dep_ == "xcomp" and verb.head.lemma_ in {"ought", "need", "have"})
        ):
            return
        if any(c.dep_ == "mark" and c.lower_ in {"whether", "if"} for c in verb.children):
            return
        if verb.lemma_ in {"win", "prevail", "lose", "survive"}:
            return  # that is how it will go, and no wish
        kind = self._direction(verb)
        if verb.lemma_ in {"consider", "reflect"} and any(c.lemma_ in {"position", "future"} for c in verb.subtree):
            kind = "goes"
        subject = grammatical_subject(verb)
        if kind is None or subject is None:
            return
        stance = "supports" if kind == "keeps" else "opposes"
        stance = _OTHER[stance] if negated(verb) else stance
        holder = speaker(self.scene, verb)
        told = reporting_verb(verb)
        teller = grammatical_subject(told) if told is not None else None
        counted = quantity_of(teller, self.numbers) if teller is not None else None
        if counted is not None and told is not None:
            for target in self.scene.refs(subject):
                if target.kind == "person" and teller is not None:
                    first, last = covering(told, [teller, subject, verb])
                    yield self._count(
                        f"position.{stance}.ought", verb, counted, stance, False, target, first, max(last, verb.i)
                    )
            return
        for target in self.scene.refs(subject):
            if target.kind == "person" and target.name != holder:
                first, last = covering(verb, [subject])
                own = {"holder": holder, "stance": stance, "target": target.name}
                yield Draft(
                    "position",
                    f"position.{stance}.ought",
                    verb.i,
                    first,
                    last,
                    own,
                    sure=target.sure,
                    hints=self._hints(holder, target),
                )

    def _is_time(self, verb: Token) -> bool:
        """ "It is time for X to go", "time that X went"."""
        up = verb.head
        timely = up.lemma_ == "time" or (up.lemma_ == "be" and any(c.lemma_ == "time" for c in children(up, "attr")))
        return timely and any(c.lower_ in {"for", "that", "to"} for c in verb.children if c.i < verb.i)

    def leaving(self, verb: Token) -> Iterator[Draft]:
        """Resigning from a team, or signing a letter, is against the leader."""
        leader = self.scene.leader()
        lemma = verb.lemma_.lower()
        if leader is None:
            return
        around = [n for _, n in prepositional(verb, "from", "as", "of", "on")] + children(verb, "dobj")
        post = any(
            n.lemma_.lower() in words("position.posts") | words("roles") or n.lower_ in words("position.posts")
            for n in around
        ) or any(n.lemma_ == "protest" for _, n in prepositional(verb, "in"))
        thing = next(iter(children(verb, "dobj")), None)
        given = thing is not None and thing.lemma_ in {"resignation", "notice"} and lemma in words("position.hands_in")
        bare = (lemma in {"resign", "quit"} and not post and not children(verb, "dobj")) or given
        signed = (
            lemma in {"sign", "submit", "circulate", "hawk", "move", "write", "lodge"}
            and thing is not None
            and thing.lemma_.lower() in words("position.papers_signed")
            and (lemma == "sign" or thing.lemma_ not in {"nomination", "paper", "form"})
        )
        if bare:
            who = grammatical_subject(verb)
            yield from self._make("position.opposes.resigned.bare", verb, who, "opposes", [leader], (lemma,), None)
        if (
            (lemma in words("position.quits") or (lemma == "walk" and any(c.lower_ == "out" for c in verb.children)))
            and post
        ) or signed:
            subject = grammatical_subject(verb)
            owner = (
                next((self.scene.one(c) for c in children(thing, "poss", "compound") if self.scene.one(c)), None)
                if signed and thing is not None
                else None
            )
            if owner is not None and owner.kind == "person":
                yield from self._make("position.supports.signed", verb, subject, "supports", [owner], (lemma,), thing)
            else:
                yield from self._make(
                    f"position.opposes.{'signed' if signed else 'resigned'}",
                    verb,
                    subject,
                    "opposes",
                    [leader],
                    (lemma,),
                    thing,
                )
