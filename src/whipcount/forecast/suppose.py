"""A supposition, and the contest as it would be if it held: what `what-if` asks.

In: a contest cut to a date, and what is supposed. Out: another contest, and the rules amended. Each supposition is a change to the
contest's own records (a candidate's row, evidence, a poll), so that everything after it is computed as ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from whipcount.contest import CandidateRow, Contest, Elector, Evidence, PollRow, Question, SectionInfo
from whipcount.errors import NotFound, UsageError
from whipcount.rules import Ballot, InForce, Version, find
from whipcount.rules import Confidence as ConfidenceClause

SAMPLE = 1_000
"""The size that a supposed poll is given."""


@dataclass(frozen=True)
class Suppose:
    """What is supposed; empty where nothing is.

    join       groups of candidates (or camps) whose supporters vote as one, for the first of each
    drop, add  candidates who leave and who come in
    rules      `ID@DATE`: another rulebook, or the same on another day
    weights    body -> its weight in every ballot that has it
    electorate section -> how many electors; 0 leaves the section out
    polls      (section, candidate -> percent): a poll of its electors that comes out on the day
    assume     (who, whom): an elector declares for a candidate; a candidate withdraws and does so
    """

    join: tuple[tuple[str, ...], ...] = ()
    drop: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    rules: str | None = None
    weights: tuple[tuple[str, Fraction], ...] = ()
    electorate: tuple[tuple[str, int], ...] = ()
    polls: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()
    assume: tuple[tuple[str, str], ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing at all is supposed."""
        return self == Suppose()


def supposed(contest: Contest, what: Suppose) -> Contest:
    """The contest as it would be, apart from `weights` (see `amended`).

    Raises `UsageError` for a supposition that contradicts itself or the contest, `NotFound` for a name that is not in it.
    """
    _consistent(what)
    out = contest
    for name in what.add:
        out = _added(out, name)
    for who, whom in what.assume:
        out = _backing(out, who, whom)
    for group in what.join:
        out = _joined(out, tuple(candidate(out, name) for name in group))
    for name in what.drop:
        out = _row(out, CandidateRow.model_validate(_given(out, name=candidate(out, name), status="withdrew")))
    for section, electors in what.electorate:
        out = _sized(out, section, electors)
    for section, shares in what.polls:
        out = _polled(out, section, shares)
    return _ruled(out, what.rules) if what.rules else out


def _consistent(what: Suppose) -> None:
    joined = [name for group in what.join for name in dict.fromkeys(group)]
    others = [name for group in what.join for name in group[1:]]
    clashes = [
        ("dropped and added", set(what.drop) & set(what.add)),
        ("joined to themselves", {name for group in what.join for name in repeated(group)}),
        ("joined with others and dropped", set(joined) & set(what.drop)),
        ("in two groups that join", {n for n in joined if joined.count(n) > 1}),
        ("backed and dropped", {whom for _, whom in what.assume} & set(what.drop)),
        ("backed and joined to somebody else", {whom for _, whom in what.assume} & set(others)),
        ("said to back two candidates", repeated([who for who, _ in what.assume])),
        ("said to back themselves", {who for who, whom in what.assume if who == whom}),
        ("given two sizes", repeated([section for section, _ in what.electorate])),
    ]
    for says, names in clashes:
        if names:
            raise UsageError(f"The what-if contradicts itself: {', '.join(sorted(names))} would be {says}.")
    for group in what.join:
        if len(group) < 2:
            raise UsageError(f"It takes two to join: '{', '.join(group)}' is one. Write --join A,B.")


def repeated(names: Sequence[str]) -> set[str]:
    """The names that stand there more than once."""
    return {n for n in names if names.count(n) > 1}


def _given(contest: Contest, **fields: Any) -> dict[str, Any]:
    day = contest.seen_on
    if day is None:
        raise UsageError("A what-if needs a contest as of a date.")
    return {"known": day, "source": "supposed", "confidence": "high", **fields}


def _row(contest: Contest, row: CandidateRow) -> Contest:
    return replace(contest, candidates=(*contest.candidates, row))


def _elections(contest: Contest) -> list[Question]:
    return [q for q in contest.identity.questions if q.kind == "election"]


def candidates_of(contest: Contest) -> tuple[str, ...]:
    """Everybody in the field of any election, and every camp asked about."""
    names: dict[str, None] = {}
    for question in contest.identity.questions:
        field = contest.standing(question.id) if question.kind == "election" else question.options
        names |= dict.fromkeys(field)
    return tuple(names)


def candidate(contest: Contest, name: str) -> str:
    """The full name of a candidate or camp, given whole or by a part that only one of them has. Raises `NotFound`."""
    known = candidates_of(contest)
    found = [n for n in known if n.lower() == name.lower()] or [n for n in known if name.lower() in n.lower().split()]
    if len(found) != 1:
        raise NotFound("candidate", name, known)
    return found[0]


def _added(contest: Contest, name: str) -> Contest:
    if any(n.lower() == name.lower() for n in candidates_of(contest)):
        raise UsageError(f"{name} is in the field already. Leave --add out, or name somebody else.")
    if not _elections(contest):
        raise UsageError(f"'{contest.id}' asks about no election on this date, so nobody can be added to one.")
    closed = any(r.status == "on the ballot" for r in contest.candidates)
    past = next((r.name for r in contest.candidates if r.name.lower() == name.lower()), name)
    status = "on the ballot" if closed else "standing"
    return _row(contest, CandidateRow.model_validate(_given(contest, name=past, status=status)))


def _joined(contest: Contest, group: tuple[str, ...]) -> Contest:
    """Supporters of the others count for the first: in evidence, polls and prices."""
    first, others = group[0], set(group[1:])
    if first in others:
        raise UsageError(f"{first} cannot join {first}.")

    def whose(options: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(first if o in others else o for o in options))

    evidence = tuple(r.model_copy(update={"option": whose(r.option)}) for r in contest.evidence)
    out = replace(
        contest, evidence=evidence, polls=_merged(contest.polls, first, others),
        odds=tuple(r for r in contest.odds if r.option not in others),
    )  # fmt: skip
    questions = tuple(q.model_copy(update={"options": whose(q.options)}) for q in contest.identity.questions)
    out = replace(out, identity=out.identity.model_copy(update={"questions": questions}))
    for name in sorted(others):
        if any(r.name == name for r in contest.candidates):
            out = _row(out, CandidateRow.model_validate(_given(out, name=name, status="withdrew", backs=first)))
    return out


def _merged(polls: Sequence[PollRow], first: str, others: set[str]) -> tuple[PollRow, ...]:
    sums: dict[tuple[object, ...], PollRow] = {}
    for row in polls:
        mine = first if row.option in others else row.option
        key = (row.poll, row.population, row.section, row.measure, row.contest_of, row.link, mine)
        before = sums[key].share if key in sums else 0.0
        sums[key] = row.model_copy(update={"option": mine, "share": min(before + row.share, 100.0)})
    return tuple(sums.values())


def _sized(contest: Contest, section: str, electors: int) -> Contest:
    sections = dict(contest.identity.sections)
    if section not in sections:
        raise NotFound("section", section, sections)
    info = sections[section]
    if info.by == "name" and electors:
        raise UsageError(
            f"The section '{section}' is known by name; its size is its roll. Only {section}=0 can be supposed."
        )
    if electors:
        sections[section] = info.model_copy(update={"electors": electors})
    elif sum(s.body == info.body for s in sections.values()) < 2:
        raise UsageError(f"'{section}' is all there is of its body in the rules; without it no ballot can be held.")
    else:
        del sections[section]
    return replace(contest, identity=contest.identity.model_copy(update={"sections": sections}))


def _polled(contest: Contest, section: str, shares: Sequence[tuple[str, float]]) -> Contest:
    sections = contest.identity.sections
    if section not in sections:
        raise NotFound("section", section, sections)
    if sections[section].by == "name":
        raise UsageError(
            f"The section '{section}' is known by name, not by polls. Suppose what its electors say: --assume."
        )
    if len(shares) < 2 or any(s < 0 for _, s in shares) or not 0 < sum(s for _, s in shares) <= 100.5:
        raise UsageError("A supposed poll needs two candidates or more, with shares that sum to 100 at the most.")
    number = sum(r.poll.startswith("what-if") for r in contest.polls)
    rows = [
        PollRow.model_validate(
            _given(
                contest, poll=f"what-if-{number}", pollster="what-if", population=sections[section].name, link="electors",
                option=candidate(contest, name), share=share, section=section, sample=SAMPLE,
            )
        )
        for name, share in shares
    ]  # fmt: skip
    if len({r.option for r in rows}) < len(rows):
        raise UsageError("A supposed poll names one candidate twice.")
    return replace(contest, polls=(*contest.polls, *rows))


def _backing(contest: Contest, who: str, whom: str) -> Contest:
    target = candidate(contest, whom)
    out, found = contest, _elector(contest, who)
    if found is not None:
        for question in _asked_of(contest, found, target):
            number = sum(r.id.startswith("what-if") for r in out.evidence)
            row = Evidence.model_validate(
                _given(
                    contest, id=f"what-if-{number}", question=question.id, section=found.section, kind="declaration",
                    by=found.name, source_kind="own words", elector=found.id, stance="supports", option=(target,),
                )
            )  # fmt: skip
            out = replace(out, evidence=(*out.evidence, row))
    rival = next((n for n in candidates_of(contest) if n.lower() == (found.name if found else who).lower()), None)
    if rival is None and found is None:
        everybody = [*(e.name for e in contest.electors), *candidates_of(contest)]
        raise NotFound("elector or candidate", who, everybody)
    return (
        _row(out, CandidateRow.model_validate(_given(out, name=rival, status="withdrew", backs=target)))
        if rival
        else out
    )


def _elector(contest: Contest, who: str) -> Elector | None:
    word = who.lower()
    exact = [e for e in contest.electors if word in {e.name.lower(), e.id, *(a.lower() for a in e.aliases)}]
    return exact[0] if len({e.id for e in exact}) == 1 else None


def _asked_of(contest: Contest, elector: Elector, target: str) -> list[Question]:
    return [
        q for q in contest.identity.questions
        if (q.kind == "election" and target in contest.standing(q.id)) or (q.section == elector.section and target in q.options)
        or (q.kind == "confidence" and q.section == elector.section and q.leader == target)
    ]  # fmt: skip


# -- rules ----------------------------------------------------------------------------------------------------------


def _ruled(contest: Contest, ref: str) -> Contest:
    """Every question under other rules; where they have no clause of this id, under the one of its kind."""
    version = find(ref).version
    questions = tuple(
        q.model_copy(update={"rules": ref, "clause": _clause(version, q)}) if q.kind != "camps" else q
        for q in contest.identity.questions
    )
    paths = [version.path(q.clause) for q in questions if q.kind == "election"]
    bodies = {body for path in paths for ballot in path for body in ballot.bodies}
    sections = _placed(contest.identity.sections, bodies)
    return replace(contest, identity=contest.identity.model_copy(update={"questions": questions, "sections": sections}))


def _placed(sections: Mapping[str, SectionInfo], bodies: set[str]) -> dict[str, SectionInfo]:
    """The sections in the bodies that vote under other rules.

    A section goes to the body of (about) its own name; if one body is then still empty, all polled sections without a place
    vote in it together: a college becomes one body of members. The rest have no vote.
    """
    out = dict(sections)
    for name, info in sections.items():
        near = next((b for b in sorted(bodies) if b == name or b[:5] == name[:5]), None)
        if info.body not in bodies and near is not None:
            out[name] = info.model_copy(update={"body": near})
    empty = bodies - {s.body for s in out.values()}
    loose = [n for n, s in out.items() if s.by == "poll" and s.body not in bodies]
    if len(empty) == 1:
        for name in loose:
            out[name] = out[name].model_copy(update={"body": next(iter(empty))})
    return out


def _clause(version: Version, question: Question) -> str | None:
    if any(c.id == question.clause for c in version.clauses):
        return question.clause
    if question.kind == "confidence":
        found = version.of(ConfidenceClause)
        return found[0].id if found else None
    return next((o.id for o in version.openings if o.then), None)


def amended(rules: InForce, weights: Mapping[str, Fraction]) -> InForce:
    """The rules with other weights in the ballots of these bodies. Raises `UsageError` where they do not sum to one."""
    if not weights:
        return rules
    version = rules.version
    known = {body for ballot in version.ballots for body in ballot.bodies}
    for body in weights:
        if body not in known:
            raise NotFound("body that votes", body, known)
    clauses = tuple(_weighted(c, weights) if isinstance(c, Ballot) else c for c in version.clauses)
    return replace(rules, version=version.model_copy(update={"clauses": clauses}))


def _weighted(ballot: Ballot, weights: Mapping[str, Fraction]) -> Ballot:
    if not set(ballot.bodies) & set(weights) or len(ballot.bodies) < 2:
        return ballot
    sections = tuple(s.model_copy(update={"weight": weights.get(s.body, s.weight)}) for s in ballot.sections)
    whole = sum(s.weight for s in sections)
    if whole != 1:
        parts = " + ".join(f"{s.body} {s.weight}" for s in sections)
        raise UsageError(
            f"The weights in '{ballot.title}' would sum to {whole}, not 1 ({parts}). Give every body its own."
        )
    return ballot.model_copy(update={"sections": sections})
