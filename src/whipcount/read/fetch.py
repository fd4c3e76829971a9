"""Pages from the web, fetched only when asked: with limits, and never from a private address.

Every host is resolved before it is spoken to, the connection goes to the very address that was checked (so that a name
can't change its mind in between), and every redirect is checked anew.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from datetime import date
from urllib.parse import urljoin, urlsplit

from whipcount.errors import InputError, Problem
from whipcount.read.document import Document
from whipcount.read.formats import LARGEST, read_bytes

SECONDS = 20
REDIRECTS = 5


def fetch(url: str, day: date | None = None, country: str | None = None) -> list[Document]:
    """The documents at an address. Raises `InputError` for a private address, a failure, or a page too large."""
    here = url
    for _ in range(REDIRECTS + 1):
        status, where, body = _get(here)
        if status in {301, 302, 303, 307, 308} and where:
            here = urljoin(here, where)
            continue
        if status != 200:
            raise _wrong(url, f"the server answered {status}", "Check the address in a browser.")
        return read_bytes(body, url, day, country)
    raise _wrong(url, f"there are more than {REDIRECTS} redirects", "Give the address where they end.")


def _wrong(url: str, what: str, mend: str) -> InputError:
    return InputError(Problem(url, 0, what, mend))


def public_address(host: str, port: int, url: str) -> str:
    """An address of a host. Raises `InputError` unless every address that the name has is a public one."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise _wrong(url, f"the host '{host}' is not known", "Check the address.") from None
    for address in found:
        ip = ipaddress.ip_address(str(address).split("%")[0])
        inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
        if not inner.is_global or not ip.is_global or ip.is_multicast:
            raise _wrong(
                url,
                f"'{host}' is a private or reserved address ({ip}); such are never fetched",
                "Save the page to a file and give that.",
            )
    return str(sorted(map(str, found))[0])


def _get(url: str) -> tuple[int, str | None, bytes]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _wrong(url, "only http and https addresses are fetched", "Give a web address or a file.")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _wrong(url, "the port is no number", "Check the address.") from None
    address = public_address(parts.hostname, port, url)
    try:
        sock = socket.create_connection((address, port), timeout=SECONDS)
        with sock:
            if parts.scheme == "https":
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=parts.hostname)
            connection = http.client.HTTPConnection(parts.hostname, port, timeout=SECONDS)
            connection.sock = sock
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                "GET", path, headers={"User-Agent": "whipcount", "Accept-Encoding": "identity", "Connection": "close"}
            )
            answer = connection.getresponse()
            body = answer.read(LARGEST + 1)
    except (OSError, http.client.HTTPException) as why:
        raise _wrong(
            url, f"the page could not be fetched ({type(why).__name__})", "Try again, or save it to a file."
        ) from None
    if len(body) > LARGEST:
        raise _wrong(url, f"the page has more than {LARGEST // 1_000_000} MB", "Save the article's text and give that.")
    return answer.status, answer.getheader("Location"), body
