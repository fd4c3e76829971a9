"""Cast vote records in the common data format of NIST SP 1500-103, version 1: what one contest's marks are.

The document comes as a tree of dictionaries (see `cvr_json` and `cvr_xml`). The snapshot in force is the
current one. A position without an indication is no mark. A mark that is not to be allocated is passed over, unless a rank
has several of those and no other: that is how an overvote is recorded. A selection without a rank is a
first choice (a contest without ranking).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from whipcount.ballots.draft import OVERVOTE, WRITE_IN, Draft, Options
from whipcount.ballots.table import by_rank

Node = Mapping[str, Any]


class CvrError(ValueError):
    """What is wrong with one record."""


@dataclass(frozen=True)
class _Contest:
    id: str
    name: str
    selections: Mapping[str, str]
    """Names by selection; WRITE_IN for a write-in, OVERVOTE where a vendor makes a selection of it."""


def draft_of(report: Node, options: Options) -> Draft:
    """The ballots of one contest. Raises BallotError."""
    contests = _contests(report, options)
    contest = _choose(contests, options)
    units = {_id(unit): _text(unit.get("Name")) for unit in _nodes(report.get("GpUnit"))}
    names = [name for name in contest.selections.values() if name not in (WRITE_IN, OVERVOTE)]
    draft = Draft(list(dict.fromkeys(names)), write_ins={WRITE_IN}, title=contest.name)
    draft.contests = tuple(found.name for found in contests)
    for index, record in enumerate(_nodes(report.get("CVR")), 1):
        try:
            for voted in _voted(record, contest.id):
                marks = _marks(voted, contest, options)
                draft.add(by_rank(marks), 1, "", units.get(_text(record.get("BallotStyleUnitId")), ""))
        except CvrError as error:
            place = f"record {index} ({_text(record.get('UniqueId')) or 'no UniqueId'})"
            line = record.get("@line", 0)
            options.faults.line(line, f"{place}: {error}", "Correct the record.", text=place)
    return draft


def contest_names(report: Node, options: Options) -> tuple[str, ...]:
    """The names of all contests in the document."""
    return tuple(contest.name for contest in _contests(report, options))


def _contests(report: Node, options: Options) -> list[_Contest]:
    found = []
    for election in _nodes(report.get("Election")):
        people = {_id(person): _text(person.get("Name")) for person in _nodes(election.get("Candidate"))}
        for contest in _nodes(election.get("Contest")):
            selections = {_id(s): _selection(s, people) for s in _nodes(contest.get("ContestSelection"))}
            found.append(_Contest(_id(contest), _text(contest.get("Name")) or _id(contest), selections))
    if not found:
        options.faults.stop(0, "the document has no contest", "It needs an Election with a Contest.")
    return found


def _selection(selection: Node, people: Mapping[str, str]) -> str:
    if _text(selection.get("IsWriteIn")).casefold() == "true":
        return WRITE_IN
    ids = selection.get("CandidateIds")
    ids = ids.split() if isinstance(ids, str) else [_text(one) for one in ids] if isinstance(ids, list) else []
    name = " / ".join(people.get(one) or one for one in ids) or _text(selection.get("Selection")) or _id(selection)
    return OVERVOTE if name.casefold() == "overvote" else name


def _choose(contests: list[_Contest], options: Options) -> _Contest:
    names = ", ".join(f"'{contest.name}'" for contest in contests[:40])
    if options.contest is None and len(contests) > 1:
        options.faults.stop(0, f"there are {len(contests)} contests: {names}", "Choose one with --contest.")
    wanted = (contest for contest in contests if options.contest in (None, contest.name, contest.id))
    chosen = next(wanted, None)
    if chosen is None:
        options.faults.stop(0, f"there is no contest '{options.contest}'", f"Choose one of {names}.")
    return chosen


def _voted(record: Node, contest: str) -> Iterator[Node]:
    """What the current snapshot of a record holds on the contest."""
    current = _text(record.get("CurrentSnapshotId"))
    snapshots = _nodes(record.get("CVRSnapshot"))
    chosen = [s for s in snapshots if _id(s) == current] or (snapshots if len(snapshots) == 1 else [])
    if not chosen:
        raise CvrError("its current snapshot is missing")
    return (held for held in _nodes(chosen[0].get("CVRContest")) if _text(held.get("ContestId")) == contest)


def _marks(voted: Node, contest: _Contest, options: Options) -> dict[int, list[str]]:
    good: dict[int, list[str]] = {}
    void: dict[int, list[str]] = {}
    for chosen in _nodes(voted.get("CVRContestSelection")):
        for position in _nodes(chosen.get("SelectionPosition")) or [{}]:
            if _text(position.get("HasIndication")) == "no":
                continue
            rank = _rank(chosen.get("Rank", position.get("Rank", 1)), options)
            name = _chosen_name(chosen, position, contest, options)
            kind = void if _text(position.get("IsAllocable")) == "no" else good
            kind.setdefault(rank, []).append(name)
    for rank, names in void.items():
        if rank not in good and len(set(names)) > 1:
            good[rank] = names
    return good


def _chosen_name(chosen: Node, position: Node, contest: _Contest, options: Options) -> str:
    key = _text(chosen.get("ContestSelectionId"))
    name = contest.selections.get(key)
    if position.get("CVRWriteIn") is not None or name == WRITE_IN:
        texts = [_text(node.get("Text")) for node in _nodes(position.get("CVRWriteIn"))]
        written = options.aliases.get(texts[0], texts[0]) if texts else ""
        return written if written and written in contest.selections.values() else WRITE_IN
    if name is None:
        raise CvrError(f"its selection '{key[:80]}' is not in the contest")
    return name


def _rank(value: Any, options: Options) -> int:
    text = _text(value)
    if not text.isdecimal() or len(text) > 6 or not 1 <= int(text) <= options.limits.cells:
        raise CvrError(f"'{text[:20]}' is not a rank")
    return int(text)


def _nodes(value: Any) -> list[Node]:
    """One node or a list of them, as a list; anything else is none."""
    if isinstance(value, Mapping):
        return [value]
    return [node for node in value if isinstance(node, Mapping)] if isinstance(value, list) else []


def _id(node: Node) -> str:
    return _text(node.get("@id"))


def _text(value: Any) -> str:
    """A leaf as text. In XML an element with attributes keeps its text under '#'."""
    if isinstance(value, Mapping):
        value = value.get("#")
    return str(value).strip() if isinstance(value, (str, int)) else ""
