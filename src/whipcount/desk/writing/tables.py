"""The tables of a contest: every row of every file, to add, change and remove; and evidence in two clicks.

What is wrong is said beside the field with what was typed kept; where somebody else was quicker, both are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from whipcount.contest import TABLES, Contest, Question, columns
from whipcount.desk.columns import columns_of
from whipcount.desk.forms import Editor, Key, go, page, store_of, text_of, version_of, writing
from whipcount.desk.views import link
from whipcount.errors import ContestError, NotFound, UsageError
from whipcount.store import Conflict, Row

router = writing("editor", "tables")
SHOWN = 500
SURE = [(one, one) for one in ("high", "medium", "low")]
STANCES = ("supports", "opposes", "undecided", "will not say")


@router.get("/contests/{contest}/tables")
def tables(request: Request, contest: str) -> Response:
    """The files of a contest's folder."""
    store = store_of(request)
    one = store.stored_contest(contest)
    return page(request, "tables.html", one=one, files=store.file_list(contest), known=list(TABLES))


@router.get("/contests/{contest}/tables/{file}")
def table(request: Request, contest: str, file: str) -> Response:
    """The rows of one table, and the form for another."""
    return _table(request, contest, file)


def _table(request: Request, contest: str, file: str, status: int = 200, **more: Any) -> Response:
    store = store_of(request)
    one, rows = store.stored_contest(contest), store.rows(contest, file)
    required, names = columns(TABLES[file][1])
    used = [n for n in names if any(r.values.get(n) for r in rows)] or list(required)
    sought = text_of(request.query_params, "find", 200)
    found = [r for r in rows if not sought or any(sought.casefold() in v.casefold() for v in r.values.values())]
    shown = {"one": one, "file": file, "rows": found[:SHOWN], "rest": len(found) - SHOWN, "used": used, "find": sought}
    return page(request, "table.html", status, **{**shown, "columns": columns_of(file), **more})


@router.post("/contests/{contest}/tables/{file}")
async def add(request: Request, contest: str, file: str, person: Editor) -> Response:
    """Another row."""
    form = await request.form()
    return await run_in_threadpool(_add, request, contest, file, form, person.name)


def _add(request: Request, contest: str, file: str, form: FormData, who: str) -> Response:
    store = store_of(request)
    store.rows(contest, file)
    typed = _typed(form, file)
    try:
        row = store.add_row(contest, file, {k: v for k, v in typed.items() if v}, who)
    except (ContestError, UsageError) as why:
        return _table(request, contest, file, 422, typed=typed, **told(why, typed))
    request.app.state.desk.changed(contest)
    return go(f"/rows/{row.id}")


def _typed(form: FormData, file: str) -> dict[str, str]:
    _, names = columns(TABLES[file][1])
    return {name: text_of(form, name, 20_000) for name in names if name in form}


def told(why: Exception, typed: Mapping[str, str]) -> dict[str, Any]:
    """What is wrong: beside the column that it names, else above the form."""
    if not isinstance(why, ContestError):
        return {"message": str(why), "faults": {}}
    faults: dict[str, str] = {}
    rest = []
    for problem in why.problems:
        said = f"{problem.what}. {problem.mend}".strip()
        field = next(
            (
                name
                for name in typed
                if f"'{name}'" in problem.what
                or problem.what.startswith(f"{name}:")
                or problem.what.startswith(f"{name} ")
            ),
            None,
        )
        if field is None:
            rest.append(said)
        else:
            faults.setdefault(field, said)
    return {"message": "; ".join(rest), "faults": faults}


# -- one row ------------------------------------------------------------------------------------------------------------


@router.get("/rows/{row}")
def row(request: Request, row: Key) -> Response:
    """One row, to change or remove."""
    return _row(request, store_of(request).row(row))


def _row(request: Request, one: Row, status: int = 200, **more: Any) -> Response:
    _, names = columns(TABLES[one.file][1])
    shown = {
        "one": one,
        "names": names,
        "columns": columns_of(one.file),
        "typed": dict(one.values),
        "theirs": None,
        "version": one.version,
    }
    return page(request, "row.html", status, **{**shown, **more})


@router.post("/rows/{row}")
async def change(request: Request, row: Key, person: Editor) -> Response:
    """Change or remove a row. Where somebody was quicker, theirs and yours are shown side by side, and nothing is changed."""
    form = await request.form()
    return await run_in_threadpool(_change, request, row, form, person.name)


def _change(request: Request, key: int, form: FormData, who: str) -> Response:
    store = store_of(request)
    one = store.row(key)
    typed, version = _typed(form, one.file), version_of(form)
    if version is None:
        return _row(request, one, 422, typed=typed, message="The form is broken. Reload the page.")
    try:
        if text_of(form, "do") == "remove":
            store.remove_row(key, version, who)
        else:
            store.change_row(key, typed, version, who)
    except Conflict as why:
        theirs = why.theirs if isinstance(why.theirs, Row) else one
        return _row(request, theirs, 409, typed=typed, theirs=theirs, message=str(why))
    except (ContestError, UsageError) as why:
        return _row(request, one, 422, typed=typed, version=version, **told(why, typed))
    request.app.state.desk.changed(one.contest_id)
    return go(link("contests", one.contest_id, "tables", one.file))


# -- evidence in two clicks ---------------------------------------------------------------------------------------------


@router.get("/contests/{contest}/evidence/new")
def evidence_form(request: Request, contest: str) -> Response:
    """What somebody said about an elector: a button for each thing that can be said."""
    asked = request.query_params
    typed = {"elector": asked.get("elector", ""), "known": asked.get("as_of", "") or str(date.today()), "by": ""}
    return _evidence(request, contest, typed=typed)


def _evidence(request: Request, contest: str, status: int = 200, **more: Any) -> Response:
    held = store_of(request).contest(contest)
    typed = {"source_kind": "own words", "confidence": "high"} | dict(more.pop("typed", {}))
    electors = sorted({(e.id, e.name) for e in held.electors}, key=lambda e: e[1])
    shown = {
        "held": held,
        "asked_": _asked(held, typed.get("known", "")),
        "electors": electors,
        "kinds": _kinds(),
        "sure": SURE,
    }
    return page(request, "evidence_new.html", status, typed=typed, **shown, **more)


def _kinds() -> list[tuple[str, str]]:
    from typing import get_args

    from whipcount.contest.records import SourceKind

    return [(kind, kind) for kind in get_args(SourceKind)]


def _asked(held: Contest, known: str) -> list[tuple[Question, list[str]]]:
    """The questions, the one that is settled next after a day first, each with whom one may support or oppose on it."""
    asked = [q for q in held.identity.questions if q.kind != "camps"]
    ends = {q.id: str(q.decided or q.due or "9999") for q in asked}
    asked.sort(key=lambda q: (ends[q.id] < known, ends[q.id]))
    stand = _standing(held, known)
    return [(q, [q.leader] if q.kind == "confidence" and q.leader else stand) for q in asked]


def _standing(held: Contest, known: str) -> list[str]:
    """Who stands or may stand on a day; all of them where nobody does, or the day is none."""
    from whipcount.forecast.suppose import candidates_of

    try:
        found = list(candidates_of(held.as_of(date.fromisoformat(known))))
    except (ValueError, UsageError):
        found = []
    return found or list(dict.fromkeys(c.name for c in held.candidates))


@router.post("/contests/{contest}/evidence/new")
async def add_evidence(request: Request, contest: str, person: Editor) -> Response:
    """What somebody said about an elector becomes a row of the evidence."""
    form = await request.form()
    return await run_in_threadpool(_add_evidence, request, contest, form, person.name)


def _add_evidence(request: Request, contest: str, form: FormData, who: str) -> Response:
    store = store_of(request)
    held = store.contest(contest)
    fields = ("elector", "known", "by", "source_kind", "source", "confidence", "quote", "note")
    typed = {name: text_of(form, name, 5_000) for name in fields}
    # A button says all at once: question, stance and option ("leader|supports|Ada Quill").
    question, stance, option = (*text_of(form, "says", 300).split("|", 2), "", "", "")[:3]
    typed["question"] = question
    person = next((e for e in held.electors if e.id == typed["elector"]), None)
    faults = {} if person else {"elector": "Choose who it is about."}
    asked = {q.id for q in held.identity.questions}
    faults |= {} if stance in STANCES and question in asked else {"says": "Choose what was said."}
    if faults or person is None:
        return _evidence(request, contest, 422, typed=typed, faults=faults)
    own = typed["source_kind"] == "own words"
    values = {k: v for k, v in typed.items() if v} | {"stance": stance, "section": person.section}
    values |= {"kind": "declaration" if own else "report", "by": typed["by"] or (person.name if own else who)}
    values |= {"id": _fresh(held), **({"option": option} if stance in ("supports", "opposes") else {})}
    values.setdefault("source", f"told to {who}")
    values.setdefault("confidence", "high" if own else "medium")
    try:
        store.add_row(contest, "evidence.csv", values, who)
    except (ContestError, UsageError, NotFound) as why:
        return _evidence(request, contest, 422, typed=typed, **told(why, typed))
    request.app.state.desk.changed(contest)
    return go(link("contests", contest, "electors", person.id, as_of=_shown_on(request, contest, typed["known"])))


def _shown_on(request: Request, contest: str, known: str) -> date | None:
    """The day on which something became known, if the contest can be looked at as of then."""
    try:
        found: date = request.app.state.desk.day(contest, date.fromisoformat(known))
    except (ValueError, UsageError):
        return None
    return found


def _fresh(held: Contest) -> str:
    taken = {row.id for row in held.evidence}
    return next(f"d{n:04}" for n in range(1, len(taken) + 2) if f"d{n:04}" not in taken)
