"""Documents from web addresses."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from whipcount.read.addresses import Resolver, resolve
from whipcount.read.document import Document
from whipcount.read.fetch import fetch
from whipcount.read.sources import within_limits


def documents_at(
    url: str,
    day: date | None = None,
    country: str | None = None,
    *,
    allow: Collection[str] = (),
    resolver: Resolver = resolve,
) -> list[Document]:
    """The documents at an address: a page's article, a feed's entries. Raises `InputError` as `fetch` and `within_limits` do."""
    found = fetch(url, allow=allow, resolver=resolver)
    return within_limits(found.body, url, day, country, found.charset)
