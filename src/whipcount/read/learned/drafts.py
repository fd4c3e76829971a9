"""Learned drafts: what the weights take for a claim, as drafts beside those of the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from whipcount.read.amounts import Quantity
from whipcount.read.calendar_words import resolve
from whipcount.read.claim import COMPARED
from whipcount.read.grammar import Token, clause_of, clause_span
from whipcount.read.learned.candidates import Candidate, candidates
from whipcount.read.learned.sight import Mention, Number, see
from whipcount.read.learned.weights import Learned, weigh
from whipcount.read.rules.draft import Draft, body, covering
from whipcount.read.scene import Scene
from whipcount.read.speech import speaker

_AGAINST = " against"
_FAR = 40
_SLIGHT = 0.15
"""Learned drafts less likely than this never come to anything by themselves; a rule's that says the same is told of them."""


def learned_drafts(scene: Scene, numbers: Mapping[int, Quantity], learned: Learned) -> Iterator[Draft]:
    """A draft for each candidate and class that is at all likely; its `score` is the probability."""
    sight = see(scene, numbers.values())
    for one, task, name, chance in weigh(sight, candidates(sight), learned):
        draft = _draft(scene, one, task, name)
        if draft is not None:
            yield replace(draft, score=chance)


def _draft(scene: Scene, one: Candidate, task: str, name: str) -> Draft | None:
    doc, ref = scene.doc, one.one.ref
    if ref.name == "nobody":
        return None
    token = doc[one.one.token]
    if isinstance(one.other, Mention):
        return _tie(scene, one.one, one.other, name)
    if isinstance(one.other, Number):
        return _count(scene, one.one, one.other, name)
    head = clause_of(token)
    if task == "author":
        own = _said(speaker(scene, head), name, ref.name)
        return _made(f"author.{name}", head, [token], own, ref.sure)
    if task == "entry":
        return _made("entry", head, [token], ("candidacy", {"person": ref.name, "status": name}), ref.sure)
    if task == "fate":
        outcome = name if name != "other" else "other: " + head.lemma_
        fate = {"subject": ref.name.removeprefix("camp:"), "outcome": outcome, "by": None}
        return _made("fate", head, [token], ("prediction", fate), ref.sure)
    if task == "happening":
        happening = {"subject": ref.name, "what": None, "when": None}
        return _made("happening", head, [token], ("event", happening), ref.sure)
    of = ("against " if name.endswith(_AGAINST) else "") + ref.name
    strength = {"of": of, "among": None, "amount": name.removesuffix(_AGAINST)}
    return _made("strength", head, [token], ("headcount", strength), ref.sure)


def _said(accuser: str, name: str, target: str) -> tuple[str, dict[str, str | None]]:
    if name == "accuses":
        return "accusation", {"accuser": accuser, "accused": target, "deed": None}
    return "position", {"holder": accuser, "stance": name, "target": target.removeprefix("camp:")}


def _tie(scene: Scene, one: Mention, other: Mention, name: str) -> Draft:
    doc = scene.doc
    a, b = doc[one.token], doc[other.token]
    head = _meeting(a, b)
    if name == "belongs":
        own: tuple[str, dict[str, str | None]] = ("membership", {"member": one.ref.name, "camp": other.ref.name})
    else:
        own = _said("author" if one.ref.kind == "author" else one.ref.name, name, other.ref.name)
    return _made(f"tie.{name}", head, [a, b], own, min(one.ref.sure, other.ref.sure))


def _count(scene: Scene, one: Mention, q: Number, name: str) -> Draft:
    doc = scene.doc
    top, token = doc[q.top], doc[one.token]
    noun = top if top.pos_ == "NOUN" else top.head
    of = ("against " if name == "against" else "") + one.ref.name
    own = {"of": of, "among": body(scene, noun), "amount": q.amount}
    here = [token] if token.sent == top.sent else []
    draft = _made("count", clause_of(top), here, ("headcount", own), one.ref.sure)
    return replace(draft, first=min(draft.first, q.first), last=max(draft.last, q.last))


def _made(
    rule: str, head: Token, others: Sequence[Token], own: tuple[str, Mapping[str, str | None]], sure: float
) -> Draft:
    near = [head.i, *(t.i for t in others if abs(t.i - head.i) < _FAR)]
    return Draft(own[0], "learned." + rule.replace(" ", "_"), head.i, min(near), max(near), own[1], False, sure)


def _finished(scene: Scene, draft: Draft) -> Draft:
    """A learned draft that is kept, with its whole passage, its day and its few words."""
    head = scene.doc[draft.head]
    first, last = covering(head, [scene.doc[draft.first], scene.doc[draft.last]])
    own = dict(draft.own)
    own |= {f: _words(head) for f in ("deed", "what") if f in own} | {
        f: _when(scene, head) for f in ("by", "when") if f in own
    }
    return replace(draft, first=min(first, draft.first), last=max(last, draft.last), own=own)


def _meeting(a: Token, b: Token) -> Token:
    """The word where the ways of two words to the root of their sentence meet."""
    above = {a.i, *(t.i for t in a.ancestors)}
    here = b
    while here.i not in above and here.head != here:
        here = here.head
    return here


def _when(scene: Scene, head: Token) -> str | None:
    start, end = clause_span(head)
    return resolve(scene.doc[start : end + 1].text, scene.today, south=scene.source.southern, past=head.tag_ == "VBD")


def _words(head: Token) -> str:
    """A few words for a deed or an event."""
    _, end = clause_span(head)
    return " ".join(t.text for t in head.doc[head.i : min(end, head.i + 9) + 1] if not t.is_space)


def merged(scene: Scene, ruled: Iterable[Draft], learned: Iterable[Draft]) -> list[Draft]:
    """The drafts of the rules, with the score of a learned one that says the same in the same sentence; and the other learned ones."""
    starts = [s.start for s in scene.doc.sents for _ in range(len(s))]
    best: dict[tuple[object, ...], Draft] = {}
    for draft in learned:
        key = (starts[draft.head], *_key(draft))
        if key not in best or draft.score > best[key].score:
            best[key] = draft
    out, used = [], set()
    for draft in ruled:
        key = (starts[draft.head], *_key(draft))
        out.append(replace(draft, score=best[key].score) if key in best else draft)
        used.add(key)
    out += [draft for key, draft in best.items() if key not in used]
    ranked = [d for d in _ranked(starts, out) if not _is_learned(d) or d.score >= _SLIGHT]
    return sorted((_finished(scene, d) if _is_learned(d) else d for d in ranked), key=_place)


def _is_learned(draft: Draft) -> bool:
    return draft.rule.startswith("learned.")


def _place(draft: Draft) -> tuple[int, int, str, str]:
    return draft.first, draft.last, draft.kind, draft.rule


def _key(draft: Draft) -> tuple[object, ...]:
    return (draft.kind, *(str(draft.own.get(f)).lower() for f in COMPARED[draft.kind] if f != "among"))


def _ranked(starts: Sequence[int], made: Sequence[Draft]) -> list[Draft]:
    """The drafts in the order of the text, with a hint where another of the sentence with the same holder, number or person is likelier."""
    top: dict[tuple[object, ...], float] = defaultdict(float)
    for draft in made:
        key = _seat(starts, draft)
        top[key] = max(top[key], draft.score)
    out = []
    for draft in made:
        least = top[_seat(starts, draft)]
        place = "first" if draft.score >= least > 0 else "beaten" if least > 0 else "alone"
        out.append(replace(draft, hints=(*draft.hints, "place:" + place)))
    return out


def _seat(starts: Sequence[int], draft: Draft) -> tuple[object, ...]:
    """What can be said once only in a sentence: whom a holder backs, whose a number is, what becomes of a person."""
    field = {"headcount": "amount"}.get(draft.kind, COMPARED[draft.kind][0])
    return starts[draft.head], draft.kind, str(draft.own.get(field)).lower()
