"""Which candidates the labels of a commentary make right: what the learned drafts are trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from whipcount.read.antecedents import Ref
from whipcount.read.claim import Claim
from whipcount.read.learned.candidates import TASKS, Candidate
from whipcount.read.learned.sight import NAMED, Mention, Number
from whipcount.read.scene import Scene
from whipcount.read.score import same_amount, same_name

NONE, UNSURE = "none", "unsure"
AMOUNTS = frozenset(
    [
        "majority",
        "minority",
        "none",
        "small",
        "large",
        "has the numbers",
        "lacks the numbers",
        "pivotal",
        "ahead",
        "behind",
        "favourite",
        "growing",
        "shrinking",
    ]
)
"""The guide's words for how much support there is."""
_BY_ITSELF = (None, "author")


def answers(claim: Claim, one: Candidate) -> tuple[str, str] | None:
    """(task, class) that a candidate would have if it were this claim; None where it can't be."""
    own, first = claim.own, one.one.ref
    if one.group == "pair" and isinstance(one.other, Mention):
        return _tie(claim, first, one.other.ref)
    if one.group == "number" and isinstance(one.other, Number):
        of, amount = own.get("of") or "", own.get("amount") or ""
        if claim.kind != "headcount" or amount in AMOUNTS or not same_amount(amount, one.other.amount):
            return None
        return ("count", _side(of)) if _is(of.removeprefix("against "), first) else None
    if one.group != "one":
        return None
    return _lone(claim, first)


def _is(name: str | None, ref: Ref) -> bool:
    if name in {None, ""}:
        return False
    return ref.kind == "author" if name == "author" else same_name(name, ref.name)


def _side(of: str) -> str:
    return "against" if of.startswith("against ") else "for"


def _tie(claim: Claim, first: Ref, second: Ref) -> tuple[str, str] | None:
    own = claim.own
    if claim.kind == "position" and _is(own["holder"], first) and _is(own["target"], second):
        return "tie", str(own["stance"])
    if claim.kind == "membership" and _is(own["member"], first) and _is(own["camp"], second):
        return "tie", "belongs"
    if claim.kind == "accusation" and _is(own["accuser"], first) and _is(own["accused"], second):
        return "tie", "accuses"
    return None


def _lone(claim: Claim, ref: Ref) -> tuple[str, str] | None:
    own = claim.own
    if claim.kind == "position" and own["holder"] in {"author", claim.speaker} and _is(own["target"], ref):
        return "author", str(own["stance"])
    if claim.kind == "accusation" and own["accuser"] in _BY_ITSELF and _is(own["accused"], ref):
        return "author", "accuses"
    if claim.kind == "candidacy" and _is(own["person"], ref):
        return "entry", str(own["status"])
    if claim.kind == "prediction" and _is(own["subject"], ref):
        outcome = str(own["outcome"])
        return "fate", "other" if outcome.startswith("other") else "wins" if outcome == "becomes leader" else outcome
    if claim.kind == "event" and _is(own["subject"], ref):
        return "happening", "event"
    if claim.kind == "headcount":
        of, amount = own.get("of") or "", own.get("amount") or ""
        if amount in AMOUNTS and _is(of.removeprefix("against "), ref):
            return "strength", amount + (" against" if of.startswith("against ") else "")
    return None


def truth(scene: Scene, claims: Iterable[Claim], some: Sequence[Candidate]) -> dict[str, list[str]]:
    """By task, the class of each candidate: of those that could be one claim the best placed one is it, the others are unsure.

    Candidates that only an optional label fits are unsure, too: they teach nothing.
    """
    out = {task: [NONE] * len(some) for task in TASKS}
    spots = [_spots(scene, one) for one in some]
    sentences = [scene.span(s.start, s.end - 1) for s in scene.doc.sents]
    for claim in sorted(claims, key=lambda c: c.optional):
        over = [s for s in sentences if s[0] < claim.end and s[1] > claim.start]
        low, high = (over[0][0], over[-1][1]) if over else (claim.start, claim.end)
        fits = []
        for k, one in enumerate(some):
            said = answers(claim, one)
            place = spots[k]
            if said is None or not low <= place[-1] < high or (one.group != "number" and not low <= place[0] < high):
                continue
            inside = sum(claim.start <= p < claim.end for p in place)
            near = sum(low <= p < high for p in place)
            fits.append(((inside, near, -abs(place[0] - place[-1]), one.one.type in NAMED), k, said))
        for n, (_, k, (task, name)) in enumerate(sorted(fits, reverse=True)):
            if n == 0 and not claim.optional:
                out[task][k] = name
            elif out[task][k] == NONE:
                out[task][k] = UNSURE
    return out


def _spots(scene: Scene, one: Candidate) -> list[int]:
    """Where in the text a candidate's words stand."""
    tokens = [one.one.token]
    if isinstance(one.other, Mention):
        tokens.append(one.other.token)
    elif isinstance(one.other, Number):
        tokens.append(one.other.first)
    return [scene.span(i, i)[0] for i in tokens]
