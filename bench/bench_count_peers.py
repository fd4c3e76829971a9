"""The same file counted by whipcount, VoteKit and pyrankvote: `python bench/bench_count_peers.py [--ballots N]`.

VoteKit reads the CSV with its own reader and counts by FastSTV for one seat. pyrankvote has no reader, so it is given its
ballots in memory and only its count is timed, against our count given a profile in memory. whipcount is timed in this
process, after one small file has loaded its compiled loop. Ties would be broken differently; a file of this size has none.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
import warnings
from pathlib import Path

from make_ballots import write


def seconds(work) -> tuple[float, object]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def whipcount(path: Path) -> str:
    from whipcount.ballots import read_ballots

    return whipcount_given(read_ballots(path))


def whipcount_given(profile) -> str:
    from whipcount.count import count
    from whipcount.rules import load

    return count(profile, load("av").versions[-1].ballots[0]).winner


def votekit(path: Path, ranks: int) -> str:
    from votekit.cvr_loaders import load_ranking_csv
    from votekit.elections import FastSTV

    profile = load_ranking_csv(path, list(range(ranks)), header_row=0, print_profile=False)
    return next(iter(FastSTV(profile, m=1).get_elected()[0]))


def pyrankvote_given(path: Path):
    from pyrankvote import Ballot, Candidate

    with path.open(newline="") as lines:
        rows = [[cell for cell in row if cell] for row in list(csv.reader(lines))[1:]]
    people = {name: Candidate(name) for row in rows for name in row}
    return list(people.values()), [Ballot([people[name] for name in row]) for row in rows]


def pyrankvote(given) -> str:
    from pyrankvote import instant_runoff_voting

    return instant_runoff_voting(*given).get_winners()[0].name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ballots", type=int, default=1_000_000)
    parser.add_argument("--candidates", type=int, default=12)
    wanted = parser.parse_args()
    warnings.simplefilter("ignore")
    from whipcount.ballots import read_ballots

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ballots.csv"
        write(path, 200_000, wanted.candidates)
        whipcount(path)
        write(path, wanted.ballots, wanted.candidates)
        ours, winner = seconds(lambda: whipcount(path))
        print(f"{wanted.ballots:,} ballots of {wanted.candidates} candidates")
        print(f"whipcount, file to winner      {ours:9.2f} s   {winner}")
        theirs, found = seconds(lambda: votekit(path, wanted.candidates))
        print(f"VoteKit, file to winner        {theirs:9.2f} s   {found}   = {theirs / ours:.0f} x")
        profile = read_ballots(path)
        ours, winner = seconds(lambda: whipcount_given(profile))
        print(f"whipcount, profile in memory   {ours:9.2f} s   {winner}")
        given = pyrankvote_given(path)
        theirs, found = seconds(lambda: pyrankvote(given))
        print(f"pyrankvote, ballots in memory  {theirs:9.2f} s   {found}   = {theirs / ours:.0f} x")


if __name__ == "__main__":
    main()
