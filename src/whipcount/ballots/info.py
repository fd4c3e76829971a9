"""What is in a ballot file, told before anything is counted."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whipcount.ballots import cvr, cvr_json, cvr_xml
from whipcount.ballots.codes import OVERVOTE_BASE, SKIPPED, Group
from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.faults import Faults
from whipcount.ballots.limits import Limits
from whipcount.ballots.marks import has_gap, repeats
from whipcount.ballots.profile import Profile
from whipcount.ballots.reading import format_of, make_options, read_source
from whipcount.ballots.source import Source, open_source
from whipcount.errors import Problem


@dataclass(frozen=True)
class BallotFileInfo:
    """What is in a ballot file. Numbers of votes are ballots times their weight.

    `distinct` is how many different ballots there are, `ranks` the longest ranking. `blank` ballots have no
    mark; `overvoted`, `gapped` and `repeated` ones have an overvote, a rank left out before a mark, a candidate twice;
    a ballot may be in several of these. `contests` are all in the file; where there are several and none was
    chosen, nothing else is told of the ballots. `problems` are what keeps the file from being counted; the
    rest then covers the ballots that can be read.
    """

    path: str
    format: str
    bytes: int
    packing: str
    sha256: str
    title: str = ""
    seats: int | None = None
    contests: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    write_ins: tuple[str, ...] = ()
    groups: Mapping[Group, Fraction] = field(default_factory=dict)
    votes: Fraction = Fraction(0)
    distinct: int = 0
    ranks: int = 0
    blank: Fraction = Fraction(0)
    overvoted: Fraction = Fraction(0)
    gapped: Fraction = Fraction(0)
    repeated: Fraction = Fraction(0)
    rejected: int = 0
    problems: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The same as plain data: votes as whole numbers, or as text such as "7/2"."""
        plain: dict[str, Any] = {}
        for name in (part.name for part in fields(self)):
            value = getattr(self, name)
            plain[name] = _number(value) if isinstance(value, Fraction) else value
        plain["groups"] = [
            {"section": group.section, "unit": group.unit, "votes": _number(votes)}
            for group, votes in self.groups.items()
        ]
        plain["problems"] = [str(problem) for problem in self.problems]
        return plain


def info(
    path: str | Path, format: str | None = None, *, contest: str | None = None, limits: Limits | None = None
) -> BallotFileInfo:
    """Say what is in a ballot file.

    Bad lines are told in `problems`; a file that is no ballot file at all raises BallotError.
    """
    path = Path(path)
    faults = Faults(str(path), patient=True)
    source = open_source(path, limits)
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(source.sha256)
        kind = format_of(source, format)
        options = make_options(source, faults, contest=contest)
        several = _contests(source, options, kind)
        facts: dict[str, Any] = {"contests": several}
        if not several:
            facts = _facts(*read_source(source, options, kind), faults)
        if faults.rejected and not facts.get("votes"):
            facts["problems"] = (_no_vote(str(path), kind, format), *facts["problems"])
        return BallotFileInfo(str(path), kind, len(source.raw), source.packing, digest.result(), **facts)


def _no_vote(path: str, kind: str, asked: str | None) -> Problem:
    taken = "" if asked else f" (its content looks most like {kind})"
    mend = "If it is a file of ballots, name its format with --format; else give the file of ballots."
    return Problem(path, 0, f"not one line can be read as a ballot{taken}", mend)


def _contests(source: Source, options: Options, kind: str) -> tuple[str, ...]:
    """The contests of a file with several of which none was chosen."""
    if kind not in ("cvr-json", "cvr-xml") or options.contest is not None:
        return ()
    tree = (cvr_json if kind == "cvr-json" else cvr_xml).tree(source, options)
    names = cvr.contest_names(tree, options)
    return names if len(names) > 1 else ()


def _facts(profile: Profile, draft: Draft, faults: Faults) -> dict[str, Any]:
    ranks = profile.ranks
    return {
        "title": draft.title,
        "seats": draft.seats,
        "contests": draft.contests,
        "candidates": profile.candidates,
        "withdrawn": draft.withdrawn,
        "write_ins": tuple(profile.candidates[i] for i in sorted(profile.write_ins)),
        "groups": profile.totals(),
        "votes": profile.total(),
        "distinct": len(np.unique(ranks, axis=0)) if len(profile.groups) > 1 else len(ranks),
        "ranks": int((ranks != SKIPPED).any(axis=0).sum()),
        "blank": _votes(profile, (ranks == SKIPPED).all(axis=1)),
        "overvoted": _votes(profile, np.logical_or.reduce(ranks <= OVERVOTE_BASE, axis=1)),
        "gapped": _votes(profile, has_gap(ranks)),
        "repeated": _votes(profile, repeats(ranks)),
        "rejected": faults.rejected,
        "problems": tuple(faults.problems()),
    }


def _votes(profile: Profile, rows: NDArray[np.bool_]) -> Fraction:
    return Fraction(int(profile.weight[rows].sum()), profile.scale)


def _number(votes: Fraction) -> int | str:
    return votes.numerator if votes.denominator == 1 else str(votes)
