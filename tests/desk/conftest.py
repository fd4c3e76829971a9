"""A desk in memory, asked without a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from desk_client import TestClient

from whipcount.desk import Settings, create_app


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """FastAPI hides this warning about its own fields, but not while another thread computes; it says nothing to us."""
    for item in items:
        if "tests/desk" in item.path.as_posix():
            item.add_marker(pytest.mark.filterwarnings("ignore::pydantic.warnings.UnsupportedFieldAttributeWarning"))


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """The form of a count waits for the count, however busy the machine is: what is tested is what it answers."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("whipcount.desk.pages.count.PATIENCE", 60.0)
        yield


@pytest.fixture(scope="session")
def desk() -> Iterator[TestClient]:
    """A desk with the contests that ship, and few draws so that it is quick."""
    with TestClient(create_app(Settings(demo=True, draws=1_000)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def send(desk: TestClient) -> Callable[..., Any]:
    """Send a form of one of the desk's own pages, with the token that the page carries; redirects are not followed."""

    def post(path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        token = re.search(r'name="_token" value="([^"]+)"', desk.get(path).text)
        assert token
        return desk.post(path, data={"_token": token[1], **(data or {})}, follow_redirects=False, **more)

    return post
