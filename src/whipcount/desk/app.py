"""The application: every page, the guard around them, and how errors are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager
from threading import Thread

from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from whipcount import __version__
from whipcount.desk import api, live
from whipcount.desk.assets import FOREVER, assets
from whipcount.desk.doors import Doors
from whipcount.desk.doors.keeper import Keeper
from whipcount.desk.doors.limits import Sized
from whipcount.desk.doors.secret import secret_of
from whipcount.desk.errors import tell
from whipcount.desk.guarding import Guard
from whipcount.desk.pages import ROUTERS
from whipcount.desk.settings import Settings
from whipcount.desk.sheets import sent
from whipcount.desk.shelf import Shelf, open_shelf
from whipcount.desk.worker import Worker
from whipcount.desk.working import Desk
from whipcount.desk.writing import ROUTERS as WRITING
from whipcount.desk.writing.chores import HANDLERS

FORM = 100_000
"""Bytes of a form around what is uploaded in it."""
PATIENCE = 30.0
"""Seconds for which the computing of first pages stands back behind whoever waits for another."""


def create_app(settings: Settings | None = None, shelf: Shelf | None = None) -> FastAPI:
    """The desk as an ASGI application. `shelf` stands in for the store that the settings name."""
    settings = settings or Settings()
    secret = secret_of(settings.secret, public=settings.public)
    shelf = shelf or open_shelf(settings)
    desk = Desk(settings, shelf)
    app = FastAPI(
        title="whipcount", version=__version__, description=api.ABOUT, openapi_url="/api/openapi.json", docs_url=None,
        redoc_url=None, lifespan=_lifespan, swagger_ui_oauth2_redirect_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.state.desk = desk
    app.state.doors = Doors(
        secret, public=settings.public, store=shelf.store if settings.public else None, called=settings.called
    )
    # The last one added is the outermost.
    app.add_middleware(Keeper)
    app.add_middleware(Sized, most=settings.upload + FORM)
    app.add_middleware(Guard)
    tell(app)
    app.add_api_route("/", _home, include_in_schema=False)
    app.add_api_route("/healthz", _healthy, include_in_schema=False)
    app.add_api_route("/static/{name}", _static, include_in_schema=False)
    for router in (*WRITING, *ROUTERS, api.router):
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    worker = Worker(desk, HANDLERS)
    started = Thread(target=_start, args=(desk, worker), name="desk-start", daemon=True)
    started.start()
    yield
    desk.close()
    worker.stop()
    started.join(timeout=60)
    desk.shelf.close()


def _start(desk: Desk, worker: Worker) -> None:
    desk.shelf.fill()
    if desk.closed:
        return
    worker.start()
    if desk.settings.warm:
        warm(desk)


def warm(desk: Desk) -> None:
    """Compute what the first page shows, so that its readers need not wait. One contest at a time; a fault is left to them.

    Whoever waits for a page comes first: it shares the processors and Python's lock with this.
    """
    from whipcount.desk.pages.contests import card
    from whipcount.errors import WhipcountError

    for contest in desk.shelf.contests():
        try:
            for step in (lambda c: card(desk, c, None, patience=600.0), lambda c: desk.layout(c, None)):
                _yield(desk)
                if desk.closed:
                    return
                step(contest)
        except (WhipcountError, CancelledError, RuntimeError):  # the last two where the desk is closed meanwhile
            continue


def _yield(desk: Desk) -> None:
    """Wait while somebody waits for a page, but not for ever."""
    until = time.monotonic() + PATIENCE
    while desk.flights.busy and not desk.closed and time.monotonic() < until:
        time.sleep(0.05)


async def _home() -> Response:
    return RedirectResponse("/contests", status_code=303)


async def _healthy(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    return PlainTextResponse(f"well: {len(desk.shelf.contests())} contests\n", headers={"cache-control": "no-store"})


async def _static(name: str, request: Request) -> Response:
    from whipcount.errors import NotFound

    found = await asyncio.to_thread(live.script) if name == live.NAME else assets().get(name)
    if found is None:
        raise NotFound("file", name, assets())
    made = sent(found, request)
    if request.query_params.get("v"):
        made.headers["cache-control"] = FOREVER
    return made
