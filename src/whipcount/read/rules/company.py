"""Lists that share a stance told elsewhere: those just counted, "as do A and B", "among those backing X are A and B".

The list is the holder; what it holds stands in a clause or a sentence before, or in the group that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import Token, children, grammatical_subject, negated
from whipcount.read.lexicon import lexicon, words
from whipcount.read.rolls import people_from, people_until
from whipcount.read.rules.beside import Beside
from whipcount.read.rules.draft import Draft
from whipcount.read.scene import Ref, Scene

__all__ = ["company"]

_ADDED = frozenset({"addition", "besides", "along", "together", "alongside", "well"})


def company(scene: Scene, made: Sequence[Draft], numbers: Mapping[int, Quantity]) -> list[Draft]:
    """Every draft of a list beside somebody, or of one that repeats what the drafts made before say."""
    finder = _Company(scene, made, numbers)
    return [draft for token in scene.doc for draft in finder.at(token)]


class _Company(Beside):
    def at(self, token: Token) -> Iterator[Draft]:
        """The drafts that rest on a word."""
        yield from self._by_side(token)
        yield from self._by_repeat(token)
        yield from self._by_group(token)

    def _by_side(self, token: Token) -> Iterator[Draft]:
        low = token.lower_
        if low == "flanked":
            yield from self.flanked(token)
        if low in {"with", "has", "have", "had"}:
            yield from self.beside(token)
        if low in words("position.drives") and token.pos_ in {"NOUN", "PROPN"}:
            yield from self.force(token)
        if token.lemma_.lower() in words("position.surnamed") and token.i and token.i - 1 in self.scene.cast.at:
            yield from self.all_of(token)
        if low in {"man", "woman"} and token.i > 1 and token.nbor(-1).lower_ in {"numbers", "number"}:
            yield from self.numbers_man(token)
        if token.text == ":":
            yield from self.heading(token)

    def _by_repeat(self, token: Token) -> Iterator[Draft]:
        low = token.lower_
        if token.lemma_ in {"be", "include"}:
            yield from self.the_counted(token)
        if low in {"as", "so", "neither", "nor"} and self._opens(token):
            yield from self.likewise(token)
        if low in _ADDED:
            yield from self.added(token)
        if low == "with" and token.head.pos_ == "VERB":
            yield from self.together(token)

    def _by_group(self, token: Token) -> Iterator[Draft]:
        low = token.lower_
        if token.lemma_.lower() in {"defection", "desertion"}:
            yield from self.defections(token)
        if token.lemma_.lower() in words("position.stands_for") and token.pos_ in {"VERB", "AUX"}:
            yield from self.part_of(token)
        if low in words("position.supports.help") and token.pos_ == "NOUN":
            yield from self.won(token)
        if low in {"among", "amongst"} or (low == "of" and token.i and token.nbor(-1).lower_ == "one"):
            yield from self.among(token)

    # whom a count has counted

    def the_counted(self, verb: Token) -> Iterator[Draft]:
        """ "X has three votes. The three are himself, A and B": those who were counted just before."""
        subject = next(iter(children(verb, "nsubj")), None)
        if subject is None or subject.i > verb.i or negated(verb):
            return
        counted = self.numbers.get(subject.i)
        if counted is None and subject.lower_ not in {"they", "these", "those", "others", "names"}:
            return
        start = verb.i + 1
        doc = self.scene.doc
        oneself = start < len(doc) and doc[start].lower_ in {"himself", "herself"}
        start += 2 if oneself and start + 1 < len(doc) and doc[start + 1].text == "," else oneself
        roll = people_from(self.scene, start, single=True) if counted is not None else None
        if roll is None or counted is None or str(len(roll.names) + oneself) != counted.amount:
            roll = people_from(self.scene, start)
        if roll is None or self._far(verb, roll) or len(roll.names) + oneself < 2:
            return
        for draft in self._counts_before(subject, counted, len(roll.names)):
            of = str(draft.own["of"])
            stance = "opposes" if of.startswith("against ") else "supports"
            target = Ref(of.removeprefix("against "), "person", 0.9)
            yield from self._drafts("counted", verb, roll, stance, target, (subject.left_edge.i, roll.last))
            return

    def _counts_before(self, subject: Token, counted: Quantity | None, size: int) -> Iterator[Draft]:
        """The counts of this sentence and the one before, nearest first, that a list of this size can explain."""
        for draft in reversed([*self.made.before(subject.i), *self.made.around(subject.i)]):
            of = str(draft.own.get("of", "")).removeprefix("against ")
            if draft.kind != "headcount" or draft.last >= subject.i or of not in self.scene.cast.known:
                continue
            amount = str(draft.own["amount"])
            same = amount == counted.amount if counted is not None else amount.isdigit() and size <= int(amount)
            if same:
                yield draft

    # the same again

    def _opens(self, token: Token) -> bool:
        """Whether a word opens a clause and an auxiliary follows: "As do A and B"."""
        doc = self.scene.doc
        if token.i + 2 >= len(doc) or doc[token.i + 1].lemma_.lower() not in {"do", "have", "be", "will", "would"}:
            return False
        before = doc[token.i - 1] if token.i else None
        return (
            before is None or before.is_space or before.text in {".", ",", ";", "–", "—", "-"} or before.lower_ == "and"
        )

    def likewise(self, word: Token) -> Iterator[Draft]:
        """ "As do A and B", "So has A": what was said of those before."""
        roll = people_from(self.scene, word.i + 2)
        if roll is None or self._far(word, roll) or not roll.closed:
            return
        before = self._stance_before(word)
        if before is None:
            return
        stance, target = before
        if word.lower_ in {"neither", "nor"} and stance == "supports":
            stance = "opposes"
        yield from self._drafts("likewise", word, roll, stance, target, (word.i, roll.last))

    def _stance_before(self, word: Token) -> tuple[str, Ref] | None:
        opens = word.i - self.made.starts[word.i] <= 1
        for draft in reversed(self.made.before(word.i) if opens else self.made.around(word.i)):
            if draft.last < word.i and draft.kind == "position":
                return str(draft.own["stance"]), Ref(str(draft.own["target"]), "person", draft.sure)
        return None

    def added(self, word: Token) -> Iterator[Draft]:
        """ "Besides A and B, most of the north backs X": A and B too."""
        doc = self.scene.doc
        if word.i - self.made.starts[word.i] > 1 or word.i + 2 >= len(doc):
            return
        start = word.i + (1 if word.lower_ in {"besides", "alongside"} else 2)
        roll = people_from(self.scene, start)
        if roll is None or self._far(word, roll):
            return
        for draft in self.made.around(word.i):
            of = str(draft.own.get("of", "")).removeprefix("against ")
            if draft.first <= roll.last and draft.head <= roll.last:
                continue
            if draft.kind == "headcount" and of not in self.scene.cast.known:
                continue
            target = str(draft.own["target"]) if draft.kind == "position" else of
            against = draft.kind == "headcount" and str(draft.own["of"]).startswith("against ")
            stance = str(draft.own["stance"]) if draft.kind == "position" else "opposes" if against else "supports"
            yield from self._drafts(
                "added",
                doc[draft.head],
                roll,
                stance,
                Ref(target, "person", 0.9),
                (self.made.starts[word.i], draft.last),
            )
            return

    def together(self, prep: Token) -> Iterator[Draft]:
        """ "A quit with B and C to push X out": B and C did what A did."""
        verb = prep.head
        subject = grammatical_subject(verb)
        if verb.lemma_.lower() not in words("position.jointly") or subject is None:
            return
        holder = self.scene.one(subject)
        roll = people_from(self.scene, prep.i + 1)
        if holder is None or roll is None or self._far(prep, roll):
            return
        for draft in self.made.around(verb.i):
            if draft.kind == "position" and draft.own["holder"] == holder.name and draft.head >= verb.i:
                target = Ref(str(draft.own["target"]), "person", draft.sure)
                span = (min(draft.first, verb.i), max(draft.last, roll.last))
                yield from self._drafts("together", verb, roll, str(draft.own["stance"]), target, span)
                return

    def among(self, word: Token) -> Iterator[Draft]:
        """ "A and B are among those backing X", "Among X's critics are A and B", "A is one of six who back X, with B and C"."""
        doc = self.scene.doc
        found = self._stance_after(word.i + 1)
        if found is None:
            return
        stance, target, last = found
        k = word.i - 1 - (word.lower_ == "of")
        if doc[k].lemma_ == "be" and k > 0:
            rolls = [people_until(self.scene, k)]
            after = last + 1 + (last + 1 < len(doc) and doc[last + 1].text == ",")
            if after + 1 < len(doc) and doc[after].lower_ in {"along", "together", "with", "alongside"}:
                rolls.append(people_from(self.scene, after + 1 + (doc[after + 1].lower_ == "with")))
        else:
            rolls = [people_from(self.scene, last + 2)] if last + 2 < len(doc) and doc[last + 1].lemma_ == "be" else []
        for roll in rolls:
            if roll is not None and target.name not in {r.name for r in roll.names}:
                span = (min(roll.first, word.i), max(roll.last, last))
                yield from self._drafts("among", word, roll, stance, target, span)

    def _stance_after(self, start: int) -> tuple[str, Ref, int] | None:
        """The stance of a group told right here: "those backing X", "six MPs who voted for X", "X's critics"; and its end."""
        doc, at = self.scene.doc, self.scene.cast.at
        for i in range(start, min(start + 8, len(doc) - 1)):
            if doc[i].text in {".", ",", ";", ":"}:
                return None
            if i in at:
                target, last = at[i], i
                while at.get(last + 1) is target:
                    last += 1
                tail = next((t for t in doc[last + 1 : last + 6] if t.pos_ == "NOUN" and t.tag_ == "NNS"), None)
                stance = self._noun_stance(tail)
                return (stance, Ref(target.name, "person"), tail.i) if stance is not None and tail is not None else None
            named = next((k for k in range(i + 1, min(i + 4, len(doc))) if k in at), None)
            if named is None:
                continue
            for stance in ("supports", "opposes"):
                frame = lexicon()["position"][stance]
                lemma, after = doc[i].lemma_.lower(), doc[i + 1].lower_
                firm = (
                    doc[i].pos_ in {"VERB", "AUX", "NOUN"}
                    and lemma in frame["object"] - frame["loose"]
                    and named == i + 1
                )
                if (
                    firm
                    or lemma in frame["prepositions"].get(after, ())
                    or (after in {"of", "for"} and lemma in frame["nouns"])
                ):
                    last = named
                    while at.get(last + 1) is at[named]:
                        last += 1
                    return stance, Ref(at[named].name, "person"), last
        return None

    def _noun_stance(self, noun: Token | None) -> str | None:
        return next(
            (
                s
                for s in ("supports", "opposes")
                if noun is not None and noun.lemma_.lower() in lexicon()["position"][s]["nouns"]
            ),
            None,
        )

    # people and groups

    def defections(self, noun: Token) -> Iterator[Draft]:
        """ "defections of stalwarts from X's camp": the group left X."""
        doc, at = self.scene.doc, self.scene.cast.at
        end = min(noun.i + 12, noun.sent.end)
        away = next((i for i in range(noun.i + 1, end) if doc[i].lower_ == "from"), None)
        if away is None:
            return
        left = next((i for i in range(away + 1, min(away + 6, len(doc))) if i in at), None)
        giver = next(
            (c for p in children(noun, "prep") if p.lower_ in {"of", "by", "among"} for c in children(p, "pobj")), None
        )
        if left is None or giver is None or giver.i > away:
            return
        last = next(
            (i for i in range(left, min(left + 5, len(doc))) if doc[i].lemma_.lower() in words("camps") | {"support"}),
            left,
        )
        for who in self.scene.holders(giver):
            own = {"holder": who.name, "stance": "opposes", "target": at[left].name}
            marks = ("holder:" + who.kind,)
            yield Draft(
                "position", "position.opposes.defection.roll", noun.i, noun.i, last, own, sure=who.sure, hints=marks
            )

    def won(self, thing: Token) -> Iterator[Draft]:
        """ "X has gained the endorsement of the loyalists A, B and C": a long list after what X won, or lost."""
        doc = self.scene.doc
        if thing.i + 2 >= len(doc) or doc[thing.i + 1].lower_ not in {"of", "from"}:
            return
        gets = words("position.gets") | {"lose", "forfeit", "add"}
        verb = next((doc[k] for k in range(thing.i - 1, max(thing.i - 5, -1), -1) if doc[k].pos_ == "VERB"), None)
        if verb is None or verb.lemma_.lower() not in gets or negated(verb) or verb.head.lemma_ == "fail":
            return
        roll = people_from(self.scene, thing.i + 2)
        subject = grammatical_subject(verb)
        target = self.scene.one(subject) if subject is not None else None
        if roll is None or self._far(thing, roll) or target is None or len(roll.names) < 2:
            return
        if target.name not in {r.name for r in roll.names}:
            stance = "opposes" if verb.lemma_.lower() in {"lose", "forfeit"} else "supports"
            first = subject.i if subject is not None and 0 < verb.i - subject.i < 12 else verb.i
            yield from self._drafts("won", verb, roll, stance, target, (first, roll.last))

    def part_of(self, verb: Token) -> Iterator[Draft]:
        """ "A and B speak for a cabal that backs X": they hold what their group is said to hold in the same sentence."""
        subject = next(iter(children(verb, "nsubj")), None)
        group = next(iter(children(verb, "dobj")), None) or next(
            (n for p in children(verb, "prep") if p.lower_ in {"for", "of", "to", "in"} for n in children(p, "pobj")),
            None,
        )
        if subject is None or group is None or group.i in self.scene.cast.at or negated(verb):
            return
        roll = people_from(self.scene, subject.left_edge.i)
        if roll is None or roll.last >= verb.i:
            return
        name = self.scene.phrase(group)
        for draft in self.made.around(verb.i):
            if draft.kind == "position" and draft.own["holder"] == name and draft.last > group.i:
                target = Ref(str(draft.own["target"]), "person", draft.sure)
                span = (roll.first, draft.last)
                yield from self._drafts("part", verb.doc[draft.head], roll, str(draft.own["stance"]), target, span)
