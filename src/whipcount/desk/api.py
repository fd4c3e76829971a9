"""The JSON API: the data of every page at its address with `.json` or `.csv`, described by OpenAPI.

The page that lists it is rendered here and loads nothing from elsewhere.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from whipcount.desk.caching import answer
from whipcount.desk.sheets import MEDIA, sent
from whipcount.desk.views import render

ABOUT = (
    "Who has the numbers in a leadership contest. Every page of the desk is also data: the same address with `.json` or "
    "`.csv`. Everything is as of a date (`as_of`), and nothing that became known later is used. Status 202 says that "
    "something takes long and is being worked out: ask again."
)
router = APIRouter()


@router.get("/api", include_in_schema=False)
async def describe(request: Request) -> Response:
    """The API, listed for people."""
    spec: dict[str, Any] = request.app.openapi()
    page = render("api.html", request, spec=spec, calls=list(_calls(spec)))
    return sent(answer(page.encode(), MEDIA["html"]), request)


def _calls(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Every address with what it says and may be asked; one that is there as JSON and as CSV once, with both."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path, methods in spec["paths"].items():
        stem = path.removesuffix(".json").removesuffix(".csv")
        for method, call in methods.items():
            said = {"method": method.upper(), "paths": [], "says": call.get("summary", "")}
            one = found.setdefault((method, stem), said | {"asked": call.get("parameters", [])})
            one["paths"].append(path)
    return list(found.values())
