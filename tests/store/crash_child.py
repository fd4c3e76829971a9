"""A process to be killed: it imports, edits, accepts and undoes, and says so only after each commit.

Run as `crash_child.py STORE FOLDER SEED`. Each line it prints is `EVENT HASH` of an event that the store acknowledged.
"""

from __future__ import annotations

import random
import sys
from datetime import date
from pathlib import Path

from store_making import ARTICLE, CLAIMS, make_folder, row_of

from whipcount.store import Store, open_store


def main(where: str, home: Path, seed: int) -> None:
    draw = random.Random(seed)
    with open_store(where) as store:
        print("open", flush=True)
        for turn in range(10_000):
            known = [c.id for c in store.contests()]
            if not known or draw.random() < 0.1:
                name = f"c{seed}-{turn}"
                store.import_folder(make_folder(home / name), "child")
            else:
                one_change(store, draw.choice(known), draw, f"{seed}-{turn}")
            last = store.events(limit=1, with_changes=False)[0]
            print(last.id, last.hash, flush=True)


def one_change(store: Store, contest: str, draw: random.Random, key: str) -> None:
    what = draw.choice(["add", "change", "remove", "accept", "accept", "undo"])
    rows = store.rows(contest, "evidence.csv")
    if what == "change" and rows:
        row = draw.choice(rows)
        store.change_row(row.id, {"note": f"note {key}"}, row.version, "child")
    elif what == "remove" and len(rows) > 2:
        row = draw.choice(rows)
        store.remove_row(row.id, row.version, "child")
    elif what == "accept":
        document = store.add_document(f"{ARTICLE}\n{key}", who="child", contest_id=contest, published=date(2024, 3, 5))
        claims = store.add_claims(document.id, CLAIMS, "child")
        for one in claims[:2]:
            store.decide(one.id, "accepted", one.version, "child")
    elif what == "undo" and (last := store.events(contest, limit=1)[0]).action in {"add", "change", "accepted"}:
        store.undo(last.id, "child")
    else:
        store.add_row(contest, "evidence.csv", row_of(f"x{key}", draw.choice(["dee-tarn", "eve-umber"])), "child")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
