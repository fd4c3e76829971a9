"""`whipcount serve`: the desk."""

from __future__ import annotations

import click


@click.command("serve")
@click.option("--store", metavar="URL", help="The store: a file, or postgresql://... By default whipcount.db here.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen; by default on this machine only."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any that is free.")
@click.option("--demo", is_flag=True, help="The contests that ship, in place of a store.")
def command(store: str | None, host: str, port: int, *, demo: bool) -> None:
    """Serve the desk: contests, electors, what-ifs, counts and rulebooks as pages, for a browser."""
    from whipcount.desk import Settings, serve

    del demo
    settings = Settings(store=store, host=host, port=port, warm=True)
    serve(settings, lambda address: click.echo(f"The desk is at {address} (stop it with Ctrl-C)", err=True))
