"""`whipcount serve`: the desk."""

from __future__ import annotations

import click

from whipcount.desk.settings import Settings


@click.command("serve")
@click.option(
    "--store",
    metavar="URL",
    envvar="WHIPCOUNT_STORE",
    help="The store: a file, or postgresql://... By default whipcount.db here.",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen; by default on this machine only."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any that is free.")
@click.option(
    "--demo", is_flag=True, help="The contests that ship, in a store of their own that is gone when the desk stops."
)
@click.option(
    "--public", is_flag=True, help="People log in (`whipcount accounts`); needs a secret in WHIPCOUNT_SECRET."
)
@click.option(
    "--called",
    metavar="NAME",
    multiple=True,
    help="A name by which the desk is reached, with --public; requests to any other are refused.",
)
@click.option(
    "--draws",
    type=click.IntRange(200, 1_000_000),
    default=20_000,
    show_default=True,
    help="Simulated contests behind each number.",
)
def command(
    store: str | None, host: str, port: int, called: tuple[str, ...], draws: int, *, demo: bool, public: bool
) -> None:
    """Serve the desk: contests, electors, the inbox, what-ifs, counts and rulebooks as pages, for a browser.

    Without --public it listens on this machine only, and whoever reaches it is its owner.
    """
    import os

    from whipcount.desk import serve
    from whipcount.desk.doors.secret import VARIABLE

    settings = Settings(
        store=store,
        host=host,
        port=port,
        demo=demo,
        public=public,
        called=called,
        secret=os.environ.get(VARIABLE),
        draws=draws,
        warm=True,
    )
    serve(settings, lambda address: click.echo(f"The desk is at {address} (stop it with Ctrl-C)", err=True))
