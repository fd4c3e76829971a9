"""Positions: who is for or against whom. Counted holders ("four of them back X") become headcounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import (
    Token,
    children,
    conjuncts,
    grammatical_subject,
    negated,
    particle,
    passive,
    prepositional,
    undergoer,
)
from whipcount.read.lexicon import lexicon, words
from whipcount.read.rules.draft import Draft
from whipcount.read.rules.motions import Motions
from whipcount.read.scene import Ref, Scene

_NEVER = frozenset({"PUNCT", "SPACE", "DET", "CCONJ", "NUM", "SYM", "X", "INTJ"})
"""Parts of speech on which no stance rests."""


class _Finder(Motions):
    def all(self) -> Iterator[Draft]:
        yield from self.listed()
        for token in self.scene.tokens:
            if token.pos_ in _NEVER:
                continue
            yield from self.backing(token)
            yield from self.nearby(token)
            yield from self.acting(token)
            if token.pos_ in {"VERB", "AUX"} or (
                token.dep_ == "ROOT" and token.pos_ == "NOUN" and children(token, "dobj")
            ):
                yield from self.verb(token)
            if token.pos_ in {"VERB", "AUX"}:
                yield from self.labouring(token)
                yield from self.wanting(token)
                yield from self.ought(token)
                yield from self.leaving(token)
                yield from self.light(token)
                yield from self.serving(token)
            elif token.pos_ in {"NOUN", "PROPN"} and token.i not in self.scene.cast.at:
                yield from self.noun(token)
                yield from self.staff(token)
            if token.lower_ in {"nothing", "truck"} and token.head.lemma_ in {"want", "have", "wish"}:
                yield from self.nothing(token)
            if token.pos_ in {"ADJ", "VERB", "ADV", "ADP"}:
                yield from self.adjective(token)
            if token.lower_ == "rid":
                yield from self.rid(token)
            if token.lower_ == "'s":
                yield from self.contracted(token)

    def verb(self, verb: Token) -> Iterator[Draft]:
        lemma = verb.lemma_.lower()
        if self._urged(verb) or self._charged(verb):
            return
        for stance in ("supports", "opposes"):
            frame = lexicon()["position"][stance]
            if (
                lemma in frame["object"]
                and not self._taken_by_particle(verb)
                and not (lemma in {"follow", "replace", "succeed"} and passive(verb))
                and not (
                    lemma == "challenge" and (self._at_leader(verb) or any(True for _ in prepositional(verb, "for")))
                )
                and not self._made_leader(verb)
            ):
                loose = lemma in frame["loose"]
                if loose and self._of_another(verb, lemma):
                    continue
                yield from self.make(
                    f"position.{stance}.{'loose' if loose else 'object'}",
                    verb,
                    self.who_acts(verb),
                    stance,
                    undergoer(verb),
                    (lemma,),
                )
                for other in self._more_agents(verb):
                    yield from self.make(f"position.{stance}.object", verb, other, stance, undergoer(verb), (lemma,))
            tail = particle(verb)
            if tail and lemma in frame.get("particles", {}).get(tail, ()):
                yield from self.make(
                    f"position.{stance}.particle", verb, self.who_acts(verb), stance, undergoer(verb), (lemma,)
                )
            for prep, noun in prepositional(verb):
                if lemma in frame["prepositions"].get(prep.lower_, ()) and not (
                    prep.dep_ == "agent" and prep.lower_ == "by"
                ):
                    if lemma in {"stand", "run"} and prep.lower_ == "against":
                        continue
                    if lemma == "be" and any(c.lower_ == "it" for c in children(verb, "nsubj")):
                        continue
                    rule = f"position.{stance}.{prep.lower_}" + (".be" if lemma == "be" else "")
                    yield from self.make(rule, verb, grammatical_subject(verb), stance, noun, (lemma,))
            for prep, noun in self._over_a_noun(verb):
                if lemma in frame["prepositions"].get(prep, ()):
                    yield from self.make(
                        f"position.{stance}.{prep}", verb, grammatical_subject(verb), stance, noun, (lemma,)
                    )

    def _of_another(self, verb: Token, lemma: str) -> bool:
        """Whether a verb of removing is about some other post, or is what a candidate stands for ("a candidate to replace X")."""
        if lemma not in words("position.removes"):
            return False
        leader, thing = self.scene.leader(), undergoer(verb)
        ref = self.scene.one(thing) if thing is not None else None
        purpose = (
            lemma in {"replace", "succeed"}
            and verb.tag_ == "VB"
            and verb.dep_ in {"acl", "relcl", "advcl"}
            and any(c.lower_ == "to" for c in verb.children)
        )
        return purpose or (leader is not None and ref is not None and ref.name != leader.name)

    def _over_a_noun(self, verb: Token) -> Iterator[tuple[str, Token]]:
        """The phrase of a verb that hangs on a noun between: "voted as a bloc for X"."""
        for between in children(verb, "prep"):
            if between.lower_ in {"as", "in"}:
                for noun in children(between, "pobj"):
                    if noun.i not in self.scene.cast.at:
                        for prep in children(noun, "prep"):
                            yield from (
                                (prep.lower_, n) for n in children(prep, "pobj") if prep.lower_ in {"for", "against"}
                            )

    def _at_leader(self, verb: Token) -> bool:
        """Whether the leader is challenged: then somebody stands."""
        leader, thing = self.scene.leader(), next(iter(children(verb, "dobj")), None)
        ref = self.scene.one(thing) if thing is not None else None
        return verb.tag_ == "VB" and leader is not None and ref is not None and ref.name == leader.name

    def _made_leader(self, verb: Token) -> bool:
        """Whether the object of a verb is what somebody becomes: the headline "X elected leader"."""
        thing = next(iter(children(verb, "dobj")), None)
        return (
            thing is not None
            and verb.tag_ in {"VBD", "VBN"}
            and thing.i not in self.scene.cast.at
            and thing.lemma_.lower() in words("leaders")
            and not children(thing, "det", "poss")
        )

    def _charged(self, verb: Token) -> bool:
        """Whether a verb is the deed of a charge: "attacked X for briefing against her"."""
        return verb.dep_ == "pcomp" and verb.head.head.lemma_ in words("accusation.charges") | words(
            "accusation.accuses"
        )

    def _urged(self, verb: Token) -> bool:
        """Whether a verb says what others are told to do: "ordered the members to get behind X" is the orderer's stance."""
        over = verb.head
        return (
            verb.dep_ == "xcomp"
            and over.lemma_.lower() in words("position.urges") - {"want", "get"}
            and bool(children(over, "dobj"))
        )

    def labouring(self, verb: Token) -> Iterator[Draft]:
        """ "is counting numbers for X", "has been working the phones for X", "drumming up support for X"."""
        if verb.lemma_.lower() not in words("position.toiling") or passive(verb):
            return
        if not any(c.lemma_.lower() in words("position.toils") for c in children(verb, "dobj")):
            return
        things = children(verb, "dobj")
        takers = [
            n
            for _, n in [
                *prepositional(verb, "for", "against"),
                *(x for t in things for x in prepositional(t, "for", "against")),
            ]
        ]
        if verb.lemma_.lower() in words("position.gets") | {"be", "lack", "need"}:
            return
        for taker in takers:
            stance = "opposes" if taker.head.lower_ == "against" else "supports"
            yield from self.make(
                f"position.{stance}.toils", verb, self.who_acts(verb), stance, taker, (verb.lemma_.lower(),)
            )

    def _more_agents(self, verb: Token) -> Iterator[Token]:
        """The further agents of "backed by A, by B and by C"."""
        for agent in children(verb, "agent"):
            for other in conjuncts(agent)[1:]:
                yield from children(other, "pobj")

    def _taken_by_particle(self, verb: Token) -> bool:
        """ "push out" is not "push"."""
        tail = particle(verb)
        return bool(tail) and tail in lexicon()["position"]["opposes"]["particles"]

    def adjective(self, word: Token) -> Iterator[Draft]:
        for stance in ("supports", "opposes"):
            for prep, lemmas in lexicon()["position"][stance]["adjectives"].items():
                if word.lower_ in lemmas or word.lemma_.lower() in lemmas:
                    for _, noun in prepositional(word, prep):
                        holder = (
                            grammatical_subject(word if word.pos_ == "VERB" else word.head)
                            if word.dep_ != "amod"
                            else None
                        )
                        yield from self.make(f"position.{stance}.adjective", word, holder, stance, noun, (word.lower_,))

    def noun(self, noun: Token) -> Iterator[Draft]:
        """ "X's backer Y", "Y, a supporter of X", "Y is an X loyalist"."""
        for stance in ("supports", "opposes"):
            man = stance == "supports" and noun.lemma_.lower() in {"man", "woman"}
            own_man = man and (self._named_before(noun) or any(c.lower_ in {"numbers", "number"} for c in noun.lefts))
            if noun.lemma_.lower() not in lexicon()["position"][stance]["nouns"] and not own_man:
                continue
            of = [n for p, n in prepositional(noun, "of", "to")]
            told = (
                noun.head.head
                if noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lower_ == "one"
                else noun
            )
            owner = next((c for c in children(noun, "poss", "compound", "nmod") if self.scene.one(c)), None) or next(
                iter(of), None
            )
            holder = next((c for c in children(noun, "appos") if c.i in self.scene.cast.at), None)
            if told.dep_ in {"appos"}:
                holder = told.head
            elif told.dep_ in {"attr"} and told.head.lemma_ in {"be", "become", "remain"}:
                holder = grammatical_subject(told.head)
            elif noun.dep_ in {"compound", "nmod"} and noun.head.i in self.scene.cast.at:
                holder = noun.head
            elif noun.dep_ == "pobj" and noun.head.lower_ == "as":
                holder = grammatical_subject(noun.head.head)
            if owner is not None and holder is not None and owner.lower_ in {"his", "her"}:
                yield from self._own_or_others(noun, holder, stance, owner)
                continue
            if owner is not None and holder is not None:
                yield from self.make(f"position.{stance}.noun", noun, holder, stance, owner, (noun.lemma_.lower(),))

    def _named_before(self, noun: Token) -> bool:
        """Whether a name stands right before a noun, without possessive: "a Quill man"."""
        return any(c.i in self.scene.cast.at and c.i == noun.i - 1 for c in children(noun, "compound", "nmod", "amod"))

    def _own_or_others(self, noun: Token, holder: Token, stance: str, owner: Token) -> Iterator[Draft]:
        """ "his lieutenant Y", "Y, her numbers man": the pronoun is not the holder."""
        barred = frozenset(r.name for r in self.scene.refs(holder))
        ref = self.scene.person_but(owner, barred)
        if ref is not None:
            yield from self._make(f"position.{stance}.noun", noun, holder, stance, [ref], (noun.lemma_.lower(),), owner)

    def light(self, verb: Token) -> Iterator[Draft]:
        """ "X has Y's support", "Y threw her weight behind X", "Y withdrew her backing"."""
        lemma = verb.lemma_.lower()
        things = children(verb, "dobj", "nsubjpass")
        help_words = words("position.supports.help") | {"opposition"}
        thing = next((t for t in things if t.lemma_.lower() in help_words), None)
        if thing is None:
            return
        if thing.tag_ == "NNS" and any(c.dep_ == "nummod" for c in thing.children):  # "20 nominations" are a count
            return
        second = next((t for t in things if t != thing and t.i < thing.i and self.scene.one(t)), None)
        stance = "opposes" if thing.lemma_ == "opposition" else "supports"
        giver = next((c for c in children(thing, "poss")), None) or next(
            (n for _, n in prepositional(thing, "of", "from")), None
        )
        toward = next(
            (
                n
                for _, n in [
                    *prepositional(verb, "to", "behind", "for", "against", "with"),
                    *prepositional(thing, "for", "to", "in", "behind"),
                ]
                if self.scene.one(n)
            ),
            None,
        )
        if (
            lemma in words("position.gets")
            and not negated(verb)
            and not any(
                c.lower_ in words("headcount.strong") | words("headcount.scant") for c in children(thing, "amod")
            )
            and giver is not None
            and verb.head.lemma_ != "fail"  # whoever was not won has not said a word against
            and (self.scene.one(giver) or Ref("", "other")).name != ""
        ):
            yield from self.make(
                f"position.{stance}.gets", verb, giver, stance, grammatical_subject(verb), (thing.lemma_,)
            )
        counted = any(c.dep_ == "nummod" or c.i in self.numbers for c in thing.children)
        if lemma in words("position.gives") and not counted:
            aim = next(iter(children(verb, "dative")), second)
            aim = next(iter(children(aim, "pobj")), aim) if aim is not None else None
            yield from self.make(
                f"position.{stance}.gives", verb, self.who_acts(verb), stance, aim or toward, (thing.lemma_,)
            )
        if lemma in words("position.withdraws"):
            yield from self.make(
                "position.opposes.withdraws", verb, self.who_acts(verb), "opposes", toward, (thing.lemma_,)
            )

    def serving(self, verb: Token) -> Iterator[Draft]:
        """Running somebody's campaign, holding up somebody's leadership, or losing confidence in somebody."""
        thing = next(iter(children(verb, "dobj", "nsubjpass")), None)
        if thing is None:
            return
        lemma, what = verb.lemma_.lower(), thing.lemma_.lower()
        owner = next((c for c in children(thing, "poss", "compound", "nmod") if self.scene.one(c)), None)
        own = owner is not None and owner.lower_ in {"his", "her", "their"} and lemma in {"launch", "start", "fund"}
        if lemma in words("position.runs") and what in words("position.campaigns") and owner is not None and not own:
            by = self.who_acts(verb)
            if owner.lower_ in {"his", "her"} and by is not None:
                barred = frozenset(r.name for r in self.scene.refs(by))
                ref = self.scene.person_but(owner, barred)
                whom = [ref] if ref else []
            else:
                whom = self.scene.refs(owner)
            yield from self._make("position.supports.runs", verb, by, "supports", whom, (lemma, what), owner)
        if (
            owner is not None
            and owner.lower_ in {"his", "her", "their"}
            and lemma in {"abandon", "drop", "launch", "end", "withdraw"}
        ):
            return
        bearing = what in {"leadership", "candidacy", "bid", "candidature", "campaign", "reelection", "claim"}
        if bearing and owner is not None:
            for stance in ("supports", "opposes"):
                if lemma in lexicon()["position"][stance]["object"]:
                    yield from self.make(f"position.{stance}.bid", verb, self.who_acts(verb), stance, owner, (lemma,))
        if lemma in {"lose", "have"} and what in {"confidence", "faith", "trust", "patience"}:
            gone = lemma == "lose" or negated(verb)
            for _, noun in [*prepositional(thing, "in", "with"), *prepositional(verb, "in", "with")]:
                yield from self.make(
                    "position.opposes.confidence" if gone else "position.supports.confidence",
                    thing,
                    self.who_acts(verb),
                    "opposes" if gone else "supports",
                    noun,
                )

    def staff(self, noun: Token) -> Iterator[Draft]:
        """ "X's campaign chair, Y", "Y, who is X's campaign manager"."""
        if noun.lemma_.lower() not in words("position.staff"):
            return
        campaign = any(
            c.lemma_.lower() in words("position.campaigns") | {"numbers", "number"}
            for c in children(noun, "compound", "amod")
        ) or noun.lemma_ in {"seconder", "proposer", "nominator"}
        owner = next((c for c in children(noun, "poss") if self.scene.one(c)), None) or next(
            (n for _, n in prepositional(noun, "for", "of", "to") if self.scene.one(n)), None
        )
        if not campaign or owner is None:
            return
        holder = noun.head if noun.dep_ == "appos" else next(iter(children(noun, "appos")), None)
        if noun.dep_ == "attr":
            holder = grammatical_subject(noun.head)
        if holder is not None and owner.lower_ in {"his", "her"}:
            yield from self._own_or_others(noun, holder, "supports", owner)
            return
        yield from self.make("position.supports.staff", noun, holder, "supports", owner)

    def contracted(self, mark: Token) -> Iterator[Draft]:
        """ "The rail union's with X": the parser takes the contracted verb for a possessive."""
        doc = self.scene.doc
        if mark.i + 2 >= len(doc) or mark.i == 0:
            return
        prep = doc[mark.i + 1]
        stance = {"with": "supports", "behind": "supports", "for": "supports", "against": "opposes"}.get(prep.lower_)
        if stance is not None and mark.tag_ == "POS":
            target = next(iter(children(prep, "pobj")), doc[mark.i + 2])
            yield from self.make(f"position.{stance}.contracted", prep, mark.head, stance, target)


def positions(scene: Scene, numbers: Mapping[int, Quantity]) -> Iterator[Draft]:
    """Every candidate position in a scene, and the headcounts that positions of counted people are."""
    return _Finder(scene, numbers).all()
