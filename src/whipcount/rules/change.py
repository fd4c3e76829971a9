"""One change between two rulebooks: what it was, what it is, and for whom it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Topic = Literal[
    "who chooses",
    "removing the leader",
    "forcing a contest",
    "getting on the paper",
    "how it is counted",
    "who may vote",
    "other rules",
]
TOPICS: tuple[Topic, ...] = (
    "who chooses",
    "removing the leader",
    "forcing a contest",
    "getting on the paper",
    "how it is counted",
    "who may vote",
    "other rules",
)
"""What changes are about, the weightiest first."""


@dataclass(frozen=True)
class Change:
    """What was and what is. `was` (or `now`) is None where the first (second) side has no such rule.

    `weight` orders the changes of a topic, larger first; `minor` ones can be left out of a short account.
    """

    topic: Topic
    what: str
    was: str | None
    now: str | None
    matters_for: tuple[str, ...] = ()
    sources_was: tuple[str, ...] = ()
    sources_now: tuple[str, ...] = ()
    clauses: tuple[str, str] = ("", "")
    weight: int = 0
    minor: bool = False

    @property
    def kind(self) -> Literal["new", "gone", "changed"]:
        """Whether the rule is new, gone, or another than it was."""
        return "new" if self.was is None else "gone" if self.now is None else "changed"

    def to_json(self) -> dict[str, object]:
        """As plain data."""
        return {
            "topic": self.topic,
            "what": self.what,
            "kind": self.kind,
            "was": self.was,
            "now": self.now,
            "matters_for": list(self.matters_for),
            "sources_was": list(self.sources_was),
            "sources_now": list(self.sources_now),
            "clauses": list(self.clauses),
            "minor": self.minor,
        }
