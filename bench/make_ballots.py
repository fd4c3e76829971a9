"""Make a CSV of ranked ballots for the benchmark: `python bench/make_ballots.py OUT --ballots N --candidates C`.

Ballots are drawn from a mixture of a few camps (Plackett-Luce within each), cut off after a random number of
ranks, as people do. The same arguments give the same file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

SURNAMES = ("Ashdown", "Birchall", "Cedarwood", "Dogwood", "Elmhurst", "Firth", "Greenwood", "Hawthorne", "Ivory",
            "Juniper", "Kelm", "Larch", "Maple", "Nettle", "Oakley", "Pinewood")  # fmt: skip


def rankings(count: int, candidates: int, rng: np.random.Generator, camps: int = 4) -> np.ndarray:
    """(count, candidates) candidate numbers by preference, -1 after the last one given."""
    taste = rng.normal(0, 1.2, (camps, candidates))
    camp = rng.choice(camps, count, p=np.arange(camps, 0, -1) / (camps * (camps + 1) / 2))
    scores = taste[camp] + rng.gumbel(size=(count, candidates))
    order = np.argsort(-scores, axis=1).astype(np.int16)
    length = np.where(rng.random(count) < 0.6, candidates, rng.integers(1, candidates + 1, count))
    order[np.arange(candidates) >= length[:, None]] = -1
    return order


def write(path: Path, ballots: int, candidates: int, seed: int = 1, step: int = 500_000) -> None:
    """Write the file, `step` ballots at a time."""
    rng = np.random.default_rng(seed)
    names = np.array([*SURNAMES[:candidates], ""], dtype=object)
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(f"rank{n + 1}" for n in range(candidates)) + "\n")
        for start in range(0, ballots, step):
            rows = names[rankings(min(step, ballots - start), candidates, rng)].tolist()
            out.write("\n".join(map(",".join, rows)) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ballots", type=int, default=1_000_000)
    parser.add_argument("--candidates", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    write(wanted.out, wanted.ballots, wanted.candidates, wanted.seed)


if __name__ == "__main__":
    main()
