"""The drafts made so far, to be asked for near a word: what is looked at does not grow with the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from whipcount.read.rules.draft import Draft
from whipcount.read.scene import Scene

__all__ = ["Made"]

_STRETCH = 80


class Made:
    """The positions and headcounts of a scene by sentence and stretch of words."""

    def __init__(self, scene: Scene, made: Sequence[Draft]) -> None:
        self.starts = [s.start for s in scene.doc.sents for _ in range(len(s))]
        self._near: dict[tuple[int, int], list[Draft]] = defaultdict(list)
        self.drafts = [d for d in made if d.kind in {"position", "headcount"}]
        for draft in self.drafts:
            self._near[self.starts[draft.head], draft.head // _STRETCH].append(draft)

    def around(self, i: int) -> list[Draft]:
        """Those of the sentence of a token, near it, in the order of the text."""
        return list(self._of(self.starts[i], i))

    def before(self, i: int) -> list[Draft]:
        """Those of the sentence before that of a token, near it, in the order of the text."""
        first = self.starts[i]
        return list(self._of(self.starts[first - 1], i)) if first else []

    def _of(self, start: int, i: int) -> Iterator[Draft]:
        for k in range(i // _STRETCH - 2, i // _STRETCH + 2):
            yield from self._near.get((start, k), ())
