"""A rulebook of one's own: every problem with its line and how to mend it, else what it says and what it takes. It is not kept."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from whipcount.desk.asked import Wrong
from whipcount.desk.ballots import Upload
from whipcount.desk.forms import page, writing
from whipcount.desk.pages.rulebooks import head
from whipcount.desk.pages.tools import as_file, data_asked, typed_of, upload, wrong
from whipcount.desk.sheets import heavy
from whipcount.desk.tools import RulebookSeen, ask
from whipcount.desk.tools.answers import as_data
from whipcount.desk.tools.rulebook import MOST

router = writing("reader", "tools")
SECONDS = 20.0
"""Time that a rulebook may take; those that ship take a twentieth of a second."""


@router.get("/tools/rules")
async def rules_form(request: Request) -> Response:
    """The form to check a rulebook."""
    return page(request, "tools_rules.html", seen=None, again="")


@router.post("/tools/rules")
async def rules(request: Request) -> Response:
    """Its problems, or its rules in plain English with every threshold."""
    form = await request.form()
    typed, file = typed_of(form, ("version", "electors")), await upload(form, "file")
    text = form.get("text")
    typed["text"] = text if isinstance(text, str) else ""
    heavy(request)
    again = file.safe if file else ""
    electors = tuple(one.strip() for one in typed["electors"].split(",") if one.strip())
    try:
        given = file or _pasted(typed["text"])
        made = lambda: ask("rulebook", given, typed["version"], electors, field="file", seconds=SECONDS)  # noqa: E731
        seen: RulebookSeen = await run_in_threadpool(made)
    except Wrong as why:
        field = "text" if why.field == "file" and file is None else why.field
        typed["text"] = typed["text"][:MOST]
        return wrong(request, form, "tools_rules.html", (field, str(why)), typed=typed, seen=None, again=again)
    if data_asked(request, form):
        return as_file("rulebook.json", _data(seen))
    return page(request, "tools_rules.html", typed=typed, seen=seen, again=again)


def _pasted(text: str) -> Upload:
    if not text.strip():
        raise Wrong("file", "Paste the YAML of a rulebook, or choose its file.")
    return Upload("rulebook.yaml", text.encode())


def _data(seen: RulebookSeen) -> dict[str, Any]:
    """As `whipcount rules check`, `show` and `needs` write it."""
    if seen.found is None or seen.takes is None:
        return {"problems": as_data(seen.problems)}
    clauses = [p.to_json() for p in seen.paragraphs]
    return {"problems": [], **head(seen.found), "paragraphs": clauses, "needs": seen.takes.to_json()}
