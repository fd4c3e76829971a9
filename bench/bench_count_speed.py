"""How fast a file of ballots is counted, against `sha256sum` on the same file: `python bench/bench_count_speed.py`.

Makes its own ballots in a temporary folder. Every ratio comes from one run on one machine; each number is the least of
several tries, taken in turns, so that what else the machine does weighs on all alike. A count is a fresh process,
from the file to the winner by `--rules av`, with the file's own SHA-256 in the result; memory is what it holds
beyond the mapped file. `--long` adds a file of 100 million ballots; `--quick` makes all files 20 times smaller.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from make_ballots import write

COUNT = """
import json, sys, threading, time
start = time.perf_counter()
held = [0]
def watch():
    while True:
        for line in open("/proc/self/status"):
            if line.startswith("RssAnon"):
                held[0] = max(held[0], int(line.split()[1]))
        time.sleep(0.005)
threading.Thread(target=watch, daemon=True).start()
from whipcount.ballots import read_ballots
from whipcount.count import count
from whipcount.rules import load
version = load("av").versions[-1]
imported = time.perf_counter()
profile = read_ballots(sys.argv[1])
read = time.perf_counter()
tally = count(profile, version.ballots[0])
done = time.perf_counter()
print(json.dumps({"import": imported - start, "read": read - imported, "count": done - read, "held": held[0] // 1024,
    "winner": tally.winner, "sha256": profile.sha256, "distinct": len(profile.weight)}))
"""
NUMBA = "import time; t = time.perf_counter(); from whipcount.ballots import delimited_fast; delimited_fast.kernel(); print(time.perf_counter() - t)"


@dataclass(frozen=True)
class Case:
    name: str
    ballots: int
    candidates: int
    allowed: str


CASES = (
    Case("5 candidates", 10_000_000, 5, "at most 1.5 x sha256sum"),
    Case("12 candidates", 1_000_000, 12, "at most 4 x sha256sum + start-up"),
)
LONG = Case("a stream", 100_000_000, 5, "memory as for 10 million")


def timed(command: list[str], **options) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True, **options)
    return time.perf_counter() - start, done.stdout


def start_up(tries: int) -> float:
    """Start Python, import the counter and load the compiled loop from its cache: what every run pays."""
    code = COUNT[: COUNT.index("imported =")] + "from whipcount.ballots import delimited_fast; delimited_fast.kernel()"
    return min(timed([sys.executable, "-c", code])[0] for _ in range(tries))


def first_run() -> tuple[float, float]:
    """Loading the compiled loop with an empty cache, and again with a full one."""
    with tempfile.TemporaryDirectory() as cache:
        runs = [timed([sys.executable, "-c", NUMBA], env={**os.environ, "NUMBA_CACHE_DIR": cache}) for _ in range(2)]
    return float(runs[0][1]), float(runs[1][1])


def measure(case: Case, folder: Path, tries: int) -> dict:
    path = folder / f"{case.ballots}-{case.candidates}.csv"
    write(path, case.ballots, case.candidates)
    best: dict = {"sha256sum": 9e9, "openssl": 9e9, "total": 9e9}
    for _ in range(tries):
        seconds, digest = timed(["sha256sum", str(path)])
        best["sha256sum"] = min(best["sha256sum"], seconds)
        if shutil.which("openssl"):
            best["openssl"] = min(best["openssl"], timed(["openssl", "dgst", "-sha256", str(path)])[0])
        seconds, text = timed([sys.executable, "-c", COUNT, str(path)])
        found = json.loads(text)
        assert found["sha256"] == digest.split()[0]
        if seconds < best["total"]:
            best |= found | {"total": seconds}
    best["megabytes"] = path.stat().st_size / 1e6
    path.unlink()
    return best


def show(case: Case, got: dict, startup: float) -> None:
    ratio = got["total"] / got["sha256sum"]
    beyond = (got["total"] - startup) / got["sha256sum"]
    print(f"\n{case.ballots:,} ballots, {case.name}: {got['megabytes']:.0f} MB, {got['distinct']:,} distinct rankings")
    print(f"  sha256sum            {got['sha256sum']:.2f} s   (openssl dgst -sha256: {got['openssl']:.2f} s)")
    print(f"  file to winner       {got['total']:.2f} s   = {ratio:.2f} x sha256sum; {case.allowed}")
    print(f"    without start-up   {got['total'] - startup:.2f} s   = {beyond:.2f} x sha256sum")
    print(f"    of which import {got['import']:.2f} s, read {got['read']:.2f} s, count {got['count']:.2f} s")
    print(f"  memory beyond the file, at the peak: {got['held']} MB; winner {got['winner']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tries", type=int, default=5)
    wanted = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    compiled, loaded = first_run()
    print(
        f"first run after an install: {compiled:.2f} s to compile and load the loop; later runs {loaded:.2f} s to load it"
    )
    startup = start_up(wanted.tries)
    print(f"start-up of every run (interpreter, imports, loading the loop): {startup:.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        for case in (*CASES, *((LONG,) if wanted.long else ())):
            sized = Case(case.name, case.ballots // (20 if wanted.quick else 1), case.candidates, case.allowed)
            show(sized, measure(sized, Path(folder), wanted.tries if case is not LONG else 1), startup)


if __name__ == "__main__":
    main()
