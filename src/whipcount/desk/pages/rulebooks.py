"""Rulebooks: all that ship, one in plain English with what it takes, and what changed from one to another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator

from whipcount.desk.asked import Short, Wrong, blank
from whipcount.desk.rulebooks import known, listed, ref_of
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.views import link
from whipcount.desk.working import Desk
from whipcount.errors import UsageError
from whipcount.rules import InForce

router = APIRouter(tags=["rulebooks"])
Electors = Annotated[
    list[str],
    Query(description="How many electors: N for the body known by name, or BODY=N for each.", max_length=20),
]  # fmt: skip
Ref = Annotated[Short | None, BeforeValidator(blank), Query(description="`ID@DATE`.")]


@sheet(router, "/rulebooks", "The rulebooks that ship, with their versions and the contests that each governed.")
def rulebooks(request: Request) -> Sheet:  # noqa: ARG001 - read by the form that it is given in
    """The list."""
    rows = [one.row() for one in listed()]
    books: dict[str, list[Any]] = {}
    for one in listed():
        books.setdefault(one.id, []).append(one)
    return Sheet("rulebooks.html", {"books": books}, rows, rows, "/rulebooks")


@sheet(router, "/rulebooks/compare", "What changed from one version (or rulebook) to another, and for whom it matters.")
def compare(request: Request, a: Ref = None, b: Ref = None, electors: Electors = []) -> Sheet:  # noqa: B006
    """The differences, the weightiest first, and the contests that may be replayed under the other version."""
    from whipcount.rules import difference

    shown: dict[str, Any] = {"listed": listed(), "a": a, "b": b, "electors": electors, "sides": None, "changes": ()}
    if a is None or b is None:
        nothing: dict[str, Any] = {"a": None, "b": None, "changes": []}
        return Sheet("compare.html", shown, nothing, [], link("rulebooks", "compare", a=a, b=b))
    old, new = _found("a", a), _found("b", b)
    found = difference(old.version, new.version, _electors(electors))
    held = list(_held(request.app.state.desk, old, new))
    data = found.to_json() | {
        "a": head(old),
        "b": head(new),
        "replays": [{"contest": c, "href": href} for c, _, href in held],
    }
    rows = [change.to_json() for change in found.changes]
    shown |= {"sides": (old, new), "changes": found.changes, "held": held}
    return Sheet("compare.html", shown, data, rows, link("rulebooks", "compare", a=a, b=b, electors=electors))


@sheet(
    router,
    "/rulebooks/{ref}",
    "A version in plain English, clause by clause with its sources, and every threshold as people.",
)
def rulebook(request: Request, ref: str, electors: Electors = []) -> Sheet:  # noqa: ARG001, B006
    """One version explained, with what it takes."""
    from whipcount.rules import explain
    from whipcount.rules import needs as worked_out

    found = known(ref)
    given = _electors(electors)
    try:
        takes = worked_out(found.version, given)
    except UsageError as why:
        raise Wrong("electors", str(why)) from None
    paragraphs = explain(found.version)
    clauses = [p.to_json() for p in paragraphs]
    data = {**head(found), "paragraphs": clauses, "needs": takes.to_json()}
    book = found.rulebook
    versions = [(ref_of(book.id, v), v, v is found.version) for v in book.versions]
    shown = {
        "found": found,
        "head": head(found),
        "paragraphs": paragraphs,
        "takes": takes,
        "versions": versions,
        "electors": electors,
    }
    return Sheet("rulebook.html", shown, data, clauses, link("rulebooks", ref, electors=electors))


def head(found: InForce) -> dict[str, Any]:
    """Which version it is, as data."""
    version = found.version
    until = found.rulebook.until(version)
    return {
        "ref": found.ref,
        "name": found.rulebook.name,
        "label": version.label,
        "from": version.since.isoformat() if version.since else None,
        "until": until.isoformat() if until else None,
    }


def _held(desk: Desk, old: InForce, new: InForce) -> Iterator[tuple[str, str, str]]:
    """(id, title, address of the what-if) of the contests here under the rules of the one side, held under those of the other.

    On the eve of the last decision, as `whipcount rules diff --replay` has it. Those that have no section for a body that would
    vote are left out.
    """
    vote = {body for ballot in new.version.ballots for body in ballot.bodies}
    for name in desk.shelf.contests():
        whole = desk.contest(name)
        bodies = {section.body for section in whole.identity.sections.values()}
        if whole.identity.rulebook == old.rulebook.id and vote <= bodies:
            settled = [q.decided for q in whole.identity.questions if q.decided is not None]
            day = max(settled) - timedelta(days=1) if settled else None
            yield name, whole.identity.title, link("contests", name, "what-if", as_of=day, rules=new.ref)


def _found(field: str, ref: str) -> InForce:
    try:
        return known(ref)
    except UsageError as why:
        raise Wrong(field, str(why)) from None


def _electors(typed: list[str]) -> Any:
    from whipcount.rules.electors import parse

    try:
        return parse(tuple(t.strip() for t in typed if t.strip()))
    except UsageError as why:
        raise Wrong("electors", str(why)) from None
