"""The scoreboard: who called it.

In: scored predictions. Out: a `Scoreboard`: a row for each forecaster, calibration by kind of forecaster, and what was
not scored. Nothing is dropped: every verdict is counted, and rows say how much of them was read out of words, or made
after the event.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from whipcount.rules.output import frame, html_table
from whipcount.score.calibration import Calibration, calibration, parts_table
from whipcount.score.entry import Prediction, Resolution
from whipcount.score.scored import Scored, last_only, score
from whipcount.score.summary import Estimate, mean, skill

VERDICTS = ("came true", "came false", "partly", "void", "unresolved")
COLUMNS = (
    "by", "kind", "predictions", "questions", "scored", "called", "brier", "brier_low", "brier_high", "log", "skill",
    "came_true", "came_false", "partly", "void", "unresolved", "reports", "from_words", "late",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One forecaster.

    predictions  all that look ahead; `reports`: claims about what was already settled, which are kept and not scored
    questions    among those scored; each weighs the same in brier, log and skill, however often it was predicted
    called       how many of those scored gave most to what came about (an even chance is a half)
    skill        of the Brier score against even chances; 0 is no better than not knowing
    from_words   how many were scored at a probability that was read out of words or a poll's leader
    late         how many were made, or recorded, after the event
    coverage     predicted numbers: how many, mean CRPS, and the share inside the outer interval
    """

    by: str
    kind: str
    predictions: int
    reports: int
    scored: int
    questions: int
    called: float
    verdicts: dict[str, int]
    brier: Estimate | None
    log: Estimate | None
    skill: Estimate | None
    from_words: int
    late: int
    numbers: int = 0
    crps: float | None = None
    coverage: float | None = None

    def flat(self) -> dict[str, Any]:
        """The row under the names of `COLUMNS`."""
        brier = self.brier
        return {
            "by": self.by, "kind": self.kind, "predictions": self.predictions, "questions": self.questions,
            "scored": self.scored, "called": self.called,
            "brier": brier.value if brier else None,
            "brier_low": brier.low if brier else None, "brier_high": brier.high if brier else None,
            "log": self.log.value if self.log else None, "skill": self.skill.value if self.skill else None,
            **{v.replace(" ", "_"): self.verdicts[v] for v in VERDICTS},
            "reports": self.reports, "from_words": self.from_words, "late": self.late,
        }  # fmt: skip


@dataclass(frozen=True)
class Versus:
    """One forecaster against another, on the questions that both were scored on (each one's last word before the event).

    `brier` is the first's mean, `other_brier` the other's, `difference` the first's less the other's: below 0 is better.
    """

    by: str
    other: str
    questions: int
    brier: float
    other_brier: float
    difference: Estimate


@dataclass(frozen=True)
class Scoreboard:
    """Every scored prediction, and who called it. `passed_over` says what was left out on the way, and why."""

    scored: tuple[Scored, ...]
    passed_over: tuple[str, ...] = ()
    seed: int = 1

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """One row for each forecaster: those scored on most questions first, then by Brier score."""
        return self._grouped(lambda s: (s.prediction.by, s.prediction.kind))

    @cached_property
    def kinds(self) -> tuple[Row, ...]:
        """One row for each kind of forecaster."""
        return self._grouped(lambda s: (_everybody(s), s.prediction.kind))

    @cached_property
    def calibrations(self) -> dict[str, Calibration]:
        """Kind of forecaster -> calibration of the events, and of all outcomes, that it gave probabilities to."""
        pairs: dict[str, list[tuple[float, bool]]] = {}
        for one in self.scored:
            if one.pairs:
                pairs.setdefault(one.prediction.kind, []).extend(one.pairs)
        return {
            kind: calibration([p for p, _ in found], [y for _, y in found], seed=self.seed)
            for kind, found in sorted(pairs.items())
        }

    def _grouped(self, key: Callable[[Scored], tuple[str, str]]) -> tuple[Row, ...]:
        groups: dict[tuple[str, str], list[Scored]] = {}
        for one in self.scored:
            groups.setdefault(key(one), []).append(one)
        rows = [_row(by, kind, group, self.seed) for (by, kind), group in groups.items()]
        return tuple(sorted(rows, key=lambda r: (-r.questions, r.brier.value if r.brier else 9, -r.predictions, r.by)))

    def versus(self, by: str) -> tuple[Versus, ...]:
        """One forecaster against each kind of the others, and each other with two or more questions in common.

        Of each forecaster, the last word on each question before it was settled; of a kind, the mean of those. A claim that
        one candidate wins and probabilities for all of them are held to the same scale, and are not quite the same task.
        """
        own = _last_losses(self.scored, lambda s: s.prediction.by).get(by, {})
        rest = [s for s in self.scored if s.prediction.by != by]
        kinds = _last_losses(rest, _everybody)
        single = _last_losses(rest, lambda s: s.prediction.by)
        found = [_against(by, own, other, theirs, self.seed) for other, theirs in [*kinds.items(), *single.items()]]
        return tuple(v for v in found if v is not None and (v.questions > 1 or v.other in kinds))

    def table(self) -> Any:
        """The rows as a data frame."""
        return frame([row.flat() for row in self.rows])

    def predictions_table(self) -> Any:
        """Every prediction with its verdict and losses, as a data frame."""
        return frame(self.detail())

    def detail(self) -> list[dict[str, Any]]:
        """Every prediction with its verdict and losses, as plain data."""
        return [_detail(one) for one in self.scored]

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return {
            "rows": [_full(row) for row in self.rows],
            "kinds": [_full(row) for row in self.kinds],
            "calibration": {kind: found.to_json() for kind, found in self.calibrations.items()},
            "predictions": self.detail(),
            "passed_over": list(self.passed_over),
        }

    def chart(self) -> Any:
        """The board: Brier scores with intervals beside verdicts, over the calibration curves (Altair)."""
        from whipcount.score.charts import board_chart

        return board_chart(self)

    def _repr_html_(self) -> str:
        rows = [{k: f"{v:.3f}" if isinstance(v, float) else v for k, v in r.flat().items()} for r in self.rows]
        parts = [
            {k: f"{v:.3f}" if isinstance(v, float) else v for k, v in r.items()} for r in parts_table(self.calibrations)
        ]
        return html_table(rows, COLUMNS) + (html_table(parts, list(parts[0])) if parts else "")


def scoreboard(
    predictions: Iterable[Prediction],
    resolutions: Iterable[Resolution],
    *,
    late: Collection[str] = (),
    last: bool = False,
    passed_over: Iterable[str] = (),
    seed: int = 1,
) -> Scoreboard:
    """The scoreboard of predictions and what became of them.

    `late` are the ids of predictions made, or recorded, after the event; with `last` only each forecaster's last word on a
    question counts; `seed` is that of the bootstrap intervals and bands.

    Raises `UsageError` as `score`.
    """
    found = score(predictions, resolutions, late=late)
    return Scoreboard(last_only(found) if last else found, tuple(passed_over), seed)


def _row(by: str, kind: str, group: list[Scored], seed: int) -> Row:
    ahead = [s for s in group if s.prediction.forward]
    with_loss = [(s, s.loss) for s in ahead if s.loss is not None]
    misses = [s.miss for s in ahead if s.miss is not None]
    questions = [s.question for s, _ in with_loss]
    losses = [loss for _, loss in with_loss]
    some = bool(losses)
    return Row(
        by=by,
        kind=kind,
        predictions=len(ahead),
        reports=len(group) - len(ahead),
        scored=len(losses),
        questions=len(set(questions)),
        called=sum(s.called or 0.0 for s, _ in with_loss),
        verdicts={v: sum(s.verdict == v for s in ahead) for v in VERDICTS},
        brier=mean([x.brier for x in losses], questions, seed=seed) if some else None,
        log=mean([x.log for x in losses], questions, seed=seed) if some else None,
        skill=skill([x.brier for x in losses], [x.base_brier for x in losses], questions, seed=seed) if some else None,
        from_words=sum(s.prediction.basis in {"words", "poll"} for s, _ in with_loss),
        late=sum(s.late for s in ahead),
        numbers=len(misses),
        crps=sum(m.crps for m in misses) / len(misses) if misses else None,
        coverage=sum(m.inside for m in misses) / len(misses) if misses else None,
    )


def _everybody(one: Scored) -> str:
    """What all forecasters of a kind together are called."""
    kind = one.prediction.kind
    return "whipcount" if kind == "whipcount" else f"all {kind}s"


def _last_losses(scored: Iterable[Scored], who: Callable[[Scored], str]) -> dict[str, dict[tuple[str, str], float]]:
    """Name -> question -> mean Brier score of the last words on it."""
    out: dict[str, dict[tuple[str, str], list[float]]] = {}
    for one in last_only(scored):
        if one.loss is not None:
            out.setdefault(who(one), {}).setdefault(one.question, []).append(one.loss.brier)
    return {name: {q: sum(x) / len(x) for q, x in each.items()} for name, each in out.items()}


def _against(
    by: str, own: dict[tuple[str, str], float], other: str, theirs: dict[tuple[str, str], float], seed: int
) -> Versus | None:
    shared = sorted(own.keys() & theirs.keys())
    if not shared:
        return None
    first, second = ([one[q] for q in shared] for one in (own, theirs))
    gaps = mean([a - b for a, b in zip(first, second, strict=True)], shared, seed=seed)
    return Versus(by, other, len(shared), sum(first) / len(first), sum(second) / len(second), gaps)


def _full(row: Row) -> dict[str, Any]:
    parts = {name: getattr(row, name) for name in ("brier", "log", "skill")}
    return row.flat() | {
        "intervals": {name: part.to_json() for name, part in parts.items() if part is not None},
        "numbers": row.numbers, "crps": row.crps, "coverage": row.coverage,
    }  # fmt: skip


def _detail(one: Scored) -> dict[str, Any]:
    made = one.prediction
    given = made.probability if made.outcomes is None else made.outcomes[made.top or ""]
    return {
        "id": made.id, "by": made.by, "kind": made.kind, "contest": made.contest, "question": made.question,
        "made": made.made.isoformat(), "says": made.says, "favourite": made.top, "p": given, "basis": made.basis,
        "condition": made.condition, "not_before": made.not_before.isoformat() if made.not_before else None,
        "not_after": made.not_after.isoformat() if made.not_after else None, "wording": made.wording,
        "forward": made.forward, "late": one.late, "verdict": one.verdict, "why": one.why or None,
        "settled_on": one.settled_on.isoformat() if one.settled_on else None, "called": one.called,
        "brier": one.loss.brier if one.loss else None, "log": one.loss.log if one.loss else None,
        "crps": one.miss.crps if one.miss else None, "source": "; ".join(made.source), "note": made.note,
    }  # fmt: skip
