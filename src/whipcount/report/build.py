"""The report as data: the question, the answer, what is needed, where electors stand, what happens, and why.

Everything that is shown, in the terminal, on a page or as JSON, is read off a `Report`; nothing is computed later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from whipcount.contest import Contest, Elector, Evidence, OddsRow, load
from whipcount.errors import UsageError
from whipcount.forecast import (
    DRAWS,
    NOBODY,
    AnyOutlook,
    CampsOutlook,
    ConfidenceOutlook,
    ElectionOutlook,
    Moved,
    Outlook,
    Poll,
    moved,
    outlook,
)
from whipcount.forecast.field import nominations_needed
from whipcount.forecast.polled import PRICES
from whipcount.forecast.reasons import best_pair, leading_number, without_evidence
from whipcount.headcount import Headcount
from whipcount.report.words import day, names, odds, percent
from whipcount.rules import Ballot, InForce, Threshold


@dataclass(frozen=True)
class Need:
    """A number that matters: `who` needs `number` of `of` for `what`."""

    who: str
    number: int
    of: int
    what: str
    note: str = ""


@dataclass(frozen=True)
class Reason:
    """A piece of evidence and what it did to the answer.

    ids     of its rows in evidence.csv (several where they are one story), of the poll in polls.csv, or of the prices in odds.csv
    effect  difference of the leading probability; `people` of the mean of the support, in electors
    """

    ids: tuple[str, ...]
    effect: float
    people: float | None
    rough: bool
    what: str
    by: str
    source_kind: str
    known: date
    source: tuple[str, ...]
    confidence: str
    quote: str | None = None


@dataclass(frozen=True)
class Chance:
    """Something that may happen: `event` is a short name for it, `says` puts it in words."""

    event: str
    says: str
    p: float


@dataclass(frozen=True)
class Part:
    """One question of a contest: everything the report says about it.

    `number` names the leading number that `reasons` are about, and `bare` is what it would be with no evidence at all.
    """

    result: AnyOutlook
    rules: InForce | None
    asks: str
    answer: str
    needs: tuple[Need, ...]
    chances: tuple[Chance, ...]
    number: str
    bare: float | None
    reasons: tuple[Reason, ...]
    headcounts: tuple[Headcount, ...]
    set_aside: tuple[Poll, ...]
    outcome: str | None


@dataclass(frozen=True)
class Report:
    """What `whipcount report` shows. The first part is the question at hand."""

    contest: Contest
    as_of: date
    outlook: Outlook
    parts: tuple[Part, ...]
    after: tuple[Chance, ...]
    happened: tuple[str, ...]

    @property
    def at_hand(self) -> Part:
        """The question that is settled next."""
        return self.parts[0]


def build(
    name: str, as_of: date | None = None, *, seed: int = 1, draws: int = DRAWS, today: date | None = None
) -> Report:
    """The report on a contest (an id of the library or a folder) as of a date.

    Without a date: the day on which the last question was settled, or today for a contest that is still open. Raises
    `UsageError` for a date in the future or before anything was known, and `ContestError` for a folder with faults.
    """
    today = today or date.today()
    return build_from(load(name, today), as_of, seed=seed, draws=draws, today=today)


def build_from(
    whole: Contest, as_of: date | None = None, *, seed: int = 1, draws: int = DRAWS, today: date | None = None
) -> Report:
    """The report on a contest in memory that is not cut to a date; otherwise as `build`."""
    today = today or date.today()
    when = day_asked(whole, as_of, today)
    seen = whole.as_of(when)
    result = outlook(seen, seed=seed, draws=draws)
    parts = tuple(_part(seen, result, one, first=i == 0) for i, one in enumerate(result.questions))
    after = _after(result)
    return Report(seen, when, result, parts, after, _happened(seen))


def day_asked(whole: Contest, as_of: date | None, today: date) -> date:
    """The day to report on: the one asked for, or the last. Raises `UsageError` for one on which there is nothing to say."""
    when = as_of or whole.last_day(today)
    if when > today:
        raise UsageError(f"{when} is in the future; nothing is known as of then. Give a date up to {today}.")
    first = whole.first_known()
    if when < first:
        raise UsageError(f"Nothing is known about '{whole.id}' as of {when}; the first evidence is of {first}.")
    return when


def _part(contest: Contest, result: Outlook, one: AnyOutlook, *, first: bool) -> Part:
    number, _ = leading_number(one)
    reasons = reasons_of(contest, result, one) if first else ()
    counts = one.headcounts if isinstance(one, ElectionOutlook) else (one.headcount,)
    return Part(
        result=one,
        rules=None if isinstance(one, CampsOutlook) else one.rules,
        asks=one.question.asks,
        answer=answer(one),
        needs=tuple(_needs(contest, one)),
        chances=tuple(_chances(one)),
        number=number,
        bare=without_evidence(result, one) if first else None,
        reasons=reasons,
        headcounts=counts,
        set_aside=one.set_aside if isinstance(one, ElectionOutlook) else (),
        outcome=one.question.outcome,
    )


def reasons_of(contest: Contest, result: Outlook, one: AnyOutlook) -> tuple[Reason, ...]:
    """The evidence behind the leading number of a question, what moved it most first."""
    prices = one.polled.prices if isinstance(one, ElectionOutlook) and one.polled is not None else ()
    return tuple(
        _market(m, m.evidence, prices) if isinstance(m.evidence, Poll) and m.evidence.head.poll == PRICES else _reason(contest, m)
        for m in moved(result, one)
    )  # fmt: skip


def answer(one: AnyOutlook) -> str:
    """The answer to a question in one or two sentences."""
    if isinstance(one, ConfidenceOutlook):
        return _confidence_answer(one)
    if isinstance(one, ElectionOutlook):
        return _election_answer(one)
    return _camps_answer(one)


def _confidence_answer(one: ConfidenceOutlook) -> str:
    leader, bar = one.question.leader or "The leader", one.thresholds[0]
    support = next(s for s in one.headcount.support if s.option == "for")
    verb = "holds" if one.p_survives >= 0.5 else "has lost"
    chance = one.p_survives if one.p_survives >= 0.5 else 1 - one.p_survives
    says = (
        f"It is {_likely(chance)} that {leader} {verb} the support needed: {bar.leader_needs} of {bar.of}. "
        f"About {support.mean:.0f} are with the leader (80 % interval {support.low} to {support.high})."
    )
    others = [t for t in one.thresholds[1:] if t.leader_needs != bar.leader_needs]
    bars = sorted({(t.leader_needs, t.p_survives) for t in others})
    if bars:
        says += " At " + names([f"{need} it would be {percent(p)}" for need, p in bars]) + "."
    return says


def _election_answer(one: ElectionOutlook) -> str:
    ranked = [(name, p) for name, p in one.p_wins.items() if name != NOBODY]
    (first, p), rest = ranked[0], ranked[1:]
    says = f"{first} wins with a chance of {odds(p).removeprefix('about ')} ({percent(p)})"
    if rest and rest[0][1] >= 0.01:
        says += f"; {rest[0][0]} follows at {percent(rest[0][1])}"
    return says + f". {_rounds(one)}"


def _rounds(one: ElectionOutlook) -> str:
    at, p = max(one.p_round.items(), key=lambda item: item[1])
    return f"It is settled most likely in round {at} ({percent(p)})."


def _camps_answer(one: CampsOutlook) -> str:
    pair = best_pair(one)
    joint = next(c for c in one.coalitions if c.camps == pair)
    alone = max((c for c in one.coalitions if len(c.camps) == 1), key=lambda c: c.p_wins)
    block = max((c for c in one.coalitions if len(c.camps) == 1), key=lambda c: c.p_blocks)
    return (
        f"{names(pair)} together have the numbers with a chance of {odds(joint.p_wins).removeprefix('about ')} "
        f"({percent(joint.p_wins)}). The camp most likely to have them alone is {alone.camps[0]} ({percent(alone.p_wins)}); "
        f"the one that the others can least do without is {block.camps[0]} ({percent(block.p_blocks)})."
    )


def _likely(p: float) -> str:
    return "almost certain" if p >= 0.99 else f"likely, {odds(p)}," if p > 0.6 else "about as likely as not"


def _needs(contest: Contest, one: AnyOutlook) -> Sequence[Need]:
    if isinstance(one, ConfidenceOutlook):
        out = []
        for t in one.thresholds:
            out.append(Need("the leader", t.leader_needs, t.of, "to stay", t.label))
            out.append(Need("opponents", t.opponents_need, t.of, "to remove the leader or force a contest", t.label))
        return out
    if isinstance(one, CampsOutlook):
        n = len(one.headcount.roll)
        return [
            Need("a camp or camps together", one.headcount.majority, n, "to win a vote"),
            Need("a camp or camps together", n - one.headcount.majority + 1, n, "to stop one"),
        ]
    return _election_needs(contest, one)


def _election_needs(contest: Contest, one: ElectionOutlook) -> list[Need]:
    rolls = {c.section: len(c.roll) for c in one.headcounts}
    needs: list[Need] = []
    need = nominations_needed(contest, one.rules.version, one.question.clause, one.headcounts)
    if need is not None:
        number, of, here = need
        who = names([contest.identity.sections[c.section].name for c in here])
        needs.append(Need("a candidate", number, of, "to be on the paper", f"nominations from {who}"))
    for ballot in one.rules.version.path(one.question.clause):
        needs += _ballot_needs(ballot, rolls)
    return needs


def _ballot_needs(ballot: Ballot, rolls: dict[str, int]) -> list[Need]:
    if ballot.weighted or not ballot.wins or len(rolls) != 1:
        return []
    bar: Threshold = ballot.wins[0]
    of = next(iter(rolls.values()))
    return [Need("a candidate", bar.people(of), of, f"to win {ballot.title}")] if ballot.bodies[0] in rolls else []


def _chances(one: AnyOutlook) -> Sequence[Chance]:
    key = one.question.id
    if isinstance(one, ConfidenceOutlook):
        return [
            Chance(
                f"{key}: survives" if t.operative else f"{key}: survives at {t.leader_needs} ({t.label})",
                f"{one.question.leader} has {t.leader_needs} of {t.of} ({t.label})",
                t.p_survives,
            )
            for t in one.thresholds
        ]
    if isinstance(one, ElectionOutlook):
        return [Chance(f"{key}: {name} wins", f"{name} wins", p) for name, p in one.p_wins.items()]
    out = []
    for c in one.coalitions:
        who = " + ".join(c.camps)
        apart = "" if one.would_join(c.camps) else " (they quarrel)"
        out.append(Chance(f"{key}: {who} can win", f"{names(c.camps)} can win{apart}", c.p_wins))
        out.append(Chance(f"{key}: {who} can block", f"nothing passes without {names(c.camps)}", c.p_blocks))
        if len(c.camps) == 1:
            out.append(
                Chance(f"{key}: {who} kingmaker", f"{who} decides between the two largest others", c.p_kingmaker)
            )
    return out


def _after(result: Outlook) -> tuple[Chance, ...]:
    out = [
        Chance(f"leader after: {name}", f"{name} leads when all is settled", p)
        for name, p in result.leader_after.items()
    ]
    if result.opens is not None:
        out.insert(0, Chance("contest opens", "a contest for the leadership opens", result.opens))
    return tuple(out)


def _shares(poll: Poll) -> str:
    return ", ".join(f"{o} {s:g}" for o, s in sorted(poll.shares.items(), key=lambda i: -i[1])[:4])


def _market(m: Moved, market: Poll, prices: Sequence[OddsRow]) -> Reason:
    """All prices on the winner that were used, as one reason."""
    head = market.head
    what = f"chances implied by prices on the winner, margin included: {_shares(market)}"
    ids, source = tuple(r.id for r in prices), tuple(dict.fromkeys(s for r in prices for s in r.source))
    return Reason(ids, m.effect, None, m.rough, what, head.pollster, "market", head.known, source, head.confidence)


def _reason(contest: Contest, m: Moved) -> Reason:
    if isinstance(m.evidence, Poll):
        head = m.evidence.head
        what = f"{head.link} of {head.population}: {_shares(m.evidence)}"
        return Reason(
            (head.poll,), m.effect, None, m.rough, what, head.pollster, "pollster", head.known, head.source, head.confidence
        )  # fmt: skip
    row = m.evidence[0]
    what = describe(contest.electors, row) if len(m.evidence) == 1 else _story(m.evidence)
    ids = tuple(r.id for r in m.evidence)
    return Reason(
        ids, m.effect, m.people, m.rough, what, row.by, row.source_kind, row.known, row.source, row.confidence, row.quote
    )  # fmt: skip


def _story(rows: Sequence[Evidence]) -> str:
    """What the rows of one story say together: "list of 34: 20 supports Ada Quill, 12 opposes Ada Quill"."""
    said: dict[str, int] = {}
    for row in rows:
        stance = "total" if row.kind == "total" else (row.stance or row.kind)
        key = f"{stance} {names(row.option)}".strip()
        said[key] = said.get(key, 0) + 1
    parts = [f"{count} {key}" for key, count in sorted(said.items(), key=lambda item: -item[1])[:4]]
    return f"a list of {len(rows)}: {', '.join(parts)}"


def describe(electors: Sequence[Elector], row: Evidence) -> str:
    """What a row of evidence says, in a few words."""
    options = names(row.option)
    if row.kind == "total":
        return f"{options}: {row.amount.text if row.amount else ''} ({row.kind})"
    who = next((e.name for e in electors if e.id == row.elector), str(row.elector))
    if row.kind == "membership":
        return f"{who} belongs to {options}"
    soft = " (soft)" if row.firmness == "leaning" else ""
    return f"{who} {row.stance} {options}{soft}" if options else f"{who}: {row.stance}"


def _happened(contest: Contest) -> tuple[str, ...]:
    day_ = contest.seen_on
    out = []
    for question in contest.identity.questions:
        if question.decided is not None and question.outcome and day_ is not None and question.decided <= day_:
            out.append(f"{day(question.decided)}: {question.outcome}")
    return tuple(out)
