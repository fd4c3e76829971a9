"""A grid of what-ifs: every combination of several values of several switches, on the same random numbers.

In: a contest cut to a date, axes ("rules" with three rulebooks, "drop" with two candidates) and what holds throughout. Out: a
`Grid`: for each combination what changes from the contest as it is. The combinations can be spread over processes or a cluster
(`whipcount.spread`); their draws come back, so that the error of each difference is known as for a single what-if.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from typing import Any

from whipcount.contest import Contest
from whipcount.errors import UsageError
from whipcount.forecast.as_written import SWITCHES, written
from whipcount.forecast.outlook import DRAWS, outlook
from whipcount.forecast.suppose import Suppose
from whipcount.forecast.whatif import Change, Happenings, changes, happenings, under
from whipcount.spread import Engine, spread

AS_IT_IS = "-"
"""The value that supposes nothing."""
AS_READ = "as it is"
MOST = 10_000
"""Combinations at the most."""
EVENTS, NEGLIGIBLE = 4, 0.005
"""So many events of a question are shown, and none that is never as likely."""


@dataclass(frozen=True)
class Axis:
    """One switch and the values it takes, one after another."""

    switch: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """One combination: the value on each axis, and what it changes."""

    values: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Grid:
    """All combinations of the axes, the last axis moving fastest."""

    contest: str
    as_of: date
    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """A name for each axis: its switch, numbered where there are several of one."""
        names = [axis.switch for axis in self.axes]
        return tuple(n if names[:i].count(n) == 0 else f"{n} {names[:i].count(n) + 1}" for i, n in enumerate(names))

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that are open in some combination."""
        return tuple(dict.fromkeys(c.question for cell in self.cells for c in cell.changes))

    def changes_of(self, cell: Cell, question: str) -> dict[str, Change]:
        """Event -> its change in one combination."""
        return {c.event: c for c in cell.changes if c.question == question}

    def events(self, question: str, most: int = EVENTS) -> tuple[str, ...]:
        """What can happen on a question, the likeliest in any combination first; at most so many, and none below 1 in 200."""
        peak: dict[str, float] = {}
        for cell in self.cells:
            for event, c in self.changes_of(cell, question).items():
                peak[event] = max(peak.get(event, 0.0), c.before, c.after)
        ranked = sorted((e for e, p in peak.items() if p >= NEGLIGIBLE), key=lambda e: -peak[e])
        return tuple(ranked[:most])

    def before(self, question: str) -> dict[str, float]:
        """Event -> its chance in the contest as it is."""
        found = [c for cell in self.cells for c in cell.changes if c.question == question]
        return {c.event: c.before for c in reversed(found)}

    def place(self, cell: Cell) -> tuple[str, str]:
        """Where a combination stands in a picture: its values on all axes but the last, and on the last where there are several."""
        names = [AS_READ if v == AS_IT_IS else v for v in cell.values]
        return (names[0], "") if len(names) == 1 else (", ".join(names[:-1]), names[-1])

    def chart(self, question: str | None = None) -> Any:
        """A heat map of the likeliest events of a question, as an Altair chart. Raises `MissingExtra` without Altair."""
        from whipcount.forecast.whatif_chart import grid_chart

        return grid_chart(self, question)

    def table(self) -> list[dict[str, object]]:
        """One row for each combination and event."""
        return [
            dict(zip(self.columns, cell.values, strict=True)) | change.row() for cell in self.cells for change in cell.changes
        ]  # fmt: skip

    def to_json(self) -> dict[str, object]:
        """The contest, its date, the axes, and the changes of each combination."""
        cells = [
            {"suppose": dict(zip(self.columns, c.values, strict=True)), "changes": [change.row() for change in c.changes]}
            for c in self.cells
        ]  # fmt: skip
        return {
            "contest": self.contest,
            "as_of": self.as_of.isoformat(),
            "axes": {name: list(axis.values) for name, axis in zip(self.columns, self.axes, strict=True)},
            "cells": cells,
        }


@dataclass(frozen=True)
class Task:
    """One combination to be run, with everything that it depends on."""

    contest: Contest
    suppose: Suppose
    seed: int
    draws: int
    label: str

    def __str__(self) -> str:
        return self.label


def parse_axis(text: str) -> Axis:
    """`rules=ID@DATE | ID@DATE`: values are parted by `|`, and `-` is the contest as it is. Raises `UsageError`."""
    switch, _, rest = text.partition("=")
    switch, values = switch.strip().removeprefix("--"), tuple(v.strip() for v in rest.split("|"))
    if switch not in SWITCHES:
        raise UsageError(
            f"'{text}' is no axis of a grid. Write SWITCH='VALUE | VALUE', with one of: {', '.join(SWITCHES)}."
        )
    if not all(values):
        raise UsageError(f"'{text}' has an empty value. Write {AS_IT_IS} for the contest as it is.")
    if len(set(values)) < len(values):
        raise UsageError(f"'{text}' names a value twice.")
    return Axis(switch, values)


def what_if_grid(
    contest: Contest, axes: Sequence[Axis], throughout: Mapping[str, Sequence[str]] | None = None, *,
    seed: int = 1, draws: int = DRAWS, engine: Engine = "here", scheduler: str | None = None,
) -> Grid:  # fmt: skip
    """What changes in a contest (cut to a date) under every combination of the axes.

    throughout  switch -> texts that hold in every combination; the contest as it is, without them, is what all are compared with

    Raises `UsageError` for a combination that contradicts itself (the message has it), or more of them than `MOST`.
    """
    if not axes:
        raise UsageError("The grid has no axis. Write --grid SWITCH='VALUE | VALUE'.")
    many = prod(len(axis.values) for axis in axes)
    if many > MOST:
        raise UsageError(f"The grid has {many:,} combinations, more than {MOST:,}. Take fewer values.")
    chosen = list(product(*(axis.values for axis in axes)))
    tasks = [_task(contest, axes, values, throughout or {}, seed, draws) for values in chosen]
    before = outlook(contest, seed=seed, draws=draws)
    old = happenings(before)
    runs = spread(happens, tasks, what="running what-ifs", engine=engine, scheduler=scheduler)
    cells = tuple(Cell(values, tuple(changes(old, new))) for values, new in zip(chosen, runs, strict=True))
    return Grid(contest.id, before.as_of, tuple(axes), cells)


def _task(
    contest: Contest, axes: Sequence[Axis], values: Sequence[str], throughout: Mapping[str, Sequence[str]], seed: int, draws: int
) -> Task:  # fmt: skip
    texts = {switch: list(given) for switch, given in throughout.items()}
    pairs = [(axis.switch, value) for axis, value in zip(axes, values, strict=True) if value != AS_IT_IS]
    for switch, value in pairs:
        texts.setdefault(switch, []).append(value)
    label = ", ".join(f"{switch}={value}" for switch, value in pairs) or "the contest as it is"
    try:
        suppose = written(texts)
    except UsageError as why:
        raise UsageError(f"{label}: {why}") from None
    return Task(contest, suppose, seed, draws, label)


def happens(task: Task) -> Happenings:
    """What happens in one combination, and in which draws."""
    return happenings(under(task.contest, task.suppose, seed=task.seed, draws=task.draws))
