"""Much to read is read by a job: several files, a feed, a ZIP; with its progress in the inbox, cancel, and over a restart."""

from __future__ import annotations

import io
import re
import threading
import time
import zipfile

import pytest
from desk_client import TestClient

from whipcount.contest import locate
from whipcount.desk import Settings, create_app
from whipcount.desk.writing import batch, taking

CONTEST = "nz-labour-2012"
SAYS = "Maryan Street will vote for David Shearer, said number {}. It was a long week in Wellington.\n"


@pytest.fixture
def settings(tmp_path):
    return Settings(store=str(tmp_path / "w.db"), draws=200, port=4323)


@pytest.fixture
def client(settings):
    app = create_app(settings)
    app.state.desk.store.import_folder(locate(CONTEST), "test")
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        made.store = app.state.desk.store
        yield made


def token(page) -> str:
    return re.search(r'name="_token" value="([0-9a-f]{64})"', page.text).group(1)


def bring(client, files, **more):
    form = {"_token": token(client.get("/inbox")), "contest": CONTEST, "published": "2012-11-19"} | more
    return client.post("/inbox", data=form, files=[("file", (name, content)) for name, content in files])


def texts(number):
    return [(f"{n}.txt", SAYS.format(n).encode()) for n in range(number)]


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            packed.writestr(name, content)
    return out.getvalue()


def over(client, answer):
    """The job that an answer leads to, once it is over."""
    assert answer.status_code == 303, answer.text[-3000:]
    number = int(re.fullmatch(r"/inbox\?contest=[a-z0-9-]+&job=(\d+)", answer.headers["location"]).group(1))
    for _ in range(1_800):
        job = client.store.job(number)
        if job.state not in ("queued", "running"):
            return job
        time.sleep(0.05)
    raise AssertionError("the job is not over")


def test_a_few_small_files_are_read_while_one_waits(client):
    answer = bring(client, texts(2))
    assert answer.headers["location"] == f"/inbox?contest={CONTEST}"
    assert len(client.store.documents(CONTEST)) == 2
    assert client.store.jobs() == []
    assert bring(client, texts(1)).headers["location"].startswith("/inbox/")


def test_several_files_are_read_by_a_job_and_what_cannot_be_is_told(client):
    job = over(
        client, bring(client, [*texts(4), ("broken.pdf", b"%PDF-1.4 nothing"), ("empty.txt", b"")], outlet="The Ledger")
    )
    assert (job.state, job.result["documents"], job.result["new"]) == ("done", 4, 4)
    assert len(job.result["problems"]) == 2
    assert {d.document.outlet for d in client.store.documents(CONTEST)} == {"The Ledger"}
    assert len(client.store.claims(contest_id=CONTEST)) >= 4
    page = client.get(f"/inbox?job={job.id}")
    assert "4 documents were read, 4 of them new." in page.text
    assert "broken.pdf" in page.text
    assert client.store.job_files(job.id) == []
    assert f"/inbox?job={job.id}" in client.get("/jobs").text
    again = over(client, bring(client, texts(4)))
    assert (again.result["documents"], again.result["new"]) == (4, 0)
    assert client.store.check().sound


def test_a_zip_of_cuttings_is_read_and_what_is_no_text_passed_over(client):
    inside = [(f"cuttings/{name}", content) for name, content in texts(3)]
    beside = [("__MACOSX/0.txt", b"x"), ("picture.png", b"\x89PNG"), ("cuttings/.DS_Store", b"x")]
    job = over(client, bring(client, [("cuttings.zip", zipped(inside + beside))]))
    assert job.result["new"] == 3
    assert job.result["problems"] == ["cuttings.zip: 1 files in it are no texts and were passed over."]
    assert {d.document.source for d in client.store.documents(CONTEST)} == {
        f"cuttings.zip/cuttings/{n}.txt" for n in range(3)
    }


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", zipped([("a.txt", b"x" * 5_000)])[:-30]])
def test_a_broken_zip_is_told(client, content):
    job = over(client, bring(client, [("c.zip", content)]))
    assert job.state == "done"
    assert "no ZIP" in job.result["problems"][0]


def test_a_zip_that_would_fill_the_memory_is_told(client, monkeypatch):
    monkeypatch.setattr(batch, "BYTES", 100)
    job = over(client, bring(client, [("c.zip", zipped(texts(5)))]))
    assert "Send it in parts" in job.result["problems"][0]
    assert client.store.documents(CONTEST) == []


def test_a_feed_with_many_entries_is_read_by_a_job_up_to_a_limit(client, monkeypatch):
    entry = "<item><title>{0}</title><link>http://l.invalid/{0}</link><description>{1}</description></item>"
    feed = "<rss version='2.0'><channel><title>L</title>{}</channel></rss>"
    data = feed.format("".join(entry.format(n, SAYS.format(n)) for n in range(9))).encode()
    monkeypatch.setattr(batch, "MOST", 7)
    job = over(client, bring(client, [("feed.xml", data)]))
    assert (job.result["documents"], job.result["new"]) == (7, 7)
    assert job.result["problems"] == ["2 documents were left: 7 are the most of one job."]


def test_what_is_long_is_read_by_a_job_pasted_or_sent(client, monkeypatch):
    monkeypatch.setattr(taking, "SMALL", 1_000)
    long = SAYS.format(1) + "Nothing happened.\n" * 60
    sent = over(client, bring(client, [("large.txt", long.encode())]))
    pasted = over(client, bring(client, [], text=f"{long}Or did it?", address="https://ledger.invalid/1"))
    assert (sent.result["new"], pasted.result["new"]) == (1, 1)
    assert {d.document.source for d in client.store.documents()} == {"large.txt", "https://ledger.invalid/1"}


@pytest.fixture
def slow(monkeypatch):
    """Reading waits after its second document until `slow` is set."""
    go, real, taken = threading.Event(), batch.take, []

    def take(*given):
        taken.append(given)
        if len(taken) > 2:
            go.wait(60)
        return real(*given)

    monkeypatch.setattr(batch, "take", take)
    yield go
    go.set()


def until(done, seconds=60):
    for _ in range(int(seconds / 0.05)):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_reading_shows_how_far_it_is_and_is_cancelled(client, slow):
    where = bring(client, texts(6)).headers["location"]
    job = client.store.jobs()[0]
    until(lambda: client.store.job(job.id).done == 2)
    page = client.get(where)
    assert "Reading 3 of 6" in page.text
    assert f'hx-get="/inbox/jobs?job={job.id}"' in page.text
    part = client.get(f"/inbox/jobs?job={job.id}")
    assert part.status_code == 200
    assert "<html" not in part.text
    gone = client.post(f"/jobs/{job.id}/cancel", data={"_token": token(page), "to": "inbox"})
    assert gone.headers["location"] == f"/inbox?job={job.id}"
    slow.set()
    until(lambda: not client.store.job_files(job.id))
    until(lambda: len(client.store.documents(CONTEST)) == 3)
    assert "what had been read stands" in client.get(f"/inbox?job={job.id}").text


def test_reading_goes_on_after_a_restart(settings, client, slow):
    bring(client, texts(6))
    job = client.store.jobs()[0]
    until(lambda: client.store.job(job.id).done == 2)
    # As after kill -9: the job is left as running, by a worker of the same desk that is there no more.
    client.store.database.write(lambda c: c.exec_driver_sql("UPDATE jobs SET worker = 'gone'"))
    slow.set()
    name = client.store.job(job.id).worker
    assert name == "gone"
    client.store.requeue_jobs(worker="gone")
    until(lambda: client.store.job(job.id).state == "done")
    assert len(client.store.documents(CONTEST)) == 6
    assert client.store.check().sound
