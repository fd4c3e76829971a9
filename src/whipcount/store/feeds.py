"""Addresses that are polled, and what is known about the last poll of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from whipcount.errors import NotFound, UsageError
from whipcount.store.errors import changed_meanwhile
from whipcount.store.history import stamp
from whipcount.store.part import Part
from whipcount.store.records import Feed
from whipcount.store.schema import feeds
from whipcount.store.transaction import Transaction, now

CHANGEABLE = ("url", "contest_id", "title", "outlet", "active")


class Feeds(Part):
    """The feeds of a store. Adding, changing and removing one is journaled; its polls are not."""

    def add_feed(self, url: str, contest_id: str | None, who: str, *, title: str = "", outlet: str = "") -> Feed:
        """An address to poll for a contest; the same address for the same contest is one feed."""

        def work(tx: Transaction) -> int:
            same = select(feeds.c.id).where(feeds.c.url == url, feeds.c.contest_id.is_not_distinct_from(contest_id))
            there = tx.connection.execute(same).scalar()
            if there is not None:
                return int(there)
            if contest_id is not None and tx.get("contest", contest_id) is None:
                raise NotFound("contest in the store", contest_id, ())
            row = {"url": url, "contest_id": contest_id, "title": title, "outlet": outlet, "active": True}
            key = int(tx.insert("feed", row))
            tx.record(who, "feed", contest_id, f"{url} added")
            return key

        return self.feed(self.database.write(lambda c: work(Transaction(c))))

    def feed(self, feed_id: int) -> Feed:
        """One feed. Raises `NotFound`."""
        row = self.database.read(lambda c: c.execute(select(feeds).where(feeds.c.id == feed_id)).mappings().first())
        if row is None:
            raise NotFound("feed", str(feed_id), ())
        return _feed(row)

    def feeds(self, contest_id: str | None = None) -> list[Feed]:
        """Feeds, of one contest or all."""
        wanted = select(feeds).order_by(feeds.c.id)
        if contest_id is not None:
            wanted = wanted.where(feeds.c.contest_id == contest_id)
        return self.database.read(lambda c: [_feed(row) for row in c.execute(wanted).mappings()])

    def due_feeds(self, at: datetime | None = None) -> list[Feed]:
        """The active feeds whose next poll has come (or that were never polled)."""
        moment = stamp(at or datetime.now(UTC))
        wanted = select(feeds).where(feeds.c.active, feeds.c.next_poll.is_(None) | (feeds.c.next_poll <= moment))
        return self.database.read(lambda c: [_feed(row) for row in c.execute(wanted.order_by(feeds.c.id)).mappings()])

    def feed_polled(
        self, feed_id: int, next_poll: datetime, *, etag: str = "", modified: str = "", failed: str | None = None
    ) -> Feed:
        """Note a poll: what the server said for the next conditional request, or why it failed (which leaves those)."""
        state: dict[str, Any] = {"next_poll": stamp(next_poll), "last_poll": now(), "note": failed or ""}
        if failed is None:
            state |= {"etag": etag, "modified": modified, "failures": 0}
        else:
            state |= {"failures": feeds.c.failures + 1}
        self.database.alone(lambda c: c.execute(update(feeds).where(feeds.c.id == feed_id).values(state)))
        return self.feed(feed_id)

    def change_feed(self, feed_id: int, version: int, who: str, **changed: Any) -> Feed:
        """Change `url`, `contest_id`, `title`, `outlet` or `active`. Raises `Conflict` if `version` is not the latest."""
        unknown = sorted(set(changed) - set(CHANGEABLE))
        if unknown:
            raise UsageError(f"A feed has no '{unknown[0]}' to change. It has {', '.join(CHANGEABLE)}.")

        def work(tx: Transaction) -> None:
            self._latest(tx, feed_id, version, changed)
            after = tx.update("feed", feed_id, **changed)
            tx.record(who, "feed", after["contest_id"], f"{after['url']}: {', '.join(sorted(changed))}")

        self.database.write(lambda c: work(Transaction(c)))
        return self.feed(feed_id)

    def remove_feed(self, feed_id: int, version: int, who: str) -> None:
        """Poll an address no more: it is switched off, and hidden from `due_feeds`; what came from it stays."""
        self.change_feed(feed_id, version, who, active=False)

    def _latest(self, tx: Transaction, feed_id: int, version: int, yours: Any) -> None:
        row = tx.connection.execute(select(feeds).where(feeds.c.id == feed_id)).mappings().first()
        if row is None:
            raise NotFound("feed", str(feed_id), ())
        if row["version"] != version:
            raise changed_meanwhile(f"Feed {feed_id}", yours, _feed(row))


def _feed(row: Mapping[Any, Any]) -> Feed:
    times: dict[str, Any] = {k: datetime.fromisoformat(row[k]) if row[k] else None for k in ("next_poll", "last_poll")}
    return Feed(**{k: v for k, v in row.items() if k not in times}, **times)
