"""The rules: a scene in; draft claims of the seven kinds out, more than are right, for the model to weigh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from whipcount.read.amounts import Quantity
from whipcount.read.rules.accusation import accusations
from whipcount.read.rules.candidacy import candidacies
from whipcount.read.rules.company import company
from whipcount.read.rules.draft import Draft, by_token
from whipcount.read.rules.ellipsis import ellipses
from whipcount.read.rules.entries import entries
from whipcount.read.rules.event import events
from whipcount.read.rules.explained import explained
from whipcount.read.rules.forecasts import forecasts
from whipcount.read.rules.headcount import headcounts
from whipcount.read.rules.membership import memberships
from whipcount.read.rules.position import positions
from whipcount.read.rules.prediction import predictions
from whipcount.read.scene import Scene

__all__ = ["Draft", "by_token", "drafts"]


def drafts(scene: Scene, numbers: Mapping[int, Quantity]) -> list[Draft]:
    """Every draft that the rules make of a scene with its numbers by token, in the order of the text."""

    def made() -> Iterator[Draft]:
        yield from positions(scene, numbers)
        yield from candidacies(scene)
        yield from entries(scene)
        yield from memberships(scene)
        yield from headcounts(scene, numbers)
        yield from predictions(scene)
        yield from forecasts(scene)
        yield from accusations(scene)
        yield from events(scene)

    first = sorted(made(), key=_order)
    first = sorted([*first, *ellipses(scene, first, numbers)], key=_order)
    named, gone = explained(scene, first, numbers)
    beside = company(scene, first, numbers)
    return sorted([*(d for d in first if id(d) not in gone), *named, *beside], key=_order)


def _order(draft: Draft) -> tuple[int, int, str, str]:
    return draft.first, draft.last, draft.kind, draft.rule
