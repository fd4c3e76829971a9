"""The `desk` room: contests in a store in; pages, files and a JSON API for the people who follow them together, out.

`create_app(settings)` makes the web application, `serve(settings, tell)` runs it. See docs/desk.md for how the room is laid out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whipcount.desk.serving import serve
from whipcount.desk.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from whipcount.desk.shelf import Shelf

__all__ = ["Settings", "create_app", "serve"]


def create_app(settings: Settings | None = None, shelf: Shelf | None = None) -> FastAPI:
    """The desk as an ASGI application. `shelf` stands in for the store that the settings name. Needs the 'desk' extra."""
    from whipcount.desk.app import create_app as make

    return make(settings, shelf)
