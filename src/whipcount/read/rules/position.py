"""Positions: who is for or against whom. Counted holders ("four of them back X") become headcounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import Token, actor, children, grammatical_subject, negated, particle, prepositional, undergoer
from whipcount.read.lexicon import lexicon, words
from whipcount.read.rules.draft import Draft, body, covering, name_of, quantity_of, target_name
from whipcount.read.scene import Ref, Scene
from whipcount.read.speech import speaker

_OTHER = {"supports": "opposes", "opposes": "supports"}
_ENDED = frozenset({"longer", "anymore", "more"})
_ATTEMPTS = frozenset("push effort bid move campaign attempt plot coup drive plan charge fight revolt rebellion bandwagon scheme manoeuvre maneuver".split())


class _Finder:
    def __init__(self, scene: Scene, numbers: Mapping[int, Quantity]) -> None:
        self.scene, self.numbers = scene, numbers

    def all(self) -> Iterator[Draft]:
        for token in self.scene.doc:
            if token.pos_ in {"VERB", "AUX"}:
                yield from self.verb(token)
                yield from self.wanting(token)
                yield from self.ought(token)
                yield from self.leaving(token)
                yield from self.light(token)
                yield from self.serving(token)
            elif token.pos_ in {"NOUN", "PROPN"} and token.i not in self.scene.cast.at:
                yield from self.noun(token)
                yield from self.staff(token)
            if token.pos_ in {"ADJ", "VERB", "ADV", "ADP"}:
                yield from self.adjective(token)
            if token.lower_ == "rid":
                yield from self.rid(token)
            if token.lower_ == "'s":
                yield from self.contracted(token)

    # frames

    def verb(self, verb: Token) -> Iterator[Draft]:
        lemma = verb.lemma_.lower()
        for stance in ("supports", "opposes"):
            frame = lexicon()["position"][stance]
            if lemma in frame["object"] and not self._taken_by_particle(verb, stance):
                loose = lemma in frame["loose"]
                yield from self.make(f"position.{stance}.{'loose' if loose else 'object'}", verb, self.who_acts(verb), stance, undergoer(verb), (lemma,))
            tail = particle(verb)
            if tail and lemma in frame.get("particles", {}).get(tail, ()):
                yield from self.make(f"position.{stance}.particle", verb, self.who_acts(verb), stance, undergoer(verb), (lemma,))
            for prep, noun in prepositional(verb):
                if lemma in frame["prepositions"].get(prep.lower_, ()) and not (prep.dep_ == "agent" and prep.lower_ == "by"):
                    rule = f"position.{stance}.{prep.lower_}" + (".be" if lemma == "be" else "")
                    yield from self.make(rule, verb, grammatical_subject(verb), stance, noun, (lemma,))

    def _taken_by_particle(self, verb: Token, stance: str) -> bool:
        """"push out" is not "push"."""
        tail = particle(verb)
        return bool(tail) and tail in lexicon()["position"]["opposes"]["particles"]

    def who_acts(self, verb: Token) -> Token | None:
        """The actor; for "an effort to oust X" whoever makes the effort."""
        found = actor(verb)
        if found is not None and found.lemma_.lower() in _ATTEMPTS:
            holder = found.head
            while holder.pos_ == "ADP" and holder.head != holder:
                holder = holder.head
            return grammatical_subject(holder) if holder.pos_ in {"VERB", "AUX"} else found
        return found

    def adjective(self, word: Token) -> Iterator[Draft]:
        for stance in ("supports", "opposes"):
            for prep, lemmas in lexicon()["position"][stance]["adjectives"].items():
                if word.lower_ in lemmas or word.lemma_.lower() in lemmas:
                    for _, noun in prepositional(word, prep):
                        holder = grammatical_subject(word if word.pos_ == "VERB" else word.head) if word.dep_ != "amod" else None
                        yield from self.make(f"position.{stance}.adjective", word, holder, stance, noun, (word.lower_,))

    def noun(self, noun: Token) -> Iterator[Draft]:
        """"X's backer Y", "Y, a supporter of X", "Y is an X loyalist"."""
        for stance in ("supports", "opposes"):
            if noun.lemma_.lower() not in lexicon()["position"][stance]["nouns"]:
                continue
            of = [n for p, n in prepositional(noun, "of", "to")]
            owner = next((c for c in children(noun, "poss", "compound", "nmod") if self.scene.one(c)), None) or next(iter(of), None)
            holder = next((c for c in children(noun, "appos") if c.i in self.scene.cast.at), None)
            if noun.dep_ in {"appos"}:
                holder = noun.head
            elif noun.dep_ in {"attr"} and noun.head.lemma_ in {"be", "become", "remain"}:
                holder = grammatical_subject(noun.head)
            elif noun.dep_ in {"compound", "nmod"} and noun.head.i in self.scene.cast.at:
                holder = noun.head
            if owner is not None and holder is not None:
                yield from self.make(f"position.{stance}.noun", noun, holder, stance, owner, (noun.lemma_.lower(),))

    def light(self, verb: Token) -> Iterator[Draft]:
        """"X has Y's support", "Y threw her weight behind X", "Y withdrew her backing"."""
        lemma = verb.lemma_.lower()
        thing = next(iter(children(verb, "dobj", "nsubjpass")), None)
        if thing is None or thing.lemma_.lower() not in words("position.supports.help") | {"opposition"}:
            return
        stance = "opposes" if thing.lemma_ == "opposition" else "supports"
        giver = next((c for c in children(thing, "poss")), None) or next((n for _, n in prepositional(thing, "of", "from")), None)
        toward = next((n for _, n in [*prepositional(verb, "to", "behind", "for", "against", "with"), *prepositional(thing, "for", "to", "in", "behind")] if self.scene.one(n)), None)
        if lemma in words("position.gets") and giver is not None and not (self.scene.one(giver) or Ref("", "other")).name == "":
            yield from self.make(f"position.{stance}.gets", verb, giver, stance, grammatical_subject(verb), (thing.lemma_,))
        if lemma in words("position.gives"):
            aim = next(iter(children(verb, "dative")), None)
            aim = next(iter(children(aim, "pobj")), aim) if aim is not None else None
            yield from self.make(f"position.{stance}.gives", verb, self.who_acts(verb), stance, aim or toward, (thing.lemma_,))
        if lemma in words("position.withdraws"):
            yield from self.make("position.opposes.withdraws", verb, self.who_acts(verb), "opposes", toward, (thing.lemma_,))

    def serving(self, verb: Token) -> Iterator[Draft]:
        """Running somebody's campaign, holding up somebody's leadership, or losing confidence in somebody."""
        thing = next(iter(children(verb, "dobj", "nsubjpass")), None)
        if thing is None:
            return
        lemma, what = verb.lemma_.lower(), thing.lemma_.lower()
        owner = next((c for c in children(thing, "poss", "compound", "nmod") if self.scene.one(c)), None)
        if lemma in words("position.runs") and what in words("position.campaigns") and owner is not None:
            yield from self.make("position.supports.runs", verb, self.who_acts(verb), "supports", owner, (lemma, what))
        bearing = what in {"leadership", "candidacy", "bid", "candidature", "campaign", "reelection", "claim"}
        if bearing and owner is not None:
            for stance in ("supports", "opposes"):
                if lemma in lexicon()["position"][stance]["object"]:
                    yield from self.make(f"position.{stance}.bid", verb, self.who_acts(verb), stance, owner, (lemma,))
        if lemma in {"lose", "have"} and what in {"confidence", "faith", "trust", "patience"}:
            gone = lemma == "lose" or negated(verb)
            for _, noun in [*prepositional(thing, "in", "with"), *prepositional(verb, "in", "with")]:
                yield from self.make("position.opposes.confidence" if gone else "position.supports.confidence", thing, self.who_acts(verb), "opposes" if gone else "supports", noun)

    def staff(self, noun: Token) -> Iterator[Draft]:
        """"X's campaign chair, Y", "Y, who is X's campaign manager"."""
        if noun.lemma_.lower() not in words("position.staff"):
            return
        campaign = any(c.lemma_.lower() in words("position.campaigns") | {"numbers"} for c in children(noun, "compound", "amod")) or noun.lemma_ in {"seconder", "proposer", "nominator"}
        owner = next((c for c in children(noun, "poss") if self.scene.one(c)), None) or next((n for _, n in prepositional(noun, "for", "of", "to") if self.scene.one(n)), None)
        if not campaign or owner is None:
            return
        holder = noun.head if noun.dep_ == "appos" else next(iter(children(noun, "appos")), None)
        if noun.dep_ == "attr":
            holder = grammatical_subject(noun.head)
        yield from self.make("position.supports.staff", noun, holder, "supports", owner)

    def contracted(self, mark: Token) -> Iterator[Draft]:
        """"The rail union's with X": the parser takes the contracted verb for a possessive."""
        doc = self.scene.doc
        if mark.i + 2 >= len(doc) or mark.i == 0:
            return
        prep = doc[mark.i + 1]
        stance = {"with": "supports", "behind": "supports", "for": "supports", "against": "opposes"}.get(prep.lower_)
        if stance is not None and mark.tag_ == "POS":
            target = next(iter(children(prep, "pobj")), doc[mark.i + 2])
            yield from self.make(f"position.{stance}.contracted", prep, mark.head, stance, target)

    # wishes

    def wanting(self, verb: Token) -> Iterator[Draft]:
        """"A wants X gone", "A urged X to quit", "A called for X to go", "A kept X from winning"."""
        lemma = verb.lemma_.lower()
        wish, urge, stop = lemma in words("position.wants"), lemma in words("position.urges"), lemma in words("position.stops")
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
            yield from self.make(f"position.{stance}.{'wants' if wish else 'urges' if urge else 'stops'}", verb, self.who_acts(verb), stance, who, (pred.lemma_,))

    def _small_clauses(self, verb: Token) -> Iterator[tuple[Token, Token]]:
        for child in verb.children:
            if child.i < verb.i or child.dep_ not in {"ccomp", "xcomp", "oprd", "acomp", "prt", "advmod", "prep", "dobj", "advcl"}:
                continue
            own = next(iter(children(child, "nsubj", "nsubjpass", "poss")), None)
            obj = next((c for c in children(verb, "dobj") if c != child), None)
            if child.dep_ == "prep" and child.lower_ in {"for", "on", "from"}:
                for inner in child.children:
                    subject = next(iter(children(inner, "nsubj", "poss")), None) or obj or (inner if inner.dep_ == "pobj" else None)
                    pred = inner if inner.dep_ in {"pcomp", "ccomp"} else next((c for c in children(verb, "xcomp", "ccomp", "advcl")), inner)
                    if subject is not None:
                        yield pred, subject
            elif own is not None or obj is not None:
                yield child, own if own is not None else obj

    def rid(self, word: Token) -> Iterator[Draft]:
        """"want rid of X", "get rid of X", "to be shot of X"."""
        verb = word.head if word.head.pos_ in {"VERB", "AUX"} else word
        for _, noun in prepositional(word, "of"):
            yield from self.make("position.opposes.rid", word, grammatical_subject(verb), "opposes", noun)

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
        """"X should go", "X must stay": the speaker's own stance."""
        if not any(c.dep_ == "aux" and c.lower_ in {"should", "must", "ought", "needs"} for c in verb.children) and not (
            verb.dep_ == "xcomp" and verb.head.lemma_ in {"ought", "need", "have"}
        ):
            return
        kind = self._direction(verb)
        subject = grammatical_subject(verb)
        if kind is None or subject is None:
            return
        stance = ("supports" if kind == "keeps" else "opposes")
        stance = _OTHER[stance] if negated(verb) else stance
        holder = speaker(self.scene, verb)
        for target in self.scene.refs(subject):
            if target.kind == "person" and target.name != holder:
                first, last = covering(verb, [subject])
                own = {"holder": holder, "stance": stance, "target": target.name}
                yield Draft("position", f"position.{stance}.ought", verb.i, first, last, own, sure=target.sure, hints=self._hints(holder, target))

    def leaving(self, verb: Token) -> Iterator[Draft]:
        """Resigning from a team, or signing a letter, is against the leader."""
        leader = self.scene.leader()
        lemma = verb.lemma_.lower()
        if leader is None:
            return
        post = any(n.lemma_.lower() in words("position.posts") or n.lower_ in words("position.posts") for _, n in prepositional(verb, "from", "as"))
        thing = next(iter(children(verb, "dobj")), None)
        signed = lemma in {"sign", "submit", "circulate", "hawk", "move", "write", "lodge"} and thing is not None and thing.lemma_.lower() in words("position.papers_signed")
        if (lemma in words("position.quits") and post) or signed:
            subject = grammatical_subject(verb)
            owner = next((self.scene.one(c) for c in children(thing, "poss", "compound") if self.scene.one(c)), None) if signed and thing is not None else None
            if owner is not None and owner.kind == "person":
                yield from self._make("position.supports.signed", verb, subject, "supports", [owner], (lemma,), thing)
            else:
                yield from self._make(f"position.opposes.{'signed' if signed else 'resigned'}", verb, subject, "opposes", [leader], (lemma,), thing)

    # making

    def make(self, rule: str, head: Token, holder: Token | None, stance: str, target: Token | None, lemmas: Iterable[str] = ()) -> Iterator[Draft]:
        if target is None:
            return iter(())
        return self._make(rule, head, holder, stance, self.scene.refs(target), tuple(lemmas), target)

    def _make(self, rule: str, head: Token, holder: Token | None, stance: str, targets: list[Ref], lemmas: tuple[str, ...], at: Token | None) -> Iterator[Draft]:
        if holder is None:
            return
        not_so = negated(head)
        if not_so and ".loose" in rule:
            return
        ended = not_so and (any(t.lower_ in _ENDED for t in head.subtree) or stance == "supports")
        stance, denied = (_OTHER[stance], False) if ended and stance == "supports" else (stance, not_so)
        first, last = covering(head, [holder if abs(holder.i - head.i) < 30 else None, at])
        counted = quantity_of(holder, self.numbers)
        holders = [] if counted else self.scene.holders(holder)
        for target in targets:
            if target.kind not in {"person", "group"} or (target.kind == "group" and not target.name.startswith("camp:")):
                continue
            if counted is not None:
                yield self._count(rule, head, counted, stance, denied, target, first, last)
                continue
            for who in holders:
                if who.kind in {"person", "group", "author", "other"} and target_name(who) != target_name(target):
                    own = {"holder": name_of(who), "stance": stance, "target": target_name(target)}
                    yield Draft("position", rule, head.i, first, last, own, denied, who.sure * target.sure, (*self._hints(own["holder"], target), *("word:" + w for w in lemmas), "holder:" + who.kind, *(["negated"] if not_so else [])))

    def _count(self, rule: str, head: Token, counted: tuple[str, Token | None], stance: str, denied: bool, target: Ref, first: int, last: int) -> Draft:
        amount, noun = counted
        of = target_name(target) if stance == "supports" else "against " + target_name(target)
        if amount == "none":
            denied, of = False, target_name(target) if rule.split(".")[1] == "supports" else "against " + target_name(target)
        own = {"of": of, "among": body(self.scene, noun), "amount": amount}
        return Draft("headcount", rule.replace("position", "headcount.holders"), head.i, first, last, own, denied, target.sure, ("counted",))

    def _hints(self, holder: str, target: Ref) -> tuple[str, ...]:
        leader = self.scene.leader()
        return tuple(h for h, yes in (("target:leader", leader is not None and leader.name == target_name(target)), ("holder:author", holder == "author"), ("target:camp", target.kind == "group")) if yes)


def positions(scene: Scene, numbers: Mapping[int, Quantity]) -> Iterator[Draft]:
    """Every candidate position in a scene, and the headcounts that positions of counted people are."""
    return _Finder(scene, numbers).all()
