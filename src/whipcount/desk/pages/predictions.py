"""What whipcount predicts of a contest, what of that is on record, and the whole ledger with what became of everything in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator
from starlette.responses import Response

from whipcount.desk.asked import AsOf, Draws, Seed, Short, blank
from whipcount.desk.onrecord import on_record
from whipcount.desk.pages.contest import around
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk

if TYPE_CHECKING:
    from whipcount.contest import Contest
    from whipcount.score import Prediction

router = APIRouter(tags=["predictions"])
Shares = Annotated[bool, Query(description="Also first votes by section.")]
Head = Annotated[
    Short | None,
    BeforeValidator(blank),
    Query(description="`NUMBER:HASH` as it was published: the ledger must still hold that line."),
]
Last = Annotated[bool, Query(description="Only each forecaster's last word on each question.")]


@sheet(
    router, "/contests/{contest}/predictions", "What whipcount predicts of a contest, as `whipcount predict` has it."
)
def predictions(
    request: Request, contest: str, as_of: AsOf = None, shares: Shares = False, seed: Seed = None, draws: Draws = None
) -> Sheet:
    """The predictions of the day, and what is on record by now with what became of it."""
    from whipcount.score import plain

    desk: Desk = request.app.state.desk.drawn(seed, draws)
    made, day = predicted(desk, contest, as_of, shares=shares)
    kept = on_record(desk)
    said = {"as_of": day, "shares": "true" if shares else None, **desk.run}
    shown: dict[str, Any] = {"rows": rows_of(made), "record": kept.rows(contest), "shares": shares, "said": said}
    shown |= {"fresh": fresh(made, kept.ledger.recorded), **around(desk, desk.seen(contest, day), day, "predictions")}
    rows = [{k: v for k, v in row.items() if k != "bar"} for row in shown["rows"]]
    here = link("contests", contest, "predictions", **said)
    return Sheet("predictions.html", shown, [plain(one) for one in made], rows, here, keep=False)


def predicted(desk: Desk, contest: str, as_of: date | None, *, shares: bool) -> tuple[tuple[Prediction, ...], date]:
    """(the predictions, the day): of the day asked for, of the eve of the decision where all is settled, else of today."""
    from whipcount.score import predict

    whole, s = desk.contest(contest), desk.settings
    day = desk.day(contest, as_of or _eve(whole, s.today()))
    made = desk.kept(
        "predictions", contest, (day, shares), lambda: predict(whole, day, seed=s.seed, draws=s.draws, shares=shares)
    )
    return made, day


def fresh(made: tuple[Prediction, ...], recorded: Any) -> list[Prediction]:
    """Those that are not on record yet."""
    return [one for one in made if one.id not in recorded]


def _eve(whole: Contest, today: date) -> date | None:
    """The day before the last decision, where all leading questions are settled; None: the usual day."""
    leading = [q for q in whole.identity.questions if q.follows is None]
    settled = [q.decided for q in whole.identity.questions if q.decided is not None]
    if len(settled) < len(leading) or not settled:
        return None
    return min(max(settled) - timedelta(days=1), today)


def rows_of(made: tuple[Prediction, ...]) -> list[dict[str, Any]]:
    """A row for each outcome, as `whipcount predict --csv` has them; `bar` is the chance to be drawn, None for a number."""
    return [row for one in made for row in _rows(one)]


def _rows(one: Prediction) -> list[dict[str, Any]]:
    base = {"id": one.id, "made": one.made.isoformat(), "question": one.question, "says": one.says}
    base |= {"condition": one.condition}
    if one.outcomes is not None:
        return [base | {"outcome": name, "p": round(p, 5), "bar": p} for name, p in one.outcomes.items()]
    if one.quantiles:
        text = ", ".join(f"{q.level:.0%}: {q.value:.1f}" for q in one.quantiles)
        return [base | {"outcome": one.unit or "", "p": text, "bar": None}]
    p = one.probability
    return [base | {"outcome": "yes", "p": None if p is None else round(p, 5), "bar": p}]


@sheet(router, "/ledger", "The ledger: every prediction on record, what became of it, and whether the chain is sound.")
def ledger(request: Request, head: Head = None, last: Last = False, seed: Seed = None) -> Sheet:
    """Everything on record, and everybody's scores."""
    desk: Desk = request.app.state.desk.drawn(seed, None)
    kept = on_record(desk, head)
    rows = kept.rows()
    board = kept.board(last=last, seed=desk.settings.seed)
    found = kept.found.to_json() | {"path": "ledger.jsonl"}
    shown = {"rows": rows, "board": board, "found": kept.found, "due": kept.due, "head": head, "last": last}
    data = {"verification": found, "predictions": rows} | {
        k: v for k, v in board.to_json().items() if k != "predictions"
    }
    here = link("ledger", head=head, last="true" if last else None, **desk.run)
    return Sheet("ledger.html", shown, data, rows, here, keep=False)


@router.get(
    "/ledger.jsonl",
    summary="The ledger as a file that `whipcount score --ledger` takes.",
    response_class=Response,
    responses={200: {"description": "A line for each entry.", "content": {"application/x-ndjson": {}}}},
)
def ledger_file(request: Request) -> Response:
    """The lines, to the byte."""
    lines = request.app.state.desk.store.ledger_lines()
    headers = {"content-disposition": 'attachment; filename="ledger.jsonl"', "cache-control": "no-store"}
    return Response(lines, media_type="application/x-ndjson", headers=headers)
