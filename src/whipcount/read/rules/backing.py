"""Stances in nouns and in what somebody owns: "those backing her include X", "the candidate of the left", "he has the unions"."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.grammar import Token, children, conjuncts, grammatical_subject, negated, passive, prepositional
from whipcount.read.lexicon import lexicon, party_words, words
from whipcount.read.rules.draft import Draft
from whipcount.read.rules.lists import Lists
from whipcount.read.scene import Ref


class Backing(Lists):
    """Finds stances whose holder is listed, or belongs to whom he or she is for."""

    def backing(self, token: Token) -> Iterator[Draft]:
        """Every such stance that rests on a word."""
        if token.pos_ in {"VERB", "AUX"}:
            yield from self.including(token)
            yield from self.owning(token)
            yield from self.calling_on(token)
            yield from self.rallying(token)
            yield from self.joining(token)
        if token.pos_ in {"NOUN", "PROPN"}:
            yield from self.candidate_of(token)
            yield from self.support_from(token)
            yield from self.calls_to_go(token)
        if token.lower_ in {"loyal", "supportive"}:
            yield from self.loyal(token)

    def including(self, verb: Token) -> Iterator[Draft]:
        """ "Those supporting her include A and B", "His backers are A and B"."""
        if verb.lemma_.lower() not in {"include", "be", "number", "feature"}:
            return
        subject = next(iter(children(verb, "nsubj")), None)
        listed = next(iter(children(verb, "dobj", "attr")), None)
        yield from self.among_those(verb, subject or listed)
        if verb.lemma_ == "be" and subject is None and listed is None:
            return
        for group, names in ((subject, listed), (listed, subject)):
            found = self._stance_of_group(group)
            if found is not None and names is not None and any(self.scene.one(c) for c in conjuncts(names)):
                stance, target = found
                yield from self.make(f"position.{stance}.include", verb, names, stance, target)
                return

    def among_those(self, verb: Token, named: Token | None) -> Iterator[Draft]:
        """ "Among those backing X are A and B"."""
        for prep, those in prepositional(verb, "among"):
            found = self._stance_of_group(those)
            if found is not None and named is not None and prep.i < verb.i:
                yield from self.make(f"position.{found[0]}.include", verb, named, *found)

    def _stance_of_group(self, noun: Token | None) -> tuple[str, Token] | None:
        """Whether a plural noun phrase means people for or against somebody, and whom."""
        if noun is None or (noun.tag_ not in {"NNS", "NNPS"} and noun.lower_ not in {"those", "names", "one"}):
            return None
        for stance in ("supports", "opposes"):
            frame = lexicon()["position"][stance]
            for clause in children(noun, "acl", "relcl"):
                if clause.lemma_.lower() in frame["object"] and not passive(clause):
                    target = next(iter(children(clause, "dobj")), None)
                    if target is not None:
                        return stance, target
                for prep, target in prepositional(clause):
                    if clause.lemma_.lower() in frame["prepositions"].get(prep.lower_, ()):
                        return stance, target
            if noun.lemma_.lower() in frame["nouns"]:
                owner = next((c for c in children(noun, "poss", "compound", "nmod") if self.scene.one(c)), None)
                owner = owner or next((n for _, n in prepositional(noun, "of", "for") if self.scene.one(n)), None)
                if owner is not None:
                    return stance, owner
        return None

    def owning(self, verb: Token) -> Iterator[Draft]:
        """ "He has the unions", "she can count on the left", "X has the Auckland MPs on side"."""
        if verb.lemma_.lower() not in {"have", "carry", "retain", "command"} or passive(verb):
            return
        for thing in children(verb, "dobj"):
            for each in conjuncts(thing):
                bagged = each.pos_ == "PROPN" and any(
                    n.lemma_.lower() in {"bag", "pocket", "corner", "board", "side", "camp"}
                    for _, n in prepositional(verb, "in", "on")
                )
                group = bagged or each.lemma_.lower() in words("groups") | words("bodies") | {"press", "peer", "donor"}
                known = (
                    any(c.lower_ in {"the", "most"} or c.dep_ == "poss" for c in each.children)
                    or each.text[0].isupper()
                )
                if group and known and each.lemma_.lower() not in words("position.owned_by_nobody"):
                    yield from self.make("position.supports.owns", verb, each, "supports", grammatical_subject(verb))

    def calling_on(self, verb: Token) -> Iterator[Draft]:
        """ "called on X to consider her position", "told X to name the day"."""
        if verb.lemma_.lower() not in words("position.urges"):
            return
        whom = next((n for p, n in prepositional(verb, "on", "upon", "for")), None) or next(
            iter(children(verb, "dobj")), None
        )
        if whom is None:
            return
        yield from self.urging(verb)
        for act in children(verb, "xcomp", "ccomp", "advcl"):
            own = next(iter(children(act, "nsubj")), None)
            if own is not None and self.scene.one(own) != self.scene.one(whom):
                continue
            if self.departing(act):
                yield from self.make(
                    "position.opposes.calls", verb, self.who_acts(verb), "opposes", whom, (act.lemma_,)
                )

    def calls_to_go(self, noun: Token) -> Iterator[Draft]:
        """ "joined calls for X to resign", "led demands that X go"."""
        if noun.lemma_.lower() not in {"call", "demand", "plea", "appeal"} or noun.dep_ not in {"dobj", "pobj"}:
            return
        verb = noun.head if noun.head.pos_ == "VERB" else noun.head.head
        for act in children(noun, "acl", "relcl", "advcl"):
            whom = next(iter(children(act, "nsubj")), None)
            if (
                whom is not None
                and self.departing(act)
                and verb.lemma_.lower() not in {"face", "resist", "reject", "dismiss", "ignore"}
            ):
                yield from self.make(
                    "position.opposes.calls", verb, self.who_acts(verb), "opposes", whom, (act.lemma_,)
                )

    def urging(self, verb: Token) -> Iterator[Draft]:
        """ "ordered the members to get behind X", "urged colleagues to vote for Y": the stance of whoever urges."""
        if not children(verb, "dobj") or verb.lemma_ in {"want", "get"}:
            return
        for act in children(verb, "xcomp", "advcl"):
            lemma = act.lemma_.lower()
            for stance in ("supports", "opposes"):
                frame = lexicon()["position"][stance]
                targets = [n for p, n in prepositional(act) if lemma in frame["prepositions"].get(p.lower_, ())]
                targets += children(act, "dobj") if lemma in frame["object"] else []
                for target in targets:
                    yield from self.make(
                        f"position.{stance}.urging", verb, self.who_acts(verb), stance, target, (lemma,)
                    )

    def departing(self, act: Token) -> bool:
        """Whether a verb phrase means going: "consider his position", "set a date for his departure", "stand down"."""
        things = [t.lemma_.lower() for t in act.subtree if t.i > act.i and t.i - act.i < 9]
        if act.lemma_.lower() in {"consider", "reflect", "reconsider"}:
            return bool({"position", "future"} & set(things))
        if act.lemma_.lower() in {"set", "name", "give", "fix", "announce", "outline", "lay"}:
            return bool({"departure", "exit", "resignation", "timetable"} & set(things))
        return self._direction(act) == "goes"

    def rallying(self, verb: Token) -> Iterator[Draft]:
        """ "Ministers rallied round": the leader is meant."""
        tail = {c.lower_ for c in verb.children if c.dep_ in {"prt", "advmod", "prep"} and not list(c.children)}
        leader = self.scene.leader()
        if leader is not None and verb.lemma_.lower() in {"rally", "fall"} and tail & {"round", "around", "behind"}:
            subject = grammatical_subject(verb)
            yield from self._make("position.supports.rallies", verb, subject, "supports", [leader], (), None)

    def joining(self, verb: Token) -> Iterator[Draft]:
        """ "defected to the X camp", "joined X's campaign", "has crossed over to the X side"."""
        if verb.lemma_.lower() not in {"join", "desert", "quit", "leave", "abandon"}:
            return
        for thing in children(verb, "dobj"):
            ref = self.scene.one(thing)
            if ref is not None and ref.name.startswith("camp:"):
                stance = "supports" if verb.lemma_ == "join" else "opposes"
                yield from self.make(f"position.{stance}.joins", verb, grammatical_subject(verb), stance, thing)

    def candidate_of(self, noun: Token) -> Iterator[Draft]:
        """ "X, the candidate of the left", "X is the darling of the activists", "the unions' choice, X"."""
        if noun.lemma_.lower() not in words("position.choices"):
            return
        givers = [n for _, n in prepositional(noun, "of", "for", "among", "with")]
        givers += [c for c in children(noun, "poss", "compound") if self.scene.one(c)]
        who = None
        if noun.dep_ == "appos":
            who = noun.head
        elif noun.dep_ in {"attr", "conj"} and noun.head.pos_ in {"AUX", "VERB", "NOUN"}:
            top = noun.head
            while top.dep_ == "conj" or top.pos_ == "NOUN":
                if top.head == top:
                    break
                top = top.head
            who = grammatical_subject(top)
        who = who or next((c for c in children(noun, "appos") if c.i in self.scene.cast.at), None)
        for giver in givers:
            ref = self.scene.one(giver)
            if ref is None or giver.lemma_.lower() in {"leadership", "party", "campaign"} | party_words():
                continue
            yield from self.make("position.supports.choice", noun, giver, "supports", who, (noun.lemma_.lower(),))

    def support_from(self, noun: Token) -> Iterator[Draft]:
        """ "support for X from Y", "Y's endorsement of X", "the backing of Y for X", "X has the support of Y and Z"."""
        if noun.lemma_.lower() not in words("position.supports.help") | {"opposition", "loyalty"}:
            return
        if noun.tag_ == "NNS" and any(
            c.dep_ == "nummod" for c in noun.children
        ):  # "40 nominations from MPs" is a count
            return
        stance = "opposes" if noun.lemma_ == "opposition" else "supports"
        giver = next(iter(children(noun, "poss")), None) or next((n for _, n in prepositional(noun, "from")), None)
        taker = next((n for p, n in prepositional(noun, "for", "of", "to", "in")), None)
        if giver is not None and taker is not None:
            yield from self.make(f"position.{stance}.help.for", noun, giver, stance, taker, (noun.lemma_.lower(),))
        of = next((n for _, n in prepositional(noun, "of", "from") if n.lemma_ != "confidence"), None)
        verb = noun
        while verb.pos_ not in {"VERB", "AUX"} and verb.head != verb:
            verb = verb.head
        if of is None or verb.pos_ not in {"VERB", "AUX"} or verb.head.lemma_ == "fail":
            return
        ended = any(t.lower_ == "longer" for t in verb.subtree) or noun.lemma_ == "confidence"
        lost = verb.lemma_.lower() in {"lose", "lack", "forfeit"} or (negated(verb) and ended)
        subject = next(iter(children(verb, "nsubj")), None) or grammatical_subject(verb)
        gained = verb.lemma_.lower() in words("position.gets") | {"lose", "lack", "claim", "boast", "add", "forfeit"}
        by = noun.dep_ == "pobj" and noun.head.lower_ == "with"
        sized = any(c.lower_ in words("headcount.strong") | words("headcount.scant") for c in children(noun, "amod"))
        told = (lost or not negated(verb)) and not sized and not any(c.dep_ == "nummod" for c in noun.children)
        if (
            (gained or by)
            and (told or verb.lemma_.lower() in {"lose", "lack", "forfeit"})
            and subject is not None
            and noun.dep_ in {"dobj", "conj", "pobj", "attr", "appos"}
        ):
            for giver in conjuncts(of):
                yield from self.make(
                    f"position.{'opposes' if lost else 'supports'}.help.of",
                    noun,
                    giver,
                    "opposes" if lost else "supports",
                    subject,
                    (verb.lemma_.lower(),),
                )

    def loyal(self, word: Token) -> Iterator[Draft]:
        """ "X is loyal" without saying to whom: to the leader."""
        leader = self.scene.leader()
        if leader is None or children(word, "prep") or word.dep_ not in {"acomp", "oprd", "attr"}:
            return
        targets: list[Ref] = [leader]
        yield from self._make(
            "position.supports.loyal",
            word.head,
            grammatical_subject(word.head),
            "supports",
            targets,
            (word.lower_,),
            None,
        )
