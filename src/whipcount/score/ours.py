"""whipcount's own predictions: the outlook of a contest on a date, as entries for the ledger.

In: a contest and dates. Out: predictions. Probabilities come from a finite number of draws, which can never show that
something is impossible: with k of n draws the probability is (k + 1/2) / (n + 1) (the mean of Jeffreys' posterior), so
that the logarithmic score stays finite.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version

from whipcount.contest import Contest, Question
from whipcount.errors import UsageError
from whipcount.forecast import DRAWS, CampsOutlook, ConfidenceOutlook, ElectionOutlook, Outlook, outlook
from whipcount.score.entry import Prediction, Quantile
from whipcount.score.gather import Gathered, settle
from whipcount.score.results import answer

DAYS_BEFORE = (60, 30, 14, 7, 1)
"""How many days before each decision the scoreboard asks for an outlook, if the folder has evidence by then."""
HINDCAST_DRAWS = 4_000
"""Draws of each of many outlooks that are only scored: they leave a probability uncertain by 0.8 points at the most."""


def predictions_of(found: Outlook, *, shares: bool = False) -> tuple[Prediction, ...]:
    """What an outlook says, one prediction for each of its questions; with `shares` also first votes by section.

    An election that follows a vote on the leader counts only if that vote is lost: the prediction is conditional.
    """
    out: list[Prediction] = []
    for one in found.questions:
        if isinstance(one, ConfidenceOutlook):
            p = _smoothed(one.p_survives, len(one.survives))
            out.append(_make(found, one.question, says=one.question.asks, probability=p))
        elif isinstance(one, ElectionOutlook):
            out.append(_make(found, one.question, says=one.question.asks, outcomes=_winners(one)))
            out.extend(_shares(found, one) if shares else ())
        else:
            assert isinstance(one, CampsOutlook)  # nothing is settled about camps
    return tuple(out)


def _smoothed(p: float, draws: int) -> float:
    return (p * draws + 0.5) / (draws + 1)


def _winners(one: ElectionOutlook) -> dict[str, float]:
    """Name -> probability, each of the C candidates with 1/C draw more than it has."""
    draws, names = len(one.winner), dict(one.p_wins)
    if len(names) < 2:
        names.setdefault("any other", 0.0)
    return {name: (p * draws + 1 / len(names)) / (sum(names.values()) * draws + 1) for name, p in names.items()}


def _shares(found: Outlook, one: ElectionOutlook) -> Iterable[Prediction]:
    for section, rows in one.shares.items():
        for share in rows:
            middle = min(max(share.mean, share.low), share.high)
            quantiles = tuple(
                Quantile(level=at, value=value) for at, value in ((0.1, share.low), (0.5, middle), (0.9, share.high))
            )
            says = f"first votes of {share.candidate} among {section}, in per cent"
            tag = f"/{section}/{share.candidate.lower().replace(' ', '-')}"
            yield _make(found, one.question, tag, says=says, quantiles=quantiles, unit="per cent")


def _make(found: Outlook, question: Question, tag: str = "", **claim: object) -> Prediction:
    contest = found.contest
    condition = contest.question(question.follows).asks if question.follows else None
    form = {"condition": f"the leader loses: {condition}"} if condition else {}
    return Prediction.model_validate(
        {
            "id": f"{contest.id}/whipcount/{found.as_of}/{question.id}{tag}",
            "by": "whipcount",
            "kind": "whipcount",
            "contest": contest.id,
            "question": question.id,
            "basis": "model",
            "made": found.as_of,
            "source": ("this program's outlook",),
            "note": f"version {_version()}, seed {found.seed}, {found.draws} draws, evidence known by {found.as_of}",
            **form,
            **claim,
        }
    )


def _version() -> str:
    try:
        return version("whipcount")
    except PackageNotFoundError:
        return "unknown"


def predict(
    contest: Contest, as_of: date, *, seed: int = 1, draws: int = DRAWS, shares: bool = False
) -> tuple[Prediction, ...]:
    """whipcount's predictions on the questions of a contest that are open on a date.

    Raises `UsageError` if none is, or if there is no evidence by then.
    """
    if as_of < contest.first_known():
        raise UsageError(f"The first evidence in '{contest.id}' was known on {contest.first_known()}, after {as_of}.")
    return predictions_of(outlook(contest.as_of(as_of), seed=seed, draws=draws), shares=shares)


def hindcasts(
    contest: Contest, *, days: Iterable[int] = DAYS_BEFORE, seed: int = 1, draws: int = HINDCAST_DRAWS
) -> Gathered:
    """whipcount's predictions so many days before each decision of a folder, on what was known then, with what became of them.

    They were made after the event, by a program that was written after it, and are labelled so wherever they are shown.
    """
    found = Gathered()
    done: set[tuple[str, date]] = set()
    for question in contest.identity.questions:
        for before in sorted(days, reverse=True):
            day = (question.decided or date.min) - timedelta(days=min(before, 20_000)) if question.decided else None
            if day is None or day < max(question.opens, contest.first_known()) or question.kind == "camps":
                continue
            try:
                made = [p for p in predict(contest, day, seed=seed, draws=draws) if p.question == question.id]
            except UsageError as why:  # too few candidates in view by then
                found += Gathered(passed_over=(f"{contest.id}: no outlook of '{question.id}' on {day}: {why}",))
                continue
            fresh = [p for p in made if (question.id, day) not in done]
            done.add((question.id, day))
            settled = answer(contest, question)
            found += Gathered(tuple(fresh), tuple(settle(p, settled) for p in fresh))
    return found
