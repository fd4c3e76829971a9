"""Ballot files as they are named on a command line, for a rulebook's ballots.

In: `FILE`, `SECTION=FILE` or `BALLOT=FILE`, and the ballots that follow an opening. Out: what `count` or `count_path` takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from whipcount.ballots import Profile
from whipcount.errors import NotFound, UsageError
from whipcount.rules import Ballot, Version

Reader = Callable[[Path], Profile]


@dataclass(frozen=True)
class Gathered:
    """What to count: one ballot with its papers, or a path (`ballot` is None) with papers for all or by ballot id."""

    ballot: Ballot | None
    papers: Profile | tuple[Profile, ...] | dict[str, tuple[Profile, ...]]


def gather(named: Sequence[str], version: Version, opening: str | None, ballot: str | None, read: Reader) -> Gathered:
    """Read the files and put each where it belongs.

    Raises `NotFound` for an unknown opening or ballot, `UsageError` where files of both kinds are mixed.
    """
    path = version.path(opening)
    if ballot is not None:
        chosen = [b for b in version.ballots if b.id == ballot]
        if not chosen:
            raise NotFound("ballot", ballot, (b.id for b in version.ballots))
        path = tuple(chosen)
    if not path:
        raise UsageError("No ballot follows this opening. Give another --opening, or --ballot ID.")
    pairs = [_split(text) for text in named]
    keys = {key for key, _ in pairs}
    ids = {b.id for b in path}
    if len(path) > 1 and keys <= ids:
        return Gathered(None, {b: tuple(read(f) for k, f in pairs if k == b) for b in sorted(keys)})
    only = path[0] if len(path) == 1 else None
    if keys == {""}:
        return _plain(only, [read(f) for _, f in pairs])
    bodies = {body for b in path for body in b.bodies}
    if "" in keys or not keys <= bodies:
        known = ", ".join(sorted(bodies | (ids if len(path) > 1 else set())))
        raise UsageError(f"Name every file, NAME=FILE, with one of: {known}.")
    return Gathered(only, _combined([(key, read(f)) for key, f in pairs]))


def _split(text: str) -> tuple[str, Path]:
    """NAME=FILE, unless there is a file of that very name."""
    name, equals, file = text.partition("=")
    if not equals or Path(text).exists() or "/" in name:
        return "", Path(text)
    return name.strip(), Path(file)


def _plain(only: Ballot | None, files: list[Profile]) -> Gathered:
    if len(files) == 1:
        return Gathered(only, files[0])
    if only is None:
        raise UsageError(
            "Several ballots follow this opening: give each file as BALLOT=FILE, or choose one with --ballot."
        )
    if only.paper == "single":
        return Gathered(only, tuple(files))
    if any(group.section for profile in files for group in profile.groups):
        return Gathered(only, Profile.combine(*files))
    if len(only.bodies) > 1:
        listed = " ".join(f"{b}=FILE" for b in only.bodies)
        raise UsageError(f"Which section does each file hold? Give them as {listed}.")
    return Gathered(only, Profile.combine(*files))


def _combined(sections: list[tuple[str, Profile]]) -> Profile:
    return Profile.combine(*(profile.with_section(name) for name, profile in sections))
