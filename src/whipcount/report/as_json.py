"""The report as JSON: every number that is shown, and the evidence behind it."""

from __future__ import annotations

from typing import Any

from whipcount import __version__
from whipcount.forecast import ConfidenceOutlook, ElectionOutlook
from whipcount.report.build import Part, Reason, Report
from whipcount.report.words import odds


def to_json(report: Report) -> dict[str, Any]:
    """Plain data: `contest`, `as_of`, `rulebook`, `seed`, `headcount`, `thresholds`, `outlook`, `evidence`, `questions`."""
    first = report.at_hand
    rules = next((p.rules for p in report.parts if p.rules is not None), None)
    chances = [c for part in report.parts for c in part.chances] + list(report.after)
    return {
        "whipcount": __version__,
        "contest": report.contest.id,
        "title": report.contest.identity.title,
        "as_of": report.as_of.isoformat(),
        "rulebook": rules.ref if rules is not None else report.contest.identity.rulebook,
        "seed": report.outlook.seed,
        "draws": report.outlook.draws,
        "question": first.asks,
        "answer": first.answer,
        "headcount": {c.section: c.to_json()["options"] for c in first.headcounts},
        "thresholds": _thresholds(first),
        "outlook": {c.event: {"p": round(c.p, 5), "says": c.says, "words": odds(c.p)} for c in chances},
        "number": {"what": first.number, "without_evidence": first.bare},
        "evidence": [_reason(r) for r in first.reasons],
        "set_aside": [
            {
                "poll": p.head.poll,
                "known": p.head.known.isoformat(),
                "population": p.head.population,
                "shares": p.shares,
            }
            for p in first.set_aside
        ],
        "questions": [_question(p) for p in report.parts],
        "happened": list(report.happened),
    }


def _thresholds(part: Part) -> list[dict[str, Any]]:
    if isinstance(part.result, ConfidenceOutlook):
        return [
            {
                "label": t.label,
                "leader_needs": t.leader_needs,
                "opponents_need": t.opponents_need,
                "of": t.of,
                "operative": t.operative,
                "p": round(t.p_survives, 5),
                "source": list(t.source),
                "confidence": t.confidence,
            }
            for t in part.result.thresholds
        ]
    return [{"who": n.who, "number": n.number, "of": n.of, "what": n.what, "label": n.note} for n in part.needs]


def _reason(r: Reason) -> dict[str, Any]:
    return {
        "ids": list(r.ids),
        "effect": round(r.effect, 5),
        "people": None if r.people is None else round(r.people, 3),
        "rough": r.rough,
        "what": r.what,
        "by": r.by,
        "source_kind": r.source_kind,
        "known": r.known.isoformat(),
        "source": list(r.source),
        "confidence": r.confidence,
        "quote": r.quote,
    }


def _question(part: Part) -> dict[str, Any]:
    out: dict[str, Any] = {
        "id": part.result.question.id,
        "asks": part.asks,
        "answer": part.answer,
        "rulebook": part.rules.ref if part.rules is not None else None,
        "headcounts": [c.to_json() for c in part.headcounts],
    }
    if isinstance(part.result, ElectionOutlook):
        one = part.result
        out |= {
            "on_paper": one.p_on_paper,
            "rounds": one.p_round,
            "leads": one.p_leads,
            "shares": {s: [vars(x) for x in shares] for s, shares in one.shares.items()},
        }
    return out
