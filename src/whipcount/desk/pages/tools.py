"""The tools: what is done with a file of one's own that no contest of the desk holds. The list of them, and what they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from whipcount.desk.ballots import Upload
from whipcount.desk.doors.people import person_of
from whipcount.desk.errors import wants_data
from whipcount.desk.forms import page, text_of, writing
from whipcount.desk.sheets import MEDIA, as_json

router = writing("reader", "tools")


@router.get("/tools")
async def tools(request: Request) -> Response:
    """What there is, and what it is called on the command line."""
    person = person_of(request)
    return page(request, "tools.html", owner=person is not None and person.may("owner"))


async def uploads(form: FormData, name: str) -> list[Upload]:
    """The files of a field; what was left blank is none."""
    sent = [one for one in form.getlist(name) if isinstance(one, UploadFile) and one.filename]
    return [Upload(one.filename or "file", await one.read()) for one in sent]


async def upload(form: FormData, name: str) -> Upload | None:
    """The file of a field, if there is one."""
    return next(iter(await uploads(form, name)), None)


def typed_of(form: Mapping[str, Any], names: tuple[str, ...], most: int = 500) -> dict[str, str]:
    """What was typed or chosen, by field."""
    return {name: text_of(form, name, most) for name in names}


def data_asked(request: Request, form: Mapping[str, Any]) -> bool:
    """Whether the answer is to be data rather than a page: by the form's second button, or by who asks."""
    return text_of(form, "as", 10) == "json" or wants_data(request)


def as_file(name: str, data: Any, status: int = 200) -> Response:
    """Plain data as a JSON file to take away."""
    return away(name, as_json(data), MEDIA["json"], status)


def away(name: str, body: bytes, media: str, status: int = 200) -> Response:
    """Bytes as a file to take away. `name` is of the desk's own making, or `Upload.safe`."""
    from urllib.parse import quote

    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(body, status, {"content-disposition": said, "cache-control": "no-store"}, media)


def wrong(
    request: Request,
    form: Mapping[str, Any],
    template: str,
    fault: tuple[str, str],
    others: Mapping[str, str] | None = None,
    **shown: Any,
) -> Response:
    """The form again (422) with a message beside the field at fault, and beside `others`; as data where that was asked for."""
    field, message = fault
    faults = {**(others or {}), **({field: message} if field else {})}
    if data_asked(request, form):
        return as_file("problem.json", {"status": 422, "error": message, "fields": faults}, 422)
    return page(request, template, 422, faults=faults, message="" if field else message, **shown)
