"""What jobs do: count ballots, poll a feed, read files, read documents again, hold the forecast to past contests.

Each handler says how far it is (`step`), which is also where it learns that it was cancelled. What it did up to there stands.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from whipcount.desk.tools.keeping import CHECK, check_store
from whipcount.desk.worker import Handler, Step
from whipcount.desk.writing.batch import read_files
from whipcount.errors import InputError, WhipcountError

if TYPE_CHECKING:
    from whipcount.desk.working import Desk
    from whipcount.store import Feed

log = logging.getLogger("whipcount.desk")
EVERY, LONGEST = timedelta(minutes=30), timedelta(days=1)
"""How often a feed is polled, and the longest that a failing one is left alone."""
NEW = 40
"""Entries of a feed that are taken at once; older ones are left."""


def poll(desk: Desk, arguments: Mapping[str, Any], who: str, step: Step) -> dict[str, Any]:
    """Poll one feed, politely: only what has changed, and after a failure twice as long a wait each time."""
    from whipcount.read import entries, fetch

    store = desk.store
    feed = store.feed(int(arguments["feed"]))
    try:
        page = fetch(feed.url, etag=feed.etag or None, modified=feed.modified or None, allow=desk.settings.reach)
        found = [] if page.not_modified else entries(page.body, page.url, page.charset)
    except Exception as why:
        said = str(why) if isinstance(why, WhipcountError) else "It could not be read."
        store.feed_polled(feed.id, datetime.now(UTC) + wait(feed.failures + 1), failed=said)
        raise
    try:
        new = _taken(desk, feed, found[:NEW], who, step)
    except Exception:
        # Asked for again with what held before: a feed that says "nothing new" must not hide entries that were not taken.
        store.feed_polled(feed.id, datetime.now(UTC) + EVERY, etag=feed.etag or "", modified=feed.modified or "")
        raise
    store.feed_polled(feed.id, datetime.now(UTC) + EVERY, etag=page.etag or "", modified=page.modified or "")
    return {"entries": len(found), "new": new}


def wait(failures: int) -> timedelta:
    """How long to leave a feed alone after so many failures in a row."""
    return min(LONGEST, EVERY * (1 << min(failures, 10)))


def _taken(desk: Desk, feed: Feed, found: list[Any], who: str, step: Step) -> int:
    from whipcount.desk.writing.taking import Given, take

    new = 0
    for n, document in enumerate(found):
        step(n, len(found), document.title or "")
        try:
            kept = take(desk.store, [document], Given(feed.contest_id, feed.outlet or None), who)
        except InputError as why:  # one entry that cannot be read keeps nobody from the others
            log.warning("feed %s: %s", feed.id, why)
            continue
        new += not kept[0].already
    return new


def read_again(desk: Desk, arguments: Mapping[str, Any], who: str, step: Step) -> dict[str, Any]:
    """Read documents of a contest once more; claims that are there already stay as they are."""
    from whipcount.desk.writing.taking import read

    store = desk.store
    found = [one for one in store.documents(arguments.get("contest"), limit=100_000) if one.status != "dismissed"]
    before = len(store.claims(contest_id=arguments.get("contest")))
    for n, document in enumerate(found):
        step(n, len(found), document.document.title or "")
        try:
            read(store, document, who)
        except InputError as why:
            log.warning("document %s: %s", document.id, why)
    return {"documents": len(found), "new claims": len(store.claims(contest_id=arguments.get("contest"))) - before}


def count(desk: Desk, arguments: Mapping[str, Any], who: str, step: Step) -> None:
    """Count the ballots that are kept under a key. The count itself has what came of it."""
    from whipcount.desk.ballots import make

    del who
    make(desk.store, str(arguments["count"]), step)


def backtest(desk: Desk, arguments: Mapping[str, Any], who: str, step: Step) -> Any:
    """Hold the forecast to the past contests that ship."""
    from whipcount.forecast.past import read_shelf, shipped
    from whipcount.score.backtest import backtest as run

    del desk, arguments, who
    step(0, 1, "past contests")
    return run(read_shelf(shipped())).to_json()


HANDLERS: dict[str, Handler] = {
    "count": count,
    "poll": poll,
    "read": read_files,
    "read again": read_again,
    "backtest": backtest,
    CHECK: check_store,
}
