"""The options of commands whose work can be spread: over the cores of this machine, or over a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def engine_options(command: F) -> F:
    """`--engine` and `--scheduler` for a command."""
    for option in (
        click.option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster, such as tcp://HOST:8786."),
        click.option(
            "--engine", type=click.Choice(["here", "processes", "dask"]), default="here", show_default=True,
            help="In this process, in one for each core, or over a Dask cluster (two workers here, without --scheduler).",
        ),
    ):  # fmt: skip
        command = option(command)
    return command
