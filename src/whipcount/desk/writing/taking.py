"""Texts into the inbox: typed, uploaded or fetched; each is kept as a document, read, and its claims wait to be looked at.

In: what was sent. Out: the documents as the store has them. Raises the errors of the rooms, which name what is wrong. What is much
(`Many`) is read by a job; see `batch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from whipcount.errors import InputError, UsageError

if TYPE_CHECKING:
    from whipcount.desk.ballots import Upload
    from whipcount.read import Claim, Document
    from whipcount.store import Store, StoredDocument

FEW, SMALL = 3, 60_000
"""Documents, and bytes or characters, that are read while somebody waits (some seconds); more are read by a job."""


class Many(Exception):
    """There is too much to read it while somebody waits; `files` have it."""

    def __init__(self, files: Sequence[Upload]) -> None:
        super().__init__(f"{len(files)} files")
        self.files = tuple(files)


@dataclass(frozen=True)
class Given:
    """What is known of a text beside itself; what is None is taken from the text where it says."""

    contest: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    source: str | None = None


def take_text(store: Store, text: str, given: Given, who: str) -> list[StoredDocument]:
    """A text that was pasted. Raises `Many`."""
    from whipcount.desk.ballots import Upload
    from whipcount.read import Document

    if not text.strip():
        raise UsageError("There is no text. Paste an article, choose a file, or give an address.")
    if len(text) > SMALL:
        raise Many([Upload("text.txt", text.encode())])
    return take(store, [Document(text)], given, who)


def take_files(store: Store, files: Sequence[Upload], given: Given, who: str) -> list[StoredDocument]:
    """Files that were uploaded: text, HTML, Markdown, PDF, mail, a feed. Raises `Many`."""
    from whipcount.desk.apart import opened

    if len(files) > FEW or sum(len(one.content) for one in files) > SMALL or any(map(is_zip, files)):
        raise Many(files)
    found = [document for one in files for document in opened(one.content, one.name, given.published)]
    if len(found) > FEW:
        raise Many(files)
    return take(store, found, given, who)


def is_zip(one: Upload) -> bool:
    """Whether a file is a ZIP, by its first bytes."""
    return one.content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def take_address(store: Store, url: str, given: Given, who: str, reach: tuple[str, ...] = ()) -> list[StoredDocument]:
    """What stands at an address of the web. Raises `InputError` for private addresses, too, and `Many`."""
    from whipcount.desk.ballots import Upload
    from whipcount.read import fetch

    page = fetch(url, allow=reach)
    return take_files(store, [Upload(page.url, page.body)], given, who)


def take(store: Store, found: Sequence[Document], given: Given, who: str) -> list[StoredDocument]:
    """Keep documents and what is claimed in them. A text that is there already is not read again."""
    kept = [_keep(store, document, given, who) for document in found]
    for one in kept:
        if not one.already or one.status == "new":
            read(store, one, who)
    return [replace(store.document(one.id), already=one.already) for one in kept]


def _keep(store: Store, document: Document, given: Given, who: str) -> StoredDocument:
    country = document.country or (store.contest(given.contest).identity.country if given.contest else None)
    return store.add_document(
        document.text, who=who, source=given.source or document.source, outlet=given.outlet or document.outlet,
        author=given.author or document.author, published=given.published or document.date, contest_id=given.contest,
        title=document.title, country=country,
    )  # fmt: skip


def read(store: Store, kept: StoredDocument, who: str) -> None:
    """Read a document's claims into the store. One that cannot be read raises `InputError`, and counts as read from then on."""
    try:
        found = claims_in(store, kept)
    except InputError:
        store.add_claims(kept.id, [], who)
        raise
    store.add_claims(kept.id, found, who)


def claims_in(store: Store, kept: StoredDocument) -> list[Claim]:
    """What the reader finds in a document, with its contest's people as the roster."""
    from whipcount.desk.apart import claims_of
    from whipcount.read import leader_of, roster_of

    if kept.contest_id is None:
        return claims_of(kept.document, (), None)
    contest = store.contest(kept.contest_id)
    return claims_of(kept.document, roster_of(contest), leader_of(contest, kept.document.date))


def moved(store: Store, kept: StoredDocument, version: int, who: str, given: Given) -> StoredDocument:
    """A document with other things known of it. With another contest it is read again, for its people."""
    said = {"outlet": given.outlet, "author": given.author, "published": given.published, "source": given.source}
    changed = store.change_document(
        kept.id, version, who, contest_id=given.contest, **{k: v for k, v in said.items() if v is not None}
    )
    if given.contest != kept.contest_id:
        read(store, replace(changed), who)
    return store.document(kept.id)
