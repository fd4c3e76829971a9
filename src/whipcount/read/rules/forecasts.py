"""Predictions in the present tense, in idioms of ending and holding on, and in bets: "X is finished", "my money is on X"."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.grammar import Token, children, grammatical_subject, negated, prepositional
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft
from whipcount.read.rules.prediction import Predictions
from whipcount.read.scene import Scene
from whipcount.read.speech import conditional, reporting_verb


class _Forecasts(Predictions):
    def every(self) -> Iterator[Draft]:
        for verb in self.scene.verbs:
            yield from self.present(verb)
            yield from self.ended(verb)
            yield from self.holding(verb)
            yield from self.leading(verb)
            yield from self.doing_it(verb)
            yield from self.not_seeing(verb)
            yield from self.next_leader(verb)
            yield from self.sealed(verb)
        for token in self.scene.tokens:
            yield from self.betting(token)
            if token.lemma_ in {"chance", "hope", "prospect"} and token.dep_ == "dobj":
                yield from self.chances(token)

    def present(self, verb: Token) -> Iterator[Draft]:
        """ "I think X survives the year", "if she runs, X comes through", "my pick is that X becomes leader"."""
        if verb.tag_ not in {"VBZ", "VBP"} or self._mark(verb) or verb.lemma_ in {"be", "walk", "sweep", "coast"}:
            return
        if any(c.dep_ == "mark" and c.lower_ in {"if", "unless", "whether"} for c in verb.children):
            return
        told = reporting_verb(verb)
        thought = told is not None and told.lemma_.lower() in words("speech.thinks") | {"predict", "say", "tip", "pick"}
        if not thought and not conditional(verb) and verb.dep_ not in {"ccomp", "ROOT", "conj"}:
            return
        found = self.outcome(verb)
        if found is None or found[0] == "stands":
            return
        outcome, who = found
        kind = "thought" if thought else "if" if conditional(verb) else "plain"
        if negated(verb):
            outcome = {"wins": "loses", "survives": "falls", "falls": "survives", "loses": "wins"}.get(outcome, "loses")
        yield from self.make(f"present.{kind}.{outcome}", verb, who, outcome, ("mark:present",))

    def ended(self, verb: Token) -> Iterator[Draft]:
        """ "X is finished", "X would be gone by May" where the parser takes the adjective for a verb."""
        if verb.lower_ in {"finished", "gone", "doomed", "done", "cooked"} and verb.tag_ == "VBN":
            be = children(verb, "auxpass", "aux")
            by = [
                n for a in children(verb, "agent") for n in children(a, "pobj") if n.ent_type_ not in {"DATE", "TIME"}
            ]
            if any(c.lemma_ == "be" or c.lower_ == "'s" for c in be) and not children(verb, "dobj") and not by:
                if [p for p, _ in prepositional(verb) if p.lower_ in {"to", "with", "for"}]:
                    return
                outcome = "survives" if negated(verb) else "falls"
                future = any(c.lower_ in {"will", "'ll", "would"} for c in be)
                yield from self.make(
                    "ended", verb, grammatical_subject(verb), outcome, ("future" if future else "now",)
                )

    def holding(self, verb: Token) -> Iterator[Draft]:
        """ "is going nowhere", "isn't going anywhere", "will not quit", "will fight on", "will see out the term"."""
        lemma = verb.lemma_.lower()
        near = {t.lower_ for t in verb.doc[verb.i + 1 : min(verb.i + 4, len(verb.doc))]}
        who = grammatical_subject(verb)
        if lemma == "go" and (("anywhere" in near and negated(verb)) or "nowhere" in near):
            yield from self.make("going.nowhere", verb, who, "survives")
        if not self._mark(verb):
            return
        if lemma in {"fight", "battle", "soldier", "carry", "struggle", "tough", "ride", "see", "weather"} and near & {
            "on",
            "out",
            "off",
        }:
            yield from self.make("holding.on", verb, who, "falls" if negated(verb) else "survives")
        if lemma in {"quit", "resign"} and negated(verb):
            yield from self.make("not.quitting", verb, who, "survives")
        if lemma in {"last", "make", "see"} and any(
            t.lower_
            in {
                "year",
                "christmas",
                "election",
                "week",
                "month",
                "term",
                "summer",
                "easter",
                "spring",
                "winter",
                "autumn",
                "until",
                "beyond",
            }
            for t in verb.subtree
        ):
            yield from self.make("lasting", verb, who, "falls" if negated(verb) else "survives", ("verb:" + lemma,))

    def leading(self, verb: Token) -> Iterator[Draft]:
        """ "will not lead the party into the next election", "will be leading it at the next election"."""
        if verb.lemma_ != "lead" or not self._mark(verb) or not children(verb, "dobj"):
            return
        into = any(
            n.lemma_.lower() in {"election", "poll", "campaign"}
            for _, n in prepositional(verb, "into", "to", "at", "in")
        )
        if into:
            outcome = "falls" if negated(verb) else "survives"
            yield from self.make("leading.into", verb, grammatical_subject(verb), outcome)

    def doing_it(self, verb: Token) -> Iterator[Draft]:
        """ "she will do it", "X will come through the middle", "he will come fourth", "X will get there"."""
        lemma = verb.lemma_.lower()
        mark = self._mark(verb)
        if lemma not in {"do", "come", "get", "make", "walk", "finish", "nail", "edge"} or not (
            mark or verb.tag_ == "VBZ"
        ):
            return
        near = [t.lower_ for t in verb.doc[verb.i + 1 : min(verb.i + 4, len(verb.doc))]]
        who = grammatical_subject(verb)
        out = "loses" if negated(verb) else "wins"
        if (
            lemma in {"do", "make", "walk", "nail", "edge"}
            and near[:1] == ["it"]
            and mark not in {"", "must", "should"}
        ):
            onto = lemma == "make" and near[1:2] and near[1] in {"to", "on", "onto", "into", "past", "through"}
            yield from self.make("makes.it" if onto else "does.it", verb, who, "other: makes it" if onto else out)
        if lemma == "come" and near[:1] == ["through"]:
            yield from self.make("comes.through", verb, who, out)
        if lemma == "get" and near[:1] in (["there"], ["up"]) and mark:
            yield from self.make("gets.there", verb, who, out)
        if (
            lemma in {"come", "finish"}
            and near[:1]
            and near[0] in {"second", "third", "fourth", "fifth", "last"}
            and mark
        ):
            yield from self.make("comes.last", verb, who, "loses")

    def not_seeing(self, verb: Token) -> Iterator[Draft]:
        """ "I can't see him surviving", "nobody expects her to win", "it is hard to see X winning"."""
        if verb.lemma_.lower() not in {"see", "imagine", "expect", "envisage", "picture", "predict", "believe"}:
            return
        subject = next(iter(children(verb, "nsubj")), None)
        hard = verb.head.lower_ in {"hard", "difficult", "impossible", "tough"} and verb.dep_ in {
            "xcomp",
            "ccomp",
            "advcl",
        }
        few = subject is not None and subject.lower_ in {"nobody", "few", "none", "one"}
        no = hard or few or negated(verb)
        for act in children(verb, "ccomp", "xcomp"):
            who = next(iter(children(act, "nsubj")), None) or next(iter(children(verb, "dobj")), None)
            if who is None or act.tag_ not in {"VBG", "VB"} or self._mark(act):
                continue
            found = self.outcome(act)
            if found is not None:
                flip = {
                    "wins": "loses",
                    "survives": "falls",
                    "falls": "survives",
                    "loses": "wins",
                    "becomes leader": "loses",
                }
                outcome = flip.get(found[0], "does not stand") if no != negated(act) else found[0]
                yield from self.make("not.seeing" if no else "expecting", act, who, outcome)

    def next_leader(self, verb: Token) -> Iterator[Draft]:
        """ "The next leader will be X", "the winner will be X"."""
        subject = next(iter(children(verb, "nsubj", "nsubjpass")), None)
        if verb.lemma_ not in {"be", "call", "name"} or subject is None or not self._mark(verb):
            return
        next_one = subject.lemma_.lower() in {"leader", "minister", "premier", "president"} and any(
            c.lower_ in {"next", "new"} for c in subject.children
        )
        if next_one or subject.lemma_.lower() in {"winner", "successor", "victor"}:
            for who in children(verb, "attr", "oprd"):
                if who.i in self.scene.cast.at:
                    yield from self.make("next.is", verb, who, "becomes leader")

    def sealed(self, verb: Token) -> Iterator[Draft]:
        """ "That seals X's fate", "X is on borrowed time", "the writing is on the wall for X", "X is for the chop"."""
        if verb.lemma_ == "seal":
            for thing in [*children(verb, "dobj"), *children(verb, "nsubjpass")]:
                if thing.lemma_ in {"fate", "doom"}:
                    owner = next(iter(children(thing, "poss")), None)
                    yield from self.make("sealed", verb, owner, "falls")
        if any(c.lower_ in {"before", "until", "till"} for c in children(verb, "mark")) and self._only_time(verb):
            found = self.outcome(verb)
            if found is not None and found[0] in {"falls", "loses"}:
                yield from self.make("matter.of.time", verb, found[1], found[0])
        if verb.lemma_ in {"be", "look", "seem"} and any(
            c.lower_ in {"safe", "secure"} for c in children(verb, "acomp")
        ):
            yield from self.make("is.safe", verb, grammatical_subject(verb), "falls" if negated(verb) else "survives")
        if verb.lemma_ in {"be", "live", "look"}:
            subject = grammatical_subject(verb)
            for prep, noun in prepositional(verb, "on", "for"):
                borrowed = noun.lemma_ == "time" and any(c.lower_ == "borrowed" for c in noun.children)
                chop = prep.lower_ == "for" and noun.lemma_.lower() in words("prediction.chops")
                after = verb.doc[noun.i + 1].lower_ if noun.i + 1 < len(verb.doc) else ""
                if prep.lower_ == "on" and noun.lemma_ == "way" and after == "out":
                    yield from self.make("way.out", verb, subject, "falls")
                if borrowed or chop:
                    yield from self.make("borrowed.time" if borrowed else "for.the.chop", verb, subject, "falls")

    def chances(self, noun: Token) -> Iterator[Draft]:
        """ "has no chance of winning", "has little hope of surviving"."""
        none = any(c.lower_ in {"no", "little", "zero"} for c in noun.children)
        for prep in children(noun, "prep"):
            for act in children(prep, "pcomp"):
                found = self.outcome(act)
                flip = {"wins": "loses", "survives": "falls", "becomes leader": "loses"}
                if none and found is not None and found[0] in flip:
                    verb = noun.head
                    yield from self.make("no.chance", noun, grammatical_subject(verb), flip[found[0]])

    def _only_time(self, verb: Token) -> bool:
        """Whether a clause hangs on "a matter of time" or "a question of time"."""
        near = verb.doc[max(verb.sent.start, verb.left_edge.i - 6) : verb.i]
        return any(t.lower_ in {"matter", "question"} for t in near) and any(t.lower_ in {"time", "when"} for t in near)

    def betting(self, token: Token) -> Iterator[Draft]:
        """ "my money is on X", "my pick is X", "X to win", "the smart money is on X"."""
        if token.lemma_.lower() not in {"money", "pick", "tip", "bet", "guess", "prediction"} or token.dep_ != "nsubj":
            return
        verb = token.head
        for _, noun in prepositional(verb, "on"):
            if noun.i in self.scene.cast.at:
                yield from self.make("money.on", verb, noun, "wins")
        for attr in children(verb, "attr"):
            if attr.i in self.scene.cast.at:
                yield from self.make("pick.is", verb, attr, "wins")


def forecasts(scene: Scene) -> Iterator[Draft]:
    """The further candidate predictions of a scene."""
    return _Forecasts(scene).every()
