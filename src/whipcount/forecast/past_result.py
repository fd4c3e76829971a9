"""The rounds of a past contest as a `Result`: by ballot and round, each with the votes of its sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from whipcount.contest import Identity, Result
from whipcount.forecast.figures import day_known, number
from whipcount.forecast.leaves import leaves
from whipcount.forecast.past_cells import Block, cited, listed
from whipcount.forecast.past_folder import UNITS, result_block


def result_of(
    identity: Identity, names: Sequence[str], decided: date, block: Block, winner: str
) -> tuple[Result | None, list[dict[str, Any]]]:
    """The result with what `past_folder` reads back of its rounds; without them where they do not fit the form."""
    rounds = [r if isinstance(r, Mapping) else {} for r in listed(block.get("rounds"))]
    made = _made(identity, names, decided, block, winner, _ballots(rounds, decided, winner))
    told = result_block(made)["rounds"] if made is not None else []
    if made is not None and _in_order(rounds, told):
        return made, told
    return _made(identity, names, decided, block, winner, []), []


def _in_order(rounds: Sequence[Block], told: Sequence[Block]) -> bool:
    return [dict(leaves(r.get("votes"))) for r in rounds] == [dict(leaves(t["votes"])) for t in told]


def _ballots(rounds: Sequence[Block], decided: date, winner: str) -> list[dict[str, Any]]:
    """Rounds by stage, each with the votes of its sections; empty where they do not fit that form."""
    out: dict[str, dict[Any, dict[str, Any]]] = {}
    for one in rounds:
        section, votes = str(one.get("section") or "all").strip(), one.get("votes")
        made = out.setdefault(str(one.get("stage") or "ballot"), {}).setdefault(
            number(one.get("round")) or 1,
            {"votes": {}, "unit": {}, "others": {}, "date": str(day_known(one.get("date"), decided) or decided)},
        )
        if section in made["votes"] or not isinstance(votes, Mapping):
            return []
        made["votes"][section] = dict(votes)
        unit = str(one.get("unit") or "votes")
        made["unit"][section] = UNITS.get(unit, unit if unit in {"votes", "points"} else "percent")
        if number(one.get("other")) is not None:
            made["others"][section] = one["other"]
        made["note"] = str(one["note"]) if one.get("note") else None
    for one in (r for stage in out.values() for r in stage.values()):
        one["note"] = one["note"] if len(one["votes"]) == 1 else None
        units = set(one["unit"].values())
        one["unit"] = units.pop() if len(units) == 1 else one["unit"]
    ballots: list[dict[str, Any]] = [{"ballot": stage, "rounds": list(by.values())} for stage, by in out.items()]
    if ballots:
        ballots[-1]["elected"] = winner
    return ballots


def _made(
    identity: Identity, names: Sequence[str], decided: date, block: Block, winner: str, ballots: list[dict[str, Any]]
) -> Result | None:
    question = identity.questions[0]
    named = {n for b in ballots for r in b["rounds"] for votes in r["votes"].values() for n in votes}
    try:
        return Result.model_validate(
            {"id": identity.id, "title": identity.title, "rules": question.rules or f"{identity.rulebook}@{question.decided}", "opening": question.clause,
             "decided": decided, "winner": winner, "candidates": [*dict.fromkeys([*names, *sorted(named)])],
             "ballots": ballots, "note": block.get("note"), **cited(block)}
        )  # fmt: skip
    except ValidationError:
        return None
