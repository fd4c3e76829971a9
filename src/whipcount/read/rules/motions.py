"""Stances in acts: calling for a vote on somebody, counting on somebody, speaking in somebody's support, naming the best one."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.grammar import Token, children, grammatical_subject, negated, passive, prepositional
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, covering
from whipcount.read.rules.nearby import Nearby
from whipcount.read.scene import Ref
from whipcount.read.speech import speaker


class Motions(Nearby):
    """Finds stances in what people move, sign, rest on and praise."""

    def acting(self, token: Token) -> Iterator[Draft]:
        """Every such stance that rests on a word."""
        if token.pos_ in {"VERB", "AUX"}:
            yield from self.moving(token)
            yield from self.counting_on(token)
            yield from self.best(token)
            yield from self.unfit(token)
            yield from self.on_motion(token)
            yield from self.change(token)
            yield from self.praised(token)
            yield from self.wanted_one(token)
        if token.lemma_.lower() in {"confidence", "faith", "trust"} and token.pos_ == "NOUN":
            yield from self.confidence(token)
        if token.lemma_.lower() in {"defection", "desertion", "departure"}:
            yield from self.defection(token)
        if token.lower_ in words("position.behalf"):
            yield from self.on_behalf(token)

    def moving(self, verb: Token) -> Iterator[Draft]:
        """ "called for a ballot on X's leadership", "backs the spill", "is plotting a coup against X"."""
        lemma = verb.lemma_.lower()
        if lemma not in words("position.moves") or passive(verb):
            return
        things = [*children(verb, "dobj"), *(n for _, n in prepositional(verb, "for"))]
        thing = next((t for t in things if t.lemma_.lower() in words("position.motions")), None)
        if thing is None or (thing.lemma_ == "motion" and lemma in {"back", "support"}):
            return
        against = self._motion_against(thing)
        leader = self.scene.leader()
        target = against or leader
        subject = grammatical_subject(verb)
        if target is None or subject is None:
            return
        marks = (lemma, "on:" + thing.lemma_.lower(), "named" if against else "leader")
        others = [r for r in self.scene.refs(subject) if r.name == target.name]
        if not others:
            yield from self._make("position.opposes.moves", verb, subject, "opposes", [target], marks, thing)

    def _motion_against(self, thing: Token) -> Ref | None:
        """Whom a motion is about: "on X's leadership", "against X", "of no confidence in X"."""
        for token in thing.subtree:
            if token.i > thing.i and token.i in self.scene.cast.at:
                return self.scene.one(token)
        return None

    def on_motion(self, verb: Token) -> Iterator[Draft]:
        """ "will vote against the motion", "supports the motion of confidence", "vote no": for or against the leader."""
        lemma = verb.lemma_.lower()
        pro: bool | None = None
        thing: Token | None = None
        if lemma == "vote":
            found = next(
                (
                    (p, n)
                    for p, n in prepositional(verb, "for", "against")
                    if n.lemma_.lower() in words("position.votes")
                ),
                None,
            )
            if found is not None:
                pro, thing = found[0].lower_ == "for", found[1]
            else:
                said = {t.lower_ for t in verb.doc[verb.i + 1 : min(verb.i + 4, len(verb.doc))]}
                pro = True if "yes" in said else False if "no" in said and "confidence" not in said else None
        elif lemma in {"support", "back", "oppose", "reject", "endorse"} and not passive(verb):
            thing = next((t for t in children(verb, "dobj") if t.lemma_.lower() in words("position.votes")), None)
            pro = None if thing is None else lemma not in {"oppose", "reject"}
        leader = self.scene.leader()
        if pro is None or leader is None:
            return
        stance = "supports" if pro == self._of_confidence(thing) else "opposes"
        yield from self._make(f"position.{stance}.motion", verb, self.who_acts(verb), stance, [leader], (lemma,), thing)

    def _of_confidence(self, thing: Token | None) -> bool:
        """Whether a motion is one of confidence, so that those for it are for the leader: as it says, or as the text does."""
        near = [t.lower_ for t in thing.subtree] if thing is not None else []
        if "confidence" not in near:
            near = [t.lower_ for t in self.scene.tokens]
        return "confidence" in near and not any(
            w == "confidence" and "no" in near[max(0, k - 2) : k] for k, w in enumerate(near)
        )

    def change(self, verb: Token) -> Iterator[Draft]:
        """ "A majority wants a change", "they are in favour of change": at the top, which is against the leader."""
        leader = self.scene.leader()
        if leader is None or verb.lemma_.lower() not in {
            "want",
            "demand",
            "seek",
            "favour",
            "favor",
            "need",
            "support",
            "back",
        }:
            return
        for thing in children(verb, "dobj"):
            of = [n.lemma_.lower() for _, n in prepositional(thing, "of", "in", "at")]
            bare = not of and verb.lemma_ not in {"support", "back"}
            if thing.lemma_ == "change" and (bare or set(of) & {"leader", "leadership", "top"}):
                subject = self.who_acts(verb)
                yield from self._make(
                    "position.opposes.change", verb, subject, "opposes", [leader], (verb.lemma_,), thing
                )

    def praised(self, verb: Token) -> Iterator[Draft]:
        """ "described X as the best person for the job"; "X would make an excellent leader"."""
        if verb.lemma_ in {"describe", "praise", "hail", "see", "regard", "name", "call"} and not passive(verb):
            for whom in children(verb, "dobj"):
                for _, noun in [*prepositional(verb, "as"), *prepositional(whom, "as")]:
                    if noun.lemma_.lower() in words("position.somebody") and self._good(noun):
                        yield from self.make("position.supports.praised", verb, self.who_acts(verb), "supports", whom)
        if verb.lemma_ == "make":
            for noun in children(verb, "dobj"):
                if noun.lemma_.lower() in words("position.somebody") | words("heads") and self._good(noun):
                    yield from self._opinion("make.good", verb, "supports")

    def _good(self, noun: Token) -> bool:
        return any(c.lower_ in words("position.best") | words("position.good") for c in children(noun, "amod"))

    def wanted_one(self, verb: Token) -> Iterator[Draft]:
        """ "The unions want X", with nothing after it."""
        if (
            verb.lemma_ != "want"
            or passive(verb)
            or negated(verb)
            or children(verb, "xcomp", "ccomp", "prt", "oprd", "acomp")
        ):
            return
        for whom in children(verb, "dobj"):
            if whom.i in self.scene.cast.at and whom.right_edge.i == whom.i and not children(verb, "advmod", "prep"):
                yield from self.make("position.supports.wanted", verb, self.who_acts(verb), "supports", whom)

    def confidence(self, noun: Token) -> Iterator[Draft]:
        """ "expressed a loss of confidence in X", "has no confidence in X", "declared her confidence in X"."""
        about = [n for _, n in prepositional(noun, "in")]
        over = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else noun
        verb = over
        while verb.pos_ not in {"VERB", "AUX"} and verb.head != verb:
            verb = verb.head
        if (
            not about
            or over.lemma_ in {"vote", "motion"}
            or verb.lemma_ in {"lose", "have"}
            or verb.pos_ not in {"VERB", "AUX"}
        ):
            return
        gone = over.lemma_ in {"loss", "lack", "absence"} or any(c.lower_ in {"no", "little"} for c in noun.children)
        stance = "opposes" if gone else "supports"
        for target in about:
            yield from self.make(
                f"position.{stance}.confident", noun, grammatical_subject(verb), stance, target, (verb.lemma_,)
            )

    def defection(self, noun: Token) -> Iterator[Draft]:
        """ "the defection of two ministers from X's camp"."""
        who = next((n for _, n in prepositional(noun, "of", "by")), None)
        for _, source in prepositional(noun, "from"):
            owner = next((c for c in children(source, "poss") if self.scene.one(c)), source)
            yield from self.make("position.opposes.defection", noun, who, "opposes", owner)

    def counting_on(self, verb: Token) -> Iterator[Draft]:
        """ "X can count on the left", "she relies on Y", "he could call upon Z"."""
        if verb.lemma_.lower() not in words("position.rests") or passive(verb):
            return
        for prep, noun in prepositional(verb, "on", "upon"):
            if verb.lemma_ == "call" and (prep.lower_ == "on" or prep.head != verb):
                continue
            yield from self.make(
                "position.supports.rests", verb, noun, "supports", grammatical_subject(verb), (verb.lemma_,)
            )

    def on_behalf(self, word: Token) -> Iterator[Draft]:
        """ "spoke in support of X", "came out in favour of Y", "a statement in defence of Z"."""
        prep = word.head
        if word.dep_ != "pobj" or prep.lower_ != ("on" if word.lower_ == "behalf" else "in"):
            return
        verb = prep.head
        while verb.pos_ not in {"VERB", "AUX"} and verb.head != verb:
            verb = verb.head
        stance = "opposes" if word.lower_ in {"opposition", "defiance"} else "supports"
        holder = self._of_the_words(prep) or self.who_acts(verb)
        if holder is None or holder.lower_ in {"it", "this", "that"}:
            return
        for _, noun in prepositional(word, "of", "to"):
            yield from self.make(f"position.{stance}.behalf", verb, holder, stance, noun, (word.lower_,))

    def _of_the_words(self, prep: Token) -> Token | None:
        """Whose speech or statement it is: "his speech in support of X"."""
        said = prep.head
        if said.pos_ != "NOUN" or said.lemma_.lower() not in {
            "speech",
            "statement",
            "letter",
            "article",
            "intervention",
            "vote",
        }:
            return None
        return next(iter(children(said, "poss")), None) or next((n for _, n in prepositional(said, "by", "from")), None)

    def best(self, verb: Token) -> Iterator[Draft]:
        """ "A says that X is the best man for the job": the speaker's stance."""
        if verb.lemma_ not in {"be", "remain"}:
            return
        for attr in children(verb, "attr"):
            how = {c.lower_ for c in children(attr, "amod")} & (words("position.best") | words("position.worst"))
            if attr.lemma_.lower() not in words("position.somebody") or not how:
                continue
            good = bool(how & words("position.best")) != negated(verb)
            yield from self._opinion("best", verb, "supports" if good else "opposes")

    def unfit(self, verb: Token) -> Iterator[Draft]:
        """ "X is unfit to lead", "X is not up to the job", "X cannot lead the party"."""
        if verb.lemma_ != "be":
            return
        unfit = any(c.lower_ in {"unfit", "unelectable", "unsuitable"} for c in children(verb, "acomp"))
        below = negated(verb) and any(c.lower_ == "up" for c in verb.children)
        subject = grammatical_subject(verb)
        place = subject is not None and subject.lemma_.lower() in {"position", "leadership"}
        if place and any(c.lower_ in {"untenable", "unsustainable", "hopeless"} for c in children(verb, "acomp")):
            owner = next(iter(children(subject, "poss")), None)
            yield from self._opinion("untenable", verb, "opposes", owner)
        if unfit or below:
            yield from self._opinion("unfit", verb, "opposes")

    def _opinion(self, rule: str, verb: Token, stance: str, whom: Token | None = None) -> Iterator[Draft]:
        """The stance of whoever says it towards the subject of a verb."""
        subject = whom if whom is not None else grammatical_subject(verb)
        holder = speaker(self.scene, verb)
        for target in self.scene.refs(subject):
            if target.kind == "person" and target.name != holder and subject is not None:
                first, last = covering(verb, [subject])
                own = {"holder": holder, "stance": stance, "target": target.name}
                said = "said" if holder != "author" else "own"
                yield Draft(
                    "position",
                    f"position.{stance}.{rule}",
                    verb.i,
                    first,
                    last,
                    own,
                    sure=target.sure,
                    hints=(*self._hints(holder, target), said),
                )
