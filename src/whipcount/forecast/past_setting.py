"""What a past contest was held under: its rulebook, the sections that voted, and the question, as `contest.yaml` has them.

In: the mapping of a past contest's YAML, and the contest read from it. Out: an `Identity`. The rulebook is the one that shipped results
(`library/past`, `library/contests`) name for a contest of the same id, or decided on the same day between the same people;
where there is none, a plain rulebook of one body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from whipcount.contest import Identity, Question, SectionInfo
from whipcount.errors import ContestError
from whipcount.forecast.past import PastContest, body_of
from whipcount.forecast.past_folder import NOT_GIVEN
from whipcount.plaintext import read_yaml
from whipcount.rules import Ballot, Confidence, InForce, find

PARLIAMENT = "parliament"
"""The section of parliamentarians, where the rulebook gives them no vote of their own."""
_EXHAUSTIVE = re.compile(r"exhaust|successive|rounds|bottom|secret", re.I)
_CONFIDENCE = re.compile(r"confidence in (?P<leader>.+)", re.I)


@dataclass(frozen=True)
class Setting:
    """The identity of a contest, and the sections on which polls of electors and counts of parliamentarians bear."""

    identity: Identity
    polled: str
    parliament: str


def setting(contest: PastContest, data: Mapping[str, Any], slug: str, first: date) -> Setting:
    """The setting of a past contest. `first`: the first day on which anything was known."""
    ref, opening = _under(contest)
    rules = find(ref)
    party, office, country = (str(data.get(k) or "").strip() for k in ("party", "office", "country"))
    title = f"{party} {office}".strip() or contest.id
    leader = _leader(contest.names)
    vote = _vote(rules, opening) if leader else None
    sections = _sections(rules, opening) if vote is None else _chamber(rules, vote.body)
    bodies = {n: body_of(f"{n} {s.name}") for n, s in sections.items()}
    parliament = next((n for n, body in bodies.items() if body == "parliament" or vote), PARLIAMENT)
    if parliament not in sections:
        sections[parliament] = SectionInfo(name="parliamentarians", by="poll", note="They have no vote of their own.")
    opens = min(contest.opened or first, contest.eve)
    question = Question(
        id="leader",
        asks=f"Does {leader} keep the confidence of the party in parliament?" if vote else f"{party or title}: who will be {office or 'leader'}?",
        kind="confidence" if vote else "election",
        section=parliament if vote else None,
        leader=leader if vote else None,
        clause=vote.id if vote else opening,
        opens=opens, due=contest.decided, due_known=opens, decided=contest.decided,
        rules=ref if _other(ref, rules, contest.decided) else None,
    )  # fmt: skip
    identity = Identity(
        id=slug, title=f"{title}, {contest.decided.year}", party=party or NOT_GIVEN, country=country or NOT_GIVEN, office=office or "leader",
        rulebook=rules.rulebook.id, sections=sections, questions=(question,), note=_NOTE,
    )  # fmt: skip
    return Setting(
        identity, next((n for n, body in bodies.items() if body == "members"), next(iter(bodies))), parliament
    )


def _vote(rules: InForce, opening: str | None) -> Confidence | None:
    """The vote on a leader by which a contest opens, or any that the rules have."""
    votes = rules.version.of(Confidence)
    return next((v for v in votes if v.id == opening), next(iter(votes), None))


def _chamber(rules: InForce, body: str) -> dict[str, SectionInfo]:
    return {body: SectionInfo(name=rules.version.bodies[body].name, body=body, by="name")}


_NOTE = (
    "Made from one YAML file by `whipcount convert`. The day on which each candidate entered is not in it, so that everybody counts "
    "as standing from the opening, or from the first mention if that is earlier; the day of the decision counts as public from the "
    "opening. Nobody's vote is known by name. What fits no table is in facts.csv, under its path in the YAML."
)


def _other(ref: str, rules: InForce, decided: date) -> bool:
    """Whether the contest was held under another version than the one of the day of its decision."""
    return "@" in ref and find(f"{rules.rulebook.id}@{decided}").ref != rules.ref


def _leader(names: Sequence[str]) -> str | None:
    found = [m["leader"] for m in map(_CONFIDENCE.fullmatch, names) if m]
    return found[0] if len(found) == 1 else None


def _sections(rules: InForce, opening: str | None) -> dict[str, SectionInfo]:
    path: Sequence[Ballot] = rules.version.path(opening)
    bodies = dict.fromkeys(body for ballot in path for body in ballot.bodies)
    return {b: SectionInfo(name=rules.version.bodies[b].name, body=b, by="poll") for b in bodies}


def _under(contest: PastContest) -> tuple[str, str | None]:
    """(reference of the rulebook, clause by which the contest opened)."""
    rows = _results()
    same = next((r for r in rows if r.id == contest.id), None) or next(
        (r for r in rows if r.decided == contest.decided and r.people and r.people <= set(contest.names)), None
    )
    if same is not None and find(same.rules).version.path(same.opening):
        return same.rules, same.opening
    methods = " ".join(stage.method for stage in contest.stages)
    if re.search("plurality", f"{contest.kind} {methods}", re.I):
        return "plurality", "vacancy"
    members = any(s.body != "parliament" for stage in contest.stages for s in stage.sections)
    return ("majority" if not members or _EXHAUSTIVE.search(contest.kind) else "av"), "vacancy"


@dataclass(frozen=True)
class _Shipped:
    id: str
    decided: date
    rules: str
    opening: str | None
    people: frozenset[str]


@cache
def _results() -> tuple[_Shipped, ...]:
    library = Path(str(files("whipcount.library")))
    paths = [*sorted((library / "past").glob("*.yaml")), *sorted((library / "contests").glob("*/result.yaml"))]
    rows = [read_yaml(path, ContestError)[0] for path in paths]
    return tuple(
        _Shipped(
            r["id"],
            date.fromisoformat(str(r["decided"])),
            r["rules"],
            r.get("opening"),
            frozenset(r.get("candidates") or ()),
        )
        for r in rows
    )
