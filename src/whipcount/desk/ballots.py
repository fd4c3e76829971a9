"""Counting ballots that were uploaded: what may be asked in the form, which field is at fault, and the job that counts.

What is cheap is checked at once; the ballots are opened in a process of their own (`tallying`), which is stopped when it takes
too long or nobody wants the count any more.
"""

from __future__ import annotations

import atexit
import hashlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from whipcount import __version__
from whipcount.desk.apart import Apart
from whipcount.desk.asked import Wrong
from whipcount.desk.rulebooks import known
from whipcount.errors import NotFound, UsageError, WhipcountError
from whipcount.rules.language import TieRule

if TYPE_CHECKING:
    from whipcount.count import Given, TiePlan
    from whipcount.desk.worker import Step
    from whipcount.rules import InForce
    from whipcount.store import Store, StoredCount

T = TypeVar("T")
_UNSAFE = re.compile(r"[^\w.() -]+")
LABELS = {
    "ballots": "Ballots", "example": "or an example", "rules": "Rulebook", "skip_bad": "Set aside ballots that cannot be read",
    "pairwise": "Every two candidates against each other", "margin": "How few papers could have changed the winner",
    "holds": "What each file holds", "section": "The whole file is this section", "opening": "How the contest opened",
    "ballot": "Count this ballot alone", "contest": "Which contest of a file with several", "format": "Format of the files",
    "tie": "How ties are broken", "seed": "Seed of a public lot", "lots": "Official draws", "order": "Fixed order",
    "withdraw": "Withdrawals", "entitled": "Electors of a body", "cast": "Papers cast in a body",
    "tallies": "Published votes of sections without ballots",
}  # fmt: skip
"""Field -> its label. Messages name fields by it."""
UPLOADS = ("ballots", "tallies", "lots", "order")
FIELDS = tuple(name for name in LABELS if name not in UPLOADS)
"""What is chosen or typed."""
RULES: tuple[TieRule, ...] = tuple(rule for rule in get_args(TieRule) if rule != "ask")
"""Ways to break ties; there is nobody to ask while a desk counts."""
NEEDS = {"order": "order", "lot": "lots", "seeded lot": "seed"}
"""A way to break ties -> the field that it needs."""
FILES, SMALL, SECONDS = 12, 1_000_000, 120.0
"""Ballot files of one count, bytes of a file of draws and the like, and time that a count may take, at the most."""
COUNTER = Apart("whipcount.desk.tallying")
atexit.register(COUNTER.close)
Sent = tuple[str, "Upload"]
"""A file of a count: its role (one of `UPLOADS`), and the file."""


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


def listed(text: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


# -- what is asked ------------------------------------------------------------------------------------------------------


def check(files: Sequence[Sent], typed: Mapping[str, str]) -> InForce:
    """Check what can be checked without opening the ballots. Raises `Wrong` with the field at fault."""
    ballots = [one for role, one in files if role == "ballots"]
    if not ballots:
        raise Wrong("ballots", "Choose a file of ballots, or the example.")
    if len(ballots) > FILES:
        raise Wrong("ballots", f"These are {len(ballots)} files; {FILES} are the most of one count.")
    for role, one in files:
        if not one.content:
            raise Wrong(role, f"{one.safe} is empty.")
        if role != "ballots" and len(one.content) > SMALL:
            raise Wrong(role, f"{one.safe} has {len(one.content) / 1e6:.1f} MB; {SMALL / 1e6:g} MB are the most.")
    if not typed.get("rules"):
        raise Wrong("rules", "Choose the rulebook to count under.")
    found = _or_wrong("rules", lambda: known(typed["rules"]))
    _check_names(found, typed)
    if (holds := listed(typed.get("holds", ""))) and len(holds) != len(ballots):
        raise Wrong(
            "holds", f"There are {len(ballots)} files and {len(holds)} names. Give one for each, in their order."
        )
    _check_ties({role for role, _ in files}, typed)
    _parsed(typed)
    return found


def _check_names(found: InForce, typed: Mapping[str, str]) -> None:
    from whipcount.ballots import FORMATS

    ballot, form = typed.get("ballot"), typed.get("format")
    if ballot and ballot not in {b.id for b in found.version.ballots}:
        raise Wrong("ballot", str(NotFound("ballot", ballot, (b.id for b in found.version.ballots))))
    if form and form not in FORMATS:
        raise Wrong("format", str(NotFound("ballot format", form, FORMATS)))
    if typed.get("opening"):
        _or_wrong("opening", lambda: found.version.path(typed["opening"]))


def _check_ties(there: set[str], typed: Mapping[str, str]) -> None:
    for rule in listed(typed.get("tie", "")):
        if rule not in RULES:
            raise Wrong("tie", str(NotFound("way to break a tie", rule, RULES)))
        field = NEEDS.get(rule)
        if field and not (typed.get(field) or field in there):
            raise Wrong(field, f"To break ties by ‘{rule}’, give this.")


def _parsed(typed: Mapping[str, str]) -> tuple[Any, Any, Any]:
    """Electors and papers by body, and withdrawals by ballot."""
    from whipcount.count.files import parse_numbers, parse_withdrawals

    entitled = _or_wrong("entitled", lambda: parse_numbers(listed(typed.get("entitled", "")), "electors"))
    cast = _or_wrong("cast", lambda: parse_numbers(listed(typed.get("cast", "")), "papers"))
    away = _or_wrong("withdraw", lambda: parse_withdrawals(listed(typed.get("withdraw", ""))))
    return entitled, cast, away


def given_of(typed: Mapping[str, str], files: Mapping[str, Sequence[Path]]) -> Given:
    """What a count is given beside the papers. Raises `Wrong`, and what the files' readers raise."""
    from whipcount.count import Given, TiePlan, read_tallies
    from whipcount.count.files import read_lots, read_order

    def read(role: str, reader: Callable[[Path], T]) -> T | None:
        there = files.get(role)
        return _or_wrong(role, lambda: reader(there[0])) if there else None

    order, lots = read("order", read_order) or (), read("lots", read_lots) or ()
    ties = ties_of(typed, TiePlan((), order, lots, typed.get("seed") or None, None))
    entitled, cast, away = _parsed(typed)
    tallies = read("tallies", read_tallies)
    return Given(entitled, cast, away, ties, tallies, typed.get("section") or None)


def ties_of(typed: Mapping[str, str], plan: TiePlan) -> TiePlan:
    """How ties are broken: the ways that were chosen in their order, then those that what was given implies."""
    from dataclasses import replace

    chosen = [rule for name in listed(typed.get("tie", "")) for rule in RULES if rule == name]
    implied: dict[TieRule, object] = {"order": plan.order, "lot": plan.lots, "seeded lot": plan.seed}
    return replace(plan, rules=tuple(dict.fromkeys((*chosen, *(rule for rule, given in implied.items() if given)))))


def _or_wrong(field: str, make: Callable[[], T]) -> T:
    try:
        return make()
    except Wrong:
        raise
    except WhipcountError as why:
        raise Wrong(field, str(why)) from None


@cache
def basis(ref: str) -> dict[str, str]:
    """What a count rests on beside its files and options: the rules to the letter, and who counts by them."""
    rules = known(ref).version.model_dump_json()
    return {"rules": hashlib.sha256(rules.encode()).hexdigest(), "whipcount": __version__}


def ask(store: Store, files: Sequence[Sent], typed: Mapping[str, str], who: str, mends: str | None) -> StoredCount:
    """Keep the files and queue the count. What is wrong at once is kept too, so that nothing need be uploaded again."""
    options = {name: value for name, value in typed.items() if value and name != "example"}
    sent: Any = [(role, one.safe, one.content) for role, one in files]
    try:
        found = check(files, typed)
    except Wrong as why:
        problem = (why.field, str(why))
        return store.add_count("", options, {}, sent, who, problem=problem, instead_of=mends)
    return store.add_count(found.ref, options, basis(typed["rules"]), sent, who, instead_of=mends)


def awaited(store: Store, key: str, seconds: float) -> StoredCount:
    """A count once it is made, has failed or was cancelled; as it stands after so many seconds."""
    until = time.monotonic() + seconds
    while (found := store.count(key)).state in ("queued", "running") and time.monotonic() < until:
        time.sleep(0.05)
    return found


# -- the job ------------------------------------------------------------------------------------------------------------


def make(store: Store, key: str, step: Step) -> None:
    """Count what is kept under a key, and keep the record, or what is wrong. Raises `Stopped` once nobody wants it."""
    from whipcount.desk.worker import Stopped

    one = store.count(key)
    if one.job is None or one.state == "done":
        return
    files = [(f.role, f.name, store.upload(f.hash)) for f in one.files if f.role in UPLOADS]
    going = _Going(step, len(files) + 1)
    kind, told = COUNTER.do("count", (files, dict(one.options)), SECONDS, wanted=going.wanted, heard=going.heard)
    if kind == "unwanted":
        raise Stopped
    field: str | None
    made: Any
    field, made = told if kind == "made" else _why(kind, told)
    if field is None:
        store.finish_count(key, one.job.id, **made)
    else:
        store.fail_count(key, one.job.id, field, made)


def _why(kind: str, told: Any) -> tuple[str, str]:
    if kind == "missing":
        return "", str(told)
    if kind == "stopped":
        return (
            "ballots",
            f"This could not be counted within {SECONDS:g} seconds. `whipcount count` takes as long as it needs.",
        )
    return "ballots", "These files cannot be counted. `whipcount ballots info` tells what is in them."


class _Going:
    """How far a count is, handed on every second; and whether anybody still wants it."""

    def __init__(self, step: Step, of: int) -> None:
        self.step, self.at, self.told = step, (0, of, ""), time.monotonic()

    def heard(self, done: int, of: int, note: str) -> None:
        """It is so far."""
        self.at = (done, of, note)

    def wanted(self) -> bool:
        """Whether it is to go on."""
        from whipcount.desk.worker import Stopped

        if time.monotonic() - self.told < 1.0:
            return True
        self.told = time.monotonic()
        try:
            self.step(*self.at)
        except Stopped:
            return False
        except (WhipcountError, UsageError):
            return True  # the store does not answer: that is no reason to stop
        return True
