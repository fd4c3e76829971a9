"""Pages and feeds from the web, fetched only when asked: with limits, and never from a private address.

Every hop is checked anew: its scheme, its host's addresses (`addresses`), and the connection goes to an address that was
checked. Size, time, redirects and kinds of content are limited, also for what comes compressed. The time is that of the whole
fetch: looking names up, connecting, TLS, redirects, and the body to its last byte.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from whipcount.errors import InputError, Problem
from whipcount.read.addresses import Forbidden, Resolver, addresses_of, resolve
from whipcount.read.decoding import LARGEST
from whipcount.read.wire import Wire, in_time

CONTENT = (
    "text/",
    "application/xhtml+xml",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/pdf",
    "message/rfc822",
)
_ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, application/pdf;q=0.8, text/*;q=0.7"


@dataclass(frozen=True)
class Limits:
    """What a fetch may cost: bytes of the body (after decompression), seconds and redirects in all, and kinds of content.

    `kinds` are content types, or how they begin; a server that declares none is taken at its bytes.
    """

    size: int = LARGEST
    seconds: float = 20.0
    redirects: int = 5
    kinds: tuple[str, ...] = CONTENT


@dataclass(frozen=True)
class Fetched:
    """What a server gave.

    url           where it came from in the end, after redirects
    content_type  as declared, lower case, with its parameters; empty if none was
    etag, modified  what to send with the next request for the same address; as the server gave them, else as asked with
    not_modified  it has not changed since; the body is then empty
    """

    body: bytes
    content_type: str
    url: str
    etag: str | None = None
    modified: str | None = None
    not_modified: bool = False

    @property
    def charset(self) -> str | None:
        """The encoding that the server declared, if any."""
        for part in self.content_type.split(";")[1:]:
            name, _, value = part.strip().partition("=")
            if name == "charset" and value:
                return value.strip("\"' ")[:40]
        return None


_USUAL = Limits()


def fetch(
    url: str,
    *,
    etag: str | None = None,
    modified: str | None = None,
    limits: Limits = _USUAL,
    allow: Collection[str] = (),
    resolver: Resolver = resolve,
) -> Fetched:
    """What is at an address.

    etag, modified  of the last time: the server may then say that nothing has changed
    allow           private addresses that may be spoken to all the same, as `127.0.0.1:8000`
    resolver        host names to addresses, instead of this machine's own

    Raises `InputError`, with one problem about `url`: for an address that is not public or not of the web, at any hop; for
    a limit that is passed; for a server that fails.
    """
    asked = _Asked(url, time.monotonic() + limits.seconds, limits, allow, resolver)
    conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
    try:
        found = _follow(asked, {name: value for name, value in conditions.items() if value})
    except Forbidden as why:
        what = f"it leads to a private or reserved address ({why}); such are never fetched"
        raise _wrong(url, what, "Save the page to a file and give that.") from None
    except TimeoutError:
        what = f"it took longer than {limits.seconds:g} seconds"
        raise _wrong(url, what, "Try again, or save it to a file.") from None
    except ssl.SSLCertVerificationError:
        what = "the server's certificate does not show that it is who it says"
        raise _wrong(url, what, "Check the address in a browser.") from None
    except (OSError, http.client.HTTPException, zlib.error, UnicodeError) as why:
        what = f"the page could not be fetched ({type(why).__name__})"
        raise _wrong(url, what, "Try again, or save it to a file.") from None
    return replace(found, etag=found.etag or etag, modified=found.modified or modified) if found.not_modified else found


@dataclass(frozen=True)
class _Asked:
    url: str
    until: float
    limits: Limits
    allow: Collection[str]
    resolver: Resolver


def _wrong(url: str, what: str, mend: str) -> InputError:
    return InputError(Problem(url, 0, what, mend))


def _follow(asked: _Asked, conditions: Mapping[str, str]) -> Fetched:
    here = asked.url
    for _ in range(asked.limits.redirects + 1):
        answer = _get(asked, here, conditions)
        if isinstance(answer, Fetched):
            return answer
        try:
            here = urljoin(here, answer)
        except ValueError:
            raise _wrong(asked.url, "it redirects to a malformed address", "Check the address in a browser.") from None
    what = f"there are more than {asked.limits.redirects} redirects"
    raise _wrong(asked.url, what, "Give the address where they end.")


def _parts(asked: _Asked, here: str) -> tuple[SplitResult, str, int]:
    """The parts of an address of the web, its host as the network writes it, and its port."""
    try:
        parts = urlsplit(here)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = parts.hostname or ""
    except ValueError:
        raise _wrong(asked.url, "the address is malformed", "Check the address.") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise _wrong(asked.url, "only http and https addresses are fetched", "Give a web address or a file.")
    if parts.username is not None or parts.password is not None:
        raise _wrong(asked.url, "the address has a user's name in it", "Take what stands before the @ away.")
    try:
        return parts, host if _is_ip(host) else host.encode("idna").decode("ascii"), port
    except UnicodeError:
        raise _wrong(asked.url, f"the host '{host[:60]}' is not known", "Check the address.") from None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return True


def _get(asked: _Asked, here: str, conditions: Mapping[str, str]) -> Fetched | str:
    """What one hop gives: a page, or where it redirects to."""
    parts, host, port = _parts(asked, here)
    sock = _connect(asked, parts.scheme, host, port)
    try:
        connection = http.client.HTTPConnection(host, port)
        connection.sock = Wire(sock, asked.until)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
            "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?") if parts.query else ""
        )
        headers = {"User-Agent": "whipcount", "Accept": _ACCEPT, "Accept-Encoding": "gzip", "Connection": "close"}
        connection.request("GET", path, headers=headers | dict(conditions))
        return _answer(asked, here, connection.getresponse())
    finally:
        sock.close()


def _connect(asked: _Asked, scheme: str, host: str, port: int) -> socket.socket:
    """A connection to one of the addresses that were checked, the first that answers."""
    try:
        addresses = in_time(lambda: addresses_of(host, port, asked.allow, asked.resolver), asked.until)
    except TimeoutError:
        raise
    except (OSError, UnicodeError):
        raise _wrong(asked.url, f"the host '{host[:60]}' is not known", "Check the address.") from None
    why: OSError = OSError("no address")
    for n, address in enumerate(addresses):
        try:
            # One that says nothing takes its share of the time, and leaves the others theirs.
            sock = socket.create_connection((address, port), timeout=_left(asked) / (len(addresses) - n))
        except OSError as failed:
            why = failed
            continue
        if scheme == "http":
            return sock
        try:
            sock.settimeout(_left(asked))  # of the whole handshake, not of each of its steps
            return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
    raise why


def _left(asked: _Asked) -> float:
    left = asked.until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _answer(asked: _Asked, here: str, answer: http.client.HTTPResponse) -> Fetched | str:
    where = answer.getheader("Location")
    if answer.status in {301, 302, 303, 307, 308} and where:
        return where
    etag, modified = answer.getheader("ETag"), answer.getheader("Last-Modified")
    kind = (answer.getheader("Content-Type") or "").lower()
    if answer.status == 304:
        return Fetched(b"", kind, here, etag, modified, not_modified=True)
    if answer.status != 200:
        raise _wrong(asked.url, f"the server answered {answer.status}", "Check the address in a browser.")
    if kind and not kind.startswith(asked.limits.kinds):
        what = f"it is of a kind that is not read ({kind.split(';')[0][:60]})"
        raise _wrong(asked.url, what, "Give a page, a feed, a PDF or a text.")
    body = b"".join(_limited(asked, _decoded(asked, answer)))
    return Fetched(body, kind, here, etag, modified)


def _limited(asked: _Asked, pieces: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > asked.limits.size:
            what = f"the page has more than {asked.limits.size / 1e6:g} MB"
            raise _wrong(asked.url, what, "Save the article's text and give that.")
        yield piece


def _decoded(asked: _Asked, answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """The body, decompressed piece by piece: what a small answer unpacks to is never held beyond the limit."""
    coding = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise _wrong(
            asked.url, f"it is compressed in a way that was not asked for ({coding[:20]})", "Save it to a file."
        )
    unpack = None if coding == "identity" else zlib.decompressobj(47)
    while piece := answer.read1(65536):
        if unpack is None:
            yield piece
            continue
        while piece:
            yield unpack.decompress(piece, 1 << 20)
            piece = unpack.unconsumed_tail
    if (unpack is not None and not unpack.eof) or answer.length:
        raise http.client.IncompleteRead(b"")
