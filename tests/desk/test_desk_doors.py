"""Who comes in: accounts, roles, forms from elsewhere, limits, and what a desk refuses to start with."""

from __future__ import annotations

import re

import pytest
from desk_client import TestClient
from hypothesis import given
from hypothesis import strategies as st

from whipcount.desk import Settings, create_app
from whipcount.desk.doors.limits import Buckets, Rate
from whipcount.desk.doors.pages import _onward
from whipcount.desk.doors.passwords import check_password, hashed, matches
from whipcount.desk.doors.people import Person
from whipcount.desk.doors.secret import secret_of
from whipcount.desk.serving import _checked, _owned
from whipcount.errors import UsageError

SECRET = "kJ3vR8-qLx0pW5zTn2bYd7Hs4gMf9CuA1eGi6oNr"
HTTPS = "https://desk.invalid"
WORDS = "plum harbour seven lantern"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    made = create_app(
        Settings(store=str(tmp_path_factory.mktemp("doors") / "w.db"), public=True, secret=SECRET, draws=200)
    )
    for name, role in (("Rhona", "reader"), ("Edda", "editor"), ("Olga", "owner")):
        made.state.doors.store.add_user(name, role, hashed(WORDS))
    return made


@pytest.fixture
def client(app):
    app.state.doors.logins.clear("from testclient")
    with TestClient(app, base_url=HTTPS, raise_server_exceptions=False, follow_redirects=False) as made:
        # One application, many visits: nothing may be closed between them.
        yield made


@pytest.fixture(autouse=True)
def _keep_open(app, monkeypatch):
    monkeypatch.setattr(app.state.desk.shelf, "close", lambda: None)
    monkeypatch.setattr(app.state.desk, "close", lambda: None)


def token(page) -> str:
    return re.search(r'name="_token" value="([0-9a-f]{64})"', page.text).group(1)


def log_in(client, name, password=WORDS):
    form = client.get("/login")
    return client.post("/login", data={"_token": token(form), "name": name, "password": password, "next": "/account"})


def test_a_public_desk_shows_nothing_before_log_in(client):
    asked = client.get("/contests?as_of=2012-01-01")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=%2Fcontests%3Fas_of%3D2012-01-01"
    assert client.get("/contests.json").status_code == 401
    assert client.get("/api/openapi.json").status_code == 401
    assert client.get("/healthz").status_code == 200


def test_log_in_leads_on_and_log_out_ends_the_session_in_the_store(client):
    assert log_in(client, "Edda").headers["location"] == "/account"
    page = client.get("/account")
    assert "Edda" in page.text
    session = client.cookies["__Host-whipcount"]
    assert client.post("/logout", data={"_token": token(page)}).status_code == 303
    client.cookies.set("__Host-whipcount", session, domain="desk.invalid")
    assert client.get("/account").status_code == 303


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client):
    answer = log_in(client, "Edda")
    for cookie in answer.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_the_store_holds_no_password_and_no_token(app, client):
    log_in(client, "Edda")
    session = client.cookies["__Host-whipcount"]
    raw = app.state.doors.store.database
    kept = raw.read(
        lambda c: [tuple(r) for t in ("users", "sessions") for r in c.exec_driver_sql(f"select * from {t}")]
    )
    assert WORDS not in str(kept)
    assert session not in str(kept)
    assert "$argon2id$" in str(kept)


@pytest.mark.parametrize("name", ["Edda", "Nobody"])
def test_a_wrong_password_says_the_same_for_a_name_that_is_there_and_one_that_is_not(client, name):
    answer = log_in(client, name, "not the password")
    assert answer.status_code == 422
    assert "No account has this name and password." in answer.text
    assert f'value="{name}"' in answer.text


def test_guessing_is_slowed(client):
    answers = [log_in(client, "Rhona", f"guess number {n}").status_code for n in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert log_in(client, "Rhona").status_code == 429


@pytest.mark.parametrize("name", ["Rhona", "Edda"])
def test_accounts_are_for_owners(client, app, name):
    app.state.doors.logins.clear("as rhona")
    log_in(client, name)
    refused = client.get("/accounts")
    assert refused.status_code == 403
    assert "takes an owner" in refused.text


def test_an_owner_makes_changes_and_removes_accounts_but_stays_one(client, app):
    log_in(client, "Olga")
    page = client.get("/accounts")
    assert "Rhona" in page.text
    made = client.post("/accounts", data={"_token": token(page), "name": "Tess", "role": "reader"})
    password = re.search(r"<code>([0-9a-f-]{27})</code>", made.text).group(1)
    assert matches(password, app.state.doors.store.user("Tess").password_hash)
    change = {"_token": token(page), "name": "Tess"}
    assert client.post("/accounts/change", data=change | {"do": "role", "role": "editor"}).status_code == 303
    assert app.state.doors.store.user("Tess").role == "editor"
    assert client.post("/accounts/change", data=change | {"do": "remove"}).status_code == 303
    assert app.state.doors.store.find_user("Tess") is None
    last = client.post("/accounts/change", data={"_token": token(page), "name": "Olga", "do": "remove"})
    assert last.status_code == 422
    assert "only owner" in last.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "", "role": "reader"}, "w-name"),
        ({"name": "Edda", "role": "reader"}, "w-name"),
        ({"name": "Una", "role": "king"}, "w-role"),
    ],
)
def test_a_wrong_account_is_told_beside_the_field_and_keeps_what_was_typed(client, typed, field):
    log_in(client, "Olga")
    answer = client.post("/accounts", data={"_token": token(client.get("/accounts")), **typed})
    assert answer.status_code == 422
    assert f'id="{field}"' in answer.text
    assert f'value="{typed["name"]}"' in answer.text


def test_another_password_ends_other_sessions(client, app):
    app.state.doors.store.add_user("Pia", "reader", hashed(WORDS))
    log_in(client, "Pia")
    old = client.cookies["__Host-whipcount"]
    page = client.get("/account")
    assert (
        "not your password"
        in client.post("/account/password", data={"_token": token(page), "old": "x", "new": WORDS}).text
    )
    assert (
        "characters"
        in client.post("/account/password", data={"_token": token(page), "old": WORDS, "new": "short"}).text
    )
    assert (
        client.post("/account/password", data={"_token": token(page), "old": WORDS, "new": f"{WORDS} two"}).status_code
        == 303
    )
    assert client.get("/account").status_code == 200
    client.cookies.set("__Host-whipcount", old, domain="desk.invalid")
    assert client.get("/account").status_code == 303


# -- forms from elsewhere -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers", [{"origin": "https://elsewhere.invalid"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_a_form_of_another_site_is_refused(client, headers):
    log_in(client, "Olga")
    given = token(client.get("/accounts"))
    answer = client.post("/accounts", data={"_token": given, "name": "Eve", "role": "owner"}, headers=headers)
    assert answer.status_code == 403
    assert client.app.state.doors.store.find_user("Eve") is None


@pytest.mark.parametrize("given", ["", "0" * 64, "\u00e9" * 10])
def test_a_form_without_this_visits_token_is_refused(client, given):
    log_in(client, "Olga")
    assert client.post("/accounts", data={"_token": given, "name": "Eve", "role": "owner"}).status_code == 403
    assert client.app.state.doors.store.find_user("Eve") is None


def test_every_route_that_changes_something_asks_for_the_token(app):
    from whipcount.desk.doors import tokened

    def asks(route) -> bool:
        return any(d.call is tokened for d in route.dependant.dependencies)

    routes = [r for one in app.routes for r in getattr(getattr(one, "original_router", None), "routes", [one])]
    changing = [r for r in routes if getattr(r, "methods", set()) & {"POST", "PUT", "PATCH", "DELETE"}]
    assert len(changing) >= 5
    assert [r.path for r in changing if not asks(r) and r.path != "/count"] == []


def test_on_ones_own_machine_another_name_is_another_sites_trick():
    with TestClient(create_app(Settings(demo=True)), base_url="http://rebound.invalid") as alone:
        assert alone.get("/healthz").status_code == 421


def test_alone_nobody_logs_in(desk):
    assert "listens on this machine only" in desk.get("/account").text
    assert desk.get("/login", follow_redirects=False).status_code == 303


@given(st.text())
def test_log_in_leads_to_this_desk_only(asked):
    onward = _onward(asked)
    assert onward.startswith("/")
    assert not onward.startswith("//")
    assert "\\" not in onward


# -- limits -------------------------------------------------------------------------------------------------------------


def test_too_much_is_refused_whether_or_not_it_says_so():
    app = create_app(Settings(demo=True, upload=1_000))
    with TestClient(app) as client:
        most = 1_000 + 100_000
        assert client.post("/login", content=b"x" * (most + 1)).status_code == 413
        parts = (b"x" * 10_000 for _ in range(40))
        assert (
            client.post(
                "/login", content=parts, headers={"content-type": "application/x-www-form-urlencoded"}
            ).status_code
            == 413
        )


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 5), st.floats(0.5, 20))
def test_a_bucket_never_gives_more_than_its_rate(pauses, burst, every):
    now = [0.0]
    buckets = Buckets(Rate(burst, every), clock=lambda: now[0])
    given_at = []
    for pause in pauses:
        now[0] += pause
        if buckets.take("one") == 0.0:
            given_at.append(now[0])
    for i, first in enumerate(given_at):
        for j in range(i, len(given_at)):
            assert j - i + 1 <= burst + (given_at[j] - first) / every + 1e-6


def test_buckets_forget_what_was_not_used_for_long():
    buckets = Buckets(Rate(1, 60), keys=3)
    for n in range(100):
        buckets.take(str(n))
    assert buckets.take("0") == 0.0
    assert buckets.take("0") > 0


# -- what a desk is started with ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "", "short", "change-me-change-me-change-me-change-me", "a" * 64])
def test_a_public_desk_does_not_start_with_no_secret_or_one_from_instructions(secret):
    with pytest.raises(UsageError, match="WHIPCOUNT_SECRET"):
        secret_of(secret, public=True)
    with pytest.raises(UsageError):
        create_app(Settings(demo=True, public=True, secret=secret))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "desk.invalid"])
def test_without_accounts_it_listens_on_this_machine_only(host):
    with pytest.raises(UsageError, match="--public"):
        _checked(Settings(host=host))
    _checked(Settings(host="127.0.0.1"))
    _checked(Settings(host=host, public=True, secret=SECRET))


def test_a_public_desk_needs_an_owner(tmp_path):
    app = create_app(Settings(store=str(tmp_path / "w.db"), public=True, secret=SECRET))
    with pytest.raises(UsageError, match="whipcount accounts add"):
        _owned(app)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "x" * 300, "RhonaRhonaRhona"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(UsageError):
        check_password(password, "Rhona")


def test_roles_are_in_order():
    may = {
        role: [other for other in ("reader", "editor", "owner") if Person("x", role).may(other)]
        for role in ("reader", "editor", "owner")
    }
    assert may == {"reader": ["reader"], "editor": ["reader", "editor"], "owner": ["reader", "editor", "owner"]}
