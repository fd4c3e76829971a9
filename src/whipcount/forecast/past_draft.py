"""A past contest's YAML as a contest folder: every fact in the table where it belongs, the rest one by one in `facts.csv`.

In: a file of the form in `library/backtest/README.md`. Out: the texts of the files of a folder. Whatever the tables would not give
back exactly (`past_folder`) is laid down as a fact, so that `past.read_past` reads the same from both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from whipcount.contest import TABLES, CandidateRow, Evidence, OddsRow, PollRow, Result, columns, load
from whipcount.errors import ContestError, Problem, UsageError
from whipcount.forecast.figures import day_known, figures, implied, number
from whipcount.forecast.leaves import Path as Place
from whipcount.forecast.leaves import leaves, topic, written
from whipcount.forecast.past import clear, electors_asked, no_vote, parliamentary, past_of
from whipcount.forecast.past_cells import (
    Block,
    Cells,
    as_csv,
    as_yaml,
    cited,
    known_on,
    listed,
    mapping,
    owner,
    plain_day,
    records,
    same,
    unique,
)
from whipcount.forecast.past_folder import (
    NOT_GIVEN,
    WINNER,
    candidate_blocks,
    poll_block,
    price_block,
    result_block,
    support_block,
    whole,
)
from whipcount.forecast.past_records import PastContest
from whipcount.forecast.past_result import result_of
from whipcount.forecast.past_setting import Setting, setting
from whipcount.plaintext import read_yaml
from whipcount.rules.language import Model

_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_LEFT = re.compile(r"withdr|dropped|quit|disqualif|stood down|resign", re.I)
_IDENTITY = ("id", "party", "country", "office")


@dataclass
class _Draft:
    """The tables of a folder as they fill."""

    contest: PastContest
    setting: Setting
    tables: dict[str, list[Cells]] = field(default_factory=lambda: {name: [] for name in TABLES})
    result: Result | None = None

    def names(self) -> frozenset[str]:
        """The candidates whom evidence may name."""
        return frozenset(c.name for c in self.contest.candidates)

    def clear(self, said: Iterable[str]) -> bool:
        """Whether a table can hold what was said under these names, each of them of one candidate at the most."""
        return clear(said, set(self.names()))

    def facts(self, block: Any, told: Any, at: Place, said: Mapping[str, Any], known: date | None) -> None:
        """Lay down as facts whatever of a block the tables do not tell."""
        had = dict(leaves(told, at))
        left = [(path, value) for path, value in leaves(block, at) if not same(had.get(path), value)]
        plain = [(p, v) for p, v in left if p[-1] not in {"source", "confidence"}]
        if left and not plain and isinstance(block, Mapping):
            # A block that only its source sets apart needs one of its own facts to carry it.
            plain = [(p, v) for p, v in leaves(block, at) if p[-1] not in {"source", "confidence"}][:1] or left
        for path, value in plain:
            by = owner(block, path[len(at) :], said)
            self.tables["facts.csv"].append(
                {"topic": topic(path), "fact": written(value), "known": str(known or ""), **cited(by), "note": ""}
            )


def to_folder(path: Path) -> dict[str, str]:
    """File name -> text of the folder that a past contest's YAML makes. Raises `ContestError` as `read_past` does."""
    data, _ = read_yaml(path, ContestError)
    contest, result = past_of(data, path.name, path.stem)
    data = {**data, "id": str(data.get("id") or path.stem), "candidates": unique(data.get("candidates"))}
    slug = re.sub(r"[^a-z0-9]+", "-", contest.id.lower()).strip("-") or "contest"
    dated = [contest.opened, *(x.known for rows in (contest.polls, contest.prices, contest.support) for x in rows)]
    first = min((d for d in dated if d is not None), default=contest.eve)
    draft = _Draft(contest, setting(contest, data, slug, first))
    _candidates(draft, data)
    for name, make in (("polls", _poll), ("odds", _prices)):
        for i, block in enumerate(listed(data.get(name))):
            make(draft, block, i)
    said = mapping(data.get("endorsements"))
    for kind in ("mps", "nominations"):
        for i, block in enumerate(listed(said.get(kind))):
            _support(draft, block, i, kind)
    _events(draft, data)
    _result(draft, mapping(data.get("result")), result.winner if result is not None else None)
    _rest(draft, data, said)
    return _texts(draft)


def write_folder(path: Path, folder: Path) -> None:
    """Write the folder of a past contest's YAML, and check it. Raises `UsageError` if the folder holds anything."""
    texts = to_folder(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"'{folder}' is not empty. Name a new folder, so that nothing is written over.")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    load(folder)


# -- tables ---------------------------------------------------------------------------------------------------------


def _candidates(draft: _Draft, data: Block) -> None:
    """A row for standing, and one for how and when it ended; who is dated to the decision has both."""
    for i, block in enumerate(data["candidates"]):
        name, first = block["name"].strip(), _mentioned(draft.contest, block["name"].strip())
        rows = [{"name": name, "known": str(first), "status": "standing", **cited(block)}]
        day, outcome = day_known(block.get("date"), draft.contest.eve), str(block.get("outcome") or "")
        status = _end(draft.contest, name, day, outcome)
        if status and day is not None and day >= first and _DAY.fullmatch(str(block["date"])):
            rows.append({"name": name, "known": str(day), "status": status, "note": outcome, **cited(block)})
        made = records(CandidateRow, rows)
        if made is None:
            raise ContestError(Problem(draft.contest.id, 0, f"the candidate '{name}' fits no row", "Mend the name."))
        draft.tables["candidates.csv"] += rows
        draft.facts(
            block, next(candidate_blocks(made, draft.contest.decided)), ("candidates", i), block, draft.contest.decided
        )


def _end(contest: PastContest, name: str, day: date | None, outcome: str) -> str:
    """How a candidate ended: before the decision as `past` tells who has left, else on its day; empty where it cannot be told."""
    if any(c.name == name and c.out is not None for c in contest.candidates):
        return "withdrew" if _LEFT.search(outcome) else "ruled out"
    if day is None or day <= contest.eve:
        return ""
    return "elected" if outcome.lower() == "won" else "on the ballot"


def _events(draft: _Draft, data: Block) -> None:
    """The opening, those who left, and the decision: for those who read the table; nothing here is read back."""
    contest, question = draft.contest, draft.setting.identity.questions[0]
    by = {k: cited(mapping(data.get(k))) for k in ("rules", "result")}
    rows = (
        [{"known": str(question.opens), "what": "the contest opens", "kind": "opening", **by["rules"]}]
        if contest.opened
        else []
    )
    ends = {r["name"]: r for r in draft.tables["candidates.csv"] if r["status"] in {"withdrew", "ruled out"}}
    for gone in sorted(
        (c for c in contest.candidates if c.out is not None and c.name in ends), key=lambda c: str(c.out)
    ):
        end = ends[gone.name]
        said = {
            "known": str(gone.out),
            "what": f"{gone.name} is out of the contest: {end['note'] or end['status']}",
            "kind": "withdrawal",
        }
        rows.append({**said, "source": end["source"], "confidence": end["confidence"]})
    rows.append({"known": str(contest.decided), "what": "the decision", "kind": "result", **by["result"]})
    draft.tables["events.csv"] += [{"id": f"t{i:03d}", **row} for i, row in enumerate(rows, 1)]


def _mentioned(contest: PastContest, name: str) -> date:
    """The first day on which somebody counts as standing."""
    seen = [p.known for p in contest.polls if name in p.shares] + [p.known for p in contest.prices if name in p.implied]
    seen += [s.known for s in contest.support if name in s.counts or name in s.leaders]
    return min([*seen, contest.opened or contest.eve, contest.eve])


def _poll(draft: _Draft, block: Any, i: int) -> None:
    block = block if isinstance(block, Mapping) else {"text": block}
    known = known_on(block, draft.contest.eve, "published", "end", "date", "start")
    said = figures(block.get("shares"))
    shares = {n: v for n, v in said.items() if n in draft.names() and v <= 100 and draft.clear(said)}
    measure = str(block.get("kind") or "first-pref")
    made, rows = None, []
    if known is not None and 1.01 < sum(shares.values()) <= 102 and not no_vote(measure):
        common = _poll_cells(draft, block, f"p{i + 1:03d}", known, measure, list(shares))
        rows = [{**common, "option": n, "share": str(whole(v))} for n, v in shares.items()]
        made = records(PollRow, rows)
    _keep(draft, "polls.csv", rows, made, poll_block, block, ("polls", i), known)


def _poll_cells(draft: _Draft, block: Block, name: str, known: date, measure: str, asked: Sequence[str]) -> Cells:
    population, electors = str(block.get("population") or ""), electors_asked(block)
    said = figures(block.get("shares"))
    pair = not re.search("first|intention", measure, re.I)
    link = "electors" if electors else "public" if "voters" in population.lower() else "supporters"
    return {
        "poll": name, "known": str(known), "pollster": str(block.get("pollster") or NOT_GIVEN), "population": population or NOT_GIVEN,
        "link": "self-selected" if "self-selected" in population.lower() else link,
        "section": draft.setting.polled if electors else "", "client": str(block.get("client") or ""),
        "asks": measure, "measure": "head to head" if pair else "first", "contest_of": " v ".join(asked) if pair else "",
        "base": "all" if sum(said.values()) < 98 and set(said) >= draft.names() else "decided",
        "fielded_from": plain_day(block.get("start"), draft.contest.eve), "fielded_to": plain_day(block.get("end"), draft.contest.eve),
        "sample": str(block["n"]) if isinstance(block.get("n"), int) and block["n"] else "", **cited(block), "note": str(block.get("note") or ""),
    }  # fmt: skip


def _prices(draft: _Draft, block: Any, i: int) -> None:
    block = block if isinstance(block, Mapping) else {"text": block}
    known = known_on(block, draft.contest.eve, "date")
    market, firm = str(block.get("market") or "winner"), str(block.get("bookmaker") or NOT_GIVEN)
    quoted = mapping(block.get("prices"))
    common = {"known": str(known), "market": firm, "asks": WINNER if market == "winner" else market, **cited(block)}
    common["note"] = str(block.get("note") or "")
    rows = [
        {"id": f"o{i + 1:03d}-{k}", "option": n, "price": str(v), **common}
        for k, (n, v) in enumerate(quoted.items(), 1)
        if implied(v) is not None and draft.clear(quoted)
    ]
    made = records(OddsRow, rows) if known is not None and rows else None
    _keep(draft, "odds.csv", rows, made, price_block, _but_worked_out(block, quoted), ("odds", i), known)


def _but_worked_out(block: Block, quoted: Block) -> Block:
    """A quote without the probabilities that follow from its prices: they are no facts of their own."""
    raw = block.get("implied_raw")
    if not isinstance(raw, Mapping):
        return block
    kept = {n: v for n, v in raw.items() if abs((implied(quoted.get(n)) or 9) - (number(v) or 0)) > 1e-4}
    return {**block, "implied_raw": kept}


def _support(draft: _Draft, block: Any, i: int, kind: str) -> None:
    block = block if isinstance(block, Mapping) else {"text": block}
    known = known_on(block, draft.contest.eve, "date")
    at: Place = ("endorsements", kind, i)
    said = figures(block.get("counts"))
    counts = {n: v for n, v in said.items() if n in draft.names() and v == int(v) and draft.clear(said)}
    if known is not None and not parliamentary(str(block.get("kind") or "")):
        _local(draft, block, i, known, counts)
    elif known is not None and draft.setting.identity.questions[0].kind == "election":
        ahead = [] if len(counts) > 1 else [n for n in _leaders(block) if n in draft.names()]
        amounts = [*((n, str(int(v))) for n, v in counts.items()), *((n, "ahead") for n in ahead)]
        common = {
            "known": str(known), "question": "leader", "section": draft.setting.parliament, "kind": "total", "stance": "supports",
            "by": "the party" if kind == "nominations" else "the press", "source_kind": "official" if kind == "nominations" else "press canvass",
            **cited(block), "note": str(block.get("note") or ""),
        }  # fmt: skip
        rows = [
            {"id": f"{kind}{i + 1:03d}-{k}", "option": n, "amount": a, **common} for k, (n, a) in enumerate(amounts, 1)
        ]
        _keep(draft, "evidence.csv", rows, records(Evidence, rows), support_block, block, at, known)
        return
    draft.facts(block, {}, at, block, known or draft.contest.decided)


def _local(draft: _Draft, block: Block, i: int, known: date, counts: Mapping[str, float]) -> None:
    """Nominations by local parties or unions as shares, beside their numbers among the facts."""
    total = sum(counts.values())
    if len(counts) < 2 or total <= 0:
        return
    note = f"per cent of {total:g} nominations; the numbers are in facts.csv"
    rows = [
        {"poll": f"n{i + 1:03d}", "known": str(known), "pollster": "the party", "population": str(block.get("kind") or "local parties"),
         "link": "nominations", "option": n, "share": f"{100 * v / total:.4g}", "section": draft.setting.polled, "note": note, **cited(block)}
        for n, v in counts.items()
    ]  # fmt: skip
    if records(PollRow, rows) is not None:
        draft.tables["polls.csv"] += rows


def _leaders(block: Block) -> list[str]:
    leader = block.get("leader") or ""
    return [str(p).strip() for p in (leader if isinstance(leader, list) else str(leader).split(" / "))]


def _keep(
    draft: _Draft, table: str, rows: list[Cells], made: Any, back: Callable[..., Block], block: Block, at: Place, known: date | None
) -> None:  # fmt: skip
    """Enter rows that stand, and lay down the rest of their block as facts."""
    fits = bool(made) and known is not None and known <= date.today()
    if fits:
        draft.tables[table] += rows
    draft.facts(block, back(made) if fits else {}, at, block, known or draft.contest.decided)


# -- the result, and the rest ---------------------------------------------------------------------------------------


def _result(draft: _Draft, block: Block, winner: str | None) -> None:
    rounds = [mapping(r) for r in listed(block.get("rounds"))]
    decided, names = draft.contest.decided, [c.name for c in draft.contest.candidates]
    back: list[Any] = []
    if winner is not None:
        draft.result, back = result_of(draft.setting.identity, names, decided, block, winner)
    for i, one in enumerate(rounds):
        draft.facts(_marked(one), back[i] if back else {}, ("result", "rounds", i), one, decided)
    own = {k: v for k, v in block.items() if k != "rounds"}
    draft.facts(own, result_block(draft.result) if draft.result is not None else {}, ("result",), block, decided)


def _marked(block: Block) -> Block:
    """A round whose empty `other` is kept: that it stands there says that all papers were counted."""
    return {**block, "other": NOT_GIVEN} if "other" in block and block["other"] is None else block


def _counted(rules: Block) -> Block:
    """Rules of which no stage and no section is empty: each counts, even one of which nothing is told."""
    stages = []
    for one in listed(rules.get("stages")):
        sections = [s if any(leaves(s)) else {"weight": NOT_GIVEN} for s in listed(mapping(one).get("sections"))]
        stage = {**one, "sections": sections} if sections else one
        stages.append(stage if any(leaves(stage)) else {"stage": NOT_GIVEN})
    return {**rules, "stages": stages} if stages else rules


def _rest(draft: _Draft, data: Block, said: Mapping[str, Any]) -> None:
    """The contest's own facts, the rules, and whatever has a name of its own."""
    question = draft.setting.identity.questions[0]
    identity = draft.setting.identity
    told = {k: getattr(identity, k) for k in _IDENTITY} | {
        "opened": str(question.opens),
        "decided": str(question.decided),
    }
    # A contest without a day of opening gets one in its folder, so that none was given must be kept; a list is none.
    opened = data.get("opened")
    if not opened or isinstance(opened, list | dict):
        opened = NOT_GIVEN
    facts = {**{k: data.get(k) for k in (*_IDENTITY, "decided", "rules")}, "opened": opened}
    rules = mapping(data.get("rules"))
    facts["rules"] = _counted(rules) if rules else data.get("rules")
    draft.facts(facts, told, (), rules, None)
    others = {
        k: v for k, v in data.items() if k not in {*facts, "candidates", "polls", "odds", "endorsements", "result"}
    }
    draft.facts(others, {}, (), {}, draft.contest.decided)
    more = {k: v for k, v in said.items() if k not in {"mps", "nominations"}}
    draft.facts(more, {}, ("endorsements",), {}, draft.contest.decided)


def _texts(draft: _Draft) -> dict[str, str]:
    out = {"contest.yaml": as_yaml(draft.setting.identity)}
    records: dict[str, type[Model]] = {name: record for name, (_, record) in TABLES.items()}
    for name, rows in draft.tables.items():
        if rows:
            out[name] = as_csv(columns(records[name])[1], rows)
    if draft.result is not None:
        out["result.yaml"] = as_yaml(draft.result)
    return out
