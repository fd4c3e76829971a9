"""Templates: always escaped, with the filters of the report's page, and made to fit the desk's policy.

`render` is the only way to HTML here. A template reads what its page gives it, and `here` (the address), `permanent`, `person` (who
asks, None where nobody has logged in), `may_write` (whether they may change contests), `asset`, `data_link` and `piece` (the report's own pieces, see `adapt`).
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from whipcount import __version__
from whipcount.desk.adapt import relinked, unstyled
from whipcount.desk.assets import address
from whipcount.desk.doors.people import person_of
from whipcount.desk.live import address as vega
from whipcount.desk.live import spec_of

TEMPLATES = Path(__file__).parent / "templates"
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


@cache
def environment() -> Environment:
    """The one environment: the desk's templates, and the report's under `report/`."""
    from whipcount.report.html import TEMPLATES as REPORT
    from whipcount.report.html import dress

    loader = ChoiceLoader([FileSystemLoader(TEMPLATES), PrefixLoader({"report": FileSystemLoader(REPORT)})])
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    dress(env)
    env.globals |= {"asset": address, "link": link, "data_link": data_link, "version": __version__, "vega": vega}
    env.filters |= {"live": spec_of, "dated": dated}
    return env


def render(template: str, request: Request, **shown: Any) -> str:
    """A page. `places` (anchor -> address), where given, says where the report's links within itself lead here."""
    places = shown.pop("places", {})
    person = shown.setdefault("person", person_of(request))
    shown["may_write"] = person is not None and person.may("editor")
    made = environment().get_template(template).render(
        here=request.url.path, asked=request.query_params, permanent=shown.pop("permanent", "") or request.url.path, **shown
    )  # fmt: skip
    return relinked(unstyled(made), places).lstrip()


def dated(text: str) -> str:
    """A text in which days are written as people write them."""
    from whipcount.report.words import day

    def written(found: re.Match[str]) -> str:
        try:
            return day(date.fromisoformat(found[0]))
        except ValueError:
            return found[0]

    return _DAY.sub(written, text)


def link(*parts: str, **asked: Any) -> str:
    """An address from its parts, each escaped, with what is asked; what is None or empty is left out."""
    path = "/" + "/".join(quote(str(part), safe="@") for part in parts)
    kept = [(key.rstrip("_"), _plain(one)) for key, value in asked.items() for one in _several(value)]
    return path + (f"?{urlencode(kept)}" if kept else "")


def _several(value: Any) -> list[Any]:
    many = value if isinstance(value, list | tuple) else [value]
    return [one for one in many if one is not None and one != ""]


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def data_link(permanent: str, suffix: str) -> str:
    """The address of a page's data: the same, with a suffix before what is asked."""
    parts = urlsplit(permanent)
    return f"{parts.path}.{suffix}" + (f"?{parts.query}" if parts.query else "")


def macro(template: str, name: str, *given: Any, **context: Any) -> str:
    """What one piece of a template makes of what it is given, made fit as `render` does."""
    module = environment().get_template(template).make_module(context)
    return unstyled(str(getattr(module, name)(*given)))
