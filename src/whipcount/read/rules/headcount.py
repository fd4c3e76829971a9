"""Headcounts: how much support whom has, in numbers, shares and the guide's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import (
    Token,
    children,
    conjuncts,
    grammatical_subject,
    negated,
    passive,
    prepositional,
)
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, quantity_of
from whipcount.read.rules.standings import Standings
from whipcount.read.scene import Scene


class _Finder(Standings):
    def all(self) -> Iterator[Draft]:
        told = list(self.results())
        yield from told
        spoken = {i for d in told for i in range(d.first, d.last + 1)}
        for quantity in self.list:
            if not (self._paired(quantity) and quantity.first in spoken):
                yield from self.number(quantity)
        for token in self.scene.tokens:
            if token.pos_ in {"VERB", "AUX"}:
                yield from self.having_words(token)
                yield from self.standing(token)
                yield from self.trend(token)
                yield from self.pivot(token)
                yield from self.sized(token)
                yield from self.shortfalls(token)
                yield from self.pivots(token)
                yield from self.strength(token)
                yield from self.placed(token)
                yield from self.seen_as(token)
            elif token.pos_ in {"NOUN", "PROPN", "ADJ", "NUM"}:
                yield from self.noun(token)
                yield from self.support_counted(token)
                yield from self.strong_support(token)

    # words

    def having_words(self, verb: Token) -> Iterator[Draft]:
        """ "has the numbers", "has no votes", "has a majority", "has a handful of supporters"."""
        lemma = verb.lemma_.lower()
        if lemma not in words("headcount.having") | words("headcount.lacks"):
            return
        subject = grammatical_subject(verb)
        for thing in children(verb, "dobj"):
            low = thing.lemma_.lower()
            definite = any(
                c.dep_ == "det" and c.lower_ in {"the", "enough", "any", "no"} for c in thing.children
            ) or any(c.lower_ in words("headcount.enough") for c in thing.children)
            not_so = negated(verb) or lemma in words("headcount.lacks")
            if (
                (thing.lower_ in {"numbers", "votes", "math", "maths", "arithmetic"} or self._enough_of(thing))
                and lemma not in {"count", "list", "tally", "take", "total", "pass", "sit", "number", "record", "bring"}
                and definite
                and not any(c.i in self.numbers for c in thing.children)
            ):
                yield from self.make(
                    "numbers",
                    verb,
                    subject,
                    "lacks the numbers" if not_so else "has the numbers",
                    hints=("verb:" + lemma,),
                )
            elif low == "majority":
                of = next((n for _, n in prepositional(thing, "of", "in", "among")), None)
                yield from self.make("majority", verb, subject, "lacks the numbers" if not_so else "majority", of)
            elif low in {"support", "backing"} and definite and not list(prepositional(thing, "of", "from", "for")):
                yield from self.make(
                    "numbers.support", verb, subject, "lacks the numbers" if not_so else "has the numbers"
                )
            elif low in {"support", "backing", "confidence"}:
                counted = next((quantity_of(n, self.numbers) for _, n in prepositional(thing, "of", "from")), None)
                if counted is not None:
                    yield from self.make("support.of", verb, subject, counted[0], counted[1], denied=not_so)
            else:
                counted = quantity_of(thing, self.numbers)
                if (
                    counted is not None
                    and thing.i not in self.numbers
                    and not counted[0][0].isdigit()
                    and low in words("headcount.units") | words("bodies") | {"most", "handful", "majority"}
                ):
                    yield from self.make("having.some", verb, subject, counted[0], counted[1], denied=False)
        for adjective in children(verb, "acomp"):
            if adjective.lower_ in words("headcount.short"):
                yield from self.make("short", verb, subject, "lacks the numbers")

    def _enough_of(self, thing: Token) -> bool:
        """ "enough nominations", "sufficient support"."""
        units = {"nomination", "signature", "support", "backing", "backer", "supporter", "endorsement"}
        return thing.lemma_.lower() in units and any(c.lower_ in words("headcount.enough") for c in thing.children)

    def trend(self, verb: Token) -> Iterator[Draft]:
        """Support that grows or shrinks."""
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        if subject is None:
            return
        word = (
            "growing"
            if lemma in words("headcount.growing")
            else "shrinking"
            if lemma in words("headcount.shrinking")
            else None
        )
        thing = next(iter(children(verb, "dobj")), None)
        if lemma in {"gain", "lose", "pick", "attract", "bleed", "leak", "shed", "haemorrhage"} and thing is not None:
            if (
                not any(self._is_person(n) for _, n in prepositional(thing, "of", "from"))
                and thing.lemma_ != "lead"
                and not (
                    thing.lemma_.lower() in words("position.supports.help")
                    and any(True for _ in prepositional(thing, "of", "from"))
                )
                and not (thing.lower_ == "vote" and any(c.lower_ in {"a", "the"} for c in thing.children))
                and thing.lemma_.lower()
                in words("headcount.support")
                | words("headcount.units")
                | {
                    "ground",
                    "momentum",
                }
                and not any(c.i in self.numbers for c in thing.children)
            ):
                yield from self.make(
                    "trend.object",
                    verb,
                    subject,
                    "growing" if lemma in {"gain", "pick", "attract"} else "shrinking",
                    denied=negated(verb),
                )
            return
        if word is None and lemma in {"get", "become", "grow"}:
            size = next(
                (
                    c
                    for c in children(verb, "acomp")
                    if c.lower_ in {"bigger", "larger", "stronger", "smaller", "weaker", "thinner"}
                ),
                None,
            )
            word = (
                None if size is None else "growing" if size.lower_ in {"bigger", "larger", "stronger"} else "shrinking"
            )
        if word is None or passive(verb) or (lemma == "grow" and children(verb, "acomp")):
            return
        if subject.lemma_.lower() in words("headcount.support") or subject.lower_ in {"hers", "his"}:
            owner = next((n for _, n in prepositional(subject, "of", "for") if self._is_person(n)), None) or next(
                (c for c in children(subject, "poss", "compound", "nmod") if self.scene.one(c)), subject
            )
            yield from self.make("trend.support", verb, owner, word, denied=negated(verb), hints=("verb:" + lemma,))
        elif (
            (ref := self.scene.one(subject))
            and (ref.kind == "person" or ref.name.startswith("camp:"))
            and lemma in words("headcount.trends")
        ):
            yield from self.make("trend.person", verb, subject, word, denied=negated(verb), hints=("verb:" + lemma,))

    def pivot(self, verb: Token) -> Iterator[Draft]:
        """Kingmakers: small but decisive; can decide it, hold the balance, nobody wins without them."""
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        thing = next(iter(children(verb, "dobj")), None)
        if (
            lemma in {"hold", "have"}
            and thing is not None
            and thing.lemma_.lower() in {"balance", "key", "casting", "veto"}
        ):
            yield from self.make("pivot.balance", verb, subject, "pivotal")
        if (
            lemma in words("headcount.decides")
            and thing is not None
            and thing.lemma_.lower() in words("headcount.outcome")
        ):
            yield from self.make(
                "pivot.decides", verb, subject, "pivotal", hints=("aux",) if children(verb, "aux") else ()
            )
        if lemma in {"be", "become", "remain"}:
            for attr in children(verb, "attr", "acomp"):
                if attr.lemma_.lower() in words("headcount.pivotal"):
                    yield from self.make("pivot.is", verb, subject, "pivotal")
        if lemma in {"win", "get", "form", "pass", "do"}:
            for _, noun in prepositional(verb, "without"):
                nobody = subject is not None and subject.lower_ in {"nobody", "one", "none", "neither", "either"}
                if nobody or negated(verb):
                    yield from self.make("pivot.without", verb, noun, "pivotal")
        enough = next((c for c in verb.doc[max(0, verb.i - 4) : verb.i] if c.lower_ in words("headcount.enough")), None)
        if (
            verb.dep_ in {"xcomp", "advcl", "relcl", "acl", "ccomp"}
            and enough is not None
            and lemma
            in {
                "stop",
                "block",
                "decide",
                "sink",
                "swing",
                "tip",
                "make",
                "determine",
                "prevent",
                "deny",
                "settle",
                "matter",
                "force",
                "veto",
                "thwart",
            }
        ):
            noun = verb.head
            while noun.pos_ not in {"NOUN", "PROPN", "VERB", "AUX"} and noun.head != noun:
                noun = noun.head
            of = noun if noun.pos_ in {"NOUN", "PROPN"} else grammatical_subject(noun)
            yield from self.make("pivot.enough", verb, of, "pivotal")

    def sized(self, verb: Token) -> Iterator[Draft]:
        """ "the X camp is small", "X's faction is the largest", "there is no X camp"."""
        if verb.lemma_ != "be":
            return
        subject = next(iter(children(verb, "nsubj")), None)
        for word in children(verb, "acomp", "attr"):
            if (
                subject is not None
                and word.pos_ == "ADJ"
                and word.lower_ in words("headcount.small") | words("headcount.large") | {"minority"}
            ):
                ref = self.scene.one(subject)
                if ref is not None and (ref.kind == "group" or subject.lemma_.lower() in words("headcount.support")):
                    yield from self.make(
                        "sized",
                        verb,
                        subject,
                        "small" if word.lower_ in words("headcount.small") else "large",
                        denied=negated(verb),
                    )
            if word.lemma_.lower() in {"minority", "majority"} and subject is not None:
                of = next((n for _, n in prepositional(word, "of", "in", "among")), None)
                yield from self.make("sized.share", verb, subject, word.lemma_.lower(), of, denied=negated(verb))
            if any(c.dep_ == "expl" for c in verb.children):
                camp = self.scene.one(word)
                if camp is not None and camp.name.startswith("camp:") and negated(verb):
                    yield from self.make("no.camp", verb, [camp], "none")
        for noun in [n for p, n in prepositional(verb, "in") if n.lemma_.lower() in {"minority", "majority"}]:
            of = next((n for _, n in prepositional(noun, "of", "in", "among")), None)
            yield from self.make("in.minority", verb, subject, noun.lemma_.lower(), of)

    def noun(self, noun: Token) -> Iterator[Draft]:
        lemma = noun.lemma_.lower()
        if lemma in {"kingmaker", "kingmakers", "queenmaker"} and noun.dep_ in {"appos", "attr"}:
            yield from self.make(
                "pivot.noun", noun, noun.head if noun.dep_ == "appos" else grammatical_subject(noun.head), "pivotal"
            )
        if (
            lemma in words("headcount.favourite")
            or (lemma == "runner" and noun.i > 1 and noun.nbor(-1).text == "-" and noun.nbor(-2).lower_ == "front")
        ) and noun.dep_ == "appos":
            yield from self.make("favourite.noun", noun, noun.head, "favourite")
        yield from self.styled(noun)
        ref = self.scene.one(noun) if noun.pos_ in {"NOUN", "PROPN"} else None
        if (
            ref is not None
            and ref.kind == "group"
            and (lemma in words("factions") | words("camps") or ref.name.startswith("camp:"))
        ):
            size = next(
                (
                    c
                    for c in [*children(noun, "amod"), *(c for a in children(noun, "amod") for c in conjuncts(a))]
                    if c.lower_ in words("headcount.small") | words("headcount.large")
                    and c.lower_ not in {"some", "many", "few", "lot"}
                ),
                None,
            )
            if size is not None:
                yield from self.make(
                    "sized.noun",
                    noun,
                    [ref],
                    "small" if size.lower_ in words("headcount.small") else "large",
                    first=min(noun.i, size.i),
                    last=max(noun.i, size.i),
                    hints=("after",) if size.i > noun.i else (),
                )
            number = next(
                (
                    q
                    for i in range(noun.i + 1, noun.right_edge.i + 1)
                    if noun.right_edge.i - noun.i < 14
                    and (q := self.numbers.get(i)) is not None
                    and q.first == i
                    and noun.is_ancestor(noun.doc[i])
                ),
                None,
            )
            of = next(
                (
                    n
                    for p in children(noun, "prep", "appos")
                    for n in children(p, "pobj")
                    if n.i in self.numbers or any(c.i in self.numbers for c in n.children)
                ),
                None,
            )
            if of is not None:
                got = quantity_of(of, self.numbers)
                if got is not None:
                    yield from self.make("group.of", noun, [ref], got[0], last=of.i, first=noun.left_edge.i)
            elif number is not None:
                yield from self.make(
                    "group.number", noun, [ref], number.amount, last=number.last, first=noun.left_edge.i
                )
            direct = next(
                (self.numbers[c.i] for c in noun.children if c.i in self.numbers and c.dep_ == "nummod"), None
            )
            if direct is not None and ref.name.startswith("camp:"):
                yield from self.make("group.nummod", noun, [ref], direct.amount, first=direct.first, last=noun.i)


def headcounts(scene: Scene, numbers: Mapping[int, Quantity]) -> Iterator[Draft]:
    """Every candidate headcount in a scene, beside those that counted positions make."""
    return _Finder(scene, numbers).all()
