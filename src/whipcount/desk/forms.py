"""Forms: what all pages that change something have in common.

`writing(role)` makes their router: each of its routes asks for the role and, where it changes something, for the token of the visit.
`page` renders one, never kept by anybody; `go` leads on after a change, so that reloading repeats nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from whipcount.desk.doors import Person, needs, token_of, tokened
from whipcount.desk.views import render
from whipcount.store.records import Role

if TYPE_CHECKING:
    from whipcount.store import Store

Reader = Annotated[Person, Depends(needs("reader"))]
Editor = Annotated[Person, Depends(needs("editor"))]
Owner = Annotated[Person, Depends(needs("owner"))]
Key = Annotated[int, Path(ge=0, le=2**63 - 1)]
"""The number of a row, claim, document or the like: none is larger than a database can hold."""


def writing(role: Role, tag: str) -> APIRouter:
    """A router of pages with forms, for people with this role."""
    return APIRouter(tags=[tag], dependencies=[Depends(needs(role)), Depends(tokened)], include_in_schema=False)


def store_of(request: Request) -> Store:
    """The store that the desk keeps its contests in."""
    found: Store = request.app.state.desk.store
    return found


def page(request: Request, template: str, status: int = 200, **shown: Any) -> Response:
    """A page with forms. `faults` are messages by field, `typed` what was typed, both empty at first."""
    shown = {"faults": {}, "typed": {}, "message": "", **shown}
    body = render(template, request, token=token_of(request), person=request.state.person, **shown)
    made = Response(body, status, media_type="text/html; charset=utf-8")
    made.headers["cache-control"] = "no-store"
    return made


def go(address: str) -> RedirectResponse:
    """Lead on to a page after a change was made."""
    return RedirectResponse(address, status_code=303, headers={"cache-control": "no-store"})


def text_of(form: Mapping[str, Any], name: str, most: int = 2_000) -> str:
    """What was typed into a field, without the blanks around it, cut at `most` characters; "" for a file."""
    value = form.get(name, "")
    return value.strip()[:most] if isinstance(value, str) else ""


def version_of(form: Mapping[str, Any], name: str = "version") -> int | None:
    """The version that a form started from; None where the field holds no number."""
    typed = text_of(form, name, 20)
    return int(typed) if typed.isascii() and typed.isdigit() else None
