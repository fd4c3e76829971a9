"""Headcounts told as places and as enough: "opened up a lead", "more support than X", "enough to win", "with no votes"."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.grammar import Token, children, grammatical_subject, negated, passive, prepositional
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, quantity_of
from whipcount.read.rules.tallies import Tallies
from whipcount.read.scene import Ref


class Standings(Tallies):
    """Finds who is ahead, who has enough, and who has nobody."""

    def placed(self, verb: Token) -> Iterator[Draft]:
        """Every such headcount that rests on a verb."""
        yield from self.leading(verb)
        yield from self.more_than(verb)
        yield from self.placed_low(verb)
        yield from self.going_ahead(verb)
        yield from self.enough(verb)
        yield from self.with_none(verb)
        yield from self.from_counted(verb)

    def standing(self, verb: Token) -> Iterator[Draft]:
        """Ahead, behind, favourite."""
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        if lemma in {"lead", "trail", "lag", "outpoll"} and verb.tag_ != "VB" and not children(verb, "xcomp"):
            thing = next(iter(children(verb, "dobj")), None)
            rival = (
                thing is None
                or thing.i in self.scene.cast.at
                or thing.lemma_
                in {
                    "rival",
                    "opponent",
                    "challenger",
                    "race",
                    "field",
                    "poll",
                    "contest",
                    "count",
                    "pack",
                    "way",
                    "market",
                }
            )
            if rival:
                yield from self.make(
                    "leads" if lemma in {"lead", "outpoll"} else "trails",
                    verb,
                    subject,
                    "ahead" if lemma in {"lead", "outpoll"} else "behind",
                    hints=(("alone",) if thing is None else ()),
                )
                if thing is not None and thing.i in self.scene.cast.at and lemma == "trail":
                    return
        if lemma in {
            "be",
            "remain",
            "start",
            "stay",
            "go",
            "look",
            "seem",
            "pull",
            "edge",
            "move",
            "sit",
            "install",
            "instal",
            "emerge",
            "put",
            "place",
            "make",
            "have",
            "begin",
            "become",
            "slip",
            "fall",
        }:
            for child in verb.children:
                core = next(iter(children(child, "pobj")), child) if child.dep_ in {"prep"} else child
                if child.dep_ not in {"acomp", "attr", "advmod", "prep", "oprd", "dobj"} or (
                    child.dep_ == "dobj" and lemma not in {"make", "have"}
                ):
                    continue
                word = self._rank(child, core)
                if word:
                    who = (
                        next((c for c in children(verb, "dobj", "nsubj") if c.i > verb.i and self.scene.one(c)), None)
                        if lemma in {"have", "make", "install", "put", "place"} and not passive(verb)
                        else subject
                    )
                    yield from self.make(
                        word + ("." + lemma if lemma == "be" else ""),
                        verb,
                        who,
                        "ahead" if word == "ahead" else word,
                        denied=negated(verb),
                    )

    def _rank(self, child: Token, core: Token) -> str | None:
        low = core.lemma_.lower()
        if low in words("headcount.favourite") or core.lower_ in words("headcount.favourite"):
            return "favourite"
        if child.lower_ in {"ahead", "clear"} and not children(child, "acomp"):
            return "ahead"
        if low in {"frontrunner", "front-runner"} or (
            low == "runner" and core.i and core.nbor(-1).text in {"-", "front"}
        ):
            return "favourite"
        if low in {"front", "lead"}:
            return "ahead"
        if child.lower_ in {"behind", "adrift"} and not children(child, "pobj"):
            return "behind"
        return "behind" if low in {"outsider", "underdog"} else None

    def seen_as(self, verb: Token) -> Iterator[Draft]:
        """ "is regarded as the front-runner", "is seen as the favourite", "the bookmakers make X the favourite"."""
        if verb.lemma_.lower() in {"see", "regard", "consider", "view", "rate", "tip"} and passive(verb):
            for prep, noun in prepositional(verb, "as"):
                word = self._rank(prep, noun)
                if word:
                    yield from self.make("seen.as", verb, grammatical_subject(verb), word, denied=negated(verb))
        if verb.lemma_ in {"make", "have", "rate"} and not passive(verb):
            for who in children(verb, "dobj"):
                for prep, noun in [*prepositional(verb, "as"), *prepositional(who, "as")]:
                    word = self._rank(prep, noun)
                    if word:
                        yield from self.make("made." + word, verb, who, word, last=noun.i)
        if verb.lemma_ in {"make", "have", "install"}:
            for inner in children(verb, "ccomp"):
                word = self._rank(inner, inner) if inner.pos_ in {"NOUN", "ADJ"} else None
                who = next(iter(children(inner, "nsubj")), None)
                if word and who is not None:
                    yield from self.make("made." + word, verb, who, word, last=inner.i)

    def styled(self, noun: Token) -> Iterator[Draft]:
        """ "frontrunner X", "the favourite, X", "rank outsider X": a place that stands right before a name."""
        named = noun.i + 1 < len(noun.doc) and noun.i not in self.scene.cast.at and noun.nbor().i in self.scene.cast.at
        if not named:
            return
        low = noun.lower_
        front = low in {"frontrunner", "front-runner"} or (low == "runner" and noun.nbor(-1).text == "-")
        word = "favourite" if front or low in words("headcount.favourite") else None
        word = "behind" if low in {"outsider", "underdog", "longshot"} else word
        if word is not None:
            name = self.scene.cast.at[noun.i + 1]
            last = noun.i + 1
            while self.scene.cast.at.get(last + 1) is name:
                last += 1
            yield from self.make("styled." + word, noun, [Ref(name.name, "person")], word, first=noun.i, last=last)

    def strong_support(self, noun: Token) -> Iterator[Draft]:
        """ "the strong union support for X", "X has little support among the members"."""
        if noun.lemma_.lower() not in {"support", "backing"} or noun.pos_ != "NOUN":
            return
        sizes = {c.lower_ for c in children(noun, "amod", "det")}
        amount = "large" if sizes & words("headcount.strong") else "small" if sizes & words("headcount.scant") else None
        if any(c.lower_ == "majority" for c in children(noun, "amod", "compound")):
            amount = "majority"
        if amount is None:
            return
        among = next((n for _, n in prepositional(noun, "among", "in", "from", "of", "within")), None)
        taker = next((n for _, n in prepositional(noun, "for") if self._person(n)), None)
        verb = noun.head
        if taker is None and noun.dep_ == "dobj" and verb.lemma_.lower() in words("position.gets") | {"lack", "need"}:
            taker = grammatical_subject(verb)
        if amount == "large" and verb.lemma_.lower() in {"lack", "need", "lose"}:
            amount = "small"
        if taker is not None:
            yield from self.make(
                "support.sized", noun, taker, amount, among, denied=noun.dep_ == "dobj" and negated(verb)
            )

    def leading(self, verb: Token) -> Iterator[Draft]:
        """ "has opened up a clear lead", "holds a narrow lead over X", "extended his lead"."""
        if verb.lemma_ in {"give", "hand"}:
            for taker in children(verb, "dative"):
                if any(c.lemma_ == "lead" for c in children(verb, "dobj")):
                    yield from self.make("lead.given", verb, taker, "ahead", denied=negated(verb))
        if verb.lemma_.lower() not in words("headcount.leads"):
            return
        for thing in children(verb, "dobj"):
            if thing.lemma_.lower() in {"lead", "advantage"} and thing.pos_ == "NOUN":
                rival = any(self._person(n) for _, n in prepositional(thing, "over", "on"))
                marks = ("verb:" + verb.lemma_.lower(), "over" if rival else "alone")
                yield from self.make(
                    "lead.noun", verb, grammatical_subject(verb), "ahead", denied=negated(verb), hints=marks
                )

    def placed_low(self, verb: Token) -> Iterator[Draft]:
        """ "came third", "finished last", "has fallen behind X"."""
        past = verb.tag_ in {"VBD", "VBN"}
        near = verb.doc[verb.i + 1].lower_ if verb.i + 1 < len(verb.doc) else ""
        low = verb.lemma_ in {"come", "finish", "place", "run"} and near in {
            "third",
            "fourth",
            "fifth",
            "sixth",
            "last",
        }
        fallen = verb.lemma_ in {"fall", "slip", "drop"} and near == "behind"
        if past and (low or fallen):
            yield from self.make("placed.low", verb, grammatical_subject(verb), "behind")

    def more_than(self, verb: Token) -> Iterator[Draft]:
        """ "has more support than X", "got fewer votes than Y"."""
        for thing in children(verb, "dobj", "attr"):
            if thing.lemma_.lower() not in words("headcount.units") | words("headcount.support"):
                continue
            how = {c.lower_ for c in children(thing, "amod", "advmod", "nummod")} & {"more", "fewer", "less"}
            if how and any(True for _ in prepositional(thing, "than")):
                amount = "ahead" if "more" in how and not negated(verb) else "behind"
                yield from self.make("more.than", verb, grammatical_subject(verb), amount)

    def going_ahead(self, verb: Token) -> Iterator[Draft]:
        """ "steams ahead", "has surged into the lead", "is forging ahead"."""
        if verb.lemma_.lower() not in words("headcount.surges"):
            return
        ahead = any(c.lower_ == "ahead" for c in children(verb, "advmod", "prt", "prep"))
        front = any(n.lemma_.lower() in {"lead", "front"} for _, n in prepositional(verb, "into", "to", "in"))
        if ahead or front:
            yield from self.make("goes.ahead", verb, grammatical_subject(verb), "ahead", denied=negated(verb))

    def enough(self, verb: Token) -> Iterator[Draft]:
        """ "has enough to win", "not enough to take the leadership", "that is enough to topple X"."""
        if verb.lemma_.lower() not in words("headcount.secures") or verb.dep_ not in {"xcomp", "acl", "advcl", "relcl"}:
            return
        doc = self.scene.doc
        word = next(
            (doc[i] for i in range(verb.i - 1, max(verb.i - 5, -1), -1) if doc[i].lower_ in words("headcount.enough")),
            None,
        )
        if word is None:
            return
        short = any(t.lower_ in {"not", "n't", "without"} for t in doc[max(word.i - 3, 0) : word.i])
        over = word.head
        while over.pos_ not in {"VERB", "AUX"} and over.head != over:
            over = over.head
        short = short or (
            over.pos_ in {"VERB", "AUX"} and (negated(over) or over.lemma_.lower() in words("headcount.lacks"))
        )
        who: Token | list[Ref] | None = grammatical_subject(over)
        if not isinstance(who, list) and who is not None and who.lower_ in {"that", "it", "this", "which", "those"}:
            who = [Ref(n, "person", 0.6) for n in self.scene._named_earlier(over.sent.start, [])]
        yield from self.make(
            "enough",
            verb,
            who,
            "lacks the numbers" if short else "has the numbers",
            first=min(word.i, verb.i),
            hints=("verb:" + verb.lemma_.lower(),),
        )

    def with_none(self, verb: Token) -> Iterator[Draft]:
        """ "lag behind with no nominations", "left without a single backer"."""
        for prep, noun in prepositional(verb, "with", "without"):
            if noun.lemma_.lower() not in words("headcount.units") | words("headcount.support"):
                continue
            bare = prep.lower_ == "with" and any(c.lower_ == "no" for c in noun.children)
            single = prep.lower_ == "without" and any(c.lower_ in {"single", "any"} for c in noun.children)
            if bare or single:
                yield from self.make("with.none", verb, grammatical_subject(verb), "none", last=noun.i, joint=False)

    def from_counted(self, verb: Token) -> Iterator[Draft]:
        """ "has backing from about 60 councillors" where the phrase hangs on the verb."""
        if verb.lemma_.lower() not in words("position.gets"):
            return
        if not any(c.lemma_.lower() in words("position.supports.help") | {"back"} for c in children(verb, "dobj")):
            return
        for prep, noun in prepositional(verb, "from", "among"):
            counted = quantity_of(noun, self.numbers)
            if counted is not None and prep.head == verb:
                yield from self.make(
                    "support.from", verb, grammatical_subject(verb), counted[0], counted[1], last=noun.i, joint=False
                )
