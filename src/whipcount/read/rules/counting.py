"""Headcounts in numbers and shares: whose each figure is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import (
    Token,
    actor,
    children,
    clause_of,
    grammatical_subject,
    negated,
    passive,
)
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, body, covering
from whipcount.read.rules.figures import NOT_HELD, Figures
from whipcount.read.scene import Ref

_CUES = frozenset(
    [
        "vote",
        "poll",
        "survey",
        "ballot",
        "delegate",
        "mp",
        "member",
        "support",
        "supporter",
        "percent",
        "cent",
        "backer",
        "nomination",
        "signature",
        "count",
        "number",
        "tally",
        "caucus",
        "lead",
        "trail",
        "ahead",
        "behind",
        "prefer",
        "back",
        "second",
        "first",
        "bookmaker",
        "odds",
        "group",
        "camp",
    ]
)


class Counting(Figures):
    """Makes headcounts of the figures of a scene: with the verb, the name, or the "for X" beside each."""

    def make(
        self,
        rule: str,
        head: Token,
        of: Token | Sequence[Ref] | None,
        amount: str,
        among: Token | None = None,
        *,
        first: int | None = None,
        last: int | None = None,
        against: bool = False,
        denied: bool = False,
        hints: tuple[str, ...] = (),
        joint: bool = True,
    ) -> Iterator[Draft]:
        """Headcounts of one amount: of those whom a noun phrase names, jointly unless told otherwise."""
        given = isinstance(of, (list, tuple))
        refs = list(of) if given else self.scene.refs(of)  # type: ignore[arg-type]
        refs = [r for r in refs if r.kind in {"person", "group"}]
        if not refs:
            return
        spot: Token | None = None if given else of
        left, right = covering(head, [spot if spot is not None and abs(spot.i - head.i) < 30 else None])
        left, right = left if first is None else first, right if last is None else last
        more = (*hints, "of:" + refs[0].kind, *(["camp"] if refs[0].name.startswith("camp:") else []))
        names = [" + ".join(dict.fromkeys(r.name for r in refs))] if joint else [r.name for r in refs]
        for name in names:
            own = {"of": ("against " if against else "") + name, "among": body(self.scene, among), "amount": amount}
            yield Draft(
                "headcount", f"headcount.{rule}", head.i, left, right, own, denied, min(r.sure for r in refs), more
            )

    # numbers

    def number(self, q: Quantity) -> Iterator[Draft]:
        """Who a number belongs to: its verb's subject, "for X" after it, or X right before it."""
        doc = self.scene.doc
        if q.last + 1 < len(doc) and doc[q.last + 1].lower_ in NOT_HELD:
            return
        if (
            q.last + 2 < len(doc)
            and doc[q.last + 1].pos_ == "NOUN"
            and doc[q.last + 2].lower_ in {"short", "shy", "away", "ahead", "behind"}
        ):
            return
        if self._is_total(q) or self._sizes_in_brackets(q) or self._of_an_election(q):
            return
        if (
            any(t.lower_ in words("headcount.undecided") for t in doc[q.last + 1 : q.last + 5])
            and not doc[q.last].is_punct
        ):
            yield from self.make(
                "number.undecided",
                doc[q.last],
                [Ref("undecided", "group")],
                q.amount,
                self._counted_noun(q),
                first=q.first,
                last=q.last,
            )
            return
        token = doc[q.last]
        noun = self._counted_noun(q)
        of = q.last + 1 < len(doc) and doc[q.last + 1].lower_ == "of"
        if q.value == 1 and not q.share and (of or noun is None or noun.lemma_.lower() not in words("headcount.votes")):
            return
        over = clause_of(doc[q.first])
        if over.lemma_ in {"need", "require"} or (
            over.dep_ == "xcomp" and over.head.lemma_ in {"need", "have", "require"}
        ):
            return
        hints = self._number_hints(q, noun)
        found = False
        leader = self.scene.leader()
        if noun is not None and noun.lemma_ == "letter" and leader is not None:
            yield from self.make(
                "number.letters", token, [leader], q.amount, first=q.first, last=max(q.last, noun.i), against=True
            )
            return
        after = self._for_whom(q, noun)
        if after is not None:
            prep, who = after
            yield from self.make(
                "number." + prep,
                token,
                who,
                q.amount,
                noun,
                first=q.first,
                last=max(who.i, q.last),
                against=prep == "against",
                hints=hints,
            )
            found = True
        before = self._named_before(q)
        if before is not None:
            yield from self.make(
                "number.after.name",
                token,
                self.beside(before),
                q.amount,
                noun,
                first=before.left_edge.i,
                last=q.last,
                hints=hints,
                joint=False,
            )
            found = True
        owner = next((c for c in children(doc[q.last], "poss") if self._is_person(c)), None)
        if owner is not None:
            yield from self.make(
                "number.owned", token, owner, q.amount, first=owner.left_edge.i, last=q.last, hints=hints
            )
            found = True
        verb = clause_of(doc[q.first])
        if verb.pos_ in {"VERB", "AUX"} and not found:
            held = list(self._by_verb(q, verb, noun, hints))
            yield from held or self._held_by_name(q, noun, hints)
        yield from self._pair(q, hints)

    def _is_person(self, token: Token) -> bool:
        ref = self.scene.one(token)
        return ref is not None and ref.kind == "person"

    def beside(self, name: Token) -> list[Ref]:
        """Whose a figure right after a name is: that one's, and of those joined to it by "and" ("A and B tied on 15")."""
        joined = (
            name.dep_ == "conj"
            and any(c.lower_ == "and" for c in name.head.children)
            and name.head.i in self.scene.cast.at
        )
        both = [name.head, name] if joined and name.i - name.head.i < 4 else [name]
        return [r for t in both if (r := self.scene.one(t)) is not None]

    def _counted_noun(self, q: Quantity) -> Token | None:
        doc = self.scene.doc
        for t in (doc[q.last], doc[q.first]):
            of = next(
                (n for p in children(t, "prep") if p.lower_ in {"of", "among"} for n in children(p, "pobj")), None
            )
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
        several = any(sentence.start <= x.first < sentence.end for x in self._beside(q))
        return tuple(
            h
            for h, yes in (
                ("share", q.share or "%" in q.amount),
                ("cue", cues),
                ("unit", unit),
                ("other.noun", other),
                ("several", several),
                ("bare", noun is None),
                ("tiny", q.value <= 2 and not q.share),
                ("paired", self._paired(q)),
            )
            if yes
        )

    def _for_whom(self, q: Quantity, noun: Token | None) -> tuple[str, Token] | None:
        """ "29 percent for X", "12 votes for X", "nine against him"."""
        doc = self.scene.doc
        for i in range(q.last + 1, min(q.last + 6, len(doc) - 1)):
            t = doc[i]
            if t.lower_ in {"for", "against", "behind"} and t.pos_ in {"ADP", "SCONJ"}:
                who = next(iter(children(t, "pobj")), None) or doc[i + 1]
                while (
                    who.i not in self.scene.cast.at and who.dep_ in {"compound", "det", "poss"} and who.head.i > who.i
                ):
                    who = who.head
                ref = self.scene.one(who)
                return (t.lower_, who) if ref is not None and ref.kind in {"person"} else None
            if (
                t.is_punct
                or (t.pos_ in {"VERB", "AUX", "NUM"} and t.i > q.last)
                or (t.pos_ == "NOUN" and t != noun and t.lemma_ not in {"vote", "cent", "percent", "nomination"})
            ):
                return None
        return None

    def _named_before(self, q: Quantity) -> Token | None:
        """ "X 33", "X on 9", "X with 17", "X (41)", "X: 12"."""
        doc = self.scene.doc
        i = q.first - 1
        while (
            i >= 0
            and doc[i].lower_
            in {
                "on",
                "at",
                "with",
                "(",
                ":",
                ",",
                "-",
                "–",
                "—",
                "=",
                "to",
                "by",
                "got",
                "has",
                "polled",
                "won",
                "took",
            }
            and q.first - i <= 2
        ):
            i -= 1
        if i == q.first - 1 or doc[i + 1].lower_ in {"on", "at", "with", "(", ":", ",", "-", "–", "—", "="}:
            token = doc[i]
            ref = self.scene.one(token)
            spoken = token.pos_ == "PRON" and doc[i + 1].text != ","
            if ref is not None and ref.kind == "person" and (token.i in self.scene.cast.at or spoken):
                return token
        return None

    def _only_tells(self, subject: Token, verb: Token, q: Quantity, noun: Token | None) -> bool:
        """Whether a subject reports a figure that is not its own ("a source had 37", "I count 35"), or is that old."""
        ref = self.scene.one(subject)
        if subject.lemma_.lower() in words("papers") | {"i", "we", "one"} or (ref is not None and ref.kind == "author"):
            return verb.lemma_.lower() not in {"put", "give", "have", "place"} or subject.lemma_.lower() in {
                "source",
                "columnist",
            }
        placed = q.first > 0 and self.scene.doc[q.first - 1].lower_ in {"on", "at"}
        bare = noun is None and not q.share and verb.lemma_ == "be" and not placed
        return bool(bare and ref is not None and ref.kind == "person" and verb.i + 1 >= q.first - 1)

    def _by_verb(self, q: Quantity, verb: Token, noun: Token | None, hints: tuple[str, ...]) -> Iterator[Draft]:
        lemma = verb.lemma_.lower()
        subject = actor(verb) if passive(verb) and actor(verb) is not None else grammatical_subject(verb)
        counted_subject = subject is not None and (
            subject.i == q.last
            or (noun is not None and subject == noun)
            or subject.left_edge.i <= q.first <= subject.right_edge.i
        )
        if counted_subject or (subject is not None and self._only_tells(subject, verb, q, noun)):
            return
        inside = any(
            q.first <= t.i <= q.last
            for c in children(verb, "dobj", "attr", "prep", "ccomp", "acomp", "oprd", "advmod", "npadvmod")
            for t in c.subtree
        )
        own = tuple(
            h
            for h, yes in (
                ("having", lemma in words("headcount.having")),
                ("be", lemma == "be"),
                ("verb:" + lemma, True),
                ("inside", inside),
            )
            if yes
        )
        if lemma in {"put", "give", "have", "make", "see", "show", "place", "credit", "estimate", "reckon"}:
            who = next(
                (
                    c
                    for c in children(verb, "dobj", "dative", "nsubj")
                    if c.i > verb.i and c.i < q.first and self.scene.one(c)
                ),
                None,
            )
            who = who or next(
                (
                    g
                    for c in children(verb, "ccomp", "dobj")
                    for g in children(c, "nsubj", "poss")
                    if g.i > verb.i and self.scene.one(g)
                ),
                None,
            )
            if who is not None and (ref := self.scene.one(who)) and ref.kind == "person":
                yield from self.make("number.given", verb, who, q.amount, noun, last=q.last, hints=(*hints, *own))
                return
        if subject is not None and (lemma in words("headcount.having") or lemma in {"be", "come", "stand"}):
            if passive(verb) and lemma in {"nominate", "back", "endorse", "support"}:
                return
            holder = (
                next((c for c in children(subject, "poss") if self.scene.one(c)), subject)
                if subject.lemma_.lower() in words("headcount.support") | {"count", "number", "tally", "strength"}
                else subject
            )
            yield from self.make(
                "number.of.subject",
                verb,
                holder,
                q.amount,
                noun,
                last=max(q.last, verb.i),
                denied=negated(verb),
                hints=(*hints, *own),
            )
        elif (
            subject is not None
            and inside
            and noun is not None
            and noun.lemma_.lower() in words("headcount.votes")
            and (ref := self.scene.one(subject)) is not None
            and ref.kind == "person"
        ):
            yield from self.make(
                "number.votes",
                verb,
                subject,
                q.amount,
                noun,
                last=max(q.last, verb.i),
                denied=negated(verb),
                hints=(*hints, *own),
            )
        elif passive(verb) and lemma in {"nominate", "back", "endorse", "support", "sign", "elect"}:
            yield from self.make(
                "number.agents", verb, grammatical_subject(verb), q.amount, noun, last=q.last, hints=(*hints, *own)
            )

    def _pair(self, q: Quantity, hints: tuple[str, ...]) -> Iterator[Draft]:
        """ "by 46 to 35", "voted 83 to 11 to back X": the second figure is the other side's."""
        doc = self.scene.doc
        ranged = any(t.lower_ in {"and", "or"} for t in doc[q.first : q.last + 1])
        found = None if ranged else re.fullmatch(r"(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)(%?)", q.amount)
        nxt = self.numbers.get(q.last + 2)
        if nxt is not None and (nxt.first != q.last + 2 or doc[q.last + 1].lower_ not in {"to", "-", "–", "against"}):
            nxt = None
        if (not found and nxt is None) or (nxt is not None and nxt.value <= 2 and doc[q.last + 1].text in {"-", "–"}):
            return
        one, two = (found[1], found[2]) if found else (q.amount, nxt.amount if nxt else "")
        last = q.last if found else (nxt.last if nxt else q.last)
        people = [
            t
            for t in doc[q.first].sent
            if t.i in self.scene.cast.at and self.scene.cast.at.get(t.i + 1) is not self.scene.cast.at[t.i]
        ]
        before = [t for t in people if t.i < q.first]
        after = [t for t in people if t.i > last]
        share = (
            "%"
            if any(t.lemma_.lower() in {"poll", "survey", "percent", "percentage"} for t in doc[q.first].sent)
            else ""
        )
        main = after[0] if after else before[-1] if before else None
        if main is not None:
            first, end = min(main.i, q.first), max(main.i, last)
            yield from self.make(
                "pair.one",
                doc[q.last],
                [r for r in (self.scene.one(main),) if r],
                one + share,
                first=first,
                last=end,
                hints=hints,
            )
            others = {self.scene.cast.at[t.i].name for t in before} - {self.scene.cast.at[main.i].name}
            rival = Ref(next(iter(others)), "person", 0.7) if len(others) == 1 else None
            refs = [rival] if rival else [self.scene.one(main)]
            yield from self.make(
                "pair.two",
                doc[q.last],
                [r for r in refs if r],
                two + share,
                first=first,
                last=end,
                against=rival is None,
                hints=hints,
            )

    def _held_by_name(self, q: Quantity, noun: Token | None, hints: tuple[str, ...]) -> Iterator[Draft]:
        """ "X has 41 and ..." where the parser lost what the figure belongs to: the name right before the verb."""
        doc = self.scene.doc
        if q.first < 2 or doc[q.first - 1].lemma_.lower() not in words("headcount.having") | {"have"}:
            return
        name = doc[q.first - 2]
        if name.i in self.scene.cast.at:
            spot = doc[q.last]
            yield from self.make(
                "number.after.name",
                spot,
                [Ref(self.scene.cast.at[name.i].name, "person")],
                q.amount,
                noun,
                first=name.left_edge.i,
                last=q.last,
                hints=(*hints, "held"),
            )
