"""What changes something: the inbox, claims, rows, evidence, the journal, folders, feeds and jobs."""

from __future__ import annotations

import io
import re
import threading
import time
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from desk_client import TestClient

from whipcount.contest import locate
from whipcount.desk import Settings, create_app
from whipcount.desk.worker import Worker
from whipcount.desk.writing.chores import EVERY, HANDLERS, LONGEST, wait

CONTEST = "nz-labour-2012"
ARTICLE = """Numbers firm for the leader

Maryan Street will vote for David Shearer on Tuesday. "I am backing David Shearer," she said.
Clare Curran supports David Shearer. Lianne Dalziel is backing David Cunliffe.
<script>alert(1)</script>
"""


@contextmanager
def served(settings):
    with TestClient(create_app(settings), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(tmp_path):
    app = create_app(Settings(store=str(tmp_path / "w.db"), draws=200, reach=("127.0.0.1",)))
    app.state.desk.store.import_folder(locate(CONTEST), "test")
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        made.store = app.state.desk.store
        yield made


def token(client, path="/inbox") -> str:
    return re.search(r'name="_token" value="([0-9a-f]{64})"', client.get(path).text).group(1)


def bring(client, **typed):
    files = typed.pop("files", None)
    form = {"_token": token(client), "contest": CONTEST, "published": "2012-11-19", "outlet": "The Ledger"} | typed
    return client.post("/inbox", data=form, files=files)


# -- the inbox ----------------------------------------------------------------------------------------------------------


def test_a_pasted_article_is_kept_read_and_shown_as_text(client):
    answer = bring(client, text=ARTICLE)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert page.headers["cache-control"] == "no-store"
    claims = client.store.claims(contest_id=CONTEST)
    assert len(claims) >= 2
    for one in claims:
        assert ARTICLE.strip()[one.claim.start : one.claim.end] == one.claim.quote
        assert f'id="claim-{one.id}"' in page.text
        assert f'id="mark-{one.id}"' in page.text


def test_the_same_article_twice_is_one_document(client):
    first, again = bring(client, text=ARTICLE), bring(client, text=ARTICLE)
    assert first.headers["location"] == again.headers["location"]
    assert len(client.store.documents()) == 1


def test_accepting_writes_a_row_once_and_taking_back_removes_it(client):
    bring(client, text=ARTICLE)
    rows = len(client.store.rows(CONTEST, "evidence.csv"))
    one = next(c for c in client.store.claims(contest_id=CONTEST) if c.claim.own.get("holder") == "Clare Curran")
    form = {"_token": token(client), "version": one.version, "do": "accept"}
    card = client.post(f"/claims/{one.id}", data=form, headers={"hx-request": "true"})
    assert card.status_code == 200
    assert card.headers["hx-trigger"] == "numbers"
    assert 'data-status="accepted"' in card.text
    assert len(client.store.rows(CONTEST, "evidence.csv")) == rows + 1
    stale = client.post(f"/claims/{one.id}", data=form, headers={"hx-request": "true"})
    assert "somebody else" in stale.text
    assert "hx-trigger" not in stale.headers
    assert len(client.store.rows(CONTEST, "evidence.csv")) == rows + 1
    back = {"_token": form["_token"], "version": client.store.claim(one.id).version, "do": "open"}
    assert client.post(f"/claims/{one.id}", data=back).headers["location"].endswith(f"#claim-{one.id}")
    assert len(client.store.rows(CONTEST, "evidence.csv")) == rows


def test_a_mended_claim_becomes_the_row_that_was_meant(client):
    bring(client, text=ARTICLE)
    one = next(c for c in client.store.claims(contest_id=CONTEST) if c.claim.kind == "position")
    form = client.get(f"/claims/{one.id}/mend")
    assert one.claim.quote in form.text or "&#34;" in form.text
    mended = {
        "holder": "Darien Fenton",
        "stance": "opposes",
        "target": "David Shearer",
        "speaker": "author",
        "modality": "asserted",
    }
    sent = {"_token": token(client), "version": one.version, "do": "mend"} | mended
    assert client.post(f"/claims/{one.id}", data=sent).status_code == 303
    now = client.store.claim(one.id)
    assert now.status == "mended"
    row = client.store.row(now.row_id)
    assert (row.values["elector"], row.values["stance"]) == ("darien-fenton", "opposes")


def test_the_numbers_move_beside_what_they_were(client):
    where = bring(client, text=ARTICLE).headers["location"]
    since = client.store.folder_version(CONTEST)
    before = client.get(f"{where}/numbers?since={since}")
    assert before.status_code == 200
    assert "When opened" in before.text
    assert "with David Shearer, of 34 in caucus" in before.text
    for one in client.store.claims(contest_id=CONTEST, status="open"):
        client.post(f"/claims/{one.id}", data={"_token": token(client), "version": one.version, "do": "accept"})
    assert client.store.folder_version(CONTEST) > since
    after = client.get(f"{where}/numbers?since={since}")
    assert after.text != before.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x", "published": "19 November"}, "published"),
        ({"text": "x", "contest": "nowhere"}, "contest"),
        ({"text": "", "address": "http://localhost/"}, "address"),
        ({"text": "", "address": "http://169.254.169.254/latest"}, "address"),
        ({"text": "", "address": "file:///etc/passwd"}, "address"),
        ({"text": "", "files": {"file": ("x.bin", b"\0\1\2" * 400)}}, "file"),
        ({"text": "", "files": {"file": ("x.txt", b"")}}, "file"),
    ],
)
def test_what_cannot_be_taken_is_told_beside_the_field_and_kept(client, typed, field):
    answer = bring(client, author="Ngaire & <b>", **typed)
    assert answer.status_code == 422, answer.text[:300]
    assert f'id="w-{field}"' in answer.text
    assert 'value="Ngaire &amp; &lt;b&gt;"' in answer.text
    assert client.store.documents() == []


def test_a_document_moved_to_a_contest_is_read_for_its_people(client):
    where = bring(client, text=ARTICLE, contest="", published="").headers["location"]
    kept = client.store.documents()[0]
    assert kept.contest_id is None
    form = {"_token": token(client), "version": kept.version, "contest": CONTEST, "published": "2012-11-19"}
    assert client.post(where, data=form).status_code == 303
    assert client.store.document(kept.id).contest_id == CONTEST
    dismissed = client.post(where, data={"_token": token(client), "do": "dismiss"})
    assert dismissed.headers["location"] == "/inbox"
    assert client.store.document(kept.id).status == "dismissed"


HOSTILE = [
    "<img src=x onerror=alert(1)> Maryan Street supports David Shearer.",
    "</textarea><script>alert(1)</script> Clare Curran supports David Shearer.",
    "{{ 7*7 }} {% raw %} Clare Curran supports David Shearer.",
    '"><svg/onload=alert(1)> David Shearer will lose.',
    "javascript:alert(1) Clare Curran supports David Shearer.",
    "\u202egnp.exe\u202c Clare Curran supports David Shearer. &lt;script&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(client, text):
    where = bring(client, text=text, outlet=text[:80], author=text[:80]).headers["location"]
    for path in (where, "/inbox", f"/journal?contest={CONTEST}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<svg/onload" not in page
        assert "49" not in re.sub(r"[0-9a-f]{12,}|\d{3,}", "", page) or "7*7" in page
    assert not [name for _, attrs in tags(client.get(where).text) for name, _ in attrs if name.startswith("on")]
    assert not [
        v for _, attrs in tags(client.get(where).text) for n, v in attrs if n in ("href", "src") and "script:" in v
    ]


def tags(page: str) -> list[tuple[str, list[tuple[str, str]]]]:
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, [(n, v or "") for n, v in attrs]))
    parser.feed(page)
    return found


# -- rows ---------------------------------------------------------------------------------------------------------------


def test_evidence_in_two_clicks(client):
    form = client.get(f"/contests/{CONTEST}/evidence/new?elector=darien-fenton&as_of=2012-11-19")
    assert 'value="endorsement|supports|David Shearer"' in form.text
    assert 'value="endorsement|supports|David Cunliffe"' not in form.text
    sent = {"_token": token(client), "elector": "darien-fenton", "known": "2012-11-19", "source_kind": "own words"}
    answer = client.post(
        f"/contests/{CONTEST}/evidence/new", data=sent | {"says": "endorsement|supports|David Shearer"}
    )
    assert answer.headers["location"] == f"/contests/{CONTEST}/electors/darien-fenton?as_of=2012-11-19"
    last = client.store.rows(CONTEST, "evidence.csv")[-1].values
    assert (last["elector"], last["stance"], last["option"], last["by"]) == (
        "darien-fenton",
        "supports",
        "David Shearer",
        "Darien Fenton",
    )
    page = client.get(answer.headers["location"])
    assert "told to owner" in page.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"elector": "nobody"}, "elector"),
        ({"known": "soon"}, "known"),
        ({"says": "endorsement|loves|David Shearer"}, "says"),
        ({"says": "nothing|supports|David Shearer"}, "says"),
    ],
)
def test_wrong_evidence_is_told_and_nothing_is_written(client, typed, field):
    rows = len(client.store.rows(CONTEST, "evidence.csv"))
    sent = {
        "elector": "darien-fenton",
        "known": "2012-11-19",
        "source_kind": "own words",
        "says": "endorsement|supports|David Shearer",
        "note": "a note",
    }
    answer = client.post(f"/contests/{CONTEST}/evidence/new", data={"_token": token(client)} | sent | typed)
    assert answer.status_code == 422
    assert 'value="a note"' in answer.text
    assert "message" in answer.text
    assert len(client.store.rows(CONTEST, "evidence.csv")) == rows


def test_two_who_change_one_row_both_see_both(client):
    row = client.store.rows(CONTEST, "evidence.csv")[0]
    form = {"_token": token(client), "version": row.version, "note": "mine"}
    assert client.post(f"/rows/{row.id}", data=form).status_code == 303
    second = client.post(f"/rows/{row.id}", data=form | {"note": "yours"})
    assert second.status_code == 409
    assert "Theirs and yours" in second.text
    assert "mine" in second.text
    assert "yours" in second.text
    assert client.store.row(row.id).values["note"] == "mine"
    version = re.search(r'name="version" value="(\d+)"', second.text).group(1)
    assert client.post(f"/rows/{row.id}", data=form | {"note": "yours", "version": version}).status_code == 303
    assert client.store.row(row.id).values["note"] == "yours"


def test_a_row_that_would_make_the_contest_invalid_is_refused(client):
    row = client.store.rows(CONTEST, "evidence.csv")[0]
    answer = client.post(
        f"/rows/{row.id}", data={"_token": token(client), "version": row.version, "known": "not a day"}
    )
    assert answer.status_code == 422
    assert 'id="w-known"' in answer.text
    assert 'value="not a day"' in answer.text
    assert client.store.row(row.id).values["known"] == row.values["known"]


@pytest.mark.parametrize("path", ["tables", "tables/evidence.csv", "tables/polls.csv?find=x", "tables/electors.csv"])
def test_tables_are_shown(client, path):
    assert client.get(f"/contests/{CONTEST}/{path}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/contests/nowhere/tables",
        f"/contests/{CONTEST}/tables/passwd",
        "/rows/999999",
        "/inbox/999",
        "/claims/999/mend",
    ],
)
def test_what_is_not_there_is_told(client, path):
    assert client.get(path).status_code == 404


# -- journal, folders ---------------------------------------------------------------------------------------------------


def test_a_change_is_taken_back_from_the_journal(client):
    row = client.store.rows(CONTEST, "evidence.csv")[0]
    client.post(f"/rows/{row.id}", data={"_token": token(client), "version": row.version, "note": "a slip"})
    event = client.store.events(CONTEST)[0]
    page = client.get(f"/journal?contest={CONTEST}")
    assert "a slip" in page.text
    assert client.post(f"/journal/{event.id}/undo", data={"_token": token(client)}).status_code == 303
    assert client.store.row(row.id).values["note"] == row.values["note"]
    again = client.post(f"/journal/{event.id}/undo", data={"_token": token(client)})
    assert again.status_code in (409, 422)


def test_a_contest_goes_out_and_comes_back_to_the_byte(client, tmp_path):
    packed = client.get(f"/contests/{CONTEST}.zip").content
    files = {path.name: path.read_bytes() for path in locate(CONTEST).iterdir() if path.is_file()}
    with zipfile.ZipFile(io.BytesIO(packed)) as held:
        assert {n.partition("/")[2]: held.read(n) for n in held.namelist()} == files
    with served(Settings(store=str(tmp_path / "other.db"), draws=200)) as other:
        form = {"_token": token(other, "/new")}
        assert (
            other.post("/new", data=form, files={"file": ("c.zip", packed)}).headers["location"]
            == f"/contests/{CONTEST}"
        )
        assert other.app.state.desk.store.files(CONTEST) == files


def made_zip(**files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("_", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"not a zip", "no ZIP"),
        (made_zip(readme_md=b"x"), "contest.yaml"),
        (made_zip(contest_yaml=b"id: ["), "contest.yaml"),
        (made_zip(contest_yaml=b"x", big_csv=b"0" * 60_000_000), "50 MB"),
        (b"", "no ZIP"),
    ],
)
def test_a_zip_that_is_no_contest_is_told(client, data, says):
    answer = client.post("/new", data={"_token": token(client, "/new")}, files={"file": ("c.zip", data)})
    assert answer.status_code == 422
    assert says in answer.text


@pytest.mark.parametrize("rulebook", ["/etc/passwd", "../../secrets.yaml", "rules.yaml"])
def test_a_zip_cannot_make_the_desk_read_its_own_files(client, rulebook):
    identity = (locate(CONTEST) / "contest.yaml").read_text(encoding="utf-8")
    data = made_zip(contest_yaml=re.sub(r"(?m)^rulebook: .*$", f"rulebook: {rulebook}", identity).encode())
    answer = client.post("/new", data={"_token": token(client, "/new")}, files={"file": ("c.zip", data)})
    assert answer.status_code == 422
    assert "only rulebooks that ship" in answer.text


def test_a_zip_writes_nowhere_else(client, tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("../../escaped.csv", "x")
        packed.writestr("contest.yaml", "x")
    assert (
        client.post(
            "/new", data={"_token": token(client, "/new")}, files={"file": ("c.zip", out.getvalue())}
        ).status_code
        == 422
    )
    assert not list(tmp_path.rglob("escaped.csv"))


# -- feeds and jobs -----------------------------------------------------------------------------------------------------

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Ledger</title>
<item><title>One</title><link>http://ledger.invalid/1</link><pubDate>Mon, 19 Nov 2012 08:00:00 GMT</pubDate>
<description>Clare Curran supports David Shearer, she said at the weekend in Dunedin.</description></item></channel></rss>"""


@pytest.fixture
def feed():
    asked = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.headers.get("If-None-Match"))
            if self.path == "/broken":
                self.send_error(500)
                return
            same = self.headers.get("If-None-Match") == '"one"'
            self.send_response(304 if same else 200)
            self.send_header("ETag", '"one"')
            self.send_header("Content-Type", "application/rss+xml")
            self.end_headers()
            if not same:
                self.wfile.write(FEED)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


def until(done, seconds=60):
    for _ in range(int(seconds / 0.1)):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def test_a_feed_is_polled_into_the_inbox_once_and_asked_only_for_what_is_new(client, feed):
    url, asked = feed
    host = url.removeprefix("http://")
    object.__setattr__(client.app.state.desk.settings, "reach", (host,))
    client.post("/feeds", data={"_token": token(client, "/feeds"), "url": f"{url}/feed", "contest": CONTEST})
    until(lambda: client.store.jobs("done"))
    assert [d.document.title for d in client.store.documents(CONTEST)] == ["One"]
    one = client.store.feeds()[0]
    client.post(f"/feeds/{one.id}", data={"_token": token(client, "/feeds"), "do": "poll"})
    until(lambda: len(client.store.jobs("done")) == 2)
    assert asked == [None, '"one"']
    assert len(client.store.documents(CONTEST)) == 1


def test_a_failing_feed_is_left_alone_for_longer_each_time(client, feed):
    url, _ = feed
    object.__setattr__(client.app.state.desk.settings, "reach", (url.removeprefix("http://"),))
    client.post("/feeds", data={"_token": token(client, "/feeds"), "url": f"{url}/broken"})
    until(lambda: client.store.jobs("failed"))
    assert client.store.feeds()[0].failures == 1
    assert "1 failures" in client.get("/feeds").text
    assert [wait(n) for n in range(3)] == [EVERY, 2 * EVERY, 4 * EVERY]
    assert wait(50) == LONGEST <= timedelta(days=1)


@pytest.mark.parametrize("url", ["", "ftp://x.invalid/", "javascript:alert(1)"])
def test_a_wrong_feed_is_told(client, url):
    answer = client.post("/feeds", data={"_token": token(client, "/feeds"), "url": url, "outlet": "kept"})
    assert answer.status_code == 422
    assert 'value="kept"' in answer.text


def test_a_private_address_is_not_polled(client):
    object.__setattr__(client.app.state.desk.settings, "reach", ())
    client.post("/feeds", data={"_token": token(client, "/feeds"), "url": "http://127.0.0.1:1/feed"})
    until(lambda: client.store.jobs("failed"))
    assert "private" in client.store.jobs("failed")[0].error


def test_a_job_is_taken_up_after_a_restart_and_can_be_cancelled(tmp_path):
    app = create_app(Settings(store=str(tmp_path / "w.db"), port=4321))
    desk = app.state.desk
    slow, going = threading.Event(), threading.Event()

    def crawl(desk, arguments, who, step):
        for n in range(1000):
            going.set()
            step(n, 1000, "crawling")
            slow.wait(0.02)
        return "done"

    job = desk.store.add_job("crawl", {}, "test")
    first = Worker(desk, {"crawl": crawl})
    first.start()
    assert going.wait(20)
    first.stop()
    assert desk.store.job(job.id).state == "queued"
    going.clear()
    second = Worker(desk, {"crawl": crawl})
    second.start()
    assert going.wait(20)
    assert desk.store.job(job.id).attempts == 2
    desk.store.cancel_job(job.id)
    until(lambda: not second.desk.store.jobs("running"))
    assert desk.store.job(job.id).state == "cancelled"
    after = desk.store.add_job("crawl", {}, "test")
    slow.set()
    until(lambda: desk.store.job(after.id).state == "done")
    second.stop()
    desk.close()
    desk.shelf.close()


def test_jobs_are_started_and_told(client):
    assert client.post("/jobs", data={"_token": token(client, "/jobs"), "kind": "mine bitcoin"}).status_code == 422
    bring(client, text=ARTICLE)
    assert (
        client.post(
            "/jobs", data={"_token": token(client, "/jobs"), "kind": "read again", "contest": CONTEST}
        ).status_code
        == 303
    )
    until(lambda: client.store.jobs("done"))
    assert client.store.jobs("done")[0].result == {"documents": 1, "new claims": 0}
    assert "read again" in client.get("/jobs").text
    assert set(HANDLERS) >= {"poll", "read again", "backtest"}
