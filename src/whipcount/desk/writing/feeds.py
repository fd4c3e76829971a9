"""Feeds: addresses that are polled into the inbox."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from whipcount.desk.forms import Editor, Key, go, page, store_of, text_of, version_of, writing
from whipcount.errors import WhipcountError

router = writing("editor", "feeds")


@router.get("/feeds")
def feeds(request: Request) -> Response:
    """The feeds, when each was polled, and what went wrong."""
    return _feeds(request)


def _feeds(request: Request, status: int = 200, **more: Any) -> Response:
    store = store_of(request)
    names = [(one.id, one.name) for one in sorted(store.contests(), key=lambda c: c.name)]
    return page(request, "feeds.html", status, feeds=store.feeds(), contests=names, **more)


@router.post("/feeds")
async def add(request: Request, person: Editor) -> Response:
    """Another feed, polled at once."""
    form = await request.form()
    return await run_in_threadpool(_add, request, form, person.name)


def _add(request: Request, form: FormData, who: str) -> Response:
    store = store_of(request)
    typed = {name: text_of(form, name) for name in ("url", "contest", "outlet")}
    if not typed["url"].startswith(("http://", "https://")):
        return _feeds(request, 422, typed=typed, faults={"url": "Give the address of a feed, beginning with https://."})
    try:
        feed = store.add_feed(typed["url"], typed["contest"] or None, who, outlet=typed["outlet"])
    except WhipcountError as why:
        return _feeds(request, 422, typed=typed, faults={"contest": str(why)})
    store.add_job("poll", {"feed": feed.id}, who)
    return go("/feeds")


@router.post("/feeds/{feed}")
async def change(request: Request, feed: Key, person: Editor) -> Response:
    """Poll a feed now, stop or start it, or remove it."""
    form = await request.form()
    return await run_in_threadpool(_change, request, feed, text_of(form, "do"), version_of(form), person.name)


def _change(request: Request, key: int, what: str, version: int | None, who: str) -> Response:
    store = store_of(request)
    feed = store.feed(key)
    try:
        if what == "poll":
            store.add_job("poll", {"feed": key}, who)
        elif what == "remove" and version is not None:
            store.remove_feed(key, version, who)
        elif what in ("stop", "start") and version is not None:
            store.change_feed(key, version, who, active=what == "start")
        else:
            return _feeds(request, 422, message=f"Choose what to do with {feed.url}: poll, stop, start or remove.")
    except WhipcountError as why:
        return _feeds(request, 422, message=str(why))
    return go("/feeds")
