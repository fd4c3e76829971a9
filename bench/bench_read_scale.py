"""How a large archive is read: articles a second, memory while it goes on, and after a kill in the middle.

    python bench/bench_read_scale.py [--articles 100000] [--workers 2] [--kill N] [--folder DIR]

Makes a folder of short invented articles (40 to 60 words), reads it with `whipcount read --journal`, and prints the time and the
memory of all its processes together at every tenth of the way. With --kill the run is killed (SIGKILL) once N are read, and
started again, and at the end every article must stand in the journal once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIRST = [
    "Ada",
    "Tom",
    "Joan",
    "Piet",
    "Rosa",
    "Ines",
    "Karl",
    "Maud",
    "Nils",
    "Vera",
    "Owen",
    "Lena",
    "Hugo",
    "Edda",
    "Finn",
    "Dora",
    "Amir",
    "Yuki",
    "Cleo",
    "Ivan",
]
LAST = [
    "Quill",
    "Hale",
    "Moss",
    "Veck",
    "Lorn",
    "Brandt",
    "Oake",
    "Trell",
    "Sand",
    "Wick",
    "Farrow",
    "Dunn",
    "Pell",
    "Garrow",
    "Styles",
    "Hume",
    "Cray",
    "Lund",
    "Roe",
    "Bask",
]
SENTENCES = (
    "{a} is backing {b} for the leadership, friends of both said on {day}.",
    "{a} has ruled {himself} out of the contest.",
    "By one count {b} has {n} of the {m} votes in caucus.",
    "{c} is said to have the numbers, though {a} is not so sure.",
    "The vote is due on {day}, and few in the lobby expect it to be close.",
    "{b} blames {c} for the leak to the {town} Gazette.",
    "Two members from {town} said that they would make up their minds after the conference.",
    "A majority of the caucus wants {c} gone before the winter is out.",
    "{a} and {b} dined together at the {town} Arms, which nobody took for a coincidence.",
)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


def article(n: int) -> str:
    """The n-th article: always the same one."""
    rng = random.Random(n)
    people = [f"{rng.choice(FIRST)} {rng.choice(LAST)}{rng.choice(['', 'son', 'ley', 'er'])}" for _ in range(3)]
    town = rng.choice(LAST) + rng.choice(["ton", "bury", "ford", "wick"]) + rng.choice(["", " Bay", " Cross"])
    words = {"a": people[0], "b": people[1], "c": people[2], "town": town, "day": rng.choice(DAYS)}
    numbers = {"n": rng.randrange(3, 30), "m": rng.randrange(30, 90), "himself": "himself"}
    body = " ".join(s.format(**words, **numbers) for s in rng.sample(SENTENCES, 4))
    return f"{town} notebook, number {n}\n\n{body}\n"


def fill(folder: Path, count: int) -> None:
    for n in range(count):
        path = folder / f"{n // 5000:03}" / f"{n:07}.txt"
        if n % 5000 == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article(n), "utf-8")


def start(folder: Path, journal: Path, workers: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "whipcount",
        "read",
        str(folder),
        "--journal",
        str(journal),
        "--workers",
        str(workers),
    ]
    with Path(f"{journal}.out").open("wb") as out:
        return subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, start_new_session=True)


def memory(group: int) -> dict[str, float]:
    """Megabytes of resident memory: of the first process of a group, and of them all (Linux)."""
    main = total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[2]) == group:
                size = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
                total += size
                main = size if int(stat.parent.name) == group else main
        except (OSError, IndexError):
            continue
    return {"main_mb": round(main), "all_mb": round(total)}


def done(journal: Path) -> int:
    try:
        with sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=30) as db:
            return int(db.execute("select count(*) from documents").fetchone()[0])
    except sqlite3.Error:
        return 0


def watch(run: subprocess.Popen[bytes], journal: Path, count: int, stop_at: int | None) -> None:
    begun, told = time.perf_counter(), done(journal) * 10 // count
    while run.poll() is None:
        time.sleep(1)
        now = done(journal)
        if stop_at is not None and now >= stop_at:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            print(json.dumps({"killed_at": done(journal)}), flush=True)
            return
        if now * 10 // count > told:
            told = now * 10 // count
            seconds = round(time.perf_counter() - begun, 1)
            print(json.dumps({"read": now, "seconds": seconds} | memory(run.pid)), flush=True)
    print(
        json.dumps({"read": done(journal), "seconds": round(time.perf_counter() - begun, 1), "status": run.returncode})
    )


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--articles", type=int, default=100_000)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--kill", type=int, metavar="N")
    asked.add_argument("--folder", type=Path)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        base = told.folder or Path(temporary)
        folder, journal = base / "articles", base / "journal.db"
        if not folder.is_dir():
            fill(folder, told.articles)
        if told.kill is not None:
            watch(start(folder, journal, told.workers), journal, told.articles, told.kill)
        watch(start(folder, journal, told.workers), journal, told.articles, None)
        assert done(journal) == told.articles, "articles are missing, or stand twice"


if __name__ == "__main__":
    main()
