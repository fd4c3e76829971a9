"""The reader: documents in, claims out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from whipcount.read.amounts import find
from whipcount.read.cast import Person
from whipcount.read.claim import PRECEDENCE, Claim
from whipcount.read.document import Document
from whipcount.read.engine import pipeline
from whipcount.read.features import features, peers_of
from whipcount.read.learned import Learned, learned_drafts, merged, weights
from whipcount.read.mend import Mended, mend
from whipcount.read.model import Model, shipped
from whipcount.read.rules import Draft, by_token, drafts
from whipcount.read.scene import Scene, build
from whipcount.read.speech import modality, speaker

LONGEST = 400_000
"""Characters of one document that are read; a longer one is read up to here (no commentary is that long)."""
_STRETCH = 500


@dataclass(frozen=True)
class Weighed:
    """A draft with the claim it makes and the marks that the model sees."""

    draft: Draft
    claim: Claim
    marks: frozenset[str]


class Reader:
    """Reads documents with rules over a dependency parse, weighed by a trained model.

    `roster` names the people who may be meant (others are taken from the document), `leader` whose place is at stake.
    `threshold` replaces the trained thresholds: 0 gives every draft.
    """

    def __init__(
        self,
        roster: Sequence[Person] = (),
        leader: str | None = None,
        threshold: float | None = None,
        model: Model | None = None,
        learned: Learned | None = None,
    ) -> None:
        self.roster, self.leader, self.threshold = tuple(roster), leader, threshold
        self.model = model or shipped()
        self.learned = weights.shipped() if learned is None else learned

    def read(self, document: Document) -> list[Claim]:
        """The claims of one document in the order of its text."""
        return next(self.read_many([document]))

    def read_many(self, documents: Iterable[Document], batch: int = 16) -> Iterator[list[Claim]]:
        """The claims of each document, in order, parsed in batches; memory does not grow with their number."""

        def prepared() -> Iterator[tuple[str, tuple[Document, Mended]]]:
            for document in documents:
                mended = mend(document.text[:LONGEST])
                yield mended.text, (document, mended)

        for doc, (document, mended) in pipeline().pipe(prepared(), as_tuples=True, batch_size=batch):
            yield self.choose(self.weigh(doc, mended, document))

    def weigh(self, doc: Any, mended: Mended, document: Document) -> list[Weighed]:
        """Every draft of a parsed document, with its marks."""
        scene = build(doc, mended, document, self.roster, self.leader)
        numbers = by_token(find(scene.tokens))
        return weighed(scene, merged(scene, drafts(scene, numbers), learned_drafts(scene, numbers, self.learned)))

    def choose(self, weighed: Sequence[Weighed]) -> list[Claim]:
        """The claims sure enough to be given, each once, and of two readings of one passage the first by the guide."""
        sure = []
        for one in weighed:
            learned = one.draft.rule.startswith("learned.")
            confidence = self.model.confidence(one.marks, learned=learned)
            enough = (
                confidence >= self.threshold
                if self.threshold is not None
                else self.model.keeps(one.claim.kind, confidence, learned=learned)
            )
            if enough:
                sure.append(_with(one.claim, confidence))
        return _once(sure)


def weighed(scene: Scene, made: Sequence[Draft]) -> list[Weighed]:
    """Drafts with the claims they make and their marks."""
    peers = peers_of(made)
    out = []
    for draft in made:
        claim = _claim(scene, draft)
        out.append(Weighed(draft, claim, frozenset(features(scene, draft, claim, peers))))
    return out


def _claim(scene: Scene, draft: Draft) -> Claim:
    head = scene.doc[draft.head]
    start, end = scene.span(draft.first, draft.last)
    who = speaker(scene, head) if draft.kind != "accusation" or draft.denied else "author"
    quote = scene.source.text[start:end]
    return Claim(draft.kind, start, end, quote, draft.own, who, modality(head, denied=draft.denied), 0.5, draft.rule)


def _with(claim: Claim, confidence: float) -> Claim:
    return Claim(
        claim.kind, claim.start, claim.end, claim.quote, claim.own, claim.speaker, claim.modality, confidence, claim.by
    )


def _key(claim: Claim) -> tuple[str, ...]:
    return (claim.kind, *(str(v) for f, v in claim.own.items() if f not in {"by", "deed", "what", "when", "among"}))


def _clash(one: Claim, other: Claim) -> bool:
    """Whether two claims can't both be made of overlapping words: the same one twice, or two readings of one fact."""
    if min(one.end, other.end) - max(one.start, other.start) <= 0:
        return False
    if _key(one) == _key(other):
        return True
    mine, theirs = list(one.own.values()), list(other.own.values())
    if one.kind == other.kind:
        if one.kind == "position":
            return mine[0] == theirs[0] and mine[2] == theirs[2]
        if one.kind in {"candidacy", "prediction"}:
            return mine[0] == theirs[0] and one.start == other.start
        return one.kind == "headcount" and mine[2] == theirs[2]
    about = {one.kind, other.kind}
    return (
        about in ({"candidacy", "prediction"}, {"candidacy", "event"}, {"prediction", "event"}) and mine[0] == theirs[0]
    )


def _once(claims: list[Claim]) -> list[Claim]:
    kept: list[Claim] = []
    near: dict[int, list[Claim]] = defaultdict(list)  # by stretches of the text: only what overlaps can clash
    for claim in sorted(claims, key=lambda c: (-c.confidence, PRECEDENCE.index(c.kind), c.start)):
        stretches = range(claim.start // _STRETCH, claim.end // _STRETCH + 1)
        if not any(_clash(claim, other) for k in stretches for other in near[k]):
            kept.append(claim)
            for k in stretches:
                near[k].append(claim)
    return sorted(kept, key=lambda c: (c.start, c.end, PRECEDENCE.index(c.kind)))
