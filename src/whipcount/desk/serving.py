"""Running the desk with uvicorn until it is stopped."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from whipcount.desk.settings import Settings
from whipcount.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until stopped; `tell` is called with the address once it answers there.

    Raises `UsageError` where the port is taken, `MissingExtra` without the 'desk' extra.
    """
    try:
        import uvicorn

        from whipcount.desk.app import create_app
    except ImportError as why:
        raise MissingExtra("The desk", "desk") from why
    _checked(settings)
    at = _listen(settings.host, settings.port)
    settings = replace(settings, port=at.getsockname()[1])
    app = create_app(settings)
    _owned(app)
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_keep_alive=30, backlog=512)
    server = uvicorn.Server(config)
    tell(settings.address)
    # What is computed in threads hands over sooner, so that pages that are kept do not wait for it.
    sys.setswitchinterval(0.001)
    server.run(sockets=[at])


def _checked(settings: Settings) -> None:
    """Refuse what would open the desk to others without accounts. Raises `UsageError`."""
    import ipaddress

    from whipcount.desk.doors.secret import secret_of

    secret_of(settings.secret, public=settings.public)
    if settings.public:
        return
    try:
        home = settings.host == "localhost" or ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        home = False
    if not home:
        raise UsageError(
            f"At {settings.host} others could reach the desk, and everybody would be its owner. "
            "Add --public, with which people log in; or leave --host out."
        )


def _owned(app: FastAPI) -> None:
    """Refuse to start a public desk that nobody owns. Raises `UsageError`."""
    doors = app.state.doors
    if doors.public and not any(user.role == "owner" for user in doors.store.users()):
        raise UsageError("Nobody owns this desk yet. Make an account first: whipcount accounts add NAME --role owner")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    at = socket.socket(family, socket.SOCK_STREAM)
    at.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        at.bind((host, port))
    except OSError as why:
        at.close()
        raise UsageError(f"Nothing can listen at {host}:{port} ({why.strerror}). Choose another with --port.") from None
    return at
