"""A contest folder in the form of a past contest's YAML: the other way round than `past_draft`.

In: a `Contest`. Out: the mapping that `past.read_past` takes, of the form in `library/backtest/README.md`. What stands in
`facts.csv` under a topic such as `polls / #3 / kind` is laid over what the tables say, so that a folder made from a YAML
file is read exactly as the file was; of any other folder the last question that was decided is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from whipcount.contest import CandidateRow, Contest, Evidence, FactRow, OddsRow, PollRow, Question, Result
from whipcount.errors import ContestError, Problem
from whipcount.forecast.leaves import Path, grown, leaves, path_of, read

WINNER = "winner of the election"
"""How a market on the winner is called in `odds.csv`."""
NOT_GIVEN = "not given"
UNITS = {"percent_of_college": "points of the whole"}
_UNITS_BACK = {v: k for k, v in UNITS.items()}
_LAID = re.compile(
    r"id|party|country|office|opened|decided|notes|((candidates|polls|odds) / #\d|(endorsements|rules|result) / ).*",
    re.DOTALL,
)
"""Topics that belong to the YAML's form; a plain word such as `polls` is somebody's own heading."""
_ON_WINNER = re.compile(r"winner of the .*(leadership|election)", re.I)
R = TypeVar("R", PollRow, OddsRow, Evidence)


def past_data(contest: Contest) -> dict[str, Any]:
    """The facts of a contest, nested as in a past contest's YAML. Raises `ContestError` where nothing was decided."""
    question = _question(contest)
    rows = [r for r in contest.candidates if r.question in {None, question.id}]
    tables = {
        "id": contest.id,
        "party": contest.identity.party,
        "country": contest.identity.country,
        "office": contest.identity.office,
        "opened": question.opens.isoformat(),
        "decided": str(question.decided),
        "candidates": list(candidate_blocks(rows, question.decided)),
    }
    pairs = list(leaves(tables))
    polls = [r for r in contest.polls if r.link != "nominations"]
    for place, asked in _grouped(polls, "p", lambda r: (r.poll, r.population, r.measure, r.contest_of)):
        pairs += leaves(poll_block(asked), ("polls", place))
    quotes = [r for r in contest.odds if _numbered(r.id, "o") is not None or _ON_WINNER.search(r.asks)]
    for place, prices in _grouped(quotes, "o", lambda r: (r.id, r.known, r.market, r.asks)):
        pairs += leaves(price_block(prices), ("odds", place))
    for kind in ("mps", "nominations"):
        totals = [r for r in contest.evidence if _numbered(r.id, kind) is not None]
        for place, said in _grouped(totals, kind, lambda r: (r.id,)):
            pairs += leaves(support_block(said), ("endorsements", kind, place))
    if contest.result is not None:
        pairs += leaves(result_block(contest.result), ("result",))
    return grown([*pairs, *_laid(contest.facts)])


def _question(contest: Contest) -> Question:
    decided = [q for q in contest.identity.questions if q.decided is not None and q.kind != "camps"]
    if not decided:
        raise ContestError(
            Problem(contest.id, 0, "holds no question that has been decided", "Add 'decided' to one in contest.yaml.")
        )
    return max(decided, key=lambda q: (q.kind == "election", q.decided))


def _laid(facts: Sequence[FactRow]) -> Iterator[tuple[Path, Any]]:
    """What facts say under a topic of the YAML's form, with the source of each block."""
    for fact in facts:
        if not _LAID.fullmatch(fact.topic):
            continue
        path = path_of(fact.topic)
        yield path, read(fact.fact)
        places = [i for i, part in enumerate(path) if isinstance(part, int)]
        block = path[: places[-1] + 1] if places else path[:-1]
        if block and fact.source != (NOT_GIVEN,):
            yield (*block, "source"), " ; ".join(fact.source)
            yield (*block, "confidence"), fact.confidence


def _grouped(rows: Iterable[R], letter: str, key: Callable[[R], tuple[Any, ...]]) -> Iterator[tuple[int, list[R]]]:
    """Rows by the number in their id: `p003` is the third poll, `o003-2` a price of the third quote; others by their key."""
    groups: dict[int, list[R]] = {}
    others: dict[tuple[Any, ...], list[R]] = {}
    for row in rows:
        place = _numbered(key(row)[0], letter)
        if place is not None:
            groups.setdefault(place, []).append(row)
        else:
            others.setdefault(key(row)[letter == "o" :], []).append(row)
    after = max(groups, default=-1) + 1
    yield from sorted(groups.items())
    yield from ((after + i, group) for i, group in enumerate(others.values()))


def _numbered(name: str, letter: str) -> int | None:
    found = re.fullmatch(rf"{letter}(\d{{3,6}})(-\d+)?", name)
    return max(int(found[1]) - 1, 0) if found else None


def _cited(row: Any) -> dict[str, Any]:
    source = " ; ".join(row.source)
    return {"source": None if source == NOT_GIVEN else source, "confidence": row.confidence, "note": row.note}


def candidate_blocks(rows: Sequence[CandidateRow], decided: date | None) -> Iterator[dict[str, Any]]:
    """Name, and date and outcome of the last row, if it is one of leaving or of the day of the decision."""
    for name in dict.fromkeys(r.name for r in rows):
        own = [r for r in rows if r.name == name]
        last = own[-1]
        final = decided is not None and last.known >= decided and last.status in {"elected", "on the ballot"}
        left = last if final or last.status in {"withdrew", "ruled out", "declined"} else None
        out: dict[str, Any] = {"name": name, "source": _cited(own[0])["source"], "confidence": own[0].confidence}
        if left is not None:
            out |= {"date": left.known.isoformat(), "outcome": left.note}
        yield out


def poll_block(rows: Sequence[PollRow]) -> dict[str, Any]:
    """One question of a poll."""
    row = rows[0]
    ends = row.fielded_to
    kind = "first-pref" if row.measure == "first" else "second" if row.measure == "second" else "head-to-head"
    return {
        "pollster": None if row.pollster == NOT_GIVEN else row.pollster,
        "client": row.client,
        "start": row.fielded_from.isoformat() if row.fielded_from else None,
        "end": ends.isoformat() if ends else None,
        "published": row.known.isoformat() if row.known != ends else None,
        "population": None if row.population == NOT_GIVEN else row.population,
        "selectorate": row.link == "electors",
        "n": row.sample,
        "kind": (row.asks if _numbered(row.poll, "p") is not None else None) or kind,
        "shares": {r.option: whole(r.share) for r in rows},
    } | _cited(row)


def price_block(rows: Sequence[OddsRow]) -> dict[str, Any]:
    """One firm's quotes at one time."""
    return {
        "date": rows[0].known.isoformat(),
        "bookmaker": None if rows[0].market == NOT_GIVEN else rows[0].market,
        "market": "winner" if rows[0].asks == WINNER else rows[0].asks,
        "prices": {r.option: r.price for r in rows},
    } | _cited(rows[0])


def support_block(rows: Sequence[Evidence]) -> dict[str, Any]:
    """How many declared for or nominated each, or only who was ahead."""
    counts = {r.option[0]: int(r.amount.low) for r in rows if r.amount and r.amount.low is not None}
    ahead = [r.option[0] for r in rows if r.amount and r.amount.word == "ahead"]
    ahead = ahead or [n for n, v in counts.items() if v == max(counts.values()) and len(counts) > 1]
    return {"date": rows[0].known.isoformat(), "counts": counts, "leader": " / ".join(ahead) or None} | _cited(rows[0])


def result_block(result: Result) -> dict[str, Any]:
    """Winner and rounds, those of one round and section each in one block."""
    cited = _cited(result)
    rounds = [
        {
            "stage": ballot.ballot,
            "round": number,
            "date": (one.date or result.decided).isoformat(),
            "section": section,
            "unit": _UNITS_BACK.get(unit := one.unit_of(section), unit),
            "votes": {name: whole(v) for name, v in votes.items()},
            "other": whole(one.others[section]) if section in one.others else None,
            "note": one.note if len(one.votes) == 1 else None,
            "source": cited["source"],
            "confidence": cited["confidence"],
        }
        for ballot in result.ballots
        for number, one in enumerate(ballot.rounds, 1)
        for section, votes in one.votes.items()
    ]
    return {"winner": result.winner, "rounds": rounds} | cited


def whole(value: Fraction | float) -> int | float:
    """A whole number as one, as it would be written."""
    return int(value) if value == int(value) else float(value)
