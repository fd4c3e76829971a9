"""From a contest folder to entries: what commentators said, what prices implied, whom polls had ahead, and what became of it.

In: a `Contest`, whole. Out: `Gathered`: predictions and resolutions in the form of the ledger, and what was passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from whipcount.contest import Contest, OddsRow, PollRow, PredictionRow, Question
from whipcount.errors import ContestError, Problem, UsageError
from whipcount.score.entry import Kind, Prediction, Resolution, Verdict
from whipcount.score.odds import REST, Method, implied, parse_price
from whipcount.score.results import Answer, answer
from whipcount.score.words import Reading, strength_of, tables, verdict_of


@dataclass(frozen=True)
class Gathered:
    """Entries from a folder. `passed_over` says in words what was left out, and why."""

    predictions: tuple[Prediction, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    passed_over: tuple[str, ...] = ()

    def __add__(self, other: Gathered) -> Gathered:
        return Gathered(
            self.predictions + other.predictions,
            self.resolutions + other.resolutions,
            self.passed_over + other.passed_over,
        )


def gather(contest: Contest, *, method: Method = "proportional") -> Gathered:
    """Everything in a folder that predicts: commentators, prices and polls, with what became of each.

    `method` says how the overround is taken out of prices.

    Raises `ContestError` for a resolution or a price that cannot be read.
    """
    return commentators(contest) + prices(contest, method=method) + polls(contest)


def commentators(contest: Contest) -> Gathered:
    """The rows of predictions.csv. Words are read by the documented table; `basis` says so.

    A market's price that also stands in odds.csv is passed over here, and a pollster's projection that does in polls.csv.
    """
    elsewhere = {(_who(row.market)[0], row.known): "odds.csv" for row in contest.odds}
    elsewhere |= {(row.pollster, row.known): "polls.csv" for row in contest.polls}
    out: list[tuple[Prediction, Resolution]] = []
    passed: list[str] = []
    for number, row in enumerate(contest.predictions, 2):
        if (row.by, row.known) in elsewhere:
            passed.append(f"{contest.id}: {row.id} ({row.by}) stands in {elsewhere[row.by, row.known]} as well")
            continue
        try:
            out.append(_claim(contest, row))
        except UsageError as wrong:
            raise ContestError(Problem("predictions.csv", number, f"{row.id}: {wrong}", "Mend the row.")) from None
    return Gathered(tuple(p for p, _ in out), tuple(r for _, r in out), tuple(passed))


def _claim(contest: Contest, row: PredictionRow) -> tuple[Prediction, Resolution]:
    reading = strength_of(row.says, row.note)
    verdict = verdict_of(row.resolution)
    prediction = Prediction(
        id=f"{contest.id}/{row.id}",
        by=row.by,
        kind="market" if row.kind == "market" else "commentator",
        contest=contest.id,
        says=row.says,
        probability=reading.p,
        basis="stated" if reading.strength == "stated" else "words",
        made=row.known,
        condition=row.condition,
        not_before=row.not_before if row.not_after is None or _before(row.not_before, row.not_after) else None,
        not_after=row.not_after,
        forward=_ahead(row),
        outlet=row.outlet,
        source=row.source,
        note=_read_as(reading) + (f"; {row.note}" if row.note else ""),
    )
    why = row.why or f"the folder says '{row.resolution}'"
    source = (row.resolution_source,) if row.resolution_source else row.source
    return prediction, _resolved(prediction, verdict, why, source, row.resolved)


def _before(first: date | None, last: date) -> bool:
    return first is None or first <= last


def _ahead(row: PredictionRow) -> bool:
    """Whether a claim looks ahead: it was settled after it was made, or it is of a kind that looks ahead."""
    if row.not_after is not None and row.not_after < row.known:
        return False
    if row.kind in tables().forward:
        return True
    return row.not_after is not None if row.resolved is None else row.resolved > row.known


def _read_as(reading: Reading) -> str:
    if reading.strength == "stated":
        return f"read from '{reading.shown_by}'"
    return f"words read as '{reading.strength}'" + (f" ({reading.shown_by})" if reading.shown_by else "")


def _resolved(
    about: Prediction, verdict: Verdict, why: str, source: tuple[str, ...], on: date | None, outcome: str | None = None
) -> Resolution:
    return Resolution(
        id=f"{about.id}/resolved", of=about.id, verdict=verdict, outcome=outcome, on=on, why=why, source=source
    )


def prices(contest: Contest, *, method: Method = "proportional") -> Gathered:
    """The books of odds.csv: the prices of one market on one thing, on one day, without the overround.

    A book on who wins is resolved by the result; a single price on it is the claim that its candidate wins, and holds
    whatever margin the market took. Other prices (when a leader goes, what share he gets) are kept one at a time, unresolved.
    """
    books: dict[tuple[str, str, date], list[OddsRow]] = {}
    for row in contest.odds:
        books.setdefault((row.market, row.asks, row.known), []).append(row)
    found = Gathered()
    for (market, asks, known), rows in books.items():
        if not any(re.fullmatch(pattern, asks) for pattern in tables().winner_markets):
            found += _singles(contest, rows)
        elif (question := asked(contest, known)) is None:
            found += Gathered(passed_over=(f"{contest.id}: {market}, known on {known}, not before the decision",))
        elif len({row.option for row in rows}) == 1:
            found += _singles(contest, rows, question)
        else:
            found += _book(contest, question, rows, method)
    return found


def asked(contest: Contest, known: date) -> Question | None:
    """The election that a market on the winner is on: the first that is decided after the price."""
    ahead = [q for q in contest.identity.questions if q.kind == "election" and known < (q.decided or date.max)]
    return min(ahead, key=lambda q: q.decided or date.max, default=None)


def raw_probability(row: OddsRow) -> float:
    """The raw probability of a price as quoted. Raises `ContestError`."""
    try:
        return parse_price(row.price).raw
    except UsageError as wrong:
        raise ContestError(Problem("odds.csv", 0, f"{row.id}: {wrong}", "Mend the price.")) from None


def _who(market: str) -> tuple[str, Kind]:
    """(name without its description, kind): a market where people trade, or a bookmaker."""
    return market.split(" (", maxsplit=1)[0], "market" if "market" in market else "bookmaker"


def _book(contest: Contest, question: Question, rows: list[OddsRow], method: Method) -> Gathered:
    raw: dict[str, float] = {}
    for row in rows:  # two prices of one day on one name: the shorter
        raw[row.option] = max(raw.get(row.option, 0.0), raw_probability(row))
    over = sum(raw.values()) - 1
    made = _priced(
        contest,
        rows,
        question=question.id,
        says=question.asks,
        outcomes=implied(raw, method),
        note=f"overround {over:.1%}, taken out ({method})"
        if over >= 0
        else f"incomplete book: {-over:.1%} left to '{REST}'",
    )
    return Gathered((made,), (settle(made, answer(contest, question)),))


def _singles(contest: Contest, rows: list[OddsRow], question: Question | None = None) -> Gathered:
    """Prices one at a time, each on its own claim; on a question of the folder, that the candidate is elected."""
    note = "one price of its book: the overround is not taken out"
    made = tuple(
        _priced(
            contest,
            [row],
            question=question.id if question else None,
            says=f"{row.asks}: {row.option}",
            probability=raw_probability(row),
            note=note,
        )
        for row in rows
    )
    settled = answer(contest, question) if question else None
    if settled is not None and settled.winner is not None:
        return Gathered(made, tuple(won(p, row.option, settled) for p, row in zip(made, rows, strict=True)))
    why = "the folder does not say in a form that settles it"
    return Gathered(made, tuple(_resolved(p, "unresolved", why, p.source, None) for p in made))


def _priced(contest: Contest, rows: list[OddsRow], **claim: object) -> Prediction:
    by, kind = _who(rows[0].market)
    return Prediction.model_validate(
        {
            "id": f"{contest.id}/{rows[0].id}",
            "by": by,
            "kind": kind,
            "contest": contest.id,
            "basis": "price",
            "made": rows[0].known,
            "price": "; ".join(f"{r.option} {r.price}" for r in rows)[:400],
            "source": tuple(dict.fromkeys(s for r in rows for s in r.source)),
            **claim,
        }
    )


def won(about: Prediction, name: str, settled: Answer) -> Resolution:
    """What became of the claim that a candidate wins."""
    verdict: Verdict = "came true" if settled.winner == name else "came false"
    return _resolved(about, verdict, settled.why, settled.source, settled.on)


def settle(about: Prediction, settled: Answer | None) -> Resolution:
    """What became of a prediction on a question of a folder."""
    if settled is None:
        return _resolved(about, "unresolved", "the folder does not say how it was settled", about.source, None)
    if not settled.arose:
        return _resolved(about, "void" if about.condition else "unresolved", settled.why, settled.source, settled.on)
    if about.outcomes is None:
        verdict: Verdict = "came true" if settled.kept else "came false"
        return _resolved(about, verdict, settled.why, settled.source, settled.on)
    named = settled.winner if settled.winner in about.outcomes else REST
    return _resolved(about, "came true", settled.why, settled.source, settled.on, named)


def polls(contest: Contest) -> Gathered:
    """The leaders of polls on an election that was being fought: each poll names one, at the documented rate.

    A poll of several sections has for its leader whoever has the highest mean share over them; a head-to-head question,
    where there is one, goes before first preferences. Nominations are no polls; polls before the contest was open, and those
    with no single leader, are passed over.
    """
    found = Gathered()
    order = sorted(contest.polls, key=lambda r: (r.poll, r.link))
    for (poll, link), group in groupby(order, key=lambda r: (r.poll, r.link)):
        rows = list(group)
        question = _fought(contest, rows[0].known)
        leader = _leader(rows)
        if link == "nominations" or link not in tables().polls:
            continue
        if question is None or leader is None:
            found += Gathered(
                passed_over=(f"{contest.id}: poll {poll} ({link}): no open election, or no single leader",)
            )
            continue
        made = _poll(contest, question, rows, leader)
        settled = answer(contest, question)
        end = settle(made, None) if settled is None or settled.winner is None else won(made, leader, settled)
        found += Gathered((made,), (end,))
    return found


def _fought(contest: Contest, known: date) -> Question | None:
    """The election that is open on a day and not decided yet."""
    live = (q for q in contest.identity.questions if q.kind == "election" and q.opens <= known)
    return next((q for q in live if q.decided is None or known < q.decided), None)


def _leader(rows: list[PollRow]) -> str | None:
    final = [r for r in rows if r.measure == "head to head"] or [r for r in rows if r.measure == "first"]
    shares: dict[str, list[float]] = {}
    for row in final:
        shares.setdefault(row.option, []).append(row.share)
    means = sorted(((sum(s) / len(s), name) for name, s in shares.items()), reverse=True)
    if not means or (len(means) > 1 and means[0][0] == means[1][0]):
        return None
    return means[0][1]


def _poll(contest: Contest, question: Question, rows: list[PollRow], leader: str) -> Prediction:
    first = rows[0]
    rate = tables().polls[first.link]
    asked = {"electors": "", "self-selected": ", whoever answered"}.get(first.link, f", {first.link}")
    return Prediction(
        id=f"{contest.id}/{first.poll}/{first.link}",
        by=f"{first.pollster}{asked}",
        kind="poll",
        contest=contest.id,
        question=question.id,
        says=f"{leader} is ahead, and so will win",
        probability=rate.p,
        basis="poll",
        made=first.known,
        source=tuple(dict.fromkeys(s for r in rows for s in r.source)),
        note=f"a poll names no probability; {rate.why}",
    )
