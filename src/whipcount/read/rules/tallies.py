"""Headcounts told as results, lists and shortfalls: "beat X by 46 votes to 37", "X 48-35", "two short", "Neither has the numbers"."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import (
    Token,
    actor,
    children,
    clause_of,
    grammatical_subject,
    negated,
    passive,
    prepositional,
)
from whipcount.read.lexicon import words
from whipcount.read.rules.counting import Counting
from whipcount.read.rules.draft import Draft, quantity_of
from whipcount.read.scene import Ref


class Tallies(Counting):
    """Finds counts in results, in bare subjects and in what is missing."""

    def results(self) -> Iterator[Draft]:
        """Two figures of one vote: "46 votes to 37", "48-35", "52 per cent to 48"."""
        for one, two in zip(self.list, self.list[1:], strict=False):
            if self._versus(one, two):
                yield from self._result(one, two)

    def _versus(self, one: Quantity, two: Quantity) -> bool:
        doc = self.scene.doc
        between = [t.lower_ for t in doc[one.last + 1 : two.first] if not t.is_space]
        links = {"to", "-", "–", "against", "versus", "v"}
        plain = {"votes", "vote", "per", "cent", "percent", "%", "for", "mps", "members"}
        priced = any(
            t.lower_ in {"odds", "bookmaker", "bookmakers", "bookies", "price", "priced"} for t in doc[one.first].sent
        )
        if (between and between[-1] in {"-", "–"} and two.value <= 2) or (priced and two.value < 12):
            return False
        return 0 < len(between) <= 4 and between[-1] in links and all(w in links | plain for w in between)

    def _result(self, one: Quantity, two: Quantity) -> Iterator[Draft]:
        doc = self.scene.doc
        verb = clause_of(doc[one.first])
        if doc[one.first].head.pos_ == "VERB":
            verb = doc[one.first].head
        winner, loser, rule = self._sides(verb, one)
        if loser is None and rule == "wins":
            loser = next(
                (t for t in doc[two.last + 1 : verb.sent.end] if t.i in self.scene.cast.at and self._against(t)), None
            )
        share = "%" if "%" in one.amount + two.amount or (self._polled(verb) and one.value + two.value <= 101) else ""
        first, last = min(one.first, verb.i), max(two.last, verb.i)
        if winner is None:
            return
        spot = winner if isinstance(winner, Ref) else None
        if verb.lemma_ == "lose" and loser is None:
            one, two = two, one
        for figure, side in ((one, winner), (two, loser)):
            against = side is None
            who = (winner if against else side) or spot
            refs = [who] if isinstance(who, Ref) else self.scene.refs(who)[:1]
            amount = figure.amount + (share if "%" not in figure.amount else "")
            yield from self.make(
                f"result.{rule}", verb, refs, amount, first=first, last=last, against=against, hints=("pair",)
            )

    def _polled(self, verb: Token) -> bool:
        return any(
            t.lemma_.lower() in {"poll", "survey", "percent", "cent", "percentage", "newspoll"} for t in verb.sent
        )

    def _sides(self, verb: Token, one: Quantity) -> tuple[Token | Ref | None, Token | Ref | None, str]:
        """Whose the first figure is and whose the second: for the loser None where it is those against."""
        lemma = verb.lemma_.lower()
        subject, thing = grammatical_subject(verb), next(iter(children(verb, "dobj")), None)
        rival = next(
            (t for t in verb.doc[verb.i : one.first] if t.i in self.scene.cast.at and self._against(t)), None
        ) or next((n for p, n in prepositional(verb, "over", "against", "from", "than") if self._person(n)), None)
        if passive(verb) and lemma in words("headcount.beats"):
            return actor(verb), children(verb, "nsubjpass")[0] if children(verb, "nsubjpass") else subject, "beaten"
        if lemma in words("headcount.beats") and thing is not None and self._person(thing):
            return subject, thing, "beats"
        if lemma == "lose" and rival is not None:
            return rival, subject, "loses"
        if lemma in {"win", "lose", "survive", "lead", "prevail", "triumph", "see", "hold", "carry"}:
            return subject, rival, "wins"
        if passive(verb) and lemma in {
            "elect",
            "choose",
            "nominate",
            "endorse",
            "confirm",
            "re-elect",
            "reelect",
            "back",
        }:
            return grammatical_subject(verb), None, "elected"
        whom = undergone(verb)
        if lemma in {"elect", "choose", "nominate", "endorse", "back", "pick", "prefer", "support", "favour", "favor"}:
            return (whom if whom is not None and self._person(whom) else None), rival, "chosen"
        if lemma in {"vote", "resolve", "decide", "split"}:
            act = next(iter(children(verb, "xcomp", "advcl")), None)
            whom = undergone(act) if act is not None else next((n for _, n in prepositional(verb, "for")), None)
            return (whom if whom is not None and self._person(whom) else None), None, "voted"
        return None, None, ""

    def _against(self, token: Token) -> bool:
        here = token
        while here.dep_ in {"compound", "appos", "conj"}:
            here = here.head
        return bool(here.dep_ == "pobj" and here.head.lower_ in {"against", "over", "from"})

    def _person(self, noun: Token) -> bool:
        ref = self.scene.one(noun)
        return ref is not None and ref.kind == "person"

    def shortfalls(self, verb: Token) -> Iterator[Draft]:
        """ "X is two short", "four votes shy", "Neither of them has the numbers"."""
        if verb.lemma_ == "be":
            short = next(
                (c for c in verb.subtree if c.lower_ in {"short", "shy"} and c.i - verb.i in range(1, 4)), None
            )
            if short is not None:
                yield from self.make("short.of", verb, grammatical_subject(verb), "lacks the numbers")
        subject = next(iter(children(verb, "nsubj")), None)
        if (
            subject is None
            or subject.lower_ not in {"neither", "both"}
            or verb.lemma_.lower() not in words("headcount.having")
        ):
            return
        for thing in children(verb, "dobj"):
            if thing.lemma_.lower() in {"number", "majority", "vote"}:
                amount = "lacks the numbers" if subject.lower_ == "neither" else "has the numbers"
                yield from self.make("numbers.each", verb, subject, amount, joint=False)

    def support_counted(self, noun: Token) -> Iterator[Draft]:
        """ "the backing of 17 colleagues", "the endorsement of eleven of the nineteen members": of whoever has it."""
        if noun.lemma_.lower() not in words("position.supports.help"):
            return
        giver = next((n for _, n in prepositional(noun, "of", "from", "among")), None)
        counted = quantity_of(giver, self.numbers) if giver is not None else None
        if counted is None:
            return
        verb = noun
        while verb.pos_ not in {"VERB", "AUX"} and verb.head != verb:
            verb = verb.head
        subject = grammatical_subject(verb) if verb.pos_ in {"VERB", "AUX"} else None
        taker = next((n for p, n in prepositional(noun, "for") if self._person(n)), None)
        lost = verb.lemma_.lower() in {"lose", "lack", "need", "want", "require"}
        who = taker or subject
        last = giver.right_edge.i if giver is not None else noun.i
        yield from self.make(
            "support.counted" + (".lost" if lost else ""),
            noun,
            who,
            counted[0],
            counted[1],
            first=noun.left_edge.i
            if taker is not None or subject is None or subject.i > noun.i
            else min(subject.left_edge.i, noun.i),
            last=min(last, noun.i + 20),
            denied=verb.pos_ == "VERB" and negated(verb),
            hints=("verb:" + verb.lemma_.lower(),),
        )

    def pivots(self, verb: Token) -> Iterator[Draft]:
        """ "It was X who made the difference", "X will decide it", "neither side can win without X"."""
        thing = next(iter(children(verb, "dobj")), None)
        if verb.lemma_ == "make" and thing is not None and thing.lemma_ == "difference":
            yield from self.make("pivot.difference", verb, grammatical_subject(verb), "pivotal")
        if verb.lemma_ in {"win", "get", "succeed", "govern", "prevail"}:
            subject = grammatical_subject(verb)
            none = subject is not None and any(c.lower_ in {"neither", "no"} for c in subject.children)
            for _, noun in prepositional(verb, "without"):
                if none:
                    yield from self.make("pivot.without", verb, noun, "pivotal")

    def strength(self, verb: Token) -> Iterator[Draft]:
        """ "The members prefer her by a mile", "X is miles ahead", "streets ahead"."""
        if verb.lemma_.lower() in {"prefer", "favour", "favor", "want"}:
            subject, thing = grammatical_subject(verb), next(iter(children(verb, "dobj")), None)
            body = subject is not None and subject.lemma_.lower() in words("bodies")
            margin = any(
                n.lemma_.lower() in {"mile", "margin", "street", "distance", "landslide"}
                for _, n in prepositional(verb, "by")
            )
            if body and thing is not None and self._person(thing) and margin:
                yield from self.make("preferred", verb, thing, "ahead", subject)


def undergone(verb: Token) -> Token | None:
    """The object of a verb, or of the act that it is about ("to back X", "to put X's name forward")."""
    thing = next(iter(children(verb, "dobj")), None)
    if thing is not None and thing.lemma_ in {"name", "candidacy", "bid", "nomination"}:
        return next(iter(children(thing, "poss")), None)
    return thing
