"""Candidacies told otherwise than by a verb of entering: a raised hand, talk of somebody, thinking it over, declining to say no."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.grammar import Token, children, grammatical_subject, negated, particle, passive, prepositional
from whipcount.read.lexicon import words
from whipcount.read.rules.candidacy import Candidacies
from whipcount.read.rules.draft import Draft
from whipcount.read.scene import Scene


class _Entries(Candidacies):
    def every(self) -> Iterator[Draft]:
        for token in self.scene.tokens:
            if token.pos_ in {"VERB", "AUX"}:
                yield from self.raising(token)
                yield from self.thinking(token)
                yield from self.mentioned(token)
                yield from self.asked(token)
                yield from self.planning(token)
                yield from self.being(token)
            if token.pos_ == "NOUN":
                yield from self.talk(token)
                yield from self.decision(token)

    def raising(self, verb: Token) -> Iterator[Draft]:
        """ "put up her hand", "put his name forward", "threw her hat into the ring", "entered the fray"."""
        thing = next(iter(children(verb, "dobj")), None)
        lemma = verb.lemma_.lower()
        if thing is not None and lemma in {"put", "raise", "stick", "throw", "toss", "fling", "chuck", "let", "allow"}:
            what = thing.lemma_.lower()
            hand = what == "hand" and (
                particle(verb) == "up" or any(c.lower_ == "up" for c in verb.children) or lemma == "raise"
            )
            if hand or (what in {"hat", "name", "cap"} and self._forward(verb)):
                status, rule = self._status(verb)
                yield from self.make(f"entry.raised.{rule}", verb, grammatical_subject(verb), status)
        if lemma in {"declare", "announce"} and thing is not None and thing.lower_ in {"himself", "herself"}:
            yield from self.make("entry.declared", verb, grammatical_subject(verb), "standing")
        if (
            passive(verb)
            and lemma in {"nominate"}
            and any(n.lemma_ in words("candidacy.for") for _, n in prepositional(verb, "for"))
        ):
            yield from self.make("entry.nominated", verb, grammatical_subject(verb), "standing")

    def _forward(self, verb: Token) -> bool:
        near = {t.lower_ for t in verb.doc[verb.i + 1 : min(verb.i + 8, len(verb.doc))]}
        return bool(near & {"forward", "ring", "up", "in", "into", "down"})

    def thinking(self, verb: Token) -> Iterator[Draft]:
        """ "is thinking about it", "is considering whether to run", "would not rule it out", "is weighing up a bid"."""
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        about = [n for _, n in prepositional(verb, "about", "of", "over")]
        entering = words("candidacy.for") | words("candidacy.bids") | words("candidacy.stand_alone")
        if lemma in {"think", "mull", "ponder", "toy", "flirt", "dream", "agonise", "agonize", "reflect"}:
            acts = [c for p in children(verb, "prep") for c in children(p, "pcomp")]
            if any(n.lower_ == "it" or n.lemma_.lower() in entering for n in about) or any(
                c.lemma_.lower() in entering | {"throw", "put", "enter", "challenge"} for c in acts
            ):
                yield from self.make("thinking", verb, subject, "not standing" if negated(verb) else "considering")
        if lemma in words("candidacy.considers") | {"decide"}:
            for act in children(verb, "ccomp", "xcomp"):
                whether = any(c.lower_ in {"whether", "if"} for c in act.children)
                if whether and act.lemma_.lower() in entering | {"throw", "put", "enter", "challenge"}:
                    yield from self.make("whether", verb, subject, "considering")

    def mentioned(self, verb: Token) -> Iterator[Draft]:
        """ "has been mentioned", "is seen as a future leader", "is widely tipped"."""
        if not passive(verb):
            return
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        role = any(
            n.lemma_.lower() in words("candidacy.roles") - {"runner", "frontrunner", "front-runner"}
            for p, n in prepositional(verb, "as")
            if p.lower_ == "as"
        )
        if role and lemma in {"see", "regard", "consider", "view", "rate", "describe", "touch"}:
            yield from self.make("seen.as", verb, subject, "wanted", ("role",))
        if lemma in {"mention", "moot", "tip", "tout", "float", "name", "suggest", "bruit"} and not role:
            yield from self.make("mentioned", verb, subject, "wanted")

    def asked(self, verb: Token) -> Iterator[Draft]:
        """ "urged him to reconsider", "begged her to", "wants him to do it"."""
        if verb.lemma_.lower() not in words("candidacy.asks"):
            return
        whom = next(iter(children(verb, "dobj")), None)
        act = next(iter(children(verb, "xcomp", "ccomp", "advcl")), None)
        again = act is not None and act.lemma_.lower() in {"reconsider", "enter", "accept", "think"}
        bare = (
            act is None and any(t.lower_ == "to" and t.i == whom.i + 1 for t in verb.doc[whom.i : whom.i + 2])
            if whom is not None
            else False
        )
        if again or bare:
            yield from self.make("asked.again", verb, whom, "wanted")

    def planning(self, verb: Token) -> Iterator[Draft]:
        """ "is preparing a bid", "has no plans to stand", "is gearing up for a run", "is on manoeuvres"."""
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        thing = next(iter(children(verb, "dobj")), None)
        bids = words("candidacy.bids") - {"name", "hat", "paper", "intention", "candidate", "contender"}
        plans = lemma in {"prepare", "plan", "plot", "ready", "organise", "organize", "float"}
        if plans and thing is not None and thing.lemma_.lower() in bids:
            yield from self.make("prepares", verb, subject, "considering")
        sounding = lemma == "take" and thing is not None and thing.lemma_ == "sounding"
        if sounding or (lemma in {"jockey", "manoeuvre", "maneuver"} and any(True for _ in prepositional(verb, "for"))):
            yield from self.make("jockeys", verb, subject, "considering")
        if lemma in {"prepare", "gear", "limber", "position"} and any(
            n.lemma_.lower() in bids | words("candidacy.for") for _, n in prepositional(verb, "for")
        ):
            yield from self.make("prepares.for", verb, subject, "considering")
        if thing is None:
            return
        ambition = thing.lemma_.lower() in {"ambition", "eye", "sight"} and lemma in {
            "have",
            "harbour",
            "harbor",
            "nurse",
        }
        if ambition and not negated(verb):
            yield from self.make("ambition", verb, subject, "considering")

    def being(self, verb: Token) -> Iterator[Draft]:
        """ "X is a candidate", "the candidates are X and Y", "X is not in the race", "X is on the ballot"."""
        if verb.lemma_ not in {"be", "remain", "stay"}:
            return
        subject = next(iter(children(verb, "nsubj")), None)
        for prep, noun in prepositional(verb, "in", "on", "among", "out"):
            if noun.lemma_.lower() in {
                "race",
                "contest",
                "ballot",
                "field",
                "ring",
                "running",
                "mix",
                "frame",
                "hunt",
                "contention",
            }:
                gone = prep.lower_ == "out" or negated(verb) or any(c.lower_ == "out" for c in verb.children)
                yield from self.make("being.in", verb, subject, "not standing" if gone else "standing")
        for attr in children(verb, "attr"):
            front = attr.lemma_ == "runner" and attr.i > 0 and attr.nbor(-1).text == "-"
            if (
                attr.lemma_.lower() in {"challenger", "rival", "opponent", "runner", "contender", "hopeful"}
                and not front
            ):
                for who in (subject, *children(attr, "appos")):
                    if who is not None and self.scene.one(who):
                        yield from self.make("being.rival", verb, who, "standing", ("attr:" + attr.lemma_.lower(),))
        if (
            subject is not None
            and subject.lemma_.lower()
            in {
                "challenger",
                "rival",
                "opponent",
                "contender",
                "hopeful",
                "candidate",
            }
        ) or (subject is not None and self._they_stand(subject)):
            for attr in children(verb, "attr"):
                yield from self.make("rival.is", verb, attr, "standing")

    def _they_stand(self, subject: Token) -> bool:
        """Whether "they" are the candidates of the sentence before: "Five candidates met the deadline. They are A, B, C"."""
        first = subject.sent.start
        if subject.lower_ != "they" or first == 0:
            return False
        before = subject.doc[first - 1].sent
        return any(
            t.dep_ == "nsubj" and t.lemma_.lower() in {"candidate", "contender", "hopeful", "challenger"}
            for t in before
        )

    def talk(self, noun: Token) -> Iterator[Draft]:
        """ "there was talk of X", "speculation about X", "X's name has been mentioned", "calls for X to stand"."""
        if noun.lemma_.lower() in {
            "talk",
            "speculation",
            "rumour",
            "rumor",
            "chatter",
            "whisper",
            "call",
            "push",
            "move",
            "campaign",
        }:
            for act in children(noun, "acl", "relcl", "advcl"):
                called = next(iter(children(act, "nsubj")), None)
                if (
                    called is not None
                    and any(c.lower_ == "for" for c in act.children)
                    and act.lemma_ in words("candidacy.stand_alone")
                ):
                    yield from self.make("talk", noun, called, "wanted", ("entry",))
            for _, who in prepositional(noun, "of", "about", "for"):
                act = next(iter(children(noun, "acl", "relcl")), None) or next(
                    iter(children(who, "acl", "relcl")), None
                )
                entering = act is not None and act.lemma_.lower() in words("candidacy.stand_alone") | {
                    "lead",
                    "return",
                    "take",
                }
                leader = self.scene.leader()
                led = (
                    leader is not None and who.i in self.scene.cast.at and leader.name == self.scene.cast.at[who.i].name
                )
                if who.i in self.scene.cast.at and not led:
                    yield from self.make("talk", noun, who, "wanted", ("entry",) if entering else ())
        if noun.lemma_.lower() == "name" and noun.dep_ in {"nsubj", "nsubjpass"}:
            owner = next((c for c in children(noun, "poss") if self.scene.one(c)), None)
            if (
                noun.head.lemma_ in {"mention", "float", "moot", "suggest", "circulate", "keep", "come"}
                and owner is not None
            ):
                yield from self.make("name.mentioned", noun.head, owner, "wanted")

    def decision(self, noun: Token) -> Iterator[Draft]:
        """ "X's decision not to run", "X's decision to stand"."""
        if noun.lemma_.lower() not in {
            "decision",
            "refusal",
            "choice",
            "announcement",
            "move",
            "withdrawal",
            "absence",
            "intention",
            "pledge",
            "promise",
            "vow",
            "plan",
        }:
            return
        owner = next((c for c in children(noun, "poss") if self.scene.one(c)), None)
        if owner is None:
            return
        if noun.lemma_ == "absence" and any(n.lemma_ in words("candidacy.for") for _, n in prepositional(noun, "from")):
            yield from self.make("absence", noun, owner, "not standing")
        if noun.lemma_ == "withdrawal":
            yield from self.make("withdrawal", noun, owner, "withdrawn")
        for act in children(noun, "acl", "relcl", "ccomp"):
            if act.lemma_.lower() in words("candidacy.stand_alone") | {"challenge", "contest", "enter", "make"}:
                no = noun.lemma_ == "refusal" or any(c.dep_ == "neg" for c in act.children)
                yield from self.make("decision", noun, owner, "not standing" if no else "standing")


def entries(scene: Scene) -> Iterator[Draft]:
    """The further candidate candidacies of a scene."""
    return _Entries(scene).every()
