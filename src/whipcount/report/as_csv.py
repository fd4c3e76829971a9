"""The report as rows of one table: what it takes, what may happen, and what moved the leading number.

In: a `Report`. Out: rows with the same keys (`COLUMNS`), in the order of the screen. `kind` says what a row is and so what its
`value` is: of a `need` the number of electors, of a `chance` a probability, of a `reason` the difference it made to a probability.
"""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.report.build import Part, Report

COLUMNS = ("kind", "question", "what", "value", "of", "people", "rough", "by", "known", "ids", "source")


def rows(report: Report) -> list[dict[str, object]]:
    """Every need, chance and reason of a report."""
    found = [row for part in report.parts for row in _part(part)]
    after: list[dict[str, object]] = [{"kind": "chance", "what": c.says, "value": round(c.p, 5)} for c in report.after]
    return [dict.fromkeys(COLUMNS, "") | row for row in (*found, *after)]


def _part(part: Part) -> Iterator[dict[str, object]]:
    question = {"question": part.result.question.id}
    for need in part.needs:
        what = f"{need.who} {need.what}" + (f" ({need.note})" if need.note else "")
        yield question | {"kind": "need", "what": what, "value": need.number, "of": need.of}
    for chance in part.chances:
        yield question | {"kind": "chance", "what": chance.says, "value": round(chance.p, 5)}
    for r in part.reasons:
        yield question | {
            "kind": "reason", "what": r.what, "value": round(r.effect, 5), "of": part.number, "rough": "yes" if r.rough else "",
            "people": "" if r.people is None else round(r.people, 3), "by": r.by, "known": r.known.isoformat(),
            "ids": "; ".join(r.ids), "source": "; ".join(r.source),
        }  # fmt: skip
