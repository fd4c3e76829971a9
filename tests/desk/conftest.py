"""A desk in memory, asked without a network."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from whipcount.desk import Settings, create_app

with warnings.catch_warnings():
    # The test client prefers a newer httpx by another name; the one that the desk itself uses serves it as well.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture(scope="session")
def desk() -> Iterator[TestClient]:
    """A desk with the contests that ship, and few draws so that it is quick."""
    with TestClient(create_app(Settings(demo=True, draws=1_000)), raise_server_exceptions=False) as client:
        yield client
