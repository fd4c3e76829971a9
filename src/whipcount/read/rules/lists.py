"""Stances in lists: a heading that says for or against whom, and the names after its colon or on the lines below."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.lexicon import lexicon, words
from whipcount.read.rules.draft import Draft
from whipcount.read.rules.wishes import Wishes
from whipcount.read.scene import Ref

_LONGEST = 14
"""Tokens of the longest heading."""


class Lists(Wishes):
    """Finds the holders whom lists name."""

    def listed(self) -> Iterator[Draft]:
        """ "MPs backing X: A, B and C"; "Refusing to endorse X:" over a list; "Camp X" over a list."""
        lines = self._lines()
        for k, (first, last) in enumerate(lines):
            colon = next((i for i in range(first, last + 1) if self.scene.doc[i].text == ":"), None)
            after = (
                (colon + 1, last) if colon is not None and colon < last and self._only_names(colon + 1, last) else None
            )
            below: list[tuple[int, int]] = []
            if after is None:
                # A line of a list heads none: what follows is looked at once, from its heading.
                heads = last - first <= _LONGEST and not self._only_names(first, last)
                below = list(self._run_of_names(lines, k + 1)) if heads else []
                if not below:
                    continue
            if after is not None and colon is not None and colon - first > _LONGEST:
                continue
            found = self._stance_of_words(first, (colon or last) if after else last)
            if found is not None:
                for span in [after] if after else below:
                    yield from self._those_in(span, *found)

    def _lines(self) -> list[tuple[int, int]]:
        """First and last token of each line that is not empty."""
        out: list[tuple[int, int]] = []
        first = 0
        doc = self.scene.doc
        for i, token in enumerate(doc):
            if token.is_space and "\n" in token.text:
                if i > first:
                    out.append((first, i - 1))
                first = i + 1
        if first < len(doc):
            out.append((first, len(doc) - 1))
        return out

    def _only_names(self, first: int, last: int) -> bool:
        """Whether a stretch of text names people and says nothing else."""
        doc, at = self.scene.doc, self.scene.cast.at
        told = [t for t in doc[first : last + 1] if t.is_alpha and t.i not in at]
        named = any(i in at for i in range(first, last + 1))
        return named and all(t.lower_ in words("titles") | words("roles") | {"and", "the", "former"} for t in told)

    def _run_of_names(self, lines: list[tuple[int, int]], begin: int) -> Iterator[tuple[int, int]]:
        for k in range(begin, len(lines)):
            first, last = lines[k]
            if not self._only_names(first, last) or last - first > _LONGEST:
                return
            yield first, last

    def _stance_of_words(self, first: int, last: int) -> tuple[str, list[Ref]] | None:
        """The stance that a heading states, and towards whom; "camp X" is for X."""
        doc = self.scene.doc
        span = doc[first : last + 1]
        named = [t for t in span if t.i in self.scene.cast.at or t.lower_ in {"him", "her"} or t.lemma_ == "leader"]
        if not named:
            return None
        refs = self.scene.refs(named[0])[:1]
        whom = [
            Ref(r.name.removeprefix("camp:"), "person", r.sure) for r in refs if r.kind == "person" or ":" in r.name
        ]
        here = [t for t in span if t.i not in self.scene.cast.at]
        for stance in ("opposes", "supports"):
            frame = lexicon()["position"][stance]
            told = any(t.lemma_.lower() in frame["object"] | frame["nouns"] for t in here)
            told = told or any(
                t.lower_ in ({"for", "with", "behind", "by"} if stance == "supports" else {"against"}) for t in here
            )
            told = told or (stance == "supports" and any(t.lower_ in {"camp", "team"} for t in here))
            refusing = any(t.lemma_.lower() in {"refuse", "decline", "not"} for t in here)
            if whom and told:
                return ("opposes" if stance == "supports" else "supports") if refusing else stance, whom
        return None

    def _those_in(self, span: tuple[int, int], stance: str, targets: list[Ref]) -> Iterator[Draft]:
        at = self.scene.cast.at
        for i in range(span[0], span[1] + 1):
            if i not in at or at.get(i + 1) is at[i]:
                continue
            first = i
            while at.get(first - 1) is at[i]:
                first -= 1
            for ref in targets:
                if ref.name != at[i].name:
                    own = {"holder": at[i].name, "stance": stance, "target": ref.name}
                    yield Draft("position", f"position.{stance}.listed", i, first, i, own, hints=("listed",))
