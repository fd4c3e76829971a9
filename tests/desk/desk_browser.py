"""A browser for tests of the desk: Chromium driven by Playwright, and what every page is held to in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

VARIABLE = "WHIPCOUNT_CHROMIUM"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
WEIGHTY = ("serious", "critical")


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; the test is skipped, with the reason, where Playwright or Chromium is missing."""
    sync = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
    found = os.environ.get(VARIABLE) or shutil.which("chromium")
    if not found:
        pytest.skip(f"there is no Chromium: put `chromium` on the path, or its path into {VARIABLE}")
    with sync.sync_playwright() as made:
        browser = made.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


class Watched:
    """A page of its own context, and everything that the browser had to complain about on it."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        options.setdefault("viewport", DESK)
        self.address, self.complaints = address, []
        self.context = browser.new_context(base_url=address, **options)
        self.context.set_default_timeout(60_000)
        self.page = self.context.new_page()
        # A violation of the policy is an error of the console, too.
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> Any:
        """Open a page of the desk, and wait while it is being worked out."""
        answer = self.page.goto(path)
        for _ in range(120):
            if answer is not None and answer.status != 202:  # none: the page looked again by itself at the same moment
                break
            self.page.wait_for_timeout(1_000)
            if self.page.request.get(path).status != 202:
                answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 500, f"{path}: {answer.status}"
        return answer

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        found: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return found

    def close(self) -> None:
        """Close it, and hold the browser's complaints to be none."""
        self.context.close()
        assert self.complaints == []


@contextmanager
def watched(browser: Any, address: str, **options: Any) -> Iterator[Watched]:
    """A page that must be without complaint when it is left."""
    one = Watched(browser, address, **options)
    yield one
    one.close()


def faults(page: Any) -> list[str]:
    """What axe-core finds on a page that is serious or critical: the rule, where, and why.

    The page must be of a context with `bypass_csp`: the desk's policy lets nobody put a script into it, axe-core neither.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{page.url} {one['id']} ({one['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for one in found
        if one["impact"] in WEIGHTY
        for node in one["nodes"][:3]
    ]
