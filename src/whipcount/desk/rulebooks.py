"""Rulebooks by reference, of those that ship only: an address from outside never opens a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from whipcount.errors import NotFound
from whipcount.rules import InForce, Version, find, load, names


@dataclass(frozen=True)
class Listed:
    """One version of a rulebook as it is listed."""

    id: str
    name: str
    ref: str
    label: str
    since: str
    until: str
    governed: tuple[str, ...]
    counts: bool

    def row(self) -> dict[str, Any]:
        """As data, with the names that `whipcount rules list` uses."""
        return {
            "id": self.id, "from": self.since, "until": self.until, "label": self.label, "governed": "; ".join(self.governed),
            "name": self.name, "ref": self.ref,
        }  # fmt: skip


def known(ref: str) -> InForce:
    """What `ID` or `ID@DATE` stands for. Raises `NotFound`, and `UsageError` for a date that is none."""
    name = ref.rpartition("@")[0] if "@" in ref else ref
    if name not in names():
        raise NotFound("rulebook", name, names())
    return find(ref)


def ref_of(name: str, version: Version) -> str:
    """How to ask for a version."""
    return f"{name}@{version.since}" if version.since else name


@cache
def listed() -> tuple[Listed, ...]:
    """Every version of every rulebook that ships."""
    return tuple(
        Listed(
            name, load(name).name, ref_of(name, v), v.label, str(v.since or ""), str(load(name).until(v) or ""),
            tuple(v.governed), any(v.path(o.id) for o in v.openings) or bool(v.ballots),
        )
        for name in names()
        for v in load(name).versions
    )  # fmt: skip
