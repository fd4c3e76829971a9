"""The desk killed with kill -9 right after it has taken ballots in: the count is made when it comes back, at its address."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx

from whipcount.store import open_store

PATIENCE = 120.0


@contextmanager
def desk(store, port):
    command = [sys.executable, "-m", "whipcount", "serve", "--store", str(store), "--port", str(port)]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            until(lambda: answers(client))
            yield run, client
    finally:
        run.kill()
        run.wait(PATIENCE)


def answers(client):
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def until(done):
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def test_a_count_that_was_acknowledged_is_made_after_kill_9(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ballots = b"4 1\n" + b"2 1 2 0\n1 2 0\n" * 40_000 + b'0\n"Ann"\n"Bo"\n"Cy"\n"Di"\n"t"\n'
    with desk(tmp_path / "w.db", port) as (run, client):
        token = re.search(r'name="_token" value="([0-9a-f]{64})"', client.get("/count").text)[1]
        form = {"_token": token, "rules": "av", "margin": "on"}
        answer = client.post("/count", data=form, files={"ballots": ("large.blt", ballots)})
        run.send_signal(signal.SIGKILL)
        assert answer.status_code == 303
    where = answer.headers["location"]
    with open_store(tmp_path / "w.db") as store:
        one = store.count(where.rpartition("/")[2])
        assert store.upload(one.files[0].hash) == ballots
    with desk(tmp_path / "w.db", port) as (_, client):
        until(lambda: client.get(f"{where}.json").status_code == 200)
        assert client.get(f"{where}.json").json()["winner"] == "Ann"
        assert client.get(where).status_code == 200
    with open_store(tmp_path / "w.db") as store:
        assert store.check().sound
