"""Headcounts: how much support whom has, in numbers, shares and the guide's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import Token, actor, children, clause_of, conjuncts, grammatical_subject, negated, passive, prepositional
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, body, covering, quantity_of
from whipcount.read.scene import Ref, Scene

_CUES = frozenset("vote poll survey ballot delegate mp member support supporter percent cent backer nomination signature count number tally caucus lead trail ahead behind prefer back second first bookmaker odds group camp".split())


class _Finder:
    def __init__(self, scene: Scene, numbers: Mapping[int, Quantity]) -> None:
        self.scene, self.numbers = scene, numbers
        self.list = sorted({q.first: q for q in numbers.values()}.values(), key=lambda q: q.first)

    def all(self) -> Iterator[Draft]:
        for quantity in self.list:
            yield from self.number(quantity)
        for token in self.scene.doc:
            if token.pos_ in {"VERB", "AUX"}:
                yield from self.having_words(token)
                yield from self.standing(token)
                yield from self.trend(token)
                yield from self.pivot(token)
                yield from self.sized(token)
            elif token.pos_ in {"NOUN", "PROPN", "ADJ", "NUM"}:
                yield from self.noun(token)

    def make(self, rule: str, head: Token, of: Token | Sequence[Ref] | None, amount: str, among: Token | None = None, *, first: int | None = None, last: int | None = None, against: bool = False, denied: bool = False, hints: tuple[str, ...] = (), joint: bool = True) -> Iterator[Draft]:
        refs = list(of) if isinstance(of, (list, tuple)) else self.scene.refs(of)
        refs = [r for r in refs if r.kind in {"person", "group"}]
        if not refs:
            return
        spot = of if not isinstance(of, (list, tuple)) else None
        left, right = covering(head, [spot if spot is not None and abs(spot.i - head.i) < 30 else None])
        left, right = left if first is None else first, right if last is None else last
        more = (*hints, "of:" + refs[0].kind, *(["camp"] if refs[0].name.startswith("camp:") else []))
        names = [" + ".join(dict.fromkeys(r.name for r in refs))] if joint else [r.name for r in refs]
        for name in names:
            own = {"of": ("against " if against else "") + name, "among": body(self.scene, among), "amount": amount}
            yield Draft("headcount", f"headcount.{rule}", head.i, left, right, own, denied, min(r.sure for r in refs), more)

    # numbers

    def number(self, q: Quantity) -> Iterator[Draft]:
        """Who a number belongs to: its verb's subject, "for X" after it, or X right before it."""
        doc = self.scene.doc
        token = doc[q.last]
        noun = self._counted_noun(q)
        hints = self._number_hints(q, noun)
        found = False
        after = self._for_whom(q, noun)
        if after is not None:
            prep, who = after
            yield from self.make("number." + prep, token, who, q.amount, noun, first=q.first, last=max(who.i, q.last), against=prep == "against", hints=hints)
            found = True
        before = self._named_before(q)
        if before is not None:
            yield from self.make("number.after.name", token, before, q.amount, noun, first=before.left_edge.i, last=q.last, hints=hints, joint=False)
            found = True
        verb = clause_of(doc[q.first])
        if verb.pos_ in {"VERB", "AUX"} and not found:
            yield from self._by_verb(q, verb, noun, hints)
        yield from self._pair(q, hints)

    def _counted_noun(self, q: Quantity) -> Token | None:
        doc = self.scene.doc
        for t in (doc[q.last], doc[q.first]):
            of = next((n for p in children(t, "prep") if p.lower_ in {"of", "among"} for n in children(p, "pobj")), None)
            if of is not None:
                return of
            if t.dep_ in {"nummod", "compound", "amod", "quantmod", "npadvmod"} and t.head.pos_ in {"NOUN", "PROPN"}:
                return t.head
        nxt = doc[q.last + 1] if q.last + 1 < len(doc) else None
        return nxt if nxt is not None and nxt.pos_ == "NOUN" else None

    def _number_hints(self, q: Quantity, noun: Token | None) -> tuple[str, ...]:
        sentence = q_sent = self.scene.doc[q.first].sent
        cues = any(t.lemma_.lower() in _CUES for t in q_sent)
        unit = noun is not None and noun.lemma_.lower() in words("headcount.units") | words("bodies")
        other = noun is not None and not unit
        several = sum(1 for x in self.list if sentence.start <= x.first < sentence.end) > 1
        return tuple(h for h, yes in (("share", q.share or "%" in q.amount), ("cue", cues), ("unit", unit), ("other.noun", other), ("several", several), ("bare", noun is None), ("tiny", q.value <= 2 and not q.share)) if yes)

    def _for_whom(self, q: Quantity, noun: Token | None) -> tuple[str, Token] | None:
        """"29 percent for X", "12 votes for X", "nine against him"."""
        doc = self.scene.doc
        for i in range(q.last + 1, min(q.last + 6, len(doc) - 1)):
            t = doc[i]
            if t.lower_ in {"for", "against", "behind"} and t.pos_ in {"ADP", "SCONJ"}:
                who = next(iter(children(t, "pobj")), None) or doc[i + 1]
                while who.i not in self.scene.cast.at and who.dep_ in {"compound", "det", "poss"} and who.head.i > who.i:
                    who = who.head
                ref = self.scene.one(who)
                return (t.lower_, who) if ref is not None and ref.kind in {"person"} else None
            if t.is_punct or (t.pos_ in {"VERB", "AUX", "NUM"} and t.i > q.last) or (t.pos_ == "NOUN" and t != noun and t.lemma_ not in {"vote", "cent", "percent", "nomination"}):
                return None
        return None

    def _named_before(self, q: Quantity) -> Token | None:
        """"X 33", "X on 9", "X with 17", "X (41)", "X: 12"."""
        doc = self.scene.doc
        i = q.first - 1
        while i >= 0 and doc[i].lower_ in {"on", "at", "with", "(", ":", ",", "-", "to", "by", "got", "has", "polled", "won", "took"} and q.first - i <= 2:
            i -= 1
        if i == q.first - 1 or doc[i + 1].lower_ in {"on", "at", "with", "(", ":", ","}:
            token = doc[i]
            ref = self.scene.one(token)
            if ref is not None and ref.kind == "person" and (token.i in self.scene.cast.at or token.pos_ == "PRON"):
                return token
        return None

    def _by_verb(self, q: Quantity, verb: Token, noun: Token | None, hints: tuple[str, ...]) -> Iterator[Draft]:
        lemma = verb.lemma_.lower()
        subject = actor(verb) if passive(verb) and actor(verb) is not None else grammatical_subject(verb)
        counted_subject = subject is not None and (subject.i == q.last or (noun is not None and subject == noun) or subject.left_edge.i <= q.first <= subject.right_edge.i)
        if counted_subject:
            return
        inside = any(q.first <= t.i <= q.last for c in children(verb, "dobj", "attr", "prep", "ccomp", "acomp", "oprd", "advmod", "npadvmod") for t in c.subtree)
        own = tuple(h for h, yes in (("having", lemma in words("headcount.having")), ("be", lemma == "be"), ("verb:" + lemma, True), ("inside", inside)) if yes)
        if lemma in {"put", "give", "have", "make", "see", "show", "place", "credit", "estimate", "reckon"}:
            who = next((c for c in children(verb, "dobj", "dative", "nsubj") if c.i > verb.i and c.i < q.first and self.scene.one(c)), None)
            who = who or next((g for c in children(verb, "ccomp", "dobj") for g in children(c, "nsubj", "poss") if g.i > verb.i and self.scene.one(g)), None)
            if who is not None and (ref := self.scene.one(who)) and ref.kind == "person":
                yield from self.make("number.given", verb, who, q.amount, noun, last=q.last, hints=(*hints, *own))
                return
        if subject is not None and (lemma in words("headcount.having") or lemma in {"be", "come", "stand"}):
            if passive(verb) and lemma in {"nominate", "back", "endorse", "support"}:
                return
            holder = next((c for c in children(subject, "poss") if self.scene.one(c)), subject) if subject.lemma_.lower() in words("headcount.support") | {"count", "number", "tally", "strength"} else subject
            yield from self.make("number.of.subject", verb, holder, q.amount, noun, last=max(q.last, verb.i), denied=negated(verb), hints=(*hints, *own))
        elif passive(verb) and lemma in {"nominate", "back", "endorse", "support", "sign", "elect"}:
            yield from self.make("number.agents", verb, grammatical_subject(verb), q.amount, noun, last=q.last, hints=(*hints, *own))

    def _pair(self, q: Quantity, hints: tuple[str, ...]) -> Iterator[Draft]:
        """"by 46 to 35", "voted 83 to 11 to back X": the second figure is the other side's."""
        doc = self.scene.doc
        found = re.fullmatch(r"(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)(%?)", q.amount)
        nxt = next((x for x in self.list if x.first == q.last + 2 and doc[q.last + 1].lower_ in {"to", "-", "–", "against"}), None)
        if not found and nxt is None:
            return
        one, two = (found[1], found[2]) if found else (q.amount, nxt.amount if nxt else "")
        last = q.last if found else (nxt.last if nxt else q.last)
        people = [t for t in doc[q.first].sent if t.i in self.scene.cast.at and self.scene.cast.at.get(t.i + 1) is not self.scene.cast.at[t.i]]
        before = [t for t in people if t.i < q.first]
        after = [t for t in people if t.i > last]
        share = "%" if any(t.lemma_.lower() in {"poll", "survey", "percent", "percentage"} for t in doc[q.first].sent) else ""
        main = after[0] if after else before[-1] if before else None
        if main is not None:
            first, end = min(main.i, q.first), max(main.i, last)
            yield from self.make("pair.one", doc[q.last], [self.scene.one(main)] if self.scene.one(main) else None, one + share, first=first, last=end, hints=hints)  # type: ignore[list-item]
            others = {self.scene.cast.at[t.i].name for t in before} - {self.scene.cast.at[main.i].name}
            rival = Ref(next(iter(others)), "person", 0.7) if len(others) == 1 else None
            refs = [rival] if rival else [self.scene.one(main)]
            yield from self.make("pair.two", doc[q.last], [r for r in refs if r], two + share, first=first, last=end, against=rival is None, hints=hints)

    # words

    def having_words(self, verb: Token) -> Iterator[Draft]:
        """"has the numbers", "has no votes", "has a majority", "has a handful of supporters"."""
        lemma = verb.lemma_.lower()
        if lemma not in words("headcount.having") | words("headcount.lacks"):
            return
        subject = grammatical_subject(verb)
        for thing in children(verb, "dobj"):
            low = thing.lemma_.lower()
            definite = any(c.dep_ == "det" and c.lower_ in {"the", "enough", "any", "no"} for c in thing.children) or any(c.lower_ in words("headcount.enough") for c in thing.children)
            not_so = negated(verb) or lemma in words("headcount.lacks")
            if low in {"number", "vote", "math", "arithmetic"} and definite and not any(c.i in self.numbers for c in thing.children):
                yield from self.make("numbers", verb, subject, "lacks the numbers" if not_so else "has the numbers", hints=("verb:" + lemma,))
            elif low == "majority":
                of = next((n for _, n in prepositional(thing, "of", "in", "among")), None)
                yield from self.make("majority", verb, subject, "lacks the numbers" if not_so else "majority", of)
            elif low in {"support", "backing", "confidence"}:
                counted = next((quantity_of(n, self.numbers) for _, n in prepositional(thing, "of", "from")), None)
                if counted is not None:
                    yield from self.make("support.of", verb, subject, counted[0], counted[1], denied=not_so)
            else:
                counted = quantity_of(thing, self.numbers)
                if counted is not None and thing.i not in self.numbers and not counted[0][0].isdigit() and low in words("headcount.units") | words("bodies") | {"most", "handful", "majority"}:
                    yield from self.make("having.some", verb, subject, counted[0], counted[1], denied=False)
        for adjective in children(verb, "acomp"):
            if adjective.lower_ in words("headcount.short"):
                yield from self.make("short", verb, subject, "lacks the numbers")

    def standing(self, verb: Token) -> Iterator[Draft]:
        """Ahead, behind, favourite."""
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        if lemma in {"lead", "trail", "lag", "outpoll"} and not children(verb, "xcomp"):
            thing = next(iter(children(verb, "dobj")), None)
            rival = thing is None or thing.i in self.scene.cast.at or thing.lemma_ in {"race", "field", "poll", "contest", "count", "pack", "way", "market"}
            if rival:
                yield from self.make("leads" if lemma in {"lead", "outpoll"} else "trails", verb, subject, "ahead" if lemma in {"lead", "outpoll"} else "behind", hints=(("alone",) if thing is None else ()))
                if thing is not None and thing.i in self.scene.cast.at and lemma == "trail":
                    return
        if lemma in {"be", "remain", "start", "stay", "go", "look", "seem", "pull", "edge", "move", "sit", "install", "instal", "make", "have", "begin", "become", "slip", "fall"}:
            for child in verb.children:
                core = next(iter(children(child, "pobj")), child) if child.dep_ in {"prep"} else child
                if child.dep_ not in {"acomp", "attr", "advmod", "prep", "oprd", "dobj"} or (child.dep_ == "dobj" and lemma not in {"make", "have"}):
                    continue
                word = self._place(child, core)
                if word:
                    who = next((c for c in children(verb, "dobj", "nsubj") if c.i > verb.i and self.scene.one(c)), None) if lemma in {"have", "make", "install"} and not passive(verb) else subject
                    yield from self.make(word + ("." + lemma if lemma == "be" else ""), verb, who, "ahead" if word == "ahead" else word, denied=negated(verb))

    def _place(self, child: Token, core: Token) -> str | None:
        low = core.lemma_.lower()
        if low in words("headcount.favourite") or core.lower_ in words("headcount.favourite"):
            return "favourite"
        if child.lower_ in {"ahead", "clear"} and not children(child, "acomp"):
            return "ahead"
        if low in {"front", "lead", "frontrunner", "front-runner"} or (low == "runner" and core.i and core.nbor(-1).text == "-"):
            return "ahead"
        if child.lower_ in {"behind", "adrift"} and not children(child, "pobj"):
            return "behind"
        return "behind" if low in {"outsider", "underdog"} else None

    def trend(self, verb: Token) -> Iterator[Draft]:
        """Support that grows or shrinks."""
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        if subject is None:
            return
        word = "growing" if lemma in words("headcount.growing") else "shrinking" if lemma in words("headcount.shrinking") else None
        thing = next(iter(children(verb, "dobj")), None)
        if lemma in {"gain", "lose", "pick", "attract", "bleed", "leak", "shed", "haemorrhage"} and thing is not None:
            if thing.lemma_.lower() in words("headcount.support") | words("headcount.units") | {"ground", "momentum"} and not any(c.i in self.numbers for c in thing.children):
                yield from self.make("trend.object", verb, subject, "growing" if lemma in {"gain", "pick", "attract"} else "shrinking", denied=negated(verb))
            return
        if word is None and lemma in {"get", "become", "grow"}:
            size = next((c for c in children(verb, "acomp") if c.lower_ in {"bigger", "larger", "stronger", "smaller", "weaker", "thinner"}), None)
            word = None if size is None else "growing" if size.lower_ in {"bigger", "larger", "stronger"} else "shrinking"
        if word is None:
            return
        if subject.lemma_.lower() in words("headcount.support") or subject.lower_ in {"hers", "his"}:
            owner = next((c for c in children(subject, "poss", "compound", "nmod") if self.scene.one(c)), None) or next((n for _, n in prepositional(subject, "of", "for") if self.scene.one(n)), subject)
            yield from self.make("trend.support", verb, owner, word, denied=negated(verb), hints=("verb:" + lemma,))
        elif (ref := self.scene.one(subject)) and ref.kind == "person" and lemma in {"gain", "firm", "drift", "surge", "slip", "fade", "climb", "lengthen", "shorten", "slide"}:
            yield from self.make("trend.person", verb, subject, word, denied=negated(verb), hints=("verb:" + lemma,))

    def pivot(self, verb: Token) -> Iterator[Draft]:
        """Kingmakers: small but decisive; can decide it, hold the balance, nobody wins without them."""
        lemma = verb.lemma_.lower()
        subject = grammatical_subject(verb)
        thing = next(iter(children(verb, "dobj")), None)
        if lemma in {"hold", "have"} and thing is not None and thing.lemma_.lower() in {"balance", "key", "casting", "veto"}:
            yield from self.make("pivot.balance", verb, subject, "pivotal")
        if lemma in words("headcount.decides") and thing is not None and thing.lemma_.lower() in words("headcount.outcome"):
            yield from self.make("pivot.decides", verb, subject, "pivotal", hints=("aux",) if children(verb, "aux") else ())
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
        if verb.dep_ in {"xcomp", "advcl", "relcl", "acl", "ccomp"} and enough is not None and lemma in {"stop", "block", "decide", "sink", "swing", "tip", "make", "determine", "prevent", "deny", "settle", "matter", "force", "veto", "thwart"}:
            noun = verb.head
            while noun.pos_ not in {"NOUN", "PROPN", "VERB", "AUX"} and noun.head != noun:
                noun = noun.head
            of = noun if noun.pos_ in {"NOUN", "PROPN"} else grammatical_subject(noun)
            yield from self.make("pivot.enough", verb, of, "pivotal")

    def sized(self, verb: Token) -> Iterator[Draft]:
        """"the X camp is small", "X's faction is the largest", "there is no X camp"."""
        if verb.lemma_ != "be":
            return
        subject = next(iter(children(verb, "nsubj")), None)
        for word in children(verb, "acomp", "attr"):
            if subject is not None and word.pos_ == "ADJ" and word.lower_ in words("headcount.small") | words("headcount.large") | {"minority"}:
                ref = self.scene.one(subject)
                if ref is not None and (ref.kind == "group" or subject.lemma_.lower() in words("headcount.support")):
                    yield from self.make("sized", verb, subject, "small" if word.lower_ in words("headcount.small") else "large", denied=negated(verb))
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
        if any(c.dep_ == "expl" for c in verb.children):
            yield from self._there_are(verb)

    def _there_are(self, verb: Token) -> Iterator[Draft]:
        """"there are a majority who want X gone": the relative clause says of whom."""
        return iter(())

    def noun(self, noun: Token) -> Iterator[Draft]:
        lemma = noun.lemma_.lower()
        if lemma in {"kingmaker", "kingmakers", "queenmaker"} and noun.dep_ in {"appos", "attr"}:
            yield from self.make("pivot.noun", noun, noun.head if noun.dep_ == "appos" else grammatical_subject(noun.head), "pivotal")
        if (lemma in words("headcount.favourite") or (lemma == "runner" and noun.i > 1 and noun.nbor(-1).text == "-" and noun.nbor(-2).lower_ == "front")) and noun.dep_ == "appos":
            yield from self.make("favourite.noun", noun, noun.head, "favourite" if lemma != "runner" else "ahead")
        ref = self.scene.one(noun) if noun.pos_ in {"NOUN", "PROPN"} else None
        if ref is not None and ref.kind == "group" and (lemma in words("factions") | words("camps") or ref.name.startswith("camp:")):
            size = next((c for c in [*children(noun, "amod"), *(c for a in children(noun, "amod") for c in conjuncts(a))] if c.lower_ in words("headcount.small") | words("headcount.large") and c.lower_ not in {"some", "many", "few", "lot"}), None)
            if size is not None:
                yield from self.make("sized.noun", noun, [ref], "small" if size.lower_ in words("headcount.small") else "large", first=size.i, last=max(noun.i, size.i), hints=("after",) if size.i > noun.i else ())
            number = next((q for q in self.list for t in noun.subtree if q.first == t.i and t.i > noun.i and noun.right_edge.i - noun.i < 14), None)
            of = next((n for p in children(noun, "prep", "appos") for n in children(p, "pobj") if n.i in self.numbers or any(c.i in self.numbers for c in n.children)), None)
            if of is not None:
                got = quantity_of(of, self.numbers)
                if got is not None:
                    yield from self.make("group.of", noun, [ref], got[0], last=of.i, first=noun.left_edge.i)
            elif number is not None:
                yield from self.make("group.number", noun, [ref], number.amount, last=number.last, first=noun.left_edge.i)
            direct = next((self.numbers[c.i] for c in noun.children if c.i in self.numbers and c.dep_ == "nummod"), None)
            if direct is not None and ref.name.startswith("camp:"):
                yield from self.make("group.nummod", noun, [ref], direct.amount, first=direct.first, last=noun.i)


def headcounts(scene: Scene, numbers: Mapping[int, Quantity]) -> Iterator[Draft]:
    """Every candidate headcount in a scene, beside those that counted positions make."""
    return _Finder(scene, numbers).all()
