"""What became of the questions of a contest, by its folder: who won, whether the leader kept the vote, or why it never arose.

In: a whole contest. Out: for each question an `Answer`, or None where the folder does not say in figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from whipcount.contest import Contest, Question, Vote
from whipcount.rules import Confidence, find


@dataclass(frozen=True)
class Answer:
    """How a question was settled. `winner` for elections, `kept` for votes on a leader; neither: it never arose."""

    on: date
    why: str
    source: tuple[str, ...]
    winner: str | None = None
    kept: bool | None = None

    @property
    def arose(self) -> bool:
        """Whether there was anything to settle."""
        return self.winner is not None or self.kept is not None


def answer(contest: Contest, question: Question) -> Answer | None:
    """How a question was settled, from the folder's result."""
    result = contest.result
    if result is None or question.kind == "camps":
        return None
    if question.kind == "confidence":
        return _vote(contest, question)
    before = contest.question(question.follows) if question.follows else None
    if before is not None and (vote := answer(contest, before)) is not None and vote.kept:
        return Answer(vote.on, f"never arose: {vote.why}", vote.source)
    if result.winner is None or question.decided != result.decided:
        return None
    return Answer(result.decided, f"{result.winner} was elected", result.source, winner=result.winner)


def _vote(contest: Contest, question: Question) -> Answer | None:
    votes = contest.result.votes_on_leader if contest.result else ()
    vote = next((v for v in votes if v.clause == question.clause and v.date == question.decided), None)
    if vote is None:
        return None
    kept, how = _cleared(contest, question, vote)
    return Answer(vote.date, how, vote.source, kept=kept)


def _cleared(contest: Contest, question: Question, vote: Vote) -> tuple[bool, str]:
    """Whether the leader cleared the rule's threshold; whether he then stayed is another matter, as such votes may not bind."""
    rules = find(question.rules or f"{contest.identity.rulebook}@{vote.date}")
    clause = rules.version.clause(question.clause) if question.clause else None
    base = _base(clause, vote) if isinstance(clause, Confidence) else None
    if isinstance(clause, Confidence) and vote.for_leader is not None and base is not None:
        need = clause.needed(base)[0]
        return vote.for_leader >= need, f"{vote.for_leader} of {base} were for the leader; {need} were needed"
    return vote.kept, f"the leader {'kept' if vote.kept else 'lost'} the vote; figures were not published"


def _base(clause: Confidence, vote: Vote) -> int | None:
    """How many the threshold is a share of: those entitled, or those who voted."""
    if clause.threshold.of == "entitled":
        return vote.entitled
    if vote.for_leader is None or vote.against is None:
        return None
    return vote.for_leader + vote.against
