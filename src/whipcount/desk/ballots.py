"""Counting ballots that were uploaded: files in memory and a form in, a tally out, and which field is at fault where there is none.

Files are written into a folder of their own for as long as they are read; messages name them as they were called.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from whipcount.desk.asked import Wrong
from whipcount.desk.rulebooks import known
from whipcount.errors import InputError, NotFound, TieUnresolved, UsageError, WhipcountError

if TYPE_CHECKING:
    from whipcount.ballots import Profile
    from whipcount.count import Tally
    from whipcount.count.gather import Gathered
    from whipcount.rules import Version

T = TypeVar("T")
_UNSAFE = re.compile(r"[^\w.() -]+")
FIELDS = ("rules", "opening", "ballot", "section", "contest", "seed", "withdraw", "entitled", "example")


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes

    @property
    def safe(self) -> str:
        """Its name with nothing in it that means something to a file system."""
        return _UNSAFE.sub("_", Path(self.name.replace("\\", "/")).name).strip(". ")[:120] or "ballots"


def examples() -> tuple[str, ...]:
    """The names of the files of ballots that ship."""
    return tuple(sorted(p.name for p in _shelf().iterdir() if p.suffix in {".soi", ".soc", ".blt", ".csv"}))


def example(name: str) -> Upload:
    """Ballots that ship. Raises `Wrong`."""
    if name not in examples():
        raise Wrong("example", str(NotFound("example", name, examples())))
    return Upload(name, (_shelf() / name).read_bytes())


def _shelf() -> Path:
    from importlib.resources import files

    return Path(str(files("whipcount.library") / "ballots"))


def tallied(ballots: Sequence[Upload], tallies: Upload | None, typed: Mapping[str, str]) -> Tally:
    """The count. Raises `Wrong` with the field at fault."""
    if not ballots:
        raise Wrong("ballots", "Choose a file of ballots, or the example.")
    if not typed.get("rules"):
        raise Wrong("rules", "Choose the rulebook to count under.")
    with tempfile.TemporaryDirectory(prefix="whipcount-count-") as folder:
        try:
            return _tallied(Path(folder), ballots, tallies, typed)
        except Wrong as why:
            raise Wrong(why.field, re.sub(rf"{re.escape(folder)}/(\d+/)?", "", str(why))) from None


def _tallied(folder: Path, ballots: Sequence[Upload], tallies: Upload | None, typed: Mapping[str, str]) -> Tally:
    found = _or_wrong("rules", lambda: known(typed["rules"]))
    gathered = _gathered(_written(folder, ballots), found.version, typed)
    given = _given(folder, tallies, typed)

    def run() -> Tally:
        from whipcount.count import count, count_path

        if gathered.ballot is None:
            assert not isinstance(gathered.papers, tuple)
            return count_path(
                gathered.papers, found.version, typed.get("opening") or None, given=given, rulebook=found.ref
            )
        assert not isinstance(gathered.papers, dict)
        away = {r: n for ballot in ("", gathered.ballot.id) for r, n in given.withdrawals.get(ballot, {}).items()}
        return count(
            gathered.papers, gathered.ballot, entitled=given.entitled, cast=given.cast, withdrawals=away, ties=given.ties,
            tallies=given.tallies, section=given.section, rulebook=found.ref,
        )  # fmt: skip

    return _or_wrong("section", run)


def _written(folder: Path, ballots: Sequence[Upload]) -> list[Path]:
    paths = []
    for i, one in enumerate(ballots):
        place = folder / str(i)
        place.mkdir()
        paths.append(place / one.safe)
        paths[-1].write_bytes(one.content)
    return paths


def _gathered(paths: Sequence[Path], version: Version, typed: Mapping[str, str]) -> Gathered:
    from whipcount.ballots import read_ballots
    from whipcount.count.gather import gather

    profiles: dict[Path, Profile] = {}
    for path in paths:
        profiles[path] = _or_wrong("ballots", partial(read_ballots, path, contest=typed.get("contest") or None))
    opening, ballot = typed.get("opening") or None, typed.get("ballot") or None
    if ballot and ballot not in {b.id for b in version.ballots}:
        raise Wrong("ballot", str(NotFound("ballot", ballot, (b.id for b in version.ballots))))
    names = [str(p) for p in paths]
    return _or_wrong(
        "opening" if opening else "rules", lambda: gather(names, version, opening, ballot, profiles.__getitem__)
    )


def _given(folder: Path, tallies: Upload | None, typed: Mapping[str, str]) -> Any:
    from whipcount.count import Given, TiePlan, read_tallies
    from whipcount.count.files import parse_numbers, parse_withdrawals

    seed = typed.get("seed") or None
    ties = TiePlan(("seeded lot",) if seed else (), (), (), seed, None)
    published = None
    if tallies is not None:
        path = folder / "tallies.yaml"
        path.write_bytes(tallies.content)
        published = _or_wrong("tallies", lambda: read_tallies(path))
    entitled = _or_wrong("entitled", lambda: parse_numbers(_listed(typed.get("entitled", "")), "electors"))
    away = _or_wrong("withdraw", lambda: parse_withdrawals(_listed(typed.get("withdraw", ""))))
    return Given(entitled, {}, away, ties, published, typed.get("section") or None)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _or_wrong(field: str, make: Callable[[], T]) -> T:
    """What `make` makes. Raises `Wrong` with the field where it cannot."""
    try:
        return make()
    except TieUnresolved as why:
        raise Wrong("seed", f"{why} Give the seed of a public lot.") from None
    except InputError as why:
        more = f" ... and {len(why.problems) - 5} more." if len(why.problems) > 5 else ""
        raise Wrong(field, " ".join(map(str, why.problems[:5])) + more) from None
    except UsageError as why:
        raise Wrong(field, str(why)) from None
    except WhipcountError as why:
        raise Wrong("", str(why)) from None
