"""Which addresses on the network may be spoken to: public ones, and whatever is allowed by name.

A host name is resolved once; every address that it has must be public, and the connection goes to one of those very addresses. A
name can therefore not mean something else when it is connected to than it meant when it was checked.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection, Iterable

Resolver = Callable[[str, int], Iterable[str]]
"""(host, port) -> its addresses, as text. Raises `OSError` for a host that is not known."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


class Forbidden(ValueError):
    """An address that is not spoken to; `str()` names it."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by this machine's resolver."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network, also where another one hides inside it (IPv4 in IPv6)."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    return all(_plainly_public(one) for one in (ip, *_hidden(ip)))


def _plainly_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address) and (ip.is_site_local or ip.ipv4_mapped is not None):
        return ip.ipv4_mapped is not None  # what is mapped is judged by itself
    return ip.is_global and not (ip.is_multicast or ip.is_link_local or ip.is_unspecified or ip.is_loopback)


def _hidden(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 address may be turned into on its way."""
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    found = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [one for one in found if one is not None]


def addresses_of(host: str, port: int, allow: Collection[str] = (), resolver: Resolver = resolve) -> list[str]:
    """The addresses of a host, each public, or allowed as `ADDRESS:PORT`.

    Raises `Forbidden` if any of them is neither, `OSError` or `UnicodeError` if the host is not known.
    """
    found = list(dict.fromkeys(resolver(host, port)))
    if not found:
        raise OSError(f"no address for {host}")
    for address in found:
        if f"{address}:{port}" not in allow and not is_public(address):
            raise Forbidden(address)
    return found
