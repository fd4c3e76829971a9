"""Files that pages load, all from the desk itself: the style sheet, htmx, a small script, an icon.

Each is named with a digest of its bytes in its address, so that a browser may keep it for good.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from whipcount.desk.caching import Answer, answer

FOLDER = Path(__file__).parent / "static"
MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
FOREVER = "public, max-age=31536000, immutable"


@cache
def assets() -> dict[str, Answer]:
    """Name -> file. `desk.css` is the style sheet of the report's page, and then what is the desk's own."""
    found = {p.name: p.read_bytes() for p in sorted(FOLDER.iterdir()) if p.suffix in MEDIA}
    found["desk.css"] = _sheet().encode() + found["desk.css"]
    return {name: answer(body, MEDIA[Path(name).suffix]) for name, body in found.items()}


def address(name: str) -> str:
    """The address of a file, which changes with its bytes."""
    return f"/static/{name}?v={assets()[name].tag[1:9]}"


def digest() -> str:
    """Of all files together."""
    return hashlib.sha256("".join(a.tag for a in assets().values()).encode()).hexdigest()[:12]


def _sheet() -> str:
    """The report's own style sheet, and a class for each step of a bar, as pages may carry no style of their own."""
    from jinja2 import Environment, FileSystemLoader

    from whipcount.desk.adapt import scales
    from whipcount.report import palette
    from whipcount.report.html import TEMPLATES

    env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False)  # noqa: S701 - a style sheet of our own
    return env.get_template("style.css").render(palette=palette) + "\n" + scales() + "\n"
