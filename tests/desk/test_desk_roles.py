"""What each role is led to: pages show no link that answers "that is not yours to do"."""

from __future__ import annotations

import re

import pytest
from desk_client import TestClient

from whipcount.contest import locate
from whipcount.desk import Settings, create_app
from whipcount.desk.doors.passwords import hashed

SECRET = "kJ3vR8-qLx0pW5zTn2bYd7Hs4gMf9CuA1eGi6oNr"
WORDS = "plum harbour seven lantern"
AT = "/contests/nz-labour-2012"
PAGES = (
    "/contests",
    f"{AT}?as_of=2012-11-19",
    f"{AT}/electors/maryan-street?as_of=2012-11-19",
    "/rulebooks",
    "/account",
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    where = str(tmp_path_factory.mktemp("roles") / "w.db")
    made = create_app(Settings(store=where, public=True, secret=SECRET, draws=1_000))
    made.state.desk.store.import_folder(locate("nz-labour-2012"), "test")
    for name, role in (("Rhona", "reader"), ("Edda", "editor")):
        made.state.doors.store.add_user(name, role, hashed(WORDS))
    made.state.desk.shelf.close = lambda: None
    made.state.desk.close = lambda: None
    return made


def visit(app, name):
    client = TestClient(app, base_url="https://desk.invalid", follow_redirects=False)
    form = re.search(r'name="_token" value="([0-9a-f]{64})"', client.get("/login").text)
    assert form
    client.post("/login", data={"_token": form[1], "name": name, "password": WORDS, "next": "/account"})
    return client


def test_a_reader_is_led_to_nothing_that_is_refused(app) -> None:
    reader = visit(app, "Rhona")
    for page in PAGES:
        text = reader.get(page).text
        assert "Contests" in text
        for address in set(re.findall(r'href="(/[^"#]*)"', text)):
            if any(part in address for part in ("/static/", "/charts/", "/why", "/rulebooks/")):
                continue
            path = address.replace("&amp;", "&")
            if path.startswith(("/inbox", "/journal", "/feeds", "/jobs", "/new", "/accounts")) or "/tables" in path:
                pytest.fail(f"{page} leads a reader to {path}, which answers {reader.get(path).status_code}")


def test_what_a_reader_is_not_led_to_is_refused(app) -> None:
    reader = visit(app, "Rhona")
    for path in ("/inbox", "/journal", "/feeds", "/jobs", "/new", "/accounts", f"{AT}/tables"):
        assert reader.get(path).status_code == 403, path


def test_an_editor_is_led_to_them_though_a_reader_asked_first(app) -> None:
    visit(app, "Rhona").get(PAGES[1])
    text = visit(app, "Edda").get(PAGES[1]).text
    assert 'href="/inbox"' in text
    assert f"{AT}/tables" in text
    assert 'href="/inbox"' not in visit(app, "Rhona").get(PAGES[1]).text


def test_who_has_not_logged_in_is_led_nowhere(app) -> None:
    with TestClient(app, base_url="https://desk.invalid") as stranger:
        assert '<nav aria-label="The desk">' not in stranger.get("/login").text
