"""Contests of the past, one contest folder or YAML file each: what was known of them, apart from what became of them.

In: folders as `whipcount convert` makes them, or files of the form that `library/backtest/README.md` tells. Out: for each a
`PastContest`, which holds no result, and a `PastResult`, which only scoring and fitting see. In a file blocks may be missing and
kinds unknown; what cannot be read is left out. The only thing it must have is a candidate and the day of the decision.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from whipcount.contest import load
from whipcount.errors import ContestError, InputError, Problem
from whipcount.forecast.figures import day_known, figures, number
from whipcount.forecast.past_folder import past_data
from whipcount.forecast.past_records import (
    FIRST,
    Body,
    PastCandidate,
    PastContest,
    PastPoll,
    PastPrices,
    PastResult,
    PastRound,
    PastSection,
    PastStage,
    PastSupport,
    Shelf,
)
from whipcount.plaintext import read_yaml

__all__ = [
    "PastCandidate",
    "PastContest",
    "PastPoll",
    "PastPrices",
    "PastResult",
    "PastRound",
    "PastSection",
    "PastStage",
    "PastSupport",
    "Shelf",
    "body_of",
    "clear",
    "electors_asked",
    "no_vote",
    "parliamentary",
    "past_of",
    "read_past",
    "read_shelf",
    "shipped",
]
_PARLIAMENT = re.compile(r"\b(m[ps]+s?|msps?|ams?|meps?|tds?|senators?|caucus|parliament\w*|party room)\b", re.I)
_AFFILIATES = re.compile(r"affiliat|union|societ", re.I)
_MIXED = re.compile(r"\bequal\b|one vote|\bmembers\b", re.I)
_ASIDE = re.compile(r"next (general )?election|prime minister after|next pm", re.I)
_UNDECIDED = re.compile(r"don.?t know|do not know|undecided|unsure|not sure|no opinion|^dk$", re.I)
_ELECTORS = re.compile(r"\bmembers\b|selectorate|delegates", re.I)
_NO_VOTE = re.compile(r"second|third|least|worst|approv|favou?rab|trust|expect", re.I)
_YEARS = range(1800, 2200)
_FULL = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_OPINION = re.compile(r"commentar|pundit|press|column", re.I)


def shipped() -> Path:
    """The folder of the contests that ship."""
    return Path(str(files("whipcount.library") / "backtest"))


def read_shelf(folder: Path) -> Shelf:
    """All contests of a directory, whether contest folders or YAML files, or the one that a folder or file holds.

    One that cannot be used is passed over, with a problem; raises `ContestError` where none can.
    """
    alone = folder.is_file() or _is_contest(folder)
    paths = [folder] if alone else sorted(filter(_may_be_contest, folder.iterdir()), key=_place)
    if not paths:
        mend = "Name a directory of contest folders, or of YAML files with one contest in each."
        raise ContestError(Problem(str(folder), 0, "holds no contest", mend))
    contests: list[PastContest] = []
    results, problems = {}, []
    for path in paths:
        try:
            contest, result = read_past(path)
        except InputError as why:
            problems += list(why.problems)
            continue
        if any(contest.id == other.id for other in contests):
            contest = replace(contest, id=f"{contest.id} ({path.name})")
        contests.append(contest)
        if result is not None:
            results[contest.id] = result
    if not contests:
        raise ContestError(problems)
    return Shelf(tuple(contests), results, tuple(problems))


def _is_contest(path: Path) -> bool:
    return (path / "contest.yaml").is_file()


def _may_be_contest(path: Path) -> bool:
    return (path.is_file() and path.suffix in {".yaml", ".yml"}) or _is_contest(path)


def _place(path: Path) -> str:
    """Folders among files where the file of the same name would be, so that both forms give one order."""
    return path.name if path.is_file() else f"{path.name}.yaml"


def read_past(path: Path) -> tuple[PastContest, PastResult | None]:
    """One contest, of a folder or a YAML file, and its result.

    Raises `ContestError` without a candidate or a day of decision, and for a folder with whatever `contest.load` finds wrong.
    """
    if path.is_dir():
        return past_of(past_data(load(path)), path.name, path.name)
    return past_of(read_yaml(path, ContestError)[0], path.name, path.stem)


def past_of(data: Any, file: str, stem: str) -> tuple[PastContest, PastResult | None]:
    """The contest and the result of a YAML's mapping; `stem` is its id where it has none, `file` is named in errors."""
    if not isinstance(data, Mapping):
        raise ContestError(Problem(file, 1, "is no contest", "Start from the form in library/backtest/README.md."))
    decided = day_known(data.get("decided"), date.max - timedelta(days=2))
    if decided is None or decided.year not in _YEARS:
        raise ContestError(Problem(file, 1, "has no day of decision", "Add 'decided: YYYY-MM-DD'."))
    eve = decided - timedelta(days=1)
    candidates = _candidates(data.get("candidates"), eve)
    if not candidates:
        raise ContestError(Problem(file, 1, "has no candidate", "Name them under 'candidates'."))
    names = {c.name for c in candidates}
    rules, said = _map(data.get("rules")), _map(data.get("endorsements"))
    support = [*_each(said.get("mps"), _support, eve, names), *_each(said.get("nominations"), _support, eve, names)]
    contest = PastContest(
        id=str(data.get("id") or stem),
        kind=str(rules.get("kind") or ""),
        opened=day_known(data.get("opened"), eve),
        decided=decided,
        stages=tuple(_stage(_map(s)) for s in _list(rules.get("stages"))) or (_stage({}),),
        candidates=candidates,
        polls=_each(data.get("polls"), _poll, eve, names),
        prices=_each(data.get("odds"), _prices, eve, names),
        support=tuple(sorted(support, key=lambda s: s.known)),
    )
    return contest, _result(_map(data.get("result")), contest)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _each(
    block: Any, read: Callable[[Mapping[str, Any], date, set[str]], Any], eve: date, names: set[str]
) -> tuple[Any, ...]:
    made = [read(_map(one), eve, names) for one in _list(block)]
    return tuple(sorted((m for m in made if m is not None), key=lambda m: m.known))


def _candidates(block: Any, eve: date) -> tuple[PastCandidate, ...]:
    """Whoever is dated before the rest has left the contest on that day; those of the last date saw the decision.

    What the file says about how anybody fared is not read.
    """
    rows = {}
    for one in _list(block):
        name = str(_map(one).get("name") or (one if isinstance(one, str) else "")).strip()
        if name:
            rows[name] = _left(_map(one).get("date"), eve)
    last = max((d for d in rows.values() if d is not None), default=None)
    return tuple(
        PastCandidate(name, day if day is not None and last is not None and day < last and day <= eve else None)
        for name, day in rows.items()
    )


def _left(value: Any, eve: date) -> date | None:
    """The day of a candidate's own date. One that has only the month of the decision cannot tell who left before it."""
    day = day_known(value, eve)
    return None if day == eve and not _FULL.match(str(value).strip()) else day


def _stage(block: Mapping[str, Any]) -> PastStage:
    voters = str(block.get("voters") or "")
    rows = [_map(s) or {"name": s} for s in _list(block.get("sections"))] or [
        {"name": voters or "members", "weight": 1}
    ]
    sections = [PastSection(str(r.get("name") or voters), _body(r, voters, len(rows)), _weight(r)) for r in rows]
    whole = sum(s.weight for s in sections)
    if whole <= 0:
        sections, whole = [replace(s, weight=1.0) for s in sections], float(len(sections))
    scaled = tuple(replace(s, weight=s.weight / whole) for s in sections)
    return PastStage(scaled, f"{block.get('method') or ''} {block.get('threshold') or ''}".strip())


def _weight(row: Mapping[str, Any]) -> float:
    return number(row.get("weight")) or 0.0


def body_of(name: str) -> Body:
    """The kind of body that a section's name stands for."""
    return _body({"name": name}, "", 2)


def _body(row: Mapping[str, Any], voters: str, many: int) -> Body:
    name = str(row.get("name") or voters)
    if many == 1 and _MIXED.search(name):
        return "members"
    if _PARLIAMENT.search(name):
        return "parliament"
    return "affiliates" if _AFFILIATES.search(name) else "members"


def _known(block: Mapping[str, Any], eve: date, *keys: str) -> date | None:
    """When something became known; a `final` one without a day is of the eve, any other one that has none is unknown."""
    for key in keys:
        day = day_known(block.get(key), eve)
        if day is not None:
            return day
    return eve if str(block.get("phase") or "").lower() == "final" else None


def _named(values: Mapping[str, float], names: set[str]) -> dict[str, float]:
    """The entries of candidates, by full name or by a surname that only one of them has."""
    out = {}
    for name, value in values.items():
        full = _full(name, names)
        if full is not None:
            out[full] = value
    return out


def clear(said: Iterable[str], names: set[str]) -> bool:
    """Whether no two of the names that were written mean the same candidate."""
    meant = [full for full in (_full(n, names) for n in said) if full is not None]
    return len(meant) == len(set(meant))


def _full(name: str, names: set[str]) -> str | None:
    if name in names:
        return name
    plain = _plain(name)
    alike = [n for n in names if _plain(n) == plain] or [
        n for n in names if plain and _plain(n).split()[-1:] == plain.split()[-1:]
    ]
    return alike[0] if len(alike) == 1 else None


def _plain(name: str) -> str:
    """A name without accents, case or double spaces, for comparison."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(bare.replace("\u2019", "'").casefold().split())


def _poll(block: Mapping[str, Any], eve: date, names: set[str]) -> PastPoll | None:
    known = _known(block, eve, "published", "end", "date", "start")
    measure = str(block.get("kind") or "first-pref").strip()
    said = figures(block.get("shares"))
    if sum(said.values()) <= 1.01:  # written as parts of one
        said = {n: 100 * s for n, s in said.items()}
    shares = _named({n: s for n, s in said.items() if not _UNDECIDED.search(n)}, names)
    if known is None or no_vote(measure) or len(shares) < 2 or max(shares.values()) > 100 or sum(shares.values()) <= 0:
        return None
    size = number(block.get("n"))
    return PastPoll(
        known=known,
        pollster=str(block.get("pollster") or ""),
        shares=shares,
        electors=electors_asked(block),
        measure=measure,
        sample=int(size) if size and size >= 1 else None,
        volunteers="self-selected" in str(block.get("population") or "").lower(),
        undecided=_undecided(said, names - set(shares), first=bool(FIRST.search(measure))),
    )


def no_vote(measure: str) -> bool:
    """Whether a question of a poll was about something else than a choice: second preferences, approval, expectations."""
    return bool(_NO_VOTE.search(measure))


def electors_asked(block: Mapping[str, Any]) -> bool:
    """Whether those asked could vote in the contest; where the file does not say, by what it calls them."""
    said = block.get("selectorate")
    if said is None:
        return bool(_ELECTORS.search(str(block.get("population") or "")))
    return said is True or str(said).strip().lower() in {"true", "yes"}


def _undecided(said: Mapping[str, float], left_out: set[str], *, first: bool) -> float:
    """The share who had not decided: as given, or what is left where nobody who could have it is left out."""
    given = sum(s for n, s in said.items() if _UNDECIDED.search(n))
    if not given and (not first or not left_out):
        given = 100 - sum(said.values())
    return min(max(given / 100, 0.0), 0.9)


def _parts(values: Mapping[str, float]) -> dict[str, float]:
    """Probabilities as parts of one, if they were written in per cent."""
    scale = 100 if max(values.values(), default=0) > 1 else 1
    return {n: v / scale for n, v in values.items()}


def _prices(block: Mapping[str, Any], eve: date, names: set[str]) -> PastPrices | None:
    """Prices on who wins; another market, or what a commentator takes for the market, is no price."""
    known = _known(block, eve, "date")
    if known is None or _ASIDE.search(str(block.get("market") or "")):
        return None
    if _OPINION.search(str(block.get("bookmaker") or "")):
        return None
    quoted = _named(figures(block.get("prices"), prices=True) or _parts(figures(block.get("implied_raw"))), names)
    favourite = _full(str(block.get("favourite") or "").strip(), names)
    return PastPrices(known, quoted, favourite) if quoted or favourite else None


def _support(block: Mapping[str, Any], eve: date, names: set[str]) -> PastSupport | None:
    known = _known(block, eve, "date")
    counts = _named(figures(block.get("counts")), names)
    leader = block.get("leader") or ""
    leaders = [str(part).strip() for part in (leader if isinstance(leader, list) else str(leader).split(" / "))]
    if counts:
        leaders = [n for n, v in counts.items() if v == max(counts.values())] if len(counts) > 1 else leaders
    here = tuple(sorted({full for n in leaders if (full := _full(n, names)) is not None}))
    if known is None or not (here or len(counts) > 1):
        return None
    return PastSupport(known, _by(str(block.get("kind") or "")), counts, here)


def _by(kind: str) -> Literal["parliament", "local parties", "others"]:
    word = kind.lower()
    if re.match(r"(mps?|msps?|ams?|tds?|parliament\w*|caucus|senators?)(_|\b)", word):
        return "parliament"
    return "local parties" if re.match(r"(clp|constituency|local|riding|branch|member)", word) else "others"


def parliamentary(kind: str) -> bool:
    """Whether declarations or nominations of this kind are parliamentarians' own."""
    return _by(kind) == "parliament"


def _result(block: Mapping[str, Any], contest: PastContest) -> PastResult | None:
    winner = _full(str(block.get("winner") or "").strip(), {c.name for c in contest.candidates})
    if winner is None:
        return None
    rounds = [_round(_map(r), contest) for r in _list(block.get("rounds"))]
    return PastResult(winner, tuple(r for r in rounds if r is not None))


def _round(block: Mapping[str, Any], contest: PastContest) -> PastRound | None:
    votes = figures(block.get("votes"))
    if len(votes) < 2 or sum(votes.values()) <= 0:
        return None
    name = str(block.get("section") or "")
    total = bool(re.search(r"total|points|college", name, re.I))
    return PastRound(
        None if total else body_of(name),
        int(number(block.get("round")) or 1),
        day_known(block.get("date"), contest.eve) or contest.decided,
        votes,
        str(block.get("unit") or "votes") == "votes" or "other" in block,
    )
