"""What every stance needs: who acts, and a position, or a headcount where the holders are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import (
    Token,
    actor,
    grammatical_subject,
    negated,
)
from whipcount.read.rules.draft import Draft, body, covering, name_of, quantity_of, target_name
from whipcount.read.scene import Ref, Scene

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
        return self._make(rule, head, holder, stance, self.scene.refs(target), tuple(lemmas), target)

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
            if target.kind not in {"person", "group"} or (
                target.kind == "group" and not target.name.startswith("camp:")
            ):
                continue
            if counted is not None:
                yield self._count(rule, head, counted, stance, denied, target, first, last)
                continue
            for who in holders:
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
