"""What the model sees of a draft: the rule that made it, its hints, and marks of the clause and the document."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence

from whipcount.read.claim import Claim
from whipcount.read.grammar import clause_of
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft
from whipcount.read.scene import Scene

_STEPS = (0.0, 0.08, 0.11, 0.15, 0.2, 0.28, 0.36, 0.45, 0.55, 0.65, 0.75, 0.85, 0.93)
"""Where the probability that the learned weights give is cut into marks."""


def features(scene: Scene, draft: Draft, claim: Claim, peers: Counter[tuple[str, str | None]]) -> Iterator[str]:
    """The names of the marks that a draft bears. `peers` counts how often the drafts of the document name each person."""
    head, learned = scene.doc[draft.head], draft.rule.startswith("learned.")
    yield "kind:" + draft.kind
    yield "rule:" + draft.rule
    yield f"{draft.kind}/plain:{draft.rule.endswith(tuple(words('plain_rules')))}"
    yield "family:" + ".".join(draft.rule.split(".")[:2])
    step = bisect(_STEPS, draft.score)
    yield f"score:{step}"
    yield f"{draft.kind}/score:{step}"
    yield f"{draft.kind}/{'learned' if learned else 'ruled'}/score:{step}"
    for least in range(1, step + 1):
        yield f"{'learned' if learned else 'ruled'}/over:{least}"
        yield f"{draft.kind}/over:{least}"
    yield f"{draft.rule}/score:{step // 2}"
    for hint in draft.hints:
        yield draft.kind + "/" + hint
        if not hint.startswith(("word:", "verb:", "thing:", "deed:")):
            yield draft.rule + "/" + hint
    yield f"{draft.kind}/sure:{round(draft.sure, 1)}"
    yield f"{draft.kind}/modality:{claim.modality}"
    yield f"{draft.kind}/quoted:{draft.head in scene.quoted}"
    yield f"{draft.kind}/reported:{claim.speaker != 'author'}"
    yield f"{draft.kind}/tag:{head.tag_}"
    yield f"{draft.kind}/dep:{head.dep_}"
    clause = clause_of(head)
    auxes = {c.lower_ for c in clause.children if c.dep_ == "aux"}
    yield f"{draft.kind}/aux:{','.join(sorted(auxes)) or 'none'}"
    yield f"{draft.kind}/question:{head.sent.text.rstrip().endswith('?')}"
    yield f"{draft.kind}/length:{min((draft.last - draft.first) // 6, 4)}"
    main = next(iter(draft.own.values()), None)
    yield f"{draft.kind}/mentions:{min(peers[draft.kind, main], 3)}"
    yield f"{draft.kind}/known:{_known(scene, draft)}"


def _known(scene: Scene, draft: Draft) -> str:
    """Whether the people in a draft are people: known by a full name (or on the roster), or only called something."""
    named = scene.cast.known
    fields = [
        v.removeprefix("camp:").removeprefix("against ").split(" + ")[0]
        for f, v in draft.own.items()
        if v and f in {"holder", "target", "person", "member", "of", "subject", "accused"}
    ]
    told = {named.get(v, "other") for v in fields}
    return ",".join(sorted({"full" if t == "listed" else t for t in told}))


def peers_of(drafts: Sequence[Draft]) -> Counter[tuple[str, str | None]]:
    """How often each kind of draft names each main person."""
    return Counter((d.kind, next(iter(d.own.values()), None)) for d in drafts)
