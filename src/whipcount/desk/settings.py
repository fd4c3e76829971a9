"""What a desk is started with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Settings:
    """What a desk is started with.

    store      address of the store, a path or a URL; None: `whipcount.db` here
    demo       a store of its own with the contests that ship, gone when the desk stops
    public     people log in, each with a role; else whoever reaches the desk is its owner
    secret     from which the tokens of forms are made; needed where `public`
    called     names by which the desk is reached, where `public`; empty for any
    host, port where it listens
    draws      simulated contests behind each number, as for `whipcount report`
    seed       of the random draws
    upload     largest ballot file or text that may be uploaded, in bytes
    page_bytes, things  how much of what was made is kept: bytes of finished pages, number of outlooks and the like
    workers    threads that compute
    warm       compute the first pages in the background after the start
    reach      private addresses that may be fetched from all the same, as `127.0.0.1:8000`
    today      the clock
    """

    store: str | None = None
    demo: bool = False
    public: bool = False
    secret: str | None = field(default=None, repr=False)
    called: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    draws: int = 20_000
    seed: int = 1
    upload: int = 20_000_000
    page_bytes: int = 200_000_000
    things: int = 64
    workers: int = 2
    warm: bool = False
    reach: tuple[str, ...] = ()
    today: Callable[[], date] = date.today

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"
