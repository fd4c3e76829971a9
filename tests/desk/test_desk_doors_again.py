"""A session that ends in the middle of a form: log in, and what was typed is there to be sent; no secrets, nobody else's form."""

from __future__ import annotations

import re
import secrets
from html import unescape

import pytest
from desk_client import TestClient
from hypothesis import given
from hypothesis import strategies as st
from test_desk_doors import HTTPS, SECRET, WORDS, log_in, token

from whipcount.contest import locate
from whipcount.desk import Settings, create_app
from whipcount.desk.doors.carried import LASTS, MOST, Carried, packed, unpacked
from whipcount.desk.doors.keeper import STRANGER
from whipcount.desk.doors.passwords import hashed
from whipcount.store import StoreAway

HERE = {"origin": HTTPS}
KEY = SECRET.encode()
ARTICLE = 'Ann Lee: "I\'ll <b>back</b> her" & more.\n\nSecond paragraph — with é, 你好.\n' * 3


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    made = create_app(
        Settings(store=str(tmp_path_factory.mktemp("again") / "w.db"), public=True, secret=SECRET, draws=200)
    )
    for name, role in (("Rhona", "reader"), ("Edda", "editor")):
        made.state.doors.store.add_user(name, role, hashed(WORDS))
    made.state.doors.store.import_folder(locate("nz-labour-2012"), "test")
    # One application, many visits: nothing may be closed between them.
    made.state.desk.shelf.close = lambda: None
    made.state.desk.close = lambda: None
    return made


@pytest.fixture
def client(app):
    app.state.doors.logins.clear("from testclient")
    with TestClient(app, base_url=HTTPS, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def end_session(app) -> None:
    """End the session in the store, as it ends by itself after a fortnight; the browser keeps its cookies."""
    app.state.doors.store.end_sessions("Edda")
    app.state.doors.store.end_sessions("Rhona")


def interrupted(app, client, data, path="/inbox", headers=HERE, **more):
    """The answer to a form whose session has ended since it was opened."""
    log_in(client, "Edda")
    given_ = token(client.get(path))
    end_session(app)
    return client.post(path, data={"_token": given_, **data}, headers=headers, **more)


def carried_in(page) -> str:
    found = re.search(r'name="carried" value="([^"]*)"', page.text)
    return found[1] if found else ""


def log_in_from(client, page, name="Edda", password=WORDS, **more):
    sent = {"_token": token(page), "name": name, "password": password, "next": "/inbox", "carried": carried_in(page)}
    return client.post("/login", data=sent | more, headers=HERE)


def fields(page) -> dict[str, str]:
    return {
        unescape(n): unescape(v)
        for n, v in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    }


def action(page) -> str:
    return re.search(r'<form method="post" action="([^"]+)"', page.text)[1]


def test_what_was_typed_is_there_after_logging_in_and_is_taken_when_sent(app, client) -> None:
    typed = {"text": ARTICLE, "contest": "nz-labour-2012", "outlet": "The Ledger"}
    page = interrupted(app, client, typed)
    assert page.status_code == 401
    assert "You are logged out, and nothing was changed." in page.text
    again = log_in_from(client, page)
    assert again.status_code == 200
    assert action(again) == "/inbox"
    kept = fields(again)
    assert {name: kept[name].replace("\r\n", "\n") for name in typed} == typed
    before = len(app.state.doors.store.documents())
    sent = client.post(action(again), data=kept, headers=HERE)
    assert sent.status_code == 303
    assert len(app.state.doors.store.documents()) == before + 1
    assert app.state.doors.store.documents()[0].document.outlet == "The Ledger"


def test_nothing_is_done_by_logging_in_alone(app, client) -> None:
    before = len(app.state.doors.store.documents())
    log_in_from(client, interrupted(app, client, {"text": f"unsent {secrets.token_hex(4)}"}))
    assert len(app.state.doors.store.documents()) == before


def test_a_wrong_password_does_not_lose_it(app, client) -> None:
    page = interrupted(app, client, {"text": "kept through errors"})
    wrong = log_in_from(client, page, password="not the password")
    assert wrong.status_code == 422
    assert carried_in(wrong) == carried_in(page) != ""
    assert fields(log_in_from(client, wrong))["text"] == "kept through errors"


def test_a_form_with_the_question_in_its_address_goes_back_there(app, client) -> None:
    log_in(client, "Edda")
    given_ = token(client.get("/inbox"))
    end_session(app)
    page = client.post("/claims/7/mend?from=x&y=1", data={"_token": given_, "note": "n"}, headers=HERE)
    assert unescape(action(log_in_from(client, page))) == "/claims/7/mend?from=x&y=1"


def test_no_secret_is_carried(app, client) -> None:
    log_in(client, "Edda")
    given_ = token(client.get("/account"))
    end_session(app)
    page = client.post(
        "/account/password", data={"_token": given_, "old": WORDS, "new": "another four words here"}, headers=HERE
    )
    assert page.status_code == 401
    assert carried_in(page) == ""
    assert WORDS not in page.text
    page = client.post(
        "/accounts", data={"_token": given_, "name": "Zoe", "password": "a secret of hers"}, headers=HERE
    )
    form = unpacked(KEY, carried_in(page))
    assert form.typed == (("name", "Zoe"),)
    assert given_ not in str(form)


def test_the_token_of_the_old_visit_is_worth_nothing_and_that_of_the_new_one_holds(app, client) -> None:
    page = interrupted(app, client, {"text": "x"})
    old = token(page)
    again = log_in_from(client, page)
    assert fields(again)["_token"] != old
    assert client.post("/inbox", data=fields(again) | {"_token": old}, headers=HERE).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"origin": "https://elsewhere.invalid"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_another_sites_form_is_not_shown_to_anybody(app, client, headers) -> None:
    page = interrupted(app, client, {"text": "planted"}, headers=headers)
    assert page.status_code == 403
    assert "planted" not in page.text


def test_without_the_browsers_word_for_where_it_is_from_nothing_is_shown(app, client) -> None:
    page = interrupted(app, client, {"text": "planted"}, headers={})
    assert page.status_code == 401
    assert carried_in(page) == ""
    assert "planted" not in page.text


def test_what_this_desk_did_not_pack_is_dropped(app, client) -> None:
    page = interrupted(app, client, {"text": "x"})
    forged = packed(b"another secret that is long enough", Carried("/accounts", (("name", "Eve"), ("role", "owner"))))
    for bad in (forged, carried_in(page)[:-3], "x" * 300, f"{'0' * 64}.AAAA", "é.é"):
        page = client.get("/login")
        assert log_in_from(client, page, carried=bad).status_code == 303
        end_session(app)


def test_what_is_too_long_is_said_and_not_kept(app, client) -> None:
    page = interrupted(app, client, {"text": "x" * (STRANGER + 10)})
    assert page.status_code == 401
    assert carried_in(page) == ""
    assert "send the form again" in page.text
    noise = secrets.token_urlsafe(200_000)
    page = interrupted(app, client, {"text": noise[: STRANGER - 5_000]})
    assert page.status_code == 401
    assert carried_in(page) == ""
    assert len(page.content) < 50_000


def test_an_article_of_its_usual_length_is_kept_and_can_be_logged_in_with(app, client) -> None:
    words = " ".join(secrets.token_hex(4) for _ in range(12_000))
    page = interrupted(app, client, {"text": words})
    assert fields(log_in_from(client, page))["text"] == words


def test_a_file_has_to_be_chosen_again_and_that_is_said(app, client) -> None:
    page = interrupted(app, client, {"outlet": "The Ledger"}, files=[("file", ("a.txt", b"secret bytes"))])
    assert "has to be chosen again" in page.text
    again = log_in_from(client, page)
    assert "has to be chosen again" in again.text
    assert fields(again)["outlet"] == "The Ledger"
    assert "secret bytes" not in again.text


@pytest.mark.parametrize("headers", [{"hx-request": "true"}, {"accept": "application/json"}])
def test_a_script_or_a_program_is_told_in_its_own_way(app, client, headers) -> None:
    got = interrupted(app, client, {"text": "x"}, headers=HERE | headers)
    assert got.status_code == 401
    assert carried_in(got) == ""


def test_logging_in_in_another_window_does_not_lose_it(app, client) -> None:
    page = interrupted(app, client, {"text": "typed in the first window"})
    log_in(client, "Edda")
    again = log_in_from(client, page)
    assert again.status_code == 403
    assert fields(again)["text"] == "typed in the first window"
    assert client.post(action(again), data=fields(again), headers=HERE).status_code == 303


def test_a_login_form_that_has_expired_is_a_login_form_again(client) -> None:
    page = client.get("/login")
    client.cookies.clear()
    again = client.post(
        "/login", data={"_token": token(page), "name": "Edda", "password": WORDS, "next": "/feeds"}, headers=HERE
    )
    assert again.status_code == 403
    assert 'type="password"' in again.text
    assert WORDS not in again.text
    assert 'value="Edda"' in again.text
    assert log_in_from(client, again, next="/feeds").headers["location"] == "/feeds"


def test_after_a_form_without_words_one_is_back_on_its_page(app, client) -> None:
    log_in(client, "Edda")
    given_ = token(client.get("/inbox"))
    end_session(app)
    page = client.post("/feeds/1/poll", data={"_token": given_}, headers=HERE | {"referer": f"{HTTPS}/feeds?x=1"})
    assert fields(page)["next"] == "/feeds?x=1"
    page = client.post(
        "/feeds/1/poll", data={"_token": given_}, headers=HERE | {"referer": "https://elsewhere.invalid/x"}
    )
    assert fields(page)["next"] == "/contests"


@pytest.mark.parametrize("path", ["//elsewhere.invalid/x", "/\\elsewhere.invalid"])
def test_a_form_is_sent_to_this_desk_only(path) -> None:
    app = create_app(Settings(demo=True, public=True, secret=SECRET))
    app.state.doors.store.add_user("Edda", "editor", hashed(WORDS))
    with TestClient(app, base_url=HTTPS, raise_server_exceptions=False, follow_redirects=False) as client:
        page = client.get("/login")
        page = log_in_from(client, page, carried=packed(KEY, Carried(path, (("a", "b"),))))
        assert action(page) == "/contests"


def test_markup_in_it_is_text(app, client) -> None:
    page = interrupted(app, client, {"text": "<script>alert(1)</script>", '"><u>': "x"})
    again = log_in_from(client, page)
    for one in (page, again):
        assert "<script>alert" not in one.text
        assert '"><u>' not in one.text


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.text(max_size=30), st.text(max_size=300)), max_size=12),
    st.booleans(),
    st.floats(0, LASTS - 1),
)
def test_a_packed_form_comes_back_as_it_was_for_a_day(path, typed, files, later) -> None:
    form = Carried(path, tuple(typed), files)
    try:
        field = packed(KEY, form, 1e9)
    except UnicodeEncodeError:
        return
    assert len(field) <= MOST + 65
    assert unpacked(KEY, field, 1e9 + later) == form
    assert unpacked(KEY, field, 1e9 + LASTS + 2) is None
    assert unpacked(b"x" * 32, field, 1e9) is None


@given(st.text(max_size=200))
def test_anything_else_is_no_packed_form(text) -> None:
    assert unpacked(KEY, text) is None


def test_what_was_typed_stays_where_the_database_goes_away_in_the_middle(app, client, monkeypatch) -> None:
    log_in(client, "Edda")
    given_ = token(client.get("/inbox"))

    def gone(*_: object, **__: object) -> None:
        raise StoreAway("The database 'w' does not answer.", "postgresql://host/w: nobody there")

    monkeypatch.setattr(app.state.doors.store, "decide", gone)
    monkeypatch.setattr(app.state.doors.store, "claim", gone)
    sent = {"_token": given_, "do": "mend", "note": "in the middle", "version": "1"}
    told = client.post("/claims/1", data=sent, headers=HERE)
    assert told.status_code == 503
    assert told.headers["retry-after"] == "10"
    assert fields(told)["note"] == "in the middle"
    assert action(told) == "/claims/1"
    assert "postgresql" not in told.text
    assert "Nothing was changed" not in told.text  # nobody can know
