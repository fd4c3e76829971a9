"""Ballot files: what is in one, another format, and a record beside its recount."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import Upload
from whipcount.desk.rulebooks import known
from whipcount.desk.tools.answers import BallotsSeen, Recounted
from whipcount.desk.tools.places import blame, held, zipped
from whipcount.errors import UsageError

if TYPE_CHECKING:
    from whipcount.ballots import Profile
    from whipcount.rules import InForce

_NAME = re.compile(r"[\w-]{1,60}")


def seen(file: Upload, form: str | None, contest: str | None) -> BallotsSeen:
    """What is in a file of ballots, and which formats could hold it."""
    from whipcount.ballots import info

    with held([file]) as (path,):
        found = blame("ballots", lambda: info(path, form, contest=contest))
        formats = {} if found.problems or not found.votes else _formats(path, form, contest)
    return BallotsSeen(found, formats)


def _formats(path: Path, form: str | None, contest: str | None) -> Mapping[str, str]:
    """Format -> why it cannot hold these ballots, "" where it can."""
    from whipcount.ballots import WRITABLE, read_ballots, write_ballots

    profile = blame("ballots", lambda: read_ballots(path, form, contest=contest))
    told = {}
    for name in WRITABLE:
        try:
            write_ballots(profile, "tried", name)
            told[name] = ""
        except UsageError as why:
            told[name] = str(why)
    return told


def converted(file: Upload, form: str | None, to: str, contest: str | None, skip: bool) -> tuple[str, bytes]:
    """The ballots in another format: the name of the file, and its bytes. What the format cannot hold is refused.

    With `skip`, ballots that cannot be read are set aside, and where there are any the file is a ZIP with both.
    """
    from whipcount.ballots import read_ballots, write_ballots
    from whipcount.ballots.writing import preflib_type

    with held([file]) as (path,):
        aside, made = Path("made") / "aside", Path("made") / "file"
        made.parent.mkdir()
        profile = blame("ballots", lambda: read_ballots(path, form, skip_bad=aside if skip else None, contest=contest))
        blame("to", lambda: write_ballots(profile, made, to))
        stem = path.name.partition(".")[0] or "ballots"
        name = f"{stem}.{preflib_type(profile) if to == 'preflib' else to}"
        if not aside.exists() or not profile.rejected:
            return name, made.read_bytes()
        return f"{stem}.zip", zipped(stem, {name: made.read_bytes(), "set-aside.csv": aside.read_bytes()})


def recounted(
    record: Upload, ballots: Sequence[Upload], names: Sequence[str], ref: str | None, own: Upload | None,
    form: str | None, contest: str | None, skip: bool,
) -> Recounted:  # fmt: skip
    """A record counted again from its ballots.

    names    for each file the section or ballot that it holds, as NAME=FILE on the command line; none where that is plain
    ref, own a rulebook that ships, or a rulebook file, in place of the one that the record names
    skip     ballots that cannot be read are set aside, as they were for the record
    """
    from whipcount.count.record import read_record

    files = [*ballots, *([own] if own else [])]
    with held(files) as paths:
        data = blame("record", lambda: read_record(record.content, record.safe))
        rules = paths.pop() if own else None
        found = _rules(data, ref, rules)
        named = _named(paths, names)
        return blame("ballots", lambda: _recounted(data, found, named, (form, contest, skip), rules))


def _rules(data: Mapping[str, Any], ref: str | None, own: Path | None) -> InForce:
    from whipcount.rules import find

    told = str(data.get("rulebook", ""))
    if own is not None:
        # The version of the day that the record names, of the file that was sent; never a path that stands in the record.
        day = told.rpartition("@")[2] if re.fullmatch(r".*@\d{4}-\d\d-\d\d", told) else ""
        Path("rulebook").mkdir()
        kept = own.rename(Path("rulebook") / "own.yaml")
        return blame("own", lambda: find(f"{kept}@{day}" if day else str(kept)))
    if ref:
        return blame("rules", lambda: known(ref))
    try:
        return known(told)
    except UsageError:
        raise Wrong(
            "rules", f"The record names the rulebook '{told[:80]}', which does not ship. Choose one, or send its file."
        ) from None


def _named(paths: Sequence[Path], names: Sequence[str]) -> list[str]:
    if not names:
        return [str(path) for path in paths]
    if len(names) != len(paths):
        raise Wrong("names", f"There are {len(paths)} files and {len(names)} names. Name each file, in their order.")
    for name in names:
        if not _NAME.fullmatch(name):
            raise Wrong("names", f"'{name[:60]}' is no id of a section or ballot, such as mps or members-ballot.")
    return [f"{name}={path}" for name, path in zip(names, paths, strict=True)]


def _recounted(
    data: Mapping[str, Any], found: InForce, named: Sequence[str], as_sent: tuple[str | None, str | None, bool], own: Path | None
) -> Recounted:  # fmt: skip
    from whipcount.ballots import read_ballots
    from whipcount.count import verify
    from whipcount.count.gather import gather

    form, contest, skip = as_sent

    def read(path: Path) -> Profile:
        return read_ballots(path, form, skip_bad="set-aside" if skip else None, contest=contest)

    known_ = data.get("options")
    options = known_ if isinstance(known_, dict) else {}
    gathered = gather(named, found.version, options.get("opening"), options.get("ballot"), read)
    ref = f"rulebook/own.yaml@{found.when}" if own and found.when else "rulebook/own.yaml" if own else found.ref
    differences = verify(data, gathered.papers, ref)
    outcome = data.get("winner") or data.get("status")
    return Recounted(tuple(differences), found.ref, str(outcome or "no outcome"), len(data["rounds"]))
