"""Running the desk with uvicorn until it is stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace

from whipcount.desk.settings import Settings
from whipcount.errors import MissingExtra, UsageError


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until stopped; `tell` is called with the address once it answers there.

    Raises `UsageError` where the port is taken, `MissingExtra` without the 'desk' extra.
    """
    try:
        import uvicorn

        from whipcount.desk.app import create_app
    except ImportError as why:
        raise MissingExtra("The desk", "desk") from why
    at = _listen(settings.host, settings.port)
    settings = replace(settings, port=at.getsockname()[1])
    app = create_app(settings)
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_keep_alive=30, backlog=512)
    server = uvicorn.Server(config)
    tell(settings.address)
    server.run(sockets=[at])


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
