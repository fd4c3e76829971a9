"""What a clause leaves out and takes from the one before: "Mallory does not", "So has the choir", "Neither do the others"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import Token, children
from whipcount.read.rules.draft import Draft, quantity_of
from whipcount.read.scene import Scene

_BARE = frozenset({"do", "have", "be", "will", "would", "can", "could"})
_HOLDS = {"position": "holder", "candidacy": "person", "headcount": "of", "membership": "member"}
_FLIPPED = {
    "has the numbers": "lacks the numbers",
    "lacks the numbers": "has the numbers",
    "supports": "opposes",
    "opposes": "supports",
}


def ellipses(scene: Scene, made: Sequence[Draft], numbers: Mapping[int, Quantity]) -> Iterator[Draft]:
    """The claims of bare auxiliaries: those of the clause before, with another subject, denied where that is said."""
    for verb in scene.verbs:
        if verb.lemma_.lower() not in _BARE or not (
            verb.dep_ in {"ROOT", "conj", "ccomp"} or (verb.i and verb.nbor(-1).lower_ in {"as", "so"})
        ):
            continue
        opening = verb.i > 0 and verb.nbor(-1).lower_ in {"so", "neither", "nor", "as"}
        after = next(iter(children(verb, "dobj", "attr", "nsubj", "nsubjpass")), None) if opening else None
        if opening and after is not None and after.i > verb.i:
            near = [d for d in made if 0 < verb.i - 1 - d.last <= 3 and d.kind in _HOLDS][-2:]
            yield from _copied(scene, verb, after, near or _sentence_before(verb, made), numbers)
            continue
        if children(verb, "dobj", "attr", "acomp", "xcomp", "ccomp", "prep", "auxpass", "oprd"):
            continue
        subject = next(iter(children(verb, "nsubj", "nsubjpass")), None)
        if subject is None or subject.lower_ in {"it", "that", "this", "there", "what", "i", "you"}:
            continue
        before = [
            d for d in made if d.last < subject.left_edge.i and subject.left_edge.i - d.last <= 6 and d.kind in _HOLDS
        ]
        yield from _copied(scene, verb, subject, before[-2:], numbers)


def _sentence_before(verb: Token, made: Sequence[Draft]) -> list[Draft]:
    """The stance of the sentence before, for "As does X" at the beginning of one: the first, which is its main clause's."""
    first = verb.sent.start
    if verb.i - first > 2 or first == 0:
        return []
    start = verb.doc[first - 1].sent.start
    near = [d for d in made if start <= d.first < first and d.kind == "position"]
    start = verb.doc[start - 1].sent.start if start and not near else start
    near = near or [d for d in made if start <= d.first < first and d.kind == "position"]
    return near[:1]


def _counted(draft: Draft, amount: str) -> dict[str, str | None]:
    of = str(draft.own["target"])
    return {"of": of if draft.own["stance"] == "supports" else "against " + of, "among": None, "amount": amount}


def _copied(
    scene: Scene, verb: Token, subject: Token, before: Sequence[Draft], numbers: Mapping[int, Quantity]
) -> Iterator[Draft]:
    not_so = any(c.dep_ == "neg" or c.lower_ in {"neither", "nor"} for c in verb.children)
    first, last = (
        min(subject.left_edge.i, verb.i, *(c.i for c in verb.children if c.lower_ in {"so", "neither", "nor"})),
        max(subject.right_edge.i, verb.i),
    )
    counted = quantity_of(subject, numbers)
    for draft in before:
        if counted is not None and draft.kind == "position":
            own = _counted(draft, counted[0])
            yield replace(
                draft,
                kind="headcount",
                rule="headcount.ellipsis",
                head=verb.i,
                first=first,
                last=last,
                own=own,
                hints=(),
            )
            continue
        names = [r.name for r in scene.refs(subject) if r.kind in {"person", "group"}]
        for name in [" + ".join(names)] if draft.kind == "headcount" and names else names:
            own = dict(draft.own) | {_HOLDS[draft.kind]: name}
            if not_so:
                own |= {f: _FLIPPED.get(str(own[f]), own[f]) for f in ("amount", "stance") if f in own}
            if own != dict(draft.own):
                yield replace(
                    draft,
                    rule=draft.kind + ".ellipsis",
                    head=verb.i,
                    first=first,
                    last=max(last, *(c.i for c in verb.children)),
                    own=own,
                    hints=("negated",) if not_so else (),
                )
