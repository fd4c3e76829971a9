"""Counting uploaded ballots, in a process of its own: files and a form in, the record and what is shown of it out.

Run as a module, this is that process. What `whipcount count` would say of an option, is said of the field of the form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from whipcount.desk.apart import main, tell
from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import LABELS, Upload, given_of, listed, ties_of
from whipcount.desk.packing import packed
from whipcount.desk.rulebooks import known
from whipcount.desk.tools.asking import guarded
from whipcount.desk.tools.places import held
from whipcount.errors import InputError, MissingExtra, TieUnresolved, WhipcountError

if TYPE_CHECKING:
    from whipcount.ballots import Profile
    from whipcount.count import Given, Tally
    from whipcount.count.gather import Gathered
    from whipcount.rules import InForce

T = TypeVar("T")
LARGEST = 30_000_000
"""Characters of a record that is kept."""
LINES = 5
"""Problems of a file that stand beside its field."""
TIED = "Choose how it is broken: by an official draw, a public seed or a fixed order, or ask for every outcome."
HOLDS = f"Say so under ‘{LABELS['holds']}’, in the order of the files, separated by commas."
_OPTION = re.compile(r"--([a-z][a-z-]*)( [A-Z=:]{4,}\b)?")


def counted(files: Sequence[tuple[str, str, bytes]], typed: Mapping[str, str]) -> dict[str, Any]:
    """The count of files (role, name, content): winner, sentence, record, packed tally, and the rejected lines of each file.

    Raises `Wrong` with the field at fault.
    """
    with held([Upload(name, content) for _, name, content in files]) as paths:
        by_role: dict[str, list[Path]] = {}
        for (role, _, _), path in zip(files, paths, strict=True):
            by_role.setdefault(role, []).append(path)
        return _counted(by_role, typed)


def _counted(files: Mapping[str, list[Path]], typed: Mapping[str, str]) -> dict[str, Any]:
    found = blame("rules", lambda: known(typed["rules"]))
    extras = [name for name in ("pairwise", "margin") if typed.get(name)]
    steps = len(files["ballots"]) + 1 + len(extras)
    gathered = _gathered(files["ballots"], found, typed, steps)
    given = blame("", lambda: given_of(typed, files))
    tell(len(files["ballots"]), steps, "counting")
    tally = blame("section", lambda: _tally(gathered, found, typed, given))
    record = tally.to_json().decode()
    if extras:
        beside = {name: _extra(name, gathered, typed, given, steps - len(extras) + i) for i, name in enumerate(extras)}
        record = json.dumps({**tally.to_dict(), **beside}, ensure_ascii=False, indent=2) + "\n"
    text = packed(tally)
    if max(len(record), len(text)) > LARGEST:
        raise Wrong("ballots", "The record of this count is too long to be kept here. Count it with `whipcount count`.")
    rejected = [one for n in range(len(files["ballots"])) if (one := _rejected(n))]
    return {"winner": tally.winner, "says": tally.sentence(), "record": record, "tally": text, "rejected": rejected}


def _gathered(paths: Sequence[Path], found: InForce, typed: Mapping[str, str], steps: int) -> Gathered:
    from whipcount.ballots import read_ballots
    from whipcount.count.gather import gather

    profiles: dict[Path, Profile] = {}
    for n, path in enumerate(paths):
        tell(n, steps, f"reading {path.name}")
        aside = _aside(n) if typed.get("skip_bad") else None
        read = partial(read_ballots, path, typed.get("format") or None, skip_bad=aside, contest=typed.get("contest"))
        profiles[path] = blame("ballots", read)
    holds = listed(typed.get("holds", ""))
    names = [f"{hold}={path}" for hold, path in zip(holds, paths, strict=True)] if holds else [str(p) for p in paths]
    opening, ballot = typed.get("opening") or None, typed.get("ballot") or None
    return blame(
        "holds" if holds else "opening" if opening else "rules",
        lambda: gather(names, found.version, opening, ballot, profiles.__getitem__),
    )


def _aside(n: int) -> Path:
    """Where the lines of a file that cannot be read go; no upload has a name that begins so."""
    return Path(f".rejected-{n + 1}.csv")


def _rejected(n: int) -> tuple[str, bytes] | None:
    content = _aside(n).read_bytes() if _aside(n).exists() else b""
    return (f"rejected-{n + 1}.csv", content) if content.count(b"\n") > 1 else None


def _tally(gathered: Gathered, found: InForce, typed: Mapping[str, str], given: Given) -> Tally:
    from whipcount.count import count, count_path

    if gathered.ballot is None:
        assert not isinstance(gathered.papers, tuple)
        return count_path(gathered.papers, found.version, typed.get("opening") or None, given=given, rulebook=found.ref)
    assert not isinstance(gathered.papers, dict)
    away = {r: n for ballot in ("", gathered.ballot.id) for r, n in given.withdrawals.get(ballot, {}).items()}
    return count(
        gathered.papers, gathered.ballot, entitled=given.entitled, cast=given.cast, withdrawals=away, ties=given.ties,
        tallies=given.tallies, section=given.section, rulebook=found.ref,
    )  # fmt: skip


def _extra(name: str, gathered: Gathered, typed: Mapping[str, str], given: Given, step: int) -> dict[str, Any]:
    from whipcount.ballots import Profile
    from whipcount.count.margin import margin
    from whipcount.count.pairwise import pairwise

    ballot, papers = gathered.ballot, gathered.papers
    tell(step, step + 1, LABELS[name].casefold())
    if ballot is None or not isinstance(papers, Profile):
        raise Wrong(name, f"This looks at one ballot with one file. Choose it under ‘{LABELS['ballot']}’.")
    if name == "pairwise":
        return blame(name, lambda: pairwise(papers, ballot, given.section)).to_dict()
    return blame(name, lambda: margin(papers, ballot, given.section, ties_of(typed, given.ties))).to_dict()


def blame(field: str, make: Callable[[], T]) -> T:
    """What `make` makes. Raises `Wrong` where it cannot: with the field that the message is about, or else this one."""
    try:
        return make()
    except (Wrong, MissingExtra):
        raise
    except TieUnresolved as why:
        raise Wrong("tie", f"{str(why).partition(' Give ')[0]} {TIED}") from None
    except InputError as why:
        more = f"\n... and {len(why.problems) - LINES} more." if len(why.problems) > LINES else ""
        said = "\n".join(map(str, why.problems[:LINES])) + more
        raise Wrong(_about(said, field), _in_words(said)) from None
    except WhipcountError as why:
        raise Wrong(_about(str(why), field), _in_words(str(why))) from None


def _about(said: str, field: str) -> str:
    """The field that a message is about: of the option that it names, if it names one."""
    named = [m[1].replace("-", "_") for m in _OPTION.finditer(said)]
    else_ = "holds" if "=FILE" in said else field
    return next((name for name in named if name in LABELS and name != "skip_bad"), else_)


def _in_words(said: str) -> str:
    """A message without options of a command line: the fields in their place."""
    if "=FILE" in said:
        said = f"{said.replace('=FILE', '')} {HOLDS}"

    def label(found: re.Match[str]) -> str:
        return f"‘{LABELS.get(found[1].replace('-', '_'), found[1])}’"

    return _OPTION.sub(label, said)


def _warm() -> None:
    """Import what every count needs, so that the first one need not wait for it."""
    from importlib import import_module

    for name in ("ballots", "count.gather", "count.run", "count.files"):
        import_module(f"whipcount.{name}")


TASKS: dict[str, Callable[..., Any]] = {"count": guarded(counted)}

if __name__ == "__main__":
    _warm()
    main(TASKS)
