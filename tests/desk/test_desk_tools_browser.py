"""The tools and the doors in Chromium, on desks that run as processes: by mouse, on a phone's width, and held to axe-core."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from desk_browser import PHONE, chromium, faults, watched
from desk_server import served

import whipcount
from whipcount.desk.doors.passwords import hashed
from whipcount.store import open_store

LIBRARY = Path(whipcount.__file__).parent / "library"
BALLOTS = LIBRARY / "ballots" / "uk-labour-2010-mps.soi"
WORDS = "plum harbour seven lantern"
PAGES = (
    "/tools",
    "/tools/ballots",
    "/tools/verify",
    "/tools/rules",
    "/tools/folder",
    "/tools/past",
    "/tools/new",
    "/store",
)


@pytest.fixture(scope="module")
def browser():
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def address(browser, tmp_path_factory):
    store = tmp_path_factory.mktemp("tools") / "w.db"
    open_store(store).close()
    with served("--store", str(store), "--draws", "500") as found:
        yield found


def sent(desk) -> None:
    """Press the main button of the page, and wait for the answer."""
    with desk.page.expect_navigation():
        desk.page.locator("main button.main").click()


def test_a_rulebook_is_mended_line_by_line_until_it_is_fine(browser, address) -> None:
    whole = (LIBRARY / "rulebooks" / "majority.yaml").read_text()
    with watched(browser, address, viewport=PHONE, bypass_csp=True) as desk:
        desk.go("/tools/rules")
        desk.page.get_by_label("The rulebook's YAML").fill(whole.replace("kind: nomination", "kind: nominaton"))
        sent(desk)
        assert desk.page.get_by_role("heading", name="1 problem").is_visible()
        assert desk.overflow() <= 0
        assert faults(desk.page) == []
        typed = desk.page.get_by_label("The rulebook's YAML").input_value()
        desk.page.get_by_label("The rulebook's YAML").fill(typed.replace("nominaton", "nomination"))
        desk.page.get_by_label("With so many electors").fill("34")
        sent(desk)
        assert desk.page.get_by_text("Fine.").is_visible()
        assert desk.page.get_by_text("18 of 34").first.is_visible()
        assert desk.overflow() <= 0
        assert faults(desk.page) == []


def test_a_record_is_taken_away_and_verified(browser, address, tmp_path) -> None:
    record = subprocess.run(
        [sys.executable, "-m", "whipcount", "count", str(BALLOTS), "--rules", "av", "--json"],
        capture_output=True,
        check=True,
    ).stdout
    (tmp_path / "right.json").write_bytes(record)
    (tmp_path / "wrong.json").write_text(json.dumps(json.loads(record) | {"winner": "Somebody Else"}))
    with watched(browser, address, bypass_csp=True) as desk:
        desk.go("/tools/verify")
        for name, says in (("wrong.json", "does not give this record"), ("right.json", "gives the same")):
            desk.page.get_by_label("Record", exact=True).set_input_files(tmp_path / name)
            desk.page.get_by_label("Ballots", exact=True).set_input_files(BALLOTS)
            sent(desk)
            assert desk.page.get_by_role("heading", name=re.compile(says)).is_visible()
            assert faults(desk.page) == []


def test_ballots_are_converted_and_a_contest_is_begun_by_keyboard(browser, address) -> None:
    with watched(browser, address, bypass_csp=True) as desk:
        desk.go("/tools/ballots")
        desk.page.get_by_label("Ballots", exact=True).set_input_files(BALLOTS)
        desk.page.get_by_label("Download it as").select_option("csv")
        with desk.page.expect_download() as came:
            desk.page.get_by_role("button", name="Look, or convert").press("Enter")
        assert came.value.suggested_filename == "uk-labour-2010-mps.csv"
        desk.go("/tools/new")
        sent(desk)
        assert desk.page.get_by_text("The contest needs a title.").is_visible()
        assert faults(desk.page) == []
        for label, text in (
            ("Title", "Ours, 2026"),
            ("Party", "Our Party"),
            ("Country", "Somewhere"),
            ("Leader", "Ada Quill"),
        ):
            desk.page.get_by_label(label).fill(text)
        desk.page.get_by_label("Rulebook").select_option("majority")
        desk.page.get_by_label("Question").select_option("confidence")
        desk.page.get_by_label("Electors who are known by name").fill("Tom Hale\nInes Moss")
        with desk.page.expect_navigation(url="**/contests/ours-2026/tables"):
            desk.page.get_by_role("button", name="Begin it here").press("Enter")


def test_the_store_is_checked_and_copied(browser, address, tmp_path) -> None:
    with watched(browser, address, bypass_csp=True) as desk:
        desk.go("/store")
        with desk.page.expect_navigation():
            desk.page.get_by_role("button", name="Check it").click()
        desk.page.get_by_text("Sound.").wait_for()
        assert faults(desk.page) == []
        with desk.page.expect_download() as came:
            desk.page.get_by_role("button", name="Download a copy").click()
        came.value.save_as(tmp_path / "copy.db")
    with open_store(tmp_path / "copy.db") as copy:
        assert copy.check().sound


def test_a_session_that_ends_while_somebody_types(browser, tmp_path) -> None:
    store = tmp_path / "w.db"
    with open_store(store) as made:
        made.add_user("Edda", "owner", hashed(WORDS), "test")
    with (
        served("--store", str(store), "--public", "--draws", "500") as found,
        watched(browser, found, bypass_csp=True) as desk,
    ):
        desk.go("/inbox")
        log_in(desk.page)
        desk.page.get_by_label("Paste a text").fill('First line.\n\nNanaia said: "no" & <b>went</b>.')
        desk.page.get_by_label("Outlet").fill("The Ledger")
        with open_store(store) as made:
            made.end_sessions("Edda")
        sent(desk)
        assert desk.page.get_by_text("You are logged out, and nothing was changed.").is_visible()
        assert faults(desk.page) == []
        log_in(desk.page)
        assert desk.page.get_by_text("You are logged in. Nothing was changed, and what you typed is here.").is_visible()
        assert faults(desk.page) == []
        with desk.page.expect_navigation(url=re.compile(r"/inbox/\d+$")):
            desk.page.get_by_role("button", name="Send it again").click()
        assert 'Nanaia said: "no" & <b>went</b>.' in desk.page.locator(".text").inner_text()
        assert desk.page.get_by_text("The Ledger").first.is_visible()


def log_in(page) -> None:
    page.get_by_label("Name").fill("Edda")
    page.get_by_label("Password").fill(WORDS)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_tools_is_without_a_serious_fault(browser, address, scheme) -> None:
    for size in ({}, {"viewport": PHONE}):
        with watched(browser, address, bypass_csp=True, color_scheme=scheme, **size) as desk:
            for path in PAGES:
                assert desk.go(path).status == 200
                assert desk.overflow() <= 0, path
                assert faults(desk.page) == []
