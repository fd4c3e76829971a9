"""What an attacker would try, and what would cost a tired editor their work."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from desk_client import TestClient

from whipcount.contest import locate
from whipcount.desk import Settings, create_app
from whipcount.desk.doors.limits import HEAVY, LOGINS
from whipcount.desk.doors.passwords import hashed
from whipcount.desk.sheets import as_csv
from whipcount.desk.writing.chores import poll

CONTEST = "nz-labour-2012"
SECRET = "kJ3vR8-qLx0pW5zTn2bYd7Hs4gMf9CuA1eGi6oNr"
WORDS = "plum harbour seven lantern"
LARGE = "9" * 30


@pytest.fixture
def client(tmp_path):
    app = create_app(Settings(store=str(tmp_path / "w.db"), draws=200, reach=("127.0.0.1",)))
    app.state.desk.store.import_folder(locate(CONTEST), "test")
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        made.store = app.state.desk.store
        yield made


@pytest.fixture
def public(tmp_path):
    app = create_app(Settings(store=str(tmp_path / "p.db"), public=True, secret=SECRET, draws=200))
    app.state.desk.store.import_folder(locate(CONTEST), "test")
    for name, role in (("Rhona", "reader"), ("Edda", "editor"), ("Olga", "owner")):
        app.state.doors.store.add_user(name, role, hashed(WORDS))
    with TestClient(
        app, base_url="https://desk.invalid", raise_server_exceptions=False, follow_redirects=False
    ) as made:
        yield made


def token(client, path="/inbox") -> str:
    return re.search(r'name="_token" value="([0-9a-f]{64})"', client.get(path).text).group(1)


def log_in(client, name, password=WORDS):
    typed = {"_token": token(client, "/login"), "name": name, "password": password}
    return client.post("/login", data=typed)


# -- numbers and words that are none ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"/inbox/{LARGE}",
        f"/inbox/{LARGE}/numbers",
        f"/claims/{LARGE}/mend",
        f"/rows/{LARGE}",
        f"/journal?before={LARGE}",
        f"/inbox/1/numbers?since={LARGE}",
    ],
)
def test_a_number_larger_than_the_store_holds_is_a_wrong_question(client, path):
    assert client.get(path).status_code in (404, 422)


@pytest.mark.parametrize(
    "path", [f"/journal/{LARGE}/undo", f"/jobs/{LARGE}/cancel", f"/feeds/{LARGE}", f"/rows/{LARGE}"]
)
def test_a_form_with_such_a_number_too(client, path):
    assert client.post(path, data={"_token": token(client)}).status_code in (404, 422)


@pytest.mark.parametrize("version", ["\u00b2", "\u0661", "-1", "1e3", ""])
def test_a_version_that_is_no_number_changes_nothing(client, version):
    sent = {"_token": token(client), "text": "Maryan Street will vote for David Shearer.", "contest": CONTEST}
    where = client.post("/inbox", data=sent | {"published": "2012-11-19"}).headers["location"]
    before = client.store.version(CONTEST)
    for path, more in ((where, {"outlet": "x"}), (f"/claims/{client.store.claims()[0].id}", {"do": "accept"})):
        answer = client.post(path, data={"_token": token(client), "version": version} | more)
        assert answer.status_code == 422
    assert client.store.version(CONTEST) == before


def multipart(fields: dict[str, bytes], charset: str) -> dict[str, object]:
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    )
    return {
        "content": body + b"--x--\r\n",
        "headers": {"content-type": f"multipart/form-data; boundary=x; charset={charset}"},
    }


def test_half_a_character_is_refused_and_is_no_fault(client):
    sent = multipart({"_token": token(client).encode(), "text": rb"\ud800 and more"}, "raw_unicode_escape")
    assert client.post("/inbox", **sent).status_code == 400


# -- limits -------------------------------------------------------------------------------------------------------------


def test_a_long_text_with_accents_is_taken_or_told_and_never_lost(client):
    """A part of a form may have a megabyte by default; a million letters with accents have two."""
    sent = {"_token": token(client), "text": "é" * 1_000_001}
    answer = client.post("/inbox", data=sent, files={"file": ("", b"")})
    assert answer.status_code == 422
    assert "1,000,000 characters" in answer.text
    assert "é" * 1_000 in answer.text


def test_strangers_send_little(public):
    sent = {"_token": token(public, "/login"), "name": "Olga", "password": "x" * 500_000}
    assert public.post("/login", data=sent).status_code == 413


def test_what_is_computed_for_one_reader_is_limited_and_what_is_kept_is_not(public):
    log_in(public, "Rhona")
    asked = [public.get(f"/rulebooks.json?n={n}").status_code for n in range(HEAVY.burst + 8)]
    assert asked[0] == 200
    assert 429 in asked
    assert public.get("/rulebooks.json?n=0").status_code == 200


def test_a_zip_whose_rulebook_is_a_heap_of_aliases_is_refused_without_unfolding_it(client):
    heap = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    heap += "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 30))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("c/contest.yaml", heap + "rulebook: *a29\n")
    answer = client.post("/new", data={"_token": token(client)}, files={"file": ("c.zip", packed.getvalue())})
    assert answer.status_code == 422


# -- who is told what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/login-not", "/static/not", "/static/not.json", "/healthz-not", "/loginx.json"])
def test_a_stranger_is_not_told_which_contests_there_are(public, path):
    answer = public.get(path)
    assert answer.status_code in (303, 401, 404)
    assert CONTEST not in answer.text


def test_guesses_at_a_name_do_not_lock_its_owner_out_where_they_have_been_before(public):
    assert log_in(public, "Olga").status_code == 303
    known = {name: value for name, value in public.cookies.items() if name.endswith("-known")}
    assert known
    doors = public.app.state.doors
    for _ in range(LOGINS.burst + 1):
        doors.logins.take("as olga")
    public.cookies.clear()
    assert log_in(public, "Olga").status_code == 429
    public.cookies.update(known)
    doors.logins.clear("from testclient")
    assert log_in(public, "Olga").status_code == 303


def test_that_a_browser_is_known_to_one_name_helps_with_no_other(public):
    log_in(public, "Rhona")
    for _ in range(LOGINS.burst + 1):
        public.app.state.doors.logins.take("as olga")
    public.post("/logout", data={"_token": token(public, "/account")})
    assert log_in(public, "Olga").status_code == 429


def test_pages_of_a_desk_with_accounts_are_for_no_shared_cache(public):
    log_in(public, "Rhona")
    assert "private" in public.get("/rulebooks").headers["cache-control"]


def test_a_column_that_a_spreadsheet_would_run_is_quoted():
    assert as_csv([{"=cmd()": 1}]).startswith("'=cmd()")


def test_every_route_that_changes_something_asks_for_the_token(public):
    from whipcount.desk.doors import tokened

    routes = [r for one in public.app.routes for r in getattr(getattr(one, "original_router", None), "routes", [one])]
    changing = [r for r in routes if getattr(r, "methods", set()) & {"POST", "PUT", "PATCH", "DELETE"}]
    assert {"/count", "/inbox", "/login"} <= {r.path for r in changing}
    assert [r.path for r in changing if not any(d.call is tokened for d in r.dependant.dependencies)] == []


# -- what was typed is kept ---------------------------------------------------------------------------------------------


def test_what_was_typed_into_a_form_that_expired_comes_back_and_can_be_sent(client):
    typed = {"text": "Maryan Street will vote for <b>David Shearer</b>.", "contest": CONTEST, "published": "2012-11-19"}
    headers = {"sec-fetch-site": "same-origin"}
    first = client.post("/inbox", data={"_token": "0" * 64, **typed}, headers=headers)
    assert first.status_code == 403
    assert client.store.documents() == []
    assert "&lt;b&gt;David Shearer&lt;/b&gt;" in first.text
    given = re.search(r'name="_token" value="([0-9a-f]{64})"', first.text).group(1)
    assert client.post("/inbox", data={"_token": given, **typed}, headers=headers).status_code == 303


def test_a_form_that_no_page_of_ours_surely_sent_is_not_offered_again(client):
    answer = client.post("/inbox", data={"_token": "0" * 64, "text": "planted"})
    assert answer.status_code == 403
    assert "planted" not in answer.text


def test_passwords_are_not_written_into_a_page(client):
    sent = {"_token": "0" * 64, "old": "a secret of mine", "new": "another of mine", "name": "Olga"}
    answer = client.post("/account/password", data=sent, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 403
    assert "of mine" not in answer.text


def test_what_was_mended_is_kept_where_somebody_was_quicker(client):
    sent = {"_token": token(client), "text": "Maryan Street will vote for David Shearer.", "contest": CONTEST}
    client.post("/inbox", data=sent | {"published": "2012-11-19"})
    one = client.store.claims()[0]
    client.store.decide(one.id, "rejected", one.version, "another")
    mended = {"_token": token(client), "version": str(one.version), "do": "mend", "speaker": "Clare Curran"}
    answer = client.post(f"/claims/{one.id}", data=mended)
    assert answer.status_code == 409
    assert 'value="Clare Curran"' in answer.text


# -- feeds --------------------------------------------------------------------------------------------------------------


def test_entries_that_were_not_taken_are_asked_for_again(client, monkeypatch):
    from whipcount.desk.writing import chores
    from whipcount.read import Fetched

    feed = client.store.add_feed("https://feed.invalid/", CONTEST, "test")
    monkeypatch.setattr("whipcount.read.fetch", lambda *_, **__: Fetched(b"", "", feed.url, etag='"new"'))
    monkeypatch.setattr("whipcount.read.entries", lambda *_: [])

    def fails(*_):
        raise RuntimeError("the power went")

    monkeypatch.setattr(chores, "_taken", fails)
    with pytest.raises(RuntimeError):
        poll(client.app.state.desk, {"feed": feed.id}, "test", lambda *_: None)
    assert client.store.feed(feed.id).etag == ""


# -- what takes for ever ------------------------------------------------------------------------------------------------


def test_a_file_that_keeps_a_parser_busy_is_given_up_and_the_next_one_is_opened():
    from whipcount.desk import apart
    from whipcount.errors import InputError

    page = b"<html><body><article><p>" + b"Maryan Street backs David Shearer. " * 20 + b"</p></article></body></html>"
    with pytest.raises(InputError, match=r"within 0\.001 seconds"):
        apart.opened(page, "a.html", None, seconds=0.001)
    assert "Maryan Street" in apart.opened(page, "a.html", None)[0].text


def test_errors_of_the_reader_come_through_as_they_are():
    from whipcount.desk import apart
    from whipcount.errors import InputError

    with pytest.raises(InputError) as why:
        apart.opened(b"%PDF-1.7 and nothing more", "report.pdf")
    assert why.value.problems[0].file == "report.pdf"
    assert "PDF" in str(why.value)


def test_a_text_that_the_reader_cannot_read_is_told_and_kept_and_not_tried_for_ever(client, monkeypatch):
    from whipcount.desk import apart
    from whipcount.errors import InputError, Problem

    def never(document, *_, **__):
        raise InputError(Problem(document.source, 0, "it could not be read within 60 seconds", ""))

    monkeypatch.setattr(apart, "claims_of", never)
    sent = {"_token": token(client), "text": "Maryan Street is there.", "contest": CONTEST, "published": "2012-11-19"}
    answer = client.post("/inbox", data=sent)
    assert answer.status_code == 422
    assert "could not be read" in answer.text
    assert client.store.documents()[0].status == "read"


def test_whatever_a_text_does_to_the_reader_is_no_fault_of_the_desk():
    from whipcount.apart import _answer
    from whipcount.read.tasks import TASKS

    assert _answer(TASKS, "claims", ("no document", (), None)) == ("failed", None)


# -- where things are ---------------------------------------------------------------------------------------------------


def test_an_empty_desk_says_what_to_do(tmp_path):
    with TestClient(create_app(Settings(store=str(tmp_path / "w.db")))) as made:
        first = made.get("/contests").text
    assert "no contest here yet" in first
    assert 'href="/new"' in first


@pytest.mark.parametrize("end", ["opens", "predictions"])
@pytest.mark.parametrize("day", ["", "?as_of=2012-11-19"])
def test_what_the_command_line_says_of_a_contest_has_its_page(client, end, day):
    page = client.get(f"/contests/{CONTEST}/{end}{day}")
    assert page.status_code == 200
    assert client.get(f"/contests/{CONTEST}/{end}.csv{day}").status_code == 200
    assert f"/contests/{CONTEST}/{end}" in client.get(f"/contests/{CONTEST}?as_of=2012-11-19").text


def test_predictions_are_those_of_the_command(client):
    from datetime import date

    from whipcount.contest import load
    from whipcount.score import plain, predict

    made = predict(load(CONTEST), date(2012, 11, 19), seed=1, draws=200)
    shown = client.get(f"/contests/{CONTEST}/predictions.json?as_of=2012-11-19").json()
    assert shown == json.loads(json.dumps([plain(one) for one in made], default=str))
    assert len(shown) >= 2


def test_the_method_is_held_to_the_past_on_pages_of_its_own(client):
    import time

    until = time.monotonic() + 120
    while (answer := client.get("/record.csv")).status_code == 202 and time.monotonic() < until:
        time.sleep(0.2)
    assert answer.status_code == 200
    assert "nz-labour-2011" in answer.text
    assert "Canvass" in client.get("/record").text


def test_a_body_that_drips_is_given_up():
    import asyncio

    from whipcount.desk.doors.limits import Sized

    async def reads(scope, receive, send):
        del scope
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def drips():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    told = []

    async def send(message):
        told.append(message)

    asyncio.run(Sized(reads, 10_000_000, seconds=0.05)({"type": "http", "headers": []}, drips, send))
    assert told[0]["status"] == 408
