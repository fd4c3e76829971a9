"""How the desk bears a crowd: the targets of the issue, over loopback, each desk a process of its own and the load another.

    python bench/bench_desk.py [--readers 100] [--seconds 10] [--editors 10] [--edits 12]

Printed: seconds from the start of `whipcount serve --demo` to the first page of six contests; requests a second and percentiles of the
wait of so many readers at once on pages that are kept, beside a bare Starlette application that returns the same bytes in the same
run; and edits a second of editors who write at once, each edit then looked for in the rows and in the journal.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

CONTEST, DAY = "nz-labour-2012", "2012-11-19"
PAGES = ("/contests", f"/contests/{CONTEST}?as_of={DAY}", f"/contests/{CONTEST}/why?as_of={DAY}", f"/contests/{CONTEST}/electors?as_of={DAY}")  # fmt: skip
TARGET = 0.250
BARE = """
import sys, uvicorn
from pathlib import Path
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
bodies = {int(p.name): p.read_bytes() for p in Path(sys.argv[1]).iterdir()}
async def give(request):
    return Response(bodies[request.path_params["n"]], media_type="text/html", headers={"content-encoding": "gzip"})
uvicorn.run(Starlette(routes=[Route("/{n:int}", give)]), port=int(sys.argv[2]), log_level="error")
"""


@contextmanager
def started(*options: str) -> Iterator[tuple[str, float]]:
    """A desk as a process: (its address, seconds until it gave the first page)."""
    began = time.perf_counter()
    desk = subprocess.Popen(
        [sys.executable, "-m", "whipcount", "serve", "--port", "0", *options], stderr=subprocess.PIPE, text=True
    )
    try:
        assert desk.stderr is not None
        found = re.search(r"http://[^ ]+(?=/ )", desk.stderr.readline())
        assert found, "The desk did not start."
        yield found[0], _first(f"{found[0]}/contests", began)
    finally:
        desk.terminate()
        desk.communicate()


def _first(address: str, began: float) -> float:
    while True:
        try:
            page = httpx.get(address, timeout=30)
        except httpx.TransportError:
            time.sleep(0.01)
            continue
        assert page.status_code == 200, page.status_code
        assert page.text.count("<article") == 6, "not all six contests are there"
        return time.perf_counter() - began


@contextmanager
def bare(pages: list[bytes]) -> Iterator[str]:
    """An application that returns these bytes and does nothing else: its address."""
    with tempfile.TemporaryDirectory() as held:
        for n, body in enumerate(pages):
            (Path(held) / str(n)).write_bytes(body)
        port = 20_000 + os.getpid() % 20_000
        app = subprocess.Popen([sys.executable, "-c", BARE, held, str(port)])
        try:
            for _ in range(500):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/0")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()
            app.wait()


# -- readers ------------------------------------------------------------------------------------------------------------


async def _reader(address: str, paths: tuple[str, ...], at: int, until: float, waits: list[float]) -> None:
    """One reader, page after page over one connection, in plain bytes: the load must weigh less than what is measured."""
    host, port = address.removeprefix("http://").split(":")
    asking, answering = await asyncio.open_connection(host, int(port))
    while time.perf_counter() < until:
        path = paths[at % len(paths)]
        at += 1
        began = time.perf_counter()
        answering.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = await asking.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:80]
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        assert length, head
        await asking.readexactly(int(length[1]))
        waits.append(time.perf_counter() - began)
    answering.close()


async def _crowd(address: str, paths: tuple[str, ...], readers: int, seconds: float) -> list[float]:
    waits: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_reader(address, paths, n, until, waits) for n in range(readers)))
    return sorted(waits)


def crowd(name: str, address: str, paths: tuple[str, ...], readers: int, seconds: float) -> float:
    """Readers at once; prints the percentiles, and returns requests a second."""
    asyncio.run(_crowd(address, paths, readers, min(seconds, 2)))
    waits = asyncio.run(_crowd(address, paths, readers, seconds))
    rate = len(waits) / seconds
    p50, p95, p99 = (waits[min(int(len(waits) * q), len(waits) - 1)] for q in (0.50, 0.95, 0.99))
    print(f"{name:<26} {rate:7.0f} requests/s   median {p50 * 1e3:5.0f} ms   95 % {p95 * 1e3:5.0f} ms   99 % {p99 * 1e3:5.0f} ms")  # fmt: skip
    if name == "desk":
        print(f"  target: 95 % under {TARGET * 1e3:.0f} ms: {'met' if p95 < TARGET else 'MISSED'}")
    return rate


def readers_at_once(address: str, readers: int, seconds: float) -> None:
    """The desk, and beside it the bare application with the same bytes."""
    with httpx.Client(base_url=address, timeout=120) as first:
        for path in PAGES:
            page = first.get(path)
            while page.status_code != 200 or "being worked out" in page.text:
                time.sleep(0.5)
                page = first.get(path)
        bodies = []
        for path in PAGES:
            with first.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
                bodies.append(b"".join(answer.iter_raw()))
    print(f"{readers} readers on {len(PAGES)} pages of {sum(map(len, bodies)) / len(bodies) / 1e3:.0f} kB (packed) for {seconds:g} s:")  # fmt: skip
    desk = crowd("desk", address, PAGES, readers, seconds)
    with bare(bodies) as other:
        plain = crowd("bare Starlette", other, tuple(f"/{n}" for n in range(len(bodies))), readers, seconds)
    print(f"  the desk serves {desk / plain:.2f} of what the bare application does")


# -- editors ------------------------------------------------------------------------------------------------------------


async def _editor(address: str, who: int, edits: int, shared: int, told: Counter[str]) -> None:
    """One editor: a row of its own added with each odd edit, and the note of a row that all share with each even one."""
    async with httpx.AsyncClient(base_url=address, timeout=300) as asker:
        for n in range(edits):
            mark = f"editor {who} edit {n}"
            form = await asker.get(f"/rows/{shared}")
            fields = dict(re.findall(r'name="(_token|version)" value="([^"]+)"', form.text))
            if n % 2:
                path = f"/contests/{CONTEST}/tables/facts.csv"
                values = {"topic": "bench", "fact": mark, "known": DAY, "source": "recall", "confidence": "low"}
                answer = await asker.post(path, data=fields | values)
            else:
                answer = await asker.post(f"/rows/{shared}", data=fields | {"note": mark})
            if answer.status_code == 429:
                await asyncio.sleep(float(answer.headers["retry-after"]))
            told[{303: f"ok {mark}", 409: "quicker"}.get(answer.status_code, f"{answer.status_code}")] += 1


def editors_at_once(editors: int, edits: int) -> None:
    """Editors who write at once on a desk with a store of its own, and what became of each edit."""
    from whipcount.contest import locate
    from whipcount.store import open_store

    with tempfile.TemporaryDirectory() as held:
        path = str(Path(held) / "w.db")
        store = open_store(path)
        store.import_folder(locate(CONTEST), "bench")
        shared = next(row.id for row in store.rows(CONTEST, "evidence.csv"))
        told: Counter[str] = Counter()

        async def all_of_them(address: str) -> None:
            await asyncio.gather(*(_editor(address, who, edits, shared, told) for who in range(editors)))

        with started_on(path) as address:
            began = time.perf_counter()
            asyncio.run(all_of_them(address))
            took = time.perf_counter() - began
        _held_to(store, told, took, editors * edits)
        store.close()


@contextmanager
def started_on(path: str) -> Iterator[str]:
    """A desk on a store: its address."""
    desk = subprocess.Popen([sys.executable, "-m", "whipcount", "serve", "--port", "0", "--store", path], stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        assert desk.stderr is not None
        found = re.search(r"http://[^ ]+(?=/ )", desk.stderr.readline())
        assert found, "The desk did not start."
        while True:
            try:
                httpx.get(f"{found[0]}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield found[0]
    finally:
        desk.terminate()
        desk.communicate()


def _held_to(store: object, told: Counter[str], took: float, sent: int) -> None:
    """Each edit that was acknowledged is in the journal once, each added row there once, and nothing else."""
    from whipcount.store import Store

    assert isinstance(store, Store)
    good = {text.removeprefix("ok "): n for text, n in told.items() if text.startswith("ok ")}
    events = store.events(CONTEST, limit=100_000)
    marks = [(_mark(c.before), _mark(c.after)) for event in events for c in event.changes if c.entity == "line"]
    after = Counter(new for old, new in marks if new and new != old)
    rows = Counter(found for row in store.rows(CONTEST, "facts.csv") if (found := _mark(row.values)))
    wanted = {mark for mark in good if int(mark.split()[-1]) % 2}
    lost = set(good) - set(after) | wanted - set(rows)
    doubled = [m for m, n in after.items() if n > 1] + [m for m, n in rows.items() if n > 1]
    unsaid = set(after) - set(good)
    print(f"{sent} edits sent in {took:.1f} s ({len(good) / took:.1f} acknowledged a second): {len(good)} acknowledged, {told['quicker']} told that somebody was quicker, others {({k: n for k, n in told.items() if not k.startswith('ok ') and k != 'quicker'})}")  # fmt: skip
    print(f"  lost {len(lost)}, doubled {len(doubled)}, there though not acknowledged {len(unsaid)}; store sound: {store.check().sound}")  # fmt: skip
    assert not lost
    assert not doubled
    assert not unsaid


def _mark(kept: object) -> str:
    found = re.search(r"editor \d+ edit \d+", str(kept))
    return found[0] if found else ""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--readers", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=10)
    asked.add_argument("--editors", type=int, default=10)
    asked.add_argument("--edits", type=int, default=12)
    given = asked.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with started("--demo") as (address, seconds):
        print(f"six contests {seconds:.2f} s after the start (target: under 5 s)")
        readers_at_once(address, given.readers, given.seconds)
    editors_at_once(given.editors, given.edits)


if __name__ == "__main__":
    main()
