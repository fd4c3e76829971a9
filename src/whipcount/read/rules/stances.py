"""What every stance needs: who acts, and a position, or a headcount where the holders are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import (
    Token,
    actor,
    children,
    companions,
    grammatical_subject,
    negated,
    passive,
    prepositional,
)
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, body, covering, name_of, quantity_of, target_name
from whipcount.read.scene import Ref, Scene
from whipcount.read.speech import reporting_verb

_OTHER = {"supports": "opposes", "opposes": "supports"}
_ENDED = frozenset({"longer", "anymore", "more"})
_ATTEMPTS = frozenset(
    [
        "push",
        "effort",
        "bid",
        "move",
        "campaign",
        "attempt",
        "plot",
        "coup",
        "drive",
        "plan",
        "charge",
        "fight",
        "revolt",
        "rebellion",
        "bandwagon",
        "scheme",
        "manoeuvre",
        "maneuver",
    ]
)


_NO_HOLDERS = frozenset({"number", "candidate", "challenger"}) | _ATTEMPTS
"""Nouns that name nobody who could be for or against somebody."""


class Stances:
    """Makes positions of a scene."""

    def __init__(self, scene: Scene, numbers: Mapping[int, Quantity]) -> None:
        self.scene, self.numbers = scene, numbers

    def who_acts(self, verb: Token) -> Token | None:
        """The actor; for "an effort to oust X" whoever makes the effort."""
        found = actor(verb)
        if found is not None and found.lemma_.lower() in _ATTEMPTS:
            holder = found.head
            while holder.pos_ == "ADP" and holder.head != holder:
                holder = holder.head
            return grammatical_subject(holder) if holder.pos_ in {"VERB", "AUX"} else found
        return found

    def make(
        self,
        rule: str,
        head: Token,
        holder: Token | None,
        stance: str,
        target: Token | None,
        lemmas: Iterable[str] = (),
    ) -> Iterator[Draft]:
        """Positions of those whom one noun phrase names towards those whom another does."""
        if target is None:
            return iter(())
        meant = self.meant(target, holder)
        if (
            holder is not None
            and len(meant) == 1
            and target.lower_ in {"him", "her"}
            and meant == self.scene.refs(holder)
        ):
            other = self.scene.person_but(target, frozenset(r.name for r in meant))
            meant = [other] if other is not None else []
        return self._make(rule, head, self.counted_before(holder), stance, meant, tuple(lemmas), target)

    def meant(self, target: Token, holder: Token | None) -> list[Ref]:
        """Whom a target means: itself; whose leadership, bid or campaign it is; the leader where it is just "the leadership"."""
        lemma = target.lemma_.lower()
        if lemma not in words("position.bearers"):
            return self.scene.refs(target)
        owner = next((c for c in children(target, "poss", "compound", "nmod") if self.scene.one(c)), None) or next(
            (n for p, n in prepositional(target, "of", "by", "from") if self.scene.one(n)), None
        )
        if owner is None:
            return self.scene.refs(target)
        found = self.scene.refs(owner)
        if holder is not None and owner.lower_ in {"his", "her"} and found and found[0] in self.scene.refs(holder):
            return []
        return [r for r in found if r.kind == "person"] or found

    def counted_before(self, holder: Token | None) -> Token | None:
        """For "they" in "ten MPs said that they would ...": the noun that is counted, else the token itself."""
        if holder is not None and holder.dep_ == "pobj" and holder.head.head.lower_ == "one":
            # "Y is one of those who want X out": it is Y who wants it.
            one = holder.head.head
            told = grammatical_subject(one.head) if one.dep_ == "attr" else one.head if one.dep_ == "appos" else None
            holder = told if told is not None else holder
        if (
            holder is not None
            and holder.dep_ == "pobj"
            and holder.head.lower_ in {"in", "of", "among"}
            and holder.head.head.lemma_ in {"majority", "minority", "handful", "bulk"}
        ):
            return holder.head.head
        if holder is None or holder.lower_ not in {"they", "who", "that"}:
            return holder
        clause = holder.head
        while clause.dep_ in {"conj", "xcomp", "relcl"} and clause.head != clause and holder.lower_ == "they":
            clause = clause.head
        if clause.dep_ == "ccomp" and holder.lower_ == "they":
            over = grammatical_subject(clause.head)
            if over is not None and quantity_of(over, self.numbers) is not None:
                return over
        return holder

    def _make(
        self,
        rule: str,
        head: Token,
        holder: Token | None,
        stance: str,
        targets: list[Ref],
        lemmas: tuple[str, ...],
        at: Token | None,
    ) -> Iterator[Draft]:
        if holder is None or holder.lemma_.lower() in _NO_HOLDERS:
            return
        told = reporting_verb(head)
        if told is not None and told.dep_ == "xcomp" and told.head.lemma_ in {"refuse", "decline"}:
            return
        not_so = negated(head)
        if not_so and ".loose" in rule and not set(lemmas) & words("position.warm"):
            return
        ended = not_so and (any(t.lower_ in _ENDED for t in head.subtree) or stance == "supports")
        stance, denied = (_OTHER[stance], False) if ended and stance == "supports" else (stance, not_so)
        first, last = covering(head, [holder if abs(holder.i - head.i) < 30 else None, at])
        counted = quantity_of(holder, self.numbers)
        if (
            counted
            and holder.lower_ in {"two", "three", "both", "pair", "trio", "all"}
            and len(self.scene.refs(holder)) > 1
        ):
            counted = None
        holders = self.scene.included(holder) if counted else self.scene.holders(holder)
        if not counted and head.pos_ == "VERB" and not passive(head):
            holders = [*holders, *(r for c in companions(head) for r in self.scene.refs(c) if r.kind == "person")]
        for target in targets:
            if target.kind not in {"person", "group"} or (
                target.kind == "group" and not target.name.startswith("camp:")
            ):
                continue
            if counted is not None and "resigned.bare" not in rule:
                yield self._count(rule, head, counted, stance, denied, target, first, last)
                for other in children(holder, "conj"):
                    more = quantity_of(other, self.numbers)
                    if more is not None:
                        yield self._count(rule, head, more, stance, denied, target, first, last)
            for who in self.not_oneself(rule, holders, holder, target):
                if who.kind in {"person", "group", "author", "other"} and target_name(who) != target_name(target):
                    own = {"holder": name_of(who), "stance": stance, "target": target_name(target)}
                    yield Draft(
                        "position",
                        rule,
                        head.i,
                        first,
                        last,
                        own,
                        denied,
                        who.sure * target.sure,
                        (
                            *self._hints(own["holder"], target),
                            *("word:" + w for w in lemmas),
                            "holder:" + who.kind,
                            *(["negated"] if not_so else []),
                        ),
                    )

    def not_oneself(self, rule: str, holders: list[Ref], holder: Token, target: Ref) -> list[Ref]:
        """The holders; where a pronoun was taken for the target, the next whom it can mean: nobody is for himself here."""
        if (
            "resigned" in rule
            or "ought" in rule
            or len(holders) != 1
            or holder.lower_ not in {"he", "she"}
            or target_name(holders[0]) != target_name(target)
        ):
            return holders
        other = self.scene.person_but(holder, frozenset({target_name(target)}))
        return [other] if other is not None else []

    def _count(
        self,
        rule: str,
        head: Token,
        counted: tuple[str, Token | None],
        stance: str,
        denied: bool,
        target: Ref,
        first: int,
        last: int,
    ) -> Draft:
        amount, noun = counted
        of = target_name(target) if stance == "supports" else "against " + target_name(target)
        if amount == "none":
            denied, of = (
                False,
                target_name(target) if rule.split(".")[1] == "supports" else "against " + target_name(target),
            )
        own = {"of": of, "among": body(self.scene, noun), "amount": amount}
        return Draft(
            "headcount",
            rule.replace("position", "headcount.holders"),
            head.i,
            first,
            last,
            own,
            denied,
            target.sure,
            ("counted",),
        )

    def _hints(self, holder: str, target: Ref) -> tuple[str, ...]:
        leader = self.scene.leader()
        return tuple(
            h
            for h, yes in (
                ("target:leader", leader is not None and leader.name == target_name(target)),
                ("holder:author", holder == "author"),
                ("target:camp", target.kind == "group"),
            )
            if yes
        )
