"""A desk as whoever starts it has it: the command, in a process of its own, asked over the network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

SECRET = "kJ3vR8-qLx0pW5zTn2bYd7Hs4gMf9CuA1eGi6oNr"
PATIENCE = 120.0
"""Seconds until a desk must be up and all its contests in the store, on a machine that is busy with other things."""


@contextmanager
def served(*options: str, log: Path | None = None) -> Iterator[str]:
    """`whipcount serve --port 0` with more options; gives the address that it says, without the slash at its end."""
    env = os.environ | {"WHIPCOUNT_SECRET": SECRET, "PYTHONUNBUFFERED": "1"}
    with (log or Path(os.devnull)).open("w") as out:
        desk = subprocess.Popen(
            [sys.executable, "-m", "whipcount", "serve", "--port", "0", *options],
            stdout=out, stderr=subprocess.PIPE, text=True, env=env,
        )  # fmt: skip
        try:
            yield _address(desk)
        finally:
            desk.terminate()
            rest = desk.communicate(timeout=PATIENCE)[1]
            out.write(rest)


def _address(desk: subprocess.Popen[str]) -> str:
    assert desk.stderr is not None
    line = desk.stderr.readline()
    found = re.search(r"http://[^ ]+(?=/ )", line)
    if not found:
        desk.kill()
        raise AssertionError(f"The desk did not say where it is: {line}{desk.stderr.read()}")
    _await(found[0])
    return found[0]


def _await(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}/healthz", timeout=10).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"Nothing answers at {address}.")
